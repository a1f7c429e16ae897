/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * admit: may this packet be forwarded here at all? Whatever a router has to look at more
 * closely goes to the kernel byte for byte. The destination address is judged in route.h, once
 * per cached next hop.
 */
#ifndef XG_STAGES_ADMIT_H
#define XG_STAGES_ADMIT_H

#include "bpf/maps.h"
#include "bpf/stages/parse.h"

#define MAC_BYTES       bpf_cpu_to_be64(0xffffffffffff0000ULL) /* the first six of eight */
#define ICMPV6_ND_FIRST 133                                    /* router solicitation */
#define ICMPV6_ND_LAST  137                                    /* redirect */

/* RFC 1122, 3.2.1.3; RFC 3927; RFC 5735. Host byte order. */
static __always_inline bool ip4_is_martian(__u32 address)
{
	__u32 net = address >> 24;

	return net - 1 >= 223 /* 0, 224 and above */ || net == 127 || address >> 16 == 0xa9fe;
}

/* ::/64 (unspecified, loopback, mapped), fe80::/10, ff00::/8 (RFC 4291). */
static __always_inline bool ip6_is_martian(const struct in6_addr *address)
{
	__u32 first = bpf_ntohl(address->in6_u.u6_addr32[0]);

	return (!first && !address->in6_u.u6_addr32[1]) || first >> 22 == 0xfe80 >> 6 ||
	       first >> 24 == 0xff;
}

/* To a virtual router that this machine is: zeroes, where there is none, are nobody's address. */
static __always_inline bool is_vrrp(__u64 to, const struct xg_port *port)
{
	const __u64 *mac = (const __u64 *)port->vrrp;

	to &= MAC_BYTES;
	return to && (to == mac[0] || to == mac[1]);
}

static __always_inline enum xg_reason admit_ethernet(const struct packet *p,
						     const struct xg_port *port)
{
	const __u64 *to = p->data, *mine = (const __u64 *)port->mac;

	if (p->ethertype == bpf_htons(ETH_P_ARP))
		return XG_REASON_ARP;
	if (!p->version)
		return XG_REASON_NOT_IP;
	if ((*to ^ *mine) & MAC_BYTES) {
		if (*(__u8 *)p->data & 1)
			return XG_REASON_MULTICAST;
		if (!is_vrrp(*to, port))
			return XG_REASON_OTHER_MAC;
	}
	return p->tagged ? XG_REASON_VLAN : XG_UNDECIDED;
}

/* Does it say to come from this machine? */
static __always_inline bool source_is_own(__u64 high, __u64 low)
{
	__u32 bit = xg_own_bit(high, low);

	return route_cache.own.bits[bit / 64] >> (bit % 64) & 1;
}

static __always_inline enum xg_reason admit_ip4(const struct packet *p)
{
	if (ip4_is_martian(bpf_ntohl(p->ip4->saddr)) || source_is_own(p->ip4->saddr, 0))
		return XG_REASON_MARTIAN;
	return p->ip4->ttl <= 1 ? XG_REASON_TTL_EXPIRED : XG_UNDECIDED;
}

static __always_inline enum xg_reason admit_ip6(const struct packet *p)
{
	if (p->protocol == IPPROTO_ICMPV6 && p->l4) {
		__u8 type = *(__u8 *)p->l4;

		if (type >= ICMPV6_ND_FIRST && type <= ICMPV6_ND_LAST)
			return XG_REASON_NEIGHBOUR_DISCOVERY;
	}
	if (ip6_is_martian(&p->ip6->saddr) ||
	    source_is_own(address_half(&p->ip6->saddr, 0), address_half(&p->ip6->saddr, 1)))
		return XG_REASON_MARTIAN;
	return p->ip6->hop_limit <= 1 ? XG_REASON_TTL_EXPIRED : XG_UNDECIDED;
}

static __always_inline enum xg_reason admit(const struct packet *p, const struct xg_port *port)
{
	enum xg_reason reason = admit_ethernet(p, port);

	if (reason != XG_UNDECIDED)
		return reason;
	if (p->options)
		return XG_REASON_IP_OPTIONS;
	return p->version == 4 ? admit_ip4(p) : admit_ip6(p);
}

#endif
