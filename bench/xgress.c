// SPDX-License-Identifier: GPL-2.0-only
/* xgress itself: the real program, driven by its command line. */
#include <errno.h>
#include <unistd.h>

#include "bench.h"
#include "prefixes.h"
#include "src/util/proc.h"

/* How xgress is told to do it. */
struct variant {
	const char *program;
	const char *path;
	const char *ledger;
};

static int write_policy(struct bench *b, const struct variant *v, bool block, char *path,
			size_t size, struct err *e)
{
	FILE *f;

	snprintf(path, size, "%s/policy.yaml", b->folder);
	f = fopen(path, "we");
	if (!f)
		return err_set(e, errno, "%s: %s", path, strerror(errno));
	fprintf(f, "outside: [{dev: vC, path: %s}]\n", v->path);
	fprintf(f, "inside: [{dev: vB, path: %s}]\n", v->path);
	fprintf(f, "ledger: %s\n", v->ledger);
	if (block)
		fputs("sets: {abusers: {file: prefixes.txt}}\n"
		      "guard: {block: [abusers]}\n",
		      f);
	if (fclose(f))
		return err_set(e, errno, "%s: %s", path, strerror(errno));
	return 0;
}

static int apply(struct bench *b, const struct bench_case *c, const struct variant *v,
		 struct err *e)
{
	char policy[128], prefixes[128];
	struct err why;
	int err;

	err = write_policy(b, v, c->kind == KIND_BLOCK, policy, sizeof(policy), e);
	if (err)
		return err;
	snprintf(prefixes, sizeof(prefixes), "%s/prefixes.txt", b->folder);
	err = prefixes_write(prefixes, c->ipv6, e);
	if (err)
		return err;
	err = proc_run((const char *const[]){ v->program, "-n", BENCH_HOST, "--instance", "bench",
					      "apply", policy, NULL },
		       NULL, 0, &why);
	if (err)
		return err_set(e, -err, "%s cannot apply: %.700s", v->program, why.message);
	return 0;
}

static int setup_xdp(struct bench *b, const struct bench_case *c, struct err *e)
{
	return apply(b, c, &(struct variant){ b->xgress, "xdp", "open" }, e);
}

static int setup_closed(struct bench *b, const struct bench_case *c, struct err *e)
{
	return apply(b, c, &(struct variant){ b->xgress, "xdp", "closed" }, e);
}

static int setup_auto(struct bench *b, const struct bench_case *c, struct err *e)
{
	return apply(b, c, &(struct variant){ b->xgress, "auto", "open" }, e);
}

static int setup_against(struct bench *b, const struct bench_case *c, struct err *e)
{
	return apply(b, c, &(struct variant){ b->options.against, "xdp", "open" }, e);
}

static void down_by(const char *program)
{
	struct err ignored;

	proc_run((const char *const[]){ program, "-n", BENCH_HOST, "--instance", "bench", "down",
					NULL },
		 NULL, 0, &ignored);
}

static void down(struct bench *b)
{
	down_by(b->xgress);
}

static void down_against(struct bench *b)
{
	down_by(b->options.against);
}

const struct way way_xgress = {
	.name = "xgress",
	.what = "xgress, path: xdp, ledger: open",
	.kinds = KIND_FORWARD | KIND_BLOCK | KIND_TCP | KIND_LATENCY,
	.routes = true,
	.setup = setup_xdp,
	.teardown = down,
};

const struct way way_xgress_closed = {
	.name = "xgress-closed",
	.what = "xgress, path: xdp, ledger: closed (what a policy gets that does not say)",
	.kinds = KIND_FORWARD | KIND_BLOCK,
	.routes = true,
	.setup = setup_closed,
	.teardown = down,
};

const struct way way_xgress_auto = {
	.name = "xgress-auto",
	.what = "xgress, path: auto (tcx on a veth)",
	.kinds = KIND_TCP,
	.routes = true,
	.setup = setup_auto,
	.teardown = down,
};

const struct way way_against = {
	.name = "against",
	.what = "xgress, path: xdp, the other build",
	.kinds = KIND_FORWARD | KIND_BLOCK | KIND_TCP | KIND_LATENCY,
	.routes = true,
	.setup = setup_against,
	.teardown = down_against,
};
