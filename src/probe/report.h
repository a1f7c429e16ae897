/* SPDX-License-Identifier: GPL-2.0-only */
/* What a probe found, and its printing on standard output. */
#ifndef XG_PROBE_REPORT_H
#define XG_PROBE_REPORT_H

#include "interface.h"
#include "kernel.h"

struct probe {
	char release[65]; /* of the kernel: uname -r */
	struct kernel_feature *features;
	size_t n_features;
	struct interface_facts *interfaces;
	size_t n_interfaces;
};

void report_json(const struct probe *p);
void report_text(const struct probe *p);

#endif
