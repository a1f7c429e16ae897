// SPDX-License-Identifier: GPL-2.0-only
/* xgress confirm: the policy stays. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "../dataplane/rollback.h"
#include "../util/json.h"
#include "../util/option.h"
#include "cmd.h"

static int run(struct context *ctx, int argc, char **argv, struct err *e)
{
	struct json j = { .out = stdout };
	uint64_t number;
	int r;

	r = option_none(argc, argv, e);
	if (!r && optind < argc)
		r = err_set(e, EINVAL, "confirm: '%s' is not expected", argv[optind]);
	if (r)
		return r;
	r = dataplane_confirm(ctx->instance, &number, e);
	if (r)
		return r;
	if (!ctx->json) {
		printf("generation %" PRIu64 " stays\n", number);
		return 0;
	}
	json_object(&j, NULL);
	json_string(&j, "instance", ctx->instance);
	json_number(&j, "generation", number);
	json_end_object(&j);
	putchar('\n');
	return 0;
}

const struct command cmd_confirm = {
	.name = "confirm",
	.summary = "keep what `apply --confirm` has put in force",
	.help = "usage: xgress confirm [-j]\n"
		"\n"
		"After `xgress apply --confirm TIME`: the policy stays. Without it, the "
		"generation\n"
		"before comes back when the time is over, by a process that `apply` left behind,\n"
		"or, where that was killed, by the next command of any kind. Exit status 1 where\n"
		"nothing waits to be confirmed.\n",
	.run = run,
};
