/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets from a capture file (pcap or pcapng), one after another. */
#ifndef XG_EXPLAIN_CAPTURE_H
#define XG_EXPLAIN_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

#include "../util/err.h"

struct capture;

/* Returns 0, or -EINVAL for what is no capture of Ethernet frames. Ends with capture_close(). */
int capture_open(const char *file, struct capture **ret_capture, struct err *e);
void capture_close(struct capture *c);

/*
 * The next packet, which lives until the next call. `ret_missing`: bytes that the capture cut
 * off its end. Returns 1, 0 at the end, or -EINVAL with the number of the packet that is broken.
 */
int capture_next(struct capture *c, const uint8_t **ret_packet, size_t *ret_size,
		 size_t *ret_missing, struct err *e);

#endif
