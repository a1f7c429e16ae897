// SPDX-License-Identifier: GPL-2.0-only
#include "program.h"

int program_return(enum bpf_prog_type type, int value, const struct bpf_prog_load_opts *options)
{
	const struct bpf_insn program[] = { INSN_SET(BPF_REG_0, value), INSN_EXIT() };

	return bpf_prog_load(type, "xgress_probe", "GPL", program, 2, options);
}

int program_xdp_pass(unsigned int flags)
{
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_XDP,
		    .prog_flags = flags);

	return program_return(BPF_PROG_TYPE_XDP, XDP_PASS, &options);
}
