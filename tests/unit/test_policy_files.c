// SPDX-License-Identifier: GPL-2.0-only
/* The policy's own file and its set files, on a real file system. */
#include "unit.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "src/policy/policy.h"
#include "src/policy/set_file.h"

#define MILLION 1000000

static char folder[] = "/tmp/xgress-test-XXXXXX";

static char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name, const char *text, size_t size)
{
	FILE *f = fopen(path_of(name), "we");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static int remove_folder(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A policy beside the set files. Returns what policy_read() does. */
static int read_policy(const char *set, struct policy *ret_policy, struct err *e)
{
	char text[512];
	int n;

	n = snprintf(text, sizeof(text),
		     "outside: [a]\n"
		     "sets:\n"
		     "  s: { file: %s }\n"
		     "guard: { block_src: [s] }\n",
		     set);
	write_file("p.yaml", text, (size_t)n);
	return policy_read(path_of("p.yaml"), ret_policy, e);
}

static void test_path_is_relative_to_the_policy(void **state)
{
	struct policy p;
	struct err e;

	(void)state;
	write_file("set.txt", "10.0.0.0/8\n", 11);
	assert_int_equal(read_policy("set.txt", &p, &e), 0);
	assert_int_equal(p.guard.block_src.n, 1);
	assert_int_equal(p.guard.block_dst.n, 0);
	policy_release(&p);
	assert_int_equal(read_policy("./set.txt", &p, &e), 0);
	policy_release(&p);
	write_file("set.txt", "\n 10.0.0.1/8\n", 13);
	assert_int_equal(read_policy("set.txt", &p, &e), -EINVAL);
	assert_string_equal(e.file, path_of("set.txt"));
	assert_int_equal(e.line, 2);
	assert_int_equal(e.column, 2);
}

static void assert_set_refused(const char *set, const char *message)
{
	struct policy p;
	struct err e = {};

	assert_int_equal(read_policy(set, &p, &e), -EINVAL);
	if (!strstr(e.message, message))
		fail_msg("%s: %s", set, e.message);
	assert_string_equal(e.file, path_of("p.yaml"));
	assert_int_equal(e.line, 3);
	assert_int_equal(e.column, 14);
}

static void test_set_files_that_cannot_be_read(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
	assert_set_refused("fifo", "fifo: not a regular file");
	assert_set_refused("/dev/zero", "/dev/zero: not a regular file");
	assert_set_refused(".", "it is a directory");
	assert_set_refused("missing", "sets.s.file: cannot read /tmp/");
	write_file("huge", "", 0);
	assert_int_equal(truncate(path_of("huge"), 1ll << 40), 0);
	assert_set_refused("huge", "larger than 512 MB");
}

static void assert_policy_refused(const char *file, const char *message)
{
	struct policy p;
	struct err e = {};

	assert_int_equal(policy_read(file, &p, &e), -EINVAL);
	if (!strstr(e.message, message))
		fail_msg("%s: %s", file, e.message);
	assert_string_equal(e.file, file);
	assert_int_equal(e.line, 0);
}

static void test_policies_that_cannot_be_read(void **state)
{
	(void)state;
	assert_policy_refused(folder, "it is a directory");
	assert_policy_refused(path_of("none.yaml"), "No such file");
	assert_policy_refused("/dev/null", "not a regular file");
	assert_policy_refused("", "No such file");
	write_file("big.yaml", "", 0);
	assert_int_equal(truncate(path_of("big.yaml"), (16 << 20) + 1), 0);
	assert_policy_refused(path_of("big.yaml"), "larger than 16 MB");
}

static void test_policy_by_a_link_has_its_real_name(void **state)
{
	char link_path[256];
	struct policy p;
	struct err e;

	(void)state;
	snprintf(link_path, sizeof(link_path), "%s/link.yaml", folder);
	write_file("p.yaml", "outside: a\n", 11);
	assert_int_equal(symlink("p.yaml", link_path), 0);
	assert_int_equal(policy_read(link_path, &p, &e), 0);
	assert_string_equal(p.file, path_of("p.yaml"));
	assert_string_equal(p.name, link_path); /* later errors speak as the user did */
	policy_release(&p);
}

static void test_the_set_files_are_listed(void **state)
{
	struct policy p;
	struct err e;

	(void)state;
	write_file("set.txt", "10.0.0.0/8\n", 11);
	assert_int_equal(read_policy("set.txt", &p, &e), 0);
	assert_int_equal(p.set_files.n, 1);
	assert_string_equal(p.set_files.v[0], path_of("set.txt"));
	policy_release(&p);
}

/* Bounds the time only loosely: the machine may be busy, and the sanitizers cost threefold. */
static void test_a_million_lines(void **state)
{
	struct timespec start, end;
	struct prefix_list l = {};
	struct err e;
	FILE *f = fopen(path_of("million"), "we");
	unsigned int i;

	(void)state;
	assert_non_null(f);
	for (i = 0; i < MILLION; i++)
		fprintf(f, "%u.%u.%u.%u/32\n", 1 + i % 200, i >> 16, i >> 8 & 255, i & 255);
	assert_int_equal(fclose(f), 0);
	clock_gettime(CLOCK_MONOTONIC, &start);
	assert_int_equal(set_file_read(path_of("million"), &l, &e), 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_int_equal(l.n, MILLION);
	prefix_list_release(&l);
	print_message("a million lines: %ld ms with sanitizers\n",
		      (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000);
	assert_true(end.tv_sec - start.tv_sec < 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path_is_relative_to_the_policy),
		cmocka_unit_test(test_set_files_that_cannot_be_read),
		cmocka_unit_test(test_policies_that_cannot_be_read),
		cmocka_unit_test(test_policy_by_a_link_has_its_real_name),
		cmocka_unit_test(test_the_set_files_are_listed),
		cmocka_unit_test(test_a_million_lines),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
