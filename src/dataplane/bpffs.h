/* SPDX-License-Identifier: GPL-2.0-only */
/* The BPF file system: mounted, ours, safe to pin in. */
#ifndef XG_DATAPLANE_BPFFS_H
#define XG_DATAPLANE_BPFFS_H

#include "../util/err.h"

#define BPFFS "/sys/fs/bpf"

/* Mounts it where it is missing. Returns 0 or a negative errno. */
int bpffs_ready(struct err *e);

/* Makes a folder that only root may enter; refuses one that is not so. */
int bpffs_make_folder(const char *path, struct err *e);

#endif
