/* SPDX-License-Identifier: GPL-2.0-only */
/* A throw-away network namespace with a veth pair, for what must be attached to be tried. */
#ifndef XG_PROBE_SANDBOX_H
#define XG_PROBE_SANDBOX_H

#include "feature.h"

/*
 * Runs `job` in a child process, in a network namespace of its own, with the index of one end
 * of a veth pair that is up. Nothing of it is left afterwards. Returns what the job returns (0
 * or a negative errno), or TRY_UNTRIED with the reason where the namespace could not be made.
 */
int sandbox_run(int (*job)(unsigned int ifindex), struct feature_words *words);

#endif
