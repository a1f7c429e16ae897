// SPDX-License-Identifier: GPL-2.0-only
/* Trials on an interface that somebody named: see interface_try(). */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../dataplane/log.h"
#include "interface.h"
#include "program.h"
#include "xsk.h"

/* With frags, as xgress's own; a kernel before 5.18 has programs of one buffer only. */
static int load(void)
{
	int fd = -EINVAL;

	if (!kernel_feature_left_out("xdp.frags"))
		fd = program_xdp_pass(BPF_F_XDP_HAS_FRAGS);
	return fd == -EINVAL ? program_xdp_pass(0) : fd;
}

/* The last words of the kernel in what libbpf printed. */
static void keep_words(struct interface_facts *f, const char *printed, int r)
{
	static const char mark[] = "Kernel error message: ";
	const char *words = strstr(printed, mark);

	snprintf(f->refusal, sizeof(f->refusal), "%s", words ? words + strlen(mark) : strerror(-r));
	f->refusal[strcspn(f->refusal, "\n")] = 0;
}

/*
 * Only an attach through netlink brings the driver's reason. It was refused a moment ago; should
 * it be granted now, it is taken back.
 */
static void ask_why(struct interface_facts *f, int program, int r)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, ours, .old_prog_fd = program);
	unsigned int index = f->link.ifindex;
	struct log log;

	log_begin(&log);
	if (!bpf_xdp_attach(index, program, XDP_FLAGS_DRV_MODE | XDP_FLAGS_UPDATE_IF_NOEXIST, NULL))
		bpf_xdp_detach(index, XDP_FLAGS_DRV_MODE, &ours);
	log_end(&log);
	keep_words(f, log.text, r);
}

/* A link ends with its descriptor: also when this process dies. */
static void try_native(struct interface_facts *f, int program)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);
	int link;

	f->refusal[0] = 0;
	link = bpf_link_create(program, f->link.ifindex, BPF_XDP, &options);
	f->native = link >= 0 ? PROBE_YES : PROBE_NO;
	if (link < 0)
		return ask_why(f, program, link);
	bpf_link_detach(link);
	close(link);
}

static void try_zerocopy(struct interface_facts *f)
{
	unsigned int queues = ethtool_rx_queues(&f->ethtool);
	int r;

	if (f->zerocopy == PROBE_NO)
		return;
	r = xsk_try(f->link.ifindex, queues ? queues - 1 : 0, true);
	if (r != -EBUSY) /* somebody's socket: nothing was learnt */
		f->zerocopy = r ? PROBE_NO : PROBE_YES;
}

void interface_try(struct interface_facts *f)
{
	int program;

	if (!f->link.ethernet)
		return;
	if (f->attached[0]) {
		snprintf(f->untried, sizeof(f->untried), "%s, is attached", f->attached);
		return;
	}
	program = load();
	if (program < 0) {
		snprintf(f->untried, sizeof(f->untried), "%s",
			 program == -EPERM ? "it needs root" : strerror(-program));
		return;
	}
	try_native(f, program);
	try_zerocopy(f);
	f->tried = true;
	close(program);
	/* Some drivers turn an offload off at the attach, and leave it so: vmxnet3 its LRO. */
	ethtool_restore(f->link.name, &f->ethtool);
}
