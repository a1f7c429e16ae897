// SPDX-License-Identifier: GPL-2.0-only
/*
 * A flood of small frames. The kernel makes them itself (BPF_PROG_TEST_RUN with live frames),
 * so that one core can make and forward more than ten million a second.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <unistd.h>

#include "frame.h" /* before the skeleton, which has its structs */

#include "bench/gen.skel.h"
#include "frames.h"
#include "generate.h"
#include "src/net/netns.h"
#include "stats.h"

#define VERIFY_FRAMES 16384
#define LOSS_LIMIT    0.001

static int find_interfaces(struct bench *b, uint32_t *ret_a, struct err *e)
{
	int err;

	err = netns_enter(BENCH_HOST, e);
	if (err)
		return err;
	b->ifindex_b = if_nametoindex("vB");
	b->ifindex_c = if_nametoindex("vC");
	err = netns_enter(BENCH_NET, e);
	if (err)
		return err;
	b->ifindex_d = if_nametoindex("vD");
	err = netns_enter(BENCH_APP, e);
	if (err)
		return err;
	*ret_a = if_nametoindex("vA");
	if (!b->ifindex_b || !b->ifindex_c || !b->ifindex_d || !*ret_a)
		return err_set(e, ENODEV, "an interface of the benchmark's lab is missing");
	return 0;
}

/* A devmap resolves the index in the namespace of whoever writes it. */
static int fill_devmaps(struct bench *b, uint32_t a, struct err *e)
{
	uint32_t slot = 0, c = b->ifindex_c;
	int err;

	if (bpf_map_update_elem(bpf_map__fd(b->gen->maps.to_gateway), &slot, &a, 0))
		return err_set(e, errno, "devmap entry for vA: %s", strerror(errno));
	err = netns_enter(BENCH_HOST, e);
	if (err)
		return err;
	if (bpf_map_update_elem(bpf_map__fd(b->gen->maps.to_sink), &slot, &c, 0))
		return err_set(e, errno, "devmap entry for vC: %s", strerror(errno));
	return 0;
}

int flood_load(struct bench *b, struct err *e)
{
	struct bench_macs macs;
	unsigned char frame[64] = {};
	uint32_t a;
	int err;

	err = find_interfaces(b, &a, e);
	if (err)
		return err;
	b->gen = gen_bpf__open();
	if (!b->gen)
		return err_set(e, errno, "cannot open the generator's object: %s", strerror(errno));
	frame_ipv4(frame);
	memcpy((void *)&b->gen->rodata->frame4, frame, sizeof(frame));
	frame_ipv6(frame);
	memcpy((void *)&b->gen->rodata->frame6, frame, sizeof(frame));
	frame_macs(0x0d, 0x0c, &macs);
	memcpy((void *)&b->gen->rodata->sink_macs, &macs, sizeof(macs));
	b->gen->rodata->uplink = b->ifindex_c;
	err = gen_bpf__load(b->gen);
	if (err)
		return err_set(e, -err, "the kernel refuses the generator: %s", strerror(-err));
	return fill_devmaps(b, a, e);
}

void flood_unload(struct bench *b)
{
	gen_bpf__destroy(b->gen);
	b->gen = NULL;
}

int flood_begin(struct bench *b, const struct bench_case *c, struct err *e)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_DRV_MODE);
	int fd, err;

	b->gen->data->destinations = c->destinations;
	err = netns_enter(BENCH_NET, e);
	if (err)
		return err;
	fd = bpf_link_create(bpf_program__fd(b->gen->progs.sink), b->ifindex_d, BPF_XDP, &opts);
	if (fd < 0)
		return err_set(e, -fd, "cannot attach the sink to vD: %s", strerror(-fd));
	b->sink_link = fd;
	return 0;
}

void flood_end(struct bench *b)
{
	if (b->sink_link >= 0)
		close(b->sink_link);
	b->sink_link = -1;
}

/* Sends `frames` and waits for them at the sink, whose counters start from 0. */
static int send_frames(struct bench *b, const struct bench_case *c, uint32_t frames, struct err *e)
{
	int err;

	err = netns_enter(BENCH_APP, e);
	if (err)
		return err;
	memset(b->gen->bss->sink_cpu, 0, sizeof(b->gen->bss->sink_cpu));
	err = generate(b->gen, c->ipv6, frames, e);
	if (!err)
		sink_wait(b->gen, frames);
	return err;
}

static int use_sink(struct bench *b, struct bpf_program *p, struct err *e)
{
	int err;

	err = bpf_link_update(b->sink_link, bpf_program__fd(p), NULL);
	if (err)
		return err_set(e, -err, "cannot change the sink: %s", strerror(-err));
	return 0;
}

int flood_verify(struct bench *b, const struct bench_case *c, const struct way *w, struct err *e)
{
	uint64_t got, right;
	int err, back;

	err = use_sink(b, b->gen->progs.sink_check, e);
	if (err)
		return err;
	err = send_frames(b, c, VERIFY_FRAMES, e);
	back = use_sink(b, b->gen->progs.sink, e);
	if (err || back)
		return err ? err : back;
	got = sink_packets(b->gen);
	right = sink_right(b->gen);
	if (got < VERIFY_FRAMES * (1 - LOSS_LIMIT))
		return err_set(e, EIO, "of %d frames %llu arrived", VERIFY_FRAMES,
			       (unsigned long long)got);
	if (w->routes && right < got)
		return err_set(e, EIO,
			       "of %llu frames %llu had the MACs, TTL and checksum that a "
			       "router leaves",
			       (unsigned long long)got, (unsigned long long)right);
	return 0;
}

/* The sink's own clock, over all full stamps. */
static int sink_rate(const struct bench *b, double *ret_pps, struct err *e)
{
	const struct bench_sink *s = b->gen->bss->sink_cpu, *used = NULL;

	for (int i = 0; i < BENCH_CPUS; i++) {
		if (!s[i].packets)
			continue;
		if (used)
			return err_set(e, EIO, "frames arrived on more than one CPU");
		used = &s[i];
	}
	if (!used || used->last_ns <= used->first_ns)
		return err_set(e, EIO, "too few frames arrived to take the time");
	*ret_pps =
		1e9 * (used->last_packets - used->first_packets) / (used->last_ns - used->first_ns);
	return 0;
}

int flood_measure(struct bench *b, const struct bench_case *c, struct sample *ret_sample,
		  struct err *e)
{
	struct sample s = { .sent = b->options.packets };
	struct cpu_use use;
	double pps = 0;
	int err;

	err = send_frames(b, c, s.sent / 8, e); /* caches and clocks wake up */
	if (err)
		return err;
	cpu_start(&use);
	err = send_frames(b, c, s.sent, e);
	if (err)
		return err;
	cpu_stop(&use, &s);
	s.received = sink_packets(b->gen);
	if (s.received < s.sent * (1 - LOSS_LIMIT))
		return err_set(e, EIO, "lost %.2f %% of the frames",
			       100.0 * (s.sent - s.received) / s.sent);
	err = sink_rate(b, &pps, e);
	if (err)
		return err;
	s.value = pps / 1e6;
	*ret_sample = s;
	return 0;
}
