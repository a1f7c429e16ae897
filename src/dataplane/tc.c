// SPDX-License-Identifier: GPL-2.0-only
#include "tc.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../util/crash.h"
#include "record.h"
#include "undo.h"

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

uint32_t clsact_program(enum xg_hook kind, uint32_t ifindex)
{
	struct bpf_tc_opts found;
	struct bpf_tc_hook hook;

	clsact_hook(&hook, ifindex, hook_is_egress(kind));
	clsact_filter(&found);
	return bpf_tc_query(&hook, &found) ? 0 : found.prog_id;
}

/* A filter at our place that we did not put there is someone else's. */
static int check_owner(const struct instance *i, const struct xg_row *row, struct err *e)
{
	uint32_t id = clsact_program(row->hook, row->ifindex);

	if (!id || records_have(i, id))
		return 0;
	return err_set(e, EBUSY,
		       "%s: a TC filter of priority %d that is not xgress's is there (program %u); "
		       "`tc filter show dev %s` shows it",
		       row->name, FILTER_PRIORITY, id, row->name);
}

static int make_marker(const char *path, struct err *e)
{
	if (mkdir(path, 0700) && errno != EEXIST)
		return err_set(e, errno, "cannot make %s: %s", path, strerror(errno));
	crash_point();
	return 0;
}

int clsact_put(const struct instance *i, const struct xg_place *place, int program_fd,
	       struct err *e)
{
	const struct xg_row *row = &place->row;
	struct bpf_tc_opts filter;
	struct bpf_tc_hook hook;
	char path[320];
	int r;

	r = check_owner(i, row, e);
	if (!r)
		r = undo_add_clsact(i, row->ifindex, row->name, e);
	instance_pin_path(i, row->hook, row->ifindex, path, sizeof(path));
	if (!r)
		r = make_marker(path, e);
	if (r)
		return r;
	clsact_hook(&hook, row->ifindex, hook_is_egress(row->hook));
	clsact_filter(&filter);
	filter.prog_fd = program_fd;
	filter.flags = BPF_TC_F_REPLACE;
	r = bpf_tc_attach(&hook, &filter);
	if (r)
		return err_set(e, -r, "%s: cannot attach by clsact: %s", row->name, strerror(-r));
	crash_point();
	return 0;
}

int clsact_take(const struct instance *i, enum xg_hook kind, uint32_t ifindex, struct err *e)
{
	uint32_t id = clsact_program(kind, ifindex);
	struct bpf_tc_opts filter;
	struct bpf_tc_hook hook;
	char path[320];
	int r = 0;

	clsact_hook(&hook, ifindex, hook_is_egress(kind));
	clsact_filter(&filter);
	if (id && records_have(i, id))
		r = bpf_tc_detach(&hook, &filter);
	if (r && r != -ENOENT && r != -ENODEV && r != -EINVAL)
		return err_set(e, -r, "interface %u: cannot remove the TC filter: %s", ifindex,
			       strerror(-r));
	crash_point();
	instance_pin_path(i, kind, ifindex, path, sizeof(path));
	if (rmdir(path) && errno != ENOENT)
		return err_set(e, errno, "cannot remove %s: %s", path, strerror(errno));
	crash_point();
	return 0;
}
