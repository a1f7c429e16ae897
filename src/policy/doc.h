/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A YAML document as a tree that keeps the place of every node. Only the plain part of YAML is
 * let in: one document, no anchors, aliases, merge keys or tags, no key twice in a mapping, keys
 * that are words. So what a person reads is what a policy says.
 */
#ifndef XG_POLICY_DOC_H
#define XG_POLICY_DOC_H

#include <stdbool.h>
#include <stddef.h>

#include "../util/err.h"

/* The deepest nesting of a policy is far below; nothing that walks the tree can run out of stack.
 */
#define DOC_DEPTH_MAX 16
/* A list longer than this belongs into a set file, which needs a quarter of the memory. */
#define DOC_NODES_MAX 2000000

#define NODE_PATH_SIZE 160

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAPPING };

struct node {
	enum node_kind kind;
	bool plain; /* a scalar without quotes */
	int line;   /* from 1 */
	int column; /* from 1, in characters */
	size_t n;   /* entries of a list, values of a mapping: */
	struct node *first;
	struct node *last;
	struct node *next;
	const struct node *parent; /* NULL at the root */
	const struct node *key;    /* of a value in a mapping, else NULL */
	struct node *older;        /* every node of the document, for its release */
	char text[];               /* of a scalar, without NUL bytes */
};

struct doc {
	struct node *root;
	struct node *newest;
	size_t n_nodes;
};

/* Returns 0 with a document that has a root, or a negative errno with `e` filled. */
int doc_parse(const char *file, const char *text, size_t size, struct doc *ret_doc, struct err *e);
void doc_release(struct doc *d);

/* Nothing was written, or ~ or null. */
bool node_is_null(const struct node *n);

/* The keys from the root to the node, as "guard.block"; "" for the root. `buf` is NODE_PATH_SIZE.
 */
const char *node_path(const struct node *n, char *buf);

#endif
