// SPDX-License-Identifier: GPL-2.0-only
/* xgress stats: the ledger, per interface and hook. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../dataplane/ledger.h"
#include "../util/json.h"
#include "cmd.h"

struct sample {
	struct xg_counters counters;
	bool valid;
};

static void sample_json(struct json *j, const struct xg_row *row, const struct xg_counters *c)
{
	unsigned int r;

	json_object(j, NULL);
	json_string(j, "name", row->name);
	json_string(j, "hook", hook_name(row->hook));
	json_number(j, "packets", c->seen.packets);
	json_number(j, "bytes", c->seen.bytes);
	json_number(j, "lost", ledger_packets(c, XG_ACTION_LOST));
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
	json_end_object(j);
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

	if (ctx->json) {
		json_object(&j, NULL);
		json_array(&j, "interfaces");
	}
	for (n = 0; n < XG_ROWS; n++) {
		if (!i->rows[n].attached)
			continue;
		r = ledger_read(i, n, &c, e);
		if (r)
			return r;
		if (ctx->json)
			sample_json(&j, &i->rows[n], &c);
		else
			sample_text(&i->rows[n], &c);
	}
	if (ctx->json) {
		json_end_array(&j);
		json_array(&j, "classes");
		json_end_array(&j);
		json_array(&j, "services");
		json_end_array(&j);
		json_end_object(&j);
		putchar('\n');
	}
	return 0;
}

static double now_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int print_rates(const struct instance *i, struct sample *samples, double seconds,
		       struct err *e)
{
	struct xg_counters c;
	int n, r;

	for (n = 0; n < XG_ROWS; n++) {
		if (!i->rows[n].attached)
			continue;
		r = ledger_read(i, n, &c, e);
		if (r)
			return r;
		if (samples[n].valid)
			rate_text(&i->rows[n], &c, &samples[n].counters, seconds);
		samples[n].counters = c;
		samples[n].valid = true;
	}
	fflush(stdout);
	return 0;
}

/* Until interrupted, or `count` times. */
static int watch(const struct instance *i, double interval, long count, struct err *e)
{
	struct sample *samples = calloc(XG_ROWS, sizeof(*samples));
	double before = now_seconds(), now;
	struct timespec pause;
	int r;

	if (!samples)
		return err_set(e, ENOMEM, "out of memory");
	pause.tv_sec = interval;
	pause.tv_nsec = (interval - pause.tv_sec) * 1e9;
	r = print_rates(i, samples, 1, e);
	while (!r && count-- != 0 && nanosleep(&pause, NULL) == 0) {
		now = now_seconds();
		r = print_rates(i, samples, now - before, e);
		before = now;
	}
	free(samples);
	return r;
}

static int parse_number(const char *text, double most, double *ret_number, const char *option,
			struct err *e)
{
	char *end;
	double number = strtod(text, &end);

	if (*end || end == text || !(number >= 0.1) || number > most)
		return err_set(e, EINVAL, "%s '%s': expected a number from 0.1 to %g", option, text,
			       most);
	*ret_number = number;
	return 0;
}

static int stats_options(int argc, char **argv, double *interval, double *count, struct err *e)
{
	int c, r = 0;

	while (!r && (c = getopt(argc, argv, "+:i:c:")) != -1) {
		if (c == 'i')
			r = parse_number(optarg, 86400, interval, "-i", e);
		else if (c == 'c')
			r = parse_number(optarg, 1e9, count, "-c", e);
		else
			r = err_set(e, EINVAL, "stats: unknown option or missing value: '%s'",
				    argv[optind - 1]);
	}
	if (!r && optind < argc)
		r = err_set(e, EINVAL, "stats: '%s' is not expected", argv[optind]);
	return r;
}

static int run(struct context *ctx, int argc, char **argv, struct err *e)
{
	double interval = 0, count = -1;
	struct instance i;
	int r;

	r = stats_options(argc, argv, &interval, &count, e);
	if (!r && interval > 0 && ctx->json)
		r = err_set(e, EINVAL, "stats: -i prints text; with -j take samples yourself");
	if (r)
		return r;
	r = instance_open(ctx->instance, INSTANCE_READ, &i, e);
	if (r)
		return r;
	r = interval > 0 ? watch(&i, interval, count, e) : print_once(ctx, &i, e);
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
		"  -j, --json   print JSON\n"
		"\n"
		"xgress.yaml(5) explains the reasons.\n",
	.run = run,
};
