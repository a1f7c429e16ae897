// SPDX-License-Identifier: GPL-2.0-only
/* xgress apply: validate a policy, swap it in, leave. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../dataplane/apply.h"
#include "../policy/policy.h"
#include "../util/json.h"
#include "../util/option.h"
#include "cmd.h"
#include "error.h"

static void print_json(const struct context *ctx, const struct applied *a, bool dry_run)
{
	struct json j = { .out = stdout };
	size_t n;

	json_object(&j, NULL);
	json_string(&j, "instance", ctx->instance);
	json_bool(&j, "dry_run", dry_run);
	json_number(&j, "generation", a->number);
	json_array(&j, "interfaces");
	for (n = 0; n < a->plan.n; n++) {
		const struct plan_hook *h = &a->plan.v[n];

		json_object(&j, NULL);
		json_string(&j, "name", h->link.name);
		json_string(&j, "role", h->outside ? "outside" : "inside");
		json_string(&j, "hook", hook_name(h->hook));
		json_string(&j, "mode", plan_mode(h));
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	putchar('\n');
}

static void print_text(const struct applied *a, bool dry_run)
{
	size_t n;

	if (dry_run)
		printf("the policy is good%s; nothing was changed. It would attach:\n",
		       a->generation ? " and the kernel takes its programs" : "");
	else
		printf("generation %" PRIu64 " is in force:\n", a->number);
	for (n = 0; n < a->plan.n; n++) {
		const struct plan_hook *h = &a->plan.v[n];

		printf("  %-16s %-8s %-15s %s\n", h->link.name, h->outside ? "outside" : "inside",
		       hook_name(h->hook), plan_mode(h));
	}
	if (dry_run && !a->generation)
		puts("(not root: the programs were not tried in the kernel)");
}

static int apply_options(int argc, char **argv, bool *dry_run, struct err *e)
{
	static const struct option options[] = { { "dry-run", no_argument, NULL, 'd' }, { 0 } };
	int c;

	while ((c = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (c != 'd')
			return option_error(e, "apply", c, argv, ":");
		*dry_run = true;
	}
	if (argc - optind != 1)
		return err_set(e, EINVAL, "apply: expected one policy FILE");
	return 0;
}

static int run(struct context *ctx, int argc, char **argv, struct err *e)
{
	struct applied applied;
	bool dry_run = false;
	struct policy policy;
	int r;

	r = apply_options(argc, argv, &dry_run, e);
	if (r)
		return r;
	r = policy_read(argv[optind], &policy, e);
	if (r)
		return r;
	if (dry_run)
		r = dataplane_try(&policy, ctx->instance, &applied, e);
	else
		r = dataplane_apply(&policy, ctx->instance, &applied, e);
	if (!r) {
		if (ctx->json)
			print_json(ctx, &applied, dry_run);
		else
			print_text(&applied, dry_run);
		applied_release(&applied);
	}
	policy_release(&policy);
	return error_of_dataplane(r, e);
}

const struct command cmd_apply = {
	.name = "apply",
	.summary = "validate a policy file and swap it in",
	.help = "usage: xgress apply [--dry-run] FILE\n"
		"\n"
		"Reads the policy, loads fresh programs and maps, and puts them in place of what\n"
		"is attached, without losing a packet. On an error nothing is changed. Packets\n"
		"flow on when the command has ended: programs, links and maps are pinned in\n"
		"bpffs. `xgress down` removes all of it.\n"
		"\n"
		"  --dry-run    validate, and load into the kernel as a trial, but attach nothing\n"
		"  -j, --json   print JSON\n"
		"\n"
		"The policy is explained in xgress.yaml(5).\n",
	.run = run,
};
