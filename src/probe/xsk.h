/* SPDX-License-Identifier: GPL-2.0-only */
/* A trial bind of an AF_XDP socket: only to see whether the kernel and the driver grant it. */
#ifndef XG_PROBE_XSK_H
#define XG_PROBE_XSK_H

#include <stdbool.h>

/*
 * Binds a socket with a few frames to one queue and closes it again. With `zerocopy` the driver
 * must grant that mode; it may reset the queue for it. Returns 0 or a negative errno.
 */
int xsk_try(unsigned int ifindex, unsigned int queue, bool zerocopy);

#endif
