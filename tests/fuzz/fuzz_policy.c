// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any text as a policy. What is refused has a message and nothing left to release; what is taken
 * holds only what later stages may rely on.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

static void check_error(int ret, const struct err *e)
{
	require(ret < 0, "an error is negative");
	require(e->message[0], "an error has a message");
	require(!strpbrk(e->message, "\n\r\033"), "a message is one line");
	require(!e->file[0] || (e->line >= 1 && e->column >= 1), "a place counts from 1");
}

static void check_list(const struct prefix_list *l)
{
	char text[PREFIX_TEXT_SIZE];
	struct prefix again;
	const char *why;
	size_t i;

	for (i = 0; i < l->n; i++) {
		prefix_format(&l->v[i], text);
		require(!prefix_parse(text, &again, &why), "a prefix reads again");
		require(!memcmp(&again, &l->v[i], sizeof(again)), "a prefix stays the same");
	}
}

static void check_ports(const struct policy_ports *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		size_t length = strlen(p->v[i].name);

		require(length >= 1 && length < (p->v[i].glob ? 32 : 16), "a name fits");
		require(!strpbrk(p->v[i].name, "/ \t\n"), "a name is one of an interface");
		require(p->v[i].path <= PATH_TC, "a path is known");
		require(p->v[i].line >= 1 && p->v[i].column >= 1, "a port has a place");
	}
}

static void check_policy(const struct policy *p)
{
	require(p->file[0] == '/', "the file is absolute");
	require(p->outside.n >= 1, "something is outside");
	require(p->mode <= MODE_OFFLOAD, "the mode is known");
	check_ports(&p->outside);
	check_ports(&p->inside);
	check_list(&p->guard.block_src);
	check_list(&p->guard.block_dst);
	check_list(&p->guard.allow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct policy policy;
	struct err e = {};
	int ret = policy_parse("/nonexistent/fuzz.yaml", (const char *)data, size, &policy, &e);

	if (ret < 0) {
		check_error(ret, &e);
		return 0;
	}
	check_policy(&policy);
	policy_release(&policy);
	return 0;
}
