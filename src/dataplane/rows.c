// SPDX-License-Identifier: GPL-2.0-only
#include "rows.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* A row that nobody ever had, else one whose interface is detached; -1: all are used. */
static int free_row(const struct instance *i)
{
	int n, detached = -1;

	for (n = 0; n < XG_ROWS; n++) {
		if (!i->rows[n].name[0])
			return n;
		if (!i->rows[n].attached && detached < 0)
			detached = n;
	}
	return detached;
}

int rows_take(struct instance *i, const char *name, bool egress, struct err *e)
{
	int n;

	for (n = 0; n < XG_ROWS; n++) {
		if (strcmp(i->rows[n].name, name) == 0 && hook_is_egress(i->rows[n].hook) == egress)
			return n;
	}
	n = free_row(i);
	if (n >= 0)
		return take_row(i, n, name, egress, e);
	return err_set(e, ENOSPC,
		       "no room to count '%s': an instance has %d places, and an interface takes "
		       "one or two",
		       name, XG_ROWS);
}

static bool is_pinned(const char *folder, uint32_t ifindex)
{
	bool found = false;
	struct pin *pins;
	size_t n, k;

	if (pins_read(folder, &pins, &n))
		return false;
	for (k = 0; k < n; k++)
		found |= pins[k].ifindex == ifindex;
	free(pins);
	return found;
}

bool rows_held_by_other(const struct instance *i, uint32_t ifindex, char *name, size_t size)
{
	const char *mine = instance_name(i);
	char folder[sizeof(i->path)], path[512];
	bool found = false;
	char **names;
	size_t n, k;

	snprintf(folder, sizeof(folder), "%.*s", (int)(mine - 1 - i->path), i->path);
	if (names_read(folder, &names, &n))
		return false;
	for (k = 0; k < n && !found; k++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[k]);
		found = strcmp(names[k], mine) != 0 && is_pinned(path, ifindex);
		if (found)
			snprintf(name, size, "%s", names[k]);
	}
	names_free(names, n);
	return found;
}
