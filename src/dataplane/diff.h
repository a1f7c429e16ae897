/* SPDX-License-Identifier: GPL-2.0-only */
/* What an apply would change against what is in force. */
#ifndef XG_DATAPLANE_DIFF_H
#define XG_DATAPLANE_DIFF_H

#include "apply.h"

/* Told in this order: hooks, then the lines of the policy's text. */
struct diff_told {
	/* '+' comes, '-' goes, '~' runs in another mode; ' ' gets a new program. */
	void (*hook)(char sign, const char *name, const char *hook, const char *mode, void *data);
	void (*line)(char sign, const char *text, void *data); /* '+' or '-' */
	void *data;
};

/*
 * `a` is what dataplane_try() found. `ret_number` is the generation in force, 0: none. The text
 * of files that the policy names is not compared. -ENODATA: the text in force was too long to
 * keep; the hooks have been told.
 */
int dataplane_diff(const char *instance, const struct policy *p, const struct applied *a,
		   const struct diff_told *told, uint64_t *ret_number, struct err *e);

#endif
