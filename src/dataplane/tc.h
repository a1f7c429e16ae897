/* SPDX-License-Identifier: GPL-2.0-only */
/* The TC hooks: tcx links where the kernel has them (6.6), else a filter of a clsact qdisc. */
#ifndef XG_DATAPLANE_TC_H
#define XG_DATAPLANE_TC_H

#include <stdbool.h>

#include "hook.h"

/* linux/bpf.h of 6.6; the names of Debian 12's headers end before them. */
#define TCX_INGRESS    46
#define TCX_EGRESS     47
#define TCX_BEFORE_ALL (1U << 3) /* BPF_F_BEFORE, with nobody named */

/* Which of the two this kernel has, found by trying once. XGRESS_WITHOUT=tcx says no (tests). */
enum xg_hook tc_hook_kind(bool egress);

int clsact_attach(const struct instance *i, const struct plan_hook *h, int program_fd,
		  struct hook_change *ret_change, struct err *e);
void clsact_revert(const struct instance *i, const struct plan_hook *h, struct hook_change *c);
int clsact_detach(const struct instance *i, const struct xg_row *row, struct err *e);

#endif
