// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "prefix.h"

static int grow(struct prefix_list *l, size_t more)
{
	size_t room = l->room ? l->room : 16;
	struct prefix *v;

	if (l->room - l->n >= more)
		return 0;
	while (room - l->n < more)
		room *= 2;
	v = reallocarray(l->v, room, sizeof(*v));
	if (!v)
		return -ENOMEM;
	l->v = v;
	l->room = room;
	return 0;
}

int prefix_list_add(struct prefix_list *l, const struct prefix *p)
{
	int ret = grow(l, 1);

	if (ret < 0)
		return ret;
	l->v[l->n++] = *p;
	return 0;
}

int prefix_list_append(struct prefix_list *l, const struct prefix_list *more)
{
	int ret;

	if (!more->n)
		return 0;
	ret = grow(l, more->n);
	if (ret < 0)
		return ret;
	memcpy(l->v + l->n, more->v, more->n * sizeof(*more->v));
	l->n += more->n;
	return 0;
}

void prefix_list_release(struct prefix_list *l)
{
	free(l->v);
	memset(l, 0, sizeof(*l));
}
