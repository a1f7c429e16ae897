/* SPDX-License-Identifier: GPL-2.0-only */
/* XDP's side of the stages: taking the context apart, and the exits. */
#ifndef XG_BPF_HOOK_XDP_H
#define XG_BPF_HOOK_XDP_H

#include "bpf/stages/account.h"
#include "bpf/stages/forward.h"

static __always_inline struct hook xdp_hook(struct xdp_md *ctx, const struct packet *p,
					    bool outside)
{
	struct hook h = {
		.ctx = ctx,
		.xdp = true,
		.outside = outside,
		.segment = xdp_segment(p),
	};

	return h;
}

/* The one exit: does what the reason says and counts it. */
static __always_inline int xdp_leave(struct xg_counters *c, const struct packet *p,
				     enum xg_reason reason, __u32 target)
{
	int action = XG_REASONS_THAT_DROP >> reason & 1 ? XDP_DROP : XDP_PASS;

	if (reason == XG_REASON_FORWARDED) {
		action = bpf_redirect_map(&targets, port_place(target), XDP_DROP);
		if (action != XDP_REDIRECT)
			reason = XG_REASON_TARGET_GONE;
	}
	account_exit(c, reason, p->length);
	return action;
}

/* A packet's way from the parser to the exit. */
static __always_inline int xdp_stages(struct xdp_md *ctx, struct packet *p,
				      enum parse_result result, bool outside)
{
	struct hook h = xdp_hook(ctx, p, outside);
	struct xg_port *port = port_find(ctx->ingress_ifindex);
	enum xg_reason reason;
	struct xg_counters *c;
	__u32 target = 0;

	if (!port)
		return XDP_PASS; /* attached by hand to an interface that is not of the policy */
	c = account_seen(port->ingress_row, p->length);
	if (!c)
		return XDP_PASS; /* for the verifier: all rows exist */
	reason = judge(p, result, outside);
	if (reason == XG_UNDECIDED)
		reason = forward(&h, p, port, &target);
	return xdp_leave(c, p, reason, target);
}

/* Of either shape of plain.h, whose constants the stages are compiled with. */
static __always_inline bool xdp_plain(struct xdp_md *ctx, bool outside, int *ret_action)
{
	struct packet p4 = xdp_packet(ctx), p6 = p4;

	if (plain4(&p4))
		*ret_action = xdp_stages(ctx, &p4, PARSE_IP, outside);
	else if (plain6(&p6))
		*ret_action = xdp_stages(ctx, &p6, PARSE_IP, outside);
	else
		return false;
	return true;
}

#endif
