// SPDX-License-Identifier: GPL-2.0-only
#include "guard.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../policy/policy.h"
#include "../util/line.h"

struct guard_names {
	char file[4096];
	bool readable;
	struct err why; /* not readable */
	struct policy policy;
};

/* One question of the guard. */
struct question {
	enum xg_explain_listed bit;
	enum policy_list list;
	bool src;
	const char *text;
};

static const struct question questions[] = {
	{ XG_BLOCK_SRC, LIST_BLOCK_SRC, true, "guard.block or block_src" },
	{ XG_BLOCK_DST, LIST_BLOCK_DST, false, "guard.block or block_dst" },
	{ XG_ALLOW_SRC, LIST_ALLOW, true, "guard.allow" },
	{ XG_ALLOW_DST, LIST_ALLOW, false, "guard.allow" },
};

struct guard_names *guard_names_new(const char *file)
{
	struct guard_names *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	snprintf(g->file, sizeof(g->file), "%s", file);
	g->readable = !policy_read(file, &g->policy, &g->why);
	return g;
}

void guard_names_free(struct guard_names *g)
{
	if (!g)
		return;
	if (g->readable)
		policy_release(&g->policy);
	free(g);
}

static const struct prefix_list *list_of(const struct policy *p, enum policy_list list)
{
	switch (list) {
	case LIST_BLOCK_SRC:
		return &p->guard.block_src;
	case LIST_BLOCK_DST:
		return &p->guard.block_dst;
	default:
		return &p->guard.allow;
	}
}

static __u32 table_of(const struct xg_guard_tables *t, enum policy_list list)
{
	switch (list) {
	case LIST_BLOCK_SRC:
		return t->block_src;
	case LIST_BLOCK_DST:
		return t->block_dst;
	default:
		return t->allow;
	}
}

static bool prefix_holds(const struct prefix *p, const uint8_t *address)
{
	size_t whole = p->bits / 8, rest = p->bits % 8;

	if (memcmp(p->addr, address, whole))
		return false;
	return !rest || (p->addr[whole] ^ address[whole]) >> (8 - rest) == 0;
}

/* The longest prefix of the list that has the address, by its place; -1: none. */
static ssize_t find_prefix(const struct prefix_list *l, bool v6, const uint8_t *address)
{
	ssize_t best = -1;
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (l->v[i].v6 == v6 && prefix_holds(&l->v[i], address) &&
		    (best < 0 || l->v[i].bits > l->v[best].bits))
			best = i;
	}
	return best;
}

static const char *set_of(const struct policy *p, enum policy_list list, size_t at)
{
	size_t i;

	for (i = 0; i < p->guard.n_parts; i++) {
		const struct policy_part *part = &p->guard.parts[i];

		if (part->list == list && at >= part->first && at < part->first + part->n)
			return part->set;
	}
	return NULL;
}

/* Does the file, as it is now, have the same range around the address as the maps? */
static bool same_range(const struct prefix_list *l, bool v6, const uint8_t *address,
		       const struct prefix_range *in_force)
{
	struct prefix_range now = { 0 };
	struct prefix4_set s4 = { 0 };
	struct prefix6_set s6 = { 0 };
	bool found = false;

	if (v6 && !prefix6_make(l, &s6))
		found = prefix6_find(&s6, address, &now);
	else if (!v6 && !prefix4_make(l, &s4))
		found = prefix4_find(&s4, address, &now);
	prefix4_release(&s4);
	prefix6_release(&s6);
	return found && !memcmp(&now, in_force, sizeof(now));
}

static void add_name(struct line *l, const struct guard_names *g, const struct question *q, bool v6,
		     const uint8_t *address, const struct prefix_range *range)
{
	char text[PREFIX_RANGE_TEXT];
	const struct prefix_list *list = list_of(&g->policy, q->list);
	const char *set;
	ssize_t at;

	if (!g->readable || !same_range(list, v6, address, range)) {
		line_add(l, "%s of %s (%s %s)", prefix_range_format(range, v6, text), q->text,
			 g->file,
			 g->readable ? "was changed since the apply" : "cannot be read any more");
		return;
	}
	at = find_prefix(list, v6, address);
	set = set_of(&g->policy, q->list, at);
	line_add(l, "%s", prefix_format(&list->v[at], text));
	if (set)
		line_add(l, " of the set '%s'", set);
	line_add(l, " in %s", q->text);
}

/* Adds what one question found. False: the address is not there. */
static bool add_found(struct line *l, const struct guard_names *g, struct twin *t,
		      const struct question *q, bool v6, const uint8_t *addresses, bool first)
{
	const struct xg_config *c = twin_config(t);
	__u32 table = table_of(v6 ? &c->v6 : &c->v4, q->list);
	size_t size = v6 ? 16 : 4;
	uint8_t address[16] = { 0 };
	char name[INET6_ADDRSTRLEN];
	struct prefix_range range;

	memcpy(address, addresses + (q->src ? 0 : size), size);
	if (!table || !prefix_find(twin_prefixes(t), table - 1, v6, address, &range))
		return false;
	inet_ntop(v6 ? AF_INET6 : AF_INET, address, name, sizeof(name));
	line_add(l, "%sthe %s %s is in ", first ? "" : "; ", q->src ? "source" : "destination",
		 name);
	add_name(l, g, q, v6, address, &range);
	return true;
}

void guard_names_text(const struct guard_names *g, struct twin *t, unsigned int listed, bool v6,
		      const uint8_t *addresses, char *text, size_t size)
{
	bool first = true;
	struct line l;
	size_t i;

	line_begin(&l, text, size);
	for (i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		if (listed & questions[i].bit)
			first &= !add_found(&l, g, t, &questions[i], v6, addresses, first);
	}
}
