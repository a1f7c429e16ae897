// SPDX-License-Identifier: GPL-2.0-only
#include "caps.h"

#include <cap-ng.h>
#include <sys/prctl.h>

void caps_drop(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	capng_clear(CAPNG_SELECT_BOTH);
	/* SYS_ADMIN: BPF objects by their ids (bpf_prog_get_fd_by_id), and mounting bpffs. */
	capng_updatev(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_BOUNDING_SET, CAP_BPF,
		      CAP_PERFMON, CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_DAC_READ_SEARCH, -1);
	capng_apply(CAPNG_SELECT_BOTH);
}
