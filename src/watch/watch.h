/* SPDX-License-Identifier: GPL-2.0-only */
/* What `xgress run` does once a policy is in force, until it is told to stop. */
#ifndef XG_WATCH_WATCH_H
#define XG_WATCH_WATCH_H

#include "../dataplane/apply.h"

struct watch {
	const char *file; /* of the policy, as it was given */
	const char *instance;
	struct policy policy;
	struct timespec read_at; /* when its reading began, by CLOCK_REALTIME_COARSE */
	struct applied applied;
	/* Says what happened, one line; `e` is the error, or NULL. */
	void (*tell)(const char *what, const struct err *e);
};

/*
 * Follows changes of the policy file, SIGHUP, routing, neighbours and interfaces. Returns 0 after
 * SIGINT or SIGTERM, and when another `apply` or `down` took over: the data plane stays as it is.
 */
int watch_run(struct watch *w, struct err *e);

#endif
