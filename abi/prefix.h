/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Prefix sets in memory: built by the program (src/dataplane/prefix4.c, prefix6.c), asked by
 * the guard (bpf/stages/prefix.h). Both forms are exact, and a lookup touches a number of cache
 * lines that does not depend on how many prefixes there are (IPv4) or grows with their
 * logarithm to base 9 (IPv6).
 *
 * IPv4. `prefix4_index` has one entry per /18 of each table: which of its 64 /24s are whole in
 * the set, which in part; the n-th partial /24 has its 256-bit map at leaf base + n.
 *
 * IPv6. The set is a list of disjoint ranges over the upper 64 bits, sorted, with a static
 * B-tree of eight keys a node above it (prefix6_node, root first). A range of one /64 may hold
 * longer prefixes: a sorted slice of prefix6_host, ranges over the lower 64 bits.
 */
#ifndef XG_ABI_PREFIX_H
#define XG_ABI_PREFIX_H

#include <linux/types.h>

#define XG_PREFIX4_BLOCKS (1U << 18) /* index entries per table */
#define XG_PREFIX6_KEYS   8          /* keys in a node; a node has one child more */
#define XG_PREFIX6_LEVELS 9          /* 9^9 ranges */
#define XG_PREFIX_TABLES  3

struct xg_prefix4_block {
	__u64 full;
	__u64 partial;
	__u32 leaf; /* index into prefix4_leaf of the first partial /24 */
	__u32 _pad;
};

struct xg_prefix4_leaf {
	__u64 bits[4];
};

struct xg_prefix6_node {
	__u64 key[XG_PREFIX6_KEYS]; /* first address of a range or subtree, host byte order */
};

struct xg_prefix6_range {
	__u64 last;  /* last upper half in the range */
	__u32 host;  /* first of its slice of prefix6_host */
	__u32 hosts; /* length of the slice; 0: the whole range is in the set */
};

struct xg_prefix6_host {
	__u64 first;
	__u64 last;
};

/* One IPv6 set. A level's nodes begin at node[level]; the last level's keys are the ranges'. */
struct xg_prefix6_tree {
	__u32 levels; /* 0: the set is empty */
	__u32 range;  /* index of its first range */
	__u32 ranges;
	__u32 node[XG_PREFIX6_LEVELS];
};

/* Which table answers which question; 0: none, n: table n - 1. */
struct xg_guard_tables {
	__u32 block_src;
	__u32 block_dst;
	__u32 allow;
	__u32 used; /* 0: nothing is blocked */
};

#endif
