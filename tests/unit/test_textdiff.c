// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/util/textdiff.h"

static void collect(char sign, const char *text, void *data)
{
	char *all = data;

	snprintf(all + strlen(all), 4096 - strlen(all), "%c%s\n", sign, text);
}

struct diff_case {
	const char *before, *after, *expected;
};

static void test_lines(void **state)
{
	static const struct diff_case cases[] = {
		{ "", "", "" },
		{ "a\nb\n", "a\nb\n", "" },
		{ "a\nb", "a\nb\n", "" }, /* the last line's end is no line */
		{ "", "a\nb\n", "+a\n+b\n" },
		{ "a\nb\n", "", "-a\n-b\n" },
		{ "a\nb\nc\n", "a\nc\n", "-b\n" },
		{ "a\nc\n", "a\nb\nc\n", "+b\n" },
		{ "a\nb\nc\nd\n", "a\nx\nc\ny\n", "-b\n+x\n-d\n+y\n" },
		{ "a\na\na\n", "a\na\n", "-a\n" },
		{ "1\n2\n3\n4\n", "2\n3\n4\n5\n", "-1\n+5\n" },
		{ "\n\n", "\n", "-\n" },
	};
	char told[4096];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		told[0] = 0;
		assert_int_equal(textdiff(cases[i].before, cases[i].after, collect, told), 0);
		assert_string_equal(told, cases[i].expected);
	}
}

static void count(char sign, const char *text, void *data)
{
	size_t *n = data;

	(void)text;
	n[sign == '+']++;
}

static void test_texts_too_long_for_a_table(void **state)
{
	size_t n[2] = { 0 }, i, size = 0;
	char *before = malloc(200000), *after = malloc(200000);

	(void)state;
	for (i = 0; i < 5000; i++)
		size += snprintf(before + size, 200000 - size, "line %zu\n", i);
	snprintf(after, 200000, "%s", before);
	before[0] = after[size - 2] = 'X';
	assert_int_equal(textdiff(before, after, count, n), 0);
	assert_int_equal(n[0], 5000);
	assert_int_equal(n[1], 5000);
	free(before);
	free(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_texts_too_long_for_a_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
