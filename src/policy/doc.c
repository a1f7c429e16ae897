// SPDX-License-Identifier: GPL-2.0-only
/*
 * From libyaml's events to the tree. Events, not libyaml's own document: that one resolves
 * aliases before anybody could refuse them and recurses as deep as the text asks for.
 */
#include "doc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "doc_check.h"
#include "text.h"

struct builder {
	yaml_parser_t parser;
	const struct doc_source *source;
	struct err *e;
	struct doc doc;
	struct node *open[DOC_DEPTH_MAX];
	int depth;
	struct node *key; /* read, and its value is not yet */
};

static int refuse(struct builder *b, const yaml_mark_t *at, const char *why)
{
	return err_at(b->e, EINVAL, b->source->file, (int)at->line + 1, (int)at->column + 1, "%s",
		      why);
}

static struct node *node_new(struct builder *b, const yaml_event_t *event, enum node_kind kind,
			     const char *text, size_t size)
{
	struct node *n = calloc(1, sizeof(*n) + size + 1);

	if (!n)
		return NULL;
	n->kind = kind;
	n->line = (int)event->start_mark.line + 1;
	n->column = (int)event->start_mark.column + 1;
	n->parent = b->depth ? b->open[b->depth - 1] : NULL;
	memcpy(n->text, text, size);
	n->older = b->doc.newest;
	b->doc.newest = n;
	b->doc.n_nodes++;
	return n;
}

static int take_key(struct builder *b, const yaml_event_t *event, struct node *n)
{
	if (n->kind != NODE_SCALAR)
		return refuse(b, &event->start_mark, "a key must be a word");
	if (n->plain && !strcmp(n->text, "<<"))
		return refuse(b, &event->start_mark,
			      "merge keys (<<) are refused: write the values out");
	if (node_is_null(n))
		return refuse(b, &event->start_mark,
			      "found ':' without a key; an address that begins or ends with ':' "
			      "needs quotes");
	b->key = n;
	return 0;
}

static int attach(struct builder *b, const yaml_event_t *event, struct node *n)
{
	struct node *parent = b->depth ? b->open[b->depth - 1] : NULL;

	if (!parent) {
		b->doc.root = n;
		return 0;
	}
	if (parent->kind == NODE_MAPPING && !b->key)
		return take_key(b, event, n);
	n->key = b->key;
	b->key = NULL;
	if (parent->last)
		parent->last->next = n;
	else
		parent->first = n;
	parent->last = n;
	parent->n++;
	return 0;
}

static int add(struct builder *b, const yaml_event_t *event, enum node_kind kind, const char *text,
	       size_t size)
{
	struct node *n;

	if (b->doc.n_nodes >= DOC_NODES_MAX)
		return refuse(b, &event->start_mark,
			      "too many entries in one policy: put long lists into set files");
	n = node_new(b, event, kind, text, size);
	if (!n)
		return err_set(b->e, ENOMEM, "out of memory");
	n->plain = kind == NODE_SCALAR && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return attach(b, event, n);
}

static int add_scalar(struct builder *b, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t size = event->data.scalar.length;

	if (memchr(text, 0, size))
		return refuse(b, &event->start_mark, "found a NUL character (\\0) in the text");
	return add(b, event, NODE_SCALAR, text, size);
}

static int open_node(struct builder *b, const yaml_event_t *event, enum node_kind kind)
{
	int ret;

	if (b->depth == DOC_DEPTH_MAX)
		return refuse(b, &event->start_mark, "nested too deeply");
	ret = add(b, event, kind, "", 0);
	if (ret < 0)
		return ret;
	b->open[b->depth++] = b->doc.newest;
	return 0;
}

static int close_node(struct builder *b)
{
	return doc_check_keys(b->source, b->open[--b->depth], b->e);
}

static int take(struct builder *b, const yaml_event_t *event)
{
	const char *refusal = doc_check_event(event);

	if (refusal)
		return refuse(b, &event->start_mark, refusal);
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (b->doc.root)
			return refuse(b, &event->start_mark,
				      "found a second document, expected one policy per file");
		return 0;
	case YAML_SCALAR_EVENT:
		return add_scalar(b, event);
	case YAML_SEQUENCE_START_EVENT:
		return open_node(b, event, NODE_LIST);
	case YAML_MAPPING_START_EVENT:
		return open_node(b, event, NODE_MAPPING);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_node(b);
	default:
		return 0;
	}
}

static int build(struct builder *b)
{
	yaml_event_t event;
	bool more;
	int ret;

	do {
		if (!yaml_parser_parse(&b->parser, &event))
			return doc_syntax_error(b->source, &b->parser, b->e);
		ret = take(b, &event);
		more = event.type != YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	} while (more && ret == 0);
	if (ret < 0)
		return ret;
	if (!b->doc.root || node_is_null(b->doc.root))
		return err_at(b->e, EINVAL, b->source->file, 1, 1,
			      "the policy is empty, expected at least 'outside: [INTERFACE]'");
	return 0;
}

int doc_parse(const char *file, const char *text, size_t size, struct doc *ret_doc, struct err *e)
{
	/* A byte order mark would count as a column. */
	size_t skip = size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
	struct doc_source source = { .file = file, .text = text + skip, .size = size - skip };
	struct builder b = { .source = &source, .e = e };
	int ret;

	ret = doc_check_lines(&source, e);
	if (ret < 0)
		return ret;
	if (!yaml_parser_initialize(&b.parser))
		return err_set(e, ENOMEM, "out of memory");
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)source.text, source.size);
	ret = build(&b);
	yaml_parser_delete(&b.parser);
	if (ret < 0) {
		doc_release(&b.doc);
		return ret;
	}
	*ret_doc = b.doc;
	return 0;
}

void doc_release(struct doc *d)
{
	struct node *n = d->newest;

	while (n) {
		struct node *older = n->older;

		free(n);
		n = older;
	}
	memset(d, 0, sizeof(*d));
}

bool node_is_null(const struct node *n)
{
	return n->kind == NODE_SCALAR && n->plain &&
	       (!n->text[0] || !strcmp(n->text, "~") || !strcmp(n->text, "null"));
}

const char *node_path(const struct node *n, char *buf)
{
	const struct node *keys[DOC_DEPTH_MAX + 1];
	size_t used = 0;
	int count = 0;

	for (; n; n = n->parent) {
		if (n->key)
			keys[count++] = n->key;
	}
	buf[0] = 0;
	while (count--) {
		if (used)
			used += text_copy(".", buf + used, NODE_PATH_SIZE - used);
		used += text_copy(keys[count]->text, buf + used, NODE_PATH_SIZE - used);
	}
	return buf;
}
