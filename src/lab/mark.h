/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /run/xgress/lab/PREFIX: a line for each namespace that lab_up() made, its inode and its name.
 * The file is locked while it is open, so that two labs of one prefix wait for each other.
 */
#ifndef XG_LAB_MARK_H
#define XG_LAB_MARK_H

#include "lab.h"

struct lab_mark {
	int fd;
	char path[128];
	unsigned int n;
	struct {
		uint64_t inode;
		char name[64];
	} made[LAB_NODES];
};

/* A missing file is an empty mark. */
int lab_mark_open(const char *prefix, struct lab_mark *ret_mark, struct err *e);

/* Is the namespace of this name one that we made? */
bool lab_mark_has(const struct lab_mark *m, const char *name);

int lab_mark_add(struct lab_mark *m, const char *name, struct err *e);

/* Forgets a name. */
int lab_mark_remove(struct lab_mark *m, const char *name, struct err *e);

/* An empty mark is deleted. */
void lab_mark_close(struct lab_mark *m);

#endif
