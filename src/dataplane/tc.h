/* SPDX-License-Identifier: GPL-2.0-only */
/* The TC hooks: tcx links where the kernel has them (6.6), else a filter of a clsact qdisc. */
#ifndef XG_DATAPLANE_TC_H
#define XG_DATAPLANE_TC_H

#include "hook.h"

/* linux/bpf.h of 6.6; the names of Debian 12's headers end before them. */
#define TCX_INGRESS    46
#define TCX_EGRESS     47
#define TCX_BEFORE_ALL (1U << 3) /* BPF_F_BEFORE, with nobody named */

/* Which of the two this kernel has, found by trying once. XGRESS_WITHOUT=tcx says no (tests). */
enum xg_hook tc_hook_kind(bool egress);

/* The three of hook.h for clsact. A filter is ours where a record of ours has its program. */
int clsact_put(const struct instance *i, const struct xg_place *place, int program_fd,
	       struct err *e);
int clsact_take(const struct instance *i, enum xg_hook hook, uint32_t ifindex, struct err *e);
uint32_t clsact_program(enum xg_hook hook, uint32_t ifindex);

#endif
