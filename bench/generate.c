// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <time.h>

#include "frame.h" /* before the skeleton, which has its structs */

#include "bench/gen.skel.h"
#include "frames.h"
#include "generate.h"

#define BATCH 64 /* the kernel's own default and, for NAPI, a good neighbour */

int generate(struct gen_bpf *gen, bool ipv6, uint32_t frames, struct err *e)
{
	unsigned char data[64] = {};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .repeat = frames,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH);
	struct bpf_program *p = ipv6 ? gen->progs.generate6 : gen->progs.generate4;
	int err;

	opts.data_size_in = ipv6 ? FRAME_IPV6_BYTES : FRAME_IPV4_BYTES;
	if (ipv6)
		frame_ipv6(data);
	else
		frame_ipv4(data);
	err = bpf_prog_test_run_opts(bpf_program__fd(p), &opts);
	return err ? err_set(e, -err, "cannot generate frames: %s", strerror(-err)) : 0;
}

uint64_t sink_packets(const struct gen_bpf *gen)
{
	const volatile struct bench_sink *s = gen->bss->sink_cpu;
	uint64_t n = 0;

	for (int i = 0; i < BENCH_CPUS; i++)
		n += s[i].packets;
	return n;
}

uint64_t sink_right(const struct gen_bpf *gen)
{
	const volatile struct bench_sink *s = gen->bss->sink_cpu;
	uint64_t n = 0;

	for (int i = 0; i < BENCH_CPUS; i++)
		n += s[i].right;
	return n;
}

static void sleep_ms(int ms)
{
	struct timespec t = { .tv_nsec = ms * 1000000L };

	nanosleep(&t, NULL);
}

void sink_wait(const struct gen_bpf *gen, uint64_t wanted)
{
	uint64_t seen = sink_packets(gen), now;

	for (int quiet = 0; quiet < 20 && seen < wanted; quiet++) {
		sleep_ms(1);
		now = sink_packets(gen);
		if (now != seen)
			quiet = 0;
		seen = now;
	}
}
