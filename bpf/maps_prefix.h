/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Prefix sets of the guard; their form is told in abi/prefix.h. All of them are arrays in which
 * the program writes and the guard reads. The program sets max_entries before the load to what
 * the policy's sets need (never full afterwards) and fills them through mmap before a program
 * is attached; a changed policy gets a new object with new maps, so nothing is rewritten under
 * a reader and nothing is deleted one by one. A set that the policy does not use leaves its
 * maps at one entry, and rodata keeps the guard from asking them.
 */
#ifndef XG_BPF_MAPS_PREFIX_H
#define XG_BPF_MAPS_PREFIX_H

#include "bpf/kernel.h"
#include "abi/prefix.h"

/* Entry table * XG_PREFIX4_BLOCKS + (address >> 14): what a /18 has, 64 /24s of it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xg_prefix4_block);
} prefix4_index SEC(".maps");

/* The addresses of a /24 that is in the set in part; all tables' leafs, one after another. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xg_prefix4_leaf);
} prefix4_leaf SEC(".maps");

/* One per table. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xg_prefix6_tree);
} prefix6_tree SEC(".maps");

/* Nodes of all trees; a tree says where each of its levels begins. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xg_prefix6_node);
} prefix6_node SEC(".maps");

/* Ranges over the upper 64 bits, those of a tree one after another. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xg_prefix6_range);
} prefix6_range SEC(".maps");

/* Ranges over the lower 64 bits, those of one /64 one after another. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xg_prefix6_host);
} prefix6_host SEC(".maps");

#endif
