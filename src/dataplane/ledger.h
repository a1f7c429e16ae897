/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading the counters: what was seen at a hook, and with which reasons it left. */
#ifndef XG_DATAPLANE_LEDGER_H
#define XG_DATAPLANE_LEDGER_H

#include "instance.h"

/* Sums the CPUs' copies of row `n`. Returns 0 or a negative errno. */
int ledger_read(const struct instance *i, int n, struct xg_counters *ret_sum, struct err *e);

/* Packets that left by this action; XG_ACTION_LOST: of those redirected, what did not get away. */
uint64_t ledger_packets(const struct xg_counters *c, enum xg_action action);

const char *reason_word(unsigned int reason);
const char *reason_action(unsigned int reason);
const char *reason_doc(unsigned int reason);

#endif
