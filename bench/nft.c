// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's forwarding with a block set in nftables. */
#include <errno.h>
#include <unistd.h>

#include "bench.h"
#include "prefixes.h"
#include "src/net/netns.h"
#include "src/util/proc.h"

static void write_rules(FILE *f, bool ipv6)
{
	const char *family = ipv6 ? "ip6" : "ip";
	char text[64];

	fprintf(f, "table %s xgbench {\n\tset s { type %s; flags interval; elements = {", family,
		ipv6 ? "ipv6_addr" : "ipv4_addr");
	for (unsigned int i = 0; i < BENCH_PREFIXES; i++) {
		prefix_text(i, ipv6, text, sizeof(text));
		fprintf(f, "%s %s", i ? "," : "", text);
	}
	fprintf(f,
		" } }\n"
		"\tchain f {\n"
		"\t\ttype filter hook forward priority 0;\n"
		"\t\t%s saddr @s drop\n"
		"\t\t%s daddr @s drop\n"
		"\t}\n"
		"}\n",
		family, family);
}

static int setup(struct bench *b, const struct bench_case *c, struct err *e)
{
	char path[128];
	FILE *f;
	int err;

	snprintf(path, sizeof(path), "%s/rules.nft", b->folder);
	f = fopen(path, "we");
	if (!f)
		return err_set(e, errno, "%s: %s", path, strerror(errno));
	write_rules(f, c->ipv6);
	if (fclose(f))
		return err_set(e, errno, "%s: %s", path, strerror(errno));
	err = netns_enter(BENCH_HOST, e);
	if (err)
		return err;
	return proc_run((const char *const[]){ "nft", "-f", path, NULL }, NULL, 0, e);
}

static void teardown(struct bench *b)
{
	struct err ignored;

	(void)b;
	if (!netns_enter(BENCH_HOST, &ignored))
		proc_run((const char *const[]){ "nft", "flush", "ruleset", NULL }, NULL, 0,
			 &ignored);
}

const struct way way_nft = {
	.name = "nft",
	.what = "the kernel's forwarding, nftables with the same prefixes in a set",
	.kinds = KIND_BLOCK,
	.routes = true,
	.setup = setup,
	.teardown = teardown,
};
