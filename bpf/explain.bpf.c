// SPDX-License-Identifier: GPL-2.0-only
/*
 * The looking glass of `xgress explain`: run by hand (BPF_PROG_TEST_RUN), attached to nothing,
 * loaded beside a copy of the live program. The copy decides what happens to a packet; these
 * programs ask the same stages one by one, so that it can be told what decided. They take every
 * packet as a frame at XDP: what they ask does not depend on the hook.
 */
#include "abi/explain.h"
#include "bpf/stages/forward.h"

struct xg_explain explained SEC(".data.explain");

static __always_inline void explain_parse(const struct packet *p, enum parse_result result)
{
	explained.parsed = result;
	explained.length = p->length;
	explained.ip_length = p->ip_length;
	explained.l3_offset = p->l3_offset;
	explained.l4_offset = p->l4_offset;
	explained.l4_header = p->l4_header;
	explained.ethertype = p->ethertype;
	explained.version = p->version;
	explained.protocol = p->protocol;
	explained.addresses = p->addresses;
	explained.tagged = p->tagged;
	explained.options = p->options;
	explained.fragment = p->fragment;
	explained.has_l4 = p->l4 != NULL;
}

static __always_inline void explain_guard(const struct packet *p)
{
	__u8 listed = 0;

	if (guard_has(p, config.v4.block_src, config.v6.block_src, true))
		listed |= XG_BLOCK_SRC;
	if (guard_has(p, config.v4.block_dst, config.v6.block_dst, false))
		listed |= XG_BLOCK_DST;
	if (guard_has(p, config.v4.allow, config.v6.allow, true))
		listed |= XG_ALLOW_SRC;
	if (guard_has(p, config.v4.allow, config.v6.allow, false))
		listed |= XG_ALLOW_DST;
	explained.listed = listed;
}

static __always_inline bool explain_placeholder(const struct packet *p)
{
	if (!p->checksum || p->fragment || !*p->checksum)
		return false;
	return checksum_is_placeholder(p, p->ip_length - (p->l4_offset - p->l3_offset));
}

/* Before the copy of the live program runs: changes nothing in the maps. */
SEC("?xdp.frags")
int explain_stages(struct xdp_md *ctx)
{
	struct xg_port *port = port_find(ctx->ingress_ifindex);
	struct packet p = xdp_packet(ctx);
	enum parse_result result = parse(&p);

	explain_parse(&p, result);
	if (p.addresses)
		explain_guard(&p);
	if (result == PARSE_UNREADABLE || !port)
		return XDP_PASS;
	explained.admitted = admit(&p, port);
	if (!p.version)
		return XDP_PASS;
	explained.cached = route_cached(&p, route_tick() + routing.salt) != NULL;
	explained.placeholder = explain_placeholder(&p);
	return XDP_PASS;
}

/* After it, where it came as far as a route: the next hop, which it may just have looked up. */
SEC("?xdp.frags")
int explain_nexthop(struct xdp_md *ctx)
{
	struct packet p = xdp_packet(ctx);
	struct xg_nexthop *nh;
	enum xg_reason reason;
	__u32 answer;

	if (parse(&p) != PARSE_IP || !p.version)
		return XDP_PASS;
	nh = route_cached(&p, route_tick() + routing.salt);
	if (!nh) {
		answer = xdp_route_miss(ctx);
		reason = ROUTE_REASON(answer);
		if (reason != XG_UNDECIDED && reason != XG_REASON_REFRESH)
			return XDP_PASS;
		nh = nexthop_at(ROUTE_NEXTHOP(answer));
	}
	explained.nexthop = *nh;
	explained.has_nexthop = true;
	return XDP_PASS;
}
