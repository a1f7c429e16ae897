// SPDX-License-Identifier: GPL-2.0-only
/* Trials of the system around BPF; they need no root, but for try_memory(). */
#include <bpf/btf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../dataplane/bpffs.h"
#include "feature.h"

#define HUGE_PAGE ((size_t)2 << 20)

int try_btf(const struct feature *f, struct feature_words *words)
{
	struct btf *btf = btf__load_vmlinux_btf();

	(void)f;
	if (!btf)
		return -errno;
	snprintf(words->text, sizeof(words->text), "%u types", btf__type_cnt(btf));
	btf__free(btf);
	return 0;
}

int try_bpffs(const struct feature *f, struct feature_words *words)
{
	struct statfs fs;

	(void)f;
	if (statfs(BPFFS, &fs))
		return -errno;
	if (fs.f_type == BPF_FS_MAGIC)
		return 0;
	snprintf(words->text, sizeof(words->text), "%s is not mounted", BPFFS);
	return -ENOENT;
}

/* libbpf would raise the limit by itself, so the system call is made by hand. */
static int map_without_memlock(void)
{
	const struct rlimit none = { 0 };
	union bpf_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = attr.value_size = 4;
	attr.max_entries = 1;
	if (setrlimit(RLIMIT_MEMLOCK, &none))
		return errno;
	fd = syscall(__NR_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
	return fd < 0 ? errno : 0;
}

/* In a child, whose limit is lowered to nothing: a map needs it on kernels before 5.11 only. */
int try_memory(const struct feature *f, struct feature_words *words)
{
	struct rlimit limit = { 0 };
	int status = 0;
	pid_t child;

	(void)f;
	child = fork();
	if (child == 0)
		_exit(map_without_memlock());
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return -errno;
	getrlimit(RLIMIT_MEMLOCK, &limit);
	if (limit.rlim_cur != RLIM_INFINITY)
		snprintf(words->text, sizeof(words->text),
			 "RLIMIT_MEMLOCK is %ju kB, which AF_XDP without CAP_IPC_LOCK counts "
			 "against",
			 (uintmax_t)limit.rlim_cur / 1024);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
}

int try_huge_pages(const struct feature *f, struct feature_words *words)
{
	void *page = mmap(NULL, HUGE_PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

	(void)f;
	if (page == MAP_FAILED) {
		snprintf(words->text, sizeof(words->text), "no huge page is free");
		return -errno;
	}
	munmap(page, HUGE_PAGE);
	return 0;
}
