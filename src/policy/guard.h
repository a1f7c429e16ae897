/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef XG_POLICY_GUARD_H
#define XG_POLICY_GUARD_H

#include "schema.h"

/* `guard`, into the policy. Sets must have been read. */
extern const struct field guard_fields[];

#endif
