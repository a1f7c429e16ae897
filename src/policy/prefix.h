/* SPDX-License-Identifier: GPL-2.0-only */
/* Prefixes inside the policy reader; policy.h has what others use. */
#ifndef XG_POLICY_PREFIX_H
#define XG_POLICY_PREFIX_H

#include <stddef.h>

#include "policy.h"

struct prefix_why {
	char text[128];
};

/* prefix_parse() for text that is not terminated. */
int prefix_read(const char *text, size_t size, struct prefix *ret_prefix,
		struct prefix_why *ret_why);

int prefix_list_append(struct prefix_list *l, const struct prefix_list *more);

#endif
