// SPDX-License-Identifier: GPL-2.0-only
#include "sweep.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../net/netns.h"
#include "apply.h"
#include "bpffs.h"
#include "undo.h"

#define ROOT BPFFS "/xgress"

/* Calls `visit` for each name in the folder; the first error is kept. */
static int each_name(const char *folder, int (*visit)(const char *path, void *data), void *data)
{
	char path[512], **names;
	int r, first = 0;
	size_t n, k;

	r = names_read(folder, &names, &n);
	if (r)
		return r == -ENOENT || r == -ENOTDIR ? 0 : r;
	for (k = 0; k < n; k++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[k]);
		r = visit(path, data);
		first = first ? first : r;
	}
	names_free(names, n);
	return first;
}

struct visit {
	const struct sweep *sweep;
	struct err *e;
	char here[128];    /* the layout and cookie of this namespace */
	uint64_t *cookies; /* of namespaces that live */
	size_t n;
};

static int down_here(const char *path, void *data)
{
	struct visit *v = data;
	int r;

	r = dataplane_down(strrchr(path, '/') + 1, v->e);
	if (!r && v->sweep->each)
		v->sweep->each(path, v->sweep->data);
	return r == -ENOENT ? 0 : r;
}

int sweep_all(const struct sweep *s, struct err *e)
{
	struct visit v = { .sweep = s, .e = e };
	char folder[128];
	int r;

	r = bpffs_ready(false, e);
	if (!r)
		r = instance_folder(folder, sizeof(folder), e);
	return r ? (r == -ENOENT ? 0 : r) : each_name(folder, down_here, &v);
}

/* Links, clsact's marks, records and maps: two levels are all there is. Links end unpinned. */
static int remove_tree(const char *path, void *data)
{
	struct stat st;
	int r = 0, fd;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : -errno;
	if (S_ISDIR(st.st_mode)) {
		r = each_name(path, remove_tree, data);
		return r ? r : (rmdir(path) ? -errno : 0);
	}
	fd = bpf_obj_get(path);
	if (fd >= 0) {
		bpf_link_detach(fd); /* fails for what is no link */
		close(fd);
	}
	return unlink(path) ? -errno : 0;
}

/* 1 where a link still sits on an interface. */
static int is_living_link(const char *path, void *data)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);
	int fd, r;

	(void)data;
	if (strncmp(strrchr(path, '/') + 1, "xdp-", 4) != 0 &&
	    strncmp(strrchr(path, '/') + 1, "tcx-", 4) != 0)
		return 0;
	fd = bpf_obj_get(path);
	if (fd < 0)
		return 0;
	r = bpf_obj_get_info_by_fd(fd, &info, &size);
	close(fd);
	/* tcx.ifindex of linux/bpf.h since 6.6 lies where xdp.ifindex does. */
	return !r && info.xdp.ifindex;
}

static bool is_known(const struct visit *v, uint64_t cookie)
{
	size_t n;

	for (n = 0; n < v->n; n++) {
		if (v->cookies[n] == cookie)
			return true;
	}
	return false;
}

static int sweep_instance(const char *path, void *data)
{
	struct visit *v = data;
	int r;

	r = remove_tree(path, NULL);
	if (r)
		return err_set(v->e, -r, "cannot remove %s: %s", path, strerror(-r));
	undo_forget(path);
	if (v->sweep->each)
		v->sweep->each(path, v->sweep->data);
	return 0;
}

static int sweep_dead(const char *path, void *data)
{
	if (each_name(path, is_living_link, NULL))
		return 0;
	return sweep_instance(path, data);
}

/* A namespace's folder, of any layout. */
static int sweep_netns(const char *path, void *data)
{
	struct visit *v = data;
	uint64_t cookie = strtoull(strrchr(path, '/') + 1, NULL, 16);
	int r = 0;

	if (strcmp(path + strlen(ROOT) + 1, v->here) == 0)
		return 0;
	if (cookie == strtoull(strchr(v->here, '/') + 1, NULL, 16))
		r = each_name(path, sweep_instance, v);
	else if (!is_known(v, cookie))
		r = each_name(path, sweep_dead, v);
	rmdir(path);
	return r;
}

static int sweep_layout(const char *path, void *data)
{
	int r = each_name(path, sweep_netns, data);

	rmdir(path);
	return r;
}

int sweep_stale(const struct sweep *s, struct err *e)
{
	struct visit v = { .sweep = s, .e = e };
	char folder[128];
	int r;

	r = bpffs_ready(false, e);
	if (!r)
		r = instance_folder(folder, sizeof(folder), e);
	if (r)
		return r == -ENOENT ? 0 : r;
	snprintf(v.here, sizeof(v.here), "%s", folder + strlen(ROOT) + 1);
	r = netns_cookies(&v.cookies, &v.n);
	if (r)
		return err_set(e, -r, "cannot list the network namespaces: %s", strerror(-r));
	r = each_name(ROOT, sweep_layout, &v);
	free(v.cookies);
	return r;
}

struct search {
	const char *here; /* this layout and cookie */
	char *path;
	size_t size;
};

static int find_cookie(const char *path, void *data)
{
	struct search *s = data;
	char other[512];

	snprintf(other, sizeof(other), "%s%s", path, strchr(s->here, '/'));
	if (strcmp(other + strlen(ROOT) + 1, s->here) != 0 && access(other, F_OK) == 0)
		snprintf(s->path, s->size, "%s", other);
	return 0;
}

bool sweep_finds_other_layout(char *path, size_t size)
{
	struct search s = { .path = path, .size = size };
	struct err ignored;
	char folder[128];

	*path = 0;
	if (instance_folder(folder, sizeof(folder), &ignored))
		return false;
	s.here = folder + strlen(ROOT) + 1;
	each_name(ROOT, find_cookie, &s);
	return *path != 0;
}
