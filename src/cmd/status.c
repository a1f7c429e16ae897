// SPDX-License-Identifier: GPL-2.0-only
/* xgress status: what is attached, in which mode really, and why not in a better one. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "../dataplane/admission.h"
#include "../dataplane/hook.h"
#include "../dataplane/journal.h"
#include "../dataplane/losses.h"
#include "../dataplane/rollback.h"
#include "../util/json.h"
#include "cmd.h"

static bool change_text(const struct xg_row *row, const struct bypass *b, char *text, size_t size)
{
	const char *change = admission_changed(row, b);

	if (change)
		snprintf(text, size, "changed since, apply again: there is now %s", change);
	return change;
}

static void row_json(struct json *j, const struct instance *i, const struct xg_row *row,
		     const struct bypass *b)
{
	struct hook_state real;
	char change[192];

	hook_look(i, row->hook, row->ifindex, &real);
	json_object(j, NULL);
	json_string(j, "name", row->name);
	json_string(j, "role", row->outside ? "outside" : "inside");
	json_string(j, "hook", hook_name(row->hook));
	json_string(j, "mode", real.attached ? real.mode : row->mode);
	json_number(j, "program_id", row->program_id);
	json_bool(j, "attached", real.attached);
	if (!hook_is_egress(row->hook))
		json_string(j, "forward", row->forward_note[0] ? "kernel" : "fast");
	json_array(j, "notes");
	if (row->note[0])
		json_string(j, NULL, row->note);
	if (row->forward_note[0])
		json_string(j, NULL, row->forward_note);
	if (change_text(row, b, change, sizeof(change)))
		json_string(j, NULL, change);
	json_end_array(j);
	json_end_object(j);
}

static void row_text(const struct instance *i, const struct xg_row *row, const struct bypass *b)
{
	struct hook_state real;
	char change[192];

	hook_look(i, row->hook, row->ifindex, &real);
	printf("  %-16s %-8s %-15s %-8s program %u%s\n", row->name,
	       row->outside ? "outside" : "inside", hook_name(row->hook),
	       real.attached ? real.mode : row->mode, row->program_id,
	       real.attached ? "" : "  (not attached any more: interface or filter is gone)");
	if (row->note[0])
		printf("      %s\n", row->note);
	if (row->forward_note[0])
		printf("      %s%s\n",
		       hook_is_egress(row->hook) ? "" : "the kernel forwards: ", row->forward_note);
	if (change_text(row, b, change, sizeof(change)))
		printf("      %s\n", change);
}

/* Seconds until it is rolled back; 0: it stays. */
static uint64_t confirm_within(const struct instance *i)
{
	uint64_t by = i->state->confirm_by_ns, now = rollback_clock_ns();

	return by > now ? (by - now + 999999999) / 1000000000 : 0;
}

static void ledger_json(struct json *j, const struct instance *i)
{
	char why[512];

	json_string(j, "ledger", losses_seen(i, why, sizeof(why)) ? "closed" : "open");
	json_string(j, "ledger_note", why);
}

static void ledger_text(const struct instance *i)
{
	char why[512];

	if (losses_seen(i, why, sizeof(why)))
		puts("ledger: closed");
	else
		printf("ledger: open (%s)\n", why);
}

static void print_json(const struct context *ctx, const struct instance *i, const struct bypass *b)
{
	struct json j = { .out = stdout };
	int n;

	json_object(&j, NULL);
	json_string(&j, "instance", ctx->instance);
	json_number(&j, "generation", i->state->now.number);
	json_number(&j, "previous", i->state->previous);
	json_number(&j, "confirm_within_s", confirm_within(i));
	json_number(&j, "applied_at", i->state->now.applied_at);
	json_string(&j, "policy", i->state->now.policy);
	json_string(&j, "pinned", i->path);
	ledger_json(&j, i);
	json_array(&j, "interfaces");
	for (n = 0; n < XG_ROWS; n++) {
		if (i->rows[n].attached)
			row_json(&j, i, &i->rows[n], b);
	}
	json_end_array(&j);
	json_end_object(&j);
	putchar('\n');
}

static void print_text(const struct context *ctx, const struct instance *i, const struct bypass *b)
{
	time_t at = i->state->now.applied_at;
	struct tm local;
	char when[64];
	int n;

	strftime(when, sizeof(when), "%F %T", localtime_r(&at, &local));
	printf("instance %s, generation %" PRIu64 ", applied %s\n", ctx->instance,
	       (uint64_t)i->state->now.number, when);
	printf("policy %s\n", i->state->now.policy);
	if (confirm_within(i))
		printf("rolled back in %" PRIu64 " s unless `xgress confirm` comes\n",
		       confirm_within(i));
	ledger_text(i);
	for (n = 0; n < XG_ROWS; n++) {
		if (i->rows[n].attached)
			row_text(i, &i->rows[n], b);
	}
}

static int run(struct context *ctx, int argc, char **argv, struct err *e)
{
	struct instance i;
	struct bypass b;
	int r;

	if (argc > 1)
		return err_set(e, EINVAL, "status: '%s' is not expected", argv[1]);
	r = journal_look(ctx->instance, &i, e);
	if (r)
		return r;
	r = bypass_read(&b, e);
	if (r)
		goto out;
	if (ctx->json)
		print_json(ctx, &i, &b);
	else
		print_text(ctx, &i, &b);
out:
	instance_close(&i);
	return r;
}

const struct command cmd_status = {
	.name = "status",
	.summary = "what is attached where, in which mode, and why not in a better one",
	.help = "usage: xgress status [-j]\n"
		"\n"
		"Per interface: its role, the hook, the mode that the kernel really granted\n"
		"(native, generic, tc), the program's id, and why no better mode was taken. "
		"Ledger:\n"
		"closed where packets lost after a redirect are seen (`xgress stats`), else open.\n"
		"Exit status 1 where nothing is applied.\n",
	.run = run,
};
