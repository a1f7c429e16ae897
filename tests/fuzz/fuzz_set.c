// SPDX-License-Identifier: GPL-2.0-only
/* Any text as a set file: inet_pton() has the last word on what is an address. */
#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/policy/set_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_prefix(const struct prefix *p)
{
	char text[PREFIX_TEXT_SIZE];
	uint8_t addr[16] = {};

	prefix_format(p, text);
	*strchr(text, '/') = 0;
	if (inet_pton(p->v6 ? AF_INET6 : AF_INET, text, addr) != 1)
		abort();
	if (memcmp(addr, p->addr, sizeof(addr)) || p->bits > (p->v6 ? 128 : 32))
		abort();
}

/* Also the other way round: what inet_pton() takes as IPv4 is a prefix, and the same one. */
static void check_address(const uint8_t *data, size_t size)
{
	char text[INET_ADDRSTRLEN] = "";
	struct prefix p;
	const char *why;
	uint8_t addr[4];
	bool ours, theirs;

	if (size >= sizeof(text))
		return;
	memcpy(text, data, size);
	theirs = inet_pton(AF_INET, text, addr) == 1;
	ours = !strpbrk(text, "/:") && prefix_parse(text, &p, &why) == 0;
	if (ours != theirs || (ours && memcmp(addr, p.addr, sizeof(addr))))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prefix_list list = {};
	struct err e = {};
	size_t i;
	int ret = set_text_read("fuzz", (const char *)data, size, &list, &e);

	if (ret < 0 && (!e.message[0] || e.line < 1 || e.column < 1))
		abort();
	for (i = 0; i < list.n; i++)
		check_prefix(&list.v[i]);
	prefix_list_release(&list);
	check_address(data, size);
	return 0;
}
