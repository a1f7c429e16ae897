// SPDX-License-Identifier: GPL-2.0-only
#include "sets.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prefix.h"
#include "schema.h"
#include "set_file.h"
#include "text.h"

#define SET_NAME_MAX 63

bool policy_set_name_valid(const char *name)
{
	const char *c;

	if (!isalpha((unsigned char)name[0]) || strlen(name) > SET_NAME_MAX)
		return false;
	for (c = name; *c; c++) {
		if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_' && *c != '.')
			return false;
	}
	return true;
}

int reading_prefix(struct reading *r, const struct node *n, const char *expected,
		   struct prefix *ret_prefix)
{
	struct prefix_why why;

	if (n->kind != NODE_SCALAR || node_is_null(n))
		return reading_expected(r, n, "%s", expected);
	if (prefix_read(n->text, strlen(n->text), ret_prefix, &why) < 0)
		return reading_expected(r, n, "%s: %s", expected, why.text);
	return 0;
}

static int read_entry(struct reading *r, const struct node *n, const struct field *f, void *ret)
{
	struct prefix_list *list = ret;
	struct prefix prefix;
	int err;

	(void)f;
	err = reading_prefix(r, n, "a prefix", &prefix);
	if (err)
		return err;
	return prefix_list_add(list, &prefix) < 0 ? reading_no_memory(r) : 0;
}

/* The path from the policy's folder. Returns false where it does not fit. */
static bool absolute(const struct reading *r, const char *path, char *buf, size_t size)
{
	const char *file = r->policy->file;
	int folder = (int)(strrchr(file, '/') - file);
	int n;

	if (path[0] == '/')
		n = snprintf(buf, size, "%s", path);
	else
		n = snprintf(buf, size, "%.*s/%s", folder, file, path);
	return n >= 0 && (size_t)n < size;
}

/* They would break the lines of later messages. */
static bool has_control(const char *text)
{
	while (*text && !iscntrl((unsigned char)*text))
		text++;
	return *text != 0;
}

static int files_add(struct policy_files *f, const char *path)
{
	char **v = reallocarray(f->v, f->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	f->v = v;
	v[f->n] = strdup(path);
	if (!v[f->n])
		return -ENOMEM;
	f->n++;
	return 0;
}

void policy_files_release(struct policy_files *f)
{
	while (f->n)
		free(f->v[--f->n]);
	free(f->v);
	memset(f, 0, sizeof(*f));
}

static int field_file(struct reading *r, const struct node *n, const struct field *f, void *ret)
{
	struct prefix_list *list = ret;
	char path[PATH_MAX];
	struct err cause;
	int err;

	(void)f;
	if (n->kind != NODE_SCALAR || node_is_null(n) || !n->text[0] || has_control(n->text))
		return reading_expected(r, n, "the path of a set file");
	if (!absolute(r, n->text, path, sizeof(path)))
		return reading_error(r, n, "the path is too long");
	if (files_add(&r->policy->set_files, path) < 0)
		return reading_no_memory(r);
	err = set_file_read(path, list, &cause);
	if (err && err != -ENOMEM && !cause.line) /* the fault of the policy, which names it */
		return reading_error(r, n, "cannot read %s: %s", path, cause.message);
	if (err)
		*r->e = cause;
	return err;
}

static const struct field file_fields[] = {
	{ .key = "file", .read = field_file, .required = "the path of a set file" },
	{},
};

static int read_set(struct reading *r, const struct node *n, struct policy_set *set)
{
	if (!policy_set_name_valid(n->key->text))
		return reading_expected(r, n->key,
					"the name of a set: a letter, then letters, digits, '-', "
					"'_' or '.', at most %d in all",
					SET_NAME_MAX);
	set->name = n->key->text;
	if (n->kind == NODE_MAPPING)
		return fields_read(r, n, file_fields, &set->list);
	return entries_read(r, n, NULL, read_entry, &set->list);
}

static int compare(const void *a, const void *b)
{
	const struct policy_set *left = a;
	const struct policy_set *right = b;

	return strcmp(left->name, right->name);
}

int field_sets(struct reading *r, const struct node *n, const struct field *f, void *ret)
{
	struct policy_sets *sets = &r->sets;
	const struct node *value;
	int err;

	(void)f;
	(void)ret;
	if (node_is_null(n))
		return 0;
	if (n->kind != NODE_MAPPING)
		return reading_expected(r, n, "a mapping of names to prefixes");
	sets->v = calloc(n->n, sizeof(*sets->v));
	if (!sets->v && n->n)
		return reading_no_memory(r);
	for (value = n->first; value; value = value->next) {
		err = read_set(r, value, &sets->v[sets->n++]);
		if (err)
			return err;
	}
	qsort(sets->v, sets->n, sizeof(*sets->v), compare);
	return 0;
}

struct policy_set *policy_sets_find(const struct policy_sets *s, const char *name)
{
	struct policy_set key = { .name = name };

	if (!s->n)
		return NULL;
	return bsearch(&key, s->v, s->n, sizeof(*s->v), compare);
}

void policy_sets_release(struct policy_sets *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		prefix_list_release(&s->v[i].list);
	free(s->v);
	memset(s, 0, sizeof(*s));
}
