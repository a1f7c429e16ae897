// SPDX-License-Identifier: GPL-2.0-only
#include "neighbour.h"

#include <arpa/inet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "nl.h"

struct neighbour {
	uint16_t state; /* NUD_* */
	uint8_t mac[6];
};

static int read_neighbour(const struct nlmsghdr *message, void *data)
{
	const struct ndmsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *a;
	struct neighbour *n = data;

	if (message->nlmsg_type != RTM_NEWNEIGH)
		return MNL_CB_OK;
	n->state = header->ndm_state;
	mnl_attr_for_each (a, message, sizeof(*header)) {
		if (mnl_attr_get_type(a) == NDA_LLADDR &&
		    mnl_attr_get_payload_len(a) == sizeof(n->mac))
			memcpy(n->mac, mnl_attr_get_payload(a), sizeof(n->mac));
	}
	return MNL_CB_OK;
}

static int ask_neighbour(int family, const uint8_t *address, unsigned int ifindex,
			 struct neighbour *ret_neighbour)
{
	char buffer[256] __attribute__((aligned(8)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct ndmsg *header;

	request->nlmsg_type = RTM_GETNEIGH;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->ndm_family = family;
	header->ndm_ifindex = ifindex;
	mnl_attr_put(request, NDA_DST, family == AF_INET6 ? 16 : 4, address);
	return nl_talk(NETLINK_ROUTE, request, read_neighbour, ret_neighbour);
}

static const char *state_name(uint16_t state)
{
	static const struct {
		uint16_t state;
		const char *name;
	} names[] = {
		{ NUD_PERMANENT, "PERMANENT" }, { NUD_REACHABLE, "REACHABLE" },
		{ NUD_STALE, "STALE" },         { NUD_DELAY, "DELAY" },
		{ NUD_PROBE, "PROBE" },         { NUD_INCOMPLETE, "INCOMPLETE" },
		{ NUD_FAILED, "FAILED" },       { NUD_NOARP, "NOARP" },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (state & names[i].state)
			return names[i].name;
	}
	return "unknown";
}

void neighbour_text(int family, const uint8_t *address, unsigned int ifindex, char *text,
		    size_t size)
{
	char name[INET6_ADDRSTRLEN];
	struct neighbour n = { 0 };
	const uint8_t *m = n.mac;

	inet_ntop(family, address, name, sizeof(name));
	if (ask_neighbour(family, address, ifindex, &n))
		snprintf(text, size, "neighbour %s is not known", name);
	else if (n.state & (NUD_INCOMPLETE | NUD_FAILED))
		snprintf(text, size, "neighbour %s is %s", name, state_name(n.state));
	else
		snprintf(text, size, "neighbour %s is %s at %02x:%02x:%02x:%02x:%02x:%02x", name,
			 state_name(n.state), m[0], m[1], m[2], m[3], m[4], m[5]);
}
