// SPDX-License-Identifier: GPL-2.0-only
/* What the parser read in a packet, or why it could not. */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "../util/line.h"
#include "stages.h"

#define PARSE_UNREADABLE 2 /* enum parse_result of bpf/stages/parse.h */

static const char *protocol_name(uint8_t protocol, char *buf, size_t size)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return "TCP";
	case IPPROTO_UDP:
		return "UDP";
	case IPPROTO_ICMP:
		return "ICMP";
	case IPPROTO_ICMPV6:
		return "ICMPv6";
	}
	snprintf(buf, size, "protocol %u", protocol);
	return buf;
}

static const char *why_unreadable(const struct xg_explain *s)
{
	uint16_t type = ntohs(s->ethertype);

	if (type == ETH_P_8021Q || type == ETH_P_8021AD)
		return "more VLAN tags than two, or cut off inside them";
	if (!s->addresses)
		return "the IP header is cut off, or its version is not the Ethernet header's";
	if (!s->l4_offset && s->version == 4)
		return "the IPv4 header's lengths contradict each other or the frame";
	if (!s->l4_offset)
		return "the IPv6 header's length contradicts the frame, or its extension headers "
		       "are broken or too many";
	return "the transport header is cut off, or its length contradicts the packet";
}

static void add_address(struct line *l, const struct xg_explain *s, const uint8_t *address,
			const uint8_t *port)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(s->version == 6 ? AF_INET6 : AF_INET, address, text, sizeof(text));
	line_add(l, port && s->version == 6 ? "[%s]" : "%s", text);
	if (port)
		line_add(l, ":%u", port[0] << 8 | port[1]);
}

static void add_flow(struct line *l, const struct stages_facts *f)
{
	const struct xg_explain *s = &f->answer->seen;
	const uint8_t *ip = f->packet + s->l3_offset, *ports = NULL;
	const uint8_t *addresses = ip + (s->version == 4 ? 12 : 8);

	if (s->has_l4 && (s->protocol == IPPROTO_TCP || s->protocol == IPPROTO_UDP) &&
	    s->l4_offset + 4U <= f->size)
		ports = f->packet + s->l4_offset;
	add_address(l, s, addresses, ports);
	line_add(l, " > ");
	add_address(l, s, addresses + (s->version == 4 ? 4 : 16), ports ? ports + 2 : NULL);
}

static void add_shape(struct line *l, const struct xg_explain *s)
{
	line_add(l, ", %u bytes; header at %u", s->ip_length, s->l3_offset);
	if (s->has_l4 && s->l4_offset)
		line_add(l, ", transport at %u", s->l4_offset);
	if (s->tagged)
		line_add(l, "; VLAN-tagged");
	if (s->options)
		line_add(l, "; %s", s->version == 4 ? "IPv4 options" : "a hop-by-hop header");
	if (s->fragment)
		line_add(l, "; a fragment");
}

void stage_parse(const struct stages_facts *f, char *text, size_t size)
{
	const struct xg_explain *s = &f->answer->seen;
	char protocol[24];
	struct line l;

	line_begin(&l, text, size);
	if (s->parsed == PARSE_UNREADABLE)
		line_add(&l, "unreadable: %s%s", why_unreadable(s), s->addresses ? "; " : "");
	if (s->addresses) {
		line_add(&l, "IPv%u %s ", s->version,
			 protocol_name(s->protocol, protocol, sizeof(protocol)));
		add_flow(&l, f);
	} else if (s->parsed != PARSE_UNREADABLE) {
		line_add(&l, "not IP: ethertype 0x%04x%s", ntohs(s->ethertype),
			 ntohs(s->ethertype) == ETH_P_ARP ? " (ARP)" : "");
	}
	if (s->addresses && s->parsed != PARSE_UNREADABLE)
		add_shape(&l, s);
}
