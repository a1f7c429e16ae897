/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Network namespaces, by the name that `ip netns` gave them or by a path such as /proc/PID/ns/net
 * (whatever has a slash is a path). Only the network namespace is changed, never the mounts:
 * the bpffs with our pins stays in sight.
 */
#ifndef XG_NET_NETNS_H
#define XG_NET_NETNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../util/err.h"

/* Returns a descriptor that the caller closes, or a negative errno. */
int netns_open(const char *name_or_path, struct err *e);

/* Moves the calling thread there. Returns 0 or a negative errno. */
int netns_enter(const char *name_or_path, struct err *e);

/* What tells this thread's namespace from all others since boot (SO_NETNS_COOKIE, 5.14). */
int netns_cookie(uint64_t *ret_cookie);

/*
 * The cookies of the namespaces under /run/netns and of all processes. The caller frees them. The
 * calling thread is in its own namespace again afterwards; where that fails, the process ends.
 */
int netns_cookies(uint64_t **ret_cookies, size_t *ret_n);

bool netns_exists(const char *name);

#endif
