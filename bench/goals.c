// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

const struct goal bench_goals[] = {
	{ "IPv4, of the bare redirect", "v4", "xgress", "bare", 0.85 },
	{ "IPv4, times the kernel", "v4", "xgress", "kernel", 3.5 },
	{ "IPv6, of the bare redirect", "v6", "xgress", "bare", 0.75 },
	{ "1,000 prefixes, of the bare redirect", "v4-block", "xgress", "bare", 0.65 },
	{ "1,000 prefixes, times nftables", "v4-block", "xgress", "nft", 4 },
	{ "1,000 IPv6 prefixes, of the bare redirect", "v6-block", "xgress", "bare", 0.65 },
	{ "1,000 IPv6 prefixes, times nftables", "v6-block", "xgress", "nft", 4 },
	{},
};

bool goal_ratio(const struct bench *b, const struct goal *g, struct spread *ret_ratio)
{
	const struct way_result *w, *reference;

	for (unsigned int i = 0; i < b->n_results; i++) {
		const struct case_result *r = &b->results[i];

		if (strcmp(r->c->name, g->case_name))
			continue;
		w = result_find(r, g->way);
		reference = result_find(r, g->reference);
		if (!w || !reference)
			return false;
		*ret_ratio = result_ratio(r, w, reference);
		return true;
	}
	return false;
}

void report_goals(const struct bench *b)
{
	struct spread s;

	printf("\n%-42s %7s %9s\n", "goal", "wanted", "measured");
	for (const struct goal *g = bench_goals; g->what; g++) {
		printf("%-42s %7.2f ", g->what, g->wanted);
		if (goal_ratio(b, g, &s))
			printf("%9.2f  %s\n", s.median, s.median >= g->wanted ? "met" : "missed");
		else
			printf("%9s\n", "-");
	}
}
