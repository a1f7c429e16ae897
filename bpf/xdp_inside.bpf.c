// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames from inside, at native XDP: what leaves is judged here and, where nothing speaks
 * against it, sent to its uplink.
 *
 *	parse -> guard -> admit -> route -> checksum -> rewrite -> account -> exit
 *
 * A frame is dropped by the guard, passed to the kernel byte for byte with a reason, or
 * rewritten and redirected. Reads: config, routing, ports, the prefix sets, the FIB. Writes:
 * counters, the next-hop cache.
 */
#include "bpf/hook_xdp.h"

__noinline int xdp_inside_any(struct xdp_md *ctx)
{
	struct packet p = xdp_packet(ctx);

	return xdp_stages(ctx, &p, parse(&p), false);
}

SEC("xdp.frags")
int xdp_inside(struct xdp_md *ctx)
{
	int action;

	return xdp_plain(ctx, false, &action) ? action : xdp_inside_any(ctx);
}
