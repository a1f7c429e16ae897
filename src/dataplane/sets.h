/* SPDX-License-Identifier: GPL-2.0-only */
/* The guard's prefix sets on their way from the policy into the maps. */
#ifndef XG_DATAPLANE_SETS_H
#define XG_DATAPLANE_SETS_H

#include "abi/prefix.h"
#include "../policy/policy.h"

struct sets;
struct xgress;

int sets_plan(const struct policy *p, struct sets **ret_sets, struct err *e);
void sets_free(struct sets *s);

/* Which table answers which question. */
void sets_tables(const struct sets *s, struct xg_guard_tables *ret_v4,
		 struct xg_guard_tables *ret_v6);

/* Before the load: how many entries the maps need. After it: writes them through mmap. */
void sets_size(const struct sets *s, struct xgress *skel);
int sets_fill(const struct sets *s, struct xgress *skel, struct err *e);

#endif
