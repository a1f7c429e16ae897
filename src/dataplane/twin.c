// SPDX-License-Identifier: GPL-2.0-only
#include "twin.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xgress.skel.h"
#include "log.h"
#include "twin_internal.h"

static struct bpf_program *program_of_row(const struct xgress *skel, const struct xg_row *row)
{
	if (row->hook == XG_HOOK_XDP)
		return row->outside ? skel->progs.xdp_outside : skel->progs.xdp_inside;
	if (hook_is_egress(row->hook))
		return skel->progs.tc_outside;
	return row->outside ? skel->progs.tc_return : skel->progs.tc_inside;
}

static int read_live(struct twin *t, struct bpf_prog_info *ret_info, struct err *e)
{
	int fd = bpf_prog_get_fd_by_id(t->row->program_id), r;

	if (fd < 0)
		return err_set(e, -fd, "%s: cannot look at its program, %u: %s", t->row->name,
			       t->row->program_id, strerror(-fd));
	r = twin_maps_open(&t->maps, fd, ret_info);
	close(fd);
	if (r)
		return err_set(e, -r, "%s: cannot look at the maps of its program: %s",
			       t->row->name, strerror(-r));
	return 0;
}

static int other_version(const struct twin *t, struct err *e)
{
	return err_set(e, ESTALE,
		       "%s: the program in force is another version's than this xgress: apply "
		       "again, or ask with the version that applied it",
		       t->row->name);
}

static void choose_programs(struct twin *t)
{
	struct bpf_program *program;

	bpf_object__for_each_program (program, t->skel->obj)
		bpf_program__set_autoload(program, program == t->program);
	bpf_program__set_autoload(t->skel->progs.explain_stages, true);
	bpf_program__set_autoload(t->skel->progs.explain_nexthop, true);
	bpf_map__set_autocreate(t->skel->maps.watched, false); /* losses.c has it */
}

static int load(struct twin *t, struct err *e)
{
	struct log log;
	int r;

	log_begin(&log);
	r = xgress__load(t->skel);
	log_end(&log);
	if (r)
		return err_set(e, r == -EINVAL ? ENOTSUP : -r,
			       "%s: cannot load a twin of its program: %s; the kernel says:\n%s",
			       t->row->name, strerror(-r), log.text);
	return 0;
}

/* The same instructions? The kernel's digest of them leaves out only the maps' numbers. */
static bool same_program(const struct twin *t, const struct bpf_prog_info *live)
{
	struct bpf_prog_info mine = { 0 };
	__u32 size = sizeof(mine);

	return !bpf_obj_get_info_by_fd(bpf_program__fd(t->program), &mine, &size) &&
	       !memcmp(mine.tag, live->tag, sizeof(mine.tag));
}

static int open_twin(struct twin *t, struct err *e)
{
	struct bpf_prog_info live = { 0 };
	int r;

	r = read_live(t, &live, e);
	if (r)
		return r;
	t->skel = xgress__open();
	if (!t->skel)
		return err_set(e, errno, "cannot open the programs: %s", strerror(errno));
	t->program = program_of_row(t->skel, t->row);
	choose_programs(t);
	bpf_map__set_max_entries(t->skel->maps.counters, t->counters_row + 1);
	r = twin_maps_share(&t->maps, t->skel);
	if (!r)
		r = load(t, e);
	else if (r == -ESTALE)
		return other_version(t, e);
	else
		return err_set(e, -r, "%s: cannot share the maps of its program: %s", t->row->name,
			       strerror(-r));
	if (r)
		return r;
	if (!same_program(t, &live))
		return other_version(t, e);
	r = twin_maps_copy(&t->maps, t->skel);
	if (!r)
		r = twin_maps_prefixes(&t->maps, t->skel, &t->prefixes);
	if (r)
		return err_set(e, -r, "%s: cannot copy the maps of its program: %s", t->row->name,
			       strerror(-r));
	return 0;
}

int twin_new(const struct instance *i, const struct xg_row *row, struct twin **ret_twin,
	     struct err *e)
{
	struct twin *t = calloc(1, sizeof(*t));
	int r = -ENOMEM;

	if (!t)
		return err_set(e, ENOMEM, "out of memory");
	t->row = row;
	t->counters_row = row - i->rows;
	t->xdp = row->hook == XG_HOOK_XDP;
	t->counts_size = libbpf_num_possible_cpus() * sizeof(struct xg_counters);
	t->counts = malloc(t->counts_size);
	r = t->counts ? open_twin(t, e) : err_set(e, ENOMEM, "out of memory");
	if (r) {
		twin_free(t);
		return r;
	}
	*ret_twin = t;
	return 0;
}

void twin_free(struct twin *t)
{
	if (!t)
		return;
	twin_maps_close(&t->maps);
	xgress__destroy(t->skel);
	free(t->counts);
	free(t);
}

const struct xg_port *twin_port(struct twin *t, unsigned int ifindex)
{
	const struct xg_config *c = twin_config(t);
	__u32 at = xg_port_place(ifindex, c->ports_hash, c->ports_shift);
	const struct xg_port *port = &t->maps.ports[at];

	return port->ifindex == ifindex ? port : NULL;
}

const struct xg_config *twin_config(const struct twin *t)
{
	return (const struct xg_config *)&t->skel->rodata->config;
}

const struct prefix_memory *twin_prefixes(struct twin *t)
{
	return &t->prefixes;
}
