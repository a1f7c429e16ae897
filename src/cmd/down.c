// SPDX-License-Identifier: GPL-2.0-only
/* xgress down: leave the machine as it was. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "../dataplane/apply.h"
#include "../dataplane/sweep.h"
#include "../util/json.h"
#include "../util/option.h"
#include "cmd.h"

enum down_what { DOWN_ONE, DOWN_ALL, DOWN_STALE };

static int down_options(int argc, char **argv, enum down_what *ret_what, struct err *e)
{
	static const struct option options[] = { { "all", no_argument, NULL, DOWN_ALL },
						 { "stale", no_argument, NULL, DOWN_STALE },
						 { 0 } };
	int c;

	*ret_what = DOWN_ONE;
	while ((c = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (c != DOWN_ALL && c != DOWN_STALE)
			return option_error(e, "down", c, argv, ":");
		if (*ret_what != DOWN_ONE && *ret_what != (enum down_what)c)
			return err_set(e, EINVAL, "down: --all or --stale, one after the other");
		*ret_what = c;
	}
	if (optind < argc)
		return err_set(e, EINVAL, "down: '%s' is not expected", argv[optind]);
	return 0;
}

static void tell(const char *path, void *data)
{
	struct json *j = data;

	if (j)
		json_string(j, NULL, path);
	else
		printf("removed %s\n", path);
}

static int down_many(const struct context *ctx, enum down_what what, struct err *e)
{
	struct json j = { .out = stdout };
	const struct sweep sweep = { tell, ctx->json ? &j : NULL };
	int r;

	if (ctx->json) {
		json_object(&j, NULL);
		json_array(&j, "removed");
	}
	r = what == DOWN_ALL ? sweep_all(&sweep, e) : sweep_stale(&sweep, e);
	if (ctx->json) {
		json_end_array(&j);
		json_end_object(&j);
		putchar('\n');
	}
	return r;
}

static int run(struct context *ctx, int argc, char **argv, struct err *e)
{
	enum down_what what;
	int r;

	r = down_options(argc, argv, &what, e);
	if (r)
		return r;
	if (what != DOWN_ONE)
		return down_many(ctx, what, e);
	r = dataplane_down(ctx->instance, e);
	if (r == -ENOENT) /* the state that was asked for */
		r = 0;
	if (!r && ctx->json)
		puts("{}");
	return r;
}

const struct command cmd_down = {
	.name = "down",
	.summary = "detach and unpin everything of this instance",
	.help = "usage: xgress down [--all | --stale] [-j]\n"
		"\n"
		"Detaches every program of this instance in this network namespace, removes its\n"
		"pins and counters, and puts back what xgress changed (a clsact qdisc that it\n"
		"added, unless others' filters are in it by now). Others' programs stay. Where\n"
		"nothing is applied, nothing is done. A `xgress run` that goes on ends.\n"
		"\n"
		"  --all     every instance of this network namespace\n"
		"  --stale   what is pinned for network namespaces that are gone, and what "
		"another\n"
		"            version of xgress has left in this one\n",
	.run = run,
};
