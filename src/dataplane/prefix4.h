/* SPDX-License-Identifier: GPL-2.0-only */
/* IPv4 prefix sets: from a list to the memory form of abi/prefix.h. */
#ifndef XG_DATAPLANE_PREFIX4_H
#define XG_DATAPLANE_PREFIX4_H

#include <stdbool.h>
#include <stddef.h>

#include "abi/prefix.h"
#include "../policy/policy.h"

struct range4 {
	uint32_t last; /* in this order a pair compares as one number, by `first` */
	uint32_t first;
};

/* Disjoint, not adjacent, sorted: two lists that mean the same are the same. */
struct prefix4_set {
	struct range4 *v;
	size_t n;
	size_t leafs; /* of prefix4_leaf that it fills */
};

/* Takes the IPv4 prefixes of the list. Returns 0 or -ENOMEM. */
int prefix4_make(const struct prefix_list *l, struct prefix4_set *ret_set);
void prefix4_release(struct prefix4_set *s);
bool prefix4_same(const struct prefix4_set *a, const struct prefix4_set *b);

/*
 * Writes the set: `blocks` are the XG_PREFIX4_BLOCKS entries of its table, zeroed; `leafs` all
 * leafs, zeroed, of which those from `leaf` on are its own.
 */
void prefix4_fill(const struct prefix4_set *s, struct xg_prefix4_block *blocks,
		  struct xg_prefix4_leaf *leafs, size_t leaf);

#endif
