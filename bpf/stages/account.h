/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * account: every packet is counted once when it is seen and once when it leaves, with its
 * reason. The two do not know of each other, so that their equality is a test.
 */
#ifndef XG_STAGES_ACCOUNT_H
#define XG_STAGES_ACCOUNT_H

#include "bpf/maps.h"

/* One CPU writes a copy at a time; softirq and process context keep bottom halves off. */
static __always_inline void count_add(struct xg_count *count, __u32 bytes)
{
	count->packets++;
	count->bytes += bytes;
}

static __always_inline struct xg_counters *account_seen(__u32 row, __u32 bytes)
{
	struct xg_counters *c = bpf_map_lookup_elem(&counters, &row);

	if (c)
		count_add(&c->seen, bytes);
	return c;
}

static __always_inline void account_exit(struct xg_counters *c, enum xg_reason reason, __u32 bytes)
{
	__u32 at = reason;

	barrier_var(at); /* one variable, so that its check holds for the access */
	if (at < XG_REASON_ROOM)
		count_add(&c->reason[at], bytes);
}

#endif
