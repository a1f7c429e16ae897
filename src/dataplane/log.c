// SPDX-License-Identifier: GPL-2.0-only
#include "log.h"

#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct log *current;

static void keep_end(struct log *log, const char *text, size_t length)
{
	size_t room = sizeof(log->text) - 1, over;

	if (length > room) {
		text += length - room;
		length = room;
	}
	over = log->length + length > room ? log->length + length - room : 0;
	memmove(log->text, log->text + over, log->length - over);
	log->length -= over;
	memcpy(log->text + log->length, text, length);
	log->length += length;
	log->text[log->length] = 0;
}

static int keep(enum libbpf_print_level level, const char *format, va_list arguments)
{
	char *text;
	int n;

	/* The lines that follow the verifier's log only say that loading failed. */
	if (level != LIBBPF_WARN || !current || strstr(format, "failed to load"))
		return 0;
	n = vasprintf(&text, format, arguments);
	if (n < 0)
		return 0;
	keep_end(current, text, n);
	free(text);
	return n;
}

static int ignore(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level, (void)format, (void)arguments;
	return 0;
}

void log_begin(struct log *log)
{
	memset(log, 0, sizeof(*log));
	current = log;
	libbpf_set_print(keep);
}

void log_end(struct log *log)
{
	(void)log;
	current = NULL;
	libbpf_set_print(ignore);
}
