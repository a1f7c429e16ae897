/* SPDX-License-Identifier: GPL-2.0-only */
/* A policy takes effect, whole or not at all; and the way back. */
#ifndef XG_DATAPLANE_APPLY_H
#define XG_DATAPLANE_APPLY_H

#include "instance.h"
#include "load.h"

struct apply_options {
	uint64_t only_after; /* token of what must be in force still; 0: whatever it is */
	uint64_t confirm_ns; /* rolled back unless confirmed by then; 0: for good */
	bool only_present;   /* interfaces that the policy names and that are away are left out */
};

struct applied {
	struct plan plan;
	struct generation *generation;
	uint64_t number; /* of the generation */
	uint64_t token;  /* tells it from all others */
	uint64_t confirm_by_ns;
	struct err warning; /* it is in force, but something after that failed; "" is nothing */
};

/*
 * Swaps the policy in: a fresh generation is loaded, then every hook is attached or updated. On
 * an error what was in force goes on untouched. -EINVAL is the policy's fault, with its place.
 * -ESTALE: something else is in force than `only_after`. -EBUSY: another instance has one of the
 * interfaces, or a generation waits to be confirmed. `o` may be NULL. The caller ends with
 * applied_release(), which detaches nothing.
 */
int dataplane_apply(const struct policy *p, const char *instance, const struct apply_options *o,
		    struct applied *ret_applied, struct err *e);

/*
 * Everything but attaching: resolves, looks whether another instance has an interface, loads,
 * fills. Where not root: resolves only.
 */
int dataplane_try(const struct policy *p, const char *instance, struct applied *ret_applied,
		  struct err *e);

void applied_release(struct applied *a);

/* Detaches and unpins all of the instance. -ENOENT where there is none. */
int dataplane_down(const char *instance, struct err *e);

#endif
