// SPDX-License-Identifier: GPL-2.0-only
#include "option.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

static const char *what_is_wrong(int c, const char *letters)
{
	if (c == ':')
		return "a value is missing after";
	return optopt && strchr(letters, optopt) ? "no value is expected with" : "unknown option";
}

/* In a cluster, as -xj, optind still counts the word before it; only optopt tells. */
int option_error(struct err *e, const char *who, int c, char *const argv[], const char *letters)
{
	const char letter[] = { '-', (char)optopt, 0 };
	const char *word = argv[optind - 1];

	if (optopt > ' ' && optopt < 127 && optopt != '-' &&
	    !(strchr(letters, optopt) && word[0] == '-' && word[1] == '-'))
		word = letter;
	return err_set(e, EINVAL, "%s%s%s '%s'; `xgress %s%s--help` lists the options", who,
		       *who ? ": " : "", what_is_wrong(c, letters), word, who, *who ? " " : "");
}

int option_none(int argc, char *argv[], struct err *e)
{
	static const struct option none[] = { { 0 } };
	int c;

	opterr = 0;
	c = getopt_long(argc, argv, ":", none, NULL);
	return c == -1 ? 0 : option_error(e, argv[0], c, argv, ":");
}
