// SPDX-License-Identifier: GPL-2.0-only
#include "schema.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

#define FIELDS_MAX  32
#define DETAIL_SIZE 512

static int fail(struct reading *r, const struct node *place, const struct node *subject,
		const char *detail)
{
	char path[NODE_PATH_SIZE];

	node_path(subject, path);
	return err_at(r->e, EINVAL, r->file, place->line, place->column, "%s%s%s", path,
		      path[0] ? ": " : "", detail);
}

static const char *found(const struct node *n, char *buf)
{
	if (node_is_null(n))
		return "nothing";
	if (n->kind == NODE_SCALAR)
		return text_quote(n->text, strlen(n->text), buf);
	if (n->kind == NODE_MAPPING)
		return "a mapping";
	return n->n ? "a list" : "an empty list";
}

int reading_error(struct reading *r, const struct node *n, const char *format, ...)
{
	char detail[DETAIL_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(detail, sizeof(detail), format, args);
	va_end(args);
	return fail(r, n, n, detail);
}

int reading_expected(struct reading *r, const struct node *n, const char *format, ...)
{
	char quoted[TEXT_QUOTED_SIZE];
	char expected[DETAIL_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(expected, sizeof(expected), format, args);
	va_end(args);
	return reading_error(r, n, "found %s, expected %s", found(n, quoted), expected);
}

int reading_no_memory(struct reading *r)
{
	return err_set(r->e, ENOMEM, "out of memory");
}

static const char *known_keys(const struct field *fields, char *buf, size_t size)
{
	const char *words[FIELDS_MAX + 1] = {};
	size_t i;

	for (i = 0; fields[i].key && i < FIELDS_MAX; i++)
		words[i] = fields[i].key;
	return text_choice(words, buf, size);
}

static int unknown_key(struct reading *r, const struct node *value, const struct field *fields)
{
	const struct field *f;
	struct text_nearest near;
	char detail[DETAIL_SIZE];
	char known[256];

	text_nearest_init(&near, value->key->text);
	for (f = fields; f->key; f++)
		text_nearest_try(&near, f->key);
	known_keys(fields, known, sizeof(known));
	if (near.best)
		snprintf(detail, sizeof(detail),
			 "unknown key, did you mean '%s'? expected one of %s", near.best, known);
	else
		snprintf(detail, sizeof(detail), "unknown key, expected one of %s", known);
	return fail(r, value->key, value, detail);
}

static int check_keys(struct reading *r, const struct node *map, const struct field *fields)
{
	const struct field *f;
	const struct node *n;

	for (n = map->first; n; n = n->next) {
		for (f = fields; f->key && strcmp(f->key, n->key->text); f++)
			;
		if (!f->key)
			return unknown_key(r, n, fields);
	}
	return 0;
}

static const struct node *value_of(const struct node *map, const char *key)
{
	const struct node *n;

	for (n = map->first; n; n = n->next) {
		if (!strcmp(n->key->text, key))
			return n;
	}
	return NULL;
}

static int missing_key(struct reading *r, const struct node *map, const struct field *f)
{
	char path[NODE_PATH_SIZE];

	node_path(map, path);
	return err_at(r->e, EINVAL, r->file, map->line, map->column,
		      "%s%s%s: the key is missing, expected %s", path, path[0] ? "." : "", f->key,
		      f->required);
}

int fields_read(struct reading *r, const struct node *n, const struct field *fields, void *ret)
{
	const struct field *f;
	char known[256];
	int err;

	if (n->kind != NODE_MAPPING && !node_is_null(n))
		return reading_expected(r, n, "a mapping with the keys %s",
					known_keys(fields, known, sizeof(known)));
	err = check_keys(r, n, fields);
	for (f = fields; f->key && !err; f++) {
		const struct node *value = value_of(n, f->key);

		if (value)
			err = f->read(r, value, f, (char *)ret + f->offset);
		else if (f->required)
			err = missing_key(r, n, f);
	}
	return err;
}

int field_mapping(struct reading *r, const struct node *n, const struct field *f, void *ret)
{
	return fields_read(r, n, f->fields, ret);
}

int field_word(struct reading *r, const struct node *n, const struct field *f, void *ret)
{
	unsigned int *value = ret;
	char choice[128];
	unsigned int i;

	for (i = 0; n->kind == NODE_SCALAR && f->words[i]; i++) {
		if (!strcmp(f->words[i], n->text)) {
			*value = i;
			return 0;
		}
	}
	return reading_expected(r, n, "%s", text_choice(f->words, choice, sizeof(choice)));
}

int entries_read(struct reading *r, const struct node *n, const struct field *f, entry_fn read,
		 void *ret)
{
	const struct node *entry;
	int err = 0;

	if (node_is_null(n))
		return 0;
	if (n->kind != NODE_LIST)
		return read(r, n, f, ret);
	for (entry = n->first; entry && !err; entry = entry->next)
		err = read(r, entry, f, ret);
	return err;
}
