// SPDX-License-Identifier: GPL-2.0-only
#include "qdisc.h"

#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "nl.h"

struct search {
	uint32_t ifindex;
	bool found;
};

static int see_qdisc(const struct nlmsghdr *message, void *data)
{
	const struct tcmsg *header = mnl_nlmsg_get_payload(message);
	struct search *s = data;
	const struct nlattr *a;

	if ((uint32_t)header->tcm_ifindex != s->ifindex)
		return MNL_CB_OK;
	mnl_attr_for_each (a, message, sizeof(*header)) {
		if (mnl_attr_get_type(a) == TCA_KIND)
			s->found |= strcmp(mnl_attr_get_str(a), "clsact") == 0;
	}
	return MNL_CB_OK;
}

static int see_filter(const struct nlmsghdr *message, void *data)
{
	struct search *s = data;

	(void)message;
	s->found = true;
	return MNL_CB_OK;
}

static int search(int type, uint32_t parent, mnl_cb_t see, struct search *s)
{
	struct nlmsghdr *request;
	struct tcmsg *header;
	char buffer[256];
	void *extra;
	int r;

	request = nl_dump(buffer, type, sizeof(*header), &extra);
	header = extra;
	header->tcm_ifindex = s->ifindex;
	header->tcm_parent = parent;
	r = nl_talk_dump(NETLINK_ROUTE, request, see, NULL, s);
	return r == -ENODEV || r == -ENOENT || r == -EINVAL ? 0 : r;
}

int qdisc_has_clsact(uint32_t ifindex, bool *ret_has)
{
	struct search s = { .ifindex = ifindex };
	int r = search(RTM_GETQDISC, 0, see_qdisc, &s);

	*ret_has = s.found;
	return r;
}

int qdisc_has_filters(uint32_t ifindex, bool *ret_has)
{
	struct search s = { .ifindex = ifindex };
	int r;

	r = search(RTM_GETTFILTER, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS), see_filter, &s);
	if (!r)
		r = search(RTM_GETTFILTER, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS), see_filter, &s);
	*ret_has = s.found;
	return r;
}
