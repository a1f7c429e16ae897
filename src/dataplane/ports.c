// SPDX-License-Identifier: GPL-2.0-only
#include "ports.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BITS_MOST    20          /* a million places: the array is 24 MB then */
#define HASHES       32          /* multipliers that are tried for each size */
#define GOLDEN_RATIO 0x9e3779b1U /* spreads small, dense numbers without collisions */

/* Do all stand apart? `taken` has a stamp for each place. */
static bool is_apart(const unsigned int *ifindexes, size_t n, const struct port_places *p,
		     unsigned int *taken)
{
	__u32 at;
	size_t i;

	memset(taken, 0, p->size * sizeof(*taken));
	for (i = 0; i < n; i++) {
		at = xg_port_place(ifindexes[i], p->hash, p->shift);
		if (taken[at] && taken[at] != ifindexes[i])
			return false;
		taken[at] = ifindexes[i];
	}
	return true;
}

int ports_place(const unsigned int *ifindexes, size_t n, struct port_places *ret_places)
{
	unsigned int *taken = malloc(sizeof(*taken) << BITS_MOST);
	struct port_places p;
	unsigned int bits, i;
	int r = -ENOSPC;

	if (!taken)
		return -ENOMEM;
	for (bits = 1; bits <= BITS_MOST && r; bits++) {
		p.size = 1U << bits;
		p.shift = 32 - bits;
		for (i = 0, p.hash = GOLDEN_RATIO; i < HASHES && n <= p.size && r; i++) {
			if (is_apart(ifindexes, n, &p, taken))
				r = 0;
			else
				p.hash = p.hash * GOLDEN_RATIO + 2; /* stays odd */
		}
	}
	free(taken);
	if (!r)
		*ret_places = p;
	return r;
}

int ports_place_plan(const struct plan *plan, struct port_places *ret_places, struct err *e)
{
	unsigned int *ifindexes = calloc(plan->n + 1, sizeof(*ifindexes));
	size_t i, n = 0;
	int r = -ENOMEM;

	for (i = 0; i < plan->n && ifindexes; i++) {
		if (!n || ifindexes[n - 1] != plan->v[i].link.ifindex)
			ifindexes[n++] = plan->v[i].link.ifindex;
	}
	if (ifindexes)
		r = ports_place(ifindexes, n, ret_places);
	free(ifindexes);
	if (r)
		return err_set(e, -r, "cannot place %zu interfaces in one table: %s", n,
			       strerror(-r));
	return 0;
}

/* What a redirect to this interface can do. */
static __u32 target_flags(const struct plan *plan, const struct link *l)
{
	__u32 flags = XG_PORT_TARGET_TC;
	size_t i;

	if (l->features & LINK_XDP_NDO_XMIT)
		flags |= XG_PORT_TARGET_XDP;
	if (l->features & LINK_XDP_XMIT_SG)
		flags |= XG_PORT_TARGET_SG;
	/*
	 * Kernels before 6.3 do not tell. With native XDP attached, drivers that can send for
	 * others do; frames in several buffers are refused there (xdp_do_redirect of 6.1).
	 */
	for (i = 0; i < plan->n && !l->features_known; i++) {
		const struct plan_hook *h = &plan->v[i];

		if (h->link.ifindex == l->ifindex && h->hook == XG_HOOK_XDP && !h->generic)
			flags |= XG_PORT_TARGET_XDP;
	}
	return flags;
}

/* Who sends over a veth or a tap is a stack that may leave checksums and tags to the device. */
static __u32 sender_flags(const struct plan_hook *h)
{
	bool veth = strcmp(h->link.kind, "veth") == 0;

	if (h->hook != XG_HOOK_XDP || (!veth && strcmp(h->link.kind, "tun") != 0))
		return 0;
	if (h->generic)
		return XG_PORT_STACK_PEER | XG_PORT_GENERIC;
	return XG_PORT_STACK_PEER | (veth ? XG_PORT_VETH : 0);
}

/* Frames for a virtual router's macvlan are for this machine as well. */
static void add_vrrp(const struct link_list *links, struct xg_port *port)
{
	size_t i, n = 0;

	for (i = 0; i < links->n && n < XG_VRRP_MACS; i++) {
		const struct link *l = &links->v[i];

		if (l->lower == port->ifindex && link_is_vrrp(l))
			memcpy(port->vrrp[n++], l->mac, sizeof(l->mac));
	}
}

void port_describe(const struct plan *plan, const struct link_list *links, const struct link *l,
		   struct xg_port *ret_port)
{
	struct xg_port port = { .ifindex = l->ifindex, .flags = target_flags(plan, l) };
	size_t i;

	memcpy(port.mac, l->mac, sizeof(port.mac));
	for (i = 0; i < plan->n; i++) {
		const struct plan_hook *h = &plan->v[i];

		if (h->link.ifindex != l->ifindex)
			continue;
		if (h->outside)
			port.flags |= XG_PORT_OUTSIDE;
		port.flags |= sender_flags(h);
		if (h->kernel_forwards[0])
			port.flags |= XG_PORT_NO_FORWARD;
		if (h->no_xdp_target[0])
			port.flags &= ~(XG_PORT_TARGET_XDP | XG_PORT_TARGET_SG);
		if (h->egress)
			port.egress_row = h->row;
		else
			port.ingress_row = h->row;
	}
	add_vrrp(links, &port);
	*ret_port = port;
}
