/* SPDX-License-Identifier: GPL-2.0-only */
/* IPv6 prefix sets: from a list to the memory form of abi/prefix.h. */
#ifndef XG_DATAPLANE_PREFIX6_H
#define XG_DATAPLANE_PREFIX6_H

#include <stdbool.h>
#include <stddef.h>

#include "abi/prefix.h"
#include "../policy/policy.h"

struct range6 {
	uint64_t first;
	uint64_t last;
	size_t host; /* the slice of `hosts`; empty: the whole range */
	size_t n_hosts;
};

/* Disjoint, sorted: two lists that mean the same are the same. */
struct prefix6_set {
	struct range6 *v;
	size_t n;
	struct xg_prefix6_host *hosts;
	size_t n_hosts;
	size_t levels;
	size_t nodes;
};

/* Takes the IPv6 prefixes of the list. Returns 0, -ENOMEM, or -E2BIG past 9^9 ranges. */
int prefix6_make(const struct prefix_list *l, struct prefix6_set *ret_set);
void prefix6_release(struct prefix6_set *s);
bool prefix6_same(const struct prefix6_set *a, const struct prefix6_set *b);

/* Where the parts of all sets lie, and how far they are filled. */
struct prefix6_memory {
	struct xg_prefix6_node *nodes;
	struct xg_prefix6_range *ranges;
	struct xg_prefix6_host *hosts;
	size_t next_node;
	size_t next_range;
	size_t next_host;
};

/* Appends the set to the memory and describes it in `ret_tree`. */
void prefix6_fill(const struct prefix6_set *s, struct prefix6_memory *m,
		  struct xg_prefix6_tree *ret_tree);

#endif
