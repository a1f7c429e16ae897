/* SPDX-License-Identifier: GPL-2.0-only */
/* What stands between a plan and its best: said at each apply, with the command that mends it. */
#ifndef XG_CMD_PREFLIGHT_H
#define XG_CMD_PREFLIGHT_H

#include "../dataplane/plan.h"

/*
 * Calls `each` for everything found at the interfaces that XDP takes, and for files of the policy
 * that everybody may write. Reads only. Where it cannot
 * read there is nothing to say: this is advice, and what really hinders is an error of apply.
 */
void preflight(const struct policy *p, const struct plan *plan,
	       void (*each)(const char *text, void *data), void *data);

#endif
