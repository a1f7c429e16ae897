/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rewrite: what a router changes in a packet: the Ethernet addresses, and the TTL with its
 * checksum or the hop limit. Nothing is written before everything is decided.
 */
#ifndef XG_STAGES_REWRITE_H
#define XG_STAGES_REWRITE_H

#include "abi/xgress.h"
#include "bpf/stages/parse.h"

/* RFC 1624: TTL is the upper byte of its word, so the checksum grows by 0x0100. */
static __always_inline void ip4_decrement_ttl(struct iphdr *ip)
{
	__u32 check = ip->check + bpf_htons(0x0100);

	ip->check = check + (check >= 0xffff);
	ip->ttl--;
}

static __always_inline void rewrite_ethernet(void *data, const struct xg_nexthop *nh)
{
	const __u64 *from = (const __u64 *)nh->dmac;
	__u64 *to = data;

	to[0] = from[0];
	*(__u32 *)(to + 1) = *(const __u32 *)(from + 1);
}

static __always_inline void rewrite(struct packet *p, const struct xg_nexthop *nh)
{
	if (p->version == 4)
		ip4_decrement_ttl(p->ip4);
	else
		p->ip6->hop_limit--;
	rewrite_ethernet(p->data, nh);
}

#endif
