// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stack path at an uplink. Egress: what the host itself sends and what the kernel forwards
 * is judged and, if nothing speaks against it, goes on. Ingress, where the uplink cannot have
 * native XDP: return traffic, forwarded without being judged.
 */
#include "bpf/hook_tc.h"

SEC("tc")
int tc_outside(struct __sk_buff *ctx)
{
	struct xg_port *port = port_find(ctx->ifindex);
	enum xg_reason reason;
	struct xg_counters *c;
	struct packet p;

	if (!port)
		return TC_ACT_UNSPEC;
	tc_pull(ctx);
	p = tc_packet(ctx);
	c = account_seen(port->egress_row, p.length);
	reason = judge(&p, parse(&p));
	if (reason == XG_UNDECIDED)
		reason = XG_REASON_PERMITTED;
	return tc_leave(ctx, c, &p, reason, 0);
}

SEC("tc")
int tc_return(struct __sk_buff *ctx)
{
	struct xg_port *port = port_find(ctx->ifindex);
	enum xg_reason reason = XG_REASON_UNREADABLE_PASSED;
	struct xg_counters *c;
	struct packet p;
	__u32 target = 0;

	if (!port)
		return TC_ACT_UNSPEC;
	tc_pull(ctx);
	p = tc_packet(ctx);
	c = account_seen(port->ingress_row, p.length);
	if (parse(&p) != PARSE_UNREADABLE)
		reason = tc_forward(ctx, &p, port, true, &target);
	return tc_leave(ctx, c, &p, reason, target);
}
