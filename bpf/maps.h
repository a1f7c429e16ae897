/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The maps, all but the prefix sets (maps_prefix.h). "Loader" is `xgress apply`; it sets the
 * sizes that are 1 here.
 */
#ifndef XG_BPF_MAPS_H
#define XG_BPF_MAPS_H

#include "bpf/kernel.h"
#include "abi/xgress.h"

#define CHECKSUM_CHUNK 512

/* Written by the loader, read per packet. Fresh for every generation. Never full: sized to it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xg_port);
} ports SEC(".maps");

/* Where XDP may redirect to: places as in `ports`. Written by the loader, fresh as well. */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
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
 * The next-hop cache: stages/route.h tells its form. Global data, one map with one element: the
 * address of an entry is a constant plus an offset, which spares the lookup of an array map (11
 * instructions each, three a packet). Written and read per packet. A colliding destination takes
 * the place over, and nobody deletes: entries expire by their tag. Where the table of next hops
 * has no room, packets of a new next hop go by the kernel.
 */
struct xg_route_cache route_cache;

/* Scratch for checksums that XDP has to complete: bpf_csum_diff wants them in one piece. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u8[CHECKSUM_CHUNK]);
} checksum_scratch SEC(".maps");

#endif
