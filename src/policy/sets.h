/* SPDX-License-Identifier: GPL-2.0-only */
/* The named sets of a policy. They live as long as it is read: guard's lists take copies. */
#ifndef XG_POLICY_SETS_H
#define XG_POLICY_SETS_H

#include <stdbool.h>
#include <stddef.h>

#include "policy.h"

struct field;
struct node;
struct reading;

struct policy_set {
	const char *name; /* the document's */
	struct prefix_list list;
	unsigned int used_in; /* the guard lists that have it, so that naming it twice is free */
};

struct policy_sets {
	struct policy_set *v; /* sorted by name */
	size_t n;
};

int field_sets(struct reading *r, const struct node *n, const struct field *f, void *ret);

/* A name begins with a letter, so that it can never be read as a prefix. */
bool policy_set_name_valid(const char *name);

struct policy_set *policy_sets_find(const struct policy_sets *s, const char *name);
void policy_sets_release(struct policy_sets *s);
void policy_files_release(struct policy_files *f);

/* One prefix as an entry of a list. `expected` says what else could stand there. */
int reading_prefix(struct reading *r, const struct node *n, const char *expected,
		   struct prefix *ret_prefix);

#endif
