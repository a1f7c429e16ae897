/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an instance has changed outside bpffs, and how it was before:
 *
 *	/run/xgress/<namespace cookie>/<instance>/undo
 *
 * A line is on the disk before its change is made, so that a crash cannot hide one. The file
 * names the boot: after another one the kernel has forgotten the changes, and so do we. A last
 * line without its end is a change that was never made. A value that somebody has changed since
 * is left to him.
 */
#ifndef XG_DATAPLANE_UNDO_H
#define XG_DATAPLANE_UNDO_H

#include "instance.h"

/* Adds a clsact qdisc where there is none. Returns 0 or a negative errno. */
int undo_add_clsact(const struct instance *i, uint32_t ifindex, const char *name, struct err *e);

/* Writes a sysctl, by its path below /proc/sys. */
int undo_set_sysctl(const struct instance *i, const char *path, const char *value, struct err *e);

/* Switches an offload of ethtool, by the kernel's name of it (rx-gro, tx-checksum-ip-generic). */
int undo_set_offload(const struct instance *i, uint32_t ifindex, const char *feature, bool on,
		     struct err *e);

/* Removes the clsact qdiscs that nobody uses any more. */
int undo_unused(const struct instance *i, struct err *e);

/* Puts everything back and removes the journal. -EUCLEAN: it is damaged, with its place. */
int undo_all(const struct instance *i, struct err *e);

/* Drops the journal of an instance whose namespace is gone. `pins`: where its pins were. */
void undo_forget(const char *pins);

#endif
