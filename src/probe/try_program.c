// SPDX-License-Identifier: GPL-2.0-only
/* Trials that load a program, or run one by hand on a packet of zeros. */
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "feature.h"
#include "program.h"

#define PACKET_BYTES 64
#define XDP_LIVE_RUN (1U << 1) /* BPF_F_TEST_XDP_LIVE_FRAMES, of 5.18 */
#define LOOPBACK     1
#define FIB_STACK    (-64) /* struct bpf_fib_lookup is 64 bytes */
#define FIB_IFINDEX  offsetof(struct bpf_fib_lookup, ifindex)
#define FAMILY_INET  2

static int close_loaded(int fd)
{
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int try_program(const struct feature *f, struct feature_words *words)
{
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = f->attach,
		    .prog_flags = f->flags);

	(void)words;
	return close_loaded(program_return(f->type, 0, &options));
}

/* The number of a function (of a type, for a tracepoint) in the kernel's BTF, or -errno. */
static int kernel_id(const char *name, unsigned int kind)
{
	struct btf *btf = btf__load_vmlinux_btf();
	int id;

	if (!btf)
		return -errno;
	id = btf__find_by_name_kind(btf, name, kind);
	btf__free(btf);
	return id;
}

int try_traced(const struct feature *f, struct feature_words *words)
{
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = f->attach);
	int id = kernel_id(f->target,
			   f->attach == BPF_TRACE_RAW_TP ? BTF_KIND_TYPEDEF : BTF_KIND_FUNC);

	if (id < 0) {
		snprintf(words->text, sizeof(words->text), "the kernel has no %s", f->target);
		return id;
	}
	options.attach_btf_id = id;
	return close_loaded(program_return(f->type, 0, &options));
}

/* BTF of `int probe(struct xdp_md *ctx)`: the verifier replaces a function by one that fits. */
static struct btf *function_btf(int *ret_function)
{
	struct btf *btf = btf__new_empty();
	int number, context, pointer, prototype;

	if (!btf)
		return NULL;
	number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	context = btf__add_struct(btf, "xdp_md", 0);
	pointer = btf__add_ptr(btf, context);
	prototype = btf__add_func_proto(btf, number);
	btf__add_func_param(btf, "ctx", pointer);
	*ret_function = btf__add_func(btf, "probe", BTF_FUNC_GLOBAL, prototype);
	if (*ret_function > 0 && !btf__load_into_kernel(btf))
		return btf;
	btf__free(btf);
	return NULL;
}

int try_replace(const struct feature *f, struct feature_words *words)
{
	struct bpf_func_info where = { 0 };
	LIBBPF_OPTS(bpf_prog_load_opts, options, .func_info = &where, .func_info_cnt = 1,
		    .func_info_rec_size = sizeof(where));
	int function = 0, target, r;
	struct btf *btf;

	(void)f;
	(void)words;
	btf = function_btf(&function);
	if (!btf)
		return -errno;
	where.type_id = function;
	options.prog_btf_fd = btf__fd(btf);
	target = program_return(BPF_PROG_TYPE_XDP, XDP_PASS, &options);
	r = target;
	if (target >= 0) {
		options.attach_prog_fd = target;
		options.attach_btf_id = function;
		r = close_loaded(program_return(BPF_PROG_TYPE_EXT, XDP_PASS, &options));
		close(target);
	}
	btf__free(btf);
	return r;
}

int try_kfunc(const struct feature *f, struct feature_words *words)
{
	int id = kernel_id(f->target, BTF_KIND_FUNC);
	const struct bpf_insn program[] = {
		INSN_KFUNC(id),
		INSN_SET(BPF_REG_0, 0),
		INSN_EXIT(),
	};

	if (id < 0) {
		snprintf(words->text, sizeof(words->text), "the kernel has no %s", f->target);
		return id;
	}
	return close_loaded(bpf_prog_load(f->type, "xgress_probe", "GPL", program, 3, NULL));
}

/* Runs it on a packet of zeros that came in by this namespace's loopback. */
static int run(int fd, unsigned int flags, int *ret_verdict)
{
	unsigned char packet[PACKET_BYTES] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = sizeof(packet),
		    .repeat = 1, .flags = flags);
	int r;

	if (fd < 0)
		return fd;
	r = bpf_prog_test_run_opts(fd, &options);
	*ret_verdict = options.retval;
	close(fd);
	return r;
}

/* A kernel that does not know the flag says EINVAL before it looks at anything else. */
int try_fib_flag(const struct feature *f, struct feature_words *words)
{
	const struct bpf_insn program[] = {
		INSN_STORE64(FIB_STACK, FAMILY_INET),
		INSN_STORE64(FIB_STACK + 8, LOOPBACK),
		INSN_STORE64(FIB_STACK + 16, 0),
		INSN_STORE64(FIB_STACK + 24, 0),
		INSN_STORE64(FIB_STACK + 32, 0),
		INSN_STORE64(FIB_STACK + 40, 0),
		INSN_STORE64(FIB_STACK + 48, 0),
		INSN_STORE64(FIB_STACK + 56, 0),
		INSN_COPY(BPF_REG_2, BPF_REG_10),
		INSN_ADD(BPF_REG_2, FIB_STACK),
		INSN_SET(BPF_REG_3, sizeof(struct bpf_fib_lookup)),
		INSN_SET(BPF_REG_4, f->flags),
		INSN_CALL(BPF_FUNC_fib_lookup),
		INSN_EXIT(),
	};
	int answer = 0, r;

	_Static_assert(FIB_IFINDEX == 8 && sizeof(struct bpf_fib_lookup) == 64, "the stack above");
	(void)words;
	r = run(bpf_prog_load(BPF_PROG_TYPE_XDP, "xgress_probe", "GPL", program,
			      sizeof(program) / sizeof(program[0]), NULL),
		0, &answer);
	if (r)
		return r;
	return answer < 0 ? answer : 0;
}

int try_live_frames(const struct feature *f, struct feature_words *words)
{
	int verdict;

	(void)f;
	(void)words;
	return run(program_return(BPF_PROG_TYPE_XDP, XDP_DROP, NULL), XDP_LIVE_RUN, &verdict);
}

int try_jit(const struct feature *f, struct feature_words *words)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	int fd, r;

	(void)f;
	fd = program_xdp_pass(0);
	if (fd < 0)
		return fd;
	r = bpf_obj_get_info_by_fd(fd, &info, &size);
	close(fd);
	if (r || info.jited_prog_len)
		return r;
	snprintf(words->text, sizeof(words->text), "programs are interpreted");
	return -EOPNOTSUPP;
}
