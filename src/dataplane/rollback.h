/* SPDX-License-Identifier: GPL-2.0-only */
/* Back to the generation before, and what waits to be confirmed. */
#ifndef XG_DATAPLANE_ROLLBACK_H
#define XG_DATAPLANE_ROLLBACK_H

#include "instance.h"

/* The clock of confirm_by_ns: it counts while the machine sleeps, too. */
uint64_t rollback_clock_ns(void);

/* Was a confirmation due, and did not come? */
bool rollback_is_due(const struct instance *i);

/*
 * The generation before is put in force again, by one link update a hook. A first generation
 * that waits to be confirmed is taken down. -ENODATA: there is none before. Under the lock.
 */
int rollback(struct instance *i, struct err *e);

/*
 * The command: `ret_number` is what is in force now, 0 for nothing. -ENOTSUP: the generation
 * before would go around something that came since.
 */
int dataplane_rollback(const char *instance, uint64_t *ret_number, struct err *e);

/* The generation in force stays. -ENODATA: nothing waits. */
int dataplane_confirm(const char *instance, uint64_t *ret_number, struct err *e);

/* Waits in the background, and rolls back when nobody confirmed by then. */
int rollback_watch(const char *instance, uint64_t confirm_by_ns, struct err *e);

#endif
