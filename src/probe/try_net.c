// SPDX-License-Identifier: GPL-2.0-only
/* Trials that attach something to an interface: always to one of the sandbox. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../dataplane/tc.h"
#include "../net/link.h"
#include "../net/nl.h"
#include "feature.h"
#include "program.h"
#include "sandbox.h"
#include "xsk.h"

#define TC_UNSPEC      (-1)
#define SOME_NEIGHBOUR 0xc0000201 /* 192.0.2.1 */

static int xdp_link_job(unsigned int ifindex)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);
	int first = program_xdp_pass(0), second = program_xdp_pass(0), link;

	if (second < 0)
		return second;
	link = bpf_link_create(first, ifindex, BPF_XDP, &options);
	return link < 0 ? link : bpf_link_update(link, second, NULL);
}

int try_xdp_link(const struct feature *f, struct feature_words *words)
{
	(void)f;
	return sandbox_run(xdp_link_job, words);
}

static int tcx_job(unsigned int ifindex)
{
	int program = program_return(BPF_PROG_TYPE_SCHED_CLS, TC_UNSPEC, NULL), link;

	if (program < 0)
		return program;
	link = bpf_link_create(program, ifindex, TCX_INGRESS, NULL);
	if (link >= 0)
		link = bpf_link_create(program, ifindex, TCX_EGRESS, NULL);
	return link < 0 ? link : 0;
}

int try_tcx(const struct feature *f, struct feature_words *words)
{
	(void)f;
	return sandbox_run(tcx_job, words);
}

/* libbpf refuses these structs where their padding is not zero, so they are cleared whole. */
static int clsact_job(unsigned int ifindex)
{
	struct bpf_tc_hook hook;
	struct bpf_tc_opts filter;
	int r;

	memset(&hook, 0, sizeof(hook));
	hook.sz = sizeof(hook);
	hook.ifindex = ifindex;
	hook.attach_point = BPF_TC_INGRESS;
	memset(&filter, 0, sizeof(filter));
	filter.sz = sizeof(filter);
	filter.prog_fd = program_return(BPF_PROG_TYPE_SCHED_CLS, TC_UNSPEC, NULL);
	if (filter.prog_fd < 0)
		return filter.prog_fd;
	r = bpf_tc_hook_create(&hook);
	return r ? r : bpf_tc_attach(&hook, &filter);
}

int try_clsact(const struct feature *f, struct feature_words *words)
{
	(void)f;
	return sandbox_run(clsact_job, words);
}

static int xsk_job(unsigned int ifindex)
{
	return xsk_try(ifindex, 0, false);
}

int try_xsk(const struct feature *f, struct feature_words *words)
{
	(void)f;
	return sandbox_run(xsk_job, words);
}

static int ask_for_neighbour(unsigned int ifindex)
{
	struct nlmsghdr *request;
	struct ndmsg *header;
	char buffer[256];

	request = mnl_nlmsg_put_header(buffer);
	request->nlmsg_type = RTM_NEWNEIGH;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->ndm_family = AF_INET;
	header->ndm_ifindex = ifindex;
	mnl_attr_put_u32(request, NDA_DST, htobe32(SOME_NEIGHBOUR));
	mnl_attr_put_u32(request, NDA_FLAGS_EXT, NTF_EXT_MANAGED);
	return nl_talk(NETLINK_ROUTE, request, NULL, NULL);
}

static int look_for_managed(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *a;

	mnl_attr_for_each (a, message, sizeof(struct ndmsg)) {
		if (mnl_attr_get_type(a) == NDA_FLAGS_EXT)
			*(__u32 *)data |= mnl_attr_get_u32(a);
	}
	return MNL_CB_OK;
}

/* Kernels before 5.16 take the attribute and forget it: what counts is what they say after. */
static int managed_job(unsigned int ifindex)
{
	struct nlmsghdr *request;
	struct ndmsg *header;
	char buffer[256];
	__u32 flags = 0;
	void *extra;
	int r;

	r = ask_for_neighbour(ifindex);
	if (r)
		return r;
	request = nl_dump(buffer, RTM_GETNEIGH, sizeof(*header), &extra);
	header = extra;
	header->ndm_family = AF_INET;
	r = nl_talk(NETLINK_ROUTE, request, look_for_managed, &flags);
	if (r)
		return r;
	return flags & NTF_EXT_MANAGED ? 0 : -EOPNOTSUPP;
}

int try_managed_neighbour(const struct feature *f, struct feature_words *words)
{
	(void)f;
	return sandbox_run(managed_job, words);
}

int try_xdp_features(const struct feature *f, struct feature_words *words)
{
	(void)f;
	(void)words;
	return link_features_told() ? 0 : -EOPNOTSUPP;
}
