/* SPDX-License-Identifier: GPL-2.0-only */
/* The parse stage on the host, and what must hold of its answer whatever the frame was. */
#ifndef XG_TESTS_PARSE_HOST_H
#define XG_TESTS_PARSE_HOST_H

#include "bpf/stages/parse.h"
#include "bpf/stages/plain.h"

/*
 * `size` bytes are in reach, of a frame of `length` bytes: more, where it lies in several
 * buffers.
 */
static inline enum parse_result parse_host(void *data, size_t size, size_t length,
					   struct packet *ret_packet)
{
	struct packet p = { .data = data, .end = (char *)data + size, .length = length };
	enum parse_result result = parse(&p);

	*ret_packet = p;
	return result;
}

static inline bool parse_host_in_reach(const struct packet *p, const void *at, size_t size)
{
	return at >= p->data && (const char *)at + size <= (const char *)p->end;
}

static inline bool parse_host_transport_holds(const struct packet *p)
{
	size_t least = p->protocol == IPPROTO_TCP ? TCP_HEADER_MIN : sizeof(struct udphdr);

	if (!p->l4)
		return !p->checksum;
	return !p->later && parse_host_in_reach(p, p->l4, least) &&
	       (char *)p->l4 == (char *)p->data + p->l4_offset && p->l4_header >= least &&
	       p->l4_offset - p->l3_offset + least <= p->ip_length &&
	       (!p->checksum || parse_host_in_reach(p, p->checksum, 2));
}

/* What plain4() or plain6() accept, parse() reads in the same way. */
static inline bool parse_host_agrees(const struct packet *p, enum parse_result result)
{
	struct packet p4 = { .data = p->data, .end = p->end, .length = p->length }, p6 = p4;
	const struct packet *plain = plain4(&p4) ? &p4 : plain6(&p6) ? &p6 : NULL;

	if (!plain)
		return true;
	return result == PARSE_IP && plain->l3 == p->l3 && plain->l4 == p->l4 &&
	       plain->checksum == p->checksum && plain->l3_offset == p->l3_offset &&
	       plain->l4_offset == p->l4_offset && plain->l4_header == p->l4_header &&
	       plain->ip_length == p->ip_length && plain->ethertype == p->ethertype &&
	       plain->version == p->version && plain->protocol == p->protocol && p->addresses &&
	       plain->addresses && !p->tagged && !p->options && !p->fragment && !p->later;
}

/* What later stages rely on, and read without asking again. */
static inline bool parse_host_holds(const struct packet *p, enum parse_result result)
{
	size_t header = p->version == 4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);

	if (!parse_host_agrees(p, result))
		return false;
	if (p->addresses && !(p->version == 4 || p->version == 6))
		return false;
	if (p->addresses && !parse_host_in_reach(p, p->l3, header))
		return false;
	if (result == PARSE_OTHER)
		return !p->version && !p->addresses;
	if (result == PARSE_UNREADABLE)
		return true;
	return p->addresses && (char *)p->l3 == (char *)p->data + p->l3_offset &&
	       p->ip_length >= header && p->ip_length <= p->length - p->l3_offset &&
	       (p->fragment || !p->later) && parse_host_transport_holds(p);
}

#endif
