/* SPDX-License-Identifier: GPL-2.0-only */
/* What `apply --diff` prints. */
#ifndef XG_CMD_DIFF_H
#define XG_CMD_DIFF_H

#include "../dataplane/diff.h"
#include "cmd.h"

/* `a` is what dataplane_try() found. */
int diff_print(const struct context *ctx, const struct policy *p, const struct applied *a,
	       struct err *e);

#endif
