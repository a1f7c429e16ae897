/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef XG_BENCH_STATS_H
#define XG_BENCH_STATS_H

#include "bench.h"

struct spread {
	double median, q1, q3;
};

struct spread spread_of(const double *values, unsigned int n);

/* The way of this name in a result; NULL where it took no part or has no numbers. */
const struct way_result *result_find(const struct case_result *r, const char *name);

struct spread result_values(const struct case_result *r, const struct way_result *w);

/* Round by round divided by `reference`. */
struct spread result_ratio(const struct case_result *r, const struct way_result *w,
			   const struct way_result *reference);

/* Sums and medians over the rounds. */
double result_loss(const struct case_result *r, const struct way_result *w);
double result_cores(const struct case_result *r, const struct way_result *w);
double result_machine_cores(const struct case_result *r, const struct way_result *w);
double result_p99(const struct case_result *r, const struct way_result *w);
double result_retransmits(const struct case_result *r, const struct way_result *w);

/* CPU time used since cpu_start(). */
struct cpu_use {
	double wall, own, machine; /* seconds */
};

void cpu_start(struct cpu_use *u);
void cpu_stop(const struct cpu_use *u, struct sample *s);

#endif
