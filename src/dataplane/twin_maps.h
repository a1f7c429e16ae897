/* SPDX-License-Identifier: GPL-2.0-only */
/* The maps of a live program, and what its twin does with each of them: share or copy. */
#ifndef XG_DATAPLANE_TWIN_MAPS_H
#define XG_DATAPLANE_TWIN_MAPS_H

#include <bpf/bpf.h>

#include "prefix_find.h"
#include "abi/xgress.h"

#define TWIN_MAPS  32
#define TWIN_VIEWS 6

struct xgress;

struct twin_map {
	int fd;
	struct bpf_map_info info;
};

struct twin_maps {
	struct twin_map v[TWIN_MAPS];
	size_t n;
	struct xg_port *ports; /* a copy */
	struct {
		void *memory;
		size_t size;
	} views[TWIN_VIEWS]; /* of the prefix sets, in the order of struct prefix_memory */
};

/* Opens the maps of the live program `fd`. Returns 0 or a negative errno. */
int twin_maps_open(struct twin_maps *m, int fd, struct bpf_prog_info *ret_info);
void twin_maps_close(struct twin_maps *m);

/* By the map's name; NULL: the program has none of that name. */
const struct twin_map *twin_maps_find(const struct twin_maps *m, const char *name);

/*
 * Before the load: shares what the program only reads, and takes over its constants. -ESTALE
 * where a map has another form than this version's.
 */
int twin_maps_share(struct twin_maps *m, struct xgress *skel);

/* After it: copies what the program writes. */
int twin_maps_copy(struct twin_maps *m, struct xgress *skel);

int twin_maps_prefixes(struct twin_maps *m, struct xgress *skel, struct prefix_memory *ret_memory);

#endif
