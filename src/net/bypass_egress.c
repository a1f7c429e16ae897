// SPDX-License-Identifier: GPL-2.0-only
/* What stands on an interface's way out. */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bypass.h"
#include "nl.h"

#define TCX_EGRESS    47 /* BPF_TCX_EGRESS of 6.6 */
#define PROGRAMS_MOST 64
#define OUR_PROGRAM   "tc_outside"

struct search {
	unsigned int ifindex;
	char *what;
};

static const char *kind_of(const struct nlmsghdr *message)
{
	const struct nlattr *a;

	mnl_attr_for_each (a, message, sizeof(struct tcmsg)) {
		if (mnl_attr_get_type(a) == TCA_KIND)
			return mnl_attr_get_str(a);
	}
	return "";
}

/* The kernel's own qdiscs have no handle; one that was put there by hand has. */
static int read_qdisc(const struct nlmsghdr *message, void *data)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(message);
	struct search *s = data;

	if ((unsigned int)tc->tcm_ifindex == s->ifindex && tc->tcm_parent == TC_H_ROOT &&
	    TC_H_MAJ(tc->tcm_handle) && !*s->what)
		snprintf(s->what, BYPASS_TEXT, "qdisc %.20s %x:", kind_of(message),
			 tc->tcm_handle >> 16);
	return MNL_CB_OK;
}

static int dump_qdiscs(struct search *s)
{
	struct nlmsghdr *request;
	char buffer[256];
	void *header;

	request = nl_dump(buffer, RTM_GETQDISC, sizeof(struct tcmsg), &header);
	return nl_talk(NETLINK_ROUTE, request, read_qdisc, s);
}

static bool is_ours(uint32_t program)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(program);
	bool ours;

	if (fd < 0)
		return false;
	ours = !bpf_obj_get_info_by_fd(fd, &info, &size) && strcmp(info.name, OUR_PROGRAM) == 0;
	close(fd);
	return ours;
}

static uint32_t filter_program(const struct nlattr *options)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested (a, options) {
		if (mnl_attr_get_type(a) == TCA_BPF_ID)
			return mnl_attr_get_u32(a);
	}
	return 0;
}

static int read_filter(const struct nlmsghdr *message, void *data)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(message);
	struct search *s = data;
	const struct nlattr *a;

	if (!tc->tcm_handle || *s->what)
		return MNL_CB_OK; /* the head of a priority, or found already */
	mnl_attr_for_each (a, message, sizeof(*tc)) {
		if (mnl_attr_get_type(a) == TCA_OPTIONS && is_ours(filter_program(a)))
			return MNL_CB_OK;
	}
	snprintf(s->what, BYPASS_TEXT, "TC egress filter %.20s of priority %u", kind_of(message),
		 tc->tcm_info >> 16);
	return MNL_CB_OK;
}

/* Without a clsact qdisc there are none, and the kernel says EINVAL. */
static int dump_filters(struct search *s)
{
	struct nlmsghdr *request;
	struct tcmsg *tc;
	char buffer[256];
	void *header;
	int r;

	request = nl_dump(buffer, RTM_GETTFILTER, sizeof(*tc), &header);
	tc = header;
	tc->tcm_ifindex = s->ifindex;
	tc->tcm_parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS);
	r = nl_talk(NETLINK_ROUTE, request, read_filter, s);
	return r == -EINVAL || r == -ENOENT ? 0 : r;
}

/* Kernels before 6.6 have no tcx and say so by an error. */
static void query_tcx(struct search *s)
{
	__u32 programs[PROGRAMS_MOST], n = PROGRAMS_MOST, flags, i;

	if (bpf_prog_query(s->ifindex, TCX_EGRESS, 0, &flags, programs, &n))
		return;
	for (i = 0; i < n && !*s->what; i++) {
		if (!is_ours(programs[i]))
			snprintf(s->what, BYPASS_TEXT, "tcx egress program %u", programs[i]);
	}
}

int bypass_read_egress(unsigned int ifindex, char *ret_what, struct err *e)
{
	struct search s = { ifindex, ret_what };
	int r;

	*ret_what = 0;
	r = dump_qdiscs(&s);
	if (!r)
		r = dump_filters(&s);
	if (r)
		return err_set(e, -r, "cannot read the qdiscs and filters: %s", strerror(-r));
	query_tcx(&s);
	return 0;
}
