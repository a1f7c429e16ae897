/* SPDX-License-Identifier: GPL-2.0-only */
/* The undo journal as a file: lines of this boot, on the disk before anything else happens. */
#ifndef XG_DATAPLANE_UNDO_FILE_H
#define XG_DATAPLANE_UNDO_FILE_H

#include <stddef.h>

#include "../util/err.h"

struct undo_lines {
	char *text;
	char **v; /* into `text`, without their ends, which lines of the journal do not have */
	size_t n;
};

/*
 * Reads the lines, the oldest first; none where there is no journal, or one of another boot,
 * which is removed. A last line without its end is dropped. -EPERM: the file is not ours alone.
 * -EUCLEAN: it is no journal. The caller ends with undo_lines_release().
 */
int undo_file_read(const char *path, struct undo_lines *ret_lines, struct err *e);
void undo_lines_release(struct undo_lines *l);

/* Writes the lines that are not NULL in place of the journal; removes it where none is left. */
int undo_file_write(const char *path, const struct undo_lines *l, struct err *e);

/* Appends a line (without its end) and waits until it is on the disk; makes file and folders. */
int undo_file_add(const char *path, const char *line, struct err *e);

#endif
