// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/dataplane/undo_file.h"
#include "src/util/err.h"

static char folder[64], path[128];

static int setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/xgress-undo-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/c/i/undo", folder);
	return 0;
}

static int teardown(void **state)
{
	char above[128];

	(void)state;
	unlink(path);
	snprintf(above, sizeof(above), "%s/c/i", folder);
	rmdir(above);
	snprintf(above, sizeof(above), "%s/c", folder);
	rmdir(above);
	return rmdir(folder);
}

static void write_file(const char *format, const char *boot, mode_t mode)
{
	char above[128];
	FILE *f;

	snprintf(above, sizeof(above), "%s/c", folder);
	mkdir(above, 0755);
	snprintf(above, sizeof(above), "%s/c/i", folder);
	mkdir(above, 0755);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, format, boot);
	fclose(f);
	chmod(path, mode);
}

static const char *boot_id(void)
{
	static char id[64];
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "r");

	assert_non_null(f);
	assert_non_null(fgets(id, sizeof(id), f));
	fclose(f);
	id[strcspn(id, "\n")] = 0;
	return id;
}

static void test_lines_come_back_in_order(void **state)
{
	struct undo_lines l;
	struct err e;

	(void)state;
	assert_int_equal(undo_file_read(path, &l, &e), 0);
	assert_int_equal(l.n, 0);
	assert_int_equal(undo_file_add(path, "first\tline", &e), 0);
	assert_int_equal(undo_file_add(path, "second", &e), 0);
	assert_int_equal(undo_file_read(path, &l, &e), 0);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0], "first\tline");
	assert_string_equal(l.v[1], "second");
	l.v[0] = NULL;
	assert_int_equal(undo_file_write(path, &l, &e), 0);
	undo_lines_release(&l);
	assert_int_equal(undo_file_read(path, &l, &e), 0);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0], "second");
	l.v[0] = NULL;
	assert_int_equal(undo_file_write(path, &l, &e), 0);
	undo_lines_release(&l);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void test_another_boot_is_forgotten(void **state)
{
	struct undo_lines l;
	struct err e;

	(void)state;
	write_file("xgress undo 1 %s\nclsact\t3\twan0\n", "00000000-dead-beef", 0600);
	assert_int_equal(undo_file_read(path, &l, &e), 0);
	assert_int_equal(l.n, 0);
	assert_int_not_equal(access(path, F_OK), 0);
	write_file("xgress undo 1 %s\nclsact\t3\twan0\n", "00000000-dead-beef", 0600);
	assert_int_equal(undo_file_add(path, "new", &e), 0);
	assert_int_equal(undo_file_read(path, &l, &e), 0);
	assert_int_equal(l.n, 1);
	undo_lines_release(&l);
}

static void test_what_is_cut_off(void **state)
{
	struct undo_lines l;
	struct err e;

	(void)state;
	write_file("xgress undo 1 %s\nwhole\ncut o", boot_id(), 0600);
	assert_int_equal(undo_file_read(path, &l, &e), 0);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0], "whole");
	undo_lines_release(&l);
	write_file("%.0s", "", 0600);
	assert_int_equal(undo_file_read(path, &l, &e), 0);
	assert_int_equal(l.n, 0);
}

static void test_no_journal_at_all(void **state)
{
	struct undo_lines l;
	struct err e;

	(void)state;
	write_file("hello %s\n", "world", 0600);
	assert_int_equal(undo_file_read(path, &l, &e), -EUCLEAN);
	assert_non_null(strstr(e.message, path));
	assert_int_equal(undo_file_add(path, "line", &e), -EUCLEAN);
}

static void test_what_others_may_write_is_refused(void **state)
{
	struct undo_lines l;
	char other[160];
	struct err e;

	(void)state;
	write_file("xgress undo 1 %s\nline\n", boot_id(), 0666);
	assert_int_equal(undo_file_read(path, &l, &e), -EPERM);
	snprintf(other, sizeof(other), "%s/other", folder);
	chmod(path, 0600);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink(other, path), 0);
	assert_int_equal(undo_file_read(path, &l, &e), -ELOOP);
	assert_non_null(strstr(e.message, "symbolic link"));
	unlink(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lines_come_back_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_another_boot_is_forgotten, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_cut_off, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_journal_at_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_others_may_write_is_refused, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
