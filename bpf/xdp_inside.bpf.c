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

SEC("xdp.frags")
int xdp_inside(struct xdp_md *ctx)
{
	struct packet p = xdp_packet(ctx);
	struct hook h = xdp_hook(ctx, &p, false);
	struct xg_port *port = port_find(ctx->ingress_ifindex);
	enum xg_reason reason;
	struct xg_counters *c;
	__u32 target = 0;

	if (!port)
		return XDP_PASS; /* attached by hand to an interface that is not of the policy */
	c = account_seen(port->ingress_row, p.length);
	reason = judge(&p, parse(&p));
	if (reason == XG_UNDECIDED)
		reason = forward(&h, &p, port, &target);
	return xdp_leave(c, &p, reason, target);
}
