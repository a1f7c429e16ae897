// SPDX-License-Identifier: GPL-2.0-only
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

static void netns_path(const char *name_or_path, char *path, size_t size)
{
	if (strchr(name_or_path, '/'))
		snprintf(path, size, "%s", name_or_path);
	else
		snprintf(path, size, "/run/netns/%s", name_or_path);
}

int netns_open(const char *name_or_path, struct err *e)
{
	char path[4096];
	int fd;

	netns_path(name_or_path, path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	if (errno == ENOENT)
		return err_set(e, ENOENT,
			       "no network namespace '%s' (%s is missing; `ip netns` "
			       "lists the names)",
			       name_or_path, path);
	return err_set(e, errno, "network namespace '%s': %s", name_or_path, strerror(errno));
}

int netns_enter(const char *name_or_path, struct err *e)
{
	int fd, err = 0;

	fd = netns_open(name_or_path, e);
	if (fd < 0)
		return fd;
	if (setns(fd, CLONE_NEWNET)) {
		err = errno == EINVAL
			      ? err_set(e, EINVAL, "'%s' is not a network namespace", name_or_path)
			      : err_set(e, errno, "cannot enter network namespace '%s': %s%s",
					name_or_path, strerror(errno),
					errno == EPERM ? " (needs root: CAP_SYS_ADMIN)" : "");
	}
	close(fd);
	return err;
}

int netns_cookie(uint64_t *ret_cookie)
{
	socklen_t size = sizeof(*ret_cookie);
	int fd, err = 0;

	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, ret_cookie, &size))
		err = -errno;
	close(fd);
	return err;
}

static void add_cookie(const char *path, uint64_t *cookies, size_t *n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (!setns(fd, CLONE_NEWNET) && !netns_cookie(&cookies[*n]))
		++*n;
	close(fd);
}

int netns_cookies(uint64_t **ret_cookies, size_t *ret_n)
{
	int here = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	size_t n = 0, k;
	uint64_t *cookies;
	glob_t paths;
	int r;

	if (here < 0)
		return -errno;
	r = glob("/run/netns/*", 0, NULL, &paths);
	r = glob("/proc/[0-9]*/ns/net", r ? 0 : GLOB_APPEND, NULL, &paths);
	cookies = calloc(paths.gl_pathc + 1, sizeof(*cookies));
	for (k = 0; k < paths.gl_pathc && cookies; k++)
		add_cookie(paths.gl_pathv[k], cookies, &n);
	globfree(&paths);
	if (setns(here, CLONE_NEWNET))
		abort(); /* going on in a stranger's namespace would be worse */
	close(here);
	if (!cookies || r) {
		free(cookies);
		return r ? -EIO : -ENOMEM;
	}
	*ret_cookies = cookies;
	*ret_n = n;
	return 0;
}

bool netns_exists(const char *name)
{
	char path[4096];

	netns_path(name, path, sizeof(path));
	return access(path, F_OK) == 0;
}
