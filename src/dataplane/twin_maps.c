// SPDX-License-Identifier: GPL-2.0-only
#include "twin_maps.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "xgress.skel.h"

#define KERNEL_NAME (BPF_OBJ_NAME_LEN - 1) /* the kernel keeps that much of a map's name */

enum share {
	MAP_SHARED_READ, /* the program only reads it */
	MAP_OWN,         /* the program writes into it: the twin's is a copy, or starts empty */
};

struct rule {
	const char *name;
	enum share share;
};

/* Every map that a live program uses; a new one has to be thought about. */
static const struct rule rules[] = {
	{ "targets", MAP_SHARED_READ },
	{ "prefix4_index", MAP_SHARED_READ },
	{ "prefix4_leaf", MAP_SHARED_READ },
	{ "prefix6_tree", MAP_SHARED_READ },
	{ "prefix6_node", MAP_SHARED_READ },
	{ "prefix6_range", MAP_SHARED_READ },
	{ "prefix6_host", MAP_SHARED_READ },
	{ ".data.routing", MAP_SHARED_READ },
	{ "ports", MAP_OWN },
	{ "counters", MAP_OWN },
	{ "checksum_scratch", MAP_OWN },
	{ "xgress.bss", MAP_OWN },
	{ "xgress.rodata", MAP_OWN },
};

static int map_open(__u32 id, struct twin_map *ret_map)
{
	__u32 size = sizeof(ret_map->info);
	int r;

	ret_map->fd = bpf_map_get_fd_by_id(id);
	if (ret_map->fd < 0)
		return ret_map->fd;
	memset(&ret_map->info, 0, size);
	r = bpf_obj_get_info_by_fd(ret_map->fd, &ret_map->info, &size);
	if (r)
		close(ret_map->fd);
	return r;
}

int twin_maps_open(struct twin_maps *m, int fd, struct bpf_prog_info *ret_info)
{
	__u32 ids[TWIN_MAPS], size = sizeof(*ret_info), i;
	struct bpf_prog_info info = { .nr_map_ids = TWIN_MAPS, .map_ids = (unsigned long)ids };
	int r;

	r = bpf_obj_get_info_by_fd(fd, &info, &size);
	if (r)
		return r;
	for (i = 0; i < info.nr_map_ids && i < TWIN_MAPS && !r; i++) {
		r = map_open(ids[i], &m->v[m->n]);
		m->n += !r;
	}
	*ret_info = info;
	return r;
}

void twin_maps_close(struct twin_maps *m)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		close(m->v[i].fd);
	for (i = 0; i < TWIN_VIEWS; i++) {
		if (m->views[i].memory)
			munmap(m->views[i].memory, m->views[i].size);
	}
	free(m->ports);
	memset(m, 0, sizeof(*m));
}

const struct twin_map *twin_maps_find(const struct twin_maps *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->n; i++) {
		if (strncmp(m->v[i].info.name, name, KERNEL_NAME) == 0)
			return &m->v[i];
	}
	return NULL;
}

/* Copies global data, the one element of its map. The skeleton's struct lacks what is static. */
static int map_copy(const struct twin_maps *m, const struct bpf_map *mine, void *ret_data)
{
	const struct twin_map *live = twin_maps_find(m, bpf_map__name(mine));
	__u32 zero = 0;

	if (!live || live->info.value_size != bpf_map__value_size(mine))
		return -ESTALE;
	return bpf_map_lookup_elem(live->fd, &zero, ret_data);
}

static int map_share(const struct twin_maps *m, struct bpf_map *mine, enum share share)
{
	const struct twin_map *live = twin_maps_find(m, bpf_map__name(mine));

	if (!live)
		return 0;
	if (live->info.type != bpf_map__type(mine) ||
	    live->info.value_size != bpf_map__value_size(mine))
		return -ESTALE;
	return share == MAP_SHARED_READ ? bpf_map__reuse_fd(mine, live->fd) : 0;
}

int twin_maps_share(struct twin_maps *m, struct xgress *skel)
{
	const struct twin_map *ports = twin_maps_find(m, "ports");
	struct bpf_map *mine;
	size_t i, known = 0;
	int r = 0;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]) && !r; i++) {
		mine = bpf_object__find_map_by_name(skel->obj, rules[i].name);
		known += !!twin_maps_find(m, rules[i].name);
		r = mine ? map_share(m, mine, rules[i].share) : -ESTALE;
	}
	if (r || !ports || known != m->n)
		return r ? r : -ESTALE;
	bpf_map__set_max_entries(skel->maps.ports, ports->info.max_entries);
	return map_copy(m, skel->maps.rodata, skel->rodata);
}

/*
 * A veth's frame has the packet behind it that it was made from, and the program looks there for
 * a hidden VLAN tag; a test run's has nothing there.
 */
static int copy_ports(struct twin_maps *m, struct xgress *skel)
{
	const struct twin_map *live = twin_maps_find(m, "ports");
	__u32 at;
	int r = 0;

	m->ports = calloc(live->info.max_entries, sizeof(*m->ports));
	if (!m->ports)
		return -ENOMEM;
	for (at = 0; at < live->info.max_entries && !r; at++) {
		r = bpf_map_lookup_elem(live->fd, &at, &m->ports[at]);
		m->ports[at].flags &= ~XG_PORT_VETH;
		if (!r)
			r = bpf_map_update_elem(bpf_map__fd(skel->maps.ports), &at, &m->ports[at],
						BPF_ANY);
	}
	return r;
}

int twin_maps_copy(struct twin_maps *m, struct xgress *skel)
{
	int r = copy_ports(m, skel);

	if (r || !twin_maps_find(m, "xgress.bss"))
		return r;
	return map_copy(m, skel->maps.bss, skel->bss);
}

static int view_open(struct twin_maps *m, size_t n, const struct bpf_map *map, const void **ret)
{
	size_t page = sysconf(_SC_PAGESIZE);
	size_t size = (size_t)bpf_map__max_entries(map) * bpf_map__value_size(map);
	void *memory;

	size = (size + page - 1) / page * page;
	memory = mmap(NULL, size, PROT_READ, MAP_SHARED, bpf_map__fd(map), 0);
	if (memory == MAP_FAILED)
		return -errno;
	m->views[n].memory = memory;
	m->views[n].size = size;
	*ret = memory;
	return 0;
}

int twin_maps_prefixes(struct twin_maps *m, struct xgress *skel, struct prefix_memory *ret_memory)
{
	const struct bpf_map *maps[TWIN_VIEWS] = {
		skel->maps.prefix4_index, skel->maps.prefix4_leaf,  skel->maps.prefix6_tree,
		skel->maps.prefix6_node,  skel->maps.prefix6_range, skel->maps.prefix6_host,
	};
	const void *view[TWIN_VIEWS] = { NULL };
	size_t i;
	int r = 0;

	for (i = 0; i < TWIN_VIEWS && !r; i++)
		r = view_open(m, i, maps[i], &view[i]);
	*ret_memory =
		(struct prefix_memory){ view[0], view[1], view[2], view[3], view[4], view[5] };
	return r;
}
