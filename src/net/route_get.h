/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel's routing says of one packet: the route that matches and its neighbour. */
#ifndef XG_NET_ROUTE_GET_H
#define XG_NET_ROUTE_GET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct route_question {
	int family;      /* AF_INET, AF_INET6 */
	uint8_t src[16]; /* an IPv4 address in the first four bytes */
	uint8_t dst[16];
	uint8_t tos;
	unsigned int ifindex; /* where it comes in */
};

/*
 * Writes "10.77.0.0/24 via 10.2.0.2 dev wan0 table main; neighbour 10.2.0.2 is REACHABLE at
 * 02:00:00:00:00:01", or why there is no such thing in the kernel's words.
 */
void route_get_text(const struct route_question *q, char *text, size_t size);

#endif
