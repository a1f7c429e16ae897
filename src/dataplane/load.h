/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One generation: a fresh set of programs and maps for a policy, accepted by the verifier and
 * filled, attached to nothing yet. The counters are the instance's and are shared.
 */
#ifndef XG_DATAPLANE_LOAD_H
#define XG_DATAPLANE_LOAD_H

#include "instance.h"
#include "plan.h"
#include "record.h"
#include "../net/routing.h"

struct generation;

/* `i` may be NULL for a trial that attaches nothing. The caller ends with generation_free(). */
int generation_load(const struct policy *p, const struct plan *plan, const struct instance *i,
		    struct generation **ret_generation, struct err *e);
void generation_free(struct generation *g);

int generation_program(const struct generation *g, enum plan_program program);
unsigned int generation_program_id(const struct generation *g, enum plan_program program);

/*
 * Writes the interfaces of the plan and what may be redirected to them, as the kernel tells it
 * now. Cached next hops are forgotten when something changed.
 */
int generation_set_ports(struct generation *g, const struct plan *plan,
			 const struct link_list *links, struct err *e);

/*
 * Finds out what routing depends on, and lets the cache work accordingly. `facts` may be NULL.
 * Where routing changes meanwhile, every packet is looked up until the next call.
 */
int generation_learn_routing(struct generation *g, struct routing_facts *facts, struct err *e);

/* Forgets every cached next hop, at once. */
void generation_forget_routes(struct generation *g);

/* For kernels that cannot be asked: routing is watched for `ns` more. */
void generation_watched(struct generation *g, uint64_t ns);

/* Pins the programs and the map by which routing is told into the record's folder. */
int generation_pin(const struct generation *g, const struct record *record, struct err *e);

#endif
