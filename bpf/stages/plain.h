/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plain: is this one of the frames that nearly all traffic consists of? Untagged IPv4 without
 * options or IPv6 without extension headers, whole, in one buffer, TCP or UDP. Each hook runs
 * its stages once for each of the two shapes, where the compiler knows version, offsets and
 * flags as constants, and once, behind a global function, for whatever else arrives.
 *
 * The headers are read by the functions of parse.h: what is said here is only that a shape has
 * nothing special. What is not accepted is not judged either: parse() reads it again.
 */
#ifndef XG_STAGES_PLAIN_H
#define XG_STAGES_PLAIN_H

#include "bpf/stages/parse.h"

#define PLAIN_IP4 0x45 /* version 4, five words of header */

static __always_inline bool plain_protocol(__u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
}

/* The Ethernet header of an untagged frame in one buffer that has an IP header of `size` bytes. */
static __always_inline bool plain_ethernet(struct packet *p, __be16 ethertype, __u32 size)
{
	struct ethhdr *eth = p->data;

	p->l3 = eth + 1;
	if (p->tagged || p->buffers || p->l3 + size > p->end || ethernet_type(p->data) != ethertype)
		return false;
	p->ethertype = ethertype;
	p->l3_offset = sizeof(*eth);
	return true;
}

static __always_inline bool plain_transport(struct packet *p, __u32 room)
{
	p->options = p->fragment = p->later = false;
	return p->protocol == IPPROTO_UDP ? parse_udp(p, room) : parse_tcp(p, room);
}

static __always_inline bool plain4(struct packet *p)
{
	struct iphdr *ip;

	if (!plain_ethernet(p, bpf_htons(ETH_P_IP), sizeof(*ip)))
		return false;
	ip = p->ip4;
	if (*(__u8 *)ip != PLAIN_IP4 || !ip->tot_len || !plain_protocol(ip->protocol) ||
	    ip->frag_off & bpf_htons(IP_MORE_FRAGMENTS | IP_FRAGMENT_OFFSET))
		return false;
	if (!parse_ip4_header(p))
		return false;
	p->l4 = ip + 1;
	p->l4_offset = sizeof(struct ethhdr) + sizeof(*ip);
	return plain_transport(p, p->ip_length - sizeof(*ip));
}

static __always_inline bool plain6(struct packet *p)
{
	struct ipv6hdr *ip;

	if (!plain_ethernet(p, bpf_htons(ETH_P_IPV6), sizeof(*ip)))
		return false;
	ip = p->ip6;
	if (!ip->payload_len || !plain_protocol(ip->nexthdr) || !parse_ip6_header(p))
		return false;
	p->l4 = ip + 1;
	p->l4_offset = sizeof(struct ethhdr) + sizeof(*ip);
	return plain_transport(p, p->ip_length - sizeof(*ip));
}

#endif
