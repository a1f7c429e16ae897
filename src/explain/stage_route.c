// SPDX-License-Identifier: GPL-2.0-only
/* May it be forwarded, and where to? */
#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "../dataplane/ledger.h"
#include "../net/route_get.h"
#include "../util/line.h"
#include "stages.h"

static void add_mac(struct line *l, const uint8_t *m)
{
	line_add(l, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
}

/* The field that the reason is about. */
static void add_admit_detail(struct line *l, const struct stages_facts *f)
{
	const struct xg_explain *s = &f->answer->seen;
	const uint8_t *ip = f->packet + s->l3_offset;

	switch (f->answer->reason) {
	case XG_REASON_TTL_EXPIRED:
		line_add(l, " (%u)", ip[s->version == 4 ? 8 : 7]);
		break;
	case XG_REASON_OTHER_MAC:
		line_add(l, " (it is for ");
		add_mac(l, f->packet);
		line_add(l, ")");
		break;
	case XG_REASON_KERNEL_FORWARDS:
		line_add(l, " (%s)", f->row->forward_note);
		break;
	}
}

bool stage_admit(const struct stages_facts *f, char *text, size_t size)
{
	unsigned int reason = f->answer->reason;
	struct line l;

	line_begin(&l, text, size);
	if (f->answer->seen.admitted == XG_UNDECIDED && reason != XG_REASON_VLAN &&
	    reason != XG_REASON_KERNEL_FORWARDS && reason != XG_REASON_MARKED) {
		line_add(&l, "nothing speaks against forwarding it");
		return true;
	}
	line_add(&l, "%s", reason_doc(reason));
	add_admit_detail(&l, f);
	return false;
}

static void ask_kernel(const struct stages_facts *f, char *text, size_t size)
{
	const struct xg_explain *s = &f->answer->seen;
	const uint8_t *ip = f->packet + s->l3_offset;
	struct route_question q = { .family = AF_INET6, .ifindex = f->row->ifindex };

	if (s->version == 4) {
		q.family = AF_INET;
		q.tos = ip[1];
		memcpy(q.src, ip + 12, 4);
		memcpy(q.dst, ip + 16, 4);
	} else {
		memcpy(q.src, ip + 8, 16);
		memcpy(q.dst, ip + 24, 16);
	}
	route_get_text(&q, text, size);
}

/* Why XDP or TC does not send there: what `status` notes of the uplink's egress hook says it. */
static const char *target_note(const struct stages_facts *f, unsigned int ifindex)
{
	int n;

	for (n = 0; n < XG_ROWS; n++) {
		const struct xg_row *row = &f->instance->rows[n];

		if (row->attached && row->ifindex == ifindex && hook_is_egress(row->hook) &&
		    row->forward_note[0])
			return row->forward_note;
	}
	return "it does not take redirected frames (on a veth: its peer has neither GRO nor native "
	       "XDP)";
}

static void add_no_target(struct line *l, const struct stages_facts *f, const char *name)
{
	unsigned int ifindex = f->answer->seen.nexthop.ifindex;
	const struct xg_port *port = twin_port(f->twin, ifindex);

	if (!port)
		line_add(l, ": %s is not an interface of the policy", name);
	else if (!!(port->flags & XG_PORT_OUTSIDE) == !!f->row->outside)
		line_add(l, ": %s is %s, too", name, f->row->outside ? "outside" : "inside");
	else
		line_add(l, ": %s: %s", name, target_note(f, ifindex));
}

static void add_nexthop(struct line *l, const struct stages_facts *f, const char *name)
{
	const struct xg_explain *s = &f->answer->seen;

	line_add(l, "%s: next hop ", s->cached ? "from the cache" : "looked up");
	add_mac(l, s->nexthop.dmac);
	line_add(l, " by %s", name);
}

/* Why it goes no further; false: it does. */
static bool add_end(struct line *l, const struct stages_facts *f, const char *name)
{
	const struct xg_explain *s = &f->answer->seen;
	unsigned int reason = f->answer->reason;

	switch (reason) {
	case XG_REASON_FORWARDED:
	case XG_REASON_TARGET_GONE:
	case XG_REASON_PARTIAL_CHECKSUM:
		return false;
	case XG_REASON_NO_TARGET:
		line_add(l, "; %s", reason_doc(reason));
		add_no_target(l, f, name);
		return true;
	case XG_REASON_TOO_BIG:
		line_add(l, "; %s", reason_doc(reason));
		if (s->has_nexthop)
			line_add(l, " (%u bytes, MTU %u)", s->length - s->l3_offset,
				 s->nexthop.mtu);
		return true;
	default:
		line_add(l, "%s%s", s->has_nexthop ? "; " : "", reason_doc(reason));
		return true;
	}
}

bool stage_route(const struct stages_facts *f, char *text, size_t size)
{
	const struct xg_explain *s = &f->answer->seen;
	char name[IF_NAMESIZE] = "?", kernel[320];
	struct line l;
	bool ends;

	line_begin(&l, text, size);
	if (s->has_nexthop) {
		if_indextoname(s->nexthop.ifindex, name);
		add_nexthop(&l, f, name);
	} else if (f->answer->reason == XG_REASON_TOO_BIG) {
		line_add(&l, "looked up");
	}
	ends = add_end(&l, f, name);
	ask_kernel(f, kernel, sizeof(kernel));
	line_add(&l, "; %s", kernel);
	return !ends;
}
