// SPDX-License-Identifier: GPL-2.0-only
/* xgress run: apply and stay. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <time.h>

#include "../util/caps.h"
#include "../util/option.h"
#include "../watch/watch.h"
#include "cmd.h"
#include "error.h"
#include "preflight.h"

/* What `tell` has of the context. */
static bool as_json;

static void tell_json(const char *what, const struct err *e)
{
	struct json j = { .out = stdout };

	json_object(&j, NULL);
	json_string(&j, "event", what);
	if (e)
		error_json(&j, e);
	json_end_object(&j);
	putchar('\n');
	fflush(stdout);
}

static void tell(const char *what, const struct err *e)
{
	if (as_json) {
		tell_json(what, e);
		return;
	}
	fprintf(stderr, "xgress: %s%s", what, e ? ": " : "\n");
	if (e)
		error_text(stderr, e);
}

static void tell_advice(const char *text, void *data)
{
	(void)data;
	tell(text, NULL);
}

static int run(struct context *ctx, int argc, char **argv, struct err *e)
{
	struct watch w = { .instance = ctx->instance, .tell = tell };
	int r;

	r = option_none(argc, argv, e);
	if (!r && argc - optind != 1)
		r = err_set(e, EINVAL, "run: expected one policy FILE");
	if (r)
		return r;
	as_json = ctx->json;
	w.file = argv[optind];
	clock_gettime(CLOCK_REALTIME_COARSE, &w.read_at);
	r = policy_read(w.file, &w.policy, e);
	if (r)
		return r;
	r = dataplane_apply(&w.policy, w.instance, NULL, &w.applied, e);
	if (!r) {
		tell("in force; interrupt to leave it so, `xgress down` to remove it", NULL);
		preflight(&w.policy, &w.applied.plan, tell_advice, NULL);
		caps_drop();
		r = watch_run(&w, e);
		applied_release(&w.applied);
	}
	policy_release(&w.policy);
	return error_of_dataplane(r, e);
}

const struct command cmd_run = {
	.name = "run",
	.summary = "apply a policy and stay: follow the file, routes and interfaces",
	.help = "usage: xgress run [-j] FILE\n"
		"\n"
		"Applies the policy and stays in the foreground. Reloads it when the file or one\n"
		"of its set files changes (through symbolic links too), or on SIGHUP; a file with\n"
		"an error is reported and changes nothing. Follows routes, neighbours and\n"
		"interfaces: changes are in force at once, and interfaces that match a glob are\n"
		"taken in as they come. Tells a service manager when it is ready (sd_notify).\n"
		"Gives away the capabilities that it does not need while it stays.\n"
		"\n"
		"  -j, --json   one JSON object a line for each event, errors too\n"
		"\n"
		"When it ends, even by kill -9, packets flow on as before.\n",
	.run = run,
};
