/* SPDX-License-Identifier: GPL-2.0-only */
/* The next-hop cache in memory, and what the program tells of routing; bpf/stages/route.h. */
#ifndef XG_ABI_ROUTE_H
#define XG_ABI_ROUTE_H

#include <linux/types.h>
#include "assert.h"

#define XG_NEXTHOPS    4096
#define XG_OWN_BITS    65536
#define XG_ROUTE4_BITS 16
#define XG_ROUTE6_BITS 16

/* A resolved next hop, as the Ethernet header wants it: destination, then source. */
struct xg_nexthop {
	__u8 dmac[6];
	__u8 smac[6];
	__u16 mtu;   /* of the route, bytes of L3 packet; 65535 is "that or more" */
	__u16 flags; /* enum xg_port_flags of the target */
	__u32 ifindex;
	__u32 used;      /* tick of the last word that points here; see stages/route.h */
	__u64 probed_ns; /* when a packet last went by the kernel; coarse monotonic clock */
};
XG_ASSERT_SIZE(struct xg_nexthop, 32);

struct xg_route6 {
	__u64 high; /* upper half of the address ^ word */
	__u64 low;  /* lower half ^ word */
	__u64 word;
	__u64 _pad;
};

/*
 * The machine's own and broadcast addresses, as a filter: a bit each by xg_own_bit(). The kernel
 * forwards nothing that comes from one of them; what meets a bit by chance goes by the kernel.
 */
struct xg_own {
	__u64 bits[XG_OWN_BITS / 64];
};

/* The halves of an address in network byte order; an IPv4 address is the first alone. */
static inline __attribute__((always_inline)) __u32 xg_own_bit(__u64 high, __u64 low)
{
	return ((high + low * 0x9e3779b97f4a7c15ULL) * 0x9e3779b97f4a7c15ULL) >> 48;
}

struct xg_route_cache {
	struct xg_nexthop nexthop[XG_NEXTHOPS];
	__u64 route4[1 << XG_ROUTE4_BITS];
	struct xg_route6 route6[1 << XG_ROUTE6_BITS];
	struct xg_own own; /* written by the program when addresses change */
} __attribute__((aligned(64)));

/* Written by the program when routing changes; read on every packet. */
struct xg_routing {
	__u32 salt;      /* part of every cached word's tag: a new salt empties the cache */
	__u32 cacheable; /* enum xg_cacheable: routing depends on the destination alone */
	__u32 genid4;    /* what the kernel's counters said when cacheable was found out */
	__u32 genid6;
	__u64 watched_until_ns; /* where the kernel cannot be asked: a daemon watches until then */
};
XG_ASSERT_SIZE(struct xg_routing, 24);

enum xg_cacheable {
	XG_CACHEABLE_V4 = 1,
	XG_CACHEABLE_V6 = 2,
	XG_MARKS_MATTER = 4, /* a routing rule asks for the firewall mark */
};

#endif
