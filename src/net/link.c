// SPDX-License-Identifier: GPL-2.0-only
#include "link.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/genetlink.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nl.h"

/* linux/netdev.h, which Debian 12's headers lack. */
#define NETDEV_FAMILY            "netdev"
#define NETDEV_COMMAND_GET       1
#define NETDEV_ATTR_IFINDEX      1
#define NETDEV_ATTR_XDP_FEATURES 3

static struct link *list_add(struct link_list *l)
{
	size_t room = l->room ? l->room * 2 : 16;
	struct link *grown;

	if (l->n == l->room) {
		grown = realloc(l->v, room * sizeof(*grown));
		if (!grown)
			return NULL;
		l->v = grown;
		l->room = room;
	}
	memset(&l->v[l->n], 0, sizeof(l->v[l->n]));
	return &l->v[l->n++];
}

static void read_linkinfo(struct link *link, const struct nlattr *info)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested (a, info) {
		if (mnl_attr_get_type(a) == IFLA_INFO_KIND)
			snprintf(link->kind, sizeof(link->kind), "%s", mnl_attr_get_str(a));
		if (mnl_attr_get_type(a) == IFLA_INFO_SLAVE_KIND)
			snprintf(link->master_kind, sizeof(link->master_kind), "%s",
				 mnl_attr_get_str(a));
	}
}

static int read_link(const struct nlmsghdr *message, void *data)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	struct link *link = list_add(data);
	const struct nlattr *a;

	if (!link)
		return MNL_CB_ERROR;
	link->ifindex = header->ifi_index;
	link->up = header->ifi_flags & IFF_UP;
	link->ethernet = header->ifi_type == ARPHRD_ETHER && !(header->ifi_flags & IFF_LOOPBACK);
	mnl_attr_for_each (a, message, sizeof(*header)) {
		switch (mnl_attr_get_type(a)) {
		case IFLA_IFNAME:
			snprintf(link->name, sizeof(link->name), "%s", mnl_attr_get_str(a));
			break;
		case IFLA_ADDRESS:
			if (mnl_attr_get_payload_len(a) == sizeof(link->mac))
				memcpy(link->mac, mnl_attr_get_payload(a), sizeof(link->mac));
			break;
		case IFLA_LINK:
			link->lower = mnl_attr_get_u32(a);
			break;
		case IFLA_LINK_NETNSID:
			link->lower_elsewhere = true;
			break;
		case IFLA_MTU:
			link->mtu = mnl_attr_get_u32(a);
			break;
		case IFLA_LINKINFO:
			read_linkinfo(link, a);
			break;
		}
	}
	return MNL_CB_OK;
}

static bool ethtool(int fd, const char *name, void *command)
{
	struct ifreq request = { .ifr_data = command };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	return ioctl(fd, SIOCETHTOOL, &request) == 0;
}

static void read_driver(int fd, struct link *l)
{
	struct ethtool_value flags = { .cmd = ETHTOOL_GFLAGS };
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	if (ethtool(fd, l->name, &info))
		snprintf(l->driver, sizeof(l->driver), "%s", info.driver);
	if (!ethtool(fd, l->name, &flags))
		return;
	l->rx_vlan = flags.data & ETH_FLAG_RXVLAN;
	l->lro = flags.data & ETH_FLAG_LRO;
}

static void read_drivers(struct link_list *l)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t i;

	if (fd < 0)
		return;
	for (i = 0; i < l->n; i++)
		read_driver(fd, &l->v[i]);
	close(fd);
}

static int read_family(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *a;

	mnl_attr_for_each (a, message, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(a) == CTRL_ATTR_FAMILY_ID)
			*(uint16_t *)data = mnl_attr_get_u16(a);
	}
	return MNL_CB_OK;
}

static uint16_t netdev_family(void)
{
	char buffer[256];
	struct genlmsghdr *header;
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	uint16_t family = 0;

	request->nlmsg_type = GENL_ID_CTRL;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->cmd = CTRL_CMD_GETFAMILY;
	header->version = 1;
	mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, NETDEV_FAMILY);
	return nl_talk(NETLINK_GENERIC, request, read_family, &family) ? 0 : family;
}

bool link_features_told(void)
{
	return netdev_family() != 0;
}

static int read_features(const struct nlmsghdr *message, void *data)
{
	struct link_list *l = data;
	const struct nlattr *a;
	unsigned int ifindex = 0;
	uint64_t features = 0;
	size_t i;

	mnl_attr_for_each (a, message, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(a) == NETDEV_ATTR_IFINDEX)
			ifindex = mnl_attr_get_u32(a);
		if (mnl_attr_get_type(a) == NETDEV_ATTR_XDP_FEATURES)
			features = mnl_attr_get_u64(a);
	}
	for (i = 0; i < l->n; i++) {
		if (l->v[i].ifindex != ifindex)
			continue;
		l->v[i].features_known = true;
		l->v[i].features = features;
	}
	return MNL_CB_OK;
}

/* Kernels before 6.3 do not tell: features_known stays false. */
static void read_all_features(struct link_list *l)
{
	uint16_t family = netdev_family();
	struct genlmsghdr *header;
	struct nlmsghdr *request;
	char buffer[256];
	void *extra;

	if (!family)
		return;
	request = nl_dump(buffer, family, sizeof(*header), &extra);
	header = extra;
	header->cmd = NETDEV_COMMAND_GET;
	header->version = 1;
	nl_talk_dump(NETLINK_GENERIC, request, read_features, NULL, l);
}

static void empty_list(void *list)
{
	link_list_release(list);
}

int link_list_read(struct link_list *ret_list, struct err *e)
{
	struct link_list l = { 0 };
	struct nlmsghdr *request;
	char buffer[256];
	void *header;
	int r;

	request = nl_dump(buffer, RTM_GETLINK, sizeof(struct ifinfomsg), &header);
	r = nl_talk_dump(NETLINK_ROUTE, request, read_link, empty_list, &l);
	if (r) {
		link_list_release(&l);
		return err_set(e, -r, "cannot list the interfaces: %s", strerror(-r));
	}
	read_drivers(&l);
	read_all_features(&l);
	*ret_list = l;
	return 0;
}

void link_list_release(struct link_list *l)
{
	free(l->v);
	memset(l, 0, sizeof(*l));
}

bool link_is_port(const struct link *l)
{
	return l->master_kind[0] && strcmp(l->master_kind, "vrf") != 0;
}

bool link_is_vrrp(const struct link *l)
{
	static const uint8_t routers[] = { 0x00, 0x00, 0x5e, 0x00 };

	return l->up && !l->master_kind[0] && strcmp(l->kind, "macvlan") == 0 &&
	       memcmp(l->mac, routers, sizeof(routers)) == 0 && (l->mac[4] == 1 || l->mac[4] == 2);
}

const struct link *link_find(const struct link_list *l, const char *name)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (strcmp(l->v[i].name, name) == 0)
			return &l->v[i];
	}
	return NULL;
}
