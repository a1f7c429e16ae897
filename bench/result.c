// SPDX-License-Identifier: GPL-2.0-only
/* The same as JSON, with every round. */
#include <errno.h>

#include "report.h"
#include "src/util/json.h"

static void write_spread(struct json *j, const struct spread *s)
{
	json_double(j, "median", s->median);
	json_double(j, "q1", s->q1);
	json_double(j, "q3", s->q3);
}

static void write_sample(struct json *j, const struct bench_case *c, const struct sample *s)
{
	json_object(j, NULL);
	json_double(j, "value", s->value);
	json_double(j, "cores", s->cores);
	json_double(j, "machine_cores", s->machine_cores);
	if (c->kind & (KIND_FORWARD | KIND_BLOCK)) {
		json_number(j, "sent", s->sent);
		json_number(j, "received", s->received);
	}
	if (c->kind == KIND_TCP)
		json_number(j, "retransmits", s->retransmits);
	if (c->kind == KIND_LATENCY)
		json_double(j, "p99_us", s->p99_us);
	json_end_object(j);
}

static void write_ratios(struct json *j, const struct case_result *r, const struct way_result *w)
{
	json_array(j, "ratios");
	for (int i = 0; i < 2; i++) {
		const struct way_result *of = result_find(r, r->c->reference[i]);
		struct spread s;

		if (!of)
			continue;
		s = result_ratio(r, w, of);
		json_object(j, NULL);
		json_string(j, "of", of->way->name);
		write_spread(j, &s);
		json_end_object(j);
	}
	json_end_array(j);
}

static void write_way(struct json *j, const struct case_result *r, const struct way_result *w)
{
	static const char *const states[] = { "ok", "skipped", "failed" };
	struct spread s;

	json_object(j, NULL);
	json_string(j, "name", w->way->name);
	json_string(j, "state", states[w->state]);
	json_number(j, "repeated", w->repeated);
	if (w->state != WAY_OK) {
		json_string(j, "why", w->why);
		json_end_object(j);
		return;
	}
	s = result_values(r, w);
	write_spread(j, &s);
	write_ratios(j, r, w);
	json_array(j, "rounds");
	for (unsigned int i = 0; i < r->rounds; i++)
		write_sample(j, r->c, &w->samples[i]);
	json_end_array(j);
	json_end_object(j);
}

static void write_cases(struct json *j, const struct bench *b)
{
	json_array(j, "cases");
	for (unsigned int i = 0; i < b->n_results; i++) {
		const struct case_result *r = &b->results[i];

		json_object(j, NULL);
		json_string(j, "name", r->c->name);
		json_string(j, "title", r->c->title);
		json_string(j, "unit", r->c->unit);
		json_array(j, "ways");
		for (unsigned int w = 0; w < r->n_ways; w++)
			write_way(j, r, &r->ways[w]);
		json_end_array(j);
		json_end_object(j);
	}
	json_end_array(j);
}

static void write_goals(struct json *j, const struct bench *b)
{
	struct spread s;

	json_array(j, "goals");
	for (const struct goal *g = bench_goals; g->what; g++) {
		bool known = goal_ratio(b, g, &s);

		json_object(j, NULL);
		json_string(j, "what", g->what);
		json_string(j, "case", g->case_name);
		json_string(j, "of", g->reference);
		json_double(j, "wanted", g->wanted);
		if (known) {
			json_double(j, "measured", s.median);
			json_bool(j, "met", s.median >= g->wanted);
		}
		json_end_object(j);
	}
	json_end_array(j);
}

static void write_machine(struct json *j, const struct bench *b, const struct machine *m)
{
	json_object(j, "machine");
	json_string(j, "kernel", m->kernel);
	json_string(j, "cpu", m->cpu);
	json_number(j, "cpus", m->cpus);
	json_number(j, "pinned_to", b->cpu);
	json_string(j, "driver", m->driver);
	json_string(j, "mode", m->mode);
	json_end_object(j);
	json_number(j, "packets", b->options.packets);
}

int result_write(const struct bench *b, const struct machine *m, const char *path, struct err *e)
{
	struct json j = {};

	j.out = fopen(path, "we");
	if (!j.out)
		return err_set(e, errno, "%s: %s", path, strerror(errno));
	json_object(&j, NULL);
	write_machine(&j, b, m);
	write_cases(&j, b);
	write_goals(&j, b);
	json_end_object(&j);
	fputc('\n', j.out);
	if (fclose(j.out))
		return err_set(e, errno, "%s: %s", path, strerror(errno));
	return 0;
}
