// SPDX-License-Identifier: GPL-2.0-only
/* xgress apply: validate a policy, swap it in, leave. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dataplane/apply.h"
#include "../dataplane/rollback.h"
#include "../policy/policy.h"
#include "../util/json.h"
#include "../util/option.h"
#include "cmd.h"
#include "diff.h"
#include "error.h"
#include "preflight.h"

#define CONFIRM_MAX_S (7 * 24 * 3600)

struct apply_command {
	bool dry_run;
	bool diff;
	uint64_t confirm_s; /* 0: not asked for */
};

static void warn_json(const char *text, void *data)
{
	json_string(data, NULL, text);
}

static void warn_text(const char *text, void *data)
{
	(void)data;
	fprintf(stderr, "xgress: %s\n", text);
}

static void print_json(const struct context *ctx, const struct policy *p, const struct applied *a,
		       const struct apply_command *c)
{
	struct json j = { .out = stdout };
	size_t n;

	json_object(&j, NULL);
	json_string(&j, "instance", ctx->instance);
	json_bool(&j, "dry_run", c->dry_run);
	json_number(&j, "generation", a->number);
	json_number(&j, "confirm_within_s", c->confirm_s);
	json_array(&j, "warnings");
	if (a->warning.message[0])
		json_string(&j, NULL, a->warning.message);
	preflight(p, &a->plan, warn_json, &j);
	json_end_array(&j);
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

static void print_text(const struct policy *p, const struct applied *a,
		       const struct apply_command *c)
{
	size_t n;

	if (c->dry_run)
		printf("the policy is good%s; nothing was changed. It would attach:\n",
		       a->generation ? " and the kernel takes its programs" : "");
	else
		printf("generation %" PRIu64 " is in force:\n", a->number);
	for (n = 0; n < a->plan.n; n++) {
		const struct plan_hook *h = &a->plan.v[n];

		printf("  %-16s %-8s %-15s %s\n", h->link.name, h->outside ? "outside" : "inside",
		       hook_name(h->hook), plan_mode(h));
	}
	if (c->dry_run && !a->generation)
		puts("(not root: the programs were not tried in the kernel)");
	if (c->confirm_s)
		printf("rolled back in %" PRIu64 " s unless `xgress confirm` comes\n",
		       c->confirm_s);
	if (a->warning.message[0])
		fprintf(stderr, "xgress: in force, but: %s\n", a->warning.message);
	fflush(stdout);
	preflight(p, &a->plan, warn_text, NULL);
}

/* Seconds of a time's unit; 0: there is no such unit. */
static unsigned int unit_s(const char *unit)
{
	if (!*unit || strcmp(unit, "s") == 0)
		return 1;
	if (strcmp(unit, "m") == 0)
		return 60;
	return strcmp(unit, "h") == 0 ? 3600 : 0;
}

/* 90, 90s, 5m, 1h. */
static int parse_confirm(const char *text, uint64_t *ret_seconds, struct err *e)
{
	char *unit;
	unsigned long number = strtoul(text, &unit, 10);
	unsigned long seconds = number <= CONFIRM_MAX_S ? number * unit_s(unit) : 0;

	if (*text < '0' || *text > '9' || !seconds || seconds > CONFIRM_MAX_S)
		return err_set(e, EINVAL,
			       "--confirm '%s': expected a time such as 60s, 5m or 1h, a week at "
			       "most",
			       text);
	*ret_seconds = seconds;
	return 0;
}

static int check_options(const struct apply_command *c, int files, struct err *e)
{
	if (c->confirm_s && (c->dry_run || c->diff))
		return err_set(e, EINVAL, "apply: --confirm has nothing to confirm with --%s",
			       c->diff ? "diff" : "dry-run");
	if (files != 1)
		return err_set(e, EINVAL, "apply: expected one policy FILE");
	return 0;
}

static int apply_options(int argc, char **argv, struct apply_command *ret_command, struct err *e)
{
	static const struct option options[] = { { "dry-run", no_argument, NULL, 'd' },
						 { "diff", no_argument, NULL, 'f' },
						 { "confirm", required_argument, NULL, 'c' },
						 { 0 } };
	static const char letters[] = ":";
	struct apply_command command = { 0 };
	int c, r = 0;

	while (!r && (c = getopt_long(argc, argv, letters, options, NULL)) != -1) {
		if (c == 'd')
			command.dry_run = true;
		else if (c == 'f')
			command.diff = true;
		else if (c == 'c')
			r = parse_confirm(optarg, &command.confirm_s, e);
		else
			r = option_error(e, "apply", c, argv, letters);
	}
	*ret_command = command;
	return r ? r : check_options(&command, argc - optind, e);
}

static int apply(const struct context *ctx, const struct policy *p, const struct apply_command *c,
		 struct applied *ret_applied, struct err *e)
{
	const struct apply_options options = { .confirm_ns = c->confirm_s * 1000000000 };
	int r;

	if (c->dry_run || c->diff)
		return dataplane_try(p, ctx->instance, ret_applied, e);
	r = dataplane_apply(p, ctx->instance, &options, ret_applied, e);
	if (!r && c->confirm_s)
		rollback_watch(ctx->instance, ret_applied->confirm_by_ns, &ret_applied->warning);
	return r;
}

static int run(struct context *ctx, int argc, char **argv, struct err *e)
{
	struct apply_command command;
	struct applied applied;
	struct policy policy;
	int r;

	r = apply_options(argc, argv, &command, e);
	if (r)
		return r;
	r = policy_read(argv[optind], &policy, e);
	if (r)
		return r;
	r = apply(ctx, &policy, &command, &applied, e);
	if (!r) {
		if (command.diff)
			r = diff_print(ctx, &policy, &applied, e);
		else if (ctx->json)
			print_json(ctx, &policy, &applied, &command);
		else
			print_text(&policy, &applied, &command);
		applied_release(&applied);
	}
	policy_release(&policy);
	return error_of_dataplane(r, e);
}

const struct command cmd_apply = {
	.name = "apply",
	.summary = "validate a policy file and swap it in",
	.help = "usage: xgress apply [--dry-run | --diff | --confirm TIME] FILE\n"
		"\n"
		"Reads the policy, loads fresh programs and maps, and puts them in place of what\n"
		"is attached, without losing a packet. On an error nothing is changed. Packets\n"
		"flow on when the command has ended: programs, links and maps are pinned in\n"
		"bpffs. `xgress rollback` puts the generation before in force again, `xgress\n"
		"down` removes all of it.\n"
		"\n"
		"  --dry-run        validate, and load into the kernel as a trial, but attach\n"
		"                   nothing\n"
		"  --diff           the same, and show what would change against what is in\n"
		"                   force: hooks ('+' comes, '-' goes, '~' another mode, ' ' a "
		"new\n"
		"                   program) and the policy's lines\n"
		"  --confirm TIME   roll back after TIME (60s, 5m, 1h) unless `xgress confirm`\n"
		"                   comes before; returns at once\n"
		"  -j, --json       print JSON\n"
		"\n"
		"The policy is explained in xgress.yaml(5).\n",
	.run = run,
};
