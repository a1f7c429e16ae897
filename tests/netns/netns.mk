# SPDX-License-Identifier: GPL-2.0-only
# End to end, with real traffic in network namespaces; root.
.PHONY: test-netns
test-netns: $(O)/xgress
	$(Q)XGRESS=$(abspath $(O))/xgress $(PYTHON) -m pytest -q -rs -p no:cacheprovider tests/netns
