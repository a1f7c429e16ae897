/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef XG_BENCH_OPTIONS_H
#define XG_BENCH_OPTIONS_H

#include "bench.h"

/* Returns 0, 1 where --help was all that was asked for, or a negative errno. */
int options_parse(int argc, char **argv, struct bench_options *ret_options, struct err *e);

#endif
