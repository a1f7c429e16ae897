/* SPDX-License-Identifier: GPL-2.0-only */
/* The frames of the flood, to destination 0; from 10.1.0.9 and fd00:1::9, which is nobody. */
#ifndef XG_BENCH_FRAMES_H
#define XG_BENCH_FRAMES_H

#include "frame.h"

#define FRAME_IPV4_BYTES 60 /* the shortest that Ethernet has, without FCS */
#define FRAME_IPV6_BYTES 62 /* UDP without data */

/* 02:00:00:00:00:to and :from. */
void frame_macs(unsigned char to, unsigned char from, struct bench_macs *ret_macs);

void frame_ipv4(unsigned char frame[FRAME_IPV4_BYTES]);
void frame_ipv6(unsigned char frame[FRAME_IPV6_BYTES]);

#endif
