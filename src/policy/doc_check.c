// SPDX-License-Identifier: GPL-2.0-only
#include "doc_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "doc.h"
#include "text.h"

static const char *check_properties(const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		return "anchors (&name) are refused: write the value where it is used";
	if (tag)
		return "tags (!name) are refused";
	return NULL;
}

const char *doc_check_event(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return "aliases (*name) are refused: write the value out; a glob that begins with "
		       "'*' needs quotes";
	case YAML_SCALAR_EVENT:
		return check_properties(event->data.scalar.anchor, event->data.scalar.tag);
	case YAML_SEQUENCE_START_EVENT:
		return check_properties(event->data.sequence_start.anchor,
					event->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return check_properties(event->data.mapping_start.anchor,
					event->data.mapping_start.tag);
	default:
		return NULL;
	}
}

static int compare_keys(const void *a, const void *b)
{
	const struct node *left = *(const struct node *const *)a;
	const struct node *right = *(const struct node *const *)b;
	int order = strcmp(left->key->text, right->key->text);

	if (order)
		return order;
	if (left->key->line != right->key->line)
		return left->key->line < right->key->line ? -1 : 1;
	return left->key->column < right->key->column ? -1 : 1;
}

/* Sorted, because a hostile mapping of a million keys must not take a trillion comparisons. */
static int check_sorted(const struct doc_source *s, const struct node **values, size_t n,
			struct err *e)
{
	char path[NODE_PATH_SIZE];
	size_t i;

	qsort(values, n, sizeof(*values), compare_keys);
	for (i = 1; i < n; i++) {
		const struct node *first = values[i - 1]->key;
		const struct node *key = values[i]->key;

		if (strcmp(first->text, key->text))
			continue;
		return err_at(e, EINVAL, s->file, key->line, key->column,
			      "%s: found the key twice, first in line %d",
			      node_path(values[i], path), first->line);
	}
	return 0;
}

int doc_check_keys(const struct doc_source *s, const struct node *map, struct err *e)
{
	const struct node **values;
	const struct node *n;
	size_t i = 0;
	int ret;

	if (map->kind != NODE_MAPPING || map->n < 2)
		return 0;
	values = calloc(map->n, sizeof(*values));
	if (!values)
		return err_set(e, ENOMEM, "out of memory");
	for (n = map->first; n; n = n->next)
		values[i++] = n;
	ret = check_sorted(s, values, map->n, e);
	free(values);
	return ret;
}

/* Lines and columns count from 1, columns in characters. */
static void place_of(const struct doc_source *s, size_t offset, int *ret_line, int *ret_column)
{
	int line = 1;
	int column = 1;
	size_t i;

	for (i = 0; i < offset; i++) {
		if (s->text[i] == '\n') {
			line++;
			column = 1;
		} else if ((s->text[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	*ret_line = line;
	*ret_column = column;
}

static bool begins_with(const struct doc_source *s, size_t at, const char *bytes)
{
	size_t n = strlen(bytes);

	return s->size - at >= n && !memcmp(s->text + at, bytes, n);
}

/* What ends a line for libyaml, but not for the editor that shows the policy; NULL: nothing. */
static const char *hidden_line_end(const struct doc_source *s, size_t at)
{
	switch (s->text[at]) {
	case '\r':
		return begins_with(s, at, "\r\n") ? NULL : "a carriage return without a newline";
	case '\xc2':
		return begins_with(s, at, "\xc2\x85") ? "U+0085 (next line)" : NULL;
	case '\xe2':
		if (begins_with(s, at, "\xe2\x80\xa8"))
			return "U+2028 (line separator)";
		return begins_with(s, at, "\xe2\x80\xa9") ? "U+2029 (paragraph separator)" : NULL;
	default:
		return NULL;
	}
}

int doc_check_lines(const struct doc_source *s, struct err *e)
{
	const char *what;
	int line, column;
	size_t i;

	for (i = 0; i < s->size; i++) {
		what = hidden_line_end(s, i);
		if (!what)
			continue;
		place_of(s, i, &line, &column);
		return err_at(e, EINVAL, s->file, line, column,
			      "found %s: it would end the line, a comment too, without being seen",
			      what);
	}
	return 0;
}

/* libyaml gives no mark for bytes that it cannot read, only their offset. */
static int encoding_error(const struct doc_source *s, const yaml_parser_t *parser, struct err *e)
{
	size_t end = parser->problem_offset < s->size ? parser->problem_offset : s->size;
	int line, column;

	place_of(s, end, &line, &column);
	if (parser->problem_value == 0)
		return err_at(e, EINVAL, s->file, line, column, "found a NUL byte, expected text");
	return err_at(e, EINVAL, s->file, line, column, "expected UTF-8 text: %s (0x%02x)",
		      parser->problem, (unsigned int)parser->problem_value);
}

/* Line `number`, from 0. Its end is the newline, or that of the text. */
static const char *line_of(const struct doc_source *s, size_t number, const char **ret_end)
{
	const char *text_end = s->text + s->size;
	const char *start = s->text;
	const char *end;

	while (number--) {
		start = memchr(start, '\n', (size_t)(text_end - start));
		if (!start)
			return NULL;
		start++;
	}
	end = memchr(start, '\n', (size_t)(text_end - start));
	*ret_end = end ? end : text_end;
	return start;
}

static bool indented_by_tab(const char *line, const char *end)
{
	while (line < end && *line == ' ')
		line++;
	return line < end && *line == '\t';
}

/* What libyaml says of the mistakes that policies invite, and what to do about them. */
static const struct {
	const char *problem;
	const char *line_has;
	const char *hint;
} hints[] = {
	{ "found unexpected ':'", "::", "an IPv6 address that ends with ':' needs quotes in [ ]" },
	{ "did not find expected node content",
	  "::", "an IPv6 address that begins with ':' needs quotes in [ ]" },
	{ "did not find expected alphabetic or numeric character", "*",
	  "a glob that begins with '*' needs quotes" },
};

static const char *syntax_hint(const struct doc_source *s, const yaml_parser_t *parser)
{
	const char *end;
	const char *line = line_of(s, parser->problem_mark.line, &end);
	size_t i;

	if (!line)
		return NULL;
	if (indented_by_tab(line, end))
		return "indent with spaces, not with a tab";
	for (i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		if (!strcmp(parser->problem, hints[i].problem) &&
		    memmem(line, (size_t)(end - line), hints[i].line_has,
			   strlen(hints[i].line_has)))
			return hints[i].hint;
	}
	return NULL;
}

int doc_syntax_error(const struct doc_source *s, const yaml_parser_t *parser, struct err *e)
{
	int line = (int)parser->problem_mark.line + 1;
	int column = (int)parser->problem_mark.column + 1;
	const char *context = parser->context;
	const char *hint;

	if (parser->error == YAML_MEMORY_ERROR)
		return err_set(e, ENOMEM, "out of memory");
	if (parser->error == YAML_READER_ERROR)
		return encoding_error(s, parser, e);
	hint = syntax_hint(s, parser);
	return err_at(e, EINVAL, s->file, line, column, "not valid YAML: %s%s%s%s%s",
		      parser->problem, context ? " " : "", context ? context : "", hint ? "; " : "",
		      hint ? hint : "");
}
