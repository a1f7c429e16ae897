// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stack path in: packets that a veth, tap or bridge port hands over, GSO and checksum
 * placeholders whole, at tcx or clsact ingress. The same stages as xdp_inside; a redirect goes
 * through the uplink's qdisc and its TC programs.
 */
#include "bpf/hook_tc.h"

SEC("tc")
int tc_inside(struct __sk_buff *ctx)
{
	struct xg_port *port = port_find(ctx->ifindex);
	enum xg_reason reason;
	struct xg_counters *c;
	struct packet p;
	__u32 target = 0;

	if (!port)
		return TC_ACT_UNSPEC;
	tc_pull(ctx);
	p = tc_packet(ctx);
	c = account_seen(port->ingress_row, p.length);
	reason = judge(&p, parse(&p));
	if (reason == XG_UNDECIDED)
		reason = tc_forward(ctx, &p, port, false, &target);
	return tc_leave(ctx, c, &p, reason, target);
}
