/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests: dies where a real crash would hurt most. */
#ifndef XG_UTIL_CRASH_H
#define XG_UTIL_CRASH_H

/*
 * Stands after every step that changes the kernel or a journal. XGRESS_CRASH_AT=N in the
 * environment kills the process (SIGKILL) at the Nth of them; nothing is done without it.
 */
void crash_point(void);

#endif
