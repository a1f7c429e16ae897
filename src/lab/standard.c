// SPDX-License-Identifier: GPL-2.0-only
#include "lab.h"

enum { CLIENTS, GATEWAY, SERVERS };

static const struct lab_node nodes[] = {
	[CLIENTS] = { "clients", false },
	[GATEWAY] = { "gateway", true },
	[SERVERS] = { "servers", false },
	{},
};

static const struct lab_link links[] = {
	{ { { CLIENTS, "c0", "02:78:67:01:00:02", "10.1.0.2/24", "fd00:1::2/64", true },
	    { GATEWAY, "lan0", "02:78:67:01:00:01", "10.1.0.1/24", "fd00:1::1/64", false } } },
	{ { { GATEWAY, "wan0", "02:78:67:02:00:01", "10.2.0.1/24", "fd00:2::1/64", false },
	    { SERVERS, "s0", "02:78:67:02:00:02", "10.2.0.2/24", "fd00:2::2/64", true } } },
	{},
};

static const struct lab_command commands[] = {
	{ CLIENTS, "ip route replace default via 10.1.0.1" },
	{ CLIENTS, "ip -6 route replace default via fd00:1::1" },
	{ SERVERS, "ip route replace default via 10.2.0.1" },
	{ SERVERS, "ip -6 route replace default via fd00:2::1" },
	{},
};

const struct lab_topology lab_standard = { nodes, links, commands };
