/* SPDX-License-Identifier: GPL-2.0-only */
/* The guard's prefix sets on their way from the policy into the maps. */
#ifndef XG_DATAPLANE_SETS_H
#define XG_DATAPLANE_SETS_H

#include <stdbool.h>

#include "abi/prefix.h"
#include "../policy/policy.h"

struct bpf_map;
struct instance;
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

/* The maps that hold the sets. */
enum sets_map {
	SETS_INDEX4,
	SETS_LEAF4,
	SETS_TREE6,
	SETS_NODE6,
	SETS_RANGE6,
	SETS_HOST6,
	SETS_MAPS,
};

struct bpf_map *sets_map(const struct xgress *skel, enum sets_map which);

/* Writes all sets into memory of the maps' sizes, zeroed. */
void sets_write(const struct sets *s, void *const memory[SETS_MAPS]);

bool sets_are_empty(const struct sets *s);

/* True: the maps are another generation's, and sets_fill() has nothing to do. */
void sets_set_shared(struct sets *s, bool shared);

/*
 * Between sets_size() and the load: where the programs in force have just these sets, their maps
 * are taken over instead of being made and filled anew. (sets_share.c)
 */
void sets_share(struct sets *s, struct xgress *skel, const struct instance *i);

#endif
