// SPDX-License-Identifier: GPL-2.0-only
#include "hook.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../util/crash.h"
#include "mapfile.h"
#include "tc.h"

static enum bpf_attach_type attach_type(enum xg_hook hook)
{
	switch (hook) {
	case XG_HOOK_TCX_INGRESS:
		return TCX_INGRESS;
	case XG_HOOK_TCX_EGRESS:
		return TCX_EGRESS;
	default:
		return BPF_XDP;
	}
}

void hook_name_program(__u32 id, char *text, size_t size)
{
	struct bpf_prog_info info = { 0 };
	__u32 length = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);

	snprintf(text, size, "program %u", id);
	if (fd < 0)
		return;
	if (!bpf_obj_get_info_by_fd(fd, &info, &length))
		snprintf(text, size, "program %u, '%s'", id, info.name);
	close(fd);
}

static int name_holder(const struct xg_row *row, struct err *e)
{
	char who[64] = "a program";
	__u32 id = 0;

	if (!bpf_xdp_query_id(row->ifindex, 0, &id) && id)
		hook_name_program(id, who, sizeof(who));
	return err_set(e, EBUSY,
		       "%s: %s holds the XDP hook, and xgress does not evict others; remove it "
		       "(`ip link set dev %s xdp off`) or use path: tc",
		       row->name, who, row->name);
}

static int explain_refusal(const struct xg_row *row, int r, struct err *e)
{
	char name[IF_NAMESIZE];

	if (r == -ENODEV || !if_indextoname(row->ifindex, name))
		return err_set(e, ENODEV, "%s: the interface is gone", row->name);
	if (row->hook == XG_HOOK_XDP && (r == -EBUSY || r == -EEXIST))
		return name_holder(row, e);
	if (row->hook == XG_HOOK_XDP)
		return err_set(e, r == -EINVAL ? ENOTSUP : -r,
			       "%s: the driver refuses %s XDP: %s; path: tc, or path: auto with "
			       "mode: auto, would take tcx",
			       row->name, row->mode, strerror(-r));
	return err_set(e, r == -EINVAL ? ENOTSUP : -r, "%s: cannot attach by %s: %s", row->name,
		       hook_name(row->hook), strerror(-r));
}

static bool is_generic(const struct xg_row *row)
{
	return strcmp(row->mode, "generic") == 0;
}

/* A link that is not pinned yet ends with the process that made it. */
static int make_link(const struct xg_row *row, int program_fd, const char *path, struct err *e)
{
	LIBBPF_OPTS(bpf_link_create_opts, options);
	int fd, r;

	if (row->hook == XG_HOOK_XDP)
		options.flags = is_generic(row) ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
	else
		options.flags = TCX_BEFORE_ALL; /* one before us may end the chain, unjudged */
	fd = bpf_link_create(program_fd, row->ifindex, attach_type(row->hook), &options);
	if (fd < 0)
		return explain_refusal(row, fd, e);
	crash_point();
	r = bpf_obj_pin(fd, path);
	if (r) {
		bpf_link_detach(fd);
		err_set(e, -r, "cannot pin %s: %s", path, strerror(-r));
	}
	close(fd);
	crash_point();
	return r;
}

static int detach_link(const char *path)
{
	int fd = bpf_obj_get(path);

	if (fd >= 0) {
		bpf_link_detach(fd);
		close(fd);
		crash_point();
	}
	if (unlink(path) && errno != ENOENT)
		return -errno;
	crash_point();
	return 0;
}

/* The mode of XDP is the link's for life. */
static bool mode_differs(const struct xg_row *row)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);

	if (row->hook != XG_HOOK_XDP || bpf_xdp_query(row->ifindex, 0, &query))
		return false;
	return query.attach_mode != XDP_ATTACHED_NONE &&
	       (query.attach_mode == XDP_ATTACHED_SKB) != is_generic(row);
}

/* 1: there is no living link of ours, make one. */
static int update_link(const char *path, const struct xg_row *row, int program_fd, struct err *e)
{
	int fd, r;

	fd = bpf_obj_get(path);
	if (fd == -ENOENT)
		return 1;
	if (fd < 0)
		return err_set(e, -fd, "cannot open %s: %s", path, strerror(-fd));
	if (strcmp(bpf_fd_kind(fd), "link") != 0) {
		close(fd);
		return err_set(e, EEXIST,
			       "%s is not a link of xgress; look who pinned it and "
			       "remove it",
			       path);
	}
	r = mode_differs(row) ? -ENOLINK : bpf_link_update(fd, program_fd, NULL);
	close(fd);
	if (r == -ENOLINK || r == -ENODEV) { /* or the interface went and came */
		r = detach_link(path);
		return r ? err_set(e, -r, "cannot remove %s: %s", path, strerror(-r)) : 1;
	}
	if (r)
		return err_set(e, -r, "cannot exchange the program of %s: %s", path, strerror(-r));
	crash_point();
	return 0;
}

int hook_put(const struct instance *i, const struct xg_place *place, int program_fd, struct err *e)
{
	const struct xg_row *row = &place->row;
	char path[320];
	int r;

	if (hook_is_clsact(row->hook))
		return clsact_put(i, place, program_fd, e);
	instance_pin_path(i, row->hook, row->ifindex, path, sizeof(path));
	r = update_link(path, row, program_fd, e);
	return r == 1 ? make_link(row, program_fd, path, e) : r;
}

int hook_take(const struct instance *i, enum xg_hook hook, uint32_t ifindex, struct err *e)
{
	char path[320];
	int r;

	if (hook_is_clsact(hook))
		return clsact_take(i, hook, ifindex, e);
	instance_pin_path(i, hook, ifindex, path, sizeof(path));
	r = detach_link(path);
	if (r)
		return err_set(e, -r, "cannot remove %s: %s", path, strerror(-r));
	return 0;
}

/* The program of a link that still sits on its interface; 0: none. */
static uint32_t link_program(const char *path, uint32_t ifindex)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);
	int fd = bpf_obj_get(path);
	int r;

	if (fd < 0)
		return 0;
	r = bpf_obj_get_info_by_fd(fd, &info, &size);
	close(fd);
	/* tcx.ifindex of linux/bpf.h since 6.6 lies where xdp.ifindex does. */
	return r || info.xdp.ifindex != ifindex ? 0 : info.prog_id;
}

static const char *xdp_mode(uint32_t ifindex)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);

	if (bpf_xdp_query(ifindex, 0, &query))
		return "unknown";
	switch (query.attach_mode) {
	case XDP_ATTACHED_DRV:
		return "native";
	case XDP_ATTACHED_SKB:
		return "generic";
	case XDP_ATTACHED_HW:
		return "offload";
	default:
		return "unknown";
	}
}

void hook_look(const struct instance *i, enum xg_hook hook, uint32_t ifindex,
	       struct hook_state *ret_state)
{
	struct hook_state s = { .mode = "tc" };
	char path[320];

	instance_pin_path(i, hook, ifindex, path, sizeof(path));
	if (hook_is_clsact(hook))
		s.program_id = clsact_program(hook, ifindex);
	else
		s.program_id = link_program(path, ifindex);
	if (hook == XG_HOOK_XDP)
		snprintf(s.mode, sizeof(s.mode), "%s", xdp_mode(ifindex));
	s.attached = s.program_id != 0;
	*ret_state = s;
}
