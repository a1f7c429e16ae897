/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An error on its way to the user: what, on which object, why, and the likely fix; for a policy
 * also the place. Functions return a negative errno and fill it; commands print it once, as text
 * on standard error or, with -j, as JSON on standard output.
 */
#ifndef XG_UTIL_ERR_H
#define XG_UTIL_ERR_H

struct err {
	char message[1024];
	char file[4096]; /* "" where the error has no place */
	int line;        /* from 1; 0: none */
	int column;      /* from 1 */
};

/* Writes the message and returns -code, so that `return err_set(e, EINVAL, ...)` reads well. */
int err_set(struct err *e, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same for a place in a file. */
int err_at(struct err *e, int code, const char *file, int line, int column, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

#endif
