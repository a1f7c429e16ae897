/* SPDX-License-Identifier: GPL-2.0-only */
/* What changes in this network namespace, as rtnetlink tells it. */
#ifndef XG_WATCH_NETEVENTS_H
#define XG_WATCH_NETEVENTS_H

#include "../util/err.h"

enum netevents {
	NETEVENT_NEIGHBOUR = 1,
	NETEVENT_ROUTING = 2, /* routes, rules, next hops, addresses */
	NETEVENT_LINK = 4,
	NETEVENT_ALL = 7,
};

/* Returns a non-blocking socket that the caller closes, or a negative errno. */
int netevents_open(struct err *e);

/* Takes everything that waits. Returns what happened; where messages were lost, NETEVENT_ALL. */
int netevents_read(int fd);

#endif
