// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames from outside, at native XDP: return traffic. The policy is about what leaves, so the
 * guard is not asked; what is malformed is the kernel's to judge. The rest is as for inside, with
 * redirects to inside interfaces only.
 *
 *	parse -> admit -> route -> checksum -> rewrite -> account -> exit
 */
#include "bpf/hook_xdp.h"

SEC("xdp.frags")
int xdp_outside(struct xdp_md *ctx)
{
	struct packet p = xdp_packet(ctx);
	struct hook h = xdp_hook(ctx, &p, true);
	struct xg_port *port = port_find(ctx->ingress_ifindex);
	enum xg_reason reason = XG_REASON_UNREADABLE_PASSED;
	struct xg_counters *c;
	__u32 target = 0;

	if (!port)
		return XDP_PASS; /* attached by hand to an interface that is not of the policy */
	c = account_seen(port->ingress_row, p.length);
	if (parse(&p) != PARSE_UNREADABLE)
		reason = forward(&h, &p, port, &target);
	return xdp_leave(c, &p, reason, target);
}
