/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own counters of routing changes, read where the kernel lets a program look at
 * struct net (bpf_cast_to_kern_ctx, since 6.2). IPv4's genid grows with every route, rule, next
 * hop and address; IPv6 has a serial number for routes and one for rules.
 */
#ifndef XG_STAGES_NETNS_H
#define XG_STAGES_NETNS_H

#include "bpf/kernel.h"
#include "bpf/stages/config.h"

#define CO_RE __attribute__((preserve_access_index))

struct genid {
	int counter;
} CO_RE;

struct fib_rules_ops {
	unsigned int fib_rules_seq;
} CO_RE;

struct netns_ipv4 {
	struct genid rt_genid;
} CO_RE;

struct netns_ipv6 {
	struct genid fib6_sernum;
	struct fib_rules_ops *fib6_rules_ops;
} CO_RE;

struct netns_nexthop {
	unsigned int seq;
} CO_RE;

struct net {
	__u64 net_cookie;
	struct netns_nexthop nexthop;
	struct netns_ipv4 ipv4;
	struct netns_ipv6 ipv6;
} CO_RE;

static __always_inline __u32 netns_genid4(const struct net *net)
{
	return net->ipv4.rt_genid.counter;
}

static __always_inline __u32 netns_genid6(const struct net *net)
{
	const struct fib_rules_ops *rules = net->ipv6.fib6_rules_ops;

	return (__u32)net->ipv6.fib6_sernum.counter + (rules->fib_rules_seq << 16) +
	       (net->nexthop.seq << 24);
}

/* Is routing still as the loader found it? */
static __always_inline bool netns_unchanged(const struct net *net, __u8 version)
{
	if (!config.kernel_types)
		return bpf_ktime_get_coarse_ns() < routing.watched_until_ns;
	if (version == 4)
		return netns_genid4(net) == routing.genid4;
	return netns_genid6(net) == routing.genid6;
}

/* Does it depend on the destination alone? */
static __always_inline bool netns_cacheable(const struct net *net, __u8 version)
{
	if (!(routing.cacheable & (version == 4 ? XG_CACHEABLE_V4 : XG_CACHEABLE_V6)))
		return false;
	return netns_unchanged(net, version);
}

#endif
