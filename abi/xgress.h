/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel side and the program share: every struct that lies in a map or in rodata,
 * once. Sizes are asserted; padding is explicit; keys are plain integers.
 *
 * A change of a pinned struct (counters, state, row) is a change of XG_LAYOUT.
 */
#ifndef XG_ABI_XGRESS_H
#define XG_ABI_XGRESS_H

#include <linux/types.h>
#include "assert.h"
#include "reason.h"

#define XG_LAYOUT    3    /* version of what is pinned; part of the pin path */
#define XG_VRRP_MACS 2    /* a router ID has one for IPv4 and one for IPv6 (RFC 9568, 7.3) */
#define XG_ROWS      1024 /* interface x hook that one instance can count */

/* Counters of one row (an interface at one hook), one copy per CPU. */
struct xg_count {
	__u64 packets;
	__u64 bytes; /* of the frame, Ethernet header included, FCS not */
};

struct xg_counters {
	struct xg_count seen;                   /* on entry */
	struct xg_count reason[XG_REASON_ROOM]; /* on exit, one of them per packet */
};
XG_ASSERT_SIZE(struct xg_counters, 16 * (1 + XG_REASON_ROOM));

enum xg_port_flags {
	XG_PORT_OUTSIDE = 1,      /* an uplink; else it is an inside interface */
	XG_PORT_TARGET_XDP = 2,   /* XDP may redirect to it (ndo_xdp_xmit works) */
	XG_PORT_TARGET_TC = 4,    /* TC may redirect to it */
	XG_PORT_TARGET_SG = 8,    /* ... also a frame in several buffers */
	XG_PORT_STACK_PEER = 16,  /* XDP on a veth or tap: frames may carry placeholder checksums */
	XG_PORT_VETH = 32,        /* ... native, on a veth that can be asked for hidden tags */
	XG_PORT_GENERIC = 64,     /* ... in generic mode: the kernel would complete them again */
	XG_PORT_NO_FORWARD = 128, /* the kernel forwards what comes in here; `status` says why */
};

/*
 * One interface of the policy, in the `ports` array. Its size and the multiplier are chosen at
 * load so that no two interfaces share a place.
 */
struct xg_port {
	__u8 mac[6]; /* read as one word with the padding */
	__u16 _pad;
	__u32 ifindex;     /* 0: nothing here */
	__u32 flags;       /* enum xg_port_flags */
	__u16 ingress_row; /* counters */
	__u16 egress_row;
	__u32 _pad2;
	__u8 vrrp[XG_VRRP_MACS][8]; /* of VRRP macvlans on it, six bytes each; zeroes: none */
} __attribute__((aligned(8)));
XG_ASSERT_SIZE(struct xg_port, 40);

/* Where an interface stands in `ports` and `targets`. */
static inline __attribute__((always_inline)) __u32 xg_port_place(__u32 ifindex, __u32 hash,
								 __u32 shift)
{
	return (ifindex * hash) >> shift;
}

/*
 * An interface whose losses are watched (bpf/trace.bpf.c), by ifindex, which other network
 * namespaces use as well.
 */
struct xg_watched {
	__u64 netns;   /* its cookie */
	__u32 row;     /* counters */
	__u32 program; /* the last one that was found to be of this instance, by id */
};
XG_ASSERT_SIZE(struct xg_watched, 16);

#include "route.h"
#include "prefix.h"
#include "explain.h"

/* rodata: what the policy does not use is removed by the verifier. */
struct xg_config {
	__u32 ports_hash;
	__u32 ports_shift;
	__u8 unreadable_drop;
	__u8 kernel_types; /* programs may look at structs of the kernel: kfuncs since 6.2 */
	__u16 _pad;
	struct xg_guard_tables v4;
	struct xg_guard_tables v6;
};
XG_ASSERT_SIZE(struct xg_config, 44);

#include "instance.h"

#endif
