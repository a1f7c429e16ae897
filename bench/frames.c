// SPDX-License-Identifier: GPL-2.0-only
#include "frames.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

_Static_assert(sizeof(struct bench_ipv4) == 40, "copied by generate4 in five words");
_Static_assert(sizeof(struct bench_ipv6) == 56, "copied by generate6 in seven words");

static uint16_t sum16(const void *data, size_t size, uint32_t sum)
{
	const unsigned char *p = data;

	for (size_t i = 0; i + 1 < size; i += 2)
		sum += p[i] << 8 | p[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

void frame_macs(unsigned char to, unsigned char from, struct bench_macs *ret_macs)
{
	const unsigned char macs[12] = { 2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from };

	memcpy(ret_macs, macs, sizeof(macs));
}

void frame_ipv4(unsigned char frame[FRAME_IPV4_BYTES])
{
	struct bench_ipv4 h = {
		.ethertype = htons(0x0800),
		.version_ihl = 0x45,
		.total_length = htons(FRAME_IPV4_BYTES - 14),
		.ttl = BENCH_TTL,
		.protocol = IPPROTO_UDP,
		.saddr = { 10, 1, 0, 9 },
		.daddr = { 10, 3 },
		.source = htons(BENCH_SOURCE_PORT),
		.dest = htons(5001),
		.udp_length = htons(FRAME_IPV4_BYTES - 34),
	};

	frame_macs(0x0b, 0x0a, &h.macs);
	h.check = htons(~sum16(&h.version_ihl, 20, 0));
	memset(frame, 0, FRAME_IPV4_BYTES);
	memcpy(frame, &h, sizeof(h)); /* UDP checksum 0: none */
}

void frame_ipv6(unsigned char frame[FRAME_IPV6_BYTES])
{
	__be16 udp[4] = { htons(BENCH_SOURCE_PORT), htons(5001), htons(8), 0 };
	struct bench_ipv6 h = {
		.ethertype = htons(0x86dd),
		.version_class = { 0x60 },
		.length = htons(8),
		.next_header = IPPROTO_UDP,
		.hop_limit = BENCH_TTL,
		.saddr = { 0xfd, 0, 0, 1, [15] = 9 },
		.daddr = { 0xfd, 0, 0, 3 },
		.daddr_check = 0xffff,
	};

	frame_macs(0x0b, 0x0a, &h.macs);
	/* the pseudo-header, RFC 8200 8.1: addresses, length, protocol */
	udp[3] = htons(~sum16(udp, sizeof(udp), sum16(h.saddr, 32, 8 + IPPROTO_UDP)));
	h.source = udp[0];
	memcpy(frame, &h, sizeof(h));
	memcpy(frame + 54, udp, sizeof(udp));
}
