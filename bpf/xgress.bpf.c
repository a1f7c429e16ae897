// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one object that is loaded: every program, sharing one set of maps. A new hook is a file of
 * its own and a line here. (Linking separate objects fails in libbpf 1.1 where two of them call
 * the same kfunc.)
 */
#include "xdp_inside.bpf.c"
#include "xdp_outside.bpf.c"
#include "tc_inside.bpf.c"
#include "tc_outside.bpf.c"
#include "genid.bpf.c"
#include "trace.bpf.c"
#include "explain.bpf.c"

char license_text[] SEC("license") = "GPL";
