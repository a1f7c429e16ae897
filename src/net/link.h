/* SPDX-License-Identifier: GPL-2.0-only */
/* The interfaces of this network namespace, and what decides by which hook xgress takes them. */
#ifndef XG_NET_LINK_H
#define XG_NET_LINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../util/err.h"

/* enum netdev_xdp_act of linux/netdev.h (since 6.3). */
enum link_xdp_features {
	LINK_XDP_BASIC = 1,
	LINK_XDP_REDIRECT = 2,
	LINK_XDP_NDO_XMIT = 4,
	LINK_XDP_XSK_ZEROCOPY = 8,
	LINK_XDP_OFFLOAD = 16,
	LINK_XDP_RX_SG = 32,
	LINK_XDP_XMIT_SG = 64,
};

struct link {
	char name[IF_NAMESIZE];
	char kind[16];   /* rtnetlink's: veth, tun, bridge, vlan; "" for hardware */
	char driver[32]; /* ethtool's; "" where the device has none */
	unsigned int ifindex;
	/* What this one is on top of, of a veth its other end (IFLA_LINK): an ifindex; 0: none. */
	unsigned int lower;
	bool lower_elsewhere; /* `lower` counts in another network namespace */
	unsigned int mtu;     /* bytes */
	bool up;
	uint8_t mac[6];
	bool rx_vlan;         /* VLAN tags are taken off before XDP (rx-vlan-offload) */
	bool lro;             /* large receive offload */
	bool ethernet;        /* ARPHRD_ETHER, not a loopback */
	char master_kind[16]; /* of what it is a port of: bridge, bond, team, vrf; "" */
	bool features_known;  /* the kernel tells XDP features */
	uint64_t features;
};

struct link_list {
	struct link *v;
	size_t n;
	size_t room;
};

/* Returns 0 or a negative errno. The caller ends with link_list_release(). */
int link_list_read(struct link_list *ret_list, struct err *e);
void link_list_release(struct link_list *l);

/* Its frames belong to a bridge, bond or team above it, which decides where they go. */
bool link_is_port(const struct link *l);

/* A macvlan that has the MAC address of a virtual router (RFC 9568, 7.3) and is up. */
bool link_is_vrrp(const struct link *l);

/* Whether this kernel tells XDP features (6.3 and later). */
bool link_features_told(void);

/* NULL where there is none. */
const struct link *link_find(const struct link_list *l, const char *name);

#endif
