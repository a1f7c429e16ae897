// SPDX-License-Identifier: GPL-2.0-only
#include "load.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "xgress.skel.h"
#include "log.h"
#include "ports.h"
#include "sets.h"
#include "../util/crash.h"

#define SALT_STEP    0x9e3779b1U /* far from any tick that a living word may have */
#define GENID_PACKET 64

struct generation {
	struct xgress *skel;
	struct sets *sets;
	struct port_places places;
};

static struct bpf_program *program_of(const struct generation *g, enum plan_program program)
{
	struct bpf_program *const programs[PROGRAM_COUNT] = {
		[PROGRAM_XDP_INSIDE] = g->skel->progs.xdp_inside,
		[PROGRAM_XDP_OUTSIDE] = g->skel->progs.xdp_outside,
		[PROGRAM_TC_INSIDE] = g->skel->progs.tc_inside,
		[PROGRAM_TC_RETURN] = g->skel->progs.tc_return,
		[PROGRAM_TC_OUTSIDE] = g->skel->progs.tc_outside,
	};

	return programs[program];
}

int generation_program(const struct generation *g, enum plan_program program)
{
	return bpf_program__fd(program_of(g, program));
}

/* What the plan does not use is not verified: that is most of the time an apply takes. */
static void choose_programs(struct generation *g, const struct plan *plan)
{
	bool used[PROGRAM_COUNT] = { false };
	size_t i;

	for (i = 0; i < plan->n; i++) {
		const struct plan_hook *h = &plan->v[i];

		used[h->program] = true;
		if (h->may_fall_back)
			used[h->outside ? PROGRAM_TC_RETURN : PROGRAM_TC_INSIDE] = true;
	}
	for (i = 0; i < PROGRAM_COUNT; i++)
		bpf_program__set_autoload(program_of(g, i), used[i]);
}

unsigned int generation_program_id(const struct generation *g, enum plan_program program)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(generation_program(g, program), &info, &size))
		return 0;
	return info.id;
}

static void set_config(struct generation *g, const struct policy *p, bool genid)
{
	struct xg_config *config = (struct xg_config *)&g->skel->rodata->config;

	config->ports_hash = g->places.hash;
	config->ports_shift = g->places.shift;
	config->unreadable_drop = !p->guard.unreadable_pass;
	config->kernel_types = genid;
	sets_tables(g->sets, &config->v4, &config->v6);
	bpf_map__set_max_entries(g->skel->maps.ports, g->places.size);
	bpf_map__set_max_entries(g->skel->maps.targets, g->places.size);
	bpf_map__set_autocreate(g->skel->maps.watched, false); /* losses.c has it */
}

static int load_programs(struct generation *g, const struct instance *i, struct err *e)
{
	struct log log;
	int r = 0;

	if (i)
		r = bpf_map__reuse_fd(g->skel->maps.counters, i->counters_fd);
	if (r)
		return err_set(e, -r, "cannot share the counters: %s", strerror(-r));
	log_begin(&log);
	r = xgress__load(g->skel);
	log_end(&log);
	if (!r)
		return 0;
	if (r == -EPERM)
		return err_set(e, EPERM, "loading programs into the kernel needs root");
	return err_set(e, r == -EINVAL ? ENOTSUP : -r,
		       "the kernel refuses the programs: %s; it says:\n%s", strerror(-r), log.text);
}

/* Opens, sizes, loads. `genid`: with the kfuncs that let a program look at struct net. */
static int load_once(struct generation *g, const struct policy *p, const struct plan *plan,
		     const struct instance *i, bool genid, struct err *e)
{
	g->skel = xgress__open();
	if (!g->skel)
		return err_set(e, errno, "cannot open the programs: %s", strerror(errno));
	sets_size(g->sets, g->skel);
	if (i && i->rows)
		sets_share(g->sets, g->skel, i);
	set_config(g, p, genid);
	choose_programs(g, plan);
	return load_programs(g, i, e);
}

int generation_load(const struct policy *p, const struct plan *plan, const struct instance *i,
		    struct generation **ret_generation, struct err *e)
{
	struct generation *g = calloc(1, sizeof(*g));
	struct err first;
	int r;

	if (!g)
		return err_set(e, ENOMEM, "out of memory");
	r = ports_place_plan(plan, &g->places, e);
	if (!r)
		r = sets_plan(p, &g->sets, e);
	if (!r)
		r = load_once(g, p, plan, i, true, &first);
	if (r && r != -EPERM && g->sets) { /* kernels before 6.2 lack them */
		xgress__destroy(g->skel);
		r = load_once(g, p, plan, i, false, e);
	} else if (r && g->sets) {
		*e = first;
	}
	if (!r)
		r = sets_fill(g->sets, g->skel, e);
	if (r) {
		generation_free(g);
		return r;
	}
	*ret_generation = g;
	return 0;
}

void generation_free(struct generation *g)
{
	if (!g)
		return;
	sets_free(g->sets);
	xgress__destroy(g->skel);
	free(g);
}

static int set_port(struct generation *g, const struct plan *plan, const struct link_list *links,
		    const struct link *l, bool *changed, struct err *e)
{
	struct bpf_devmap_val target = { .ifindex = l->ifindex };
	int ports = bpf_map__fd(g->skel->maps.ports);
	struct xg_port port, before = { 0 };
	__u32 at = xg_port_place(l->ifindex, g->places.hash, g->places.shift);
	int r;

	port_describe(plan, links, l, &port);
	if (!g->skel->rodata->config.kernel_types)
		port.flags &= ~XG_PORT_VETH;
	bpf_map_lookup_elem(ports, &at, &before);
	if (memcmp(&port, &before, sizeof(port)) == 0)
		return 0;
	*changed = true;
	r = bpf_map_update_elem(bpf_map__fd(g->skel->maps.targets), &at, &target, BPF_ANY);
	if (!r)
		r = bpf_map_update_elem(ports, &at, &port, BPF_ANY);
	if (r)
		return err_set(e, -r, "cannot make '%s' a redirect target: %s", l->name,
			       strerror(-r));
	return 0;
}

int generation_set_ports(struct generation *g, const struct plan *plan,
			 const struct link_list *links, struct err *e)
{
	bool changed = false;
	size_t i;
	int r;

	for (i = 0; i < plan->n; i++) {
		const struct link *now = link_find(links, plan->v[i].link.name);

		if (!now || now->ifindex != plan->v[i].link.ifindex)
			continue; /* went away meanwhile: nothing arrives there */
		r = set_port(g, plan, links, now, &changed, e);
		if (r)
			return r;
	}
	if (changed)
		generation_forget_routes(g);
	return 0;
}

static volatile struct xg_routing *routing_of(struct generation *g)
{
	return &g->skel->data_routing->routing;
}

void generation_forget_routes(struct generation *g)
{
	routing_of(g)->salt += SALT_STEP;
}

void generation_watched(struct generation *g, uint64_t ns)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	routing_of(g)->watched_until_ns = now.tv_sec * 1000000000ULL + now.tv_nsec + ns;
}

static int read_genid(struct generation *g, __u32 ret_genid[2], struct err *e)
{
	__u32 packet[GENID_PACKET / sizeof(__u32)] = { 0 }, out[GENID_PACKET / sizeof(__u32)];
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = packet, .data_size_in = sizeof(packet),
		    .data_out = out, .data_size_out = sizeof(out), .repeat = 1);
	int r;

	if (!g->skel->rodata->config.kernel_types) {
		ret_genid[0] = ret_genid[1] = 0;
		return 0;
	}
	r = bpf_prog_test_run_opts(bpf_program__fd(g->skel->progs.genid), &run);
	if (r)
		return err_set(e, -r, "cannot ask the kernel for its routing counters: %s",
			       strerror(-r));
	ret_genid[0] = out[0];
	ret_genid[1] = out[1];
	return 0;
}

int generation_learn_routing(struct generation *g, struct routing_facts *facts, struct err *e)
{
	volatile struct xg_routing *routing = routing_of(g);
	struct routing_facts f;
	__u32 before[2] = { 0 };
	int r;

	routing->cacheable = XG_MARKS_MATTER; /* they may, until we know */
	generation_forget_routes(g);
	r = read_genid(g, before, e);
	if (!r)
		r = routing_analyse(&f, e);
	if (r)
		return r;
	memcpy(&g->skel->bss->route_cache.own, &f.own, sizeof(f.own));
	/* A change since `before` was read makes the kernel's counters differ from these. */
	routing->genid4 = before[0];
	routing->genid6 = before[1];
	__sync_synchronize();
	routing->cacheable = (f.by_destination4 ? XG_CACHEABLE_V4 : 0) |
			     (f.by_destination6 ? XG_CACHEABLE_V6 : 0) |
			     (f.by_mark ? XG_MARKS_MATTER : 0);
	if (facts)
		*facts = f;
	return 0;
}

static int pin(int fd, const char *path, struct err *e)
{
	int r = bpf_obj_pin(fd, path);

	if (r)
		return err_set(e, -r, "cannot pin %s: %s", path, strerror(-r));
	crash_point();
	return 0;
}

int generation_pin(const struct generation *g, const struct record *record, struct err *e)
{
	char path[512];
	int n, r;

	snprintf(path, sizeof(path), "%s/routing", record->path);
	r = pin(bpf_map__fd(g->skel->maps.data_routing), path, e);
	for (n = 0; n < PROGRAM_COUNT && !r; n++) {
		if (!bpf_program__autoload(program_of(g, n)))
			continue;
		record_program_path(record, n, path, sizeof(path));
		r = pin(generation_program(g, n), path, e);
	}
	return r;
}
