// SPDX-License-Identifier: GPL-2.0-only
#include "files.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

/* IN_CREATE is for symbolic links: a file that is only begun is not read. */
#define EVENTS (IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_MOVE_SELF | IN_ONLYDIR)

enum { NAMED, REAL, PLACES };

struct watched_file {
	char path[PLACES][PATH_MAX]; /* "" where it leads nowhere */
	int folder[PLACES];          /* inotify's number; -1: not watched */
};

int files_open(struct files *ret_files, struct err *e)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd < 0)
		return err_set(e, errno, "cannot watch files: %s", strerror(errno));
	*ret_files = (struct files){ .fd = fd };
	return 0;
}

void files_close(struct files *f)
{
	if (f->fd >= 0)
		close(f->fd);
	free(f->v);
	*f = (struct files){ .fd = -1 };
}

static int watch_folder(int fd, const char *path, int *ret_folder, struct err *e)
{
	char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "%s", path);
	*ret_folder = inotify_add_watch(fd, dirname(folder), EVENTS);
	if (*ret_folder >= 0)
		return 0;
	return err_set(e, errno, "changes of %s are not noticed (send SIGHUP): %s", path,
		       errno == ENOSPC ? "no room, see fs.inotify.max_user_watches"
				       : strerror(errno));
}

static void find_real(const char *path, char real[PATH_MAX])
{
	if (!realpath(path, real))
		real[0] = 0;
}

static int watch_file(int fd, const char *path, struct watched_file *ret_file, struct err *e)
{
	int r, of_real = 0;

	snprintf(ret_file->path[NAMED], PATH_MAX, "%s", path);
	find_real(path, ret_file->path[REAL]);
	r = watch_folder(fd, path, &ret_file->folder[NAMED], e);
	ret_file->folder[REAL] = -1;
	if (ret_file->path[REAL][0])
		of_real = watch_folder(fd, ret_file->path[REAL], &ret_file->folder[REAL], e);
	return r ? r : of_real;
}

static bool watches(const struct watched_file *v, size_t n, int folder)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (v[i].folder[NAMED] == folder || v[i].folder[REAL] == folder)
			return true;
	}
	return false;
}

static void forget(int fd, const struct watched_file *old, size_t n_old,
		   const struct watched_file *v, size_t n)
{
	size_t i;
	int place;

	for (i = 0; i < n_old; i++) {
		for (place = 0; place < PLACES; place++) {
			if (old[i].folder[place] >= 0 && !watches(v, n, old[i].folder[place]))
				inotify_rm_watch(fd, old[i].folder[place]);
		}
	}
}

int files_watch(struct files *f, const char *file, const struct policy *policy, struct err *e)
{
	size_t n = 1 + policy->set_files.n, i;
	struct watched_file *v = calloc(n, sizeof(*v));
	int r, result = 0;

	if (!v)
		return err_set(e, ENOMEM, "out of memory");
	for (i = 0; i < n; i++) {
		r = watch_file(f->fd, i ? policy->set_files.v[i - 1] : file, &v[i], e);
		if (r)
			result = r;
	}
	forget(f->fd, f->v, f->n, v, n);
	free(f->v);
	f->v = v;
	f->n = n;
	return result;
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_watched(const struct files *f, const struct inotify_event *event)
{
	size_t i;
	int place;

	for (i = 0; i < f->n && event->len; i++) {
		for (place = 0; place < PLACES; place++) {
			if (f->v[i].folder[place] == event->wd &&
			    !strcmp(name_of(f->v[i].path[place]), event->name))
				return true;
		}
	}
	return false;
}

/* When there is a folder of that name again, files_moved() finds the files in it. */
static void folder_is_gone(struct files *f, int folder)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (watches(&f->v[i], 1, folder))
			f->v[i].path[REAL][0] = 0;
	}
}

static bool take_event(struct files *f, const struct inotify_event *event)
{
	if (event->mask & IN_Q_OVERFLOW)
		return true;
	if (event->mask & (IN_IGNORED | IN_MOVE_SELF))
		folder_is_gone(f, event->wd);
	return !(event->mask & IN_CREATE) && is_watched(f, event);
}

bool files_changed(struct files *f)
{
	char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool changed = false;
	ssize_t n, at;

	while ((n = read(f->fd, buffer, sizeof(buffer))) > 0) {
		for (at = 0; at < n;) {
			const struct inotify_event *event = (const void *)(buffer + at);

			changed |= take_event(f, event);
			at += sizeof(*event) + event->len;
		}
	}
	return changed || files_moved(f);
}

bool files_changed_since(const struct files *f, const struct timespec *since)
{
	struct stat st;
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (stat(f->v[i].path[NAMED], &st))
			continue;
		if (st.st_ctim.tv_sec > since->tv_sec ||
		    (st.st_ctim.tv_sec == since->tv_sec && st.st_ctim.tv_nsec > since->tv_nsec))
			return true;
	}
	return false;
}

bool files_moved(const struct files *f)
{
	char real[PATH_MAX];
	size_t i;

	for (i = 0; i < f->n; i++) {
		find_real(f->v[i].path[NAMED], real);
		if (real[0] && strcmp(real, f->v[i].path[REAL]) != 0)
			return true;
	}
	return false;
}
