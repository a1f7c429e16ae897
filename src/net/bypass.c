// SPDX-License-Identifier: GPL-2.0-only
/* netfilter, NAT and IPsec of this network namespace. */
#include "bypass.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/xfrm.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "nl.h"

struct chain {
	uint8_t family;
	const char *table;
	const char *name;
	const char *type;
	bool base; /* has a hook; others are only called by those */
	uint32_t hook;
};

static const char *family_word(uint8_t family)
{
	switch (family) {
	case NFPROTO_INET:
		return "inet";
	case NFPROTO_IPV4:
		return "ip";
	case NFPROTO_IPV6:
		return "ip6";
	case NFPROTO_NETDEV:
		return "netdev";
	default:
		return NULL; /* arp and bridge see nothing that is routed */
	}
}

static void read_hook(const struct nlattr *nested, struct chain *c)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested (a, nested) {
		if (mnl_attr_get_type(a) != NFTA_HOOK_HOOKNUM)
			continue;
		c->base = true;
		c->hook = ntohl(mnl_attr_get_u32(a));
	}
}

/* Does what is forwarded come by here? */
static bool is_on_the_way(const struct chain *c)
{
	if (!c->base || !family_word(c->family))
		return false;
	if (c->family == NFPROTO_NETDEV)
		return true;
	return c->hook == NF_INET_PRE_ROUTING || c->hook == NF_INET_FORWARD ||
	       c->hook == NF_INET_POST_ROUTING;
}

static int read_chain(const struct nlmsghdr *message, void *data)
{
	const struct nfgenmsg *header = mnl_nlmsg_get_payload(message);
	struct chain c = { .family = header->nfgen_family, .table = "", .name = "", .type = "" };
	struct bypass *b = data;
	const struct nlattr *a;
	char *found;

	mnl_attr_for_each (a, message, sizeof(*header)) {
		switch (mnl_attr_get_type(a)) {
		case NFTA_CHAIN_TABLE:
			c.table = mnl_attr_get_str(a);
			break;
		case NFTA_CHAIN_NAME:
			c.name = mnl_attr_get_str(a);
			break;
		case NFTA_CHAIN_TYPE:
			c.type = mnl_attr_get_str(a);
			break;
		case NFTA_CHAIN_HOOK:
			read_hook(a, &c);
			break;
		}
	}
	found = strcmp(c.type, "nat") == 0 ? b->nat : b->netfilter;
	if (is_on_the_way(&c) && !*found)
		snprintf(found, BYPASS_TEXT, "nftables chain %s %.40s %.30s", family_word(c.family),
			 c.table, c.name);
	return MNL_CB_OK;
}

/* What this kernel has no part for is not there. */
static int absent_is_none(int r)
{
	return r == -EPROTONOSUPPORT || r == -EOPNOTSUPP || r == -ENOENT || r == -EINVAL ? 0 : r;
}

static int read_nftables(struct bypass *b)
{
	struct nlmsghdr *request;
	char buffer[256];
	void *header;

	request = nl_dump(buffer, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETCHAIN,
			  sizeof(struct nfgenmsg), &header);
	return absent_is_none(nl_talk(NETLINK_NETFILTER, request, read_chain, b));
}

/* Legacy iptables names its tables of this network namespace, once they are used. */
static void read_iptables(const char *file, const char *command, struct bypass *b)
{
	FILE *f = fopen(file, "re");
	char table[64], *found;

	while (f && fgets(table, sizeof(table), f)) {
		table[strcspn(table, "\n")] = 0;
		found = strcmp(table, "nat") == 0 ? b->nat : b->netfilter;
		if (!*found)
			snprintf(found, BYPASS_TEXT, "%s-legacy table %s", command, table);
	}
	if (f)
		fclose(f);
}

static int read_xfrm_policy(const struct nlmsghdr *message, void *data)
{
	const struct xfrm_userpolicy_info *policy = mnl_nlmsg_get_payload(message);
	struct bypass *b = data;

	if (!*b->xfrm && (policy->dir == XFRM_POLICY_OUT || policy->dir == XFRM_POLICY_FWD))
		snprintf(b->xfrm, BYPASS_TEXT, "IPsec policy %u (`ip xfrm policy`)", policy->index);
	return MNL_CB_OK;
}

static int read_xfrm(struct bypass *b)
{
	struct nlmsghdr *request;
	char buffer[256];
	void *header;

	request = nl_dump(buffer, XFRM_MSG_GETPOLICY, sizeof(struct xfrm_userpolicy_id), &header);
	return absent_is_none(nl_talk(NETLINK_XFRM, request, read_xfrm_policy, b));
}

int bypass_read(struct bypass *ret_bypass, struct err *e)
{
	struct bypass b = { 0 };
	int r;

	r = read_nftables(&b);
	if (r)
		return err_set(e, -r, "cannot read the chains of nftables: %s%s", strerror(-r),
			       r == -EPERM ? " (needs root: CAP_NET_ADMIN)" : "");
	read_iptables("/proc/thread-self/net/ip_tables_names", "iptables", &b);
	read_iptables("/proc/thread-self/net/ip6_tables_names", "ip6tables", &b);
	r = read_xfrm(&b);
	if (r)
		return err_set(e, -r, "cannot read the IPsec policies: %s", strerror(-r));
	*ret_bypass = b;
	return 0;
}
