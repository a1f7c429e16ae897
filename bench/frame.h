/* SPDX-License-Identifier: GPL-2.0-only */
/* The benchmark's frames and counters, as both sides see them. */
#ifndef XG_BENCH_FRAME_H
#define XG_BENCH_FRAME_H

#include <linux/types.h>

#define BENCH_TTL         64
#define BENCH_SOURCE_PORT 4000
#define BENCH_CPUS        64
#define BENCH_STAMP_EVERY 4096

struct bench_macs {
	__u16 words[6]; /* destination, source */
};

/* The start of a frame, in words that can be copied without a bounds check each. */
struct bench_frame {
	__u64 words[8];
};

struct bench_ipv4 {
	struct bench_macs macs;
	__be16 ethertype;
	__u8 version_ihl;
	__u8 tos;
	__be16 total_length;
	__be16 id;
	__be16 fragment;
	__u8 ttl;
	__u8 protocol;
	__u16 check;
	__u8 saddr[4];
	__u8 daddr[2];
	__be16 daddr_low;
	__be16 source;
	__be16 dest;
	__be16 udp_length;
} __attribute__((packed, aligned(2)));

struct bench_ipv6 {
	struct bench_macs macs;
	__be16 ethertype;
	__u8 version_class[4];
	__be16 length;
	__u8 next_header;
	__u8 hop_limit;
	__u8 saddr[16];
	__u8 daddr[12];
	__u16 daddr_check;
	__be16 daddr_low;
	__be16 source;
} __attribute__((packed, aligned(2)));

/* What the sink saw on one CPU. Written by that CPU only. */
struct bench_sink {
	__u64 packets;
	__u64 right;    /* by sink_check: MACs, TTL and checksum as a router leaves them */
	__u64 first_ns; /* time and count at the first and last full BENCH_STAMP_EVERY */
	__u64 first_packets;
	__u64 last_ns;
	__u64 last_packets;
	__u64 _pad[2];
};

#endif
