/* SPDX-License-Identifier: GPL-2.0-only */
/* What each stage decided, in words. */
#ifndef XG_EXPLAIN_STAGES_H
#define XG_EXPLAIN_STAGES_H

#include "explain.h"
#include "guard.h"

/* What the words are made from. */
struct stages_facts {
	struct twin *twin;
	const struct instance *instance;
	const struct xg_row *row;
	const struct guard_names *names;
	const uint8_t *packet; /* as it came */
	size_t size;
	const struct twin_answer *answer;
};

/* Fills `stages` and `n`; `exit` is there already. */
void stages_tell(const struct stages_facts *f, struct explain_way *w);

/* The first, for a line of its own: "IPv4 UDP 10.1.0.2:40000 > 192.0.2.1:80, 28 bytes". */
void stage_parse(const struct stages_facts *f, char *text, size_t size);

/* Up to the next hop: false where the packet ended before it, which `text` tells. */
bool stage_admit(const struct stages_facts *f, char *text, size_t size);
bool stage_route(const struct stages_facts *f, char *text, size_t size);

#endif
