/* SPDX-License-Identifier: GPL-2.0-only */
/* An error as the user sees it, the same whoever reports it. */
#ifndef XG_CMD_ERROR_H
#define XG_CMD_ERROR_H

#include <stdio.h>

#include "../util/err.h"
#include "../util/json.h"

/* "FILE:LINE:COLUMN: message", as much of the place as there is. */
void error_text(FILE *out, const struct err *e);

/* The key "error" with message, file, line and column, inside of an object. */
void error_json(struct json *j, const struct err *e);

/*
 * What the data plane returned: -EINVAL without a place in the policy is the kernel's word for
 * something else than bad usage, and becomes -EIO. Others stay.
 */
int error_of_dataplane(int r, const struct err *e);

#endif
