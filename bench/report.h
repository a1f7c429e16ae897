/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef XG_BENCH_REPORT_H
#define XG_BENCH_REPORT_H

#include "stats.h"

/* What the numbers hold for. */
struct machine {
	char kernel[128];
	char cpu[128];
	long cpus;
	const char *driver;
	const char *mode;
};

void machine_read(struct machine *ret_machine);

/* What is to be reached: a ratio of the medians of one case. */
struct goal {
	const char *what;
	const char *case_name, *way, *reference;
	double wanted;
};

extern const struct goal bench_goals[]; /* ends with an entry of zeroes */

/* False where one of the two was not measured. */
bool goal_ratio(const struct bench *b, const struct goal *g, struct spread *ret_ratio);

void report_machine(const struct bench *b, const struct machine *m);
void report_case(const struct case_result *r);
void report_goals(const struct bench *b);

int result_write(const struct bench *b, const struct machine *m, const char *path, struct err *e);

#endif
