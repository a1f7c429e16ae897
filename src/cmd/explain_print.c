// SPDX-License-Identifier: GPL-2.0-only
#include "explain_print.h"

#include <stdio.h>

#include "../dataplane/ledger.h"
#include "../util/json.h"
#include "error.h"

#define WORD_STAGE "  %-9s %s\n"
#define TEXT_BYTES 96

static void way_json(struct json *j, const struct explain_way *w)
{
	size_t i;

	json_string(j, "action", reason_action(w->exit.reason));
	json_string(j, "reason", reason_word(w->exit.reason));
	json_array(j, "stages");
	for (i = 0; i < w->n; i++) {
		json_object(j, NULL);
		json_string(j, "stage", w->stages[i].name);
		json_string(j, "decision", w->stages[i].decision);
		json_end_object(j);
	}
	json_end_array(j);
	json_object(j, "output");
	if (w->exit.interface[0])
		json_string(j, "interface", w->exit.interface);
	else
		json_null(j, "interface");
	if (w->exit.packet)
		json_hex(j, "packet", w->exit.packet, w->exit.size);
	else
		json_null(j, "packet");
	json_end_object(j);
}

void explanation_json(const struct explanation *x, size_t number)
{
	struct json j = { .out = stdout };

	json_object(&j, NULL);
	if (number)
		json_number(&j, "number", number);
	json_string(&j, "interface", x->row->name);
	json_string(&j, "hook", hook_name(x->row->hook));
	way_json(&j, &x->way);
	if (x->way.exit.reason == XG_REASON_REFRESH) {
		json_object(&j, "then");
		way_json(&j, &x->then);
		json_end_object(&j);
	}
	json_end_object(&j);
	putchar('\n');
}

/* Of the packet the headers: -j has all of it. */
static void way_text(const struct explain_way *w)
{
	const struct explain_exit *exit = &w->exit;
	size_t i, shown = exit->size < TEXT_BYTES ? exit->size : TEXT_BYTES;

	printf("%s, %s\n", reason_action(exit->reason), reason_word(exit->reason));
	for (i = 0; i < w->n; i++)
		printf(WORD_STAGE, w->stages[i].name, w->stages[i].decision);
	if (!exit->packet)
		return;
	printf("  %-9s ", exit->interface[0] ? exit->interface : "kernel");
	for (i = 0; i < shown; i++)
		printf("%02x", exit->packet[i]);
	printf(shown < exit->size ? "... (%zu bytes)\n" : "\n", exit->size);
}

void explanation_text(const struct explanation *x)
{
	printf("%s (%s): ", x->row->name, hook_name(x->row->hook));
	way_text(&x->way);
	if (x->way.exit.reason != XG_REASON_REFRESH)
		return;
	printf("the packets behind it: ");
	way_text(&x->then);
}

void explanation_line(const struct explanation *x, size_t number)
{
	const struct explain_way *w = &x->way;
	/* The stage before the exit is the one that decided. */
	size_t decided = w->n > 1 ? w->n - 2 : 0;

	printf("%zu %s %s %s%s%s: %s", number, x->row->name, reason_action(w->exit.reason),
	       reason_word(w->exit.reason), w->exit.interface[0] ? " " : "", w->exit.interface,
	       w->stages[0].decision);
	if (decided)
		printf("; %s: %s", w->stages[decided].name, w->stages[decided].decision);
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
	error_json(&j, why);
	json_end_object(&j);
	putchar('\n');
}
