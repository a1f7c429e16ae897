# SPDX-License-Identifier: GPL-2.0-only
# Tables and random packets through the loaded programs, one at a time (BPF_PROG_TEST_RUN); root.
.PHONY: test-bpf
test-bpf: $(O)/xgress
	$(Q)XGRESS=$(abspath $(O))/xgress $(PYTHON) -m pytest -q -rs -p no:cacheprovider tests/bpf
