// SPDX-License-Identifier: GPL-2.0-only
#include "instance.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../net/netns.h"
#include "../util/crash.h"
#include "bpffs.h"
#include "lock.h"
#include "mapfile.h"
#include "record.h"

#define LOCK_TRIES 20 /* the folder may go between its making and its lock */

static const struct map_form counters_form = { "counters", BPF_MAP_TYPE_PERCPU_ARRAY,
					       sizeof(struct xg_counters), XG_ROWS, 0 };
static const struct map_form rows_form = { "rows", BPF_MAP_TYPE_ARRAY, sizeof(struct xg_row),
					   XG_ROWS, BPF_F_MMAPABLE };
static const struct map_form state_form = { "state", BPF_MAP_TYPE_ARRAY, sizeof(struct xg_state), 1,
					    BPF_F_MMAPABLE };

void instance_pin_path(const struct instance *i, enum xg_hook hook, uint32_t ifindex, char *path,
		       size_t size)
{
	pin_path(i->path, hook, ifindex, path, size);
}

const char *instance_name(const struct instance *i)
{
	return strrchr(i->path, '/') + 1;
}

int instance_folder(char *path, size_t size, struct err *e)
{
	uint64_t cookie;
	int r;

	r = netns_cookie(&cookie);
	if (r)
		return err_set(e, -r, "cannot tell the network namespace: %s", strerror(-r));
	snprintf(path, size, BPFFS "/xgress/v%d/%llx", XG_LAYOUT, (unsigned long long)cookie);
	return 0;
}

/* The namespace's folder and those above it. */
static int make_folders(const char *folder, struct err *e)
{
	char path[256];
	const char *end;
	int r = 0;

	for (end = strchr(folder + strlen(BPFFS) + 1, '/'); end && !r; end = strchr(end + 1, '/')) {
		snprintf(path, sizeof(path), "%.*s", (int)(end - folder), folder);
		r = bpffs_make_folder(path, e);
	}
	return r ? r : bpffs_make_folder(folder, e);
}

/* Only what is known to be absent is -ENOENT. */
static int find_folder(const char *path, struct err *e)
{
	int r;

	r = bpffs_ready(false, e);
	if (r && r != -ENOENT)
		return r;
	if (!r && access(path, F_OK) == 0)
		return 0;
	if (r || errno == ENOENT)
		return err_set(e, ENOENT,
			       "nothing is applied here (instance '%s' of this network namespace)",
			       strrchr(path, '/') + 1);
	return err_set(e, errno, "cannot look at %s: %s%s", path, strerror(errno),
		       errno == EACCES ? " (it needs root)" : "");
}

static int make_and_lock(struct instance *i, const char *folder, int flags, struct err *e)
{
	int n, r;

	r = bpffs_ready(true, e);
	if (r)
		return r;
	for (n = 0; n < LOCK_TRIES; n++) {
		r = make_folders(folder, e);
		if (!r)
			r = i->lock_fd = lock_folder(folder, !(flags & INSTANCE_NO_WAIT), e);
		if (r != -ENOENT)
			break;
	}
	return r < 0 ? r : bpffs_make_folder(i->path, e);
}

static int check_folders(const char *folder, const char *instance_path, struct err *e)
{
	int r = bpffs_check_folder(folder, e);

	return r ? r : bpffs_check_folder(instance_path, e);
}

static int find_and_lock(struct instance *i, const char *folder, int flags, struct err *e)
{
	int n, r;

	for (n = 0; n < LOCK_TRIES; n++) {
		r = find_folder(i->path, e);
		if (r || !(flags & INSTANCE_LOCK))
			return r;
		i->lock_fd = lock_folder(folder, !(flags & INSTANCE_NO_WAIT), e);
		if (i->lock_fd != -ENOENT)
			break;
	}
	if (i->lock_fd < 0)
		return i->lock_fd;
	r = find_folder(i->path, e); /* it may have gone while we waited */
	return r || !(flags & INSTANCE_CHECK) ? r : check_folders(folder, i->path, e);
}

static int open_maps(struct instance *i, bool create, struct err *e)
{
	int r;

	r = mapfile_open(i->path, &state_form, create, &i->state_fd, e);
	if (!r)
		r = mapfile_open(i->path, &counters_form, create, &i->counters_fd, e);
	if (!r)
		r = mapfile_open(i->path, &rows_form, create, &i->rows_fd, e);
	if (!r)
		r = mapfile_memory(i->rows_fd, XG_ROWS * sizeof(struct xg_row), &i->rows, e);
	if (!r)
		r = mapfile_memory(i->state_fd, sizeof(struct xg_state), &i->state, e);
	return r;
}

int instance_open(const char *name, int flags, struct instance *ret_instance, struct err *e)
{
	struct instance i = { .lock_fd = -1, .counters_fd = -1, .rows_fd = -1, .state_fd = -1 };
	char folder[128];
	int r;

	r = instance_folder(folder, sizeof(folder), e);
	if (r)
		return r;
	snprintf(i.path, sizeof(i.path), "%s/%s", folder, name);
	if (flags & INSTANCE_CREATE)
		r = make_and_lock(&i, folder, flags, e);
	else
		r = find_and_lock(&i, folder, flags, e);
	if (!r) {
		r = open_maps(&i, flags & INSTANCE_CREATE, e);
		if (r == -ENOENT && flags & INSTANCE_REMAINS)
			r = 0;
		else if (r == -ENOENT)
			err_set(e, ENOENT,
				"an interrupted command has left remains in %s; `xgress down` "
				"removes them",
				i.path);
	}
	if (r) {
		instance_close(&i);
		return r;
	}
	*ret_instance = i;
	return 0;
}

int instance_locate(const char *name, struct instance *ret_instance, struct err *e)
{
	struct instance i = { .lock_fd = -1, .counters_fd = -1, .rows_fd = -1, .state_fd = -1 };
	char folder[128];
	int r;

	r = instance_folder(folder, sizeof(folder), e);
	if (r)
		return r;
	snprintf(i.path, sizeof(i.path), "%s/%s", folder, name);
	*ret_instance = i;
	return 0;
}

void instance_close(struct instance *i)
{
	const int fds[] = { i->counters_fd, i->rows_fd, i->state_fd, i->lock_fd };
	size_t n;

	if (i->rows)
		munmap(i->rows, XG_ROWS * sizeof(struct xg_row));
	if (i->state)
		munmap(i->state, sizeof(struct xg_state));
	for (n = 0; n < sizeof(fds) / sizeof(fds[0]); n++) {
		if (fds[n] >= 0)
			close(fds[n]);
	}
	*i = (struct instance){ .lock_fd = -1, .counters_fd = -1, .rows_fd = -1, .state_fd = -1 };
}

static int remove_pin(const struct instance *i, const char *name, struct err *e)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", i->path, name);
	if (unlink(path) && errno != ENOENT)
		return err_set(e, errno, "cannot remove %s: %s", path, strerror(errno));
	crash_point();
	return 0;
}

int instance_remove(struct instance *i, struct err *e)
{
	char path[sizeof(i->path)], *slash;
	int r;

	r = records_remove(i, 0, 0, e);
	if (!r)
		r = remove_pin(i, counters_form.name, e);
	if (!r)
		r = remove_pin(i, rows_form.name, e);
	if (!r)
		r = remove_pin(i, state_form.name, e);
	if (r)
		return r;
	if (rmdir(i->path) && errno != ENOENT)
		return err_set(e, errno, "cannot remove %s: %s; look what else is pinned there",
			       i->path, strerror(errno));
	crash_point();
	/* The folders above go when they are empty; another instance keeps them. */
	snprintf(path, sizeof(path), "%s", i->path);
	while ((slash = strrchr(path, '/')) && slash > path + strlen(BPFFS)) {
		*slash = 0;
		if (rmdir(path))
			break;
	}
	return 0;
}
