// SPDX-License-Identifier: GPL-2.0-only
#include "diff.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "../util/json.h"

static void hook_text(char sign, const char *name, const char *hook, const char *mode, void *data)
{
	(void)data;
	printf("%c %-16s %-15s %s\n", sign, name, hook, mode);
}

static void line_text(char sign, const char *text, void *data)
{
	(void)data;
	printf("%c %s\n", sign, text);
}

static const char *change_word(char sign)
{
	switch (sign) {
	case '+':
		return "add";
	case '-':
		return "remove";
	case '~':
		return "mode";
	default:
		return "program";
	}
}

struct json_told {
	struct json j;
	bool lines; /* the hooks are through */
};

static void hook_json(char sign, const char *name, const char *hook, const char *mode, void *data)
{
	struct json_told *t = data;

	json_object(&t->j, NULL);
	json_string(&t->j, "change", change_word(sign));
	json_string(&t->j, "name", name);
	json_string(&t->j, "hook", hook);
	json_string(&t->j, "mode", mode);
	json_end_object(&t->j);
}

static void begin_lines(struct json_told *t)
{
	if (t->lines)
		return;
	json_end_array(&t->j);
	json_array(&t->j, "policy");
	t->lines = true;
}

static void line_json(char sign, const char *text, void *data)
{
	struct json_told *t = data;

	begin_lines(t);
	json_object(&t->j, NULL);
	json_string(&t->j, "change", change_word(sign));
	json_string(&t->j, "line", text);
	json_end_object(&t->j);
}

static int print_json(const struct context *ctx, const struct policy *p, const struct applied *a,
		      struct err *e)
{
	struct json_told t = { .j.out = stdout };
	const struct diff_told told = { hook_json, line_json, &t };
	uint64_t number = 0;
	int r;

	json_object(&t.j, NULL);
	json_string(&t.j, "instance", ctx->instance);
	json_array(&t.j, "hooks");
	r = dataplane_diff(ctx->instance, p, a, &told, &number, e);
	begin_lines(&t);
	json_end_array(&t.j);
	json_number(&t.j, "generation", number);
	json_end_object(&t.j);
	putchar('\n');
	return r;
}

int diff_print(const struct context *ctx, const struct policy *p, const struct applied *a,
	       struct err *e)
{
	const struct diff_told told = { hook_text, line_text, NULL };
	uint64_t number = 0;
	int r;

	if (ctx->json)
		return print_json(ctx, p, a, e);
	r = dataplane_diff(ctx->instance, p, a, &told, &number, e);
	if (!r && number)
		printf("against generation %" PRIu64 "; nothing was changed\n", number);
	else if (!r)
		puts("nothing is applied here; nothing was changed");
	return r;
}
