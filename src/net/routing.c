// SPDX-License-Identifier: GPL-2.0-only
#include "routing.h"

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "nl.h"

#define PRIORITY_MAIN    32766
#define PRIORITY_DEFAULT 32767

static char *why_of(struct routing_facts *f, int family)
{
	return family == AF_INET6 ? f->why6 : f->why4;
}

static void found(struct routing_facts *f, int family, const char *what)
{
	char *why = why_of(f, family);

	if (!*why)
		snprintf(why, sizeof(f->why4), "%s", what);
}

/* The kernel's own: all of them by priority and table, with no selector. */
static bool is_own_rule(const struct fib_rule_hdr *h, uint32_t priority, uint32_t table)
{
	if (h->src_len || h->dst_len || h->tos || h->action != FR_ACT_TO_TBL)
		return false;
	return (priority == 0 && table == RT_TABLE_LOCAL) ||
	       (priority == PRIORITY_MAIN && table == RT_TABLE_MAIN) ||
	       (priority == PRIORITY_DEFAULT && table == RT_TABLE_DEFAULT);
}

static int read_rule(const struct nlmsghdr *message, void *data)
{
	const struct fib_rule_hdr *header = mnl_nlmsg_get_payload(message);
	uint32_t priority = 0, table = header->table;
	struct routing_facts *f = data;
	bool selects = false;
	const struct nlattr *a;
	char what[96];

	mnl_attr_for_each (a, message, sizeof(*header)) {
		switch (mnl_attr_get_type(a)) {
		case FRA_PRIORITY:
			priority = mnl_attr_get_u32(a);
			break;
		case FRA_TABLE:
			table = mnl_attr_get_u32(a);
			break;
		case FRA_FWMARK:
			f->by_mark = true;
			/* fall through */
		case FRA_SRC:
		case FRA_DST:
		case FRA_IIFNAME:
		case FRA_OIFNAME:
		case FRA_L3MDEV:
		case FRA_UID_RANGE:
		case FRA_IP_PROTO:
		case FRA_SPORT_RANGE:
		case FRA_DPORT_RANGE:
			selects = true;
			break;
		}
	}
	snprintf(what, sizeof(what), "the routing rule of priority %u", priority);
	if (selects || !is_own_rule(header, priority, table))
		found(f, header->family, what);
	return MNL_CB_OK;
}

/* Local and broadcast routes of single addresses are the machine's addresses. */
static void read_own(struct routing_facts *f, const struct rtmsg *header, const struct nlattr *to)
{
	bool own = header->rtm_type == RTN_LOCAL || header->rtm_type == RTN_BROADCAST ||
		   header->rtm_type == RTN_ANYCAST;
	size_t size = header->rtm_family == AF_INET6 ? 16 : 4;
	__u64 half[2] = { 0 };
	__u32 bit;

	if (!own || header->rtm_dst_len != size * 8 || mnl_attr_get_payload_len(to) != size)
		return;
	memcpy(half, mnl_attr_get_payload(to), size);
	bit = xg_own_bit(half[0], half[1]);
	f->own.bits[bit / 64] |= 1ULL << (bit % 64);
}

static int read_route(const struct nlmsghdr *message, void *data)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	bool nexthop_id = false, device = false;
	const struct nlattr *a;

	if (header->rtm_tos)
		found(data, header->rtm_family, "a route by TOS");
	if (header->rtm_src_len)
		found(data, header->rtm_family, "a route by source");
	mnl_attr_for_each (a, message, sizeof(*header)) {
		switch (mnl_attr_get_type(a)) {
		case RTA_MULTIPATH:
			found(data, header->rtm_family, "a multipath route");
			break;
		case RTA_DST:
			read_own(data, header, a);
			break;
		case RTA_NH_ID:
			nexthop_id = true;
			break;
		case RTA_OIF:
			device = true;
			break;
		}
	}
	if (nexthop_id && !device)
		found(data, header->rtm_family, "a route over a next-hop group");
	return MNL_CB_OK;
}

static int dump(int type, int family, size_t size, mnl_cb_t answer, struct routing_facts *f)
{
	struct nlmsghdr *request;
	char buffer[256];
	void *header;

	request = nl_dump(buffer, type, size, &header);
	*(uint8_t *)header = family; /* the first byte of rtmsg and of fib_rule_hdr */
	return nl_talk_dump(NETLINK_ROUTE, request, answer, NULL, f);
}

int routing_analyse(struct routing_facts *ret_facts, struct err *e)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct routing_facts f = { 0 };
	size_t i;
	int r;

	for (i = 0; i < 2; i++) {
		r = dump(RTM_GETRULE, families[i], sizeof(struct fib_rule_hdr), read_rule, &f);
		if (!r)
			r = dump(RTM_GETROUTE, families[i], sizeof(struct rtmsg), read_route, &f);
		if (r)
			return err_set(e, -r, "cannot read the routing %s: %s",
				       i ? "of IPv6" : "of IPv4", strerror(-r));
	}
	f.by_destination4 = !f.why4[0];
	f.by_destination6 = !f.why6[0];
	*ret_facts = f;
	return 0;
}
