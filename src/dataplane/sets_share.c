// SPDX-License-Identifier: GPL-2.0-only
/* Sets that did not change are shared between generations: compared byte by byte, not by a hash. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "instance.h"
#include "sets.h"
#include "twin_maps.h"

#include "xgress.skel.h"

static size_t map_bytes(const struct bpf_map *map)
{
	return (size_t)bpf_map__max_entries(map) * bpf_map__value_size(map);
}

static bool is_equal(const struct twin_map *old, const void *memory, size_t size)
{
	void *view = mmap(NULL, size, PROT_READ, MAP_SHARED, old->fd, 0);
	bool equal = view != MAP_FAILED && memcmp(view, memory, size) == 0;

	if (view != MAP_FAILED)
		munmap(view, size);
	return equal;
}

/* Finds the old maps; false: one is missing, or has another size than these sets need. */
static bool find_all(const struct twin_maps *m, const struct xgress *skel,
		     const struct twin_map *ret_old[SETS_MAPS])
{
	int n;

	for (n = 0; n < SETS_MAPS; n++) {
		const struct bpf_map *map = sets_map(skel, n);

		ret_old[n] = twin_maps_find(m, bpf_map__name(map));
		if (!ret_old[n] || ret_old[n]->info.max_entries != bpf_map__max_entries(map) ||
		    ret_old[n]->info.value_size != bpf_map__value_size(map))
			return false;
	}
	return true;
}

static bool have_these(const struct sets *s, const struct xgress *skel,
		       const struct twin_map *const old[SETS_MAPS])
{
	void *memory[SETS_MAPS] = { NULL };
	bool same = true;
	int n;

	for (n = 0; n < SETS_MAPS && same; n++) {
		memory[n] = calloc(1, map_bytes(sets_map(skel, n)));
		same = memory[n];
	}
	if (same)
		sets_write(s, memory);
	for (n = 0; n < SETS_MAPS && same; n++)
		same = is_equal(old[n], memory[n], map_bytes(sets_map(skel, n)));
	for (n = 0; n < SETS_MAPS; n++)
		free(memory[n]);
	return same;
}

/* A program that is attached and asks the guard: one that only returns traffic has no sets. */
static bool share_with(struct sets *s, struct xgress *skel, __u32 program)
{
	const struct twin_map *old[SETS_MAPS];
	int fd = bpf_prog_get_fd_by_id(program), n;
	struct bpf_prog_info info;
	struct twin_maps m = { 0 };
	bool same = false;

	if (fd < 0)
		return false;
	if (!twin_maps_open(&m, fd, &info) && find_all(&m, skel, old))
		same = have_these(s, skel, old);
	for (n = 0; n < SETS_MAPS && same; n++)
		same = !bpf_map__reuse_fd(sets_map(skel, n), old[n]->fd);
	twin_maps_close(&m);
	close(fd);
	return same;
}

void sets_share(struct sets *s, struct xgress *skel, const struct instance *i)
{
	bool shared = false;
	int n;

	for (n = 0; n < XG_ROWS && !shared && !sets_are_empty(s); n++) {
		const struct xg_row *row = &i->rows[n];

		if (row->attached && hook_is_egress(row->hook)) /* every uplink's has the guard */
			shared = share_with(s, skel, row->program_id);
	}
	sets_set_shared(s, shared);
}
