/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User space's own notes of an instance, pinned beside the links: no program reads them. They
 * live and die with the links, so that they are right after a crash and gone after a reboot.
 */
#ifndef XG_ABI_INSTANCE_H
#define XG_ABI_INSTANCE_H

#include <linux/types.h>
#include "assert.h"

enum xg_hook {
	XG_HOOK_NONE,
	XG_HOOK_XDP,
	XG_HOOK_TCX_INGRESS,
	XG_HOOK_TCX_EGRESS,
	XG_HOOK_CLSACT_INGRESS,
	XG_HOOK_CLSACT_EGRESS,
};

enum xg_row_forward {
	XG_FORWARD_AUTO = 1,
	XG_FORWARD_FAST = 2,
	XG_FAST_OVER_NAT = 4, /* with FAST: this is meant */
	XG_FAST_OVER_XFRM = 8,
};

/* An interface at one hook; the row of the same number has its counters. */
struct xg_row {
	char name[16]; /* of the interface; "" is a free row */
	__u32 ifindex;
	__u8 hook; /* enum xg_hook */
	__u8 outside;
	__u8 attached; /* 0: detached, the counters are kept */
	__u8 _pad;
	__u32 program_id;
	__u32 forward;          /* enum xg_row_forward: what the policy says of forwarding fast */
	char mode[16];          /* native, generic, tc */
	char note[208];         /* why no better mode was obtained; "" is none */
	char forward_note[208]; /* why not fast: what comes in, or what XDP would send; "" is: fast
				 */
	char _pad2[48];
};
XG_ASSERT_SIZE(struct xg_row, 512);

/* Where a generation puts which of its programs. */
struct xg_place {
	struct xg_row row; /* as it stands in the rows once the generation is in force */
	__u32 n;           /* the row's number */
	__u32 program;     /* enum plan_program */
};
XG_ASSERT_SIZE(struct xg_place, 520);

struct xg_generation {
	__u64 number;     /* from 1 */
	__u64 token;      /* random: tells generations of the same number apart */
	__u64 applied_at; /* seconds since the epoch */
	__u32 places;
	__u32 ledger;      /* enum policy_ledger */
	char policy[4080]; /* absolute path of the policy file */
};
XG_ASSERT_SIZE(struct xg_generation, 4112);

/* What is under way. Whoever takes the lock and finds something finishes or reverts it. */
enum xg_intent {
	XG_INTENT_NONE,
	XG_INTENT_PREPARE, /* the record of `to` is being written, no hook was touched: drop it */
	XG_INTENT_SWAP,    /* hooks go from `from` to `to`: revert */
	XG_INTENT_COMMIT,  /* all hooks run `to`: finish */
	XG_INTENT_DOWN,    /* everything goes: finish */
};

struct xg_state {
	struct xg_generation now; /* in force; number 0: none */
	__u64 previous;           /* number of the generation kept for rollback; 0: none */
	__u64 last;               /* the highest number given so far */
	__u64 confirm_by_ns;      /* CLOCK_BOOTTIME: then it is rolled back; 0: it stays */
	__u64 from;               /* the intent's, by number; 0: nothing attached */
	__u64 to;
	__u64 to_confirm_by_ns; /* confirm_by_ns once `to` is in force */
	__u32 intent;           /* enum xg_intent; written last */
	__u32 _pad;
};
XG_ASSERT_SIZE(struct xg_state, 4112 + 56);

#endif
