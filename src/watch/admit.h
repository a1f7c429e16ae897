/* SPDX-License-Identifier: GPL-2.0-only */
/* `run` follows what decides whether the fast path is right: netfilter, NAT, IPsec, qdiscs. */
#ifndef XG_WATCH_ADMIT_H
#define XG_WATCH_ADMIT_H

#include "watch.h"

/*
 * Decides anew for the plan in force and tells what changed; the caller writes the plan to the
 * programs then. An error leaves the decision as it was.
 */
int watch_admit(struct watch *w, struct err *e);

#endif
