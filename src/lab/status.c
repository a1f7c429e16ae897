// SPDX-License-Identifier: GPL-2.0-only
#include "lab.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <unistd.h>

#include "../net/netns.h"
#include "mark.h"

static void port_status(struct lab_port_status *s)
{
	unsigned int ifindex = if_nametoindex(s->port->name);

	s->present = ifindex != 0;
	if (s->present && bpf_xdp_query_id(ifindex, 0, &s->xdp_program))
		s->xdp_program = 0;
}

static void node_ports(const struct lab_topology *t, unsigned int node, struct lab_node_status *s)
{
	for (const struct lab_link *l = t->links; l->end[0].name; l++) {
		for (int i = 0; i < 2; i++) {
			if (l->end[i].node == node && s->n_ports < LAB_NODES)
				s->ports[s->n_ports++].port = &l->end[i];
		}
	}
}

static int node_status(struct lab_node_status *s, const struct lab_mark *m, struct err *e)
{
	int err;

	s->exists = netns_exists(s->name);
	s->ours = lab_mark_has(m, s->name);
	if (!s->ours)
		return 0;
	err = netns_enter(s->name, e);
	for (unsigned int i = 0; i < s->n_ports && !err; i++)
		port_status(&s->ports[i]);
	return err;
}

static int fill(const struct lab_options *o, const struct lab_mark *m, struct lab_status *s,
		struct err *e)
{
	const struct lab_topology *t = o->topology ? o->topology : &lab_standard;
	int err = 0;

	s->up = true;
	for (unsigned int i = 0; t->nodes[i].name && !err; i++) {
		struct lab_node_status *n = &s->nodes[s->n_nodes++];

		lab_node_name(o, i, n->name, sizeof(n->name));
		node_ports(t, i, n);
		err = node_status(n, m, e);
		s->up = s->up && n->ours;
		for (unsigned int p = 0; p < n->n_ports; p++)
			s->up = s->up && n->ports[p].present;
	}
	return err;
}

int lab_status(const struct lab_options *options, struct lab_status *ret_status, struct err *e)
{
	struct lab_status s = {};
	struct lab_options o;
	struct lab_mark m;
	int here, err;

	err = lab_options_check(options, &o, e);
	if (err)
		return err;
	here = netns_open("/proc/thread-self/ns/net", e);
	if (here < 0)
		return here;
	err = lab_mark_open(o.prefix, &m, e);
	if (err)
		goto out;
	err = fill(&o, &m, &s, e);
	lab_mark_close(&m);
	if (setns(here, CLONE_NEWNET) && !err)
		err = err_set(e, errno, "cannot return to the own network namespace");
	if (!err)
		*ret_status = s;
out:
	close(here);
	return err;
}
