// SPDX-License-Identifier: GPL-2.0-only
#include "prefix4.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NO_LEAF SIZE_MAX

static int compare(const void *a, const void *b)
{
	const struct range4 *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->last > y->last) - (x->last < y->last);
}

/* Joins what overlaps or touches; the list is sorted. */
static size_t merge(struct range4 *v, size_t n)
{
	size_t i, kept = 0;

	for (i = 0; i < n; i++) {
		struct range4 *end = kept ? &v[kept - 1] : NULL;

		if (end && (end->last == UINT32_MAX || v[i].first <= end->last + 1)) {
			if (v[i].last > end->last)
				end->last = v[i].last;
		} else {
			v[kept++] = v[i];
		}
	}
	return kept;
}

/* A /24 is partial where a range begins or ends inside of it. */
static size_t count_leafs(const struct range4 *v, size_t n)
{
	size_t i, leafs = 0, counted = NO_LEAF;

	for (i = 0; i < n; i++) {
		size_t first = v[i].first >> 8, last = v[i].last >> 8;
		bool whole_end = (v[i].last & 0xff) == 0xff;

		if ((v[i].first & 0xff || (first == last && !whole_end)) && counted != first) {
			counted = first;
			leafs++;
		}
		if (!whole_end && counted != last) {
			counted = last;
			leafs++;
		}
	}
	return leafs;
}

int prefix4_make(const struct prefix_list *l, struct prefix4_set *ret_set)
{
	struct prefix4_set s = { 0 };
	size_t i;

	s.v = malloc((l->n + 1) * sizeof(*s.v));
	if (!s.v)
		return -ENOMEM;
	for (i = 0; i < l->n; i++) {
		const struct prefix *p = &l->v[i];
		uint32_t host = p->bits == 32 ? 0 : UINT32_MAX >> p->bits;
		uint32_t first = (uint32_t)p->addr[0] << 24 | p->addr[1] << 16 | p->addr[2] << 8 |
				 p->addr[3];

		if (!p->v6)
			s.v[s.n++] = (struct range4){ .first = first, .last = first | host };
	}
	qsort(s.v, s.n, sizeof(*s.v), compare);
	s.n = merge(s.v, s.n);
	s.leafs = count_leafs(s.v, s.n);
	*ret_set = s;
	return 0;
}

void prefix4_release(struct prefix4_set *s)
{
	free(s->v);
	memset(s, 0, sizeof(*s));
}

bool prefix4_same(const struct prefix4_set *a, const struct prefix4_set *b)
{
	return a->n == b->n && (!a->n || !memcmp(a->v, b->v, a->n * sizeof(*a->v)));
}

struct fill {
	struct xg_prefix4_block *blocks;
	struct xg_prefix4_leaf *leafs;
	size_t next; /* leaf */
};

/* Addresses `first` to `last` of one /24, not all of it. */
static void fill_part(struct fill *f, uint32_t first, uint32_t last)
{
	struct xg_prefix4_block *block = &f->blocks[first >> 14];
	uint64_t bit = 1ULL << (first >> 8 & 63);
	struct xg_prefix4_leaf *leaf;
	uint32_t a;

	if (!block->partial)
		block->leaf = f->next;
	if (!(block->partial & bit)) {
		block->partial |= bit;
		f->next++;
	}
	leaf = &f->leafs[f->next - 1];
	for (a = first & 0xff; a <= (last & 0xff); a++)
		leaf->bits[a >> 6] |= 1ULL << (a & 63);
}

/* Whole /24s, by number, a /18 at once where it is whole. */
static void fill_whole(struct fill *f, uint32_t first, uint32_t last)
{
	while (first <= last) {
		if (!(first & 63) && last - first >= 63) {
			f->blocks[first >> 6].full = UINT64_MAX;
			first += 64;
		} else {
			f->blocks[first >> 6].full |= 1ULL << (first & 63);
			first++;
		}
	}
}

static void fill_range(struct fill *f, const struct range4 *r)
{
	uint32_t first = r->first >> 8, last = r->last >> 8;
	bool whole_begin = !(r->first & 0xff), whole_end = (r->last & 0xff) == 0xff;

	if (first == last && !(whole_begin && whole_end)) {
		fill_part(f, r->first, r->last);
		return;
	}
	if (!whole_begin)
		fill_part(f, r->first, first << 8 | 0xff);
	first += !whole_begin;
	if (whole_end)
		fill_whole(f, first, last);
	else if (first < last)
		fill_whole(f, first, last - 1);
	if (!whole_end)
		fill_part(f, last << 8, r->last);
}

void prefix4_fill(const struct prefix4_set *s, struct xg_prefix4_block *blocks,
		  struct xg_prefix4_leaf *leafs, size_t leaf)
{
	struct fill f = { blocks, leafs, leaf };
	size_t i;

	for (i = 0; i < s->n; i++)
		fill_range(&f, &s->v[i]);
}
