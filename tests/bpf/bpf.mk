# SPDX-License-Identifier: GPL-2.0-only
# Tables and random packets through the loaded programs, one at a time (BPF_PROG_TEST_RUN), and
# through the parse stage on the host; root.
PARSE_HOST := $(O)/tests/bpf/parse_host.so

$(PARSE_HOST): tests/bpf/parse_host.c $(FLAGS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -shared -fPIC -MF $(@:.so=.d) $< -o $@

-include $(PARSE_HOST:.so=.d)

.PHONY: test-bpf
test-bpf: $(O)/xgress $(PARSE_HOST)
	$(Q)XGRESS=$(abspath $(O))/xgress PARSE_HOST=$(abspath $(PARSE_HOST)) \
		$(PYTHON) -m pytest -q -rs -p no:cacheprovider tests/bpf
