/* SPDX-License-Identifier: GPL-2.0-only */
/* sd_notify(3) without the library: tells a service manager how we are. */
#ifndef XG_UTIL_NOTIFY_H
#define XG_UTIL_NOTIFY_H

/* `state` is lines such as "READY=1". Does nothing where nobody listens. */
void notify(const char *state);

#endif
