// SPDX-License-Identifier: GPL-2.0-only
#include "bpffs.h"

#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define FIRST_MOUNT_NAMESPACE 0xEFFFFFF8U /* MNT_NS_INIT_INO of linux/nsfs.h */

static bool is_mounted(void)
{
	struct statfs fs;

	return statfs(BPFFS, &fs) == 0 && fs.f_type == BPF_FS_MAGIC;
}

/*
 * In a mount namespace of `ip netns exec`, what is mounted here vanishes with the process. The
 * first process may not be looked at where we are confined; the kernel's first mount namespace
 * has a number of its own since 6.17.
 */
static bool mount_would_stay(void)
{
	struct stat mine, first;

	if (stat("/proc/self/ns/mnt", &mine))
		return false;
	return mine.st_ino == FIRST_MOUNT_NAMESPACE ||
	       (stat("/proc/1/ns/mnt", &first) == 0 && mine.st_ino == first.st_ino);
}

int bpffs_ready(bool mount_it, struct err *e)
{
	if (is_mounted())
		return 0;
	if (geteuid() != 0)
		return err_set(e, EPERM, "looking at what is pinned in the kernel needs root");
	if (!mount_would_stay())
		return err_set(e, ENOTSUP,
			       "no bpffs on " BPFFS
			       " in this mount namespace, and one mounted here "
			       "would vanish with the process; inside `ip netns exec`, use "
			       "`xgress -n NETNS` from outside instead");
	if (!mount_it)
		return -ENOENT;
	if (mount("bpf", BPFFS, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700"))
		return err_set(e, errno, "cannot mount bpffs on " BPFFS ": %s", strerror(errno));
	return 0;
}

int bpffs_check_folder(const char *path, struct err *e)
{
	struct stat st;

	if (lstat(path, &st))
		return err_set(e, errno, "cannot look at %s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode) || st.st_uid != 0 || st.st_mode & 0077)
		return err_set(e, EPERM,
			       "%s is not a folder of root's alone (mode 0700); look who made it "
			       "and remove it",
			       path);
	return 0;
}

int bpffs_make_folder(const char *path, struct err *e)
{
	if (mkdir(path, 0700) && errno != EEXIST)
		return err_set(e, errno, "cannot make %s: %s", path, strerror(errno));
	return bpffs_check_folder(path, e);
}
