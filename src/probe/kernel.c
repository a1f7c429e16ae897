// SPDX-License-Identifier: GPL-2.0-only
/* The table of kernel features: to add one, add a row. */
#include "kernel.h"

#include <cap-ng.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../dataplane/log.h"
#include "feature.h"
#include "program.h"

/* linux/bpf.h of 6.10, which Debian 12's headers lack. */
#define FIB_LOOKUP_MARK (1U << 5)

#define DEBIAN_13 "; Debian 13, and Debian 12 with the kernel of backports, have it"

static const struct feature features[] = {
	{ "btf", "programs that read kernel structs, tracing",
	  "the next-hop cache works only while "
	  "`xgress run` watches; losses after a redirect are not seen",
	  "a kernel with CONFIG_DEBUG_INFO_BTF, as Debian's", NEED_FEATURE, .try = try_btf },
	{ "jit", "programs at full speed", "every program runs many times slower",
	  "`sysctl -w net.core.bpf_jit_enable=1`, or a kernel with CONFIG_BPF_JIT", NEED_FEATURE,
	  .try = try_jit },
	{ "bpffs", "pins: packets flow without a process", "apply mounts it itself where it may",
	  "`mount -t bpf bpf /sys/fs/bpf`; inside `ip netns exec` it is out of sight: use -n",
	  NEED_ALWAYS, .try = try_bpffs },
	{ "memcg-accounting", "maps of any size without a memlock limit",
	  "large maps are refused where RLIMIT_MEMLOCK is low",
	  "kernel 5.11 or later, or `ulimit -l unlimited`", NEED_FEATURE, .try = try_memory },
	{ "map-mmap", "sets and next hops filled through shared memory",
	  "apply cannot load its maps", "kernel 5.5 or later", NEED_ALWAYS, .try = try_map,
	  .type = BPF_MAP_TYPE_ARRAY, .flags = BPF_F_MMAPABLE },
	{ "ringbuf", "events and losses as they happen", "no live events", "kernel 5.8 or later",
	  NEED_LATER, .try = try_map, .type = BPF_MAP_TYPE_RINGBUF },

	{ "xdp", "the frame path: native XDP", "no frame path: tcx takes all interfaces",
	  "a kernel with CONFIG_BPF_SYSCALL and CONFIG_XDP_SOCKETS, as Debian's", NEED_FEATURE,
	  .try = try_program, .type = BPF_PROG_TYPE_XDP, .attach = BPF_XDP },
	{ "xdp.frags", "frames larger than a page in the frame path",
	  "apply cannot load its XDP programs: use path: tc", "kernel 5.18 or later", NEED_FEATURE,
	  .try = try_program, .type = BPF_PROG_TYPE_XDP, .attach = BPF_XDP,
	  .flags = BPF_F_XDP_HAS_FRAGS },
	{ "xdp-link", "programs exchanged without losing a packet",
	  "apply cannot attach native XDP", "kernel 5.9 or later", NEED_FEATURE,
	  .try = try_xdp_link },
	{ "devmap", "redirects from interface to interface", "no fast forwarding by XDP",
	  "kernel 4.14 or later", NEED_FEATURE, .try = try_map, .type = BPF_MAP_TYPE_DEVMAP },
	{ "devmap-program", "work at the exit, where a policy has such", "no program at the exit",
	  "kernel 5.8 or later", NEED_LATER, .try = try_map_program, .type = BPF_MAP_TYPE_DEVMAP,
	  .attach = BPF_XDP_DEVMAP },
	{ "cpumap", "spreading one queue's packets over CPUs",
	  "a NIC with one queue keeps one CPU busy", "kernel 5.9 or later", NEED_LATER,
	  .try = try_map_program, .type = BPF_MAP_TYPE_CPUMAP, .attach = BPF_XDP_CPUMAP },
	{ "fib-lookup-skip-neigh", "asking for a route whose neighbour is not resolved",
	  "such packets are counted with a less exact reason",
	  "kernel 6.3, or 6.1 with its stable updates", NEED_LATER, .try = try_fib_flag,
	  .flags = BPF_FIB_LOOKUP_SKIP_NEIGH },
	{ "fib-lookup-mark", "fast forwarding where `ip rule` asks for the firewall mark",
	  "packets go by the kernel where routing rules match on marks",
	  "kernel 6.10 or later" DEBIAN_13, NEED_LATER, .try = try_fib_flag,
	  .flags = FIB_LOOKUP_MARK },
	{ "kernel-context",
	  "programs that notice a changed route, and a VLAN tag that a veth's peer left to the "
	  "device",
	  "after routes changed, the next-hop cache works only while `xgress run` watches",
	  "kernel 6.2 or later" DEBIAN_13, NEED_FEATURE, .try = try_kfunc,
	  .type = BPF_PROG_TYPE_XDP, .target = "bpf_cast_to_kern_ctx" },
	{ "managed-neighbours", "next hops that the kernel keeps resolved",
	  "one packet a second of each next hop goes by the kernel instead", "kernel 5.16 or later",
	  NEED_LATER, .try = try_managed_neighbour },
	{ "xdp-features", "what a driver can do, without a trial",
	  "redirected frames go only to interfaces that have native XDP themselves",
	  "kernel 6.3 or later" DEBIAN_13, NEED_FEATURE, .try = try_xdp_features },

	{ "sched_cls", "the stack path: tcx and clsact", "no stack path, and no guard at egress",
	  "a kernel with CONFIG_NET_CLS_BPF, as Debian's", NEED_ALWAYS, .try = try_program,
	  .type = BPF_PROG_TYPE_SCHED_CLS },
	{ "tcx", "the stack path beside others' programs, exchanged atomically",
	  "xgress adds a clsact qdisc and a filter instead", "kernel 6.6 or later" DEBIAN_13,
	  NEED_FEATURE, .try = try_tcx },
	{ "clsact", "the stack path where tcx is missing", "without tcx there is no stack path",
	  "a kernel with CONFIG_NET_SCH_INGRESS and CONFIG_NET_CLS_BPF, as Debian's", NEED_FEATURE,
	  .try = try_clsact },

	{ "tp_btf", "losses after a redirect, by cause", "the ledger of XDP redirects stays open",
	  "a kernel with CONFIG_DEBUG_INFO_BTF and CONFIG_BPF_EVENTS, as Debian's", NEED_FEATURE,
	  .try = try_traced, .type = BPF_PROG_TYPE_TRACING, .attach = BPF_TRACE_RAW_TP,
	  .target = "btf_trace_xdp_redirect_err" },
	{ "live-frames", "the traffic generator of `make bench`", "the benchmark does not run",
	  "kernel 5.18 or later", NEED_FEATURE, .try = try_live_frames },

	{ "af_xdp", "programs that send for themselves", "no sender path",
	  "a kernel with CONFIG_XDP_SOCKETS, as Debian's", NEED_LATER, .try = try_xsk },
	{ "xskmap", "AF_XDP receivers beside a policy", "no AF_XDP receivers",
	  "a kernel with CONFIG_XDP_SOCKETS, as Debian's", NEED_LATER, .try = try_map,
	  .type = BPF_MAP_TYPE_XSKMAP },
	{ "huge-pages", "packet memory of AF_XDP with fewer TLB misses", "pages of 4 kB are used",
	  "`sysctl -w vm.nr_hugepages=64`", NEED_LATER, .try = try_huge_pages },

	{ "fentry", "tracers that look into a running program (`bpftool prog profile`)",
	  "such tracers do not work", "a kernel with CONFIG_FUNCTION_TRACER, as Debian's",
	  NEED_OTHERS, .try = try_traced, .type = BPF_PROG_TYPE_TRACING, .attach = BPF_TRACE_FENTRY,
	  .target = "netif_receive_skb" },
	{ "freplace", "several XDP programs on one interface by libxdp's dispatcher",
	  "programs that come by libxdp cannot share an interface",
	  "a kernel with CONFIG_FUNCTION_TRACER, as Debian's", NEED_OTHERS, .try = try_replace },
	{ "bpf-lsm", "security programs that may watch over BPF itself", "such programs do not run",
	  "a kernel with CONFIG_BPF_LSM, as Debian's, and `bpf` in its lsm= list", NEED_OTHERS,
	  .try = try_traced, .type = BPF_PROG_TYPE_LSM, .attach = BPF_LSM_MAC,
	  .target = "bpf_lsm_file_open" },
};

size_t kernel_feature_count(void)
{
	return sizeof(features) / sizeof(features[0]);
}

bool kernel_feature_left_out(const char *name)
{
	const char *list = getenv("XGRESS_WITHOUT");
	size_t length = strlen(name);

	for (; list && *list; list += strcspn(list, ",") + (strchr(list, ',') != NULL)) {
		if (strcspn(list, ",") == length && strncmp(list, name, length) == 0)
			return true;
	}
	return false;
}

/*
 * Whether a "not permitted" is the kernel's word on the feature, and not on the caller. Root of
 * a container has the capability, but not where it counts: there no program loads at all.
 */
static bool may_try(void)
{
	static int known = -1;
	int fd;

	if (known >= 0)
		return known;
	fd = program_xdp_pass(0);
	known = fd != -EPERM && capng_get_caps_process() == 0 &&
		capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_ADMIN);
	if (fd >= 0)
		close(fd);
	return known;
}

static void judge(struct kernel_feature *f, int r, const struct feature_words *words)
{
	const char *said = words->text;

	f->available = r == 0 ? PROBE_YES : r == TRY_UNTRIED ? PROBE_UNKNOWN : PROBE_NO;
	if (r < 0 && !*said)
		said = strerror(-r);
	if ((r == -EPERM || r == -EACCES || r == TRY_UNTRIED) && !may_try()) {
		f->available = PROBE_UNKNOWN;
		said = "needs root of the machine (CAP_SYS_ADMIN) to be tried";
	}
	snprintf(f->detail, sizeof(f->detail), "%s", said);
}

void kernel_feature_try(size_t i, struct kernel_feature *ret_feature)
{
	const struct feature *row = &features[i];
	struct feature_words words = { 0 };
	struct log unheard;
	int r;

	if (kernel_feature_left_out(row->name)) {
		snprintf(words.text, sizeof(words.text), "left out by XGRESS_WITHOUT");
		r = -EOPNOTSUPP;
	} else {
		log_begin(&unheard); /* libbpf would print each refusal */
		r = row->try(row, &words);
		log_end(&unheard);
	}
	*ret_feature = (struct kernel_feature){
		.name = row->name,
		.use = row->use,
		.without = row->without,
		.get = row->get,
		.need = row->need,
	};
	judge(ret_feature, r, &words);
}
