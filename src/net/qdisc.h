/* SPDX-License-Identifier: GPL-2.0-only */
/* The clsact qdisc of an interface, and whether somebody uses it. */
#ifndef XG_NET_QDISC_H
#define XG_NET_QDISC_H

#include <stdbool.h>
#include <stdint.h>

/* Both return 0 or a negative errno; an interface that is gone has neither. */
int qdisc_has_clsact(uint32_t ifindex, bool *ret_has);

/* Filters of anybody, ingress or egress. */
int qdisc_has_filters(uint32_t ifindex, bool *ret_has);

#endif
