// SPDX-License-Identifier: GPL-2.0-only
/* Interfaces: an entry is a name, a glob, or a mapping with `dev` and what holds for it. */
#include "ports.h"

#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* Each is compared with all others, and what is attached is a hook per interface anyway. */
#define PORTS_MAX 4096

static const char *const path_words[] = {
	[PATH_AUTO] = "auto",
	[PATH_XDP] = "xdp",
	[PATH_TC] = "tc",
	NULL,
};

/* What the kernel's dev_valid_name() refuses, and why. */
static const char *name_fault(const char *name, size_t max)
{
	const char *c;

	if (!name[0])
		return "it is empty";
	if (strlen(name) > max)
		return "it is too long";
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return "it is a folder";
	for (c = name; *c; c++) {
		if (*c == '/' || *c == ':')
			return "it holds '/' or ':'";
		if (isspace((unsigned char)*c))
			return "it holds a blank";
	}
	return NULL;
}

static int field_dev(struct reading *r, const struct node *n, const struct field *f, void *ret)
{
	struct policy_port *port = ret;
	const char *fault;
	size_t max;

	(void)f;
	if (n->kind != NODE_SCALAR || node_is_null(n))
		return reading_expected(r, n, "the name of an interface or a glob");
	port->glob = strpbrk(n->text, "*?[") != NULL;
	max = port->glob ? sizeof(port->name) - 1 : IFNAMSIZ - 1;
	fault = name_fault(n->text, max);
	if (fault)
		return reading_expected(r, n,
					"the name of an interface (1 to %d characters) or a glob "
					"(1 to %zu): %s",
					IFNAMSIZ - 1, sizeof(port->name) - 1, fault);
	memcpy(port->name, n->text, strlen(n->text) + 1);
	port->line = n->line;
	port->column = n->column;
	return 0;
}

static const struct field port_fields[] = {
	{ .key = "dev", .read = field_dev, .required = "the name of an interface or a glob" },
	{ .key = "path",
	  .read = field_word,
	  .offset = offsetof(struct policy_port, path),
	  .words = path_words },
	{},
};

static const struct policy_port *find(const struct policy_ports *ports, const char *name)
{
	size_t i;

	for (i = 0; i < ports->n; i++) {
		if (!strcmp(ports->v[i].name, name))
			return &ports->v[i];
	}
	return NULL;
}

static int check_twice(struct reading *r, const struct node *n, const struct policy_port *port)
{
	const struct policy_port *first = find(&r->policy->outside, port->name);
	char quoted[TEXT_QUOTED_SIZE];
	const char *where = "outside";

	if (!first) {
		first = find(&r->policy->inside, port->name);
		where = "inside";
	}
	if (!first)
		return 0;
	return reading_error(r, n, "found %s twice, first in line %d under '%s'",
			     text_quote(port->name, strlen(port->name), quoted), first->line,
			     where);
}

static int ports_add(struct policy_ports *ports, const struct policy_port *port)
{
	if (ports->n == ports->room) {
		size_t room = ports->room ? ports->room * 2 : 8;
		struct policy_port *v = reallocarray(ports->v, room, sizeof(*v));

		if (!v)
			return -ENOMEM;
		ports->v = v;
		ports->room = room;
	}
	ports->v[ports->n++] = *port;
	return 0;
}

static int read_port(struct reading *r, const struct node *n, const struct field *f, void *ret)
{
	struct policy_ports *ports = ret;
	struct policy_port port = {};
	int err;

	err = n->kind == NODE_MAPPING ? fields_read(r, n, port_fields, &port)
				      : field_dev(r, n, f, &port);
	if (err)
		return err;
	err = check_twice(r, n, &port);
	if (err)
		return err;
	if (ports->n == PORTS_MAX)
		return reading_error(r, n, "found more than %d entries, expected globs", PORTS_MAX);
	return ports_add(ports, &port) < 0 ? reading_no_memory(r) : 0;
}

int field_inside(struct reading *r, const struct node *n, const struct field *f, void *ret)
{
	return entries_read(r, n, f, read_port, ret);
}

int field_outside(struct reading *r, const struct node *n, const struct field *f, void *ret)
{
	struct policy_ports *ports = ret;
	int err = entries_read(r, n, f, read_port, ret);

	if (err)
		return err;
	if (!ports->n)
		return reading_expected(r, n, "at least one interface");
	return 0;
}

void policy_ports_release(struct policy_ports *p)
{
	free(p->v);
	memset(p, 0, sizeof(*p));
}
