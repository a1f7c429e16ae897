/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs of a few instructions, to see whether the kernel takes them. */
#ifndef XG_PROBE_PROGRAM_H
#define XG_PROBE_PROGRAM_H

#include <bpf/bpf.h>
#include <linux/bpf.h>

#define INSN_SET(register, value) \
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = (register), .imm = (value) }
#define INSN_COPY(to, from) \
	{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = (to), .src_reg = (from) }
#define INSN_ADD(register, value) \
	{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = (register), .imm = (value) }
#define INSN_STORE64(offset, value)          \
	{ .code = BPF_ST | BPF_MEM | BPF_DW, \
	  .dst_reg = BPF_REG_10,             \
	  .off = (offset),                   \
	  .imm = (value) }
#define INSN_CALL(helper) { .code = BPF_JMP | BPF_CALL, .imm = (helper) }
#define INSN_KFUNC(btf_id) \
	{ .code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_KFUNC_CALL, .imm = (btf_id) }
#define INSN_EXIT() { .code = BPF_JMP | BPF_EXIT }

/*
 * A program that lets every packet be: `return value`. `options` may be NULL. Returns a
 * descriptor that the caller closes, or the kernel's negative errno.
 */
int program_return(enum bpf_prog_type type, int value, const struct bpf_prog_load_opts *options);

/* The same for XDP: XDP_PASS. `flags` are 0 or BPF_F_XDP_HAS_FRAGS. */
int program_xdp_pass(unsigned int flags);

#endif
