/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prefix: is an address in a set? abi/prefix.h tells how the sets lie in the maps.
 *
 * What a lookup decides on is close to random, so nothing here that can be arithmetic is a jump:
 * the processor would guess it wrong, and the verifier would follow every combination.
 */
#ifndef XG_STAGES_PREFIX_H
#define XG_STAGES_PREFIX_H

#include "bpf/kernel.h"
#include "bpf/maps_prefix.h"

#define PREFIX6_HOST_STEPS 32 /* halvings of a slice, whose length is a __u32 */

/* How many bits are set: BPF has no instruction for it. */
static __always_inline __u32 prefix_popcount(__u64 x)
{
	x -= x >> 1 & 0x5555555555555555ULL;
	x = (x & 0x3333333333333333ULL) + (x >> 2 & 0x3333333333333333ULL);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return x * 0x0101010101010101ULL >> 56;
}

static __always_inline bool prefix4_has(__u32 table, __be32 address)
{
	__u32 a = bpf_ntohl(address);
	__u32 at = table * XG_PREFIX4_BLOCKS + (a >> 14);
	const struct xg_prefix4_block *block = bpf_map_lookup_elem(&prefix4_index, &at);
	const struct xg_prefix4_leaf *leaf;
	__u64 bit = 1ULL << (a >> 8 & 63);

	if (!block)
		return false;
	if (!(block->partial & bit))
		return block->full & bit;
	at = block->leaf + prefix_popcount(block->partial & (bit - 1));
	leaf = bpf_map_lookup_elem(&prefix4_leaf, &at);
	return leaf && leaf->bits[a >> 6 & 3] >> (a & 63) & 1;
}

/* 1 where key > a, else 0: the borrow of a - key. The barrier keeps clang from jumps. */
static __always_inline __u64 prefix6_above(__u64 key, __u64 a)
{
	__u64 borrow = ((~a & key) | ((~a | key) & (a - key))) >> 63;

	barrier_var(borrow);
	return borrow;
}

/* How many keys of the node are not above `a`: the number of the child to go to. */
static __always_inline __u32 prefix6_child(const struct xg_prefix6_node *node, __u64 a)
{
	__u64 n = XG_PREFIX6_KEYS;
	int i;

	for (i = 0; i < XG_PREFIX6_KEYS; i++)
		n -= prefix6_above(node->key[i], a);
	return n;
}

/*
 * How many ranges begin at or before `a`. Unused keys are ~0, so that only a == ~0 can be led
 * past the last node; what stands there does not matter, the number is too high already.
 */
static __always_inline __u32 prefix6_rank(const struct xg_prefix6_tree *tree, __u64 a)
{
	__u32 level, rank = 0;

	for (level = 0; level < XG_PREFIX6_LEVELS && level < tree->levels; level++) {
		__u32 at = tree->node[level] + rank;
		const struct xg_prefix6_node *node = bpf_map_lookup_elem(&prefix6_node, &at);

		rank *= XG_PREFIX6_KEYS + 1;
		if (node)
			rank += prefix6_child(node, a);
	}
	return rank < tree->ranges ? rank : tree->ranges;
}

/* Whether the lower half of an address is in the slice of its /64. */
static __always_inline bool prefix6_host_has(const struct xg_prefix6_range *range, __u64 low)
{
	__u32 begin = range->host, n = range->hosts, step;

	for (step = 0; step < PREFIX6_HOST_STEPS && n; step++) {
		__u32 half = n / 2, at = begin + half;
		const struct xg_prefix6_host *host = bpf_map_lookup_elem(&prefix6_host, &at);

		if (!host)
			return false;
		if (low < host->first) {
			n = half;
			continue;
		}
		if (low <= host->last)
			return true;
		begin = at + 1;
		n -= half + 1;
	}
	return false;
}

/*
 * A global function: the verifier looks at it once, not once for each way that leads here. That
 * is the difference between 100,000 instructions to verify and more than the million allowed.
 */
__noinline int prefix6_lookup(__u32 table, __u64 high, __u64 low)
{
	const struct xg_prefix6_tree *tree = bpf_map_lookup_elem(&prefix6_tree, &table);
	const struct xg_prefix6_range *range;
	__u32 rank, at;

	if (!tree)
		return false;
	rank = prefix6_rank(tree, high);
	at = tree->range + rank - 1;
	range = bpf_map_lookup_elem(&prefix6_range, &at);
	if (!rank || !range || high > range->last)
		return false;
	return !range->hosts || prefix6_host_has(range, low);
}

static __always_inline bool prefix6_has(__u32 table, const __be32 address[4])
{
	return prefix6_lookup(table, (__u64)bpf_ntohl(address[0]) << 32 | bpf_ntohl(address[1]),
			      (__u64)bpf_ntohl(address[2]) << 32 | bpf_ntohl(address[3]));
}

#endif
