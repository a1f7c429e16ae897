// SPDX-License-Identifier: GPL-2.0-only
/* The ways to forward, and those of them that need no program but our own object. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <unistd.h>

#include "frame.h"
#include "bench/gen.skel.h"
#include "bench.h"
#include "src/net/netns.h"
#include "src/util/proc.h"

#define TCX_INGRESS 46 /* BPF_TCX_INGRESS, Linux 6.6; Debian 12's headers are older */

/* The link lives as long as its descriptor. */
static int attach(struct bench *b, struct bpf_program *p, int type, unsigned int flags,
		  struct err *e)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = flags);
	int fd, err;

	err = netns_enter(BENCH_HOST, e);
	if (err)
		return err;
	fd = bpf_link_create(bpf_program__fd(p), b->ifindex_b, type, &opts);
	if (fd < 0)
		return err_set(e, -fd, "cannot attach %s to vB: %s", bpf_program__name(p),
			       strerror(-fd));
	b->way_link = fd;
	return 0;
}

static void detach(struct bench *b)
{
	if (b->way_link >= 0)
		close(b->way_link);
	b->way_link = -1;
}

static int setup_bare(struct bench *b, const struct bench_case *c, struct err *e)
{
	(void)c;
	return attach(b, b->gen->progs.bare, BPF_XDP, XDP_FLAGS_DRV_MODE, e);
}

static int setup_tc(struct bench *b, const struct bench_case *c, struct err *e)
{
	(void)c;
	return attach(b, b->gen->progs.tc_redirect, TCX_INGRESS, 0, e);
}

/* Forwarding is on in the topology: the kernel needs nothing more. */
static int setup_kernel(struct bench *b, const struct bench_case *c, struct err *e)
{
	(void)b;
	(void)c;
	(void)e;
	return 0;
}

static void teardown_nothing(struct bench *b)
{
	(void)b;
}

static int setup_xdp_forward(struct bench *b, const struct bench_case *c, struct err *e)
{
	int err;

	(void)b;
	(void)c;
	err = netns_enter(BENCH_HOST, e);
	if (err)
		return err;
	err = proc_run((const char *const[]){ "xdp-forward", "load", "vB", "vC", NULL }, NULL, 0,
		       e);
	if (err == -ENOENT)
		return err_set(e, ENOENT,
			       "xdp-forward is not installed (xdp-tools 1.3.1, Debian 12's, has "
			       "none)");
	return err;
}

static void teardown_xdp_forward(struct bench *b)
{
	struct err ignored;

	(void)b;
	if (!netns_enter(BENCH_HOST, &ignored))
		proc_run((const char *const[]){ "xdp-forward", "unload", "vB", "vC", NULL }, NULL,
			 0, &ignored);
}

static const struct way way_bare = {
	.name = "bare",
	.what = "XDP redirect and nothing else: the ceiling; routes nothing",
	.kinds = KIND_FORWARD | KIND_BLOCK,
	.setup = setup_bare,
	.teardown = detach,
};

static const struct way way_tc = {
	.name = "tc",
	.what = "tcx program: fixed MACs, TTL, bpf_redirect",
	.kinds = KIND_FORWARD,
	.routes = true,
	.setup = setup_tc,
	.teardown = detach,
};

static const struct way way_kernel = {
	.name = "kernel",
	.what = "the kernel's forwarding",
	.kinds = KIND_FORWARD | KIND_TCP | KIND_LATENCY,
	.routes = true,
	.setup = setup_kernel,
	.teardown = teardown_nothing,
};

static const struct way way_xdp_forward = {
	.name = "xdp-forward",
	.what = "xdp-tools' forwarder",
	.kinds = KIND_FORWARD,
	.routes = true,
	.setup = setup_xdp_forward,
	.teardown = teardown_xdp_forward,
};

const struct way *const bench_ways[] = {
	&way_bare,   &way_kernel,        &way_nft,         &way_tc,      &way_xdp_forward,
	&way_xgress, &way_xgress_closed, &way_xgress_auto, &way_against, NULL,
};
