/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel knows of a neighbour. */
#ifndef XG_NET_NEIGHBOUR_H
#define XG_NET_NEIGHBOUR_H

#include <stddef.h>
#include <stdint.h>

/* Writes "neighbour 10.2.0.2 is REACHABLE at 02:00:00:00:00:01", or that it is not known. */
void neighbour_text(int family, const uint8_t *address, unsigned int ifindex, char *text,
		    size_t size);

#endif
