/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef XG_UTIL_CAPS_H
#define XG_UTIL_CAPS_H

/*
 * Gives away, for good, every capability that a process which stays does not need: left are those
 * for BPF, tracing and the network, and for reading files of others. Best effort: one that
 * has no capabilities to give away has none afterwards either.
 */
void caps_drop(void);

#endif
