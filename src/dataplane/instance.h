/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What of an instance outlives the process, in bpffs:
 *
 *	/sys/fs/bpf/xgress/v<layout>/<namespace cookie>/<instance>/
 *		state counters rows	kept from generation to generation
 *		<hook>-<ifindex>	the links (of clsact hooks: an empty folder)
 *		gen-<number>/		programs, routing and notes of a generation (record.h)
 *
 * The folders belong to root, mode 0700. Whoever changes something holds the lock of the
 * namespace's folder. `state` is made first and removed last: without it nothing is attached.
 */
#ifndef XG_DATAPLANE_INSTANCE_H
#define XG_DATAPLANE_INSTANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/xgress.h"
#include "../util/err.h"
#include "pins.h"

struct instance {
	char path[256];
	int lock_fd; /* -1: not locked */
	int counters_fd;
	int rows_fd;
	int state_fd;
	struct xg_row *rows;    /* XG_ROWS, mapped */
	struct xg_state *state; /* mapped; NULL: the remains of a first apply or of a down */
};

enum instance_open_flags {
	INSTANCE_READ = 0,
	INSTANCE_CREATE = 1,   /* make what is missing */
	INSTANCE_LOCK = 2,     /* wait for other writers and keep them out */
	INSTANCE_NO_WAIT = 4,  /* with LOCK: -EBUSY where another writer is at work */
	INSTANCE_CHECK = 8,    /* with LOCK: refuse folders that are not root's alone */
	INSTANCE_REMAINS = 16, /* also where `state` is missing */
};

/*
 * Opens the instance of this network namespace. -ENOENT where it does not exist and is not to be
 * created. The caller ends with instance_close(), which leaves what is pinned. Writers call
 * journal_open() instead, which settles what a crash has left.
 */
int instance_open(const char *name, int flags, struct instance *ret_instance, struct err *e);
void instance_close(struct instance *i);

/* Only its name and place, whether it exists or not: enough to look at the others. */
int instance_locate(const char *name, struct instance *ret_instance, struct err *e);

/* Unpins the maps and removes the folder: the last step of `down`. */
int instance_remove(struct instance *i, struct err *e);

/* The path of a pin inside the folder. */
void instance_pin_path(const struct instance *i, enum xg_hook hook, uint32_t ifindex, char *path,
		       size_t size);

/* Writes the path of the folder that holds this network namespace's instances. */
int instance_folder(char *path, size_t size, struct err *e);

/* The instance's name. */
const char *instance_name(const struct instance *i);

#endif
