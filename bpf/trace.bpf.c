// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to a frame after the exit said "redirect". The kernel tells of it by tracepoints
 * only, and for the whole machine:
 *
 *	xdp_redirect_err   a frame was refused before it was queued to its target
 *	xdp_devmap_xmit    a bulk of up to 16 was handed to the target's driver, which took fewer
 *	xdp_exception      generic XDP: the target's queue was stopped
 *
 * (The kernel stopped using xdp_redirect_map_err in 5.6: xdp_redirect_err tells of maps, too.)
 * Counted is what concerns an interface of ours, in our network namespace, and a program of this
 * instance, as `lost`, on the row where the frame came in. The tracepoints do not know lengths:
 * packets only. A devmap program's own drops would be among xdp_devmap_xmit's: there is none.
 *
 * These programs know nothing of policies. They are loaded once for an instance and stay when
 * generations come and go: a tracing link cannot be updated. Writes: counters, watched.
 */
#include <linux/errno.h>
#include <bpf/bpf_core_read.h>

#include "bpf/context.h"
#include "bpf/maps.h"

#define PROGRAM_MAPS 64 /* that one program may use, as the kernel has it */

struct bpf_map {
	__u32 id;
} CO_RE;

struct bpf_prog_aux {
	__u32 used_map_cnt;
	__u32 id;
	struct bpf_map **used_maps;
} CO_RE;

struct bpf_prog {
	struct bpf_prog_aux *aux;
} CO_RE;

/* Written by the loader: the interfaces with XDP. Kept as long as the instance. Never full. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, XG_ROWS);
	__type(key, __u32);
	__type(value, struct xg_watched);
} watched SEC(".maps");

/* Ours is a program that counts in this instance's counters, of whatever generation. */
static __always_inline bool uses_our_counters(const struct bpf_prog *program)
{
	__u32 ours = ((struct bpf_map *)&counters)->id;
	struct bpf_map **maps = program->aux->used_maps, *map;
	__u32 i, id;

	for (i = 0; i < PROGRAM_MAPS && i < program->aux->used_map_cnt; i++) {
		if (bpf_probe_read_kernel(&map, sizeof(map), &maps[i]))
			break;
		if (!BPF_CORE_READ_INTO(&id, map, id) && id == ours)
			return true;
	}
	return false;
}

static __always_inline bool is_ours(struct xg_watched *w, const struct bpf_prog *program)
{
	__u32 id = program->aux->id;

	if (w->program == id)
		return true;
	if (!uses_our_counters(program))
		return false;
	w->program = id;
	return true;
}

/* NULL: not an interface of ours. */
static __always_inline struct xg_watched *watched_find(const struct net_device *dev)
{
	__u32 ifindex = dev->ifindex;
	struct xg_watched *w = bpf_map_lookup_elem(&watched, &ifindex);

	return w && w->netns == dev->nd_net.net->net_cookie ? w : NULL;
}

static __always_inline enum xg_reason lost_reason(int err)
{
	switch (-err) {
	case 0: /* the driver stopped in the middle of the bulk */
	case ENOSPC:
	case ENOBUFS:
	case EBUSY:
	case EAGAIN:
		return XG_REASON_LOST_RING_FULL;
	case EMSGSIZE:
	case E2BIG:
		return XG_REASON_LOST_TOO_BIG;
	case EOPNOTSUPP:
	case ENXIO:
	case ENODEV:
	case ENETDOWN:
	case EIO:
		return XG_REASON_LOST_NOT_READY;
	default:
		return XG_REASON_LOST_OTHER;
	}
}

static __always_inline void lost_count(const struct xg_watched *w, __u32 packets, int err)
{
	__u32 row = w->row, at = lost_reason(err);
	struct xg_counters *c = bpf_map_lookup_elem(&counters, &row);

	barrier_var(at);
	if (c && at < XG_REASON_ROOM)
		c->reason[at].packets += packets;
}

/* The arguments of a tracepoint, a word each. */
struct redirect_err {
	const struct net_device *dev;
	const struct bpf_prog *program;
	const void *target;
	__s64 err;
};

struct devmap_xmit {
	const struct net_device *from;
	const struct net_device *to;
	__s64 sent;
	__s64 drops;
	__s64 err;
};

struct exception {
	const struct net_device *dev;
	const struct bpf_prog *program;
	__u64 action;
};

SEC("?tp_btf/xdp_redirect_err")
int lost_redirect(const struct redirect_err *args)
{
	struct xg_watched *w = watched_find(args->dev);

	if (w && is_ours(w, args->program))
		lost_count(w, 1, args->err);
	return 0;
}

/* The program that runs natively where the bulk came from. */
static __always_inline const struct bpf_prog *native_program(const struct net_device *dev)
{
	const struct bpf_xdp_link *link = dev->xdp_state[XDP_MODE_DRV].link;

	return link ? link->link.prog : dev->xdp_state[XDP_MODE_DRV].prog;
}

SEC("?tp_btf/xdp_devmap_xmit")
int lost_transmit(const struct devmap_xmit *args)
{
	const struct bpf_prog *program;
	int drops = args->drops;
	struct xg_watched *w;

	if (drops <= 0)
		return 0;
	w = watched_find(args->from);
	if (!w)
		return 0;
	program = native_program(args->from);
	if (program && is_ours(w, program))
		lost_count(w, drops, args->err);
	return 0;
}

/* Ours never answer XDP_TX: so says a generic redirect, of which the target is named. */
SEC("?tp_btf/xdp_exception")
int lost_generic(const struct exception *args)
{
	struct xg_watched *w;

	if (args->action != XDP_TX)
		return 0;
	w = watched_find(args->dev);
	if (w && is_ours(w, args->program))
		lost_count(w, 1, 0);
	return 0;
}
