/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef XG_POLICY_PORTS_H
#define XG_POLICY_PORTS_H

#include "schema.h"

/* `outside`, which must name something, and `inside`, which may be empty. Into policy_ports. */
int field_outside(struct reading *r, const struct node *n, const struct field *f, void *ret);
int field_inside(struct reading *r, const struct node *n, const struct field *f, void *ret);

void policy_ports_release(struct policy_ports *p);

#endif
