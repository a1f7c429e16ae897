/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the looking glass of `xgress explain` (bpf/explain.bpf.c) sees in a packet: the stages'
 * answers one by one, where the programs that forward have only the last of them.
 */
#ifndef XG_ABI_EXPLAIN_H
#define XG_ABI_EXPLAIN_H

#include <linux/types.h>
#include "assert.h"
#include "route.h"

enum xg_explain_listed {
	XG_BLOCK_SRC = 1, /* guard.block or block_src has the source */
	XG_BLOCK_DST = 2, /* ... block or block_dst the destination */
	XG_ALLOW_SRC = 4,
	XG_ALLOW_DST = 8,
};

struct xg_explain {
	/* Of struct packet (bpf/stages/parse.h). */
	__u32 length;
	__u32 ip_length;
	__u16 l3_offset;
	__u16 l4_offset;
	__u16 l4_header;
	__be16 ethertype;
	__u8 parsed; /* enum parse_result */
	__u8 version;
	__u8 protocol;
	__u8 addresses;
	__u8 tagged;
	__u8 options;
	__u8 fragment;
	__u8 has_l4;

	__u8 admitted;    /* enum xg_reason: admit's answer */
	__u8 listed;      /* enum xg_explain_listed */
	__u8 cached;      /* the next-hop cache knows the destination */
	__u8 placeholder; /* the checksum is still to be completed */

	__u8 has_nexthop;
	__u8 _pad[3];
	struct xg_nexthop nexthop;
};
XG_ASSERT_SIZE(struct xg_explain, 64);

#endif
