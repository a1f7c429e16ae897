/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TC's side of the stages, for tcx and for clsact alike: a verdict of TC_ACT_UNSPEC (TCX_NEXT)
 * leaves the decision to whoever comes behind.
 */
#ifndef XG_BPF_HOOK_TC_H
#define XG_BPF_HOOK_TC_H

#include <linux/pkt_cls.h>

#include "bpf/stages/account.h"
#include "bpf/stages/forward.h"

static __always_inline struct hook tc_hook(struct __sk_buff *ctx, const struct packet *p,
					   bool outside)
{
	struct hook h = {
		.ctx = ctx,
		.outside = outside,
		.segment = tc_segment(ctx, p),
	};

	return h;
}

/* CHECKSUM_COMPLETE covers the IPv6 header: the hop limit, low byte of its word, went down. */
static __always_inline void tc_keep_checksum(struct __sk_buff *ctx, const struct packet *p)
{
	if (p->version == 6)
		bpf_csum_update(ctx, ~(__u32)bpf_htons(1));
}

/* May a routing rule ask for the packet's mark? Then the kernel, which knows all marks, routes. */
static __always_inline bool tc_mark_matters(struct __sk_buff *ctx, const struct packet *p)
{
	if (!ctx->mark)
		return false;
	return routing.cacheable & XG_MARKS_MATTER || !netns_unchanged(tc_netns(ctx), p->version);
}

static __always_inline enum xg_reason tc_forward(struct __sk_buff *ctx, struct packet *p,
						 const struct xg_port *port, bool outside,
						 __u32 *ret_ifindex)
{
	struct hook h = tc_hook(ctx, p, outside);

	if (p->version && tc_mark_matters(ctx, p))
		return XG_REASON_MARKED;
	return forward(&h, p, port, ret_ifindex);
}

/* The one exit: does what the reason says and counts it. */
static __always_inline int tc_leave(struct __sk_buff *ctx, struct xg_counters *c,
				    const struct packet *p, enum xg_reason reason, __u32 target)
{
	int action = TC_ACT_UNSPEC;

	if (reason == XG_REASON_FORWARDED) {
		tc_keep_checksum(ctx, p);
		action = bpf_redirect(target, 0);
	} else if (XG_REASONS_THAT_DROP >> reason & 1) {
		action = TC_ACT_SHOT;
	}
	account_exit(c, reason, p->length);
	return action;
}

#endif
