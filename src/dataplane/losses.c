// SPDX-License-Identifier: GPL-2.0-only
#include "losses.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xgress.skel.h"
#include "../net/netns.h"
#include "../util/crash.h"
#include "log.h"
#include "losses_pins.h"

/* Of the one object only the tracing programs and their maps. */
static void choose(struct xgress *skel)
{
	struct bpf_program *program;
	struct bpf_map *map;

	bpf_object__for_each_program (program, skel->obj)
		bpf_program__set_autoload(program,
					  bpf_program__type(program) == BPF_PROG_TYPE_TRACING);
	bpf_object__for_each_map (map, skel->obj)
		bpf_map__set_autocreate(map,
					map == skel->maps.counters || map == skel->maps.watched);
}

static int load(struct xgress *skel, const struct instance *i, struct err *e)
{
	struct log log;
	int r;

	choose(skel);
	r = bpf_map__reuse_fd(skel->maps.counters, i->counters_fd);
	if (r)
		return err_set(e, -r, "cannot share the counters: %s", strerror(-r));
	log_begin(&log);
	r = bpf_object__load(skel->obj); /* the skeleton's own call wants all maps */
	log_end(&log);
	if (!r)
		return 0;
	return err_set(e, -r,
		       "the kernel refuses programs on xdp tracepoints (%s): it needs BTF, "
		       "CONFIG_BPF_EVENTS, and 5.12 or later",
		       strerror(-r));
}

static int attach(const struct instance *i, const struct bpf_program *program, int pin,
		  struct err *e)
{
	char path[LOSSES_PATH];
	struct bpf_link *link;
	struct log log;
	int r;

	log_begin(&log);
	link = bpf_program__attach(program);
	r = link ? 0 : -errno;
	log_end(&log);
	if (r)
		return err_set(e, -r, "the kernel refuses to trace by %s: %s",
			       bpf_program__section_name(program), strerror(-r));
	losses_path(i, pin, path, sizeof(path));
	r = bpf_link__pin(link, path);
	crash_point();
	bpf_link__destroy(link);
	return r ? err_set(e, -r, "cannot pin %s: %s", path, strerror(-r)) : 0;
}

static int pin_and_attach(const struct instance *i, struct xgress *skel, enum policy_ledger ledger,
			  struct err *e)
{
	char path[LOSSES_PATH];
	int r;

	losses_path(i, PIN_WATCHED, path, sizeof(path));
	if (bpf_obj_pin(bpf_map__fd(skel->maps.watched), path))
		return err_set(e, errno, "cannot pin %s: %s", path, strerror(errno));
	r = attach(i, skel->progs.lost_redirect, PIN_REDIRECT, e);
	if (!r && ledger == LEDGER_CLOSED)
		r = attach(i, skel->progs.lost_transmit, PIN_TRANSMIT, e);
	if (!r)
		r = attach(i, skel->progs.lost_generic, PIN_GENERIC, e);
	return r;
}

/* Once for an instance; what a crash left half done is made anew. */
static int start(const struct instance *i, enum policy_ledger ledger, struct err *e)
{
	const char *without = getenv("XGRESS_WITHOUT");
	struct xgress *skel;
	int r;

	if (ledger == LEDGER_OPEN)
		losses_unpin(i, PIN_TRANSMIT);
	if (losses_complete(i, ledger))
		return 0;
	losses_release(i);
	if (without && strstr(without, "tracepoints"))
		return err_set(e, ENOTSUP, "XGRESS_WITHOUT says so");
	skel = xgress__open();
	if (!skel)
		return err_set(e, errno, "cannot open the programs: %s", strerror(errno));
	r = load(skel, i, e);
	if (!r)
		r = pin_and_attach(i, skel, ledger, e);
	xgress__destroy(skel);
	if (r)
		losses_release(i);
	return r;
}

static bool is_attached(const struct instance *i, __u32 ifindex)
{
	int n;

	for (n = 0; n < XG_ROWS; n++) {
		if (i->rows[n].attached && i->rows[n].hook == XG_HOOK_XDP &&
		    i->rows[n].ifindex == ifindex)
			return true;
	}
	return false;
}

/* Interfaces that went away before; what is attached now stays watched until it is not. */
static void forget_detached(const struct instance *i, int map)
{
	__u32 key = 0, next = 0;
	int more = bpf_map_get_next_key(map, NULL, &key);

	while (!more) {
		more = bpf_map_get_next_key(map, &key, &next);
		if (!is_attached(i, key))
			bpf_map_delete_elem(map, &key);
		key = next;
	}
}

static int watch_hooks(const struct plan *plan, int map, struct err *e)
{
	struct xg_watched w = { 0 };
	uint64_t cookie;
	size_t n;
	int r;

	r = netns_cookie(&cookie);
	if (r)
		return err_set(e, -r, "cannot tell the network namespace: %s", strerror(-r));
	w.netns = cookie;
	for (n = 0; n < plan->n && !r; n++) {
		const struct plan_hook *h = &plan->v[n];
		__u32 ifindex = h->link.ifindex;

		w.row = h->row;
		if (h->hook == XG_HOOK_XDP)
			r = bpf_map_update_elem(map, &ifindex, &w, BPF_ANY);
	}
	return r ? err_set(e, -r, "cannot write the interfaces to watch: %s", strerror(-r)) : 0;
}

static int tell_interfaces(const struct instance *i, const struct plan *plan, struct err *e)
{
	char path[LOSSES_PATH];
	int map, r;

	losses_path(i, PIN_WATCHED, path, sizeof(path));
	map = bpf_obj_get(path);
	if (map < 0)
		return err_set(e, errno, "cannot open %s: %s", path, strerror(errno));
	forget_detached(i, map);
	r = watch_hooks(plan, map, e);
	close(map);
	return r;
}

static bool wants_xdp(const struct plan *plan)
{
	size_t n;

	for (n = 0; n < plan->n; n++) {
		if (plan->v[n].hook == XG_HOOK_XDP)
			return true;
	}
	return false;
}

void losses_watch(const struct instance *i, const struct plan *plan, enum policy_ledger ledger)
{
	struct err e = { 0 };

	if (wants_xdp(plan) && !start(i, ledger, &e))
		tell_interfaces(i, plan, &e);
	if (!e.message[0] && ledger == LEDGER_OPEN)
		err_set(&e, 0,
			"the policy says ledger: open, and what a driver refuses is not counted");
	losses_note_write(i, e.message);
}

bool losses_seen(const struct instance *i, char *why, size_t size)
{
	const struct xg_row *row, *xdp = NULL, *generic = NULL;
	char note[LOSSES_NOTE];

	for (row = i->rows; row < i->rows + XG_ROWS; row++) {
		if (!row->attached || row->hook != XG_HOOK_XDP)
			continue;
		xdp = row;
		if (strcmp(row->mode, "generic") == 0)
			generic = row;
	}
	*why = 0;
	if (!xdp)
		return true;
	if (losses_note_read(i, note))
		snprintf(why, size, "losses after a redirect cannot be seen: %s", note);
	else if (!losses_complete(i, LEDGER_CLOSED))
		snprintf(why, size,
			 "the programs on xdp tracepoints are gone; `xgress apply` "
			 "attaches them");
	else if (generic)
		snprintf(why, size,
			 "%s runs generic XDP: the kernel does not tell what a driver "
			 "drops of its redirects",
			 generic->name);
	return !*why;
}
