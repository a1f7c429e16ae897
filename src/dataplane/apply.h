/* SPDX-License-Identifier: GPL-2.0-only */
/* A policy takes effect, whole or not at all; and the way back. */
#ifndef XG_DATAPLANE_APPLY_H
#define XG_DATAPLANE_APPLY_H

#include "instance.h"
#include "load.h"

struct applied {
	struct plan plan;
	struct generation *generation;
	uint64_t number; /* of the generation */
};

/*
 * Swaps the policy in: a fresh generation is loaded, then every hook is attached or updated. On
 * an error what was in force goes on untouched. -EINVAL is the policy's fault, with its place.
 * The caller ends with applied_release(), which detaches nothing.
 */
int dataplane_apply(const struct policy *p, const char *instance, struct applied *ret_applied,
		    struct err *e);

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
