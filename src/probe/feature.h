/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One row of the table of kernel features, and the ways to try one. A new feature is one row in
 * kernel.c; only one of a new sort needs a function here as well.
 */
#ifndef XG_PROBE_FEATURE_H
#define XG_PROBE_FEATURE_H

#include <stddef.h>

#include "kernel.h"

/* Where a trial says what it saw; "" where the errno says all. */
struct feature_words {
	char text[160];
};

/* A trial's result: 0 available, TRY_UNTRIED it could not be tried, or the negative errno. */
#define TRY_UNTRIED 1

struct feature {
	const char *name, *use, *without, *get;
	enum probe_need need;
	int (*try)(const struct feature *f, struct feature_words *words);
	/* What the trial is made of; each says which of these it reads. */
	unsigned int type;   /* of the program or the map */
	unsigned int attach; /* expected attach type */
	unsigned int flags;
	const char *target; /* the kernel's function or type, as its BTF names it */
};

/* try_program.c: loading and test runs */
int try_program(const struct feature *f, struct feature_words *words);     /* type attach flags */
int try_traced(const struct feature *f, struct feature_words *words);      /* type attach target */
int try_replace(const struct feature *f, struct feature_words *words);     /* - */
int try_kfunc(const struct feature *f, struct feature_words *words);       /* type target */
int try_fib_flag(const struct feature *f, struct feature_words *words);    /* flags */
int try_live_frames(const struct feature *f, struct feature_words *words); /* - */
int try_jit(const struct feature *f, struct feature_words *words);         /* - */

/* try_map.c: maps */
int try_map(const struct feature *f, struct feature_words *words);         /* type flags */
int try_map_program(const struct feature *f, struct feature_words *words); /* type attach */

/* try_net.c: hooks, sockets, neighbours, in a throw-away network namespace */
int try_xdp_link(const struct feature *f, struct feature_words *words);
int try_tcx(const struct feature *f, struct feature_words *words);
int try_clsact(const struct feature *f, struct feature_words *words);
int try_xsk(const struct feature *f, struct feature_words *words);
int try_managed_neighbour(const struct feature *f, struct feature_words *words);
int try_xdp_features(const struct feature *f, struct feature_words *words);

/* try_host.c: the rest of the system */
int try_btf(const struct feature *f, struct feature_words *words);
int try_bpffs(const struct feature *f, struct feature_words *words);
int try_memory(const struct feature *f, struct feature_words *words);
int try_huge_pages(const struct feature *f, struct feature_words *words);

#endif
