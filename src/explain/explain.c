// SPDX-License-Identifier: GPL-2.0-only
#include "explain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dataplane/journal.h"
#include "../util/line.h"
#include "stages.h"

#define TAG_SIZE   4
#define TAG_AT     12
#define NAMES_TEXT 512

struct explainer {
	struct instance instance;
	const struct xg_row *row;
	const struct xg_port *port;
	struct twin *twin;
	struct guard_names *names;
	uint8_t frame[TWIN_PACKET];
};

static const char *list_rows(const struct instance *i, bool egress, char *text, size_t size)
{
	struct line l;
	int n;

	line_begin(&l, text, size);
	for (n = 0; n < XG_ROWS; n++) {
		if (i->rows[n].attached && hook_is_egress(i->rows[n].hook) == egress)
			line_add(&l, "%s%s", *text ? ", " : "", i->rows[n].name);
	}
	return text;
}

static int find_named(const struct instance *i, const char *name, bool egress,
		      const struct xg_row **ret_row, struct err *e)
{
	char names[NAMES_TEXT];
	int n;

	for (n = 0; n < XG_ROWS; n++) {
		const struct xg_row *row = &i->rows[n];

		if (!row->attached || hook_is_egress(row->hook) != egress ||
		    strcmp(row->name, name) != 0)
			continue;
		*ret_row = row;
		return 0;
	}
	return err_set(e, EINVAL, "%s=%s: the policy in force has no program there; %s= may be: %s",
		       egress ? "out" : "in", name, egress ? "out" : "in",
		       list_rows(i, egress, names, sizeof(names)));
}

static int find_only(const struct instance *i, const struct xg_row **ret_row, struct err *e)
{
	const struct xg_row *found = NULL;
	char in[NAMES_TEXT], out[NAMES_TEXT];
	int n, several = 0;

	for (n = 0; n < XG_ROWS; n++) {
		if (!i->rows[n].attached || i->rows[n].outside)
			continue;
		several += !!found;
		found = &i->rows[n];
	}
	if (!found || several)
		return err_set(e, EINVAL,
			       "where does the packet come in, or go out? in= may be: %s; out= may "
			       "be: %s",
			       list_rows(i, false, in, sizeof(in)),
			       list_rows(i, true, out, sizeof(out)));
	*ret_row = found;
	return 0;
}

static int find_row(const struct instance *i, const char *in, const char *out,
		    const struct xg_row **ret_row, struct err *e)
{
	if (*in)
		return find_named(i, in, false, ret_row, e);
	if (*out)
		return find_named(i, out, true, ret_row, e);
	return find_only(i, ret_row, e);
}

static int open_all(struct explainer *x, const char *in, const char *out, struct err *e)
{
	int r;

	r = find_row(&x->instance, in, out, &x->row, e);
	if (!r)
		r = twin_new(&x->instance, x->row, &x->twin, e);
	if (r)
		return r;
	x->port = twin_port(x->twin, x->row->ifindex);
	if (!x->port)
		return err_set(e, ENODEV, "%s: its program does not know the interface (any more)",
			       x->row->name);
	x->names = guard_names_new(x->instance.state->now.policy);
	return x->names ? 0 : err_set(e, ENOMEM, "out of memory");
}

int explainer_new(const char *instance, const char *in, const char *out,
		  struct explainer **ret_explainer, struct err *e)
{
	struct explainer *x = calloc(1, sizeof(*x));
	int r;

	if (!x)
		return err_set(e, ENOMEM, "out of memory");
	r = journal_look(instance, &x->instance, e);
	if (r) {
		free(x);
		return r;
	}
	r = open_all(x, in, out, e);
	if (r) {
		explainer_free(x);
		return r;
	}
	*ret_explainer = x;
	return 0;
}

void explainer_free(struct explainer *x)
{
	if (!x)
		return;
	twin_free(x->twin);
	guard_names_free(x->names);
	instance_close(&x->instance);
	free(x);
}

const uint8_t *explainer_mac(const struct explainer *x)
{
	return x->port->mac;
}

bool explainer_outward(const struct explainer *x)
{
	return hook_is_egress(x->row->hook);
}

static bool is_tag(const uint8_t *at)
{
	return (at[0] == 0x81 && at[1] == 0x00) || (at[0] == 0x88 && at[1] == 0xa8);
}

/*
 * Where a packet comes in at TC, the kernel has taken its first VLAN tag off and beside it, which
 * a test run cannot say. One tag in the frame is judged as one beside it; of several the first
 * has to go, so that as many are left in the frame as the program would find.
 */
static size_t as_hook_sees(struct explainer *x, const uint8_t *packet, size_t size)
{
	bool ingress = x->row->hook != XG_HOOK_XDP && !hook_is_egress(x->row->hook);
	bool strip = ingress && size >= TAG_AT + 2 * TAG_SIZE && is_tag(packet + TAG_AT) &&
		     is_tag(packet + TAG_AT + TAG_SIZE);

	memcpy(x->frame, packet, TAG_AT);
	if (strip)
		size -= TAG_SIZE;
	memcpy(x->frame + TAG_AT, packet + TAG_AT + (strip ? TAG_SIZE : 0), size - TAG_AT);
	return size;
}

static struct explain_exit exit_of(struct explainer *x, const struct twin_answer *a,
				   const uint8_t *came, size_t size)
{
	struct explain_exit exit = { .reason = a->reason };

	if (XG_REASONS_THAT_DROP >> a->reason & 1)
		return exit;
	exit.packet = came;
	exit.size = size;
	if (a->reason == XG_REASON_PERMITTED)
		snprintf(exit.interface, sizeof(exit.interface), "%s", x->row->name);
	if (a->reason == XG_REASON_FORWARDED) {
		if_indextoname(a->seen.nexthop.ifindex, exit.interface);
		exit.packet = a->packet;
		exit.size = a->size;
	}
	return exit;
}

static int run_once(struct explainer *x, const uint8_t *packet, size_t size, struct explain_way *w,
		    struct err *e)
{
	struct stages_facts f = {
		x->twin, &x->instance, x->row, x->names, x->frame, 0, &w->answer
	};
	int r;

	f.size = as_hook_sees(x, packet, size);
	r = twin_run(x->twin, x->frame, f.size, &w->answer, e);
	if (r)
		return r;
	w->exit = exit_of(x, &w->answer, packet, size);
	stages_tell(&f, w);
	return 0;
}

int explainer_run(struct explainer *x, const uint8_t *packet, size_t size, struct explanation *ret,
		  struct err *e)
{
	int r;

	if (size < TAG_AT + 2 || size > sizeof(x->frame))
		return err_set(e, EINVAL, "a frame has 14 to %zu bytes, this one %zu",
			       sizeof(x->frame), size);
	ret->row = x->row;
	r = run_once(x, packet, size, &ret->way, e);
	if (!r && ret->way.answer.reason == XG_REASON_REFRESH)
		r = run_once(x, packet, size, &ret->then, e);
	return r;
}
