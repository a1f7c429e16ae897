/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The schema of a policy is tables of fields; a field's `read` turns a node into a part of the
 * policy. Whatever reads a node fails through reading_expected(), so that all errors read alike.
 */
#ifndef XG_POLICY_SCHEMA_H
#define XG_POLICY_SCHEMA_H

#include <stddef.h>

#include "doc.h"
#include "policy.h"
#include "sets.h"

/* One reading of one policy. */
struct reading {
	const char *file; /* as the user named it: errors do so, too */
	struct policy *policy;
	struct policy_sets sets;
	struct err *e;
};

/* A table of fields ends with an empty key and stands in the order in which they are read. */
struct field {
	const char *key;
	int (*read)(struct reading *r, const struct node *n, const struct field *f, void *ret);
	size_t offset;        /* of `ret` in the struct of the table */
	const char *required; /* what is expected where the key is missing; NULL: may be missing */
	const struct field *fields; /* for field_mapping */
	const char *const *words;   /* for field_word: enum values count through them */
	unsigned int lists;         /* for guard_read */
};

/* Reads a mapping by its table. An empty node is an empty mapping. */
int fields_read(struct reading *r, const struct node *n, const struct field *fields, void *ret);

int field_mapping(struct reading *r, const struct node *n, const struct field *f, void *ret);

/* Into an enum. */
int field_word(struct reading *r, const struct node *n, const struct field *f, void *ret);

typedef int (*entry_fn)(struct reading *r, const struct node *n, const struct field *f, void *ret);

/* Calls `read` for each entry of a list; a single value is a list of one, an empty node of none. */
int entries_read(struct reading *r, const struct node *n, const struct field *f, entry_fn read,
		 void *ret);

/* "guard.unreadable: found 'dorp', expected ..." at the node. Returns -EINVAL. */
int reading_expected(struct reading *r, const struct node *n, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "guard.block: ..." at the node. Returns -EINVAL. */
int reading_error(struct reading *r, const struct node *n, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

int reading_no_memory(struct reading *r);

#endif
