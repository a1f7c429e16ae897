// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "../lab/lab.h"
#include "../util/json.h"
#include "../util/option.h"
#include "../util/proc.h"

static void print_port_json(struct json *j, const struct lab_port_status *p)
{
	json_object(j, NULL);
	json_string(j, "name", p->port->name);
	json_bool(j, "present", p->present);
	json_string(j, "mac", p->port->mac);
	json_string(j, "ipv4", p->port->ipv4);
	json_string(j, "ipv6", p->port->ipv6);
	json_number(j, "xdp_program", p->xdp_program);
	json_end_object(j);
}

static void print_json(const struct lab_options *o, const struct lab_status *s)
{
	struct json j = { .out = stdout };

	json_object(&j, NULL);
	json_string(&j, "prefix", o->prefix);
	json_bool(&j, "up", s->up);
	json_array(&j, "namespaces");
	for (unsigned int i = 0; i < s->n_nodes; i++) {
		const struct lab_node_status *n = &s->nodes[i];

		json_object(&j, NULL);
		json_string(&j, "name", n->name);
		json_bool(&j, "exists", n->exists);
		json_bool(&j, "ours", n->ours);
		json_array(&j, "interfaces");
		for (unsigned int p = 0; p < n->n_ports; p++)
			print_port_json(&j, &n->ports[p]);
		json_end_array(&j);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	putchar('\n');
}

static void print_node(const struct lab_node_status *n)
{
	if (!n->ours) {
		printf("%-16s %s\n", n->name,
		       n->exists ? "exists, but is not this lab's" : "not there");
		return;
	}
	for (unsigned int i = 0; i < n->n_ports; i++) {
		const struct lab_port_status *p = &n->ports[i];

		printf("%-16s %-5s %-12s %-13s %s", i ? "" : n->name, p->port->name, p->port->ipv4,
		       p->port->ipv6, p->port->mac);
		if (!p->present)
			printf("  missing: run `xgress lab up`");
		else if (p->xdp_program)
			printf("  XDP program %u", p->xdp_program);
		putchar('\n');
	}
}

static int print_status(const struct context *ctx, const struct lab_options *o, struct err *e)
{
	struct lab_status s;
	int err;

	err = lab_status(o, &s, e);
	if (err)
		return err;
	if (ctx->json) {
		print_json(o, &s);
		return 0;
	}
	for (unsigned int i = 0; i < s.n_nodes; i++)
		print_node(&s.nodes[i]);
	return 0;
}

static int up(const struct context *ctx, const struct lab_options *o, struct err *e)
{
	const char *x = o->prefix;
	int err;

	err = lab_up(o, e);
	if (!err)
		err = print_status(ctx, o, e);
	if (err || ctx->json)
		return err;
	printf("\nnext:\n"
	       "  ip netns exec %s-clients ping 10.2.0.2      through the gateway\n"
	       "  xgress -n %s-gateway apply FILE             inside: [lan0], outside: [wan0]\n"
	       "  xgress -n %s-gateway stats                  what happened to the packets\n"
	       "  xgress lab down%s%s\n",
	       x, x, x, strcmp(x, "xg") ? " --prefix " : "", strcmp(x, "xg") ? x : "");
	return 0;
}

/* What was applied in the gateway lies pinned under a cookie that never comes back. */
static void release_policies(const struct lab_options *o)
{
	struct lab_status s;
	struct err ignored;

	if (lab_status(o, &s, &ignored))
		return;
	for (unsigned int i = 0; i < s.n_nodes; i++) {
		if (s.nodes[i].ours)
			proc_run((const char *const[]){ "/proc/self/exe", "-n", s.nodes[i].name,
							"down", "--all", NULL },
				 NULL, 0, &ignored);
	}
}

static int down(const struct context *ctx, const struct lab_options *o, struct err *e)
{
	int err;

	release_policies(o);
	err = lab_down(o, e);
	if (err)
		return err;
	if (ctx->json)
		return print_status(ctx, o, e);
	printf("the lab '%s' is down\n", o->prefix);
	return 0;
}

static int parse(int argc, char **argv, struct lab_options *ret_o, const char **ret_verb,
		 struct err *e)
{
	static const struct option options[] = {
		{ "prefix", required_argument, NULL, 'p' },
		{ 0 },
	};
	struct lab_options given = {};
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":p:", options, NULL)) != -1) {
		if (c != 'p')
			return option_error(e, "lab", c, argv, ":p:");
		given.prefix = optarg;
	}
	if (argc - optind != 1)
		return err_set(e, EINVAL, "lab: expected one of up, down, status");
	*ret_verb = argv[optind];
	return lab_options_check(&given, ret_o, e);
}

static int run(struct context *ctx, int argc, char **argv, struct err *e)
{
	static const struct {
		const char *name;
		int (*run)(const struct context *ctx, const struct lab_options *o, struct err *e);
	} verbs[] = { { "up", up }, { "down", down }, { "status", print_status } };
	struct lab_options o;
	const char *verb = NULL;
	int err;

	err = parse(argc, argv, &o, &verb, e);
	if (err)
		return err;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!strcmp(verbs[i].name, verb))
			return verbs[i].run(ctx, &o, e);
	}
	return err_set(e, EINVAL, "lab: no '%s'; expected up, down or status", verb);
}

const struct command cmd_lab = {
	.name = "lab",
	.summary = "make or remove a small network of namespaces to try things in",
	.help = "usage: xgress lab up|down|status [--prefix NAME]\n"
		"\n"
		"  up       make the namespaces, links, addresses and routes; twice is fine\n"
		"  down     release what xgress applied in them, and delete them\n"
		"  status   show what there is\n"
		"\n"
		"  -p, --prefix NAME   a lab beside the usual one (default: xg)\n"
		"\n"
		"  NAME-clients            NAME-gateway                NAME-servers\n"
		"  c0 10.1.0.2  <---->  lan0 10.1.0.1 | wan0 10.2.0.1  <---->  s0 10.2.0.2\n"
		"     fd00:1::2              fd00:1::1     fd00:2::1               fd00:2::2\n"
		"\n"
		"Nothing outside these namespaces is touched; a namespace of the same name that\n"
		"this lab did not make is left alone. Needs root.\n",
	.run = run,
};
