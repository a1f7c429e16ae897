// SPDX-License-Identifier: GPL-2.0-only
#include "journal.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "../util/crash.h"
#include "losses.h"
#include "record.h"
#include "rollback.h"
#include "swap.h"
#include "undo.h"

static void set_intent(struct instance *i, enum xg_intent intent)
{
	__atomic_store_n(&i->state->intent, intent, __ATOMIC_RELEASE);
	crash_point();
}

void journal_prepare(struct instance *i, uint64_t to, uint64_t confirm_by_ns)
{
	i->state->from = i->state->now.number;
	i->state->to = to;
	i->state->to_confirm_by_ns = confirm_by_ns;
	set_intent(i, XG_INTENT_PREPARE);
}

void journal_begin(struct instance *i)
{
	set_intent(i, XG_INTENT_SWAP);
}

/* Hooks as the record of `from` has them. The first error is kept, the rest is done anyway. */
static int swap_back(struct instance *i, struct err *e)
{
	struct record r;
	struct err rest;
	int err, taken;

	err = record_open(i, i->state->from, &r, e);
	if (err)
		return err;
	err = swap_put(i, &r, e);
	taken = swap_take_rest(i, &r, err ? &rest : e);
	record_close(&r);
	return err ? err : taken;
}

/* A journal that cannot be read does not keep the hooks undecided: down will ask for it again. */
static int tidy_up(struct instance *i, struct err *e)
{
	int err = undo_unused(i, e);

	set_intent(i, XG_INTENT_NONE);
	return err;
}

int journal_revert(struct instance *i, struct err *e)
{
	int err = 0;

	if (!i->state->from)
		return journal_down(i, e);
	if (i->state->intent != XG_INTENT_PREPARE)
		err = swap_back(i, e);
	if (!err)
		err = records_remove(i, i->state->from, i->state->previous, e);
	return err ? err : tidy_up(i, e);
}

static void write_rows(struct instance *i, const struct record *r)
{
	size_t n;

	for (n = 0; n < XG_ROWS; n++)
		i->rows[n].attached = 0;
	for (n = 0; n < r->about->places; n++) {
		if (r->places[n].n < XG_ROWS)
			i->rows[r->places[n].n] = r->places[n].row;
	}
}

/* Each step may be done again: a crash in between is followed by the same from its beginning. */
static int finish(struct instance *i, struct err *e)
{
	struct xg_state *s = i->state;
	struct record r;
	int err;

	err = record_open(i, s->to, &r, e);
	if (err)
		return err;
	write_rows(i, &r);
	s->now = *r.about;
	s->previous = s->from;
	s->confirm_by_ns = s->to_confirm_by_ns;
	if (s->last < s->to)
		s->last = s->to;
	crash_point();
	err = swap_take_rest(i, &r, e);
	record_close(&r);
	if (!err)
		err = records_remove(i, s->to, s->from, e);
	return err ? err : tidy_up(i, e);
}

int journal_commit(struct instance *i, struct err *e)
{
	set_intent(i, XG_INTENT_COMMIT);
	return finish(i, e);
}

int journal_down(struct instance *i, struct err *e)
{
	int err;

	if (i->state) {
		i->state->now.token = 0; /* who still looks at this memory knows by it */
		set_intent(i, XG_INTENT_DOWN);
	}
	err = swap_take_rest(i, NULL, e);
	if (!err)
		err = undo_all(i, e);
	if (err)
		return err;
	losses_release(i);
	crash_point();
	return instance_remove(i, e);
}

static int settle(struct instance *i, struct err *e)
{
	struct xg_state *s = i->state;
	int err = 0;

	if (s->intent == XG_INTENT_COMMIT)
		err = finish(i, e);
	else if (s->intent == XG_INTENT_SWAP || s->intent == XG_INTENT_PREPARE)
		err = journal_revert(i, e);
	else if (s->intent == XG_INTENT_DOWN)
		err = journal_down(i, e);
	if (!err && rollback_is_due(i))
		err = rollback(i, e);
	return err;
}

/* What is left of an instance without a state is nothing that anybody could want. */
static int open_and_clear(const char *name, int flags, struct instance *i, struct err *e)
{
	int how = INSTANCE_LOCK | INSTANCE_CHECK | INSTANCE_REMAINS | (flags & INSTANCE_NO_WAIT);
	int err;

	err = instance_open(name, how, i, e);
	if (!err && (!i->state || !i->state->last)) {
		err = journal_down(i, e);
		instance_close(i);
		return err ? err
			   : err_set(e, ENOENT,
				     "nothing is applied here; what an interrupted command had "
				     "left of the instance '%s' was removed",
				     name);
	}
	return err;
}

int journal_open(const char *name, int flags, struct instance *ret_instance, struct err *e)
{
	struct instance i;
	int err;

	err = open_and_clear(name, flags, &i, e);
	if (!err) {
		err = settle(&i, e);
		if (!err && i.state->last && i.state->now.token) {
			*ret_instance = i;
			return 0;
		}
		instance_close(&i);
		if (!err)
			err = err_set(e, ENOENT, "nothing is applied here any more (instance '%s')",
				      name);
	}
	if (err != -ENOENT || !(flags & INSTANCE_CREATE))
		return err;
	return instance_open(name, flags | INSTANCE_LOCK, ret_instance, e);
}

static bool needs_settling(const struct instance *i)
{
	return !i->state || !i->state->now.number || i->state->intent != XG_INTENT_NONE ||
	       rollback_is_due(i);
}

/* Where a writer is at work, it is not a crash that we see. */
static int settle_now(const char *name, struct err *e)
{
	struct instance i;
	int err;

	err = journal_open(name, INSTANCE_NO_WAIT, &i, e);
	if (!err)
		instance_close(&i);
	return err == -EBUSY ? 0 : err;
}

int journal_look(const char *name, struct instance *ret_instance, struct err *e)
{
	struct instance i;
	int err;

	err = instance_open(name, INSTANCE_REMAINS, &i, e);
	if (!err && needs_settling(&i)) {
		instance_close(&i);
		err = settle_now(name, e);
		if (!err)
			err = instance_open(name, INSTANCE_READ, &i, e);
	}
	if (!err && !i.state->now.number) {
		instance_close(&i);
		return err_set(e, ENOENT, "the first apply is still under way");
	}
	if (!err)
		*ret_instance = i;
	return err;
}
