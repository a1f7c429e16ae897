/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From the memory form of the guard's sets (abi/prefix.h) back to addresses: which range of a set
 * holds an address. What a policy names is merged there, so a range may be several prefixes.
 */
#ifndef XG_DATAPLANE_PREFIX_FIND_H
#define XG_DATAPLANE_PREFIX_FIND_H

#include <stdbool.h>
#include <stddef.h>

#include "abi/prefix.h"
#include "prefix4.h"
#include "prefix6.h"

/* All sets' memory, as the programs see it. Unused parts are NULL. */
struct prefix_memory {
	const struct xg_prefix4_block *index;
	const struct xg_prefix4_leaf *leaf;
	const struct xg_prefix6_tree *tree;
	const struct xg_prefix6_node *node;
	const struct xg_prefix6_range *range;
	const struct xg_prefix6_host *host;
};

/* First and last address; an IPv4 address in the first four bytes, the rest is zero. */
struct prefix_range {
	uint8_t first[16];
	uint8_t last[16];
};

/* In `table`, counted from 0. False: the address is not in the set. */
bool prefix_find(const struct prefix_memory *m, unsigned int table, bool v6,
		 const uint8_t address[16], struct prefix_range *ret_range);

/* The same in what a policy says now. */
bool prefix4_find(const struct prefix4_set *s, const uint8_t address[16],
		  struct prefix_range *ret_range);
bool prefix6_find(const struct prefix6_set *s, const uint8_t address[16],
		  struct prefix_range *ret_range);

/* "10.0.0.0/8", or "10.0.0.1-10.0.0.9" where no prefix says it. */
#define PREFIX_RANGE_TEXT 96
const char *prefix_range_format(const struct prefix_range *r, bool v6, char *buf);

#endif
