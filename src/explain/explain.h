/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens to a packet at a hook, stage by stage, and what decided. The answer is the live
 * program's own, by its twin (src/dataplane/twin.h); nothing is counted and nothing is changed.
 */
#ifndef XG_EXPLAIN_EXPLAIN_H
#define XG_EXPLAIN_EXPLAIN_H

#include <net/if.h>

#include "../dataplane/twin.h"

#define EXPLAIN_STAGES   8
#define EXPLAIN_DECISION 640

struct explain_stage {
	const char *name;
	char decision[EXPLAIN_DECISION];
};

/* How a packet leaves. */
struct explain_exit {
	unsigned int reason;         /* enum xg_reason */
	char interface[IF_NAMESIZE]; /* where it goes out; "": the kernel has it, or nobody */
	const uint8_t *packet;       /* as it leaves; NULL: dropped */
	size_t size;
};

/* A packet's way through the stages, up to the one that decided and the exit. */
struct explain_way {
	struct explain_stage stages[EXPLAIN_STAGES];
	size_t n;
	struct explain_exit exit;
	struct twin_answer answer;
};

struct explanation {
	const struct xg_row *row;
	struct explain_way way;
	struct explain_way then; /* of the packets behind it, where this one's reason is refresh */
};

struct explainer;

/*
 * For the hook where packets come in (`in`) or go out (`out`); "" is not said, and where neither
 * is, the policy's only inside interface is meant. -EINVAL: no such interface, with those that
 * there are; -ENOENT: nothing is applied. The caller ends with explainer_free().
 */
int explainer_new(const char *instance, const char *in, const char *out,
		  struct explainer **ret_explainer, struct err *e);
void explainer_free(struct explainer *x);

/* The MAC address of the hook's interface, and whether packets leave there. */
const uint8_t *explainer_mac(const struct explainer *x);
bool explainer_outward(const struct explainer *x);

/* `ret_explanation` is large: not for the stack. */
int explainer_run(struct explainer *x, const uint8_t *packet, size_t size,
		  struct explanation *ret_explanation, struct err *e);

#endif
