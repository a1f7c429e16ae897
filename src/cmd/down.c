// SPDX-License-Identifier: GPL-2.0-only
/* xgress down: leave the machine as it was. */
#include <errno.h>
#include <stdio.h>

#include "../dataplane/apply.h"
#include "cmd.h"

static int run(struct context *ctx, int argc, char **argv, struct err *e)
{
	int r;

	if (argc > 1)
		return err_set(e, EINVAL, "down: '%s' is not expected", argv[1]);
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
	.help = "usage: xgress down [-j]\n"
		"\n"
		"Detaches every program of this instance in this network namespace, removes its\n"
		"pins and counters, and a clsact qdisc that xgress added. Others' programs stay.\n"
		"Where nothing is applied, nothing is done. A `xgress run` that goes on would\n"
		"attach again at its next reload: end it first.\n",
	.run = run,
};
