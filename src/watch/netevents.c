// SPDX-License-Identifier: GPL-2.0-only
#include "netevents.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECEIVE_BYTES (4 << 20) /* room for a burst of routes */

static const int groups[] = {
	RTNLGRP_LINK,      RTNLGRP_NEIGH,     RTNLGRP_IPV4_ROUTE,  RTNLGRP_IPV6_ROUTE,
	RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
	RTNLGRP_NEXTHOP,   RTNLGRP_TC,
};

int netevents_open(struct err *e)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int fd, size = RECEIVE_BYTES;
	size_t i;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof(any)))
		goto fail;
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[i],
			       sizeof(groups[i])))
			goto fail;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return fd;
fail:
	err_set(e, errno, "cannot watch the network: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return -errno;
}

static int event_of(int type)
{
	switch (type) {
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		return NETEVENT_NEIGHBOUR;
	case RTM_NEWLINK:
	case RTM_DELLINK:
	case RTM_NEWQDISC:
	case RTM_DELQDISC:
	case RTM_NEWTFILTER:
	case RTM_DELTFILTER:
		return NETEVENT_LINK;
	default:
		return NETEVENT_ROUTING;
	}
}

int netevents_read(int fd)
{
	char buffer[65536];
	int events = 0;
	ssize_t n;

	for (;;) {
		struct nlmsghdr *m = (struct nlmsghdr *)buffer;

		n = recv(fd, buffer, sizeof(buffer), 0);
		if (n < 0 && errno == ENOBUFS) {
			events = NETEVENT_ALL;
			continue;
		}
		if (n <= 0)
			return events;
		for (; NLMSG_OK(m, n); m = NLMSG_NEXT(m, n))
			events |= event_of(m->nlmsg_type);
	}
}
