/* SPDX-License-Identifier: GPL-2.0-only */
/* Rows: the places of an instance's interfaces among the counters. */
#ifndef XG_DATAPLANE_ROWS_H
#define XG_DATAPLANE_ROWS_H

#include "instance.h"

/* The row of an interface and direction, made when there is none; -ENOSPC when all are used. */
int rows_take(struct instance *i, const char *name, bool egress, struct err *e);

/* The name of another instance of this namespace that is attached to the interface; or false. */
bool rows_held_by_other(const struct instance *i, uint32_t ifindex, char *name, size_t size);

#endif
