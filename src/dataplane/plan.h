/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a policy and the interfaces that are really here to a list of hooks: which program goes
 * where, in which mode, and why not in a better one. Nothing is changed yet.
 */
#ifndef XG_DATAPLANE_PLAN_H
#define XG_DATAPLANE_PLAN_H

#include <stdbool.h>

#include "abi/xgress.h"
#include "../net/link.h"
#include "../policy/policy.h"

enum plan_program {
	PROGRAM_XDP_INSIDE,
	PROGRAM_XDP_OUTSIDE,
	PROGRAM_TC_INSIDE,
	PROGRAM_TC_RETURN,
	PROGRAM_TC_OUTSIDE,
	PROGRAM_COUNT,
};

struct plan_hook {
	struct link link;
	bool outside;
	bool egress;
	enum xg_hook hook;
	enum plan_program program;
	bool generic;       /* XDP in generic mode */
	bool may_fall_back; /* `auto`: tcx where the driver refuses native XDP */
	int row;            /* of the counters */
	char note[208];     /* why no better mode */
	/* What admission.h decides; "" is nothing against it. */
	char kernel_forwards[208]; /* of an ingress hook: why what comes in goes by the kernel */
	char no_xdp_target[208];   /* of an uplink's egress hook: why XDP does not send there */
};

struct plan {
	struct plan_hook *v;
	size_t n;
	size_t room;
	bool only_present;
};

/*
 * Returns 0; -EINVAL with the place in the policy; another negative errno. `only_present`: a
 * named interface that is away is left out instead of being an error.
 */
int plan_make(const struct policy *p, const struct link_list *links, bool only_present,
	      struct plan *ret_plan, struct err *e);
void plan_release(struct plan *p);

/* Why `path: auto` takes the stack path on this interface; NULL: it does not. */
const char *plan_stack_path_reason(const struct link *l);

/* Turns an XDP hook into the tcx hook of the same direction, with the reason. */
void plan_fall_back(struct plan_hook *h, const char *why);

/* "native", "generic", "tc". */
const char *plan_mode(const struct plan_hook *h);

#endif
