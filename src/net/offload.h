/* SPDX-License-Identifier: GPL-2.0-only */
/* Offloads of an interface, by the kernel's names of features (`ethtool -k` has its own). */
#ifndef XG_NET_OFFLOAD_H
#define XG_NET_OFFLOAD_H

#include <stdbool.h>
#include <stdint.h>

/* -ENODEV: no such interface. -ENOENT: no such feature. */
int offload_get(uint32_t ifindex, const char *feature, bool *ret_on);

/* -EOPNOTSUPP where the driver does not let it be changed. */
int offload_set(uint32_t ifindex, const char *feature, bool on);

#endif
