// SPDX-License-Identifier: GPL-2.0-only
#include "record.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../policy/file.h"
#include "../util/crash.h"
#include "mapfile.h"

#define FOLDER   "gen-"
#define TEXT_MAX (1 << 20) /* a longer policy is in force all the same, only not kept as text */

static const char *const program_names[PROGRAM_COUNT] = {
	[PROGRAM_XDP_INSIDE] = "xdp_inside", [PROGRAM_XDP_OUTSIDE] = "xdp_outside",
	[PROGRAM_TC_INSIDE] = "tc_inside",   [PROGRAM_TC_RETURN] = "tc_return",
	[PROGRAM_TC_OUTSIDE] = "tc_outside",
};

static struct map_form about_form(void)
{
	return (struct map_form){ "about", BPF_MAP_TYPE_ARRAY, sizeof(struct xg_generation), 1,
				  BPF_F_MMAPABLE };
}

static struct map_form places_form(size_t n)
{
	return (struct map_form){ "places", BPF_MAP_TYPE_ARRAY, sizeof(struct xg_place), n,
				  BPF_F_MMAPABLE };
}

static void record_path(const struct instance *i, uint64_t number, struct record *r)
{
	snprintf(r->path, sizeof(r->path), "%s/" FOLDER "%" PRIu64, i->path, number);
}

static int open_notes(struct record *r, size_t places, bool create, struct err *e)
{
	struct map_form about = about_form(), form = places_form(places);
	int about_fd = -1, places_fd = -1, err;

	err = mapfile_open(r->path, &about, create, &about_fd, e);
	if (!err)
		err = mapfile_open(r->path, &form, create, &places_fd, e);
	if (!err)
		err = mapfile_memory(about_fd, sizeof(*r->about), &r->about, e);
	if (!err && create)
		r->about->places = places;
	if (!err && r->about->places != mapfile_entries(places_fd))
		err = -ENOENT;
	if (!err)
		err = mapfile_memory(places_fd, r->about->places * sizeof(*r->places), &r->places,
				     e);
	if (about_fd >= 0)
		close(about_fd);
	if (places_fd >= 0)
		close(places_fd);
	return err;
}

/* A map is filled whole, so its entry is as long as the text; a zero ends it. */
static void keep_text(const struct record *r, const struct policy *p)
{
	struct map_form form = { "text", BPF_MAP_TYPE_ARRAY, 0, 1, 0 };
	struct err ignored;
	char *text, *value;
	__u32 key = 0;
	size_t size;
	int fd;

	if (file_read(p->file, TEXT_MAX, &text, &size, &ignored))
		return;
	form.value_size = size + 1;
	value = calloc(1, size + 1);
	if (value && !mapfile_open(r->path, &form, true, &fd, &ignored)) {
		memcpy(value, text, size);
		bpf_map_update_elem(fd, &key, value, BPF_ANY);
		close(fd);
	}
	free(value);
	free(text);
}

int record_create(const struct instance *i, uint64_t number, const struct policy *p, size_t places,
		  struct record *ret_record, struct err *e)
{
	struct record r = { 0 };
	int err;

	record_path(i, number, &r);
	if (mkdir(r.path, 0700))
		return err_set(e, errno, "cannot make %s: %s", r.path, strerror(errno));
	crash_point();
	err = open_notes(&r, places, true, e);
	if (err) {
		record_close(&r);
		return err;
	}
	keep_text(&r, p);
	r.about->number = number;
	r.about->applied_at = time(NULL);
	r.about->ledger = p->ledger;
	snprintf(r.about->policy, sizeof(r.about->policy), "%s", p->file);
	if (getrandom(&r.about->token, sizeof(r.about->token), 0) < 0 || !r.about->token)
		r.about->token = number;
	*ret_record = r;
	return 0;
}

int record_open(const struct instance *i, uint64_t number, struct record *ret_record, struct err *e)
{
	struct record r = { 0 };
	int err;

	record_path(i, number, &r);
	if (access(r.path, F_OK))
		return err_set(e, errno, "generation %" PRIu64 " is not kept: %s: %s", number,
			       r.path, strerror(errno));
	err = open_notes(&r, 0, false, e);
	if (!err) {
		*ret_record = r;
		return 0;
	}
	record_close(&r);
	if (err == -ENOENT)
		return err_set(e, EUCLEAN, "%s is not whole; `xgress down` removes it", r.path);
	return err;
}

void record_close(struct record *r)
{
	if (r->places)
		munmap(r->places, r->about->places * sizeof(*r->places));
	if (r->about)
		munmap(r->about, sizeof(*r->about));
	r->about = NULL;
	r->places = NULL;
}

void record_program_path(const struct record *r, enum plan_program program, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", r->path, program_names[program]);
}

int record_program(const struct record *r, const struct xg_place *place, struct err *e)
{
	char path[512];
	int fd;

	if (place->program >= PROGRAM_COUNT)
		return err_set(e, EUCLEAN, "%s is damaged; `xgress down` removes it", r->path);
	record_program_path(r, place->program, path, sizeof(path));
	fd = bpf_obj_get(path);
	if (fd < 0)
		return err_set(e, -fd, "cannot open %s: %s", path, strerror(-fd));
	if (strcmp(bpf_fd_kind(fd), "prog") == 0)
		return fd;
	close(fd);
	return err_set(e, EUCLEAN,
		       "%s is not a program of xgress; look who pinned it and remove it", path);
}

int record_text(const struct record *r, char **ret_text, struct err *e)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info), key = 0;
	char path[512], *text = NULL;
	int fd, err;

	snprintf(path, sizeof(path), "%s/text", r->path);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return err_set(e, ENODATA, "the text of the policy in force was not kept");
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	if (!err && strcmp(bpf_fd_kind(fd), "map") == 0)
		text = calloc(1, info.value_size + 1);
	if (text)
		err = bpf_map_lookup_elem(fd, &key, text);
	close(fd);
	if (!text || err) {
		free(text);
		return err_set(e, EUCLEAN, "cannot read %s", path);
	}
	*ret_text = text;
	return 0;
}

static bool has_program(const struct record *r, uint32_t program_id)
{
	struct bpf_prog_info info;
	char path[512];
	__u32 size;
	int fd, n;

	for (n = 0; n < PROGRAM_COUNT; n++) {
		record_program_path(r, n, path, sizeof(path));
		fd = bpf_obj_get(path);
		if (fd < 0)
			continue;
		memset(&info, 0, sizeof(info));
		size = sizeof(info);
		if (bpf_obj_get_info_by_fd(fd, &info, &size))
			info.id = 0;
		close(fd);
		if (info.id == program_id)
			return true;
	}
	return false;
}

bool records_have(const struct instance *i, uint32_t program_id)
{
	struct record r = { 0 };
	bool found = false;
	char **names;
	size_t n, k;

	if (names_read(i->path, &names, &n))
		return false;
	for (k = 0; k < n && !found; k++) {
		if (strncmp(names[k], FOLDER, strlen(FOLDER)) != 0)
			continue;
		snprintf(r.path, sizeof(r.path), "%s/%.30s", i->path, names[k]);
		found = has_program(&r, program_id);
	}
	names_free(names, n);
	return found;
}

static int remove_folder(const char *folder, struct err *e)
{
	char path[1024];
	char **names;
	size_t n, k;
	int r;

	r = names_read(folder, &names, &n);
	if (r)
		return r == -ENOENT ? 0
				    : err_set(e, -r, "cannot read %s: %s", folder, strerror(-r));
	for (k = 0; k < n; k++) {
		snprintf(path, sizeof(path), "%.512s/%.255s", folder, names[k]);
		unlink(path);
		crash_point();
	}
	names_free(names, n);
	if (rmdir(folder) && errno != ENOENT)
		return err_set(e, errno, "cannot remove %s: %s", folder, strerror(errno));
	crash_point();
	return 0;
}

int records_remove(const struct instance *i, uint64_t keep, uint64_t keep_too, struct err *e)
{
	char path[1024], **names;
	uint64_t number;
	size_t n, k;
	int r;

	r = names_read(i->path, &names, &n);
	if (r)
		return r == -ENOENT ? 0
				    : err_set(e, -r, "cannot read %s: %s", i->path, strerror(-r));
	for (k = 0; k < n && !r; k++) {
		if (strncmp(names[k], FOLDER, strlen(FOLDER)) != 0)
			continue;
		number = strtoull(names[k] + strlen(FOLDER), NULL, 10);
		if (number && (number == keep || number == keep_too))
			continue;
		snprintf(path, sizeof(path), "%s/%s", i->path, names[k]);
		r = remove_folder(path, e);
	}
	names_free(names, n);
	return r;
}
