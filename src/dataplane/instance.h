/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What of an instance outlives the process, in bpffs:
 *
 *	/sys/fs/bpf/xgress/v<layout>/<namespace cookie>/<instance>/
 *		counters rows state	kept from generation to generation
 *		routing			of the generation that is in force
 *		<hook>-<ifindex>	the links (of clsact hooks: the programs)
 *
 * The folder belongs to root, mode 0700. Whoever changes something holds its lock.
 */
#ifndef XG_DATAPLANE_INSTANCE_H
#define XG_DATAPLANE_INSTANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/xgress.h"
#include "../util/err.h"

struct instance {
	char path[256];
	int lock_fd;
	int counters_fd;
	int rows_fd;
	int state_fd;
	struct xg_row *rows;    /* XG_ROWS, mapped */
	struct xg_state *state; /* mapped */
};

enum instance_open_flags {
	INSTANCE_READ = 0,
	INSTANCE_CREATE = 1, /* make what is missing */
	INSTANCE_LOCK = 2,   /* wait for other writers and keep them out */
};

/*
 * Opens the instance of this network namespace. -ENOENT where it does not exist and is not to be
 * created. The caller ends with instance_close(), which leaves what is pinned.
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

/* The row of an interface and direction, made when there is none; -ENOSPC when all are used. */
int instance_row(struct instance *i, const char *name, bool egress, struct err *e);

/* Calls `visit` for each row in use of the other instances of this network namespace. */
int instance_visit_others(const struct instance *i,
			  void (*visit)(const char *instance, const struct xg_row *row, void *data),
			  void *data);

bool hook_is_egress(enum xg_hook hook);
const char *hook_name(enum xg_hook hook);

#endif
