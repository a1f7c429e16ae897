// SPDX-License-Identifier: GPL-2.0-only
/* xgress status: what is attached, in which mode really, and why not in a better one. */
#include <bpf/bpf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "../dataplane/admission.h"
#include "../dataplane/losses.h"
#include "../util/json.h"
#include "cmd.h"

/* The pin may outlive its interface: then nothing is attached any more. */
static bool is_alive(const struct instance *i, const struct xg_row *row)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);
	bool alive = true;
	char path[320];
	int fd;

	instance_pin_path(i, row->hook, row->ifindex, path, sizeof(path));
	fd = bpf_obj_get(path);
	if (fd < 0)
		return false;
	if (row->hook == XG_HOOK_XDP && !bpf_obj_get_info_by_fd(fd, &info, &size))
		alive = info.xdp.ifindex != 0;
	close(fd);
	return alive;
}

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
	char change[192];

	json_object(j, NULL);
	json_string(j, "name", row->name);
	json_string(j, "role", row->outside ? "outside" : "inside");
	json_string(j, "hook", hook_name(row->hook));
	json_string(j, "mode", row->mode);
	json_number(j, "program_id", row->program_id);
	json_bool(j, "attached", is_alive(i, row));
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
	char change[192];

	printf("  %-16s %-8s %-15s %-8s program %u%s\n", row->name,
	       row->outside ? "outside" : "inside", hook_name(row->hook), row->mode,
	       row->program_id, is_alive(i, row) ? "" : "  (gone: the interface was removed)");
	if (row->note[0])
		printf("      %s\n", row->note);
	if (row->forward_note[0])
		printf("      %s%s\n",
		       hook_is_egress(row->hook) ? "" : "the kernel forwards: ", row->forward_note);
	if (change_text(row, b, change, sizeof(change)))
		printf("      %s\n", change);
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
	json_number(&j, "generation", i->state->generation);
	json_number(&j, "applied_at", i->state->applied_at);
	json_string(&j, "policy", i->state->policy);
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
	time_t at = i->state->applied_at;
	struct tm local;
	char when[64];
	int n;

	strftime(when, sizeof(when), "%F %T", localtime_r(&at, &local));
	printf("instance %s, generation %" PRIu64 ", applied %s\n", ctx->instance,
	       (uint64_t)i->state->generation, when);
	printf("policy %s\n", i->state->policy);
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
	r = instance_open(ctx->instance, INSTANCE_READ, &i, e);
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
