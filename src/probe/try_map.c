// SPDX-License-Identifier: GPL-2.0-only
/* Trials that make a map of one entry. */
#include <bpf/bpf.h>
#include <errno.h>
#include <unistd.h>

#include "feature.h"
#include "program.h"

#define LOOPBACK  1
#define CPU_QUEUE 64

/* Some kinds have no keys, and are sized in pages. */
static int make_map(const struct feature *f, unsigned int value_size)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = f->flags);

	if (f->type == BPF_MAP_TYPE_RINGBUF)
		return bpf_map_create(f->type, "xgress_probe", 0, 0, getpagesize(), &options);
	return bpf_map_create(f->type, "xgress_probe", 4, value_size, 1, &options);
}

int try_map(const struct feature *f, struct feature_words *words)
{
	int fd;

	(void)words;
	fd = make_map(f, 4);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

/* An entry of a devmap is an interface, of a cpumap the room of its queue; both carry a program. */
int try_map_program(const struct feature *f, struct feature_words *words)
{
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = f->attach);
	struct {
		__u32 what;
		int program_fd;
	} value = { .what = f->type == BPF_MAP_TYPE_CPUMAP ? CPU_QUEUE : LOOPBACK };
	__u32 first = 0;
	int map, r;

	(void)words;
	value.program_fd = program_return(BPF_PROG_TYPE_XDP, XDP_PASS, &options);
	if (value.program_fd < 0)
		return value.program_fd;
	map = make_map(f, sizeof(value));
	r = map < 0 ? map : bpf_map_update_elem(map, &first, &value, BPF_ANY);
	if (map >= 0)
		close(map);
	close(value.program_fd);
	return r;
}
