# SPDX-License-Identifier: GPL-2.0-only
# `make bench` runs all cases and leaves $(O)/bench/result.json. QUICK=1: under a minute.
# `make bench-stages` prints what each stage costs.
# BENCH='--case v4 --rounds 15' adds options; build/bench/xg-bench --help lists them.

BENCH_SRC := $(wildcard bench/*.c)
BENCH_SRC := $(filter-out %.bpf.c,$(BENCH_SRC))
BENCH_OBJ := $(BENCH_SRC:%.c=$(O)/%.o) $(patsubst %.c,$(O)/%.o,$(wildcard src/lab/*.c) \
	     src/net/netns.c src/util/err.c src/util/json.c src/util/proc.c)

$(O)/bench/%.bpf.o: bench/%.bpf.c $(FLAGS)
	$(call say,BPF,$<)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MF $(@:.o=.d) -c $< -o $@

$(O)/bench/gen.skel.h: $(O)/bench/gen.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name gen_bpf >$@

$(O)/bench/%.o: bench/%.c $(FLAGS) | $(O)/bench/gen.skel.h
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MF $(@:.o=.d) -c $< -o $@

$(O)/bench/flood.o $(O)/bench/ways.o: $(O)/bench/gen.skel.h

$(O)/bench/xg-bench: $(BENCH_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(BENCH_OBJ) $(LIBS) -o $@

-include $(BENCH_OBJ:.o=.d) $(O)/bench/gen.bpf.d

.PHONY: deps-bench
deps-bench:
	$(Q)dist/install-deps build bench

bench: deps-bench
	$(Q)$(MAKE) --no-print-directory $(O)/xgress $(O)/bench/xg-bench
	$(Q)$(O)/bench/xg-bench $(if $(QUICK),--quick) --json $(O)/bench/result.json $(BENCH)

.PHONY: bench-stages
bench-stages: deps-test
	$(Q)$(MAKE) --no-print-directory $(O)/xgress
	$(Q)XGRESS=$(abspath $(O))/xgress $(PYTHON) bench/stages.py
