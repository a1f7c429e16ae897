# SPDX-License-Identifier: GPL-2.0-only
# End to end, with real traffic in network namespaces; root.
FLOOD     := $(O)/tests/netns/flood
FLOOD_OBJ := $(addprefix $(O)/,tests/netns/flood.o bench/generate.o bench/frames.o src/net/netns.o \
	     src/util/err.o)

$(O)/tests/netns/%.o: tests/netns/%.c $(FLAGS) | $(O)/bench/gen.skel.h
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MF $(@:.o=.d) -c $< -o $@

$(FLOOD): $(FLOOD_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ $(LIBS) -o $@

-include $(O)/tests/netns/flood.d

.PHONY: test-netns
test-netns: $(O)/xgress $(FLOOD)
	$(Q)XGRESS=$(abspath $(O))/xgress FLOOD=$(abspath $(FLOOD)) \
		$(PYTHON) -m pytest -q -rs -p no:cacheprovider tests/netns
