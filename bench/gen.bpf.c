// SPDX-License-Identifier: GPL-2.0-only
/*
 * The benchmark's side of the kernel:
 *
 *	generate4/6 --> vA | vB -- the way that is measured -- vC | vD --> sink or sink_check
 *
 * generate4/6 run by BPF_PROG_TEST_RUN with live frames. The kernel recycles the frames without
 * restoring them, so each time everything that a forwarder may change is written again.
 * sink counts and drops on vD and takes the time itself: the call that makes the frames ends on
 * a scheduler tick, so its own duration says little. sink_check also looks whether a router's
 * work was done; sink_flood does so beside other traffic (tests/netns/flood.c). bare and
 * tc_redirect are two of the ways measured.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#include "frame.h"

/* Written once by the program, slot 0 the target. Two maps: plain and frags do not share one. */
struct devmap {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
};
struct devmap to_gateway SEC(".maps"); /* vA */
struct devmap to_sink SEC(".maps");    /* vC */

/* Set before the load. */
const volatile struct bench_frame frame4;
const volatile struct bench_frame frame6;
const volatile struct bench_macs sink_macs; /* what must arrive */
const volatile __u32 uplink;                /* vC */

/* Set between runs. */
__u32 destinations = 1; /* a power of two, at most 65536 */
__u32 next_destination;
struct bench_sink sink_cpu[BENCH_CPUS];

static __always_inline __u16 fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

/* 10.3.i with the IPv4 checksum to match (RFC 1624). */
SEC("xdp")
int generate4(struct xdp_md *ctx)
{
	__u64 *words = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__be16 low = bpf_htons(next_destination++ & (destinations - 1));
	struct bench_ipv4 *h = (void *)words;

	if (words + 5 > end)
		return XDP_DROP;
	for (int i = 0; i < 5; i++)
		words[i] = frame4.words[i];
	h->check = ~fold((__u16)~h->check + low);
	h->daddr_low = low;
	return bpf_redirect_map(&to_gateway, 0, 0);
}

/* fd00:3::~i:i, whose sum is the same for every i: the UDP checksum stays right. */
SEC("xdp")
int generate6(struct xdp_md *ctx)
{
	__u64 *words = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__be16 low = bpf_htons(next_destination++ & (destinations - 1));
	struct bench_ipv6 *h = (void *)words;

	if (words + 7 > end)
		return XDP_DROP;
	for (int i = 0; i < 7; i++)
		words[i] = frame6.words[i];
	h->daddr_check = ~low;
	h->daddr_low = low;
	return bpf_redirect_map(&to_gateway, 0, 0);
}

static __always_inline struct bench_sink *sink_count(void)
{
	struct bench_sink *s = &sink_cpu[bpf_get_smp_processor_id() % BENCH_CPUS];

	s->packets++;
	if (s->packets % BENCH_STAMP_EVERY == 0) {
		s->last_ns = bpf_ktime_get_ns();
		s->last_packets = s->packets;
		if (!s->first_ns) {
			s->first_ns = s->last_ns;
			s->first_packets = s->packets;
		}
	}
	return s;
}

SEC("xdp")
int sink(struct xdp_md *ctx __attribute__((unused)))
{
	sink_count();
	return XDP_DROP;
}

static __always_inline bool macs_right(const struct bench_macs *m)
{
	for (int i = 0; i < 6; i++) {
		if (m->words[i] != sink_macs.words[i])
			return false;
	}
	return true;
}

static __always_inline bool ipv4_right(const struct bench_ipv4 *h)
{
	const __u16 *half = (const void *)&h->version_ihl;
	__u32 sum = 0;

	for (int i = 0; i < 10; i++)
		sum += half[i];
	return macs_right(&h->macs) && h->ttl == BENCH_TTL - 1 && fold(sum) == 0xffff;
}

static __always_inline bool ipv6_right(const struct bench_ipv6 *h)
{
	return macs_right(&h->macs) && h->hop_limit == BENCH_TTL - 1;
}

SEC("xdp")
int sink_check(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct bench_ipv4 *h4 = data;
	struct bench_ipv6 *h6 = data;
	struct bench_sink *s = sink_count();

	if ((void *)(h6 + 1) > end) {
		if ((void *)(h4 + 1) > end)
			return XDP_DROP;
	} else if (h6->ethertype == bpf_htons(ETH_P_IPV6)) {
		s->right += ipv6_right(h6);
		return XDP_DROP;
	}
	if (h4->ethertype == bpf_htons(ETH_P_IP))
		s->right += ipv4_right(h4);
	return XDP_DROP;
}

/* For tests: takes the flood's frames alone; what else there is (ARP, pings) goes on. */
SEC("xdp")
int sink_flood(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct bench_ipv4 *h4 = data;
	struct bench_ipv6 *h6 = data;

	if ((void *)(h6 + 1) > end)
		return XDP_PASS;
	if (h4->ethertype == bpf_htons(ETH_P_IP) && h4->source == bpf_htons(BENCH_SOURCE_PORT))
		sink_count()->right += ipv4_right(h4);
	else if (h6->ethertype == bpf_htons(ETH_P_IPV6) &&
		 h6->source == bpf_htons(BENCH_SOURCE_PORT))
		sink_count()->right += ipv6_right(h6);
	else
		return XDP_PASS;
	return XDP_DROP;
}

/* The least that can be done: nothing but the redirect. */
SEC("xdp.frags")
int bare(struct xdp_md *ctx __attribute__((unused)))
{
	return bpf_redirect_map(&to_sink, 0, 0);
}

static __always_inline void ttl_decrement(struct bench_ipv4 *h)
{
	h->check = ~fold((__u16)~h->check + (__u16)~bpf_htons(0x0100));
	h->ttl--;
}

/* A router written as a tc program, with everything known beforehand. */
SEC("tc")
int tc_redirect(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	struct bench_ipv4 *h4 = data;
	struct bench_ipv6 *h6 = data;

	if ((void *)(h4 + 1) > end)
		return TC_ACT_OK;
	if (h4->ethertype == bpf_htons(ETH_P_IP))
		ttl_decrement(h4);
	else if (h4->ethertype == bpf_htons(ETH_P_IPV6) && (void *)(h6 + 1) <= end)
		h6->hop_limit--;
	else
		return TC_ACT_OK;
	for (int i = 0; i < 6; i++)
		h4->macs.words[i] = sink_macs.words[i];
	return bpf_redirect(uplink, 0);
}

char _license[] SEC("license") = "GPL";
