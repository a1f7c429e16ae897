/* SPDX-License-Identifier: GPL-2.0-only */
/* Sysctls of this network namespace, by their path below /proc/sys. */
#ifndef XG_NET_SYSCTL_H
#define XG_NET_SYSCTL_H

#include <stddef.h>

/* One line: without its end, and with spaces where the kernel has tabs. Both: 0 or -errno. */
int sysctl_read(const char *path, char *value, size_t size);
int sysctl_write(const char *path, const char *value);

#endif
