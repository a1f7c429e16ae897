# SPDX-License-Identifier: GPL-2.0-only
# Unit tests: each tests/unit/test_NAME.c is one program, with both sanitizers and no root. What
# it links beside itself stands in one line: UNIT_test_NAME := SOURCE...

POLICY_SRC := $(addprefix src/policy/,doc.c doc_check.c file.c guard.c policy.c ports.c prefix.c \
	      prefix_list.c schema.c set_file.c sets.c text.c) src/util/err.c

UNIT_test_explain_words := src/explain/words.c src/explain/build.c src/util/err.c
UNIT_test_parse         :=
UNIT_test_plan          := src/dataplane/plan.c src/net/link.c src/net/nl.c $(POLICY_SRC)
UNIT_test_policy        := $(POLICY_SRC)
UNIT_test_policy_errors := $(POLICY_SRC)
UNIT_test_policy_files  := $(POLICY_SRC)
UNIT_test_ports         := src/dataplane/ports.c src/net/link.c src/net/nl.c src/util/err.c
UNIT_test_probe         := src/probe/advice.c src/probe/driver.c src/net/ethtool.c
UNIT_test_prefix        := src/policy/prefix.c
UNIT_test_prefix_sets   := src/dataplane/prefix4.c src/dataplane/prefix6.c src/dataplane/prefix_find.c
UNIT_test_set_file      := $(addprefix src/policy/,file.c prefix.c prefix_list.c set_file.c text.c) \
			   src/util/err.c
UNIT_test_textdiff      := src/util/textdiff.c
UNIT_test_undo          := $(addprefix src/dataplane/,undo.c undo_file.c) src/util/err.c \
			   src/util/crash.c $(addprefix src/net/,ethtool.c nl.c offload.c qdisc.c sysctl.c)
UNIT_test_undo_file     := src/dataplane/undo_file.c src/util/err.c
UNIT_test_util          := src/cmd/error.c src/util/err.c src/util/json.c src/util/option.c

UNIT     := $(patsubst tests/unit/%.c,%,$(sort $(wildcard tests/unit/test_*.c)))
UNIT_BIN := $(UNIT:%=$(O)/tests/unit/%)
UNIT_SAN := -fsanitize=address$(,)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

unit_objects = $(patsubst %.c,$(O)/san/%.o,tests/unit/$(1).c $(UNIT_$(1)))

.PHONY: test-unit
test-unit: $(UNIT:%=run-%)

$(O)/san/%.o: %.c $(FLAGS)
	$(call say,CC+SAN,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(UNIT_SAN) -MF $(@:.o=.d) -c $< -o $@

$(UNIT_BIN): LDLIBS_UNIT := -Wl,--as-needed -lcmocka $(LIBS)
$(UNIT_BIN):
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(UNIT_SAN) $(LDFLAGS) $^ $(LDLIBS_UNIT) -o $@

# The closing line of each program has its counts; a failure ends make.
.PHONY: $(UNIT:%=run-%)
$(UNIT:%=run-%): run-%: $(O)/tests/unit/%
	$(call say,TEST,$*)
	$(Q)$<

$(foreach test,$(UNIT),$(eval $(O)/tests/unit/$(test): $(call unit_objects,$(test))))

-include $(patsubst %.o,%.d,$(sort $(foreach test,$(UNIT),$(call unit_objects,$(test)))))
