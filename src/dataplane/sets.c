// SPDX-License-Identifier: GPL-2.0-only
#include "sets.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "prefix4.h"
#include "prefix6.h"
#include "abi/xgress.h"
#include "xgress.skel.h"

/* Tables, each filled by one or by two questions of the guard. */
struct sets {
	struct prefix4_set v4[XG_PREFIX_TABLES];
	struct prefix6_set v6[XG_PREFIX_TABLES];
	size_t n4;
	size_t n6;
	struct xg_guard_tables tables4;
	struct xg_guard_tables tables6;
	bool shared; /* the maps are those of the generation before */
};

/* The table with this content, counted from 1; 0 for an empty list. */
static int take4(struct sets *s, const struct prefix_list *l, __u32 *ret_table)
{
	struct prefix4_set *set = &s->v4[s->n4];
	size_t i;
	int r;

	r = prefix4_make(l, set);
	if (r)
		return r;
	for (i = 0; i < s->n4 && !prefix4_same(&s->v4[i], set); i++)
		;
	*ret_table = set->n ? i + 1 : 0;
	if (!set->n || i < s->n4)
		prefix4_release(set);
	else
		s->n4++;
	return 0;
}

static int take6(struct sets *s, const struct prefix_list *l, __u32 *ret_table)
{
	struct prefix6_set *set = &s->v6[s->n6];
	size_t i;
	int r;

	r = prefix6_make(l, set);
	if (r)
		return r;
	for (i = 0; i < s->n6 && !prefix6_same(&s->v6[i], set); i++)
		;
	*ret_table = set->n ? i + 1 : 0;
	if (!set->n || i < s->n6)
		prefix6_release(set);
	else
		s->n6++;
	return 0;
}

int sets_plan(const struct policy *p, struct sets **ret_sets, struct err *e)
{
	struct sets *s = calloc(1, sizeof(*s));
	int r = s ? 0 : -ENOMEM;

	if (!r)
		r = take4(s, &p->guard.block_src, &s->tables4.block_src);
	if (!r)
		r = take4(s, &p->guard.block_dst, &s->tables4.block_dst);
	if (!r)
		r = take4(s, &p->guard.allow, &s->tables4.allow);
	if (!r)
		r = take6(s, &p->guard.block_src, &s->tables6.block_src);
	if (!r)
		r = take6(s, &p->guard.block_dst, &s->tables6.block_dst);
	if (!r)
		r = take6(s, &p->guard.allow, &s->tables6.allow);
	if (r) {
		sets_free(s);
		return err_set(e, -r, "cannot take in the prefix sets: %s", strerror(-r));
	}
	*ret_sets = s;
	return 0;
}

void sets_free(struct sets *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < XG_PREFIX_TABLES; i++) {
		prefix4_release(&s->v4[i]);
		prefix6_release(&s->v6[i]);
	}
	free(s);
}

void sets_tables(const struct sets *s, struct xg_guard_tables *ret_v4,
		 struct xg_guard_tables *ret_v6)
{
	*ret_v4 = s->tables4;
	*ret_v6 = s->tables6;
	ret_v4->used = ret_v4->block_src || ret_v4->block_dst;
	ret_v6->used = ret_v6->block_src || ret_v6->block_dst;
}

/* A map has at least one entry. */
static void set_entries(struct bpf_map *map, size_t n)
{
	bpf_map__set_max_entries(map, n ? n : 1);
}

void sets_size(const struct sets *s, struct xgress *skel)
{
	size_t i, leafs = 0, nodes = 0, ranges = 0, hosts = 0;

	for (i = 0; i < s->n4; i++)
		leafs += s->v4[i].leafs;
	for (i = 0; i < s->n6; i++) {
		nodes += s->v6[i].nodes;
		ranges += s->v6[i].n;
		hosts += s->v6[i].n_hosts;
	}
	set_entries(skel->maps.prefix4_index, s->n4 * XG_PREFIX4_BLOCKS);
	set_entries(skel->maps.prefix4_leaf, leafs);
	set_entries(skel->maps.prefix6_tree, s->n6);
	set_entries(skel->maps.prefix6_node, nodes);
	set_entries(skel->maps.prefix6_range, ranges);
	set_entries(skel->maps.prefix6_host, hosts);
}

struct view {
	void *memory;
	size_t size;
};

/* In the order of enum sets_map. */
struct bpf_map *sets_map(const struct xgress *skel, enum sets_map which)
{
	struct bpf_map *const maps[SETS_MAPS] = {
		skel->maps.prefix4_index, skel->maps.prefix4_leaf,  skel->maps.prefix6_tree,
		skel->maps.prefix6_node,  skel->maps.prefix6_range, skel->maps.prefix6_host,
	};

	return maps[which];
}

/* An array lies in memory as its elements do, whose sizes are all multiples of eight. */
static int view_open(const struct bpf_map *map, struct view *ret_view, struct err *e)
{
	size_t size = (size_t)bpf_map__max_entries(map) * bpf_map__value_size(map);
	size_t page = sysconf(_SC_PAGESIZE);
	struct view v = { .size = (size + page - 1) / page * page };

	v.memory = mmap(NULL, v.size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
	if (v.memory == MAP_FAILED)
		return err_set(e, errno, "cannot fill the map %s: %s", bpf_map__name(map),
			       strerror(errno));
	*ret_view = v;
	return 0;
}

static void view_close(struct view *v)
{
	if (v->memory)
		munmap(v->memory, v->size);
}

void sets_write(const struct sets *s, void *const memory[SETS_MAPS])
{
	struct prefix6_memory m = {
		.nodes = memory[SETS_NODE6],
		.ranges = memory[SETS_RANGE6],
		.hosts = memory[SETS_HOST6],
	};
	struct xg_prefix4_block *blocks = memory[SETS_INDEX4];
	struct xg_prefix6_tree *trees = memory[SETS_TREE6];
	size_t i, leaf = 0;

	for (i = 0; i < s->n4; i++) {
		prefix4_fill(&s->v4[i], blocks + i * XG_PREFIX4_BLOCKS, memory[SETS_LEAF4], leaf);
		leaf += s->v4[i].leafs;
	}
	for (i = 0; i < s->n6; i++)
		prefix6_fill(&s->v6[i], &m, trees + i);
}

int sets_fill(const struct sets *s, struct xgress *skel, struct err *e)
{
	struct view views[SETS_MAPS] = { 0 };
	void *memory[SETS_MAPS] = { NULL };
	int i, r = 0;

	if (s->shared)
		return 0;
	for (i = 0; i < SETS_MAPS && !r; i++) {
		r = view_open(sets_map(skel, i), &views[i], e);
		memory[i] = views[i].memory;
	}
	if (!r)
		sets_write(s, memory);
	for (i = 0; i < SETS_MAPS; i++)
		view_close(&views[i]);
	return r;
}

bool sets_are_empty(const struct sets *s)
{
	return !s->n4 && !s->n6;
}

void sets_set_shared(struct sets *s, bool shared)
{
	s->shared = shared;
}
