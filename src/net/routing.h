/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * On what does routing in this network namespace depend? The next-hop cache of the data plane
 * keys by destination alone and is right only where nothing else matters: no routing rules but
 * the kernel's own, no multipath route, no route by TOS or by source.
 */
#ifndef XG_NET_ROUTING_H
#define XG_NET_ROUTING_H

#include <stdbool.h>

#include "abi/route.h"
#include "../util/err.h"

struct routing_facts {
	bool by_destination4;
	bool by_destination6;
	bool by_mark;  /* a rule asks for the firewall mark */
	char why4[96]; /* the first thing found that stands against it; "" is none */
	char why6[96];
	struct xg_own own; /* local and broadcast addresses */
};

/* Dumps rules and routes. Returns 0 or a negative errno. */
int routing_analyse(struct routing_facts *ret_facts, struct err *e);

#endif
