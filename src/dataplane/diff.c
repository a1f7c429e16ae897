// SPDX-License-Identifier: GPL-2.0-only
#include "diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../policy/file.h"
#include "../util/textdiff.h"
#include "journal.h"

#define TEXT_MAX (64 << 20)

/* The attached row at the same hook of the same interface, or NULL. */
static const struct xg_row *row_of(const struct instance *i, const struct plan_hook *h)
{
	int n;

	for (n = 0; i && n < XG_ROWS; n++) {
		const struct xg_row *row = &i->rows[n];

		if (row->attached && row->ifindex == h->link.ifindex && row->hook == h->hook)
			return row;
	}
	return NULL;
}

static bool is_planned(const struct plan *plan, const struct xg_row *row)
{
	size_t n;

	for (n = 0; n < plan->n; n++) {
		if (plan->v[n].link.ifindex == row->ifindex && plan->v[n].hook == row->hook)
			return true;
	}
	return false;
}

static void diff_hooks(const struct instance *i, const struct plan *plan,
		       const struct diff_told *told)
{
	const struct xg_row *row;
	size_t n;

	for (n = 0; i && n < XG_ROWS; n++) {
		row = &i->rows[n];
		if (row->attached && !is_planned(plan, row))
			told->hook('-', row->name, hook_name(row->hook), row->mode, told->data);
	}
	for (n = 0; n < plan->n; n++) {
		const struct plan_hook *h = &plan->v[n];
		char sign = ' ';

		row = row_of(i, h);
		if (!row)
			sign = '+';
		else if (strcmp(row->mode, plan_mode(h)) != 0)
			sign = '~';
		told->hook(sign, h->link.name, hook_name(h->hook), plan_mode(h), told->data);
	}
}

static int text_in_force(const struct instance *i, char **ret_text, struct err *e)
{
	struct record record;
	int r;

	r = record_open(i, i->state->now.number, &record, e);
	if (r)
		return r;
	r = record_text(&record, ret_text, e);
	record_close(&record);
	return r;
}

static int diff_text(const struct instance *i, const struct policy *p, const struct diff_told *told,
		     struct err *e)
{
	char *before = NULL, *after = NULL, *ended;
	size_t size;
	int r = 0;

	if (i)
		r = text_in_force(i, &before, e);
	if (!r)
		r = file_read(p->file, TEXT_MAX, &after, &size, e);
	if (!r) {
		ended = realloc(after, size + 1);
		after = ended ? ended : after;
		r = ended ? 0 : -ENOMEM;
	}
	if (!r) {
		after[size] = 0;
		r = textdiff(before ? before : "", after, told->line, told->data);
	}
	if (r == -ENOMEM)
		err_set(e, ENOMEM, "out of memory");
	free(before);
	free(after);
	return r;
}

int dataplane_diff(const char *instance, const struct policy *p, const struct applied *a,
		   const struct diff_told *told, uint64_t *ret_number, struct err *e)
{
	struct instance i;
	bool found;
	int r;

	r = journal_look(instance, &i, e);
	if (r && r != -ENOENT)
		return r;
	found = !r;
	*ret_number = found ? i.state->now.number : 0;
	diff_hooks(found ? &i : NULL, &a->plan, told);
	r = diff_text(found ? &i : NULL, p, told, e);
	if (found)
		instance_close(&i);
	return r;
}
