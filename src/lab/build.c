// SPDX-License-Identifier: GPL-2.0-only
#include "build.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <unistd.h>

#include "../net/netns.h"
#include "../util/proc.h"

#define LAB_WORDS 24

static int run_words(const char *words, struct err *e)
{
	char copy[256], *rest = copy;
	const char *argv[LAB_WORDS + 1] = {};

	snprintf(copy, sizeof(copy), "%s", words);
	for (int i = 0; i < LAB_WORDS && rest; i++)
		argv[i] = strsep(&rest, " ");
	return proc_run(argv, NULL, 0, e);
}

/* /proc/sys/net shows the namespace of the thread that opens it. */
static int write_sysctl(const char *key, const char *value, struct err *e)
{
	char path[128];
	int fd, err = 0;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", key);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, errno, "%s: %s", path, strerror(errno));
	if (write(fd, value, strlen(value)) < 0)
		err = err_set(e, errno, "%s: %s", path, strerror(errno));
	close(fd);
	return err;
}

struct sysctl {
	const char *key, *value;
};

/* No duplicate address detection, no router solicitations: traffic is what a test sends. */
static const struct sysctl quiet[] = {
	{ "ipv6/conf/all/accept_dad", "0" },
	{ "ipv6/conf/default/accept_dad", "0" },
	{ "ipv6/conf/all/accept_ra", "0" },
	{ "ipv6/conf/default/accept_ra", "0" },
	{ "ipv6/conf/default/router_solicitations", "0" },
	{ "ipv4/conf/all/rp_filter", "0" },
	{ "ipv4/conf/default/rp_filter", "0" },
	{},
};

static const struct sysctl router[] = {
	{ "ipv4/ip_forward", "1" },
	{ "ipv6/conf/all/forwarding", "1" },
	{ "ipv6/conf/default/forwarding", "1" },
	{},
};

static int write_sysctls(const struct sysctl *s, struct err *e)
{
	int err = 0;

	for (; s->key && !err; s++)
		err = write_sysctl(s->key, s->value, e);
	return err;
}

static int enter_node(const struct lab_options *o, unsigned int node, struct err *e)
{
	char name[64];

	lab_node_name(o, node, name, sizeof(name));
	return netns_enter(name, e);
}

static int build_node(const struct lab_options *o, unsigned int node, struct err *e)
{
	int err;

	err = enter_node(o, node, e);
	if (!err)
		err = write_sysctls(quiet, e);
	if (!err && o->topology->nodes[node].router)
		err = write_sysctls(router, e);
	if (!err)
		err = run_words("ip link set lo up", e);
	return err;
}

static int build_pair(const struct lab_options *o, const struct lab_link *l, struct err *e)
{
	const struct lab_port *a = &l->end[0], *b = &l->end[1];
	char words[256], peer[64];
	int err;

	err = enter_node(o, a->node, e);
	if (err)
		return err;
	if (if_nametoindex(a->name))
		return 0;
	lab_node_name(o, b->node, peer, sizeof(peer));
	snprintf(words, sizeof(words),
		 "ip link add %s address %s type veth peer name %s address %s netns %s", a->name,
		 a->mac, b->name, b->mac, peer);
	return run_words(words, e);
}

static int build_port(const struct lab_options *o, const struct lab_port *p, struct err *e)
{
	char words[4][128];
	int n = 0, err;

	snprintf(words[n++], 128, "ip link set %s address %s up", p->name, p->mac);
	snprintf(words[n++], 128, "ip addr replace %s dev %s", p->ipv4, p->name);
	snprintf(words[n++], 128, "ip addr replace %s dev %s nodad", p->ipv6, p->name);
	snprintf(words[n++], 128, "ethtool -K %s gro %s", p->name, p->gro ? "on" : "off");
	err = enter_node(o, p->node, e);
	for (int i = 0; i < n && !err; i++)
		err = run_words(words[i], e);
	return err;
}

static int build_link(const struct lab_options *o, const struct lab_link *l, struct err *e)
{
	int err;

	err = build_pair(o, l, e);
	if (!err)
		err = build_port(o, &l->end[0], e);
	if (!err)
		err = build_port(o, &l->end[1], e);
	return err;
}

int lab_build(const struct lab_options *o, struct err *e)
{
	const struct lab_topology *t = o->topology;
	int err = 0;

	for (unsigned int i = 0; t->nodes[i].name && !err; i++)
		err = build_node(o, i, e);
	for (const struct lab_link *l = t->links; l->end[0].name && !err; l++)
		err = build_link(o, l, e);
	for (const struct lab_command *c = t->commands; c->words && !err; c++) {
		err = enter_node(o, c->node, e);
		if (!err)
			err = run_words(c->words, e);
	}
	return err;
}
