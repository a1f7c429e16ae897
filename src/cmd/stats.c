// SPDX-License-Identifier: GPL-2.0-only
/* xgress stats: the ledger, per interface and hook. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../dataplane/journal.h"
#include "../dataplane/ledger.h"
#include "../util/json.h"
#include "../util/option.h"
#include "cmd.h"

struct sample {
	struct xg_counters counters;
	char name[sizeof(((struct xg_row *)0)->name)]; /* "" is none */
};

static void reasons_json(struct json *j, const struct xg_counters *c)
{
	unsigned int r;

	json_array(j, "reasons");
	for (r = 0; r < XG_REASON_ROOM; r++) {
		if (!c->reason[r].packets)
			continue;
		json_object(j, NULL);
		json_string(j, "reason", reason_word(r));
		json_string(j, "action", reason_action(r));
		json_number(j, "packets", c->reason[r].packets);
		json_number(j, "bytes", c->reason[r].bytes);
		json_end_object(j);
	}
	json_end_array(j);
}

/* `before` is NULL where there is nothing to take rates from. */
static void sample_json(struct json *j, const struct xg_row *row, const struct xg_counters *c,
			const struct xg_counters *before, double seconds)
{
	json_object(j, NULL);
	json_string(j, "name", row->name);
	json_string(j, "hook", hook_name(row->hook));
	json_number(j, "packets", c->seen.packets);
	json_number(j, "bytes", c->seen.bytes);
	json_number(j, "lost", ledger_packets(c, XG_ACTION_LOST));
	if (before) {
		json_double(j, "packets_per_second",
			    (c->seen.packets - before->seen.packets) / seconds);
		json_double(j, "bytes_per_second", (c->seen.bytes - before->seen.bytes) / seconds);
	}
	reasons_json(j, c);
	json_end_object(j);
}

static void begin_json(struct json *j)
{
	json_object(j, NULL);
	json_array(j, "interfaces");
}

static void end_json(struct json *j)
{
	json_end_array(j);
	json_array(j, "classes");
	json_end_array(j);
	json_array(j, "services");
	json_end_array(j);
	json_end_object(j);
	putchar('\n');
}

static void sample_text(const struct xg_row *row, const struct xg_counters *c)
{
	unsigned int r;

	printf("%s (%s)\n", row->name, hook_name(row->hook));
	printf("  %-30s %15llu packets %18llu bytes\n", "seen", c->seen.packets, c->seen.bytes);
	for (r = 0; r < XG_REASON_ROOM; r++) {
		if (!c->reason[r].packets)
			continue;
		printf("  %-8s %-21s %15llu packets", reason_action(r), reason_word(r),
		       c->reason[r].packets);
		if (c->reason[r].bytes) /* of what is lost the kernel does not tell them */
			printf(" %18llu bytes", c->reason[r].bytes);
		putchar('\n');
	}
}

static double rate(const struct xg_counters *now, const struct xg_counters *before,
		   enum xg_action action, double seconds)
{
	return (ledger_packets(now, action) - ledger_packets(before, action)) / seconds;
}

/* One line per hook: what came per second, and where it went. */
static void rate_text(const struct xg_row *row, const struct xg_counters *now,
		      const struct xg_counters *before, double seconds)
{
	printf("%-16s %-14s %12.0f pps %10.1f Mbit/s", row->name, hook_name(row->hook),
	       (now->seen.packets - before->seen.packets) / seconds,
	       (now->seen.bytes - before->seen.bytes) * 8 / 1e6 / seconds);
	printf("   redirect %-10.0f pass %-10.0f drop %-10.0f lost %-10.0f\n",
	       rate(now, before, XG_ACTION_REDIRECT, seconds),
	       rate(now, before, XG_ACTION_PASS, seconds),
	       rate(now, before, XG_ACTION_DROP, seconds),
	       rate(now, before, XG_ACTION_LOST, seconds));
}

static int print_once(const struct context *ctx, const struct instance *i, struct err *e)
{
	struct json j = { .out = stdout };
	struct xg_counters c;
	int n, r;

	if (ctx->json)
		begin_json(&j);
	for (n = 0; n < XG_ROWS; n++) {
		if (!i->rows[n].attached)
			continue;
		r = ledger_read(i, n, &c, e);
		if (r)
			return r;
		if (ctx->json)
			sample_json(&j, &i->rows[n], &c, NULL, 0);
		else
			sample_text(&i->rows[n], &c);
	}
	if (ctx->json)
		end_json(&j);
	return 0;
}

static double now_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* All rows into `samples`. */
static int take_samples(const struct instance *i, struct sample *samples, struct err *e)
{
	int n, r;

	for (n = 0; n < XG_ROWS; n++) {
		samples[n].name[0] = 0;
		if (!i->rows[n].attached)
			continue;
		snprintf(samples[n].name, sizeof(samples[n].name), "%s", i->rows[n].name);
		r = ledger_read(i, n, &samples[n].counters, e);
		if (r)
			return r;
	}
	return 0;
}

/* Where a row was given to another interface, its counters began anew. */
static bool goes_on(const struct sample *now, const struct sample *before)
{
	return now->name[0] && strcmp(now->name, before->name) == 0 &&
	       now->counters.seen.packets >= before->counters.seen.packets;
}

/* One JSON object a line, or one line a hook. */
static void print_rates(const struct context *ctx, const struct instance *i,
			const struct sample *now, const struct sample *before, double seconds)
{
	struct json j = { .out = stdout };
	int n;

	if (ctx->json)
		begin_json(&j);
	for (n = 0; n < XG_ROWS; n++) {
		if (!goes_on(&now[n], &before[n]))
			continue;
		if (ctx->json)
			sample_json(&j, &i->rows[n], &now[n].counters, &before[n].counters,
				    seconds);
		else
			rate_text(&i->rows[n], &now[n].counters, &before[n].counters, seconds);
	}
	if (ctx->json)
		end_json(&j);
	fflush(stdout);
}

/* Until interrupted, taken down, or `count` times. */
static int watch(const struct context *ctx, const struct instance *i, double interval, long count,
		 struct err *e)
{
	struct sample *samples = calloc(2 * XG_ROWS, sizeof(*samples));
	struct sample *before = samples, *now = samples + XG_ROWS, *spare;
	double at = now_seconds(), passed;
	struct timespec pause;
	int r;

	if (!samples)
		return err_set(e, ENOMEM, "out of memory");
	pause.tv_sec = interval;
	pause.tv_nsec = (interval - pause.tv_sec) * 1e9;
	r = take_samples(i, before, e);
	while (!r && count-- != 0 && nanosleep(&pause, NULL) == 0) {
		if (!i->state->now.token)
			r = err_set(e, ENOENT, "taken down: these counters do not go on");
		else
			r = take_samples(i, now, e);
		passed = now_seconds() - at;
		if (!r)
			print_rates(ctx, i, now, before, passed);
		at += passed;
		spare = before;
		before = now;
		now = spare;
	}
	free(samples);
	return r;
}

static int parse_interval(const char *text, double *ret_seconds, struct err *e)
{
	char *end;
	double number = strtod(text, &end);

	if (*end || end == text || !(number >= 0.1) || number > 86400)
		return err_set(e, EINVAL, "-i '%s': expected seconds, from 0.1 to 86400", text);
	*ret_seconds = number;
	return 0;
}

static int parse_count(const char *text, long *ret_count, struct err *e)
{
	char *end;
	long number = strtol(text, &end, 10);

	if (*end || end == text || number < 1 || number > 1000000000)
		return err_set(e, EINVAL, "-c '%s': expected a whole number from 1 to 1000000000",
			       text);
	*ret_count = number;
	return 0;
}

static int check_options(double interval, long count, struct err *e)
{
	if (count < 0 || interval > 0)
		return 0;
	return err_set(e, EINVAL, "stats: -c counts the intervals of -i, which is missing");
}

static int stats_options(int argc, char **argv, double *interval, long *count, struct err *e)
{
	static const struct option none[] = { { 0 } };
	static const char letters[] = "+:i:c:";
	int c, r = 0;

	while (!r && (c = getopt_long(argc, argv, letters, none, NULL)) != -1) {
		if (c == 'i')
			r = parse_interval(optarg, interval, e);
		else if (c == 'c')
			r = parse_count(optarg, count, e);
		else
			r = option_error(e, "stats", c, argv, letters);
	}
	if (!r && optind < argc)
		r = err_set(e, EINVAL, "stats: '%s' is not expected", argv[optind]);
	return r ? r : check_options(*interval, *count, e);
}

static int run(struct context *ctx, int argc, char **argv, struct err *e)
{
	struct instance i;
	double interval = 0;
	long count = -1;
	int r;

	r = stats_options(argc, argv, &interval, &count, e);
	if (r)
		return r;
	r = journal_look(ctx->instance, &i, e);
	if (r)
		return r;
	r = interval > 0 ? watch(ctx, &i, interval, count, e) : print_once(ctx, &i, e);
	instance_close(&i);
	return r;
}

const struct command cmd_stats = {
	.name = "stats",
	.summary = "what was seen and how it left, per interface",
	.help = "usage: xgress stats [-j] [-i SECONDS [-c COUNT]]\n"
		"\n"
		"Per interface and hook: packets and bytes seen on entry, and each reason with\n"
		"which packets left. The two are counted independently and are equal when no\n"
		"traffic flows. Bytes are of frames, Ethernet header included. `lost` stands "
		"beside\n"
		"them: packets that were redirected and did not get away (their bytes are not "
		"known).\n"
		"\n"
		"  -i SECONDS   print rates every so often, until interrupted\n"
		"  -c COUNT     ... this many times\n"
		"  -j, --json   print JSON; with -i one object a line, with rates beside the "
		"totals\n"
		"\n"
		"xgress.yaml(5) explains the reasons.\n",
	.run = run,
};
