// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames from outside, at native XDP: return traffic. The policy is about what leaves, so the
 * guard is not asked; what is malformed is the kernel's to judge. The rest is as for inside, with
 * redirects to inside interfaces only.
 *
 *	parse -> admit -> route -> checksum -> rewrite -> account -> exit
 */
#include "bpf/hook_xdp.h"

__noinline int xdp_outside_any(struct xdp_md *ctx)
{
	struct packet p = xdp_packet(ctx);

	return xdp_stages(ctx, &p, parse(&p), true);
}

SEC("xdp.frags")
int xdp_outside(struct xdp_md *ctx)
{
	int action;

	return xdp_plain(ctx, true, &action) ? action : xdp_outside_any(ctx);
}
