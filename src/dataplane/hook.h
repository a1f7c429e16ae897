/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Putting a program on a hook, exchanging it there without losing a packet, taking it away. What
 * is pinned belongs to this instance; others' programs are never touched.
 */
#ifndef XG_DATAPLANE_HOOK_H
#define XG_DATAPLANE_HOOK_H

#include "instance.h"
#include "plan.h"

/* What hook_attach() did, so that hook_revert() can take it back. */
struct hook_change {
	enum { HOOK_UNCHANGED, HOOK_UPDATED, HOOK_MADE } what;
	int old_program_fd; /* HOOK_UPDATED: what ran before; else -1 */
	bool made_clsact;
};

/*
 * Puts `program_fd` on the hook: by link update where this instance is attached there already,
 * else as a new, pinned link. -EBUSY: someone else's XDP program is there, and is named.
 */
int hook_attach(const struct instance *i, const struct plan_hook *h, int program_fd,
		struct hook_change *ret_change, struct err *e);

/* Back to what was there before hook_attach(). Best effort: there is nobody left to ask. */
void hook_revert(const struct instance *i, const struct plan_hook *h, struct hook_change *c);

/* The change is kept: gives back what hook_revert() would have needed. */
void hook_commit(struct hook_change *c);

/* "program 12, 'name'"; without root the number alone. */
void hook_name_program(__u32 id, char *text, size_t size);

/* Detaches and unpins what `row` says is attached. */
int hook_detach(const struct instance *i, const struct xg_row *row, struct err *e);

#endif
