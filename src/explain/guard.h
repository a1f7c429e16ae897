/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which entry of the policy is it that the guard found? The maps have merged ranges without
 * names, so the policy file is read again; where it no longer says what is in force, that is
 * told instead.
 */
#ifndef XG_EXPLAIN_GUARD_H
#define XG_EXPLAIN_GUARD_H

#include "../dataplane/twin.h"

struct guard_names;

/* `file` is the policy that was applied. NULL: no memory. Unreadable files are told later. */
struct guard_names *guard_names_new(const char *file);
void guard_names_free(struct guard_names *g);

/*
 * Writes what is known of `listed` (enum xg_explain_listed) addresses of the packet: which list,
 * which prefix, which set. `addresses` is the IP header's source, then the destination.
 */
void guard_names_text(const struct guard_names *g, struct twin *t, unsigned int listed, bool v6,
		      const uint8_t *addresses, char *text, size_t size);

#endif
