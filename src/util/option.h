/* SPDX-License-Identifier: GPL-2.0-only */
/* Words for what getopt(3) refuses. */
#ifndef XG_UTIL_OPTION_H
#define XG_UTIL_OPTION_H

#include "err.h"

/*
 * For `c` that is '?' or ':', right after getopt_long() returned it. `letters` is the string of
 * short options, which has ':' where it begins; opterr is 0. `who` names the command; "" is
 * xgress itself. Returns -EINVAL.
 */
int option_error(struct err *e, const char *who, int c, char *const argv[], const char *letters);

/* For commands without options of their own: refuses any. What follows is at optind. */
int option_none(int argc, char *argv[], struct err *e);

#endif
