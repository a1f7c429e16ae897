// SPDX-License-Identifier: GPL-2.0-only
/* xgress: the table of commands, and what all of them share. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/error.h"
#include "net/netns.h"
#include "util/json.h"
#include "util/option.h"

enum { EXIT_DONE, EXIT_REFUSED, EXIT_USAGE };
enum { OPTION_INSTANCE = 256 };

static const struct command *const commands[] = {
	&cmd_apply,  &cmd_confirm, &cmd_rollback, &cmd_run, &cmd_down,
	&cmd_status, &cmd_stats,   &cmd_probe,    &cmd_lab, &cmd_explain,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *out)
{
	size_t i;

	fputs("usage: xgress [-n NETNS] [-j] [--instance NAME] COMMAND [ARGUMENTS]\n"
	      "\n"
	      "Accelerates and controls what leaves this host.\n"
	      "\n"
	      "commands (unique prefixes are accepted; `xgress COMMAND --help` says more):\n",
	      out);
	for (i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\n"
	      "options:\n"
	      "  -n, --netns NETNS     work in this network namespace (a name or a path)\n"
	      "  -j, --json            print JSON, errors too\n"
	      "      --instance NAME   one of several policies side by side (default: default)\n"
	      "  -h, --help            this text\n"
	      "  -V, --version         the version\n"
	      "\n"
	      "exit status: 0 done, 1 the kernel or the system refused, 2 bad usage or bad "
	      "policy\n",
	      out);
}

static void print_error(const struct context *ctx, const struct err *e)
{
	struct json j = { .out = stdout };

	if (!ctx->json) {
		if (!e->file[0])
			fputs("xgress: ", stderr);
		error_text(stderr, e);
		return;
	}
	json_object(&j, NULL);
	error_json(&j, e);
	json_end_object(&j);
	putchar('\n');
}

static int find_command(const char *name, const struct command **ret_command, struct err *e)
{
	const struct command *found = NULL;
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i]->name, name) == 0) {
			*ret_command = commands[i];
			return 0;
		}
		if (strncmp(commands[i]->name, name, strlen(name)) != 0)
			continue;
		if (found)
			return err_set(e, EINVAL, "'%s' may be %s or %s: write more of it", name,
				       found->name, commands[i]->name);
		found = commands[i];
	}
	if (!found)
		return err_set(e, EINVAL, "no command '%s'; `xgress --help` lists them", name);
	*ret_command = found;
	return 0;
}

static int check_instance(const char *name, struct err *e)
{
	const char *good = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	if (*name && strlen(name) <= 32 && name[strspn(name, good)] == 0)
		return 0;
	return err_set(e, EINVAL, "--instance '%s': expected 1 to 32 letters, digits, '-' or '_'",
		       name);
}

/* Returns 0 to go on, 1 when the option was all that was asked for, or a negative errno. */
static int parse_options(struct context *ctx, int argc, char **argv, struct err *e)
{
	static const struct option options[] = {
		{ "netns", required_argument, NULL, 'n' },
		{ "json", no_argument, NULL, 'j' },
		{ "instance", required_argument, NULL, OPTION_INSTANCE },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	static const char letters[] = "+:n:jhV";
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, options, NULL)) != -1) {
		switch (c) {
		case 'n':
			ctx->netns = optarg;
			break;
		case 'j':
			ctx->json = true;
			break;
		case OPTION_INSTANCE:
			ctx->instance = optarg;
			break;
		case 'h':
			print_help(stdout);
			return 1;
		case 'V':
			puts("xgress " XG_VERSION);
			return 1;
		default:
			return option_error(e, "", c, argv, letters);
		}
	}
	return check_instance(ctx->instance, e);
}

/* Known before anything can fail: errors are JSON, too. */
static bool wants_json(char **argv)
{
	for (; *argv && strcmp(*argv, "--") != 0; argv++) {
		if (strcmp(*argv, "-j") == 0 || strcmp(*argv, "--json") == 0)
			return true;
	}
	return false;
}

/* `-j` and `--help` are taken behind the command as well. */
static bool take_common(struct context *ctx, const struct command *command, int *argc, char **argv)
{
	bool ended = false;
	int i, kept = 1;

	for (i = 1; i < *argc; i++) {
		ended |= strcmp(argv[i], "--") == 0;
		if (ended)
			argv[kept++] = argv[i];
		else if (strcmp(argv[i], "-j") == 0 || strcmp(argv[i], "--json") == 0)
			ctx->json = true;
		else if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0)
			return fputs(command->help, stdout), false;
		else
			argv[kept++] = argv[i];
	}
	argv[kept] = NULL;
	*argc = kept;
	return true;
}

static int dispatch(struct context *ctx, int argc, char **argv, struct err *e)
{
	const struct command *command = NULL;
	int r;

	r = parse_options(ctx, argc, argv, e);
	if (r)
		return r < 0 ? r : 0;
	argc -= optind;
	argv += optind;
	if (argc == 0) {
		print_help(stderr);
		return err_set(e, EINVAL, "a command is missing");
	}
	r = find_command(argv[0], &command, e);
	if (r)
		return r;
	if (!take_common(ctx, command, &argc, argv))
		return 0;
	if (ctx->netns) {
		r = netns_enter(ctx->netns, e);
		if (r)
			return r;
	}
	optind = 0; /* getopt starts anew */
	return command->run(ctx, argc, argv, e);
}

int main(int argc, char **argv)
{
	struct context ctx = { .instance = "default", .json = wants_json(argv) };
	struct err e = { 0 };
	int r;

	r = dispatch(&ctx, argc, argv, &e);
	if (!r)
		return fflush(stdout) == 0 ? EXIT_DONE : EXIT_REFUSED;
	print_error(&ctx, &e);
	return r == -EINVAL ? EXIT_USAGE : EXIT_REFUSED;
}
