// SPDX-License-Identifier: GPL-2.0-only
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define QUIET_TRIES 40 /* of TRY_NS: two seconds */
#define TRY_NS      50000000L

/* The process that holds the lock, by /proc/locks; 0: it is not told. */
static int holder(int fd)
{
	unsigned int major_number, minor_number;
	FILE *f = fopen("/proc/locks", "re");
	unsigned long inode;
	struct stat st;
	char line[256];
	int pid, found = 0;

	if (!f)
		return 0;
	while (fstat(fd, &st) == 0 && !found && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*d: FLOCK %*s WRITE %d %x:%x:%lu", &pid, &major_number,
			   &minor_number, &inode) == 4 &&
		    makedev(major_number, minor_number) == st.st_dev && inode == st.st_ino)
			found = pid;
	}
	fclose(f);
	return found;
}

static void tell_holder(int fd, const char *path)
{
	char name[64], who[32] = "another process";
	int pid = holder(fd);
	FILE *f;

	if (pid) {
		snprintf(name, sizeof(name), "/proc/%d/comm", pid);
		f = fopen(name, "re");
		if (f && fscanf(f, "%31[^\n]", who) != 1)
			snprintf(who, sizeof(who), "process");
		if (f)
			fclose(f);
	}
	fprintf(stderr, "xgress: waiting for the lock of %s, which %s (pid %d) holds\n", path, who,
		pid);
}

static int wait_lock(int fd, const char *path, bool wait)
{
	const struct timespec pause = { .tv_nsec = TRY_NS };
	int n;

	for (n = 0; flock(fd, LOCK_EX | LOCK_NB); n++) {
		if (errno != EWOULDBLOCK)
			return -errno;
		if (!wait)
			return -EBUSY;
		if (n == QUIET_TRIES)
			break;
		nanosleep(&pause, NULL);
	}
	if (n < QUIET_TRIES)
		return 0;
	tell_holder(fd, path);
	return flock(fd, LOCK_EX) ? -errno : 0;
}

/* The holder before us may have removed the folder, and somebody made a new one. */
static bool is_still(int fd, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino;
}

int lock_folder(const char *path, bool wait, struct err *e)
{
	int fd, r;

	for (;;) {
		fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			return err_set(e, errno, "cannot open %s: %s", path, strerror(errno));
		r = wait_lock(fd, path, wait);
		if (r) {
			close(fd);
			return err_set(e, -r, "cannot lock %s: %s", path, strerror(-r));
		}
		if (is_still(fd, path))
			return fd;
		close(fd);
	}
}
