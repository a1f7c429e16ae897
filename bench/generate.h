/* SPDX-License-Identifier: GPL-2.0-only */
/* The generator and the sink of gen.bpf.c, as the benchmark and the tests use them. */
#ifndef XG_BENCH_GENERATE_H
#define XG_BENCH_GENERATE_H

#include <stdbool.h>
#include <stdint.h>

#include "src/util/err.h"

struct gen_bpf;

/*
 * Makes `frames` frames, all on this CPU, in the network namespace that the calling thread is in.
 * Returns when the last is on its way: 0 or a negative errno.
 */
int generate(struct gen_bpf *gen, bool ipv6, uint32_t frames, struct err *e);

/* What the sink has seen, over all CPUs. */
uint64_t sink_packets(const struct gen_bpf *gen);
uint64_t sink_right(const struct gen_bpf *gen);

/* Waits until the sink has seen `wanted` packets, or none for 20 ms. */
void sink_wait(const struct gen_bpf *gen, uint64_t wanted);

#endif
