/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * route: the next hop of a destination, from a cache in front of bpf_fib_lookup (which costs
 * about half of a bare redirect).
 *
 * A cached answer is one 64-bit word, so that no reader sees half of it:
 *
 *	route4: rest 16 | tag 32 | next hop 16	place and rest are a permutation of the address
 *	route6:           tag 32 | next hop 16	the address stands beside it, each half ^ word
 *
 * The tag is a tick (32 jiffies) plus a salt: an entry lives until the tick ends, at most 320 ms,
 * and a new salt empties the cache at once. The next hop is an index into a small table whose
 * entries are rewritten only when no living word can point at them.
 *
 * Words are stored only while routing depends on the destination alone. The loader finds that
 * out from rules and routes, together with the kernel's own change counters (the genids); when
 * those differ here, somebody changed routing since, and every packet is looked up.
 *
 * bpf_fib_lookup answers for a STALE neighbour and XDP traffic never starts a probe, so once a
 * second one packet of each next hop goes by the kernel, which then keeps the neighbour right.
 */
#ifndef XG_STAGES_ROUTE_H
#define XG_STAGES_ROUTE_H

#include "bpf/maps.h"
#include "bpf/stages/admit.h"
#include "bpf/stages/config.h"
#include "bpf/stages/netns.h"

#define FAMILY_IP4       2 /* AF_INET; the kernel's own headers do not say it */
#define FAMILY_IP6       10
#define ROUTE_TICK_SHIFT 5
#define ROUTE_PROBE_NS   1000000000ULL
#define NEXTHOP_TRIES    8
#define NEXTHOP_BUSY     0xffffffffU
#define NEXTHOP_NONE     0xffffU
#define NEXTHOP_EXPIRED  2           /* ticks: words live less than one */
#define ROUTE4_PAGE      512         /* words: 4 KiB */
#define ROUTE4_ABOVE     0x7fffff    /* 2^23 pages' worth of addresses */
#define GOLDEN_32        0x9e3779b1U /* 2^32 / golden ratio, odd: Knuth's multiplicative hash */
#define GOLDEN_64        0x9e3779b97f4a7c15ULL

/* What route_miss() answers: a reason, and with XG_UNDECIDED a place in the next-hop table. */
#define ROUTE_ANSWER(reason, at) ((__u32)(reason) << 16 | (at))
#define ROUTE_REASON(answer)     ((enum xg_reason)((answer) >> 16))
#define ROUTE_NEXTHOP(answer)    ((answer) & 0xffff)

static __always_inline __u32 route_tick(void)
{
	return bpf_jiffies64() >> ROUTE_TICK_SHIFT;
}

static __always_inline bool nexthop_same(const struct xg_nexthop *a, const struct xg_nexthop *b)
{
	const __u64 *x = (const __u64 *)a, *y = (const __u64 *)b;

	return x[0] == y[0] && x[1] == y[1] && a->ifindex == b->ifindex;
}

/* Takes an entry whose words have all expired. */
static __always_inline bool nexthop_take(struct xg_nexthop *e, const struct xg_nexthop *from,
					 __u32 tick)
{
	__u32 used = e->used;

	if (used == NEXTHOP_BUSY || (used && tick - used < NEXTHOP_EXPIRED))
		return false;
	if (__sync_val_compare_and_swap(&e->used, used, NEXTHOP_BUSY) != used)
		return false;
	__builtin_memcpy(e->dmac, from->dmac, sizeof(e->dmac));
	__builtin_memcpy(e->smac, from->smac, sizeof(e->smac));
	e->mtu = from->mtu;
	e->flags = from->flags;
	e->ifindex = from->ifindex;
	e->probed_ns = 0;
	__sync_lock_test_and_set(&e->used, tick); /* a full barrier: what it tells of is written */
	return true;
}

/* Keeps an entry for one tick more; false: another CPU is taking it. */
static __always_inline bool nexthop_keep(struct xg_nexthop *e, __u32 tick)
{
	__u32 used = e->used;

	if (used == tick)
		return true;
	return used != NEXTHOP_BUSY && used &&
	       __sync_val_compare_and_swap(&e->used, used, tick) == used;
}

static __always_inline struct xg_nexthop *nexthop_at(__u32 at)
{
	return &route_cache.nexthop[at & (XG_NEXTHOPS - 1)];
}

/* The table's index of this next hop, or NEXTHOP_NONE when its places are all in use. */
static __noinline __u32 nexthop_intern(const struct xg_nexthop *nh, __u32 tick)
{
	const __u64 *word = (const __u64 *)nh; /* MAC addresses, MTU and flags are two words */
	__u32 hash = ((word[0] ^ (word[1] << 7) ^ nh->ifindex) * GOLDEN_64) >> 32;
	struct xg_nexthop *e;
	__u32 i, at;

	for (i = 0; i < NEXTHOP_TRIES; i++) {
		at = ((hash >> 20) + i) & (XG_NEXTHOPS - 1);
		e = nexthop_at(at);
		/* Asked again once it is kept: it may have been another's meanwhile. */
		if (nexthop_same(e, nh) && nexthop_keep(e, tick) && nexthop_same(e, nh))
			return at;
		if (nexthop_take(e, nh, tick))
			return at;
	}
	return NEXTHOP_NONE;
}

static __always_inline enum xg_reason route_refusal(long answer)
{
	switch (answer) {
	case BPF_FIB_LKUP_RET_BLACKHOLE:
	case BPF_FIB_LKUP_RET_UNREACHABLE:
	case BPF_FIB_LKUP_RET_PROHIBIT:
		return XG_REASON_ROUTE_REFUSES;
	case BPF_FIB_LKUP_RET_FWD_DISABLED:
		return XG_REASON_FORWARDING_OFF;
	case BPF_FIB_LKUP_RET_UNSUPP_LWT:
		return XG_REASON_ROUTE_ENCAP;
	case BPF_FIB_LKUP_RET_NO_NEIGH:
		return XG_REASON_NO_NEIGHBOUR;
	case BPF_FIB_LKUP_RET_FRAG_NEEDED:
		return XG_REASON_TOO_BIG;
	default:
		return XG_REASON_NOT_FORWARDED;
	}
}

/* True once a second for each next hop, on one CPU or (harmless) on two at the same time. */
static __always_inline bool nexthop_wants_probe(struct xg_nexthop *nh)
{
	__u64 now = bpf_ktime_get_coarse_ns();

	if (nh->probed_ns && now - nh->probed_ns < ROUTE_PROBE_NS)
		return false;
	nh->probed_ns = now;
	return true;
}

static __always_inline void route_question(const struct packet *p, __u32 ifindex, __u32 segment,
					   struct bpf_fib_lookup *fib)
{
	fib->l4_protocol = p->protocol;
	fib->tot_len = segment < 0xffff ? segment : 0xffff;
	fib->ifindex = ifindex;
	if (p->checksum && !p->fragment) { /* TCP or UDP: the ports stand first in both */
		fib->sport = ((struct udphdr *)p->l4)->source;
		fib->dport = ((struct udphdr *)p->l4)->dest;
	}
	if (p->version == 4) {
		fib->family = FAMILY_IP4;
		fib->tos = p->ip4->tos;
		fib->ipv4_src = p->ip4->saddr;
		fib->ipv4_dst = p->ip4->daddr;
	} else {
		fib->family = FAMILY_IP6;
		fib->flowinfo = *(__be32 *)p->ip6 & bpf_htonl(0x0fffffff);
		__builtin_memcpy(fib->ipv6_src, &p->ip6->saddr, sizeof(fib->ipv6_src));
		__builtin_memcpy(fib->ipv6_dst, &p->ip6->daddr, sizeof(fib->ipv6_dst));
	}
}

static __always_inline enum xg_reason route_destination(const struct packet *p)
{
	if (p->version == 4) {
		__u32 to = bpf_ntohl(p->ip4->daddr);

		if (to >> 28 == 0xe || to == 0xffffffff)
			return XG_REASON_MULTICAST;
		return ip4_is_martian(to) ? XG_REASON_MARTIAN : XG_UNDECIDED;
	}
	if (p->ip6->daddr.in6_u.u6_addr8[0] == 0xff)
		return XG_REASON_MULTICAST;
	return ip6_is_martian(&p->ip6->daddr) ? XG_REASON_MARTIAN : XG_UNDECIDED;
}

/* The FIB's answer, with what the policy says of the interface. */
static __always_inline void route_nexthop(const struct bpf_fib_lookup *fib, struct xg_nexthop *nh)
{
	__u32 at = port_place(fib->ifindex);
	struct xg_port *port = bpf_map_lookup_elem(&ports, &at);

	__builtin_memcpy(nh->dmac, fib->dmac, sizeof(nh->dmac));
	__builtin_memcpy(nh->smac, fib->smac, sizeof(nh->smac));
	nh->ifindex = fib->ifindex;
	nh->mtu = fib->mtu_result;
	if (port && port->ifindex == fib->ifindex)
		nh->flags = port->flags;
}

/*
 * Where an address stands in the cache, and the rest of it, which the place does not tell.
 * Neighbours stand together (512 of them in a page, eight in a cache line), but not the n-th
 * hosts of all networks: what is above is permuted, and turns the places of what is below.
 */
static __always_inline volatile __u64 *route4_place(__be32 to, __u64 *ret_rest)
{
	__u32 address = bpf_ntohl(to), above = (address / ROUTE4_PAGE * GOLDEN_32) & ROUTE4_ABOVE;

	*ret_rest = above & 0xffff;
	return &route_cache.route4[(above >> 16) * ROUTE4_PAGE +
				   ((address ^ above) & (ROUTE4_PAGE - 1))];
}

static __always_inline struct xg_route6 *route6_place(__u64 high, __u64 low)
{
	return &route_cache.route6[((high * GOLDEN_64 + low) * GOLDEN_64) >> (64 - XG_ROUTE6_BITS)];
}

/* The cached next hop, or NULL. */
static __always_inline struct xg_nexthop *route_cached(const struct packet *p, __u32 tag)
{
	__u64 word;

	if (p->version == 4) {
		__u64 rest;

		word = *route4_place(p->ip4->daddr, &rest);
		if (word >> 16 != (rest << 32 | tag))
			return NULL;
	} else {
		__u64 high = address_half(&p->ip6->daddr, 0);
		__u64 low = address_half(&p->ip6->daddr, 1);
		struct xg_route6 *place = route6_place(high, low);

		word = *(volatile __u64 *)&place->word;
		if (word >> 16 != tag || (place->high ^ word) != high || (place->low ^ word) != low)
			return NULL;
	}
	return nexthop_at(word);
}

static __always_inline void route_store(const struct packet *p, __u32 tag, __u32 nexthop)
{
	if (p->version == 4) {
		__u64 rest;
		volatile __u64 *place = route4_place(p->ip4->daddr, &rest);

		*place = rest << 48 | (__u64)tag << 16 | nexthop;
	} else {
		__u64 high = address_half(&p->ip6->daddr, 0);
		__u64 low = address_half(&p->ip6->daddr, 1);
		__u64 word = (__u64)tag << 16 | nexthop;
		struct xg_route6 *place = route6_place(high, low);

		place->high = high ^ word;
		place->low = low ^ word;
		*(volatile __u64 *)&place->word = word;
	}
}

/*
 * Is the source an address of this machine, or not to be reached? The filter of admit.h tells
 * that until addresses change; after that the FIB is asked, as for a packet in return.
 */
static __always_inline bool source_is_refused(void *ctx, const struct packet *p, __u32 ifindex,
					      const struct net *net)
{
	struct bpf_fib_lookup fib = { .ifindex = ifindex };
	long answer;

	if (netns_unchanged(net, p->version))
		return false;
	if (p->version == 4) {
		fib.family = FAMILY_IP4;
		fib.ipv4_dst = p->ip4->saddr;
	} else {
		fib.family = FAMILY_IP6;
		__builtin_memcpy(fib.ipv6_dst, &p->ip6->saddr, sizeof(fib.ipv6_dst));
	}
	answer = bpf_fib_lookup(ctx, &fib, sizeof(fib), 0);
	return answer == BPF_FIB_LKUP_RET_NOT_FWDED;
}

/* Where nothing is cached: asks the FIB and stores the answer where that is right. */
static __always_inline __u32 route_miss(void *ctx, const struct packet *p, __u32 ifindex,
					__u32 segment, const struct net *net)
{
	__u32 tick = route_tick(), tag = tick + routing.salt, at;
	enum xg_reason reason = route_destination(p);
	struct bpf_fib_lookup fib = {};
	struct xg_nexthop found = {};
	long answer;

	if (reason != XG_UNDECIDED)
		return ROUTE_ANSWER(reason, 0);
	if (source_is_refused(ctx, p, ifindex, net))
		return ROUTE_ANSWER(XG_REASON_MARTIAN, 0);
	route_question(p, ifindex, segment, &fib);
	answer = bpf_fib_lookup(ctx, &fib, sizeof(fib), 0);
	if (answer)
		return ROUTE_ANSWER(route_refusal(answer), 0);
	route_nexthop(&fib, &found);
	at = nexthop_intern(&found, tick);
	if (at == NEXTHOP_NONE)
		return ROUTE_ANSWER(XG_REASON_NEXTHOPS_FULL, 0);
	if (netns_cacheable(net, p->version))
		route_store(p, tag, at);
	return ROUTE_ANSWER(nexthop_wants_probe(nexthop_at(at)) ? XG_REASON_REFRESH : XG_UNDECIDED,
			    at);
}

#endif
