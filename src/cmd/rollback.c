// SPDX-License-Identifier: GPL-2.0-only
/* xgress rollback: the generation before, at once. */
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
		r = err_set(e, EINVAL, "rollback: '%s' is not expected", argv[optind]);
	if (r)
		return r;
	r = dataplane_rollback(ctx->instance, &number, e);
	if (r)
		return r;
	if (ctx->json) {
		json_object(&j, NULL);
		json_string(&j, "instance", ctx->instance);
		json_number(&j, "generation", number);
		json_end_object(&j);
		putchar('\n');
	} else if (number) {
		printf("generation %" PRIu64 " is in force again\n", number);
	} else {
		puts("nothing is in force any more, as before the first apply");
	}
	return 0;
}

const struct command cmd_rollback = {
	.name = "rollback",
	.summary = "put the generation before in force again",
	.help = "usage: xgress rollback [-j]\n"
		"\n"
		"The programs of the generation before are kept; every hook gets them back by one\n"
		"link update, without losing a packet and without reading a file. Done twice, it\n"
		"is undone. The policy is in force as it was applied then: interfaces and files\n"
		"are not looked at again; `xgress apply` does that. It is refused where it would\n"
		"forward around NAT or a firewall that came since. A first generation that waits\n"
		"to be confirmed is taken down. A `xgress run` that goes on ends.\n",
	.run = run,
};
