// SPDX-License-Identifier: GPL-2.0-only
#include "undo.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../net/offload.h"
#include "../net/qdisc.h"
#include "../net/sysctl.h"
#include "../util/crash.h"
#include "bpffs.h"
#include "undo_file.h"

#define FIELDS 5

static void undo_path(const char *pins, char *path, size_t size)
{
	/* The folder of the pins without its layout: .../v<layout>/<cookie>/<instance> */
	const char *below = strchr(pins + strlen(BPFFS "/xgress/"), '/');

	snprintf(path, size, "/run/xgress%s/undo", below);
}

static int add_line(const struct instance *i, const char *line, struct err *e)
{
	char path[320];
	int r;

	undo_path(i->path, path, sizeof(path));
	r = undo_file_add(path, line, e);
	crash_point();
	return r;
}

static void clsact(struct bpf_tc_hook *hook, uint32_t ifindex)
{
	memset(hook, 0, sizeof(*hook)); /* libbpf refuses padding that is not zero */
	hook->sz = sizeof(*hook);
	hook->ifindex = ifindex;
	hook->attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
}

int undo_add_clsact(const struct instance *i, uint32_t ifindex, const char *name, struct err *e)
{
	struct bpf_tc_hook hook;
	char line[128];
	bool has;
	int r;

	r = qdisc_has_clsact(ifindex, &has);
	if (r)
		return err_set(e, -r, "%s: cannot list the qdiscs: %s", name, strerror(-r));
	if (has)
		return 0;
	snprintf(line, sizeof(line), "clsact\t%u\t%s", ifindex, name);
	r = add_line(i, line, e);
	if (r)
		return r;
	clsact(&hook, ifindex);
	r = bpf_tc_hook_create(&hook);
	if (r && r != -EEXIST)
		return err_set(e, r == -EINVAL ? ENOTSUP : -r, "%s: cannot add a clsact qdisc: %s",
			       name, strerror(-r));
	crash_point();
	return 0;
}

int undo_set_sysctl(const struct instance *i, const char *path, const char *value, struct err *e)
{
	char line[1024], before[256];
	int r;

	r = sysctl_read(path, before, sizeof(before));
	if (r)
		return err_set(e, -r, "cannot read the sysctl %s: %s", path, strerror(-r));
	if (strcmp(before, value) == 0)
		return 0;
	snprintf(line, sizeof(line), "sysctl\t%s\t%s\t%s", path, before, value);
	r = add_line(i, line, e);
	if (!r && (r = sysctl_write(path, value)))
		err_set(e, -r, "cannot set the sysctl %s: %s", path, strerror(-r));
	crash_point();
	return r;
}

int undo_set_offload(const struct instance *i, uint32_t ifindex, const char *feature, bool on,
		     struct err *e)
{
	char line[256];
	bool before;
	int r;

	r = offload_get(ifindex, feature, &before);
	if (r)
		return err_set(e, -r, "cannot read the offload %s: %s", feature, strerror(-r));
	if (before == on)
		return 0;
	snprintf(line, sizeof(line), "offload\t%u\t%s\t%d\t%d", ifindex, feature, before, on);
	r = add_line(i, line, e);
	if (!r && (r = offload_set(ifindex, feature, on)))
		err_set(e, -r, "cannot switch the offload %s: %s", feature, strerror(-r));
	crash_point();
	return r;
}

/* 1: somebody's filters need it. */
static int undo_clsact(uint32_t ifindex)
{
	struct bpf_tc_hook hook;
	bool used;
	int r;

	r = qdisc_has_filters(ifindex, &used);
	if (r || used)
		return r ? r : 1;
	clsact(&hook, ifindex);
	r = bpf_tc_hook_destroy(&hook);
	return r == -ENOENT || r == -ENODEV || r == -EINVAL ? 0 : r;
}

static int undo_sysctl(const char *path, const char *before, const char *ours)
{
	char now[256];
	int r;

	r = sysctl_read(path, now, sizeof(now));
	if (r == -ENOENT)
		return 0; /* it went with its interface */
	if (r || strcmp(now, ours) != 0)
		return r;
	return sysctl_write(path, before);
}

static int undo_offload(uint32_t ifindex, const char *feature, bool before, bool ours)
{
	bool now;
	int r;

	r = offload_get(ifindex, feature, &now);
	if (r == -ENODEV || r == -ENOENT)
		return 0;
	if (r || now != ours)
		return r;
	return offload_set(ifindex, feature, before);
}

/* Returns 0 when it is done with, 1 when it must stay, -EUCLEAN when nobody can read it. */
static int undo_fields(char *const field[], int n, bool only_unused)
{
	if (n == 3 && strcmp(field[0], "clsact") == 0)
		return undo_clsact(strtoul(field[1], NULL, 10));
	if (n == 4 && strcmp(field[0], "sysctl") == 0)
		return only_unused ? 1 : undo_sysctl(field[1], field[2], field[3]);
	if (n != 5 || strcmp(field[0], "offload") != 0)
		return -EUCLEAN;
	if (only_unused)
		return 1;
	return undo_offload(strtoul(field[1], NULL, 10), field[2], *field[3] == '1',
			    *field[4] == '1');
}

static int undo_line(const char *line, bool only_unused)
{
	char copy[1024], *rest = copy, *field[FIELDS] = { 0 };
	int n = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	while (n < FIELDS && (field[n] = strsep(&rest, "\t")))
		n++;
	return undo_fields(field, rest ? 0 : n, only_unused);
}

/* The latest change goes first. What another's filters need stays his. */
static int undo_lines(const char *path, struct undo_lines *l, bool only_unused, struct err *e)
{
	int r = 0, err;
	size_t n;

	for (n = l->n; n-- > 0;) {
		err = undo_line(l->v[n], only_unused);
		if (err < 0 && !r)
			r = err_set(e, -err,
				    "%s: cannot put back '%s': %s; do it by hand and remove the "
				    "line",
				    path, l->v[n], strerror(-err));
		else if (!err || (err == 1 && !only_unused))
			l->v[n] = NULL;
		crash_point();
	}
	return r;
}

static int undo(const struct instance *i, bool only_unused, struct err *e)
{
	struct undo_lines l;
	struct err ignored;
	char path[320];
	int r;

	undo_path(i->path, path, sizeof(path));
	r = undo_file_read(path, &l, e);
	if (r)
		return r;
	r = undo_lines(path, &l, only_unused, e);
	if (r)
		undo_file_write(path, &l, &ignored);
	else
		r = undo_file_write(path, &l, e);
	undo_lines_release(&l);
	crash_point();
	return r;
}

int undo_unused(const struct instance *i, struct err *e)
{
	return undo(i, true, e);
}

int undo_all(const struct instance *i, struct err *e)
{
	return undo(i, false, e);
}

void undo_forget(const char *pins)
{
	const struct undo_lines none = { 0 };
	struct err ignored;
	char path[320];

	undo_path(pins, path, sizeof(path));
	undo_file_write(path, &none, &ignored);
}
