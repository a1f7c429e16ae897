/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef XG_POLICY_FILE_H
#define XG_POLICY_FILE_H

#include <stddef.h>

#include "../util/err.h"

/*
 * Reads a whole regular file of at most `max` bytes. Read, not mapped: a file that shrinks while
 * it is mapped kills the reader. The caller frees `ret_text`. An error names the file and has no
 * line.
 */
int file_read(const char *path, size_t max, char **ret_text, size_t *ret_size, struct err *e);

#endif
