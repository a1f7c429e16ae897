/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interfaces of a plan as the programs see them: where each one stands in the `ports` array,
 * and what may be done there.
 */
#ifndef XG_DATAPLANE_PORTS_H
#define XG_DATAPLANE_PORTS_H

#include "abi/xgress.h"
#include "plan.h"

struct port_places {
	__u32 hash; /* for xg_port_place() */
	__u32 shift;
	__u32 size; /* of the array */
};

/*
 * Finds a size and a multiplier for which no two of the `n` interface indexes share a place (an
 * index that is given twice is one). Returns 0, or -ENOSPC where none of those tried does.
 */
int ports_place(const unsigned int *ifindexes, size_t n, struct port_places *ret_places);

/* The same for the interfaces of a plan, with an error that says how many they are. */
int ports_place_plan(const struct plan *plan, struct port_places *ret_places, struct err *e);

/* What plan and kernel say of the interface `l` of the plan, one of `links`. */
void port_describe(const struct plan *plan, const struct link_list *links, const struct link *l,
		   struct xg_port *ret_port);

#endif
