/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guard: may this packet leave? By source and by destination address, both families. `allow`
 * is asked only for what `block` would stop, which gives the same answers as asking it first.
 */
#ifndef XG_STAGES_GUARD_H
#define XG_STAGES_GUARD_H

#include "bpf/stages/config.h"
#include "bpf/stages/parse.h"
#include "bpf/stages/prefix.h"

/* `table` counts from 1; 0 is "no such set", which the verifier sees as a constant. */
static __always_inline bool guard_has(const struct packet *p, __u32 table4, __u32 table6, bool src)
{
	if (p->version == 4)
		return table4 && prefix4_has(table4 - 1, src ? p->ip4->saddr : p->ip4->daddr);
	return table6 && prefix6_has(table6 - 1, src ? p->ip6->saddr.in6_u.u6_addr32
						     : p->ip6->daddr.in6_u.u6_addr32);
}

static __always_inline enum xg_reason guard_block(const struct packet *p)
{
	if (guard_has(p, config.v4.block_src, config.v6.block_src, true))
		return XG_REASON_BLOCKED_SOURCE;
	if (guard_has(p, config.v4.block_dst, config.v6.block_dst, false))
		return XG_REASON_BLOCKED_DESTINATION;
	return XG_UNDECIDED;
}

static __always_inline enum xg_reason guard(const struct packet *p)
{
	enum xg_reason reason;

	if (!(p->version == 4 ? config.v4.used : config.v6.used))
		return XG_UNDECIDED;
	reason = guard_block(p);
	if (reason == XG_UNDECIDED)
		return reason;
	if (guard_has(p, config.v4.allow, config.v6.allow, true) ||
	    guard_has(p, config.v4.allow, config.v6.allow, false))
		return XG_UNDECIDED;
	return reason;
}

#endif
