// SPDX-License-Identifier: GPL-2.0-only
#include "ledger.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct reason_text {
	const char *word;
	enum xg_action action;
	const char *doc;
};

#define REASON_TEXT(number, name, action_name, word_text, doc_text) \
	[number] = { word_text, XG_ACTION_##action_name, doc_text },
static const struct reason_text reasons[XG_REASON_ROOM] = { XG_REASONS(REASON_TEXT) };

static const char *const actions[] = {
	[XG_ACTION_REDIRECT] = "redirect", [XG_ACTION_TX] = "tx",     [XG_ACTION_PASS] = "pass",
	[XG_ACTION_DROP] = "drop",         [XG_ACTION_LOST] = "lost",
};

const char *reason_word(unsigned int reason)
{
	return reason < XG_REASON_ROOM && reasons[reason].word ? reasons[reason].word : "unknown";
}

const char *reason_action(unsigned int reason)
{
	return actions[reasons[reason].action];
}

const char *reason_doc(unsigned int reason)
{
	return reason < XG_REASON_ROOM && reasons[reason].doc ? reasons[reason].doc : "";
}

uint64_t ledger_packets(const struct xg_counters *c, enum xg_action action)
{
	uint64_t sum = 0;
	int r;

	for (r = 0; r < XG_REASON_ROOM; r++) {
		if (reasons[r].word && reasons[r].action == action)
			sum += c->reason[r].packets;
	}
	return sum;
}

int ledger_read(const struct instance *i, int n, struct xg_counters *ret_sum, struct err *e)
{
	/* Counters are u64 and nothing else: a copy is an array of them. */
	const size_t words = sizeof(*ret_sum) / sizeof(__u64);
	int cpus = libbpf_num_possible_cpus(), cpu, r;
	__u64 *copies = calloc(cpus, sizeof(*ret_sum)), *sum = (__u64 *)ret_sum;
	__u32 row = n;
	size_t w;

	if (!copies)
		return err_set(e, ENOMEM, "out of memory");
	r = bpf_map_lookup_elem(i->counters_fd, &row, copies);
	if (r) {
		free(copies);
		return err_set(e, -r, "cannot read the counters: %s", strerror(-r));
	}
	memset(ret_sum, 0, sizeof(*ret_sum));
	for (cpu = 0; cpu < cpus; cpu++) {
		for (w = 0; w < words; w++)
			sum[w] += copies[cpu * words + w];
	}
	free(copies);
	return 0;
}
