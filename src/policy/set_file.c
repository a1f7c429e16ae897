// SPDX-License-Identifier: GPL-2.0-only
#include "set_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "prefix.h"
#include "text.h"

/* Ten million IPv6 prefixes fit. */
#define SET_FILE_MAX (512u << 20)

struct line {
	const char *start;
	const char *end;
	int number;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static int refuse(const char *path, const struct line *l, const char *word, const char *end,
		  const char *why, struct err *e)
{
	char quoted[TEXT_QUOTED_SIZE];

	return err_at(e, EINVAL, path, l->number, (int)(word - l->start) + 1,
		      "found %s, expected one prefix a line: %s",
		      text_quote(word, (size_t)(end - word), quoted), why);
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

static const char *skip_word(const char *p, const char *end)
{
	while (p < end && !is_blank(*p) && *p != '#')
		p++;
	return p;
}

static int read_line(const char *path, const struct line *l, struct prefix_list *list,
		     struct err *e)
{
	const char *word = skip_blanks(l->start, l->end);
	const char *end = skip_word(word, l->end);
	const char *rest = skip_blanks(end, l->end);
	struct prefix_why why;
	struct prefix prefix;

	if (rest < l->end && *rest != '#')
		return refuse(path, l, rest, l->end, "this is more", e);
	if (word == end)
		return 0;
	if (prefix_read(word, (size_t)(end - word), &prefix, &why) < 0)
		return refuse(path, l, word, end, why.text, e);
	if (prefix_list_add(list, &prefix) < 0)
		return err_set(e, ENOMEM, "out of memory");
	return 0;
}

int set_text_read(const char *path, const char *text, size_t size, struct prefix_list *list,
		  struct err *e)
{
	const char *end = text + size;
	struct line l = { .start = text };
	int ret = 0;

	/* Editors of some systems put a byte order mark there. */
	if (size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		l.start += 3;
	while (l.start < end && !ret) {
		l.end = memchr(l.start, '\n', (size_t)(end - l.start));
		if (!l.end)
			l.end = end;
		l.number++;
		ret = read_line(path, &l, list, e);
		l.start = l.end + 1;
	}
	return ret;
}

int set_file_read(const char *path, struct prefix_list *list, struct err *e)
{
	size_t size;
	char *text;
	int ret;

	ret = file_read(path, SET_FILE_MAX, &text, &size, e);
	if (ret < 0)
		return ret;
	ret = set_text_read(path, text, size, list, e);
	free(text);
	return ret;
}
