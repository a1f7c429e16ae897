// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
	"usage: xg-bench [--quick] [--rounds N] [--packets N] [--case NAME]... [--json FILE]\n"
	"                [--against PROGRAM]\n"
	"\n"
	"Measures ways to forward packets side by side, in network namespaces of its own.\n"
	"\n"
	"  -q, --quick        fewer rounds and packets: under a minute\n"
	"  -r, --rounds N     1 to 64 (default 7)\n"
	"  -p, --packets N    frames of a flood in a round (default 1000000)\n"
	"  -c, --case NAME    only this one; may be repeated\n"
	"  -o, --json FILE    write every round there, too\n"
	"  -a, --against PROGRAM  another build of xgress, measured in the same rounds\n"
	"  -h, --help         this text\n"
	"\n"
	"cases:\n";

static void print_help(void)
{
	fputs(help, stdout);
	for (const struct bench_case *c = bench_cases; c->name; c++)
		printf("  %-9s %s\n", c->name, c->title);
}

static int parse_number(const char *option, const char *text, unsigned long least,
			unsigned long most, unsigned int *ret_number, struct err *e)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || end == text || *end || *text == '-' || n < least || n > most)
		return err_set(e, EINVAL, "%s '%s': expected %lu to %lu", option, text, least,
			       most);
	*ret_number = n;
	return 0;
}

static int add_case(struct bench_options *o, const char *name, struct err *e)
{
	for (const struct bench_case *c = bench_cases; c->name; c++) {
		if (strcmp(c->name, name))
			continue;
		if (o->n_cases == BENCH_CASES)
			return err_set(e, EINVAL, "--case is given more than %d times",
				       BENCH_CASES);
		o->cases[o->n_cases++] = c->name;
		return 0;
	}
	return err_set(e, EINVAL, "no case '%s'; --help lists them", name);
}

static int take(struct bench_options *o, int option, const char *value, struct err *e)
{
	switch (option) {
	case 'q':
		o->rounds = 3;
		o->packets = 400000;
		o->tcp_seconds = 1;
		o->pings = 5000;
		return 0;
	case 'r':
		return parse_number("--rounds", value, 1, BENCH_ROUNDS, &o->rounds, e);
	case 'p':
		return parse_number("--packets", value, 50000, 100000000, &o->packets, e);
	case 'c':
		return add_case(o, value, e);
	case 'o':
		o->json = value;
		return 0;
	case 'a':
		if (access(value, X_OK))
			return err_set(e, EINVAL, "--against '%s': %s", value, strerror(errno));
		o->against = value;
		return 0;
	case 'h':
		print_help();
		return 1;
	}
	return err_set(e, EINVAL, "unknown option, or a value is missing; --help says more");
}

int options_parse(int argc, char **argv, struct bench_options *ret_options, struct err *e)
{
	static const struct option options[] = {
		{ "quick", no_argument, NULL, 'q' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "packets", required_argument, NULL, 'p' },
		{ "case", required_argument, NULL, 'c' },
		{ "json", required_argument, NULL, 'o' },
		{ "against", required_argument, NULL, 'a' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct bench_options o = {
		.rounds = 7, .packets = 1000000, .tcp_seconds = 2, .pings = 20000
	};
	int option, err;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":qr:p:c:o:a:h", options, NULL)) != -1) {
		err = take(&o, option, optarg, e);
		if (err)
			return err;
	}
	if (optind < argc)
		return err_set(e, EINVAL, "unexpected '%s'; --help says more", argv[optind]);
	*ret_options = o;
	return 0;
}
