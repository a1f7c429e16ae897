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

/* Begins a dump request of `type` in `buffer`, with `size` bytes of zeroed family header. */
struct nlmsghdr *nl_dump(char *buffer, unsigned int type, size_t size, void **ret_header);

#endif
