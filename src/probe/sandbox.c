// SPDX-License-Identifier: GPL-2.0-only
#include "sandbox.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../net/nl.h"

#define ONE_END   "try0"
#define OTHER_END "try1"
#define NO_PLACE  128 /* exit status: this plus the errno that kept the sandbox from being made */

static struct nlmsghdr *new_link(char *buffer, struct ifinfomsg **ret_header)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

	request->nlmsg_type = RTM_NEWLINK;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	*ret_header = mnl_nlmsg_put_extra_header(request, sizeof(**ret_header));
	return request;
}

static int make_pair(void)
{
	struct nlattr *info, *data, *peer;
	struct ifinfomsg *header;
	struct nlmsghdr *request;
	char buffer[512];

	request = new_link(buffer, &header);
	request->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	mnl_attr_put_strz(request, IFLA_IFNAME, ONE_END);
	info = mnl_attr_nest_start(request, IFLA_LINKINFO);
	mnl_attr_put_strz(request, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(request, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(request, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(request, sizeof(*header));
	mnl_attr_put_strz(request, IFLA_IFNAME, OTHER_END);
	mnl_attr_nest_end(request, peer);
	mnl_attr_nest_end(request, data);
	mnl_attr_nest_end(request, info);
	return nl_talk(NETLINK_ROUTE, request, NULL, NULL);
}

static int set_up(const char *name)
{
	struct ifinfomsg *header;
	struct nlmsghdr *request;
	char buffer[256];

	request = new_link(buffer, &header);
	header->ifi_index = if_nametoindex(name);
	header->ifi_flags = header->ifi_change = IFF_UP;
	return nl_talk(NETLINK_ROUTE, request, NULL, NULL);
}

/* The child's life: its exit status carries the errno. */
static int live(int (*job)(unsigned int ifindex))
{
	int r = unshare(CLONE_NEWNET) ? -errno : 0;

	if (!r)
		r = make_pair();
	if (!r)
		r = set_up(ONE_END);
	if (!r)
		r = set_up(OTHER_END);
	if (r)
		return NO_PLACE - r;
	return -job(if_nametoindex(ONE_END));
}

int sandbox_run(int (*job)(unsigned int ifindex), struct feature_words *words)
{
	int status, refusal;
	pid_t child;

	child = fork();
	if (child == 0)
		_exit(live(job));
	if (child < 0 || waitpid(child, &status, 0) < 0)
		refusal = errno;
	else if (!WIFEXITED(status))
		return -EIO;
	else if (WEXITSTATUS(status) < NO_PLACE)
		return -WEXITSTATUS(status);
	else
		refusal = WEXITSTATUS(status) - NO_PLACE;
	snprintf(words->text, sizeof(words->text),
		 "no throw-away network namespace with a veth pair to try it in: %s",
		 strerror(refusal));
	return TRY_UNTRIED;
}
