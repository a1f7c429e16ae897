/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stages in the order in which a packet meets them. `struct hook` is what differs between
 * XDP and TC; its members are constants of each program, so that the compiler leaves one way.
 */
#ifndef XG_STAGES_FORWARD_H
#define XG_STAGES_FORWARD_H

#include "bpf/context.h"
#include "bpf/stages/admit.h"
#include "bpf/stages/checksum.h"
#include "bpf/stages/guard.h"
#include "bpf/stages/rewrite.h"
#include "bpf/stages/route.h"

struct hook {
	void *ctx;
	bool xdp;
	bool outside;  /* return traffic: redirects go to inside interfaces, the guard is not asked
			*/
	__u32 segment; /* L3 bytes of the longest packet on the wire, GSO cut up */
};

/*
 * Global functions, which the verifier looks at once and not once for each way that leads here;
 * they parse again, because they cannot be handed pointers into the packet.
 */
__noinline __u32 xdp_route_miss(struct xdp_md *ctx)
{
	struct packet p = xdp_packet(ctx);

	if (parse(&p) != PARSE_IP || !p.version)
		return ROUTE_ANSWER(XG_REASON_NOT_IP, 0);
	return route_miss(ctx, &p, ctx->ingress_ifindex, xdp_segment(&p), xdp_netns(ctx));
}

__noinline __u32 tc_route_miss(struct __sk_buff *ctx)
{
	struct packet p = tc_packet(ctx);

	if (parse(&p) != PARSE_IP || !p.version)
		return ROUTE_ANSWER(XG_REASON_NOT_IP, 0);
	return route_miss(ctx, &p, ctx->ifindex, tc_segment(ctx, &p), tc_netns(ctx));
}

static __always_inline struct xg_port *port_find(__u32 ifindex)
{
	__u32 at = port_place(ifindex);
	struct xg_port *port = bpf_map_lookup_elem(&ports, &at);

	return port && port->ifindex == ifindex ? port : NULL;
}

/*
 * What the policy says of the packet itself. It is about what leaves: of return traffic what is
 * malformed is the kernel's to judge.
 */
static __always_inline enum xg_reason judge(const struct packet *p, enum parse_result result,
					    bool outside)
{
	enum xg_reason reason = XG_UNDECIDED;

	if (outside)
		return result == PARSE_UNREADABLE ? XG_REASON_UNREADABLE_PASSED : XG_UNDECIDED;
	if (p->addresses)
		reason = guard(p);
	if (reason == XG_UNDECIDED && result == PARSE_UNREADABLE)
		return config.unreadable_drop ? XG_REASON_UNREADABLE : XG_REASON_UNREADABLE_PASSED;
	return reason;
}

/* Redirects lead from inside to outside and back, to where the hook can send such a frame. */
static __always_inline bool target_fits(const struct hook *h, const struct packet *p, __u16 flags)
{
	__u16 wanted = h->outside ? 0 : XG_PORT_OUTSIDE;

	if (!h->xdp)
		wanted |= XG_PORT_TARGET_TC;
	else
		wanted |= p->buffers ? XG_PORT_TARGET_SG : XG_PORT_TARGET_XDP;
	return (flags & (wanted | XG_PORT_OUTSIDE)) == wanted;
}

static __always_inline enum xg_reason route(const struct hook *h, const struct packet *p,
					    struct xg_nexthop **ret_nexthop)
{
	struct xg_nexthop *nh = route_cached(p, route_tick() + routing.salt);
	__u32 answer;

	if (!nh) {
		answer = h->xdp ? xdp_route_miss(h->ctx) : tc_route_miss(h->ctx);
		if (ROUTE_REASON(answer) != XG_UNDECIDED)
			return ROUTE_REASON(answer);
		nh = nexthop_at(ROUTE_NEXTHOP(answer));
	}
	if (!target_fits(h, p, nh->flags))
		return XG_REASON_NO_TARGET;
	if (h->segment > nh->mtu)
		return XG_REASON_TOO_BIG;
	*ret_nexthop = nh;
	return XG_UNDECIDED;
}

/* From a judged packet to a rewritten one. Leaves the interface to send it to. */
static __always_inline enum xg_reason forward(const struct hook *h, struct packet *p,
					      const struct xg_port *port, __u32 *ret_ifindex)
{
	struct xg_nexthop *nh = NULL;
	enum xg_reason reason;

	reason = admit(p, port);
	if (reason != XG_UNDECIDED)
		return reason;
	if (h->xdp && port->flags & XG_PORT_VETH && xdp_hides_tag(h->ctx))
		return XG_REASON_VLAN;
	if (port->flags & XG_PORT_NO_FORWARD)
		return XG_REASON_KERNEL_FORWARDS;
	reason = route(h, p, &nh);
	if (reason != XG_UNDECIDED)
		return reason;
	if (h->xdp && port->flags & XG_PORT_STACK_PEER) {
		reason = checksum_complete(h->ctx, p, port->flags & XG_PORT_GENERIC);
		if (reason != XG_UNDECIDED)
			return reason;
	}
	rewrite(p, nh);
	*ret_ifindex = nh->ifindex;
	return XG_REASON_FORWARDED;
}

#endif
