// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run by hand (BPF_PROG_TEST_RUN), attached to nothing: tells the loader what the kernel's
 * counters of routing changes say, in the words that the forwarding programs compare with. The
 * test run gives a context on the loopback of the caller's network namespace.
 */
#include "bpf/stages/forward.h"

SEC("xdp")
int genid(struct xdp_md *ctx)
{
	const struct net *net = xdp_netns(ctx);
	__u32 *out = (void *)(long)ctx->data;

	if (!net || (void *)(out + 2) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	out[0] = netns_genid4(net);
	out[1] = netns_genid6(net);
	return XDP_PASS;
}
