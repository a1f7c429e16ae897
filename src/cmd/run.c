// SPDX-License-Identifier: GPL-2.0-only
/* xgress run: apply and stay. */
#include <errno.h>
#include <stdio.h>

#include "../watch/watch.h"
#include "cmd.h"

static void tell(const char *what, const struct err *e)
{
	if (!e)
		fprintf(stderr, "xgress: %s\n", what);
	else if (e->line)
		fprintf(stderr, "xgress: %s: %s:%d:%d: %s\n", what, e->file, e->line, e->column,
			e->message);
	else
		fprintf(stderr, "xgress: %s: %s\n", what, e->message);
}

static int run(struct context *ctx, int argc, char **argv, struct err *e)
{
	struct watch w = { .instance = ctx->instance, .tell = tell };
	int r;

	if (argc != 2)
		return err_set(e, EINVAL, "run: expected one policy FILE");
	w.file = argv[1];
	r = policy_read(w.file, &w.policy, e);
	if (r)
		return r;
	r = dataplane_apply(&w.policy, w.instance, &w.applied, e);
	if (!r) {
		tell("in force; interrupt to leave it so, `xgress down` to remove it", NULL);
		r = watch_run(&w, e);
		applied_release(&w.applied);
	}
	policy_release(&w.policy);
	return r;
}

const struct command cmd_run = {
	.name = "run",
	.summary = "apply a policy and stay: follow the file, routes and interfaces",
	.help = "usage: xgress run FILE\n"
		"\n"
		"Applies the policy and stays in the foreground. Reloads it when the file or one\n"
		"of its set files changes (through symbolic links too), or on SIGHUP; a file with\n"
		"an error is reported and changes nothing. Follows routes, neighbours and\n"
		"interfaces: changes are in force at once, and interfaces that match a glob are\n"
		"taken in as they come. Tells a service manager when it is ready (sd_notify).\n"
		"\n"
		"When it ends, even by kill -9, packets flow on as before.\n",
	.run = run,
};
