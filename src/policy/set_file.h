/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef XG_POLICY_SET_FILE_H
#define XG_POLICY_SET_FILE_H

#include <stddef.h>

#include "policy.h"

/*
 * A set file holds one prefix a line; '#' begins a comment, blank lines and CRLF are fine. An
 * error has its place in the set file, without a line where the file could not be read.
 */
int set_file_read(const char *path, struct prefix_list *list, struct err *e);

/* The same for text in memory. */
int set_text_read(const char *path, const char *text, size_t size, struct prefix_list *list,
		  struct err *e);

#endif
