/* SPDX-License-Identifier: GPL-2.0-only */
/* libbpf's words, kept for the error message: the end of them, where the verifier says why. */
#ifndef XG_DATAPLANE_LOG_H
#define XG_DATAPLANE_LOG_H

#include <stddef.h>

struct log {
	char text[768]; /* fits into struct err */
	size_t length;
};

/* From now on libbpf's warnings go into `log`; one at a time. */
void log_begin(struct log *log);
void log_end(struct log *log);

#endif
