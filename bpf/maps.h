/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The maps, all but the prefix sets (maps_prefix.h). "Loader" is `xgress apply`; it sets the
 * sizes that are 1 here.
 */
#ifndef XG_BPF_MAPS_H
#define XG_BPF_MAPS_H

#include "bpf/kernel.h"
#include "abi/xgress.h"

#define ROUTE4_BITS    16
#define ROUTE6_BITS    16
#define NEXTHOPS       4096
#define CHECKSUM_CHUNK 512

/* Written by the loader, read per packet. Fresh for every generation. Never full: sized to it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xg_port);
} ports SEC(".maps");

/* Where XDP may redirect to, by ifindex. Written by the loader. Fresh for every generation. */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct bpf_devmap_val);
} targets SEC(".maps");

/* Written per packet, read by `stats`. Pinned, and kept from generation to generation. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, XG_ROWS);
	__type(key, __u32);
	__type(value, struct xg_counters);
} counters SEC(".maps");

/*
 * The next-hop cache: stages/route.h tells its form. Written and read per packet, a colliding
 * destination takes the place over, nobody deletes: entries expire by their tag.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << ROUTE4_BITS);
	__type(key, __u32);
	__type(value, __u64);
} route4 SEC(".maps");

struct route6_entry {
	__u64 high; /* upper half of the address ^ word */
	__u64 low;  /* lower half ^ word */
	__u64 word;
	__u64 _pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << ROUTE6_BITS);
	__type(key, __u32);
	__type(value, struct route6_entry);
} route6 SEC(".maps");

/* Written when a next hop is first met. Full: the packet is forwarded, its word not cached. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, NEXTHOPS);
	__type(key, __u32);
	__type(value, struct xg_nexthop);
} nexthops SEC(".maps");

/* Scratch for checksums that XDP has to complete: bpf_csum_diff wants them in one piece. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u8[CHECKSUM_CHUNK]);
} checksum_scratch SEC(".maps");

#endif
