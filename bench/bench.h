/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xg-bench: several ways to forward a packet, measured side by side. In every round each way is
 * set up, measured and taken down again, in an order that rotates; results are ratios within a
 * round, of which the median and the quartiles are shown. A shared machine's absolute numbers
 * change by the minute, these ratios hardly do.
 *
 *	main.c  options, cleanup      run.c        rounds         report.c  tables, goals.c
 *	cases.c what is measured      ways.c       how packets    result.c  JSON
 *	flood.c tcp.c latency.c       are forwarded: nft.c xgress.c
 */
#ifndef XG_BENCH_BENCH_H
#define XG_BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "src/lab/lab.h"
#include "src/util/err.h"

#define BENCH_ROUNDS 64
#define BENCH_WAYS   9
#define BENCH_CASES  8

#define BENCH_APP  "xgb-app"
#define BENCH_HOST "xgb-host"
#define BENCH_NET  "xgb-net"

enum bench_kind {
	KIND_FORWARD = 1 << 0, /* a flood of small frames */
	KIND_BLOCK = 1 << 1,   /* the same, each address asked for in a block set */
	KIND_TCP = 1 << 2,
	KIND_LATENCY = 1 << 3,
};

/* One way in one round. */
struct sample {
	double value;  /* in the unit of the case */
	double p99_us; /* latency only */
	uint64_t sent; /* floods only */
	uint64_t received;
	uint64_t retransmits; /* TCP only */
	double cores;         /* our own CPU time by wall time */
	double machine_cores; /* the whole machine's busy time by wall time */
};

struct bench;
struct bench_case;

struct way {
	const char *name;
	const char *what;   /* for the legend */
	unsigned int kinds; /* KIND_: where it takes part */
	bool routes;        /* does a router's work, which is checked */
	int (*setup)(struct bench *b, const struct bench_case *c, struct err *e);
	void (*teardown)(struct bench *b);
};

struct bench_case {
	const char *name;
	const char *title;
	enum bench_kind kind;
	bool ipv6;
	uint32_t destinations; /* a power of two */
	const char *unit;
	const char *reference[2]; /* ways that the others are divided by; the second may be NULL */
	/* Readies the sink side; NULL: nothing to do. */
	int (*begin)(struct bench *b, const struct bench_case *c, struct err *e);
	void (*end)(struct bench *b);
	/* Once for each way before the rounds: does it forward at all? NULL: measure tells. */
	int (*verify)(struct bench *b, const struct bench_case *c, const struct way *w,
		      struct err *e);
	int (*measure)(struct bench *b, const struct bench_case *c, struct sample *ret_sample,
		       struct err *e);
};

enum way_state { WAY_OK, WAY_SKIPPED, WAY_FAILED };

struct way_result {
	const struct way *way;
	enum way_state state;
	char why[512];         /* unless WAY_OK */
	unsigned int repeated; /* measurements, because frames were lost */
	struct sample samples[BENCH_ROUNDS];
};

struct case_result {
	const struct bench_case *c;
	struct way_result ways[BENCH_WAYS];
	unsigned int n_ways;
	unsigned int rounds;
};

struct bench_options {
	unsigned int rounds;
	uint32_t packets; /* of a flood, in a round */
	unsigned int tcp_seconds;
	unsigned int pings;
	const char *cases[BENCH_CASES]; /* empty: all */
	unsigned int n_cases;
	const char *json;    /* NULL: none */
	const char *against; /* another build of xgress, measured beside; NULL: none */
};

struct gen_bpf;

struct bench {
	struct bench_options options;
	struct gen_bpf *gen;    /* generator and sink */
	int cpu;                /* that everything is pinned to */
	unsigned int ifindex_b; /* of vB and vC, in BENCH_HOST */
	unsigned int ifindex_c;
	unsigned int ifindex_d; /* of vD, in BENCH_NET */
	int sink_link;          /* -1: none */
	int way_link;
	char xgress[4096]; /* the program's path */
	char folder[64];   /* for policies and rules; "" before it exists */
	bool lab;
	struct case_result results[BENCH_CASES];
	unsigned int n_results;
};

extern const struct lab_options bench_lab;
extern const struct way *const bench_ways[];  /* ends with NULL */
extern const struct bench_case bench_cases[]; /* ends with an entry of zeroes */
extern volatile int bench_interrupted;        /* by a signal: leave at the next chance */

/* Opens and loads the generator, with the lab up. */
int flood_load(struct bench *b, struct err *e);
void flood_unload(struct bench *b);

int flood_begin(struct bench *b, const struct bench_case *c, struct err *e);
void flood_end(struct bench *b);
int flood_verify(struct bench *b, const struct bench_case *c, const struct way *w, struct err *e);
int flood_measure(struct bench *b, const struct bench_case *c, struct sample *ret_sample,
		  struct err *e);
int tcp_measure(struct bench *b, const struct bench_case *c, struct sample *ret_sample,
		struct err *e);
int latency_measure(struct bench *b, const struct bench_case *c, struct sample *ret_sample,
		    struct err *e);

/* Rounds of one case over all ways that take part. -EINTR: stopped by a signal. */
int run_case(struct bench *b, const struct bench_case *c, struct case_result *r, struct err *e);

extern const struct way way_nft, way_xgress, way_xgress_closed, way_xgress_auto, way_against;

#endif
