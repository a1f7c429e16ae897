// SPDX-License-Identifier: GPL-2.0-only
/* A packet through a twin. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "twin_internal.h"
#include "xgress.skel.h"

static int run_xdp(const struct bpf_program *program, const struct xg_row *row, const void *packet,
		   size_t size, struct twin_answer *a)
{
	struct xdp_md context = { .data_end = size, .ingress_ifindex = row->ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = packet, .data_size_in = size,
		    .ctx_in = &context, .ctx_size_in = sizeof(context), .repeat = 1);
	int r;

	if (a) {
		run.data_out = a->packet;
		run.data_size_out = sizeof(a->packet);
	}
	r = bpf_prog_test_run_opts(bpf_program__fd(program), &run);
	if (!r && a)
		a->size = run.data_size_out;
	return r;
}

static int run_tc(const struct bpf_program *program, const struct xg_row *row, const void *packet,
		  size_t size, struct twin_answer *a)
{
	struct __sk_buff context = { .ifindex = row->ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = packet, .data_size_in = size,
		    .data_out = a->packet, .data_size_out = sizeof(a->packet), .ctx_in = &context,
		    .ctx_size_in = sizeof(context), .repeat = 1);
	int r;

	r = bpf_prog_test_run_opts(bpf_program__fd(program), &run);
	if (!r)
		a->size = run.data_size_out;
	return r;
}

/* The reason is what the twin counted: its counters are its own, and empty before. */
static int read_reason(struct twin *t, unsigned int *ret_reason)
{
	const size_t words = sizeof(struct xg_counters) / sizeof(__u64);
	size_t cpu, reason, n = t->counts_size / sizeof(struct xg_counters);
	int fd = bpf_map__fd(t->skel->maps.counters), r;

	r = bpf_map_lookup_elem(fd, &t->counters_row, t->counts);
	if (r)
		return r;
	for (reason = 0; reason < XG_REASON_ROOM; reason++) {
		for (cpu = 0; cpu < n; cpu++) {
			if (!t->counts[cpu * words + 2 * (1 + reason)])
				continue;
			*ret_reason = reason;
			return 0;
		}
	}
	return -ENODATA;
}

static int run_all(struct twin *t, const void *packet, size_t size, struct twin_answer *a)
{
	struct xg_explain *seen = &t->skel->data_explain->explained;
	int r;

	memset(seen, 0, sizeof(*seen));
	memset(t->counts, 0, t->counts_size);
	r = bpf_map_update_elem(bpf_map__fd(t->skel->maps.counters), &t->counters_row, t->counts,
				BPF_ANY);
	if (!r)
		r = run_xdp(t->skel->progs.explain_stages, t->row, packet, size, NULL);
	if (!r)
		r = (t->xdp ? run_xdp : run_tc)(t->program, t->row, packet, size, a);
	if (!r)
		r = read_reason(t, &a->reason);
	if (!r && !hook_is_egress(t->row->hook))
		r = run_xdp(t->skel->progs.explain_nexthop, t->row, packet, size, NULL);
	a->seen = *seen;
	return r;
}

int twin_run(struct twin *t, const void *packet, size_t size, struct twin_answer *ret_answer,
	     struct err *e)
{
	int r = run_all(t, packet, size, ret_answer);

	if (r == -EINVAL || r == -EMSGSIZE || r == -ENOMEM)
		return err_set(
			e, EMSGSIZE,
			"the kernel makes no packet of these %zu bytes for a test run at %s; it "
			"takes %s",
			size, hook_name(t->row->hook),
			t->xdp ? "14 bytes to about 64 KiB"
			       : "what has its IP header whole and fits into a page");
	if (r == -ENODATA)
		return err_set(e, ENODATA, "%s: its program does not know the interface (any more)",
			       t->row->name);
	return r ? err_set(e, -r, "%s: the test run failed: %s", t->row->name, strerror(-r)) : 0;
}
