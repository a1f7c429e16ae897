/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files that a policy is made of: the policy itself and its set files. Each is watched by
 * the name that was given and where that name leads to through symbolic links, in their folders,
 * because editors and package managers replace files instead of writing into them.
 */
#ifndef XG_WATCH_FILES_H
#define XG_WATCH_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "../policy/policy.h"

struct watched_file;

struct files {
	int fd; /* of inotify, for epoll; -1: not open */
	struct watched_file *v;
	size_t n;
};

/* Returns 0 or a negative errno. The caller ends with files_close(), also of { .fd = -1 }. */
int files_open(struct files *ret_files, struct err *e);
void files_close(struct files *f);

/*
 * From now on watches `file` and the set files of `policy`, in place of what was watched before.
 * Returns 0, or a negative errno where a folder cannot be watched; the others are.
 */
int files_watch(struct files *f, const char *file, const struct policy *policy, struct err *e);

/* Takes what waits at `fd`. Was one of the files written to its end or replaced? */
bool files_changed(struct files *f);

/* Was one of them changed after `since` (CLOCK_REALTIME_COARSE, as file systems have it)? */
bool files_changed_since(const struct files *f, const struct timespec *since);

/* Does a name lead elsewhere now? A link among its folders changes without an event. */
bool files_moved(const struct files *f);

#endif
