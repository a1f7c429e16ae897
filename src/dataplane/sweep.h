/* SPDX-License-Identifier: GPL-2.0-only */
/* Taking down more than one instance. */
#ifndef XG_DATAPLANE_SWEEP_H
#define XG_DATAPLANE_SWEEP_H

#include <stdbool.h>
#include <stddef.h>

#include "../util/err.h"

/* `each` hears the path of every instance that was removed. Goes on after an error. */
struct sweep {
	void (*each)(const char *path, void *data);
	void *data;
};

/* Every instance of this network namespace. Nothing there is no error. */
int sweep_all(const struct sweep *s, struct err *e);

/*
 * Instances that nobody can use any more: those of network namespaces that are gone, and those
 * that a version of xgress with another layout of pins has left in this one. A namespace counts
 * as gone where no link of the instance has its interface any more and the namespace is neither
 * under /run/netns nor that of a process.
 */
int sweep_stale(const struct sweep *s, struct err *e);

/* Where another version of xgress has pinned something for this namespace; false: nowhere. */
bool sweep_finds_other_layout(char *path, size_t size);

#endif
