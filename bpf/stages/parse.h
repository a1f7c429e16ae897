/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * parse: Ethernet, up to two VLAN tags, IPv4 or IPv6 with extension headers, and the first
 * fields of TCP, UDP, ICMP and ICMPv6. The only place with bounds checks: a pointer that struct
 * packet holds may be read without another.
 *
 * Nothing is guessed. What is malformed gives PARSE_UNREADABLE, and `addresses` says whether the
 * IP header was sound enough for the guard to judge the addresses all the same.
 */
#ifndef XG_STAGES_PARSE_H
#define XG_STAGES_PARSE_H

#include "bpf/kernel.h"
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#define PARSE_VLANS      2     /* IEEE 802.1ad: a service tag and a customer tag */
#define PARSE_EXTENSIONS 8     /* IPv6 extension headers (RFC 8200) */
#define EXTENSION_MASK   0xffc /* 4 to 2,048 bytes */
#define TAGGED_MASK      0x1e  /* 18 or 22 */
#define PARSE_REACH      0xffc /* bytes into the packet that a header may begin; a mask, too */

#define IP_FRAGMENT_OFFSET 0x1fff
#define IP_MORE_FRAGMENTS  0x2000
#define TCP_HEADER_MIN     20
#define ICMP_HEADER        8
#define PORT_VXLAN         4789
#define PORT_VXLAN_LINUX   8472
#define PORT_GENEVE        6081
#define IP6_OPTIONS_HOP    0
#define IP6_ROUTING        43
#define IP6_FRAGMENT       44
#define IP6_AUTHENTICATION 51
#define IP6_NO_NEXT        59
#define IP6_OPTIONS_DST    60
#define IP6_MOBILITY       135
#define IP6_HIP            139
#define IP6_SHIM6          140

enum parse_result {
	PARSE_IP,    /* read to its end */
	PARSE_OTHER, /* not IP: `ethertype` says what */
	PARSE_UNREADABLE,
};

struct packet {
	void *ctx; /* of the hook; NULL on the host */
	bool xdp;
	void *data;
	void *end;
	__u32 length; /* of the whole frame, bytes; may be more than end - data */
	union {
		void *l3;
		struct iphdr *ip4;
		struct ipv6hdr *ip6;
	};
	void *l4;        /* NULL where there is none, or none that is known */
	__u16 *checksum; /* TCP's or UDP's; else NULL */
	__u16 l3_offset;
	__u16 l4_offset;
	__u16 l4_header;  /* length of TCP's or UDP's header */
	__u32 ip_length;  /* header and payload */
	__be16 ethertype; /* behind the tags */
	__u8 version;     /* 4, 6; 0 is not IP */
	__u8 protocol;    /* behind the extension headers */
	bool addresses;
	bool tagged;
	bool options; /* IPv4 options, IPv6 hop-by-hop */
	bool fragment;
	bool later;   /* a fragment without the L4 header */
	bool buffers; /* lies in several of them (XDP): more than is between data and end */
};

/* By its port: VXLAN (RFC 7348; Linux's own before it) or Geneve (RFC 8926). */
static __always_inline bool packet_is_udp_tunnel(const struct packet *p)
{
	__be16 port;

	if (p->protocol != IPPROTO_UDP || !p->l4)
		return false;
	port = ((struct udphdr *)p->l4)->dest;
	return port == bpf_htons(PORT_VXLAN) || port == bpf_htons(PORT_VXLAN_LINUX) ||
	       port == bpf_htons(PORT_GENEVE);
}

/* The upper or lower half of an IPv6 address, in network byte order. */
static __always_inline __u64 address_half(const struct in6_addr *address, int half)
{
	__u64 word;

	__builtin_memcpy(&word, &address->in6_u.u6_addr32[2 * half], sizeof(word));
	return word;
}

struct vlan_tag {
	__be16 tci;
	__be16 ethertype;
};

struct extension {
	__u8 next;
	__u8 length;
	__be16 fragment;
};

/*
 * Changes nothing: the mask has every bit that the number may have. But the verifier knows less
 * of it then, so that ways through the parser that differ only in a number look alike to it and
 * what follows is verified once.
 */
static __always_inline __u32 forget(__u32 number, __u32 mask)
{
	barrier_var(number);
	return number & mask;
}

static __always_inline bool ethertype_is_vlan(__be16 type)
{
	return type == bpf_htons(ETH_P_8021Q) || type == bpf_htons(ETH_P_8021AD);
}

/* In one load: struct ethhdr is packed, its members are read byte by byte. */
static __always_inline __be16 ethernet_type(const void *frame)
{
	return *(const __be16 *)(frame + offsetof(struct ethhdr, h_proto));
}

/* Leaves `l3` behind the Ethernet header and its tags; false: cut off, or too many tags. */
static __always_inline bool parse_ethernet(struct packet *p)
{
	struct ethhdr *eth = p->data;
	struct vlan_tag *tag;
	int i;

	p->l3 = eth + 1;
	if (p->l3 > p->end)
		return false;
	p->ethertype = ethernet_type(p->data);
	p->l3_offset = sizeof(*eth);
	if (!ethertype_is_vlan(p->ethertype))
		return true;
	for (i = 0; i < PARSE_VLANS && ethertype_is_vlan(p->ethertype); i++) {
		tag = p->l3;
		if ((void *)(tag + 1) > p->end)
			return false;
		p->ethertype = tag->ethertype;
		p->l3 = tag + 1;
		p->l3_offset += sizeof(*tag);
	}
	p->tagged = true;
	p->l3_offset = forget(p->l3_offset, TAGGED_MASK);
	p->l3 = p->data + p->l3_offset;
	return !ethertype_is_vlan(p->ethertype);
}

/* The transport headers must lie inside the packet; `room` is what IP left for them. */
static __always_inline bool parse_tcp(struct packet *p, __u32 room)
{
	struct tcphdr *tcp = p->l4;

	if (room < TCP_HEADER_MIN || (void *)tcp + TCP_HEADER_MIN > p->end)
		return false;
	p->l4_header = tcp->doff * 4;
	p->checksum = &tcp->check;
	return p->l4_header >= TCP_HEADER_MIN && (p->fragment || p->l4_header <= room);
}

static __always_inline bool parse_udp(struct packet *p, __u32 room)
{
	struct udphdr *udp = p->l4;
	__u32 length;

	if (room < sizeof(*udp) || (void *)(udp + 1) > p->end)
		return false;
	p->l4_header = sizeof(*udp);
	if (p->fragment)
		return true;
	p->checksum = &udp->check;
	length = bpf_ntohs(udp->len);
	return length >= sizeof(*udp) && length <= room;
}

/* ICMP and ICMPv6: what all their messages begin with. */
static __always_inline bool parse_icmp(struct packet *p, __u32 room)
{
	p->l4_header = ICMP_HEADER;
	return room >= ICMP_HEADER && p->l4 + ICMP_HEADER <= p->end;
}

static __always_inline bool parse_transport(struct packet *p, __u32 room)
{
	switch (p->protocol) {
	case IPPROTO_TCP:
		return parse_tcp(p, room);
	case IPPROTO_UDP:
		return parse_udp(p, room);
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return parse_icmp(p, room);
	default:
		p->l4 = NULL;
		return true;
	}
}

/* Leaves `l4` behind the header; false: its fields contradict each other or the frame. */
static __always_inline bool parse_ip4_header(struct packet *p)
{
	struct iphdr *ip = p->l3;
	__u32 header;
	__u16 fragment;

	if ((void *)(ip + 1) > p->end || ip->version != 4)
		return false;
	p->version = 4;
	p->addresses = true;
	p->protocol = ip->protocol;
	header = ip->ihl * 4;
	/* A packet of the stack that is longer than 64 KiB (BIG TCP) says 0. */
	p->ip_length = ip->tot_len ? bpf_ntohs(ip->tot_len) : p->length - p->l3_offset;
	if (header < sizeof(*ip) || p->ip_length < header ||
	    p->ip_length > p->length - p->l3_offset || (!ip->tot_len && p->ip_length <= 0xffff))
		return false;
	fragment = bpf_ntohs(ip->frag_off);
	p->fragment = fragment & (IP_MORE_FRAGMENTS | IP_FRAGMENT_OFFSET);
	p->later = fragment & IP_FRAGMENT_OFFSET;
	p->options = header > sizeof(*ip);
	p->l4 = p->l3 + header;
	p->l4_offset = p->l3_offset + header;
	return true;
}

static __always_inline enum parse_result parse_ip4(struct packet *p)
{
	if (!parse_ip4_header(p))
		return PARSE_UNREADABLE;
	if (p->later) {
		p->l4 = NULL;
		return PARSE_IP;
	}
	return parse_transport(p, p->ip_length - (p->l4_offset - p->l3_offset)) ? PARSE_IP
										: PARSE_UNREADABLE;
}

/*
 * What an IPv6 next-header number is to the walk below. A table and not comparisons: those
 * would teach the verifier what the number is, and it would follow each number on its own.
 */
enum extension_kind {
	EXTENSION = 1,
	EXTENSION_HOP = 2,
	EXTENSION_FRAGMENT = 4,
	EXTENSION_AUTHENTICATION = 8,
};

static const volatile __u8 extension_kinds[256] = {
	[IP6_OPTIONS_HOP] = EXTENSION | EXTENSION_HOP,
	[IP6_ROUTING] = EXTENSION,
	[IP6_FRAGMENT] = EXTENSION | EXTENSION_FRAGMENT,
	[IP6_AUTHENTICATION] = EXTENSION | EXTENSION_AUTHENTICATION,
	[IP6_OPTIONS_DST] = EXTENSION,
	[IP6_MOBILITY] = EXTENSION,
	[IP6_HIP] = EXTENSION,
	[IP6_SHIM6] = EXTENSION,
};

/*
 * The length of an extension header in bytes: in units of eight beyond the first eight, of the
 * authentication header in units of four beyond the first eight, of the fragment header eight.
 */
static __always_inline __u32 extension_length(__u32 kind, const struct extension *e)
{
	__u32 authentication = kind / EXTENSION_AUTHENTICATION & 1;
	__u32 units = e->length & ((kind / EXTENSION_FRAGMENT & 1) - 1);
	__u32 bytes = (units + 1 + authentication) << (3 - authentication);

	return forget(bytes, EXTENSION_MASK);
}

/* What the walk found, in one number: see packet_walk(). */
#define WALK(offset, protocol, seen, later) \
	((__u64)(later) << 32 | (__u64)(seen) << 24 | (__u64)(protocol) << 16 | (offset))
#define WALK_UNREADABLE  WALK(0, 0, 0, 0)
#define WALK_OFFSET(w)   ((__u32)(w) & PARSE_REACH)
#define WALK_PROTOCOL(w) ((__u8)((w) >> 16))
#define WALK_SEEN(w)     ((__u8)((w) >> 24))
#define WALK_LATER(w)    ((w) >> 32)

/* Walks the extension headers behind the IPv6 header at `l3` (RFC 8200, 4.1). */
static __always_inline __u64 walk_extensions(void *l3, void *end, __u32 ip_length, __u8 protocol)
{
	__u32 offset = sizeof(struct ipv6hdr), later = 0, seen = 0, kind;
	struct extension *e;
	int i;

	kind = extension_kinds[protocol];
	for (i = 0; i < PARSE_EXTENSIONS && kind && !later; i++) {
		e = l3 + offset;
		barrier_var(e); /* one pointer, so that its check holds for each read */
		if ((void *)(e + 1) > end || offset + 8 > ip_length)
			return WALK_UNREADABLE;
		if (kind & EXTENSION_HOP && i > 0)
			return WALK_UNREADABLE; /* RFC 8200: only right behind the IPv6 header */
		seen |= kind;
		later = bpf_ntohs(e->fragment) & 0xfff8 & -(kind / EXTENSION_FRAGMENT & 1);
		offset += extension_length(kind, e);
		if (offset > PARSE_REACH)
			return WALK_UNREADABLE;
		offset = forget(offset, PARSE_REACH);
		protocol = e->next;
		kind = extension_kinds[protocol];
	}
	if (offset > ip_length || (!later && kind))
		return WALK_UNREADABLE;
	return WALK(offset, protocol, seen, !!later);
}

/*
 * The walk of a packet that has extension headers. In the kernel it is behind a global function
 * of each hook (bpf/context.h), which the verifier looks at once.
 */
#ifdef __bpf__
static __always_inline __u64 packet_walk(const struct packet *p);
#else
static __always_inline __u64 packet_walk(const struct packet *p)
{
	return walk_extensions(p->l3, p->end, p->ip_length, p->protocol);
}
#endif

static __always_inline enum parse_result parse_ip6_chain(struct packet *p)
{
	__u32 offset = sizeof(struct ipv6hdr);

	if (extension_kinds[p->protocol]) {
		__u64 walk = packet_walk(p);

		offset = WALK_OFFSET(walk);
		if (!offset || offset > p->ip_length)
			return PARSE_UNREADABLE;
		p->protocol = WALK_PROTOCOL(walk);
		p->options = WALK_SEEN(walk) & EXTENSION_HOP;
		p->fragment = WALK_SEEN(walk) & EXTENSION_FRAGMENT;
		p->later = WALK_LATER(walk);
	}
	if (p->later || p->protocol == IP6_NO_NEXT)
		return PARSE_IP;
	p->l4 = p->l3 + offset;
	p->l4_offset = p->l3_offset + offset;
	return parse_transport(p, p->ip_length - offset) ? PARSE_IP : PARSE_UNREADABLE;
}

static __always_inline bool parse_ip6_header(struct packet *p)
{
	struct ipv6hdr *ip = p->l3;

	if ((void *)(ip + 1) > p->end || ip->version != 6)
		return false;
	p->version = 6;
	p->addresses = true;
	p->protocol = ip->nexthdr;
	p->ip_length = sizeof(*ip) + bpf_ntohs(ip->payload_len);
	/* A jumbo payload of the stack (BIG TCP) says 0; RFC 2675 has a hop-by-hop option then. */
	if (!ip->payload_len && p->length - p->l3_offset > 0xffff)
		p->ip_length = p->length - p->l3_offset;
	return p->ip_length <= p->length - p->l3_offset;
}

static __always_inline enum parse_result parse_ip6(struct packet *p)
{
	return parse_ip6_header(p) ? parse_ip6_chain(p) : PARSE_UNREADABLE;
}

/* What the hook knows is set (`data`, `end`, `length`, `tagged`, `buffers`), the rest is zero. */
static __always_inline enum parse_result parse(struct packet *p)
{
	if (!parse_ethernet(p))
		return PARSE_UNREADABLE;
	if (p->ethertype == bpf_htons(ETH_P_IP))
		return parse_ip4(p);
	if (p->ethertype == bpf_htons(ETH_P_IPV6))
		return parse_ip6(p);
	return PARSE_OTHER;
}

#endif
