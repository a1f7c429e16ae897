// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stack path in: packets that a veth, tap or bridge port hands over, GSO and checksum
 * placeholders whole, at tcx or clsact ingress. The same stages as xdp_inside; a redirect goes
 * through the uplink's qdisc and its TC programs.
 */
#include "bpf/hook_tc.h"

__noinline int tc_inside_any(struct __sk_buff *ctx)
{
	struct packet p;

	tc_pull(ctx, PARSE_REACH);
	p = tc_packet(ctx);
	return tc_stages(ctx, &p, parse(&p), TC_INSIDE);
}

SEC("tc")
int tc_inside(struct __sk_buff *ctx)
{
	int action;

	return tc_plain(ctx, TC_INSIDE, &action) ? action : tc_inside_any(ctx);
}
