// SPDX-License-Identifier: GPL-2.0-only
#include "plan.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tc.h"

static struct plan_hook *plan_add(struct plan *p)
{
	size_t room = p->room ? p->room * 2 : 16;
	struct plan_hook *grown;

	if (p->n == p->room) {
		grown = realloc(p->v, room * sizeof(*grown));
		if (!grown)
			return NULL;
		p->v = grown;
		p->room = room;
	}
	memset(&p->v[p->n], 0, sizeof(p->v[p->n]));
	return &p->v[p->n++];
}

static bool plan_has(const struct plan *p, unsigned int ifindex)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (p->v[i].link.ifindex == ifindex)
			return true;
	}
	return false;
}

void plan_fall_back(struct plan_hook *h, const char *why)
{
	h->hook = tc_hook_kind(h->egress);
	h->program = h->egress ? PROGRAM_TC_OUTSIDE
			       : (h->outside ? PROGRAM_TC_RETURN : PROGRAM_TC_INSIDE);
	h->may_fall_back = false;
	snprintf(h->note, sizeof(h->note), "%s", why);
}

const char *plan_mode(const struct plan_hook *h)
{
	if (h->hook != XG_HOOK_XDP)
		return "tc";
	return h->generic ? "generic" : "native";
}

const char *plan_stack_path_reason(const struct link *l)
{
	if (strcmp(l->master_kind, "bridge") == 0)
		return "path: auto takes tcx on a bridge port: the bridge decides where its "
		       "frames go";
	if (strcmp(l->kind, "veth") == 0)
		return "path: auto takes tcx on a veth: it carries what a local stack made, and "
		       "tcx keeps GSO packets and partial checksums whole";
	if (strcmp(l->kind, "tun") == 0)
		return "path: auto takes tcx on a tap: it carries what a guest's stack made, and "
		       "tcx keeps GSO packets and partial checksums whole";
	return NULL;
}

static bool lacks_native_xdp(const struct link *l)
{
	return l->features_known && !(l->features & LINK_XDP_BASIC);
}

static void choose_ingress(struct plan_hook *h, enum policy_path path, enum policy_mode mode)
{
	const char *why = plan_stack_path_reason(&h->link);

	if (path == PATH_TC)
		return plan_fall_back(h, "the policy says path: tc");
	if (path == PATH_AUTO && mode == MODE_AUTO && why)
		return plan_fall_back(h, why);
	h->hook = XG_HOOK_XDP;
	h->program = h->outside ? PROGRAM_XDP_OUTSIDE : PROGRAM_XDP_INSIDE;
	h->generic = mode == MODE_GENERIC;
	if (h->generic)
		snprintf(h->note, sizeof(h->note), "the policy says mode: generic");
	h->may_fall_back = mode == MODE_AUTO && path == PATH_AUTO;
	if (h->may_fall_back && lacks_native_xdp(&h->link))
		plan_fall_back(h, "the driver has no native XDP");
}

static int add_link(struct plan *plan, const struct policy *p, const struct link *l,
		    const struct policy_port *port, bool outside, struct err *e)
{
	struct plan_hook *h;

	h = plan_add(plan);
	if (!h)
		return err_set(e, ENOMEM, "out of memory");
	h->link = *l;
	h->outside = outside;
	choose_ingress(h, port->path, p->mode);
	if (!outside)
		return 0;
	h = plan_add(plan);
	if (!h)
		return err_set(e, ENOMEM, "out of memory");
	h->link = *l;
	h->outside = true;
	h->egress = true;
	plan_fall_back(h, "egress has no XDP hook: tcx sees what this host and its kernel send");
	return 0;
}

static bool must_be_native(const struct policy *p, const struct policy_port *port)
{
	if (p->mode == MODE_NATIVE)
		return port->path != PATH_TC;
	return p->mode == MODE_AUTO && port->path == PATH_XDP;
}

static int check_link(const struct policy *p, const struct policy_port *port, const struct link *l,
		      struct err *e)
{
	if (!l)
		return err_at(e, EINVAL, p->name, port->line, port->column,
			      "no interface '%s' in this network namespace (`ip link` lists them)",
			      port->name);
	if (!l->ethernet)
		return err_at(e, EINVAL, p->name, port->line, port->column,
			      "'%s' is not an Ethernet interface", port->name);
	if (lacks_native_xdp(l) && must_be_native(p, port))
		return err_at(
			e, EINVAL, p->name, port->line, port->column,
			"'%s' (driver %s) has no native XDP, and the policy says %s; "
			"path: tc takes tcx, and `xgress probe %s` may know what is in the way",
			l->name, *l->driver ? l->driver : "unknown",
			p->mode == MODE_NATIVE ? "mode: native" : "path: xdp", l->name);
	return 0;
}

/* Interfaces that the policy names; they win over globs. */
static int add_named(struct plan *plan, const struct policy *p, const struct policy_ports *ports,
		     const struct link_list *links, bool outside, struct err *e)
{
	const struct link *l;
	size_t i;
	int r;

	for (i = 0; i < ports->n; i++) {
		if (ports->v[i].glob)
			continue;
		l = link_find(links, ports->v[i].name);
		if (!l && plan->only_present)
			continue;
		r = check_link(p, &ports->v[i], l, e);
		if (!r)
			r = add_link(plan, p, l, &ports->v[i], outside, e);
		if (r)
			return r;
	}
	return 0;
}

static int add_globbed(struct plan *plan, const struct policy *p, const struct policy_ports *ports,
		       const struct link_list *links, bool outside, struct err *e)
{
	size_t i, n;
	int r;

	for (i = 0; i < ports->n; i++) {
		for (n = 0; n < links->n && ports->v[i].glob; n++) {
			const struct link *l = &links->v[n];

			if (!l->ethernet || plan_has(plan, l->ifindex) ||
			    fnmatch(ports->v[i].name, l->name, 0))
				continue;
			r = check_link(p, &ports->v[i], l, e);
			if (!r)
				r = add_link(plan, p, l, &ports->v[i], outside, e);
			if (r)
				return r;
		}
	}
	return 0;
}

static bool has_outside(const struct plan *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (p->v[i].outside)
			return true;
	}
	return false;
}

static int fill_plan(struct plan *plan, const struct policy *p, const struct link_list *links,
		     struct err *e)
{
	const struct policy_port *first = &p->outside.v[0];
	int r;

	r = add_named(plan, p, &p->outside, links, true, e);
	if (!r)
		r = add_named(plan, p, &p->inside, links, false, e);
	if (!r)
		r = add_globbed(plan, p, &p->outside, links, true, e);
	if (!r && !has_outside(plan))
		r = err_at(e, EINVAL, p->name, first->line, first->column,
			   "outside: no interface matches '%s'", first->name);
	if (!r)
		r = add_globbed(plan, p, &p->inside, links, false, e);
	return r;
}

int plan_make(const struct policy *p, const struct link_list *links, bool only_present,
	      struct plan *ret_plan, struct err *e)
{
	struct plan plan = { .only_present = only_present };
	int r;

	r = fill_plan(&plan, p, links, e);
	if (r) {
		plan_release(&plan);
		return r;
	}
	*ret_plan = plan;
	return 0;
}

void plan_release(struct plan *p)
{
	free(p->v);
	memset(p, 0, sizeof(*p));
}
