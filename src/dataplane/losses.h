/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is lost after a redirect: the tracing programs (bpf/trace.bpf.c) of an instance, and the
 * interfaces that they watch. They are loaded once and pinned beside the links until `down`.
 */
#ifndef XG_DATAPLANE_LOSSES_H
#define XG_DATAPLANE_LOSSES_H

#include "instance.h"
#include "plan.h"

/*
 * To be called with the instance locked, before the plan's programs are attached: from then on
 * what they lose is counted. The plan's rows are assigned. `ledger` open: without what a driver
 * refuses of a bulk, the only tracepoint that is passed when nothing is lost. That losses cannot
 * be seen stops nobody: the reason is kept for losses_seen().
 */
void losses_watch(const struct instance *i, const struct plan *plan, enum policy_ledger ledger);

/* Ends the watch: for `down`, and where the first apply failed. */
void losses_release(const struct instance *i);

/* Are all losses of what is attached now seen? Where not, `why` says what hinders it. */
bool losses_seen(const struct instance *i, char *why, size_t size);

#endif
