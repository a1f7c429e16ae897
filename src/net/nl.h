/* SPDX-License-Identifier: GPL-2.0-only */
/* One netlink request with its answers, over libmnl. */
#ifndef XG_NET_NL_H
#define XG_NET_NL_H

#include <libmnl/libmnl.h>

#include "../util/err.h"

/*
 * Sends `request` on a socket of its own (`bus` is NETLINK_ROUTE or NETLINK_GENERIC) and hands
 * every answer to `answer`. Returns 0 or a negative errno, the kernel's own included.
 */
int nl_talk(int bus, struct nlmsghdr *request, mnl_cb_t answer, void *data);

/*
 * The same for a dump, which the kernel calls inconsistent (-EINTR) where something came or went
 * while it was read: then it is asked again, a few times. `again` empties what `answer` has
 * gathered so far; NULL where hearing the same twice does no harm.
 */
int nl_talk_dump(int bus, struct nlmsghdr *request, mnl_cb_t answer, void (*again)(void *data),
		 void *data);

/* Begins a dump request of `type` in `buffer`, with `size` bytes of zeroed family header. */
struct nlmsghdr *nl_dump(char *buffer, unsigned int type, size_t size, void **ret_header);

#endif
