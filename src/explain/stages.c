// SPDX-License-Identifier: GPL-2.0-only
#include "stages.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "../dataplane/ledger.h"

/* The next stage's text; EXPLAIN_DECISION bytes. */
static char *begin(struct explain_way *w, const char *name)
{
	struct explain_stage *stage = &w->stages[w->n++];

	stage->name = name;
	stage->decision[0] = '\0';
	return stage->decision;
}

/* False: it ends here. */
static bool tell_guard(const struct stages_facts *f, struct explain_way *w)
{
	const struct xg_explain *s = &f->answer->seen;
	const uint8_t *ip = f->packet + s->l3_offset;
	unsigned int reason = f->answer->reason;
	bool egress = hook_is_egress(f->row->hook);
	char *text = begin(w, "guard");

	if (f->row->outside && !egress)
		snprintf(text, EXPLAIN_DECISION, "not asked: return traffic is not judged");
	else if (!s->addresses)
		snprintf(text, EXPLAIN_DECISION, "no addresses to judge");
	else if (!(s->listed & (XG_BLOCK_SRC | XG_BLOCK_DST)))
		snprintf(text, EXPLAIN_DECISION, "neither address is blocked");
	else
		guard_names_text(f->names, f->twin, s->listed, s->version == 6,
				 ip + (s->version == 4 ? 12 : 8), text, EXPLAIN_DECISION);
	return reason != XG_REASON_BLOCKED_SOURCE && reason != XG_REASON_BLOCKED_DESTINATION &&
	       reason != XG_REASON_UNREADABLE && reason != XG_REASON_UNREADABLE_PASSED && !egress;
}

/* False: it ends here. */
static bool tell_checksum(const struct stages_facts *f, struct explain_way *w)
{
	const struct xg_port *port = twin_port(f->twin, f->row->ifindex);
	char *text = begin(w, "checksum");

	if (f->answer->reason == XG_REASON_PARTIAL_CHECKSUM) {
		snprintf(text, EXPLAIN_DECISION, "%s", reason_doc(f->answer->reason));
		return false;
	}
	if (f->row->hook != XG_HOOK_XDP)
		snprintf(text, EXPLAIN_DECISION, "left to the device, as the stack has it");
	else if (!port || !(port->flags & XG_PORT_STACK_PEER))
		snprintf(text, EXPLAIN_DECISION, "not asked: no local stack sends here");
	else
		snprintf(text, EXPLAIN_DECISION, "%s",
			 f->answer->seen.placeholder
				 ? "a placeholder that the sender left to the device: completed"
				 : "complete as it came");
	return true;
}

static void tell_rewrite(const struct stages_facts *f, struct explain_way *w)
{
	const struct xg_explain *s = &f->answer->seen;
	const uint8_t *m = f->answer->packet, *ip = f->packet + s->l3_offset;
	uint8_t ttl = ip[s->version == 4 ? 8 : 7];

	snprintf(begin(w, "rewrite"), EXPLAIN_DECISION,
		 "to %02x:%02x:%02x:%02x:%02x:%02x from %02x:%02x:%02x:%02x:%02x:%02x, %s %u", m[0],
		 m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8], m[9], m[10], m[11],
		 s->version == 4 ? "TTL" : "hop limit", ttl - 1);
}

static void tell_exit(const struct stages_facts *f, struct explain_way *w)
{
	unsigned int reason = f->answer->reason;
	char *text = begin(w, "exit");

	if (reason == XG_REASON_FORWARDED)
		snprintf(text, EXPLAIN_DECISION, "redirect to %s", w->exit.interface);
	else if (reason == XG_REASON_PERMITTED || reason == XG_REASON_TARGET_GONE)
		snprintf(text, EXPLAIN_DECISION, "%s", reason_doc(reason));
	else if (!w->exit.packet)
		snprintf(text, EXPLAIN_DECISION, "drop");
	else
		snprintf(text, EXPLAIN_DECISION, "pass to the kernel, as it came");
}

void stages_tell(const struct stages_facts *f, struct explain_way *w)
{
	bool goes_on;

	w->n = 0;
	stage_parse(f, begin(w, "parse"), EXPLAIN_DECISION);
	goes_on = tell_guard(f, w) && stage_admit(f, begin(w, "admit"), EXPLAIN_DECISION) &&
		  stage_route(f, begin(w, "route"), EXPLAIN_DECISION) && tell_checksum(f, w);
	if (goes_on && f->answer->reason == XG_REASON_FORWARDED)
		tell_rewrite(f, w);
	tell_exit(f, w);
}
