// SPDX-License-Identifier: GPL-2.0-only
#include "bpffs.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static bool is_mounted(void)
{
	struct statfs fs;

	return statfs(BPFFS, &fs) == 0 && fs.f_type == BPF_FS_MAGIC;
}

/* In a mount namespace of `ip netns exec`, what is mounted here vanishes with the process. */
static bool own_mount_namespace(void)
{
	struct stat mine, first;

	return stat("/proc/self/ns/mnt", &mine) == 0 && stat("/proc/1/ns/mnt", &first) == 0 &&
	       mine.st_ino != first.st_ino;
}

int bpffs_ready(struct err *e)
{
	if (is_mounted())
		return 0;
	if (geteuid() != 0)
		return err_set(e, EPERM, "loading programs into the kernel needs root");
	if (own_mount_namespace())
		return err_set(e, ENOENT,
			       "no bpffs on " BPFFS
			       " in this mount namespace, and one mounted here "
			       "would vanish with the process; inside `ip netns exec`, use "
			       "`xgress -n NETNS` from outside instead");
	if (mount("bpf", BPFFS, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700"))
		return err_set(e, errno, "cannot mount bpffs on " BPFFS ": %s", strerror(errno));
	return 0;
}

int bpffs_make_folder(const char *path, struct err *e)
{
	struct stat st;

	if (mkdir(path, 0700) && errno != EEXIST)
		return err_set(e, errno, "cannot make %s: %s", path, strerror(errno));
	if (lstat(path, &st))
		return err_set(e, errno, "cannot look at %s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode) || st.st_uid != 0 || st.st_mode & 0077)
		return err_set(e, EPERM,
			       "%s is not a folder of root's alone (mode 0700); look who made it "
			       "and remove it",
			       path);
	return 0;
}
