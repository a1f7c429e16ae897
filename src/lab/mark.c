// SPDX-License-Identifier: GPL-2.0-only
#include "mark.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t namespace_inode(const char *name)
{
	char path[96];
	struct stat st;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	return stat(path, &st) ? 0 : st.st_ino;
}

static int mark_read(struct lab_mark *m)
{
	char text[512], *line, *rest = text;
	ssize_t size;

	size = pread(m->fd, text, sizeof(text) - 1, 0);
	if (size < 0)
		return -errno;
	text[size] = '\0';
	while (m->n < LAB_NODES && (line = strsep(&rest, "\n"))) {
		if (sscanf(line, "%" SCNu64 " %63s", &m->made[m->n].inode, m->made[m->n].name) == 2)
			m->n++;
	}
	return 0;
}

static int mark_write(struct lab_mark *m, struct err *e)
{
	char text[512];
	int size = 0;

	for (unsigned int i = 0; i < m->n; i++)
		size += snprintf(text + size, sizeof(text) - size, "%" PRIu64 " %s\n",
				 m->made[i].inode, m->made[i].name);
	if (ftruncate(m->fd, 0) || pwrite(m->fd, text, size, 0) != size)
		return err_set(e, errno ? errno : EIO, "%s: %s", m->path, strerror(errno));
	return 0;
}

/*
 * The last holder deletes an empty file before it unlocks it. Whoever waited for that lock then
 * holds a file without a name, and starts over.
 */
static int open_locked(const char *path)
{
	struct stat held, named;
	int fd, err;

	for (;;) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0)
			return -errno;
		if (flock(fd, LOCK_EX) || fstat(fd, &held))
			break;
		if (!stat(path, &named) && named.st_ino == held.st_ino)
			return fd;
		close(fd);
	}
	err = -errno;
	close(fd);
	return err;
}

int lab_mark_open(const char *prefix, struct lab_mark *ret_mark, struct err *e)
{
	struct lab_mark m = {};
	int err;

	mkdir("/run/xgress", 0755);
	mkdir("/run/xgress/lab", 0755);
	snprintf(m.path, sizeof(m.path), "/run/xgress/lab/%s", prefix);
	m.fd = open_locked(m.path);
	if (m.fd < 0)
		return err_set(e, -m.fd, "%s: %s%s", m.path, strerror(-m.fd),
			       m.fd == -EACCES ? " (needs root)" : "");
	err = mark_read(&m);
	if (err) {
		close(m.fd);
		return err_set(e, -err, "%s: %s", m.path, strerror(-err));
	}
	*ret_mark = m;
	return 0;
}

bool lab_mark_has(const struct lab_mark *m, const char *name)
{
	for (unsigned int i = 0; i < m->n; i++) {
		if (!strcmp(m->made[i].name, name))
			return m->made[i].inode == namespace_inode(name);
	}
	return false;
}

static void forget(struct lab_mark *m, const char *name)
{
	for (unsigned int i = 0; i < m->n; i++) {
		if (!strcmp(m->made[i].name, name))
			m->made[i--] = m->made[--m->n];
	}
}

int lab_mark_add(struct lab_mark *m, const char *name, struct err *e)
{
	forget(m, name);
	if (m->n == LAB_NODES)
		return err_set(e, ENOSPC, "%s remembers %d namespaces already", m->path, LAB_NODES);
	m->made[m->n].inode = namespace_inode(name);
	snprintf(m->made[m->n].name, sizeof(m->made[m->n].name), "%s", name);
	m->n++;
	return mark_write(m, e);
}

int lab_mark_remove(struct lab_mark *m, const char *name, struct err *e)
{
	forget(m, name);
	return mark_write(m, e);
}

void lab_mark_close(struct lab_mark *m)
{
	if (!m->n)
		unlink(m->path);
	close(m->fd);
}
