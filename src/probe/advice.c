// SPDX-License-Identifier: GPL-2.0-only
/* What the facts mean, and the exact command that improves them. One piece of advice a function. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../dataplane/plan.h"
#include "driver.h"
#include "interface.h"

#define PAGE_MTU 3506 /* bytes: what a program of one buffer may be asked to take (veth) */

__attribute__((format(printf, 2, 3))) static void note(struct interface_facts *f,
						       const char *format, ...)
{
	va_list args;

	if (f->n_notes == NOTES_MAX)
		return;
	va_start(args, format);
	vsnprintf(f->notes[f->n_notes++], sizeof(f->notes[0]), format, args);
	va_end(args);
}

static bool is_veth(const struct interface_facts *f)
{
	return strcmp(f->link.kind, "veth") == 0;
}

static const char *driver_name(const struct interface_facts *f)
{
	return *f->link.driver ? f->link.driver : "none";
}

/* Where a command for the other end of a veth is to be given. */
static const char *other_end(const struct interface_facts *f)
{
	return f->peer[0] ? f->peer : "PEER";
}

static const char *other_place(const struct interface_facts *f)
{
	return f->peer[0] ? "" : " (PEER is the other end, in its network namespace)";
}

static void advise_kind(struct interface_facts *f)
{
	const char *why = plan_stack_path_reason(&f->link);

	if (!f->link.ethernet)
		note(f, "not Ethernet: xgress does not take it, neither inside nor outside");
	else if (why)
		note(f, "%s", why);
}

static void advise_attached(struct interface_facts *f)
{
	if (f->attached[0])
		note(f,
		     "XDP is in use by %s; xgress does not evict others: where it is not "
		     "xgress's own (`xgress status`), take path: tc, or `ip link set dev %s xdp "
		     "off`",
		     f->attached, f->link.name);
}

static void advise_native(struct interface_facts *f)
{
	if (f->native != PROBE_NO || !f->link.ethernet)
		return;
	if (f->refusal[0])
		note(f, "native XDP %s refused: %s; path: auto takes tcx",
		     f->tried ? "was tried and" : "would be", f->refusal);
	else if (is_veth(f))
		note(f,
		     "no native XDP: it has fewer rx queues (%u) than its other end has tx queues; "
		     "`ethtool -L %s rx %u` gives it all that it was made with",
		     f->ethtool.queues.rx, f->link.name, f->ethtool.queues.max_rx);
	else
		note(f, "the driver (%s) has no native XDP: path: auto takes tcx", driver_name(f));
}

static void advise_trial(struct interface_facts *f)
{
	if (f->untried[0])
		note(f, "nothing was tried on it: %s", f->untried);
	else if (!f->tried && f->native == PROBE_UNKNOWN && f->link.ethernet)
		note(f,
		     "this kernel does not tell what the driver can do: `xgress probe %s` tries "
		     "it (a real link may flap for a second)",
		     f->link.name);
}

static void advise_mtu(struct interface_facts *f)
{
	if (f->link.mtu <= PAGE_MTU || !f->link.features_known ||
	    !(f->link.features & LINK_XDP_BASIC) || f->link.features & LINK_XDP_RX_SG)
		return;
	note(f,
	     "its MTU of %u does not fit into one page, and the driver gives XDP one page only: "
	     "`ip link set dev %s mtu 1500`",
	     f->link.mtu, f->link.name);
}

static bool is_on(const struct interface_facts *f, const char *feature)
{
	return ethtool_feature(&f->ethtool, feature).on;
}

/* The command, or that there is none. */
static void advise_off(struct interface_facts *f, const char *feature, const char *meaning)
{
	struct ethtool_feature state = ethtool_feature(&f->ethtool, feature);

	if (!state.on)
		return;
	if (state.fixed)
		note(f, "%s is on: %s; the driver does not let it be turned off", feature, meaning);
	else
		note(f, "%s is on: %s: `ethtool -K %s %s off`", feature, meaning, f->link.name,
		     feature);
}

static void advise_merging(struct interface_facts *f)
{
	if (f->refusal[0] && !f->tried) /* because of just that */
		return;
	advise_off(f, "rx-lro",
		   "XDP must not forward merged frames, so that the kernel forwards "
		   "all; some drivers (mlx5, bnxt) refuse XDP with it");
	/* virtio turns the host's merging off while a program is attached */
	if (!(driver_needs(f->link.driver) & DRIVER_HOST_MERGES))
		advise_off(f, "rx-gro-hw", "some drivers (mlx5, bnxt) refuse XDP with it");
}

/* On a veth it is the sending end that leaves the tag out; since 6.3 it is seen all the same. */
static void advise_vlan(struct interface_facts *f)
{
	if (f->native == PROBE_NO)
		return;
	if (!is_veth(f))
		advise_off(f, "rx-vlan-hw-parse",
			   "XDP cannot see a VLAN tag that the NIC took off, so that the kernel "
			   "forwards all");
	else if (is_on(f, "rx-vlan-hw-parse") && !f->link.features_known)
		note(f,
		     "native XDP cannot see a VLAN tag that the other end leaves to the device; "
		     "where tagged frames come: `ethtool -K %s txvlan off`%s",
		     other_end(f), other_place(f));
}

static void advise_veth_target(struct interface_facts *f)
{
	if (f->target == PROBE_NO)
		note(f,
		     "takes no redirected frames: its other end has neither GRO nor native XDP, "
		     "and all of them would be lost; xgress leaves them to the kernel: "
		     "`ethtool -K %s gro on`%s",
		     other_end(f), other_place(f));
	else
		note(f,
		     "loses all redirected frames unless its other end has GRO or native XDP, "
		     "which this kernel does not tell: `ethtool -K %s gro on`%s",
		     other_end(f), other_place(f));
}

static void advise_no_target(struct interface_facts *f, unsigned int needs)
{
	if (f->native == PROBE_NO)
		note(f, "takes no redirected frames: what XDP would send there goes by the kernel");
	else if (needs & DRIVER_NO_LRO && (is_on(f, "rx-lro") || is_on(f, "rx-gro-hw")))
		note(f, "takes no redirected frames while LRO or hardware GRO is on");
	else
		note(f, "takes no redirected frames now (some drivers do once an XDP program is "
			"attached): xgress leaves them to the kernel");
}

static void advise_target(struct interface_facts *f)
{
	unsigned int needs = driver_needs(f->link.driver);

	if (f->target == PROBE_YES || !f->link.ethernet)
		return;
	if (is_veth(f))
		advise_veth_target(f);
	else if (needs & DRIVER_TARGET_PROGRAM && f->native != PROBE_NO && !f->attached[0])
		note(f,
		     "takes redirected frames only while an XDP program is attached to it, which "
		     "apply does where the policy names it (outside or inside)");
	else if (f->target == PROBE_NO)
		advise_no_target(f, needs);
}

static void advise_half(struct interface_facts *f)
{
	const struct ethtool_queues *q = &f->ethtool.queues;

	if (q->max_combined >= 2 && 2 * q->combined > q->max_combined)
		note(f,
		     "XDP wants as many queues again as are in use (%u of %u): "
		     "`ethtool -L %s combined %u`",
		     q->combined, q->max_combined, f->link.name, q->max_combined / 2);
}

/* Fewer queues than CPUs is the hypervisor's choice: it must give twice as many. */
static void advise_spare(struct interface_facts *f, unsigned int cpus)
{
	const struct ethtool_queues *q = &f->ethtool.queues;

	if (q->combined + cpus <= q->max_combined)
		return;
	if (q->max_combined > cpus)
		note(f,
		     "XDP shares its TX queues under a lock (%u pairs in use of %u, %u CPUs): "
		     "`ethtool -L %s combined %u`",
		     q->combined, q->max_combined, cpus, f->link.name, q->max_combined - cpus);
	else
		note(f,
		     "XDP shares its TX queues under a lock (queue pairs: %u, CPUs: %u): give the "
		     "guest "
		     "%u of them (QEMU: queues=%u)",
		     q->max_combined, cpus, 2 * cpus, 2 * cpus);
}

static void advise_apart(struct interface_facts *f)
{
	const struct ethtool_queues *q = &f->ethtool.queues;

	if (q->rx + q->tx)
		note(f,
		     "no XDP while RX and TX queues are apart: `ethtool -L %s rx 0 tx 0 combined "
		     "%u`",
		     f->link.name, q->rx ? q->rx : q->tx);
}

static void advise_more(struct interface_facts *f, unsigned int cpus)
{
	const struct ethtool_queues *q = &f->ethtool.queues;
	unsigned int best = cpus < q->max_combined ? cpus : q->max_combined;

	if (q->combined && q->combined < best)
		note(f, "%u queues for %u CPUs: `ethtool -L %s combined %u`", q->combined, cpus,
		     f->link.name, best);
}

static void advise_queues(struct interface_facts *f)
{
	unsigned int cpus = sysconf(_SC_NPROCESSORS_ONLN), needs = driver_needs(f->link.driver);

	if (f->native == PROBE_NO)
		return;
	if (needs & DRIVER_COMBINED)
		advise_apart(f);
	if (needs & DRIVER_HALF_QUEUES)
		advise_half(f);
	else if (needs & DRIVER_SPARE_TX)
		advise_spare(f, cpus);
	else
		advise_more(f, cpus);
}

typedef void (*advice)(struct interface_facts *f);

void interface_advise(struct interface_facts *f)
{
	static const advice all[] = {
		advise_kind, advise_attached, advise_native, advise_trial,  advise_target,
		advise_vlan, advise_merging,  advise_mtu,    advise_queues,
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		all[i](f);
}

void interface_advise_apply(struct interface_facts *f)
{
	static const advice some[] = { advise_target, advise_vlan, advise_merging, advise_queues };
	size_t i;

	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		some[i](f);
}
