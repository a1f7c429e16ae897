// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/util/err.h"
#include "src/util/json.h"

static void test_err_set_forgets_the_place(void **state)
{
	struct err e = { .file = "old", .line = 3, .column = 4 };

	(void)state;
	assert_int_equal(err_set(&e, ENOENT, "no %s", "file"), -ENOENT);
	assert_string_equal(e.message, "no file");
	assert_string_equal(e.file, "");
	assert_int_equal(e.line, 0);
	assert_int_equal(e.column, 0);
}

static void test_err_at(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(err_at(&e, EINVAL, "p.yaml", 3, 4, "bad %d", 7), -EINVAL);
	assert_string_equal(e.message, "bad 7");
	assert_string_equal(e.file, "p.yaml");
	assert_int_equal(e.line, 3);
	assert_int_equal(e.column, 4);
}

static void test_err_cuts_what_is_too_long(void **state)
{
	char text[4096];
	struct err e;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	err_at(&e, EINVAL, text, 1, 1, "%s", text);
	assert_int_equal(strlen(e.message), sizeof(e.message) - 1);
	assert_int_equal(strlen(e.file), sizeof(e.file) - 1);
}

static void test_json(void **state)
{
	static const char expected[] =
		"{\"name\": \"a\\\"b\\\\c\\u000a\", \"big\": 18446744073709551615, "
		"\"half\": 0.5, \"yes\": true, \"unknown\": null, \"list\": [{}, 1, 2], \"none\": "
		"[]}";
	char *text = NULL;
	size_t size;
	struct json j = {};

	(void)state;
	j.out = open_memstream(&text, &size);
	assert_non_null(j.out);
	json_object(&j, NULL);
	json_string(&j, "name", "a\"b\\c\n");
	json_number(&j, "big", UINT64_MAX);
	json_double(&j, "half", 0.5);
	json_bool(&j, "yes", true);
	json_null(&j, "unknown");
	json_array(&j, "list");
	json_object(&j, NULL);
	json_end_object(&j);
	json_number(&j, NULL, 1);
	json_number(&j, NULL, 2);
	json_end_array(&j);
	json_array(&j, "none");
	json_end_array(&j);
	json_end_object(&j);
	fclose(j.out);
	assert_string_equal(text, expected);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_err_set_forgets_the_place),
		cmocka_unit_test(test_err_at),
		cmocka_unit_test(test_err_cuts_what_is_too_long),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
