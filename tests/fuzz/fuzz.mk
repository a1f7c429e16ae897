# SPDX-License-Identifier: GPL-2.0-only
# Fuzzers: each tests/fuzz/fuzz_NAME.c is one libFuzzer program with both sanitizers. What it
# links beside itself stands in FUZZ_fuzz_NAME; seeds/NAME/ and NAME.dict are used where they are.
# `make test-fuzz` is a smoke run of FUZZ_SECONDS each; what it finds stays in $(O)/tests/fuzz/.

FUZZ_SECONDS ?= 10

FUZZ_fuzz_parse  :=
FUZZ_fuzz_policy := $(POLICY_SRC)
FUZZ_fuzz_set    := $(POLICY_SRC)

FUZZ     := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_BIN := $(FUZZ:%=$(O)/tests/fuzz/%)
FUZZ_SAN := -fsanitize=fuzzer-no-link$(,)address$(,)undefined -fno-sanitize-recover=all \
	    -fno-omit-frame-pointer

fuzz_objects = $(patsubst %.c,$(O)/tests/fuzz/obj/%.o,tests/fuzz/$(1).c $(FUZZ_$(1)))

.PHONY: test-fuzz
test-fuzz: $(FUZZ:%=run-%)

$(O)/tests/fuzz/obj/%.o: %.c $(FLAGS)
	$(call say,CC+FUZZ,$<)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(ALL_CFLAGS) $(FUZZ_SAN) -MF $(@:.o=.d) -c $< -o $@

$(FUZZ_BIN):
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(FUZZ_SAN) -fsanitize=fuzzer $(LDFLAGS) $^ \
		-Wl,--as-needed $(LIBS) -o $@

# New inputs go to the first folder, which is ours to write; the seeds only are read.
.PHONY: $(FUZZ:%=run-%)
$(FUZZ:%=run-%): run-fuzz_%: $(O)/tests/fuzz/fuzz_%
	$(call say,FUZZ,$*)
	@mkdir -p $(O)/tests/fuzz/corpus/$* $(O)/tests/fuzz/found/$*
	$(Q)$< -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix=$(O)/tests/fuzz/found/$*/ \
		$(addprefix -dict=,$(wildcard tests/fuzz/$*.dict)) \
		$(O)/tests/fuzz/corpus/$* $(wildcard tests/fuzz/seeds/$*) >$<.log 2>&1 || \
		{ tail -n 60 $<.log; exit 1; }
	@sed -n 's/^stat::number_of_executed_units: */$*: no finding, inputs tried: /p' $<.log

$(foreach test,$(FUZZ),$(eval $(O)/tests/fuzz/$(test): $(call fuzz_objects,$(test))))

-include $(patsubst %.o,%.d,$(sort $(foreach test,$(FUZZ),$(call fuzz_objects,$(test)))))
