// SPDX-License-Identifier: GPL-2.0-only
#include "line.h"

#include <stdarg.h>
#include <stdio.h>

void line_begin(struct line *l, char *text, size_t size)
{
	*l = (struct line){ .text = text, .room = size };
	*text = '\0';
}

void line_add(struct line *l, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(l->text, l->room, format, arguments);
	va_end(arguments);
	if (n < 0)
		return;
	if ((size_t)n >= l->room)
		n = l->room - 1;
	l->text += n;
	l->room -= n;
}
