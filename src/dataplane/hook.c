// SPDX-License-Identifier: GPL-2.0-only
#include "hook.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <string.h>
#include <unistd.h>

#include "tc.h"

static bool is_clsact(enum xg_hook hook)
{
	return hook == XG_HOOK_CLSACT_INGRESS || hook == XG_HOOK_CLSACT_EGRESS;
}

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

/* The program that a link runs, or -errno. */
static int link_program(int link_fd)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);
	int r;

	r = bpf_obj_get_info_by_fd(link_fd, &info, &size);
	return r ? r : bpf_prog_get_fd_by_id(info.prog_id);
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

static int explain_refusal(const struct plan_hook *h, int r, struct err *e)
{
	char who[64] = "a program";
	__u32 id = 0;

	if (h->hook == XG_HOOK_XDP && (r == -EBUSY || r == -EEXIST)) {
		if (!bpf_xdp_query_id(h->link.ifindex, 0, &id) && id)
			hook_name_program(id, who, sizeof(who));
		return err_set(e, EBUSY,
			       "%s: %s holds the XDP hook, and xgress does not evict others; "
			       "remove it (`ip link set dev %s xdp off`) or use path: tc",
			       h->link.name, who, h->link.name);
	}
	if (h->hook == XG_HOOK_XDP)
		return err_set(e, r == -EINVAL ? ENOTSUP : -r,
			       "%s: the driver (%s) refuses %s XDP: %s; path: tc, or path: auto "
			       "with mode: auto, would take tcx",
			       h->link.name, *h->link.driver ? h->link.driver : "unknown",
			       plan_mode(h), strerror(-r));
	return err_set(e, r == -EINVAL ? ENOTSUP : -r, "%s: cannot attach by %s: %s", h->link.name,
		       hook_name(h->hook), strerror(-r));
}

static int make_link(const struct plan_hook *h, int program_fd, const char *path, struct err *e)
{
	LIBBPF_OPTS(bpf_link_create_opts, options);
	int fd, r;

	if (h->hook == XG_HOOK_XDP)
		options.flags = h->generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
	else
		options.flags = TCX_BEFORE_ALL; /* one before us may end the chain, unjudged */
	fd = bpf_link_create(program_fd, h->link.ifindex, attach_type(h->hook), &options);
	if (fd < 0)
		return explain_refusal(h, fd, e);
	r = bpf_obj_pin(fd, path);
	if (r) {
		bpf_link_detach(fd);
		err_set(e, -r, "cannot pin %s: %s", path, strerror(-r));
	}
	close(fd);
	return r;
}

/* 1: there is no living link of ours, make one. */
static int update_link(const char *path, int program_fd, struct hook_change *c, struct err *e)
{
	int fd, r;

	fd = bpf_obj_get(path);
	if (fd < 0)
		return 1;
	c->old_program_fd = link_program(fd);
	r = bpf_link_update(fd, program_fd, NULL);
	close(fd);
	if (r == -ENOLINK || r == -ENODEV) { /* the interface went and came */
		unlink(path);
		return 1;
	}
	if (r)
		return err_set(e, -r, "cannot exchange the program of %s: %s", path, strerror(-r));
	c->what = HOOK_UPDATED;
	return 0;
}

int hook_attach(const struct instance *i, const struct plan_hook *h, int program_fd,
		struct hook_change *ret_change, struct err *e)
{
	struct hook_change c = { .what = HOOK_MADE, .old_program_fd = -1 };
	char path[320];
	int r;

	if (is_clsact(h->hook))
		return clsact_attach(i, h, program_fd, ret_change, e);
	instance_pin_path(i, h->hook, h->link.ifindex, path, sizeof(path));
	r = update_link(path, program_fd, &c, e);
	if (r == 1)
		r = make_link(h, program_fd, path, e);
	if (r) {
		hook_commit(&c);
		return r;
	}
	*ret_change = c;
	return 0;
}

static int detach_link(const char *path)
{
	int fd = bpf_obj_get(path);

	if (fd >= 0) {
		bpf_link_detach(fd);
		close(fd);
	}
	return unlink(path) && errno != ENOENT ? -errno : 0;
}

void hook_revert(const struct instance *i, const struct plan_hook *h, struct hook_change *c)
{
	char path[320];
	int fd;

	instance_pin_path(i, h->hook, h->link.ifindex, path, sizeof(path));
	if (is_clsact(h->hook) && c->what != HOOK_UNCHANGED) {
		clsact_revert(i, h, c);
	} else if (c->what == HOOK_MADE) {
		detach_link(path);
	} else if (c->what == HOOK_UPDATED) {
		fd = bpf_obj_get(path);
		if (fd >= 0) {
			bpf_link_update(fd, c->old_program_fd, NULL);
			close(fd);
		}
	}
	hook_commit(c);
}

void hook_commit(struct hook_change *c)
{
	if (c->old_program_fd >= 0)
		close(c->old_program_fd);
	c->old_program_fd = -1;
}

int hook_detach(const struct instance *i, const struct xg_row *row, struct err *e)
{
	char path[320];
	int r;

	if (is_clsact(row->hook))
		return clsact_detach(i, row, e);
	instance_pin_path(i, row->hook, row->ifindex, path, sizeof(path));
	r = detach_link(path);
	if (r)
		return err_set(e, -r, "cannot remove %s: %s", path, strerror(-r));
	return 0;
}
