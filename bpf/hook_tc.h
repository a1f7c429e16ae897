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

enum tc_way {
	TC_INSIDE,  /* ingress of an inside interface */
	TC_RETURN,  /* ingress of an uplink */
	TC_OUTSIDE, /* egress of an uplink */
};

/* A packet's way from the parser to the exit. */
static __always_inline int tc_stages(struct __sk_buff *ctx, struct packet *p,
				     enum parse_result result, enum tc_way way)
{
	struct xg_port *port = port_find(ctx->ifindex);
	enum xg_reason reason;
	struct xg_counters *c;
	__u32 target = 0;

	if (!port)
		return TC_ACT_UNSPEC;
	c = account_seen(way == TC_OUTSIDE ? port->egress_row : port->ingress_row, p->length);
	if (!c)
		return TC_ACT_UNSPEC; /* for the verifier: all rows exist */
	reason = judge(p, result, way == TC_RETURN);
	if (reason == XG_UNDECIDED)
		reason = way == TC_OUTSIDE ? XG_REASON_PERMITTED
					   : tc_forward(ctx, p, port, way == TC_RETURN, &target);
	return tc_leave(ctx, c, p, reason, target);
}

/* Of either shape of plain.h, whose constants the stages are compiled with. */
static __always_inline bool tc_plain(struct __sk_buff *ctx, enum tc_way way, int *ret_action)
{
	struct packet p4, p6;

	tc_pull(ctx, TC_HEADERS);
	p4 = p6 = tc_packet(ctx);
	if (plain4(&p4))
		*ret_action = tc_stages(ctx, &p4, PARSE_IP, way);
	else if (plain6(&p6))
		*ret_action = tc_stages(ctx, &p6, PARSE_IP, way);
	else
		return false;
	return true;
}

#endif
