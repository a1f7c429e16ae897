/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A twin of a live program: the same instructions (the kernel's tag of the program says so), the
 * same constants, the same maps where the program only reads; of what it writes, a copy of its
 * own. So a packet can be run through it, and nothing of the live data plane is changed or
 * counted. The live programs know nothing of this.
 */
#ifndef XG_DATAPLANE_TWIN_H
#define XG_DATAPLANE_TWIN_H

#include <stddef.h>

#include "abi/xgress.h"
#include "instance.h"
#include "prefix_find.h"

#define TWIN_PACKET 65536 /* bytes, at most */

struct twin;

struct twin_answer {
	unsigned int reason;    /* enum xg_reason */
	struct xg_explain seen; /* the stages' own answers */
	uint8_t packet[TWIN_PACKET];
	size_t size;
};

/*
 * Loads the twin of the program that `row` of the instance has attached. -ESTALE where the
 * program in force is not this version's. The caller is in the instance's network namespace and
 * ends with twin_free().
 */
int twin_new(const struct instance *i, const struct xg_row *row, struct twin **ret_twin,
	     struct err *e);
void twin_free(struct twin *t);

/*
 * What the live program would do with this packet now, after those that were run before it.
 * -EMSGSIZE: the kernel makes no such packet for a test run.
 */
int twin_run(struct twin *t, const void *packet, size_t size, struct twin_answer *ret_answer,
	     struct err *e);

/* The interface as the program sees it (without XG_PORT_VETH); NULL where it is not of the policy.
 */
const struct xg_port *twin_port(struct twin *t, unsigned int ifindex);

/* Tables and memory of the guard's sets that are in force, as long as the twin lives. */
const struct xg_config *twin_config(const struct twin *t);
const struct prefix_memory *twin_prefixes(struct twin *t);

#endif
