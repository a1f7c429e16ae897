// SPDX-License-Identifier: GPL-2.0-only
/* The rounds of one case. */
#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#include "stats.h"

#define WARM_UP -1
#define TRIES   3

/* One line that is written over, on a terminal only. */
static void progress(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void progress(const char *format, ...)
{
	va_list args;

	if (!isatty(STDERR_FILENO))
		return;
	fputs("\r\033[K", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fflush(stderr);
}

static void choose_ways(const struct bench *b, const struct bench_case *c, struct case_result *r)
{
	for (const struct way *const *w = bench_ways; *w; w++) {
		if ((*w)->kinds & c->kind && (*w != &way_against || b->options.against))
			r->ways[r->n_ways++].way = *w;
	}
}

static void way_stop(struct way_result *w, enum way_state state, const struct err *e)
{
	w->state = state;
	snprintf(w->why, sizeof(w->why), "%.500s", e->message);
	for (char *c = w->why; *c; c++) {
		if (*c == '\n')
			*c = ' ';
	}
}

/*
 * A shared machine may take the CPU away for longer than the rings last: such a measurement is
 * made again, and told.
 */
static int measure(struct bench *b, const struct bench_case *c, struct way_result *w,
		   struct sample *ret_sample, struct err *e)
{
	int try, err;

	for (try = 1; try <= TRIES; try++) {
		err = c->measure(b, c, ret_sample, e);
		if (err != -EIO || bench_interrupted)
			return err;
		w->repeated++;
	}
	return err;
}

/* The warm-up round finds out whether a way works here; later rounds measure it. */
static void run_way(struct bench *b, const struct bench_case *c, struct way_result *w, int round)
{
	struct sample discarded;
	struct err e;
	int err;

	err = w->way->setup(b, c, &e);
	if (err) {
		way_stop(w, round == WARM_UP ? WAY_SKIPPED : WAY_FAILED, &e);
		goto out;
	}
	if (round == WARM_UP && c->verify)
		err = c->verify(b, c, w->way, &e);
	if (!err)
		err = measure(b, c, w, round == WARM_UP ? &discarded : &w->samples[round], &e);
	if (err)
		way_stop(w, WAY_FAILED, &e);
out:
	w->way->teardown(b);
}

static int run_rounds(struct bench *b, const struct bench_case *c, struct case_result *r,
		      struct err *e)
{
	int rounds = b->options.rounds;

	for (int round = WARM_UP; round < rounds; round++) {
		for (unsigned int i = 0; i < r->n_ways; i++) {
			struct way_result *w = &r->ways[(i + round + 1) % r->n_ways];

			if (w->state != WAY_OK)
				continue;
			if (bench_interrupted)
				return err_set(e, EINTR, "interrupted");
			progress("%-9s round %d of %d: %s", c->name, round + 1, rounds,
				 w->way->name);
			run_way(b, c, w, round);
		}
		r->rounds = round + 1;
	}
	return bench_interrupted ? err_set(e, EINTR, "interrupted") : 0;
}

int run_case(struct bench *b, const struct bench_case *c, struct case_result *r, struct err *e)
{
	int err = 0;

	*r = (struct case_result){ .c = c };
	choose_ways(b, c, r);
	if (c->begin)
		err = c->begin(b, c, e);
	if (!err)
		err = run_rounds(b, c, r, e);
	if (c->end)
		c->end(b);
	progress("%s", "");
	return err;
}
