// SPDX-License-Identifier: GPL-2.0-only
#include "prefix6.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FANOUT (XG_PREFIX6_KEYS + 1)

/* An address range as 128 bits: `high` alone differs up to /64, `low` alone beyond. */
struct part {
	uint64_t high;
	uint64_t high_last;
	uint64_t low;
	uint64_t low_last;
};

static uint64_t read64(const uint8_t *bytes)
{
	uint64_t number = 0;
	int i;

	for (i = 0; i < 8; i++)
		number = number << 8 | bytes[i];
	return number;
}

static uint64_t host_mask(unsigned int bits)
{
	return bits >= 64 ? 0 : UINT64_MAX >> bits;
}

static struct part part_of(const struct prefix *p)
{
	struct part part = { .high = read64(p->addr), .low_last = UINT64_MAX };

	part.high_last = part.high | host_mask(p->bits);
	if (p->bits > 64) {
		part.low = read64(p->addr + 8);
		part.low_last = part.low | host_mask(p->bits - 64);
	}
	return part;
}

/* By place; of those that begin together the longest first, so that it covers the others. */
static int compare(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	if (x->high_last != y->high_last)
		return x->high_last > y->high_last ? -1 : 1;
	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return (x->low_last < y->low_last) - (x->low_last > y->low_last);
}

static bool is_whole(const struct part *p)
{
	return !p->low && p->low_last == UINT64_MAX;
}

/* Prefixes nest or are apart, so what does not lie in the range before begins behind it. */
static void add_whole(struct prefix6_set *s, const struct part *p)
{
	struct range6 *end = s->n ? &s->v[s->n - 1] : NULL;

	if (end && !end->n_hosts && p->high <= end->last)
		return;
	if (end && !end->n_hosts && p->high == end->last + 1)
		end->last = p->high_last;
	else
		s->v[s->n++] = (struct range6){ .first = p->high, .last = p->high_last };
}

static void add_host(struct prefix6_set *s, const struct part *p)
{
	struct range6 *end = s->n ? &s->v[s->n - 1] : NULL;
	struct xg_prefix6_host *host = s->n_hosts ? &s->hosts[s->n_hosts - 1] : NULL;

	if (end && !end->n_hosts && p->high <= end->last)
		return;
	if (!end || end->first != p->high) {
		s->v[s->n++] = (struct range6){ p->high, p->high, s->n_hosts, 1 };
		s->hosts[s->n_hosts++] = (struct xg_prefix6_host){ p->low, p->low_last };
		return;
	}
	if (p->low <= host->last)
		return;
	if (p->low == host->last + 1) {
		host->last = p->low_last;
		return;
	}
	end->n_hosts++;
	s->hosts[s->n_hosts++] = (struct xg_prefix6_host){ p->low, p->low_last };
}

/* The height of the tree, and its nodes: of each level as many as have a range below them. */
static int measure(struct prefix6_set *s)
{
	size_t span = 1, level;

	for (level = 0; span - 1 < s->n; level++) {
		span *= FANOUT;
		s->nodes += (s->n + span - 1) / span;
	}
	s->levels = level;
	return level <= XG_PREFIX6_LEVELS ? 0 : -E2BIG;
}

int prefix6_make(const struct prefix_list *l, struct prefix6_set *ret_set)
{
	struct part *parts = malloc((l->n + 1) * sizeof(*parts));
	struct prefix6_set s = { 0 };
	size_t i, n = 0;
	int r = -ENOMEM;

	for (i = 0; i < l->n && parts; i++) {
		if (l->v[i].v6)
			parts[n++] = part_of(&l->v[i]);
	}
	s.v = malloc((n + 1) * sizeof(*s.v));
	s.hosts = malloc((n + 1) * sizeof(*s.hosts));
	if (!parts || !s.v || !s.hosts)
		goto out;
	qsort(parts, n, sizeof(*parts), compare);
	for (i = 0; i < n; i++) {
		if (is_whole(&parts[i]))
			add_whole(&s, &parts[i]);
		else
			add_host(&s, &parts[i]);
	}
	r = measure(&s);
out:
	free(parts);
	if (r)
		prefix6_release(&s);
	else
		*ret_set = s;
	return r;
}

void prefix6_release(struct prefix6_set *s)
{
	free(s->v);
	free(s->hosts);
	memset(s, 0, sizeof(*s));
}

bool prefix6_same(const struct prefix6_set *a, const struct prefix6_set *b)
{
	return a->n == b->n && a->n_hosts == b->n_hosts &&
	       (!a->n || !memcmp(a->v, b->v, a->n * sizeof(*a->v))) &&
	       (!a->n_hosts || !memcmp(a->hosts, b->hosts, a->n_hosts * sizeof(*a->hosts)));
}

/*
 * One level. `span` is 9^height: between the keys of a node lie span - 1 ranges, those of the
 * subtree below, so key k of node m is range 9 * span * m + span * k + span - 1.
 */
static void fill_level(const struct prefix6_set *s, size_t span, struct xg_prefix6_node *nodes)
{
	size_t n = (s->n + FANOUT * span - 1) / (FANOUT * span), m, k, at;

	for (m = 0; m < n; m++) {
		for (k = 0; k < XG_PREFIX6_KEYS; k++) {
			at = FANOUT * span * m + span * k + span - 1;
			nodes[m].key[k] = at < s->n ? s->v[at].first : UINT64_MAX;
		}
	}
}

static void fill_tree(const struct prefix6_set *s, struct prefix6_memory *m,
		      struct xg_prefix6_tree *tree)
{
	size_t level, span = 1;

	for (level = 1; level < s->levels; level++)
		span *= FANOUT;
	for (level = 0; level < s->levels; level++, span /= FANOUT) {
		tree->node[level] = m->next_node;
		fill_level(s, span, m->nodes + m->next_node);
		m->next_node += (s->n + FANOUT * span - 1) / (FANOUT * span);
	}
}

void prefix6_fill(const struct prefix6_set *s, struct prefix6_memory *m,
		  struct xg_prefix6_tree *ret_tree)
{
	struct xg_prefix6_tree tree = {
		.levels = s->levels,
		.range = m->next_range,
		.ranges = s->n,
	};
	size_t i;

	fill_tree(s, m, &tree);
	for (i = 0; i < s->n; i++)
		m->ranges[m->next_range + i] = (struct xg_prefix6_range){
			.last = s->v[i].last,
			.host = m->next_host + s->v[i].host,
			.hosts = s->v[i].n_hosts,
		};
	if (s->n_hosts)
		memcpy(m->hosts + m->next_host, s->hosts, s->n_hosts * sizeof(*s->hosts));
	m->next_range += s->n;
	m->next_host += s->n_hosts;
	*ret_tree = tree;
}
