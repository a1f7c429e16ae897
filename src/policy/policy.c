// SPDX-License-Identifier: GPL-2.0-only
/* The whole of a policy: its table, and the way from a file to the struct. */
#include "policy.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doc.h"
#include "file.h"
#include "guard.h"
#include "ports.h"
#include "schema.h"
#include "sets.h"

#define POLICY_FILE_MAX (16u << 20)

static const char *const mode_words[] = {
	[MODE_AUTO] = "auto",
	[MODE_NATIVE] = "native",
	[MODE_GENERIC] = "generic",
	[MODE_OFFLOAD] = "offload",
	NULL,
};

/* The word is kept for what it will mean. */
static int field_mode(struct reading *r, const struct node *n, const struct field *f, void *ret)
{
	enum policy_mode *mode = ret;
	int err;

	err = field_word(r, n, f, mode);
	if (!err && *mode == MODE_OFFLOAD)
		return reading_error(r, n,
				     "offload is not implemented yet, expected auto, native or "
				     "generic");
	return err;
}

static const char *const forward_words[] = {
	[FORWARD_AUTO] = "auto",
	[FORWARD_FAST] = "fast",
	[FORWARD_KERNEL] = "kernel",
	NULL,
};

static const char *const ledger_words[] = {
	[LEDGER_CLOSED] = "closed",
	[LEDGER_OPEN] = "open",
	NULL,
};

static const char *const fast_over_words[] = { "nat", "xfrm", NULL };

static int field_forward(struct reading *r, const struct node *n, const struct field *f, void *ret)
{
	r->policy->forward_line = n->line;
	r->policy->forward_column = n->column;
	return field_word(r, n, f, ret);
}

/* The words count through the bits of enum policy_fast_over. */
static int read_fast_over(struct reading *r, const struct node *n, const struct field *f, void *ret)
{
	unsigned int bit = 0;
	int err = field_word(r, n, f, &bit);

	if (!err)
		*(unsigned int *)ret |= 1U << bit;
	return err;
}

static int field_fast_over(struct reading *r, const struct node *n, const struct field *f,
			   void *ret)
{
	return entries_read(r, n, f, read_fast_over, ret);
}

static const struct field policy_fields[] = {
	{ .key = "outside",
	  .read = field_outside,
	  .offset = offsetof(struct policy, outside),
	  .required = "at least one interface" },
	{ .key = "inside", .read = field_inside, .offset = offsetof(struct policy, inside) },
	{ .key = "mode",
	  .read = field_mode,
	  .offset = offsetof(struct policy, mode),
	  .words = mode_words },
	{ .key = "forward",
	  .read = field_forward,
	  .offset = offsetof(struct policy, forward),
	  .words = forward_words },
	{ .key = "fast_over",
	  .read = field_fast_over,
	  .offset = offsetof(struct policy, fast_over),
	  .words = fast_over_words },
	{ .key = "ledger",
	  .read = field_word,
	  .offset = offsetof(struct policy, ledger),
	  .words = ledger_words },
	{ .key = "sets", .read = field_sets },
	{ .key = "guard", .read = field_mapping, .fields = guard_fields },
	{},
};

static int read_text(struct reading *r, const char *text, size_t size)
{
	struct doc doc;
	int ret;

	if (size > POLICY_FILE_MAX)
		return err_at(r->e, EINVAL, r->file, 0, 0, "larger than %u MB",
			      POLICY_FILE_MAX >> 20);
	ret = doc_parse(r->file, text, size, &doc, r->e);
	if (ret < 0)
		return ret;
	ret = fields_read(r, doc.root, policy_fields, r->policy);
	policy_sets_release(&r->sets);
	doc_release(&doc);
	return ret;
}

/* Text in memory may have no file yet; then its name counts from the working folder. */
static int find_absolute(const char *file, char *buf, size_t size)
{
	char *real = realpath(file, NULL);
	char *folder = NULL;
	int n;

	if (!real && file[0] != '/')
		folder = getcwd(NULL, 0);
	n = snprintf(buf, size, "%s%s%s", folder ? folder : "", folder ? "/" : "",
		     real ? real : file);
	free(folder);
	free(real);
	if (n < 0 || (size_t)n >= size)
		return -ENAMETOOLONG;
	return buf[0] == '/' ? 0 : -ENOENT;
}

int policy_parse(const char *file, const char *text, size_t size, struct policy *ret_policy,
		 struct err *e)
{
	struct policy policy = {};
	struct reading r = { .file = file, .policy = &policy, .e = e };
	int ret;

	ret = find_absolute(file, policy.file, sizeof(policy.file));
	if (ret < 0)
		return err_set(e, -ret, "cannot name the folder of %s: %s", file, strerror(-ret));
	policy.name = strdup(file);
	ret = policy.name ? read_text(&r, text, size) : reading_no_memory(&r);
	if (ret < 0) {
		policy_release(&policy);
		return ret;
	}
	*ret_policy = policy;
	return 0;
}

int policy_read(const char *file, struct policy *ret_policy, struct err *e)
{
	size_t size;
	char *text;
	int ret;

	ret = file_read(file, POLICY_FILE_MAX, &text, &size, e);
	if (ret < 0)
		return ret == -ENOMEM ? ret : -EINVAL;
	ret = policy_parse(file, text, size, ret_policy, e);
	free(text);
	return ret;
}

void policy_release(struct policy *p)
{
	policy_ports_release(&p->outside);
	policy_ports_release(&p->inside);
	prefix_list_release(&p->guard.block_src);
	prefix_list_release(&p->guard.block_dst);
	prefix_list_release(&p->guard.allow);
	policy_files_release(&p->set_files);
	free(p->name);
	free(p->guard.parts);
	memset(p, 0, sizeof(*p));
}
