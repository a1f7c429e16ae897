// SPDX-License-Identifier: GPL-2.0-only
#include "prefixes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * Like a list of abusers: single hosts, /24s and shorter, over the whole space. Every eighth is
 * near the flood's destinations (10.3.0.0 to 10.3.15.255), where a lookup has to look closer.
 */
static void ipv4_text(unsigned int i, char *text, size_t size)
{
	if (i % 8 == 0)
		snprintf(text, size, "10.3.%u.0/28", 16 + i / 8);
	else if (i % 2)
		snprintf(text, size, "%u.%u.%u.7/32", 20 + i % 180, i / 8, i % 251);
	else
		snprintf(text, size, "%u.%u.%u.0/24", 20 + i % 180, 128 + i / 16, i % 251);
}

static void ipv6_text(unsigned int i, char *text, size_t size)
{
	if (i % 8 == 0)
		snprintf(text, size, "fd00:3:0:%x::/64", i + 1);
	else if (i % 2)
		snprintf(text, size, "2001:db8:%x:2::7/128", i);
	else
		snprintf(text, size, "2a00:%x::/48", i);
}

void prefix_text(unsigned int i, bool ipv6, char *text, size_t size)
{
	if (ipv6)
		ipv6_text(i, text, size);
	else
		ipv4_text(i, text, size);
}

int prefixes_write(const char *path, bool ipv6, struct err *e)
{
	char text[64];
	FILE *f;

	f = fopen(path, "we");
	if (!f)
		return err_set(e, errno, "%s: %s", path, strerror(errno));
	for (unsigned int i = 0; i < BENCH_PREFIXES; i++) {
		prefix_text(i, ipv6, text, sizeof(text));
		fprintf(f, "%s\n", text);
	}
	if (fclose(f))
		return err_set(e, errno, "%s: %s", path, strerror(errno));
	return 0;
}
