/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * checksum: a frame that XDP gets from the stack of a veth or tap peer may carry a placeholder
 * in its TCP or UDP checksum, the sum of the pseudo header (CHECKSUM_PARTIAL), which the device
 * would have completed. A redirect loses that knowledge, so the checksum is completed here. A
 * checksum that equals the placeholder by chance is completed to itself.
 */
#ifndef XG_STAGES_CHECKSUM_H
#define XG_STAGES_CHECKSUM_H

#include "bpf/maps.h"
#include "bpf/stages/parse.h"

#define CHECKSUM_CHUNKS 20 /* 10 KiB: jumbo frames */

#define IPPROTO_TUNNEL_GRE 47
#define IPPROTO_TUNNEL_IP4 4
#define IPPROTO_TUNNEL_IP6 41
#define IPPROTO_SCTP_CRC   132
#define SCTP_CHECKSUM_AT   8
#define SCTP_HEADER        12
#define INVERSE_65535      0xfffefffefffeffffULL /* 65,535 * this is 1 modulo 2^64 */

static __always_inline __u16 checksum_fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static __always_inline __u64 sum_words(const __be32 *word, int n)
{
	__u64 sum = 0;
	int i;

	for (i = 0; i < n; i++)
		sum += word[i];
	return sum;
}

/* Is it 0 in the arithmetic of checksums, modulo 65,535? By the inverse: no fold, no division. */
static __always_inline bool checksum_is_zero(__u64 sum)
{
	return sum * INVERSE_65535 <= ~0ULL / 65535;
}

/*
 * Does the field hold the sum of the pseudo header (RFC 9293, 3.1; RFC 8200, 8.1) and no more?
 * The stack's placeholder is that sum folded, which is never 0.
 */
static __always_inline bool checksum_is_placeholder(const struct packet *p, __u32 length)
{
	__u64 sum = bpf_htonl(length + p->protocol);

	if (p->version == 4)
		sum += sum_words(&p->ip4->saddr, 2);
	else
		sum += sum_words(p->ip6->saddr.in6_u.u6_addr32, 8);
	return checksum_is_zero(sum + (__u16) ~*p->checksum);
}

/*
 * Sums `length` bytes at `offset`, also over several buffers. Returns the complement, or < 0. A
 * global function: the verifier looks at it once, not once for each way that leads here.
 */
__noinline long checksum_bytes(struct xdp_md *ctx, __u32 offset, __u32 length)
{
	__u32 zero = 0, i, n;
	__u8 *scratch = bpf_map_lookup_elem(&checksum_scratch, &zero);
	long sum = 0;

	if (!scratch)
		return -1;
	for (i = 0; i < CHECKSUM_CHUNKS && length; i++) {
		n = length < CHECKSUM_CHUNK ? length : CHECKSUM_CHUNK;
		if (n < CHECKSUM_CHUNK)
			__builtin_memset(scratch, 0, CHECKSUM_CHUNK);
		barrier_var(n);
		if (n > CHECKSUM_CHUNK || !n || bpf_xdp_load_bytes(ctx, offset, scratch, n))
			return -1;
		sum = bpf_csum_diff(NULL, 0, (__be32 *)scratch, CHECKSUM_CHUNK, sum);
		offset += n;
		length -= n;
	}
	return length ? -1 : checksum_fold(~(__u32)sum);
}

/* A placeholder inside a tunnel cannot be seen from here. */
static __always_inline bool checksum_hidden(const struct packet *p)
{
	if (p->protocol == IPPROTO_UDP)
		return packet_is_udp_tunnel(p);
	return p->protocol == IPPROTO_TUNNEL_GRE || p->protocol == IPPROTO_TUNNEL_IP4 ||
	       p->protocol == IPPROTO_TUNNEL_IP6 || p->protocol == IPPROTO_SCTP_CRC;
}

/*
 * Completes the checksum where it is a placeholder. Returns a reason for the kernel to do it: so
 * in generic mode, where the packet goes on to say that its checksum is still to be done.
 */
static __always_inline enum xg_reason checksum_complete(struct xdp_md *ctx, const struct packet *p,
							bool generic)
{
	__u16 *field = p->checksum;
	__u32 length;
	long sum;

	if (checksum_hidden(p))
		return XG_REASON_PARTIAL_CHECKSUM;
	if (!field || p->fragment)
		return XG_UNDECIDED;
	length = p->ip_length - (p->l4_offset - p->l3_offset);
	if (!*field || !checksum_is_placeholder(p, length))
		return XG_UNDECIDED;
	if (generic)
		return XG_REASON_PARTIAL_CHECKSUM;
	sum = checksum_bytes(ctx, p->l4_offset, length);
	if (sum < 0)
		return XG_REASON_PARTIAL_CHECKSUM;
	*field = sum || p->protocol == IPPROTO_TCP ? sum : 0xffff; /* RFC 768: 0 is "none" */
	return XG_UNDECIDED;
}

#endif
