/* SPDX-License-Identifier: GPL-2.0-only */
/* What a document is refused for, whatever its keys mean. Only doc.c needs it. */
#ifndef XG_POLICY_DOC_CHECK_H
#define XG_POLICY_DOC_CHECK_H

#include <stddef.h>
#include <yaml.h>

#include "../util/err.h"

struct node;

struct doc_source {
	const char *file;
	const char *text;
	size_t size;
};

/* No line ends where an editor shows that it goes on. */
int doc_check_lines(const struct doc_source *s, struct err *e);

/* Why the event has no place in a policy, or NULL. */
const char *doc_check_event(const yaml_event_t *event);

/* No key stands twice in a mapping. Other kinds of nodes pass. */
int doc_check_keys(const struct doc_source *s, const struct node *map, struct err *e);

/* The parser stopped: says where and why, in words of the policy's writer. */
int doc_syntax_error(const struct doc_source *s, const yaml_parser_t *parser, struct err *e);

#endif
