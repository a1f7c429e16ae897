// SPDX-License-Identifier: GPL-2.0-only
#include "mapfile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../util/crash.h"

const char *bpf_fd_kind(int fd)
{
	static const char *const kinds[] = { "map", "prog", "link" };
	char path[64], target[64];
	ssize_t size;
	size_t i;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	size = readlink(path, target, sizeof(target) - 1);
	if (size < 0)
		return "";
	target[size] = 0;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strstr(target, "bpf") && strstr(target, kinds[i]))
			return kinds[i];
	}
	return "";
}

static bool has_form(int fd, const struct map_form *form)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	return strcmp(bpf_fd_kind(fd), "map") == 0 && !bpf_obj_get_info_by_fd(fd, &info, &size) &&
	       info.type == form->type && info.value_size == form->value_size &&
	       (!form->entries || info.max_entries == form->entries);
}

static int create_map(const char *path, const struct map_form *form, int *ret_fd, struct err *e)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = form->flags);
	int fd, r;

	fd = bpf_map_create(form->type, form->name, sizeof(__u32), form->value_size, form->entries,
			    &options);
	if (fd < 0)
		return err_set(e, -fd, "cannot make the map %s: %s%s", form->name, strerror(-fd),
			       fd == -EPERM ? " (it needs root)" : "");
	r = bpf_obj_pin(fd, path);
	if (r) {
		close(fd);
		return err_set(e, -r, "cannot pin %s: %s", path, strerror(-r));
	}
	crash_point();
	*ret_fd = fd;
	return 0;
}

int mapfile_open(const char *folder, const struct map_form *form, bool create, int *ret_fd,
		 struct err *e)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, form->name);
	fd = bpf_obj_get(path);
	if (fd == -ENOENT)
		return create ? create_map(path, form, ret_fd, e) : fd;
	if (fd < 0)
		return err_set(e, -fd, "cannot open %s: %s", path, strerror(-fd));
	if (!has_form(fd, form)) {
		close(fd);
		return err_set(e, EEXIST,
			       "%s is not what xgress pins there; look who made it (`bpftool map "
			       "show pinned %s`) and remove it",
			       path, path);
	}
	*ret_fd = fd;
	return 0;
}

__u32 mapfile_entries(int fd)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.max_entries;
}

int mapfile_memory(int fd, size_t size, void *ret_memory, struct err *e)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return err_set(e, errno, "cannot map a pinned map: %s", strerror(errno));
	*(void **)ret_memory = memory;
	return 0;
}
