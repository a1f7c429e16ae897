// SPDX-License-Identifier: GPL-2.0-only
#include "apply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "admission.h"
#include "hook.h"
#include "losses.h"

void applied_release(struct applied *a)
{
	plan_release(&a->plan);
	generation_free(a->generation);
	memset(a, 0, sizeof(*a));
}

struct conflict {
	const struct plan *plan;
	struct err *e;
	int result;
};

static void check_row(const char *instance, const struct xg_row *row, void *data)
{
	struct conflict *c = data;
	size_t i;

	for (i = 0; i < c->plan->n && !c->result; i++) {
		if (c->plan->v[i].link.ifindex == row->ifindex)
			c->result = err_set(c->e, EBUSY,
					    "%s: belongs to the instance '%s'; take it out there, "
					    "or `xgress --instance %s down`",
					    row->name, instance, instance);
	}
}

static int check_others(const struct instance *i, const struct plan *plan, struct err *e)
{
	struct conflict c = { .plan = plan, .e = e };

	instance_visit_others(i, check_row, &c);
	return c.result;
}

static int assign_rows(struct instance *i, struct plan *plan, struct err *e)
{
	size_t n;
	int row;

	for (n = 0; n < plan->n; n++) {
		row = instance_row(i, plan->v[n].link.name, plan->v[n].egress, e);
		if (row < 0)
			return row;
		plan->v[n].row = row;
	}
	return 0;
}

/* Where `auto` allows it, what the driver refuses is taken by tcx. */
static int attach_one(const struct instance *i, struct plan_hook *h, const struct generation *g,
		      struct hook_change *ret_change, struct err *e)
{
	char note[sizeof(h->note)];
	int r;

	r = hook_attach(i, h, generation_program(g, h->program), ret_change, e);
	if (!r || !h->may_fall_back || r == -EBUSY)
		return r;
	snprintf(note, sizeof(note), "native XDP is refused: %s", strerror(-r));
	plan_fall_back(h, note);
	return hook_attach(i, h, generation_program(g, h->program), ret_change, e);
}

static void write_row(struct instance *i, const struct policy *p, const struct plan_hook *h,
		      const struct generation *g, const struct hook_change *c)
{
	struct xg_row *row = &i->rows[h->row];

	row->made_clsact |= c->made_clsact;
	row->ifindex = h->link.ifindex;
	row->hook = h->hook;
	row->outside = h->outside;
	row->attached = 1;
	row->program_id = generation_program_id(g, h->program);
	snprintf(row->mode, sizeof(row->mode), "%s", plan_mode(h));
	snprintf(row->note, sizeof(row->note), "%s", h->note);
	row->forward_auto = p->forward == FORWARD_AUTO;
	admission_write(h, row);
}

/* What the plan does not have any more, or has at another hook or interface. */
static int detach_rest(struct instance *i, const struct xg_row *before, const struct plan *plan,
		       struct err *e)
{
	size_t k;
	int n, r;

	for (n = 0; n < XG_ROWS; n++) {
		if (!before[n].attached)
			continue;
		for (k = 0; k < plan->n; k++) {
			if (plan->v[k].row == n && plan->v[k].hook == before[n].hook &&
			    plan->v[k].link.ifindex == before[n].ifindex)
				break;
		}
		if (k < plan->n)
			continue;
		r = hook_detach(i, &before[n], e);
		if (r)
			return r;
		if (i->rows[n].ifindex == before[n].ifindex && i->rows[n].hook == before[n].hook)
			i->rows[n].attached = i->rows[n].made_clsact = 0;
	}
	return 0;
}

/* All hooks or none. */
static int attach_all(struct instance *i, struct plan *plan, const struct generation *g,
		      struct hook_change *changes, struct err *e)
{
	size_t n;
	int r = 0;

	for (n = 0; n < plan->n && !r; n++)
		r = attach_one(i, &plan->v[n], g, &changes[n], e);
	if (!r)
		return 0;
	for (n--; n-- > 0;)
		hook_revert(i, &plan->v[n], &changes[n]);
	return r;
}

static int swap(struct instance *i, const struct policy *p, struct applied *a, struct err *e)
{
	struct hook_change *changes = calloc(a->plan.n, sizeof(*changes));
	struct xg_row *before = malloc(XG_ROWS * sizeof(*before));
	size_t n;
	int r;

	if (!changes || !before) {
		r = err_set(e, ENOMEM, "out of memory");
		goto out;
	}
	memcpy(before, i->rows, XG_ROWS * sizeof(*before));
	r = attach_all(i, &a->plan, a->generation, changes, e);
	if (r)
		goto out;
	for (n = 0; n < a->plan.n; n++) {
		write_row(i, p, &a->plan.v[n], a->generation, &changes[n]);
		hook_commit(&changes[n]);
	}
	i->state->applied_at = time(NULL);
	snprintf(i->state->policy, sizeof(i->state->policy), "%s", p->file);
	a->number = ++i->state->generation;
	r = generation_pin(a->generation, i, e);
	if (!r)
		r = detach_rest(i, before, &a->plan, e);
out:
	free(changes);
	free(before);
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

static int resolve(const struct policy *p, struct plan *ret_plan, struct err *e)
{
	struct link_list links;
	int r;

	r = link_list_read(&links, e);
	if (r)
		return r;
	r = plan_make(p, &links, ret_plan, e);
	link_list_release(&links);
	if (r)
		return r;
	r = admission_decide(p, ret_plan, e);
	if (r)
		plan_release(ret_plan);
	return r;
}

static int apply_locked(struct instance *i, const struct policy *p, struct applied *a,
			struct err *e)
{
	int r;

	r = check_others(i, &a->plan, e);
	if (!r)
		r = assign_rows(i, &a->plan, e);
	if (!r)
		r = generation_load(p, &a->plan, i, &a->generation, e);
	if (!r)
		r = tell_ports(a, e);
	if (!r)
		r = generation_learn_routing(a->generation, NULL, e);
	if (!r)
		losses_watch(i, &a->plan, p->ledger);
	if (!r)
		r = swap(i, p, a, e);
	/* Some drivers can be redirected to only once a program is attached. */
	if (!r)
		r = tell_ports(a, e);
	return r;
}

int dataplane_apply(const struct policy *p, const char *instance, struct applied *ret_applied,
		    struct err *e)
{
	struct applied a = { 0 };
	struct instance i;
	struct err ignored;
	int r;

	r = resolve(p, &a.plan, e);
	if (r)
		return r;
	r = instance_open(instance, INSTANCE_CREATE | INSTANCE_LOCK, &i, e);
	if (r)
		goto fail;
	r = apply_locked(&i, p, &a, e);
	if (r && !i.state->generation) {
		losses_release(&i);
		instance_remove(&i, &ignored);
	}
	instance_close(&i);
	if (r)
		goto fail;
	*ret_applied = a;
	return 0;
fail:
	applied_release(&a);
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

	r = resolve(p, &a.plan, e);
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
	int n, r;

	r = instance_open(instance, INSTANCE_LOCK, &i, e);
	if (r)
		return r;
	for (n = 0; n < XG_ROWS && !r; n++) {
		if (!i.rows[n].attached)
			continue;
		r = hook_detach(&i, &i.rows[n], e);
		i.rows[n].attached = !!r;
		i.rows[n].made_clsact &= !!r;
	}
	if (!r) {
		losses_release(&i);
		r = instance_remove(&i, e);
	}
	instance_close(&i);
	return r;
}
