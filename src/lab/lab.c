// SPDX-License-Identifier: GPL-2.0-only
#include "lab.h"

#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include "../net/netns.h"
#include "../util/proc.h"
#include "build.h"
#include "mark.h"

/* The thread's own namespace, to come back to. */
#define HERE "/proc/thread-self/ns/net"

void lab_node_name(const struct lab_options *o, unsigned int node, char *name, size_t size)
{
	const struct lab_topology *t = o->topology ? o->topology : &lab_standard;

	snprintf(name, size, "%s-%s", o->prefix ? o->prefix : "xg", t->nodes[node].name);
}

int lab_options_check(const struct lab_options *o, struct lab_options *ret_o, struct err *e)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	const char *p = o->prefix ? o->prefix : "xg";

	if (!*p || *p == '-' || strlen(p) > 32 || p[strspn(p, letters)])
		return err_set(e, EINVAL,
			       "lab prefix '%s': 1 to 32 lower-case letters, digits and '-', the "
			       "first no '-'",
			       p);
	ret_o->prefix = p;
	ret_o->topology = o->topology ? o->topology : &lab_standard;
	return 0;
}

static int node_delete(struct lab_mark *m, const char *name, struct err *e)
{
	int err = 0;

	if (lab_mark_has(m, name))
		err = proc_run((const char *const[]){ "ip", "netns", "del", name, NULL }, NULL, 0,
			       e);
	return err ? err : lab_mark_remove(m, name, e);
}

/* A namespace that is there must be ours; nothing is made before all are known to be. */
static int nodes_check(const struct lab_options *o, const struct lab_mark *m, struct err *e)
{
	char name[64];

	for (unsigned int i = 0; o->topology->nodes[i].name; i++) {
		lab_node_name(o, i, name, sizeof(name));
		if (netns_exists(name) && !lab_mark_has(m, name))
			return err_set(e, EEXIST,
				       "network namespace '%s' exists and was not made by this "
				       "lab; choose another --prefix, or `ip netns del %s`",
				       name, name);
	}
	return 0;
}

/* Returns a bit for each namespace that was missing and is made now, also on an error. */
static int nodes_make(const struct lab_options *o, struct lab_mark *m, unsigned int *made,
		      struct err *e)
{
	char name[64];
	int err = 0;

	for (unsigned int i = 0; o->topology->nodes[i].name && !err; i++) {
		lab_node_name(o, i, name, sizeof(name));
		if (netns_exists(name))
			continue;
		err = proc_run((const char *const[]){ "ip", "netns", "add", name, NULL }, NULL, 0,
			       e);
		if (err)
			break;
		*made |= 1U << i;
		err = lab_mark_add(m, name, e);
	}
	return err;
}

static void nodes_undo(const struct lab_options *o, struct lab_mark *m, unsigned int made)
{
	struct err ignored;
	char name[64];

	for (unsigned int i = 0; i < LAB_NODES; i++) {
		if (!(made & 1U << i))
			continue;
		lab_node_name(o, i, name, sizeof(name));
		node_delete(m, name, &ignored);
	}
}

/* Fills the namespaces and brings the thread back to its namespace. */
static int build_and_return(const struct lab_options *o, struct err *e)
{
	int here, err;

	here = netns_open(HERE, e);
	if (here < 0)
		return here;
	err = lab_build(o, e);
	if (setns(here, CLONE_NEWNET) && !err)
		err = err_set(e, errno, "cannot return to the own network namespace");
	close(here);
	return err;
}

int lab_up(const struct lab_options *options, struct err *e)
{
	struct lab_options o;
	unsigned int made = 0;
	struct lab_mark m;
	int err;

	err = lab_options_check(options, &o, e);
	if (err)
		return err;
	err = lab_mark_open(o.prefix, &m, e);
	if (err)
		return err;
	err = nodes_check(&o, &m, e);
	if (err)
		goto out;
	err = nodes_make(&o, &m, &made, e);
	if (!err)
		err = build_and_return(&o, e);
	if (err)
		nodes_undo(&o, &m, made);
out:
	lab_mark_close(&m);
	return err;
}

int lab_down(const struct lab_options *options, struct err *e)
{
	struct lab_mark m;
	struct lab_options o;
	int err;

	err = lab_options_check(options, &o, e);
	if (err)
		return err;
	err = lab_mark_open(o.prefix, &m, e);
	if (err)
		return err;
	while (m.n && !err) {
		char name[64];

		snprintf(name, sizeof(name), "%s", m.made[0].name);
		err = node_delete(&m, name, e);
	}
	lab_mark_close(&m);
	return err;
}
