// SPDX-License-Identifier: GPL-2.0-only
#include "instance.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../net/netns.h"
#include "bpffs.h"

static const char *const pinned_maps[] = { "counters", "rows", "state", "routing" };

static const char *const hook_names[] = {
	[XG_HOOK_NONE] = "none",
	[XG_HOOK_XDP] = "xdp",
	[XG_HOOK_TCX_INGRESS] = "tcx-ingress",
	[XG_HOOK_TCX_EGRESS] = "tcx-egress",
	[XG_HOOK_CLSACT_INGRESS] = "clsact-ingress",
	[XG_HOOK_CLSACT_EGRESS] = "clsact-egress",
};

const char *hook_name(enum xg_hook hook)
{
	return hook_names[hook];
}

bool hook_is_egress(enum xg_hook hook)
{
	return hook == XG_HOOK_TCX_EGRESS || hook == XG_HOOK_CLSACT_EGRESS;
}

void instance_pin_path(const struct instance *i, enum xg_hook hook, uint32_t ifindex, char *path,
		       size_t size)
{
	snprintf(path, size, "%s/%s-%u", i->path, hook_name(hook), ifindex);
}

/* Writes the path of the folder that holds this network namespace's instances. */
static int netns_folder(char *path, size_t size, struct err *e)
{
	uint64_t cookie;
	int r;

	r = netns_cookie(&cookie);
	if (r)
		return err_set(e, -r, "cannot tell the network namespace: %s", strerror(-r));
	snprintf(path, size, BPFFS "/xgress/v%d/%llx", XG_LAYOUT, (unsigned long long)cookie);
	return 0;
}

static int make_folders(const char *instance_path, struct err *e)
{
	char path[256];
	const char *end;
	int r;

	for (end = instance_path + strlen(BPFFS) + 1; end; end = strchr(end + 1, '/')) {
		if (*end != '/')
			continue;
		snprintf(path, sizeof(path), "%.*s", (int)(end - instance_path), instance_path);
		r = bpffs_make_folder(path, e);
		if (r)
			return r;
	}
	return bpffs_make_folder(instance_path, e);
}

static int open_lock(struct instance *i, int flags, struct err *e)
{
	i->lock_fd = open(i->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (i->lock_fd < 0)
		return err_set(e, errno, "cannot open %s: %s", i->path, strerror(errno));
	if (flags & INSTANCE_LOCK && flock(i->lock_fd, LOCK_EX))
		return err_set(e, errno, "cannot lock %s: %s", i->path, strerror(errno));
	return 0;
}

struct map_form {
	const char *name;
	enum bpf_map_type type;
	__u32 value_size;
	__u32 entries;
	__u32 flags;
};

static int open_map(struct instance *i, const struct map_form *form, int flags, int *ret_fd,
		    struct err *e)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = form->flags);
	char path[sizeof(i->path) + 16];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", i->path, form->name);
	fd = bpf_obj_get(path);
	if (fd >= 0) {
		*ret_fd = fd;
		return 0;
	}
	if (errno != ENOENT || !(flags & INSTANCE_CREATE))
		return err_set(e, errno, "cannot open %s: %s", path, strerror(errno));
	fd = bpf_map_create(form->type, form->name, sizeof(__u32), form->value_size, form->entries,
			    &options);
	if (fd < 0)
		return err_set(e, errno, "cannot make the map %s: %s", form->name, strerror(errno));
	*ret_fd = fd;
	if (bpf_obj_pin(fd, path))
		return err_set(e, errno, "cannot pin %s: %s", path, strerror(errno));
	return 0;
}

static int map_memory(int fd, size_t size, void *ret_memory, struct err *e)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return err_set(e, errno, "cannot map a pinned map: %s", strerror(errno));
	*(void **)ret_memory = memory;
	return 0;
}

static int open_maps(struct instance *i, int flags, struct err *e)
{
	static const struct map_form counters = { "counters", BPF_MAP_TYPE_PERCPU_ARRAY,
						  sizeof(struct xg_counters), XG_ROWS, 0 };
	static const struct map_form rows = { "rows", BPF_MAP_TYPE_ARRAY, sizeof(struct xg_row),
					      XG_ROWS, BPF_F_MMAPABLE };
	static const struct map_form state = { "state", BPF_MAP_TYPE_ARRAY, sizeof(struct xg_state),
					       1, BPF_F_MMAPABLE };
	int r;

	r = open_map(i, &counters, flags, &i->counters_fd, e);
	if (!r)
		r = open_map(i, &rows, flags, &i->rows_fd, e);
	if (!r)
		r = open_map(i, &state, flags, &i->state_fd, e);
	if (!r)
		r = map_memory(i->rows_fd, XG_ROWS * sizeof(struct xg_row), &i->rows, e);
	if (!r)
		r = map_memory(i->state_fd, sizeof(struct xg_state), &i->state, e);
	return r;
}

/* Only what is known to be absent is -ENOENT. */
static int find_folder(const char *path, int flags, struct err *e)
{
	int r;

	r = bpffs_ready(flags & INSTANCE_CREATE, e);
	if (r && r != -ENOENT)
		return r;
	if (flags & INSTANCE_CREATE)
		return r ? r : make_folders(path, e);
	if (!r && access(path, F_OK) == 0)
		return 0;
	if (r || errno == ENOENT)
		return err_set(e, ENOENT,
			       "nothing is applied here (instance '%s' of this network namespace)",
			       strrchr(path, '/') + 1);
	return err_set(e, errno, "cannot look at %s: %s%s", path, strerror(errno),
		       errno == EACCES ? " (it needs root)" : "");
}

int instance_open(const char *name, int flags, struct instance *ret_instance, struct err *e)
{
	struct instance i = { .lock_fd = -1, .counters_fd = -1, .rows_fd = -1, .state_fd = -1 };
	char folder[128];
	int r;

	r = netns_folder(folder, sizeof(folder), e);
	if (r)
		return r;
	snprintf(i.path, sizeof(i.path), "%s/%s", folder, name);
	r = find_folder(i.path, flags, e);
	if (!r)
		r = open_lock(&i, flags, e);
	if (!r)
		r = open_maps(&i, flags, e);
	if (!r && flags == INSTANCE_READ && !i.state->generation)
		r = err_set(e, ENOENT, "the first apply is still under way");
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

	r = netns_folder(folder, sizeof(folder), e);
	if (r)
		return r;
	snprintf(i.path, sizeof(i.path), "%s/%s", folder, name);
	*ret_instance = i;
	return 0;
}

void instance_close(struct instance *i)
{
	if (i->rows)
		munmap(i->rows, XG_ROWS * sizeof(struct xg_row));
	if (i->state)
		munmap(i->state, sizeof(struct xg_state));
	if (i->counters_fd >= 0)
		close(i->counters_fd);
	if (i->rows_fd >= 0)
		close(i->rows_fd);
	if (i->state_fd >= 0)
		close(i->state_fd);
	if (i->lock_fd >= 0)
		close(i->lock_fd);
	memset(i, 0, sizeof(*i));
}

int instance_remove(struct instance *i, struct err *e)
{
	char path[sizeof(i->path) + 16], *slash;
	size_t n;

	for (n = 0; n < sizeof(pinned_maps) / sizeof(pinned_maps[0]); n++) {
		snprintf(path, sizeof(path), "%s/%s", i->path, pinned_maps[n]);
		if (unlink(path) && errno != ENOENT)
			return err_set(e, errno, "cannot remove %s: %s", path, strerror(errno));
	}
	if (rmdir(i->path))
		return err_set(e, errno, "cannot remove %s: %s", i->path, strerror(errno));
	/* The folders above go when they are empty; another instance keeps them. */
	snprintf(path, sizeof(path), "%s", i->path);
	while ((slash = strrchr(path, '/')) && slash > path + strlen(BPFFS)) {
		*slash = 0;
		if (rmdir(path))
			break;
	}
	return 0;
}

/* A row that an interface had before is counted anew. */
static int take_row(struct instance *i, int n, const char *name, bool egress, struct err *e)
{
	struct xg_counters *zero = calloc(libbpf_num_possible_cpus(), sizeof(*zero));
	struct xg_row *row = &i->rows[n];
	__u32 key = n;
	int r = 0;

	if (!zero)
		return err_set(e, ENOMEM, "out of memory");
	if (row->name[0])
		r = bpf_map_update_elem(i->counters_fd, &key, zero, BPF_ANY);
	free(zero);
	if (r)
		return err_set(e, -r, "cannot empty the counters of '%s': %s", row->name,
			       strerror(-r));
	memset(row, 0, sizeof(*row));
	snprintf(row->name, sizeof(row->name), "%s", name);
	row->hook = egress ? XG_HOOK_TCX_EGRESS : XG_HOOK_XDP;
	return n;
}

int instance_row(struct instance *i, const char *name, bool egress, struct err *e)
{
	int n, unused = -1, detached = -1;

	for (n = 0; n < XG_ROWS; n++) {
		struct xg_row *row = &i->rows[n];

		if (strcmp(row->name, name) == 0 && hook_is_egress(row->hook) == egress)
			return n;
		if (!row->name[0] && unused < 0)
			unused = n;
		if (row->name[0] && !row->attached && detached < 0)
			detached = n;
	}
	if (unused < 0)
		unused = detached;
	if (unused < 0)
		return err_set(e, ENOSPC,
			       "no room to count '%s': an instance has %d places, and an "
			       "interface takes one or two",
			       name, XG_ROWS);
	return take_row(i, unused, name, egress, e);
}

static void visit_rows(const char *folder, const char *name,
		       void (*visit)(const char *instance, const struct xg_row *row, void *data),
		       void *data)
{
	struct xg_row *rows;
	char path[1024];
	int fd, n;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s/rows", folder, name) >= sizeof(path))
		return;
	fd = bpf_obj_get(path);
	if (fd < 0)
		return;
	rows = mmap(NULL, XG_ROWS * sizeof(*rows), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (rows == MAP_FAILED)
		return;
	for (n = 0; n < XG_ROWS; n++) {
		if (rows[n].name[0] && rows[n].attached)
			visit(name, &rows[n], data);
	}
	munmap(rows, XG_ROWS * sizeof(*rows));
}

int instance_visit_others(const struct instance *i,
			  void (*visit)(const char *instance, const struct xg_row *row, void *data),
			  void *data)
{
	const char *mine = strrchr(i->path, '/') + 1;
	char folder[sizeof(i->path)];
	struct dirent *entry;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%.*s", (int)(mine - 1 - i->path), i->path);
	dir = opendir(folder);
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, mine) != 0)
			visit_rows(folder, entry->d_name, visit, data);
	}
	closedir(dir);
	return 0;
}
