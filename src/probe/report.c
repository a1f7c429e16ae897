// SPDX-License-Identifier: GPL-2.0-only
/* The result of a probe in words, and as JSON: both from the same struct. */
#include "report.h"

#include <stdio.h>

#include "../util/json.h"

/* The offloads that forwarding has to do with; what a driver lacks is left out. */
static const char *const offloads[] = {
	"rx-vlan-hw-parse",
	"rx-lro",
	"rx-gro",
	"rx-gro-hw",
	"rx-gro-list",
	"rx-udp-gro-forwarding",
	"tx-checksum-ipv4",
	"tx-checksum-ipv6",
	"tx-checksum-ip-generic",
	"tx-generic-segmentation",
	"tx-tcp-segmentation",
	"tx-udp-segmentation",
	"tx-vlan-hw-insert",
};

#define OFFLOADS (sizeof(offloads) / sizeof(offloads[0]))

static void json_answer(struct json *j, const char *key, enum probe_answer answer)
{
	if (answer == PROBE_UNKNOWN)
		json_null(j, key);
	else
		json_bool(j, key, answer == PROBE_YES);
}

static const char *answer_word(enum probe_answer answer)
{
	static const char *const words[] = { "no", "yes", "?" };

	return words[answer];
}

/* One sentence: what it is good for, or what is lost. */
static void feature_sentence(const struct kernel_feature *f, char *text, size_t size)
{
	const char *between = f->detail[0] ? ": " : "";
	const char *later = f->need == NEED_LATER ? "; not used yet" : "";

	if (f->available == PROBE_NO)
		snprintf(text, size, "%s%s%s%s", f->detail, between, f->without, later);
	else if (f->available == PROBE_UNKNOWN)
		snprintf(text, size, "%s", f->detail);
	else if (f->detail[0])
		snprintf(text, size, "%s (%s)%s", f->use, f->detail, later);
	else
		snprintf(text, size, "%s%s", f->use, later);
}

static void feature_json(struct json *j, const struct kernel_feature *f)
{
	static const char *const needs[] = { "always", "feature", "later", "others" };
	char sentence[400];

	feature_sentence(f, sentence, sizeof(sentence));
	json_object(j, NULL);
	json_string(j, "name", f->name);
	json_answer(j, "available", f->available);
	json_string(j, "detail", sentence);
	json_string(j, "need", needs[f->need]);
	json_string(j, "use", f->use);
	json_string(j, "without", f->without);
	json_string(j, "get", f->get);
	json_end_object(j);
}

static void feature_text(const struct kernel_feature *f)
{
	char sentence[400];

	feature_sentence(f, sentence, sizeof(sentence));
	printf("  %-3s  %-21s  %s\n", answer_word(f->available), f->name, sentence);
	if (f->available == PROBE_NO && f->need == NEED_OTHERS)
		printf("%30sxgress does without it\n", "");
	else if (f->available == PROBE_NO)
		printf("%30sget it: %s\n", "", f->get);
}

/* In the words of `status`. NULL ends them. */
static void list_modes(const struct interface_facts *f, const char *ret_modes[5])
{
	size_t n = 0;

	if (f->native == PROBE_YES)
		ret_modes[n++] = "native";
	if (f->offload)
		ret_modes[n++] = "offload";
	if (f->link.ethernet) {
		ret_modes[n++] = "generic";
		ret_modes[n++] = "tc";
	}
	ret_modes[n] = NULL;
}

static void queues_json(struct json *j, const struct ethtool_facts *f)
{
	json_object(j, "queues");
	json_number(j, "rx", f->queues.rx);
	json_number(j, "tx", f->queues.tx);
	json_number(j, "combined", f->queues.combined);
	json_number(j, "max_rx", f->queues.max_rx);
	json_number(j, "max_tx", f->queues.max_tx);
	json_number(j, "max_combined", f->queues.max_combined);
	json_end_object(j);
	json_object(j, "rings");
	json_number(j, "rx", f->rings.rx);
	json_number(j, "tx", f->rings.tx);
	json_number(j, "max_rx", f->rings.max_rx);
	json_number(j, "max_tx", f->rings.max_tx);
	json_end_object(j);
}

static void offloads_json(struct json *j, const struct ethtool_facts *f)
{
	size_t i;

	json_object(j, "offloads");
	for (i = 0; i < OFFLOADS; i++) {
		struct ethtool_feature state = ethtool_feature(f, offloads[i]);

		if (state.known)
			json_bool(j, offloads[i], state.on);
	}
	json_end_object(j);
}

static void interface_json(struct json *j, const struct interface_facts *f)
{
	const char *modes[5];
	unsigned int i;

	list_modes(f, modes);
	json_object(j, NULL);
	json_string(j, "name", f->link.name);
	json_string(j, "driver", f->link.driver);
	json_string(j, "kind", f->link.kind);
	json_number(j, "mtu", f->link.mtu);
	json_array(j, "modes");
	for (i = 0; modes[i]; i++)
		json_string(j, NULL, modes[i]);
	json_end_array(j);
	json_answer(j, "native", f->native);
	json_answer(j, "zerocopy", f->zerocopy);
	json_answer(j, "redirect_target", f->target);
	json_bool(j, "tried", f->tried);
	if (f->attached[0])
		json_string(j, "attached", f->attached);
	else
		json_null(j, "attached");
	queues_json(j, &f->ethtool);
	offloads_json(j, &f->ethtool);
	json_array(j, "notes");
	for (i = 0; i < f->n_notes; i++)
		json_string(j, NULL, f->notes[i]);
	json_end_array(j);
	json_end_object(j);
}

static void queues_text(const struct ethtool_facts *f)
{
	const struct ethtool_queues *q = &f->queues;

	if (q->max_combined)
		printf(", queues %u of %u", q->combined, q->max_combined);
	if (q->max_rx)
		printf(", rx queues %u of %u", q->rx, q->max_rx);
	if (q->max_tx)
		printf(", tx queues %u of %u", q->tx, q->max_tx);
	if (f->rings.max_rx)
		printf(", rings rx %u of %u, tx %u of %u", f->rings.rx, f->rings.max_rx,
		       f->rings.tx, f->rings.max_tx);
	putchar('\n');
}

static void interface_text(const struct interface_facts *f)
{
	const char *modes[5];
	unsigned int i;

	printf("\n%s: driver %s, MTU %u", f->link.name, f->link.driver[0] ? f->link.driver : "none",
	       f->link.mtu);
	queues_text(&f->ethtool);
	list_modes(f, modes);
	printf("  %-16s", "modes");
	for (i = 0; modes[i]; i++)
		printf(" %s", modes[i]);
	printf("%s\n", f->tried ? " (tried)" : "");
	printf("  %-16s %s\n", "redirect target", answer_word(f->target));
	printf("  %-16s %s%s\n", "zero copy", answer_word(f->zerocopy), f->tried ? " (tried)" : "");
	printf("  %-16s", "offloads on");
	for (i = 0; i < OFFLOADS; i++) {
		if (ethtool_feature(&f->ethtool, offloads[i]).on)
			printf(" %s", offloads[i]);
	}
	putchar('\n');
	for (i = 0; i < f->n_notes; i++)
		printf("  - %s\n", f->notes[i]);
}

void report_json(const struct probe *p)
{
	struct json j = { .out = stdout };
	size_t i;

	json_object(&j, NULL);
	json_object(&j, "kernel");
	json_string(&j, "release", p->release);
	json_array(&j, "features");
	for (i = 0; i < p->n_features; i++)
		feature_json(&j, &p->features[i]);
	json_end_array(&j);
	json_end_object(&j);
	json_array(&j, "interfaces");
	for (i = 0; i < p->n_interfaces; i++)
		interface_json(&j, &p->interfaces[i]);
	json_end_array(&j);
	json_end_object(&j);
	putchar('\n');
}

void report_text(const struct probe *p)
{
	size_t i;

	printf("kernel %s\n", p->release);
	for (i = 0; i < p->n_features; i++)
		feature_text(&p->features[i]);
	for (i = 0; i < p->n_interfaces; i++)
		interface_text(&p->interfaces[i]);
}
