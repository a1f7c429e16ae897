// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/cmd/error.h"
#include "src/util/err.h"
#include "src/util/json.h"
#include "src/util/option.h"

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

/* What json_string() makes of a text, quotes included. The caller frees it. */
static char *quoted(const char *text)
{
	struct json j = {};
	char *out = NULL;
	size_t size;

	j.out = open_memstream(&out, &size);
	assert_non_null(j.out);
	json_string(&j, NULL, text);
	fclose(j.out);
	return out;
}

static void test_json_is_utf8(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7",
		  "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7\"" },
		{ "\x7f\xc2\x80\xdf\xbf\xef\xbf\xbf", "\"\x7f\xc2\x80\xdf\xbf\xef\xbf\xbf\"" },
		{ "\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"" },
		{ "\xff", "\"\\ufffd\"" },
		{ "a\xe9"
		  "b",
		  "\"a\\ufffdb\"" },
		{ "\xc3", "\"\\ufffd\"" },
		{ "\xe2\x82", "\"\\ufffd\\ufffd\"" },
		{ "\xc0\x80", "\"\\ufffd\\ufffd\"" },
		{ "\xe0\x80\x80", "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
		{ "\xf5x", "\"\\ufffdx\"" },
		{ "\x80\"", "\"\\ufffd\\\"\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *out = quoted(cases[i].text);

		assert_string_equal(out, cases[i].expected);
		free(out);
	}
}

static void test_only_a_policy_is_called_bad(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(error_of_dataplane(err_at(&e, EINVAL, "p.yaml", 1, 1, "bad"), &e),
			 -EINVAL);
	assert_int_equal(error_of_dataplane(err_set(&e, EINVAL, "link: %s", "..."), &e), -EIO);
	assert_int_equal(error_of_dataplane(err_set(&e, EBUSY, "busy"), &e), -EBUSY);
	assert_int_equal(error_of_dataplane(0, &e), 0);
}

/* xgress as getopt(3) leaves it after the last word of `words`. */
static void assert_option_error(const char *const *words, const char *letters, const char *expected)
{
	static const struct option options[] = { { "json", no_argument, NULL, 'j' },
						 { "prefix", required_argument, NULL, 'p' },
						 { 0 } };
	struct err e = {};
	int argc = 0, c;

	while (words[argc])
		argc++;
	opterr = optind = 0;
	do
		c = getopt_long(argc, (char *const *)words, letters, options, NULL);
	while (c != '?' && c != ':' && c != -1);
	assert_int_not_equal(c, -1);
	assert_int_equal(option_error(&e, "", c, (char *const *)words, letters), -EINVAL);
	if (strncmp(e.message, expected, strlen(expected)))
		fail_msg("%s: %s", expected, e.message);
}

#define OPTION_ERROR(expected, ...) \
	assert_option_error((const char *const[]){ "xgress", __VA_ARGS__, NULL }, ":jp:", expected)

static void test_option_error_names_the_option(void **state)
{
	(void)state;
	OPTION_ERROR("unknown option '-x'", "-x");
	OPTION_ERROR("unknown option '-x'", "-xj");
	OPTION_ERROR("unknown option '-x'", "-jx");
	OPTION_ERROR("unknown option '-x'", "--json", "-xj");
	OPTION_ERROR("unknown option '--bogus'", "-j", "--bogus");
	OPTION_ERROR("a value is missing after '-p'", "-p");
	OPTION_ERROR("a value is missing after '-p'", "-jp");
	OPTION_ERROR("a value is missing after '--prefix'", "--prefix");
	OPTION_ERROR("no value is expected with '--json=5'", "--json=5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_err_set_forgets_the_place),
		cmocka_unit_test(test_err_at),
		cmocka_unit_test(test_err_cuts_what_is_too_long),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_is_utf8),
		cmocka_unit_test(test_only_a_policy_is_called_bad),
		cmocka_unit_test(test_option_error_names_the_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
