/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel can do of what xgress uses, found by trying: small programs are loaded, small
 * maps made, links attached in a throw-away network namespace. No version is ever looked at, and
 * no interface of the machine is touched.
 */
#ifndef XG_PROBE_KERNEL_H
#define XG_PROBE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

enum probe_answer { PROBE_NO, PROBE_YES, PROBE_UNKNOWN };

/* How much xgress depends on it. */
enum probe_need {
	NEED_ALWAYS,  /* without it nothing works */
	NEED_FEATURE, /* without it a named thing is slower or missing */
	NEED_LATER,   /* for what xgress does not do yet */
	NEED_OTHERS,  /* xgress does without; other programs beside it may not */
};

struct kernel_feature {
	const char *name;
	const char *use;     /* what xgress needs it for */
	const char *without; /* what is lost without it */
	const char *get;     /* how to get it */
	enum probe_need need;
	enum probe_answer available;
	char detail[160]; /* what the trial said: the refusal, or a figure; may be "" */
};

size_t kernel_feature_count(void);

/*
 * Tries feature number `i`. What a caller without the capabilities cannot try is
 * PROBE_UNKNOWN, with what it would need.
 */
void kernel_feature_try(size_t i, struct kernel_feature *ret_feature);

/*
 * For tests: names that stand in the environment variable XGRESS_WITHOUT, separated by commas,
 * count as missing.
 */
bool kernel_feature_left_out(const char *name);

#endif
