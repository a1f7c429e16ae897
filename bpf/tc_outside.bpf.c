// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stack path at an uplink. Egress: what the host itself sends and what the kernel forwards
 * is judged and, if nothing speaks against it, goes on. Ingress, where the uplink cannot have
 * native XDP: return traffic, forwarded without being judged.
 */
#include "bpf/hook_tc.h"

__noinline int tc_outside_any(struct __sk_buff *ctx)
{
	struct packet p;

	tc_pull(ctx, PARSE_REACH);
	p = tc_packet(ctx);
	return tc_stages(ctx, &p, parse(&p), TC_OUTSIDE);
}

SEC("tc")
int tc_outside(struct __sk_buff *ctx)
{
	int action;

	return tc_plain(ctx, TC_OUTSIDE, &action) ? action : tc_outside_any(ctx);
}

__noinline int tc_return_any(struct __sk_buff *ctx)
{
	struct packet p;

	tc_pull(ctx, PARSE_REACH);
	p = tc_packet(ctx);
	return tc_stages(ctx, &p, parse(&p), TC_RETURN);
}

SEC("tc")
int tc_return(struct __sk_buff *ctx)
{
	int action;

	return tc_plain(ctx, TC_RETURN, &action) ? action : tc_return_any(ctx);
}
