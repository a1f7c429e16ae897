/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Putting a program on a hook, exchanging it there without losing a packet, taking it away. What
 * is pinned belongs to this instance; others' programs are never touched.
 */
#ifndef XG_DATAPLANE_HOOK_H
#define XG_DATAPLANE_HOOK_H

#include "instance.h"

/*
 * Puts `program_fd` on the place's hook: by link update where this instance is attached there
 * already, else as a new, pinned link. XDP in another mode is detached first: links keep theirs.
 * -EBUSY: someone else's program is there, and is named. -ENODEV: the interface is gone.
 */
int hook_put(const struct instance *i, const struct xg_place *place, int program_fd, struct err *e);

/* Detaches and unpins. Fine where half of it is gone. */
int hook_take(const struct instance *i, enum xg_hook hook, uint32_t ifindex, struct err *e);

/* "program 12, 'name'"; without root the number alone. */
void hook_name_program(__u32 id, char *text, size_t size);

/* What really runs at a hook. */
struct hook_state {
	bool attached;
	uint32_t program_id;
	char mode[16]; /* native, generic, offload, tc */
};

/* Asks the kernel. An interface that is gone is not attached. */
void hook_look(const struct instance *i, enum xg_hook hook, uint32_t ifindex,
	       struct hook_state *ret_state);

#endif
