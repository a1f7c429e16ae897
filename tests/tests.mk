# SPDX-License-Identifier: GPL-2.0-only
# `make test` is every suite; each can be run alone: make test-unit, test-fuzz, test-bpf, ...
include tests/unit/unit.mk
include tests/fuzz/fuzz.mk
include tests/bpf/bpf.mk
include tests/netns/netns.mk
include tests/build/build.mk

SUITES := fmt-check test-build test-unit test-fuzz test-bpf test-netns

test: deps-test
	$(Q)$(MAKE) --no-print-directory all
	$(Q)$(PYTHON) tests/run.py $(MAKE) $(SUITES)
