// SPDX-License-Identifier: GPL-2.0-only
#include "print.h"

#include <stdio.h>

#include "../dataplane/ledger.h"
#include "../util/json.h"

#define WORD_STAGE "  %-9s %s\n"
#define TEXT_BYTES 96

static void exit_json(struct json *j, const struct explain_exit *exit)
{
	json_string(j, "action", reason_action(exit->reason));
	json_string(j, "reason", reason_word(exit->reason));
	json_object(j, "output");
	if (exit->interface)
		json_string(j, "interface", exit->interface);
	else
		json_null(j, "interface");
	if (exit->packet)
		json_hex(j, "packet", exit->packet, exit->size);
	else
		json_null(j, "packet");
	json_end_object(j);
}

void explanation_json(const struct explanation *x, size_t number)
{
	struct json j = { .out = stdout };
	size_t i;

	json_object(&j, NULL);
	if (number)
		json_number(&j, "number", number);
	json_string(&j, "interface", x->row->name);
	json_string(&j, "hook", hook_name(x->row->hook));
	exit_json(&j, &x->exit);
	json_array(&j, "stages");
	for (i = 0; i < x->n; i++) {
		json_object(&j, NULL);
		json_string(&j, "stage", x->stages[i].name);
		json_string(&j, "decision", x->stages[i].decision);
		json_end_object(&j);
	}
	json_end_array(&j);
	if (x->exit.reason == XG_REASON_REFRESH) {
		json_object(&j, "then");
		exit_json(&j, &x->then);
		json_end_object(&j);
	}
	json_end_object(&j);
	putchar('\n');
}

/* The headers; -j has the whole packet. */
static void exit_text(const struct explain_exit *exit)
{
	size_t i, shown = exit->size < TEXT_BYTES ? exit->size : TEXT_BYTES;

	if (!exit->packet)
		return;
	printf("  %-9s ", exit->interface ? exit->interface : "kernel");
	for (i = 0; i < shown; i++)
		printf("%02x", exit->packet[i]);
	printf(shown < exit->size ? "... (%zu bytes)\n" : "\n", exit->size);
}

void explanation_text(const struct explanation *x)
{
	size_t i;

	printf("%s (%s): %s, %s\n", x->row->name, hook_name(x->row->hook),
	       reason_action(x->exit.reason), reason_word(x->exit.reason));
	for (i = 0; i < x->n; i++)
		printf(WORD_STAGE, x->stages[i].name, x->stages[i].decision);
	exit_text(&x->exit);
	if (x->exit.reason != XG_REASON_REFRESH)
		return;
	printf("the packets behind it: %s, %s\n", reason_action(x->then.reason),
	       reason_word(x->then.reason));
	exit_text(&x->then);
}

void explanation_line(const struct explanation *x, size_t number)
{
	/* The stage before the exit is the one that decided. */
	size_t decided = x->n > 1 ? x->n - 2 : 0;

	printf("%zu %s %s %s%s%s: %s", number, x->row->name, reason_action(x->exit.reason),
	       reason_word(x->exit.reason), x->exit.interface ? " " : "",
	       x->exit.interface ? x->exit.interface : "", x->stages[0].decision);
	if (decided)
		printf("; %s: %s", x->stages[decided].name, x->stages[decided].decision);
	putchar('\n');
}

void refused_line(bool json, size_t number, const struct err *why)
{
	struct json j = { .out = stdout };

	if (!json) {
		printf("%zu cannot be explained: %s\n", number, why->message);
		return;
	}
	json_object(&j, NULL);
	json_number(&j, "number", number);
	json_object(&j, "error");
	json_string(&j, "message", why->message);
	json_end_object(&j);
	json_end_object(&j);
	putchar('\n');
}
