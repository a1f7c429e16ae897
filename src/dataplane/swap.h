/* SPDX-License-Identifier: GPL-2.0-only */
/* The hooks of an instance, brought to what a record says: the same however often it is done. */
#ifndef XG_DATAPLANE_SWAP_H
#define XG_DATAPLANE_SWAP_H

#include "record.h"

/*
 * Every place of the record runs its program: one link update each where the instance is attached
 * there already. Interfaces that are gone are passed over. Stops at the first error.
 */
int swap_put(const struct instance *i, const struct record *r, struct err *e);

/* Detaches what is pinned and no place of the record; NULL: everything. */
int swap_take_rest(const struct instance *i, const struct record *r, struct err *e);

#endif
