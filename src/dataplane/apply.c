// SPDX-License-Identifier: GPL-2.0-only
#include "apply.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admission.h"
#include "hook.h"
#include "journal.h"
#include "losses.h"
#include "rollback.h"
#include "rows.h"
#include "sweep.h"

void applied_release(struct applied *a)
{
	plan_release(&a->plan);
	generation_free(a->generation);
	memset(a, 0, sizeof(*a));
}

static int check_others(const struct instance *i, const struct plan *plan, struct err *e)
{
	char other[256];
	size_t n;

	if (sweep_finds_other_layout(other, sizeof(other)))
		return err_set(e, EBUSY,
			       "%s was pinned by another version of xgress; end it there with that "
			       "version's `down`, or with `xgress down --stale`",
			       other);
	for (n = 0; n < plan->n; n++) {
		if (rows_held_by_other(i, plan->v[n].link.ifindex, other, sizeof(other)))
			return err_set(e, EBUSY,
				       "%s: belongs to the instance '%s'; take it out there, or "
				       "`xgress --instance %s down`",
				       plan->v[n].link.name, other, other);
	}
	return 0;
}

static int check_turn(const struct instance *i, const struct apply_options *o, struct err *e)
{
	if (o->only_after && o->only_after != i->state->now.token)
		return err_set(e, ESTALE, "another apply is in force now");
	if (i->state->confirm_by_ns)
		return err_set(
			e, EBUSY,
			"generation %" PRIu64
			" waits to be confirmed: `xgress confirm` or `xgress rollback` first",
			(uint64_t)i->state->now.number);
	return 0;
}

static int assign_rows(struct instance *i, struct plan *plan, struct err *e)
{
	size_t n;
	int row;

	for (n = 0; n < plan->n; n++) {
		row = rows_take(i, plan->v[n].link.name, plan->v[n].egress, e);
		if (row < 0)
			return row;
		plan->v[n].row = row;
	}
	return 0;
}

static void write_place(const struct policy *p, const struct plan_hook *h,
			const struct generation *g, struct xg_place *place)
{
	struct xg_row *row = &place->row;

	memset(place, 0, sizeof(*place));
	place->n = h->row;
	place->program = h->program;
	row->ifindex = h->link.ifindex;
	row->hook = h->hook;
	row->outside = h->outside;
	row->attached = 1;
	row->program_id = generation_program_id(g, h->program);
	snprintf(row->name, sizeof(row->name), "%s", h->link.name);
	snprintf(row->mode, sizeof(row->mode), "%s", plan_mode(h));
	snprintf(row->note, sizeof(row->note), "%s", h->note);
	row->forward = admission_flags(p);
	admission_write(h, row);
}

/* Where `auto` allows it, what the driver refuses is taken by tcx. */
static int attach_one(const struct instance *i, const struct policy *p, struct plan_hook *h,
		      const struct generation *g, struct xg_place *place, struct err *e)
{
	char note[sizeof(h->note)];
	int r;

	r = hook_put(i, place, generation_program(g, h->program), e);
	if (!r || !h->may_fall_back || r == -EBUSY || r == -ENODEV)
		return r;
	snprintf(note, sizeof(note), "native XDP is refused: %s", strerror(-r));
	plan_fall_back(h, note);
	write_place(p, h, g, place);
	return hook_put(i, place, generation_program(g, h->program), e);
}

/* Everything that can fail comes before the first hook is touched. */
static int write_record(struct instance *i, const struct policy *p, const struct applied *a,
			struct record *ret_record, struct err *e)
{
	const struct plan *plan = &a->plan;
	size_t n;
	int r;

	r = record_create(i, i->state->to, p, plan->n, ret_record, e);
	if (r)
		return r;
	for (n = 0; n < plan->n; n++)
		write_place(p, &plan->v[n], a->generation, &ret_record->places[n]);
	r = generation_pin(a->generation, ret_record, e);
	if (r)
		record_close(ret_record);
	return r;
}

static int attach_all(struct instance *i, const struct policy *p, struct applied *a,
		      struct record *record, struct err *e)
{
	size_t n;
	int r = 0;

	a->number = record->about->number;
	a->token = record->about->token;
	journal_begin(i);
	for (n = 0; n < a->plan.n && !r; n++)
		r = attach_one(i, p, &a->plan.v[n], a->generation, &record->places[n], e);
	record_close(record);
	return r;
}

static int swap(struct instance *i, const struct policy *p, struct applied *a, struct err *e)
{
	struct record record;
	struct err ignored;
	int r;

	r = records_remove(i, i->state->now.number, i->state->previous, e);
	if (r)
		return r; /* what lies in our way is not ours */
	journal_prepare(i, i->state->last + 1, a->confirm_by_ns);
	r = write_record(i, p, a, &record, e);
	if (!r)
		r = attach_all(i, p, a, &record, e);
	if (r)
		journal_revert(i, &ignored);
	else
		journal_commit(i, &a->warning);
	return r;
}

/* The interfaces as the kernel has them once the programs are attached. */
static int tell_ports(struct applied *a, struct err *e)
{
	struct link_list links;
	int r;

	r = link_list_read(&links, e);
	if (r)
		return r;
	r = generation_set_ports(a->generation, &a->plan, &links, e);
	link_list_release(&links);
	return r;
}

static int resolve(const struct policy *p, bool only_present, struct plan *ret_plan, struct err *e)
{
	struct link_list links;
	int r;

	r = link_list_read(&links, e);
	if (r)
		return r;
	r = plan_make(p, &links, only_present, ret_plan, e);
	link_list_release(&links);
	if (r)
		return r;
	r = admission_decide(p, ret_plan, e);
	if (r)
		plan_release(ret_plan);
	return r;
}

static int apply_locked(struct instance *i, const struct policy *p, const struct apply_options *o,
			struct applied *a, struct err *e)
{
	int r;

	r = check_turn(i, o, e);
	if (!r)
		r = check_others(i, &a->plan, e);
	if (!r)
		r = assign_rows(i, &a->plan, e);
	if (!r)
		r = generation_load(p, &a->plan, i, &a->generation, e);
	if (!r)
		r = tell_ports(a, e);
	if (!r)
		r = generation_learn_routing(a->generation, NULL, e);
	if (r)
		return r;
	losses_watch(i, &a->plan, p->ledger);
	if (o->confirm_ns)
		a->confirm_by_ns = rollback_clock_ns() + o->confirm_ns;
	r = swap(i, p, a, e);
	/* Some drivers can be redirected to only once a program is attached. */
	if (!r && !a->warning.message[0])
		tell_ports(a, &a->warning);
	return r;
}

static int apply(const struct policy *p, const char *instance, const struct apply_options *o,
		 struct applied *a, struct err *e)
{
	struct instance i;
	struct err ignored;
	int r;

	r = resolve(p, o->only_present, &a->plan, e);
	if (r)
		return r;
	r = journal_open(instance, o->only_after ? 0 : INSTANCE_CREATE, &i, e);
	if (r == -ENOENT && o->only_after)
		return err_set(e, ESTALE, "taken down by another command");
	if (r)
		return r;
	r = apply_locked(&i, p, o, a, e);
	if (r && !i.state->last && i.state->intent == XG_INTENT_NONE)
		journal_down(&i, &ignored); /* the first one, and it never began */
	instance_close(&i);
	return r;
}

int dataplane_apply(const struct policy *p, const char *instance, const struct apply_options *o,
		    struct applied *ret_applied, struct err *e)
{
	const struct apply_options none = { 0 };
	struct applied a = { 0 };
	int r;

	r = apply(p, instance, o ? o : &none, &a, e);
	if (r)
		applied_release(&a);
	else
		*ret_applied = a;
	return r;
}

static int try_load(const struct policy *p, const char *instance, struct applied *a, struct err *e)
{
	struct instance i;
	int r;

	r = instance_locate(instance, &i, e);
	if (!r)
		r = check_others(&i, &a->plan, e);
	if (!r)
		r = generation_load(p, &a->plan, NULL, &a->generation, e);
	return r;
}

int dataplane_try(const struct policy *p, const char *instance, struct applied *ret_applied,
		  struct err *e)
{
	struct applied a = { 0 };
	int r;

	r = resolve(p, false, &a.plan, e);
	if (!r && geteuid() == 0)
		r = try_load(p, instance, &a, e);
	if (r) {
		applied_release(&a);
		return r;
	}
	*ret_applied = a;
	return 0;
}

int dataplane_down(const char *instance, struct err *e)
{
	struct instance i;
	int r;

	r = instance_open(instance, INSTANCE_LOCK | INSTANCE_REMAINS, &i, e);
	if (r)
		return r;
	r = journal_down(&i, e);
	instance_close(&i);
	return r;
}
