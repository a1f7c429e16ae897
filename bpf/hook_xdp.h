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
		.buffers = p->length != p->end - p->data,
	};

	return h;
}

/* The one exit: does what the reason says and counts it. */
static __always_inline int xdp_leave(struct xg_counters *c, const struct packet *p,
				     enum xg_reason reason, __u32 target)
{
	int action = XDP_PASS;

	if (reason == XG_REASON_FORWARDED) {
		action = bpf_redirect_map(&targets, target, XDP_DROP);
		if (action != XDP_REDIRECT)
			reason = XG_REASON_TARGET_GONE;
	} else if (XG_REASONS_THAT_DROP >> reason & 1) {
		action = XDP_DROP;
	}
	account_exit(c, reason, p->length);
	return action;
}

#endif
