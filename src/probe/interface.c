// SPDX-License-Identifier: GPL-2.0-only
#include "interface.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>

#include "../dataplane/hook.h"
#include "driver.h"

static enum probe_answer feature_answer(const struct link *l, uint64_t feature)
{
	if (!l->features_known)
		return PROBE_UNKNOWN;
	return l->features & feature ? PROBE_YES : PROBE_NO;
}

static void read_attached(struct interface_facts *f)
{
	static const char *const modes[] = {
		[XDP_ATTACHED_DRV] = "native",
		[XDP_ATTACHED_SKB] = "generic",
		[XDP_ATTACHED_HW] = "offload",
		[XDP_ATTACHED_MULTI] = "several modes",
	};
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	__u32 id;
	char who[64];

	if (bpf_xdp_query(f->link.ifindex, 0, &query) || query.attach_mode == XDP_ATTACHED_NONE)
		return;
	if (query.drv_prog_id)
		f->native = PROBE_YES;
	id = query.prog_id ? query.prog_id : query.drv_prog_id;
	hook_name_program(id, who, sizeof(who));
	snprintf(f->attached, sizeof(f->attached), "%s, %s", who,
		 query.attach_mode <= XDP_ATTACHED_MULTI ? modes[query.attach_mode] : "attached");
}

static void read_peer(struct interface_facts *f, const struct link_list *all)
{
	size_t i;

	if (strcmp(f->link.kind, "veth") || f->link.lower_elsewhere)
		return;
	for (i = 0; i < all->n; i++) {
		if (all->v[i].ifindex == f->link.lower)
			snprintf(f->peer, sizeof(f->peer), "%s", all->v[i].name);
	}
}

/* Where the kernel does not tell: a veth whose other end has GRO takes redirected frames. */
static void read_peer_gro(struct interface_facts *f)
{
	struct ethtool_facts peer;

	if (f->target != PROBE_UNKNOWN || !f->peer[0] || ethtool_read(f->peer, &peer))
		return;
	if (ethtool_feature(&peer, "rx-gro").on)
		f->target = PROBE_YES;
}

/* What the kernel's XDP features do not tell: they are the driver's, not the device's. */
static void read_refusal(struct interface_facts *f)
{
	struct ethtool_feature merging = ethtool_feature(&f->ethtool, "rx-gro-hw");

	if (!(driver_needs(f->link.driver) & DRIVER_HOST_MERGES) || !merging.on || !merging.fixed)
		return;
	f->native = PROBE_NO;
	f->zerocopy = PROBE_UNKNOWN;
	snprintf(f->refusal, sizeof(f->refusal),
		 "the host merges frames and does not let the guest turn it off (QEMU: "
		 "ctrl_guest_offloads=on, or guest_tso4=off,guest_tso6=off,guest_csum=off)");
}

int interface_read(const struct link *link, const struct link_list *all,
		   struct interface_facts *ret_facts, struct err *e)
{
	struct interface_facts *f = ret_facts;
	int r;

	memset(f, 0, sizeof(*f));
	f->link = *link;
	r = ethtool_read(link->name, &f->ethtool);
	if (r)
		return err_set(e, -r, "%s: cannot ask its driver: %s", link->name, strerror(-r));
	f->native = feature_answer(link, LINK_XDP_BASIC);
	f->target = feature_answer(link, LINK_XDP_NDO_XMIT);
	f->zerocopy = feature_answer(link, LINK_XDP_XSK_ZEROCOPY);
	f->offload = link->features & LINK_XDP_OFFLOAD;
	read_refusal(f);
	read_attached(f);
	read_peer(f, all);
	read_peer_gro(f);
	return 0;
}
