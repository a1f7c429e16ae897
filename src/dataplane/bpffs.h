/* SPDX-License-Identifier: GPL-2.0-only */
/* The BPF file system: mounted, ours, safe to pin in. */
#ifndef XG_DATAPLANE_BPFFS_H
#define XG_DATAPLANE_BPFFS_H

#include <stdbool.h>

#include "../util/err.h"

#define BPFFS "/sys/fs/bpf"

/*
 * Is it there? `mount_it` mounts it where it is missing; else that is -ENOENT, without a message.
 * -ENOTSUP: it is out of sight here, so nobody can tell what is pinned.
 */
int bpffs_ready(bool mount_it, struct err *e);

/* Makes a folder that only root may enter. Both: -EPERM for one that is not so. */
int bpffs_make_folder(const char *path, struct err *e);
int bpffs_check_folder(const char *path, struct err *e);

#endif
