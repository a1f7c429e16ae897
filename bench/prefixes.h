/* SPDX-License-Identifier: GPL-2.0-only */
/* The block set: 1,000 prefixes that match no packet of the flood. */
#ifndef XG_BENCH_PREFIXES_H
#define XG_BENCH_PREFIXES_H

#include <stdbool.h>
#include <stddef.h>

#include "src/util/err.h"

#define BENCH_PREFIXES 1000

/* The i-th, the same for every way. They are disjoint and do not touch. */
void prefix_text(unsigned int i, bool ipv6, char *text, size_t size);

/* One a line. */
int prefixes_write(const char *path, bool ipv6, struct err *e);

#endif
