/* SPDX-License-Identifier: GPL-2.0-only */
/* Pinned arrays in which user space keeps its notes. */
#ifndef XG_DATAPLANE_MAPFILE_H
#define XG_DATAPLANE_MAPFILE_H

#include <bpf/bpf.h>
#include <stdbool.h>
#include <stddef.h>

#include "../util/err.h"

struct map_form {
	const char *name; /* of the pin as well */
	enum bpf_map_type type;
	__u32 value_size;
	__u32 entries; /* 0: any number (only where it is not created) */
	__u32 flags;
};

/*
 * Opens the map that is pinned in `folder`, or creates and pins it. -ENOENT without a message
 * where it is missing; -EEXIST where something else is pinned there. The caller closes `ret_fd`.
 */
int mapfile_open(const char *folder, const struct map_form *form, bool create, int *ret_fd,
		 struct err *e);

/* Entries of an opened map. */
__u32 mapfile_entries(int fd);

/* Maps the values of a BPF_F_MMAPABLE array; the caller ends with munmap(). */
int mapfile_memory(int fd, size_t size, void *ret_memory, struct err *e);

/* What a descriptor of the BPF file system is: "map", "prog", "link", or "". */
const char *bpf_fd_kind(int fd);

#endif
