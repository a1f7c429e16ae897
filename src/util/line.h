/* SPDX-License-Identifier: GPL-2.0-only */
/* Text that is put together piece by piece in a buffer of fixed size; what is too much is cut. */
#ifndef XG_UTIL_LINE_H
#define XG_UTIL_LINE_H

#include <stddef.h>

struct line {
	char *text; /* where the next piece goes */
	size_t room;
};

void line_begin(struct line *l, char *text, size_t size);
void line_add(struct line *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
