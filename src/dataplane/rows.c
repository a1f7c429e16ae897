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

int rows_take(struct instance *i, const char *name, bool egress, struct err *e)
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
