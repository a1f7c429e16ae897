/* SPDX-License-Identifier: GPL-2.0-only */
/* A twin, for the files that make it and run it. */
#ifndef XG_DATAPLANE_TWIN_INTERNAL_H
#define XG_DATAPLANE_TWIN_INTERNAL_H

#include "twin.h"
#include "twin_maps.h"

struct bpf_program;
struct xgress;

struct twin {
	struct xgress *skel;
	struct bpf_program *program;
	const struct xg_row *row;
	__u32 counters_row;
	bool xdp;
	__u64 *counts; /* a row of the counters, of all CPUs */
	size_t counts_size;
	struct twin_maps maps;
	struct prefix_memory prefixes;
};

#endif
