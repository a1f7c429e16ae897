// SPDX-License-Identifier: GPL-2.0-only
#include "route_get.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "neighbour.h"
#include "nl.h"

struct answer {
	uint8_t type; /* RTN_UNICAST, ... */
	uint8_t bits; /* of the prefix */
	uint8_t dst[16];
	uint8_t gateway[16];
	int gateway_family; /* 0: directly connected */
	unsigned int ifindex;
	uint32_t table;
	bool several; /* a multipath route: the first next hop is told */
};

static size_t address_size(int family)
{
	return family == AF_INET6 ? 16 : 4;
}

static void read_gateway(struct answer *a, int family, const void *address, size_t size)
{
	if (size < address_size(family))
		return;
	a->gateway_family = family;
	memcpy(a->gateway, address, address_size(family));
}

/* RTA_VIA: a gateway of another family than the route. */
static void read_via(struct answer *a, const struct nlattr *attribute)
{
	const struct rtvia *via = mnl_attr_get_payload(attribute);
	size_t size = mnl_attr_get_payload_len(attribute);

	if (size > sizeof(*via))
		read_gateway(a, via->rtvia_family, via->rtvia_addr, size - sizeof(*via));
}

static void read_multipath(struct answer *a, const struct nlattr *attribute, int family)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(attribute);
	const struct nlattr *attr;

	if (mnl_attr_get_payload_len(attribute) < sizeof(*hop) || hop->rtnh_len < sizeof(*hop))
		return;
	a->several = true;
	a->ifindex = hop->rtnh_ifindex;
	mnl_attr_for_each_payload((void *)RTNH_DATA(hop), hop->rtnh_len - sizeof(*hop))
	{
		if (mnl_attr_get_type(attr) == RTA_GATEWAY)
			read_gateway(a, family, mnl_attr_get_payload(attr),
				     mnl_attr_get_payload_len(attr));
	}
}

static void read_attribute(struct answer *a, const struct nlattr *attribute, int family)
{
	size_t size = mnl_attr_get_payload_len(attribute);

	switch (mnl_attr_get_type(attribute)) {
	case RTA_DST:
		if (size == address_size(family))
			memcpy(a->dst, mnl_attr_get_payload(attribute), size);
		break;
	case RTA_GATEWAY:
		read_gateway(a, family, mnl_attr_get_payload(attribute), size);
		break;
	case RTA_VIA:
		read_via(a, attribute);
		break;
	case RTA_OIF:
		a->ifindex = mnl_attr_get_u32(attribute);
		break;
	case RTA_TABLE:
		a->table = mnl_attr_get_u32(attribute);
		break;
	case RTA_MULTIPATH:
		read_multipath(a, attribute, family);
		break;
	}
}

static int read_route(const struct nlmsghdr *message, void *data)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;
	struct answer *a = data;

	if (message->nlmsg_type != RTM_NEWROUTE)
		return MNL_CB_OK;
	a->type = header->rtm_type;
	a->bits = header->rtm_dst_len;
	a->table = header->rtm_table;
	mnl_attr_for_each (attribute, message, sizeof(*header))
		read_attribute(a, attribute, header->rtm_family);
	return MNL_CB_OK;
}

static int ask_route(const struct route_question *q, struct answer *ret_answer)
{
	char buffer[256] __attribute__((aligned(8)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	size_t size = address_size(q->family);
	struct rtmsg *header;

	request->nlmsg_type = RTM_GETROUTE;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->rtm_family = q->family;
	header->rtm_dst_len = header->rtm_src_len = size * 8;
	header->rtm_tos = q->family == AF_INET ? q->tos : 0;
	header->rtm_flags = RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH;
	mnl_attr_put(request, RTA_DST, size, q->dst);
	mnl_attr_put(request, RTA_SRC, size, q->src);
	mnl_attr_put_u32(request, RTA_IIF, q->ifindex);
	return nl_talk(NETLINK_ROUTE, request, read_route, ret_answer);
}

static const char *type_name(uint8_t type)
{
	static const char *const names[] = {
		[RTN_LOCAL] = "local ",         [RTN_BROADCAST] = "broadcast ",
		[RTN_ANYCAST] = "anycast ",     [RTN_MULTICAST] = "multicast ",
		[RTN_BLACKHOLE] = "blackhole ", [RTN_UNREACHABLE] = "unreachable ",
		[RTN_PROHIBIT] = "prohibit ",   [RTN_THROW] = "throw ",
	};

	return type < sizeof(names) / sizeof(names[0]) && names[type] ? names[type] : "";
}

static const char *table_name(uint32_t table, char *buf, size_t size)
{
	if (table == RT_TABLE_MAIN)
		return "main";
	if (table == RT_TABLE_LOCAL)
		return "local";
	snprintf(buf, size, "%u", table);
	return buf;
}

static void answer_text(const struct route_question *q, const struct answer *a, char *text,
			size_t size)
{
	char dst[INET6_ADDRSTRLEN], via[INET6_ADDRSTRLEN + 8] = "", table[16], neighbour[160] = "";
	char device[IF_NAMESIZE] = "", dev[IF_NAMESIZE + 8] = "", gateway[INET6_ADDRSTRLEN];

	inet_ntop(q->family, a->dst, dst, sizeof(dst));
	if (a->gateway_family) {
		inet_ntop(a->gateway_family, a->gateway, gateway, sizeof(gateway));
		snprintf(via, sizeof(via), " via %s", gateway);
	}
	if (a->ifindex && if_indextoname(a->ifindex, device))
		snprintf(dev, sizeof(dev), " dev %s", device);
	if (a->type == RTN_UNICAST && a->ifindex)
		neighbour_text(a->gateway_family ? a->gateway_family : q->family,
			       a->gateway_family ? a->gateway : q->dst, a->ifindex, neighbour,
			       sizeof(neighbour));
	snprintf(text, size, "%s%s/%u%s%s table %s%s%s%s", type_name(a->type), dst, a->bits, via,
		 dev, table_name(a->table, table, sizeof(table)),
		 a->several ? " (one of several next hops)" : "", *neighbour ? "; " : "",
		 neighbour);
}

void route_get_text(const struct route_question *q, char *text, size_t size)
{
	struct answer a = { 0 };
	int r = ask_route(q, &a);

	if (r)
		snprintf(text, size, "the kernel has no route for it: %s", strerror(-r));
	else
		answer_text(q, &a, text, size);
}
