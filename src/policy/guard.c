// SPDX-License-Identifier: GPL-2.0-only
/* Guard's lists take prefixes and the names of sets, which are copied in flat. */
#include "guard.h"

#include <stdio.h>
#include <stdlib.h>

#include "prefix.h"
#include "text.h"

#define IN_BLOCK_SRC (1u << LIST_BLOCK_SRC)
#define IN_BLOCK_DST (1u << LIST_BLOCK_DST)
#define IN_ALLOW     (1u << LIST_ALLOW)
#define LISTS        3

static struct prefix_list *list_of(struct policy *p, int i)
{
	switch (1u << i) {
	case IN_BLOCK_SRC:
		return &p->guard.block_src;
	case IN_BLOCK_DST:
		return &p->guard.block_dst;
	default:
		return &p->guard.allow;
	}
}

/* Notes where the set's prefixes will stand in the list. */
static int note_part(struct policy *p, enum policy_list list, const char *set, size_t n)
{
	struct policy_part *grown, *part;

	grown = reallocarray(p->guard.parts, p->guard.n_parts + 1, sizeof(*grown));
	if (!grown)
		return -1;
	p->guard.parts = grown;
	part = &grown[p->guard.n_parts++];
	*part = (struct policy_part){ .list = list, .first = list_of(p, list)->n, .n = n };
	snprintf(part->set, sizeof(part->set), "%s", set);
	return 0;
}

static int note_parts(struct reading *r, unsigned int lists, const struct policy_set *set)
{
	int i;

	for (i = 0; i < LISTS; i++) {
		if (lists & (1u << i) && note_part(r->policy, i, set->name, set->list.n) < 0)
			return reading_no_memory(r);
	}
	return 0;
}

static int add_all(struct reading *r, unsigned int lists, const struct prefix_list *more)
{
	int i;

	for (i = 0; i < LISTS; i++) {
		if (!(lists & (1u << i)))
			continue;
		if (prefix_list_append(list_of(r->policy, i), more) < 0)
			return reading_no_memory(r);
	}
	return 0;
}

static int unknown_set(struct reading *r, const struct node *n)
{
	struct text_nearest near;
	char hint[96] = "";
	size_t i;

	text_nearest_init(&near, n->text);
	for (i = 0; i < r->sets.n; i++)
		text_nearest_try(&near, r->sets.v[i].name);
	if (near.best)
		snprintf(hint, sizeof(hint), ", did you mean '%s'?", near.best);
	return reading_expected(r, n, "a prefix or the name of a set: 'sets' has no such name%s",
				hint);
}

static int add_set(struct reading *r, const struct node *n, unsigned int lists)
{
	struct policy_set *set = policy_sets_find(&r->sets, n->text);
	unsigned int missing;
	int err;

	if (!set)
		return unknown_set(r, n);
	missing = lists & ~set->used_in;
	set->used_in |= lists;
	err = note_parts(r, missing, set);
	if (err)
		return err;
	return add_all(r, missing, &set->list);
}

static int read_entry(struct reading *r, const struct node *n, const struct field *f, void *ret)
{
	struct prefix prefix;
	struct prefix_list one = { .v = &prefix, .n = 1 };
	int err;

	(void)ret;
	if (n->kind == NODE_SCALAR && !node_is_null(n) && policy_set_name_valid(n->text))
		return add_set(r, n, f->lists);
	err = reading_prefix(r, n, "a prefix or the name of a set", &prefix);
	if (err)
		return err;
	return add_all(r, f->lists, &one);
}

static int field_prefixes(struct reading *r, const struct node *n, const struct field *f, void *ret)
{
	return entries_read(r, n, f, read_entry, ret);
}

static int field_unreadable(struct reading *r, const struct node *n, const struct field *f,
			    void *ret)
{
	struct policy *policy = ret;
	unsigned int pass = 0;
	int err = field_word(r, n, f, &pass);

	if (err)
		return err;
	policy->guard.unreadable_pass = pass;
	return 0;
}

static const char *const unreadable_words[] = { "drop", "pass", NULL };

const struct field guard_fields[] = {
	{ .key = "block", .read = field_prefixes, .lists = IN_BLOCK_SRC | IN_BLOCK_DST },
	{ .key = "block_src", .read = field_prefixes, .lists = IN_BLOCK_SRC },
	{ .key = "block_dst", .read = field_prefixes, .lists = IN_BLOCK_DST },
	{ .key = "allow", .read = field_prefixes, .lists = IN_ALLOW },
	{ .key = "unreadable", .read = field_unreadable, .words = unreadable_words },
	{},
};
