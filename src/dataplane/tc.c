// SPDX-License-Identifier: GPL-2.0-only
#include "tc.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILTER_PRIORITY 50 /* of our filters; TC counts from 1, others like to be first */
#define FILTER_HANDLE   1

/* An interface that cannot exist: a kernel with tcx looks for it, one without says EINVAL. */
static bool tcx_exists(void)
{
	const char *without = getenv("XGRESS_WITHOUT");
	struct bpf_insn empty[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd, link;

	if (without && strstr(without, "tcx"))
		return false;
	fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "probe", "GPL", empty, 2, NULL);
	if (fd < 0)
		return true; /* loading the real program will say why */
	link = bpf_link_create(fd, INT_MAX, TCX_INGRESS, NULL);
	close(fd);
	return link != -EINVAL;
}

enum xg_hook tc_hook_kind(bool egress)
{
	static int known = -1;

	if (known < 0)
		known = tcx_exists();
	if (known)
		return egress ? XG_HOOK_TCX_EGRESS : XG_HOOK_TCX_INGRESS;
	return egress ? XG_HOOK_CLSACT_EGRESS : XG_HOOK_CLSACT_INGRESS;
}

/* libbpf refuses these structs where their padding is not zero, so they are cleared whole. */
static void clsact_hook(struct bpf_tc_hook *hook, unsigned int ifindex, bool egress)
{
	memset(hook, 0, sizeof(*hook));
	hook->sz = sizeof(*hook);
	hook->ifindex = ifindex;
	hook->attach_point = egress ? BPF_TC_EGRESS : BPF_TC_INGRESS;
}

static void clsact_filter(struct bpf_tc_opts *filter)
{
	memset(filter, 0, sizeof(*filter));
	filter->sz = sizeof(*filter);
	filter->handle = FILTER_HANDLE;
	filter->priority = FILTER_PRIORITY;
}

/* The program that is pinned as ours on this hook, or -errno. */
static int pinned_program(const struct instance *i, const struct plan_hook *h)
{
	char path[320];

	instance_pin_path(i, h->hook, h->link.ifindex, path, sizeof(path));
	return bpf_obj_get(path);
}

static int repin(const struct instance *i, const struct plan_hook *h, int program_fd)
{
	char path[320];

	instance_pin_path(i, h->hook, h->link.ifindex, path, sizeof(path));
	unlink(path);
	return bpf_obj_pin(program_fd, path);
}

/* A filter at our place that we did not put there is someone else's. */
static int check_owner(const struct bpf_tc_hook *hook, bool ours, const char *name, struct err *e)
{
	struct bpf_tc_opts found;

	clsact_filter(&found);
	if (ours || bpf_tc_query(hook, &found))
		return 0;
	return err_set(e, EBUSY,
		       "%s: a TC filter of priority %d that is not xgress's is there (program %u); "
		       "`tc filter show dev %s` shows it",
		       name, FILTER_PRIORITY, found.prog_id, name);
}

int clsact_attach(const struct instance *i, const struct plan_hook *h, int program_fd,
		  struct hook_change *ret_change, struct err *e)
{
	struct bpf_tc_hook hook;
	struct hook_change c = { .what = HOOK_MADE, .old_program_fd = -1 };
	struct bpf_tc_opts filter;
	int r;

	clsact_hook(&hook, h->link.ifindex, h->egress);
	clsact_filter(&filter);
	r = bpf_tc_hook_create(&hook);
	if (r && r != -EEXIST)
		return err_set(e, r == -EINVAL ? ENOTSUP : -r, "%s: cannot add a clsact qdisc: %s",
			       h->link.name, strerror(-r));
	c.made_clsact = !r;
	c.old_program_fd = pinned_program(i, h);
	if (c.old_program_fd >= 0)
		c.what = HOOK_UPDATED;
	r = check_owner(&hook, c.what == HOOK_UPDATED, h->link.name, e);
	if (!r) {
		filter.prog_fd = program_fd;
		filter.flags = BPF_TC_F_REPLACE;
		r = bpf_tc_attach(&hook, &filter);
		if (!r)
			r = repin(i, h, program_fd);
		if (r)
			err_set(e, -r, "%s: cannot attach by clsact: %s", h->link.name,
				strerror(-r));
	}
	if (r) {
		clsact_revert(i, h, &c);
		return r;
	}
	*ret_change = c;
	return 0;
}

static void remove_filter(struct bpf_tc_hook *hook)
{
	struct bpf_tc_opts filter;

	clsact_filter(&filter);
	bpf_tc_detach(hook, &filter);
}

static void remove_clsact(unsigned int ifindex)
{
	struct bpf_tc_hook both;

	clsact_hook(&both, ifindex, false);
	both.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	bpf_tc_hook_destroy(&both);
}

void clsact_revert(const struct instance *i, const struct plan_hook *h, struct hook_change *c)
{
	struct bpf_tc_hook hook;
	struct bpf_tc_opts filter;
	char path[320];

	clsact_hook(&hook, h->link.ifindex, h->egress);
	clsact_filter(&filter);
	if (c->what == HOOK_UPDATED) {
		filter.prog_fd = c->old_program_fd;
		filter.flags = BPF_TC_F_REPLACE;
		bpf_tc_attach(&hook, &filter);
		repin(i, h, c->old_program_fd);
		return;
	}
	instance_pin_path(i, h->hook, h->link.ifindex, path, sizeof(path));
	if (unlink(path) == 0)
		remove_filter(&hook);
	if (c->made_clsact)
		remove_clsact(h->link.ifindex);
}

/* The attached row of the qdisc's other direction, or NULL. */
static struct xg_row *other_direction(const struct instance *i, const struct xg_row *row)
{
	enum xg_hook hook = row->hook == XG_HOOK_CLSACT_INGRESS ? XG_HOOK_CLSACT_EGRESS
								: XG_HOOK_CLSACT_INGRESS;
	int n;

	for (n = 0; n < XG_ROWS; n++) {
		struct xg_row *other = &i->rows[n];

		if (other->attached && other->ifindex == row->ifindex && other->hook == hook)
			return other;
	}
	return NULL;
}

/* The qdisc goes with the second of its directions, where it was made for us. */
static void leave_clsact(const struct instance *i, const struct xg_row *row)
{
	struct xg_row *other = other_direction(i, row);

	if (other)
		other->made_clsact |= row->made_clsact;
	else if (row->made_clsact)
		remove_clsact(row->ifindex);
}

int clsact_detach(const struct instance *i, const struct xg_row *row, struct err *e)
{
	struct bpf_tc_hook hook;
	struct bpf_tc_opts filter;
	char path[320];
	int r;

	clsact_hook(&hook, row->ifindex, hook_is_egress(row->hook));
	clsact_filter(&filter);
	r = bpf_tc_detach(&hook, &filter);
	if (r && r != -ENOENT && r != -ENODEV && r != -EINVAL)
		return err_set(e, -r, "%s: cannot remove the TC filter: %s", row->name,
			       strerror(-r));
	instance_pin_path(i, row->hook, row->ifindex, path, sizeof(path));
	unlink(path);
	leave_clsact(i, row);
	return 0;
}
