/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands. One file each, one line each in the table of main.c. A command parses its own
 * options, does its work, and fills `e` on failure; main prints the error.
 */
#ifndef XG_CMD_CMD_H
#define XG_CMD_CMD_H

#include <stdbool.h>

#include "../util/err.h"

struct context {
	bool json;
	const char *netns;    /* name or path given with -n; NULL: the caller's; entered already */
	const char *instance; /* "default", or given with --instance */
};

struct command {
	const char *name;
	const char *summary; /* one line of `xgress --help` */
	const char *help;    /* the whole text of `xgress NAME --help` */
	/* argv[0] is the command's name. Returns 0, -EINVAL for bad usage or policy, or another. */
	int (*run)(struct context *ctx, int argc, char **argv, struct err *e);
};

extern const struct command cmd_apply, cmd_run, cmd_down, cmd_status, cmd_stats, cmd_probe, cmd_lab;
extern const struct command cmd_confirm, cmd_rollback;
extern const struct command cmd_explain;

#endif
