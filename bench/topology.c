// SPDX-License-Identifier: GPL-2.0-only
/*
 *	xgb-app            xgb-host            xgb-net
 *	vA 10.1.0.1 <-> vB 10.1.0.2
 *	                vC 10.2.0.1 <-> vD 10.2.0.2, next hop of 10.3.0.0/16 and fd00:3::/48
 *
 * Neighbours are permanent, so that no way is measured while it resolves one. GRO makes a veth
 * take redirected frames from its peer: vB's for the generator, vA's and vD's for the ways.
 */
#include "bench.h"

enum { APP, HOST, NET };

static const struct lab_node nodes[] = {
	[APP] = { "app", false },
	[HOST] = { "host", true },
	[NET] = { "net", false },
	{},
};

static const struct lab_link links[] = {
	{ { { APP, "vA", "02:00:00:00:00:0a", "10.1.0.1/24", "fd00:1::1/64", true },
	    { HOST, "vB", "02:00:00:00:00:0b", "10.1.0.2/24", "fd00:1::2/64", true } } },
	{ { { HOST, "vC", "02:00:00:00:00:0c", "10.2.0.1/24", "fd00:2::1/64", false },
	    { NET, "vD", "02:00:00:00:00:0d", "10.2.0.2/24", "fd00:2::2/64", true } } },
	{},
};

static const struct lab_command commands[] = {
	{ APP, "ip route replace default via 10.1.0.2" },
	{ APP, "ip route replace default via fd00:1::2" },
	{ NET, "ip route replace default via 10.2.0.1" },
	{ NET, "ip route replace default via fd00:2::1" },
	{ HOST, "ip route replace 10.3.0.0/16 via 10.2.0.2" },
	{ HOST, "ip route replace fd00:3::/48 via fd00:2::2" },
	{ APP, "ip neigh replace 10.1.0.2 lladdr 02:00:00:00:00:0b dev vA nud permanent" },
	{ APP, "ip neigh replace fd00:1::2 lladdr 02:00:00:00:00:0b dev vA nud permanent" },
	{ HOST, "ip neigh replace 10.1.0.1 lladdr 02:00:00:00:00:0a dev vB nud permanent" },
	{ HOST, "ip neigh replace fd00:1::1 lladdr 02:00:00:00:00:0a dev vB nud permanent" },
	{ HOST, "ip neigh replace 10.2.0.2 lladdr 02:00:00:00:00:0d dev vC nud permanent" },
	{ HOST, "ip neigh replace fd00:2::2 lladdr 02:00:00:00:00:0d dev vC nud permanent" },
	{ NET, "ip neigh replace 10.2.0.1 lladdr 02:00:00:00:00:0c dev vD nud permanent" },
	{ NET, "ip neigh replace fd00:2::1 lladdr 02:00:00:00:00:0c dev vD nud permanent" },
	{},
};

static const struct lab_topology topology = { nodes, links, commands };

const struct lab_options bench_lab = { "xgb", &topology };
