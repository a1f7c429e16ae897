/* SPDX-License-Identifier: GPL-2.0-only */
/* One writer at a time: the lock of a network namespace's instances. */
#ifndef XG_DATAPLANE_LOCK_H
#define XG_DATAPLANE_LOCK_H

#include <stdbool.h>

#include "../util/err.h"

/*
 * Locks the folder, which must stay what `path` names. `wait`: as long as it takes; after two
 * seconds standard error hears who holds it. Else -EBUSY at once. -ENOENT: no such folder.
 * Returns a descriptor whose close() unlocks, or a negative errno.
 */
int lock_folder(const char *path, bool wait, struct err *e);

#endif
