// SPDX-License-Identifier: GPL-2.0-only
/* What stands in a set file, right and wrong. */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/policy/set_file.h"

static void test_good_text(void **state)
{
	static const char text[] = "\xef\xbb\xbf# comment\r\n"
				   "\n"
				   "10.0.0.0/8\r\n"
				   "  192.0.2.1\t# said by # somebody \n"
				   "2001:db8::/32#close\n"
				   "   \t \n"
				   "198.51.100.7";
	struct prefix_list l = {};
	char buf[PREFIX_TEXT_SIZE];
	struct err e;

	(void)state;
	assert_int_equal(set_text_read("set", text, sizeof(text) - 1, &l, &e), 0);
	assert_int_equal(l.n, 4);
	assert_string_equal(prefix_format(&l.v[0], buf), "10.0.0.0/8");
	assert_string_equal(prefix_format(&l.v[1], buf), "192.0.2.1/32");
	assert_string_equal(prefix_format(&l.v[2], buf), "2001:db8::/32");
	assert_string_equal(prefix_format(&l.v[3], buf), "198.51.100.7/32");
	prefix_list_release(&l);
}

struct bad_text {
	const char *text;
	size_t size; /* 0: up to the first NUL */
	int line;
	int column;
	const char *message;
};

static void test_bad_text(void **state)
{
	static const struct bad_text cases[] = {
		{ "10.0.0.0/8\n10.0.0.1/8\n", 0, 2, 1, "write 10.0.0.0/8" },
		{ "\n\n  nonsense", 0, 3, 3, "found 'nonsense'" },
		{ "10.0.0.0/8 192.0.2.1\n", 0, 1, 12, "found '192.0.2.1', expected one prefix" },
		{ "10.0.0.0/8, 192.0.2.1\n", 0, 1, 13, "one prefix a line" },
		{ "10.0.0.0/8;\n", 0, 1, 1, "found '10.0.0.0/8;'" },
		{ "10.0.0\0.1\n", 10, 1, 1, "found '10.0.0?.1'" },
		{ "2001:\0db8::\n", 12, 1, 1, "not an IPv6 address" },
		{ "\0\n", 2, 1, 1, "found '?'" },
		{ "\xff\xfe", 2, 1, 1, "found '\?\?'" },
		{ "10.0.0.0\r10.0.0.1\r", 0, 1, 10, "one prefix a line" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct bad_text *c = &cases[i];
		struct prefix_list l = {};
		struct err e = {};
		size_t size = c->size ? c->size : strlen(c->text);

		assert_int_equal(set_text_read("set", c->text, size, &l, &e), -EINVAL);
		assert_string_equal(e.file, "set");
		if (e.line != c->line || e.column != c->column || !strstr(e.message, c->message))
			fail_msg("case %zu: %d:%d: %s", i, e.line, e.column, e.message);
		prefix_list_release(&l);
	}
}

static void test_very_long_line(void **state)
{
	size_t size = 1 << 20;
	struct prefix_list l = {};
	struct err e;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	memset(text, '1', size);
	assert_int_equal(set_text_read("set", text, size, &l, &e), -EINVAL);
	assert_true(strlen(e.message) < 300);
	memset(text, ' ', size);
	assert_int_equal(set_text_read("set", text, size, &l, &e), 0);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_text),
		cmocka_unit_test(test_bad_text),
		cmocka_unit_test(test_very_long_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
