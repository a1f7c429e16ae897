// SPDX-License-Identifier: GPL-2.0-only
/* From words to a frame. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

#define TTL       64
#define ICMP_SIZE 8

/* Who sends what comes in, and gets what goes out: locally administered, nobody's. */
static const uint8_t peer[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x02 };

static uint32_t sum_bytes(const void *bytes, size_t size, uint32_t sum)
{
	const uint8_t *b = bytes;
	size_t i;

	for (i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)b[i] << 8 | b[i + 1];
	return i < size ? sum + ((uint32_t)b[i] << 8) : sum;
}

static uint16_t finish(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}

static uint32_t pseudo_sum(const struct packet_words *w, size_t length)
{
	size_t size = w->src_family == AF_INET6 ? 16 : 4;

	return sum_bytes(w->src, size, sum_bytes(w->dst, size, w->protocol + length));
}

static size_t transport_size(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
		return sizeof(struct udphdr);
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return ICMP_SIZE;
	default:
		return 0;
	}
}

static void build_tcp(const struct packet_words *w, uint8_t *at, size_t length)
{
	struct tcphdr tcp = {
		.source = htons(w->sport),
		.dest = htons(w->dport),
		.doff = sizeof(tcp) / 4,
		.window = htons(65535),
	};

	memcpy(at, &tcp, sizeof(tcp));
	at[13] = w->flags; /* the byte of the flags */
	tcp.check = finish(sum_bytes(at, length, pseudo_sum(w, length)));
	memcpy(at + offsetof(struct tcphdr, check), &tcp.check, sizeof(tcp.check));
}

static void build_udp(const struct packet_words *w, uint8_t *at, size_t length)
{
	struct udphdr udp = {
		.source = htons(w->sport),
		.dest = htons(w->dport),
		.len = htons(length),
	};

	memcpy(at, &udp, sizeof(udp));
	udp.check = finish(sum_bytes(at, length, pseudo_sum(w, length)));
	if (!udp.check)
		udp.check = 0xffff; /* RFC 768: 0 is "none" */
	memcpy(at, &udp, sizeof(udp));
}

/* An echo request. ICMPv6 has the pseudo header in its checksum, ICMP has not. */
static void build_icmp(const struct packet_words *w, uint8_t *at, size_t length)
{
	bool v6 = w->protocol == IPPROTO_ICMPV6;
	uint16_t check;

	at[0] = v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
	check = finish(sum_bytes(at, length, v6 ? pseudo_sum(w, length) : 0));
	memcpy(at + 2, &check, sizeof(check));
}

static void build_transport(const struct packet_words *w, uint8_t *at, size_t length)
{
	switch (w->protocol) {
	case IPPROTO_TCP:
		return build_tcp(w, at, length);
	case IPPROTO_UDP:
		return build_udp(w, at, length);
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return build_icmp(w, at, length);
	}
}

static void build_ip4(const struct packet_words *w, uint8_t *at, size_t length)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = sizeof(ip) / 4,
		.tot_len = htons(length),
		.ttl = TTL,
		.protocol = w->protocol,
	};

	memcpy(&ip.saddr, w->src, sizeof(ip.saddr));
	memcpy(&ip.daddr, w->dst, sizeof(ip.daddr));
	ip.check = finish(sum_bytes(&ip, sizeof(ip), 0));
	memcpy(at, &ip, sizeof(ip));
}

static void build_ip6(const struct packet_words *w, uint8_t *at, size_t length)
{
	struct ip6_hdr ip = { .ip6_flow = htonl(6U << 28) };

	ip.ip6_plen = htons(length - sizeof(ip));
	ip.ip6_nxt = w->protocol;
	ip.ip6_hlim = TTL;
	memcpy(&ip.ip6_src, w->src, sizeof(ip.ip6_src));
	memcpy(&ip.ip6_dst, w->dst, sizeof(ip.ip6_dst));
	memcpy(at, &ip, sizeof(ip));
}

static size_t build_ethernet(const struct packet_words *w, const uint8_t mac[6], bool outward,
			     uint8_t *at)
{
	uint16_t type = htons(w->src_family == AF_INET6 ? ETH_P_IPV6 : ETH_P_IP);
	uint16_t tag[2] = { htons(ETH_P_8021Q), htons(w->vlan) };
	size_t size = 2 * ETH_ALEN;

	memcpy(at, outward ? peer : mac, ETH_ALEN);
	memcpy(at + ETH_ALEN, outward ? mac : peer, ETH_ALEN);
	if (w->vlan) {
		memcpy(at + size, tag, sizeof(tag));
		size += sizeof(tag);
	}
	memcpy(at + size, &type, sizeof(type));
	return size + sizeof(type);
}

static int build_hex(const char *hex, uint8_t *frame, size_t room, struct err *e)
{
	char digits[3] = "";
	size_t i, size = strlen(hex) / 2;

	if (size < ETH_HLEN || size > room)
		return err_set(e, EINVAL, "hex=: expected a frame of %d to %zu bytes, found %zu",
			       ETH_HLEN, room, size);
	for (i = 0; i < size; i++) {
		memcpy(digits, hex + 2 * i, 2);
		frame[i] = strtoul(digits, NULL, 16);
	}
	return size;
}

int packet_build(const struct packet_words *w, const uint8_t mac[6], bool outward, uint8_t *frame,
		 size_t room, struct err *e)
{
	bool v6 = w->src_family == AF_INET6;
	size_t header = v6 ? sizeof(struct ip6_hdr) : sizeof(struct iphdr);
	size_t least = header + transport_size(w->protocol);
	size_t length = w->length ? w->length : least, at;

	if (w->hex)
		return build_hex(w->hex, frame, room, e);
	if (length < least || length + ETH_HLEN + 4 > room)
		return err_set(e, EINVAL, "len=%zu: expected %zu to %zu bytes for such a packet",
			       length, least, room - ETH_HLEN - 4);
	at = build_ethernet(w, mac, outward, frame);
	memset(frame + at, 0, length);
	build_transport(w, frame + at + header, length - header);
	(v6 ? build_ip6 : build_ip4)(w, frame + at, length);
	return at + length;
}
