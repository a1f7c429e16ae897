// SPDX-License-Identifier: GPL-2.0-only
/* Policies that are wrong: what each is, and the place and words of its error. */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/policy/policy.h"

struct bad {
	const char *text;
	int line;
	int column;
	const char *message;
};

static void check(const char *text, size_t size, const struct bad *expected)
{
	struct policy p;
	struct err e = {};
	int ret = policy_parse("p.yaml", text, size, &p, &e);

	if (ret != -EINVAL)
		fail_msg("%s: returned %d", expected->text, ret);
	assert_string_equal(e.file, "p.yaml");
	if (e.line != expected->line || e.column != expected->column ||
	    !strstr(e.message, expected->message))
		fail_msg("%s\n-> %d:%d: %s\nexpected %d:%d: %s", expected->text, e.line, e.column,
			 e.message, expected->line, expected->column, expected->message);
}

static void check_all(const struct bad *cases, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		check(cases[i].text, strlen(cases[i].text), &cases[i]);
}

#define CHECK_ALL(cases) check_all(cases, sizeof(cases) / sizeof((cases)[0]))

static void test_yaml(void **state)
{
	static const struct bad cases[] = {
		{ "", 1, 1, "the policy is empty" },
		{ "# only a comment\n", 1, 1, "the policy is empty" },
		{ "---\n...\n", 1, 1, "the policy is empty" },
		{ "outside: [a\n", 2, 1, "not valid YAML" },
		{ "outside: [a]\n\tmode: auto\n", 2, 1, "indent with spaces" },
		{ "outside: a\n b: c\n", 2, 3, "mapping values are not allowed" },
		{ "outside: *x\n", 1, 10, "aliases" },
		{ "outside: &x a\n", 1, 10, "anchors" },
		{ "outside: &x [a]\n", 1, 10, "anchors" },
		{ "&x outside: [a]\n", 1, 1, "anchors" },
		{ "outside: !!str a\n", 1, 10, "tags" },
		{ "outside: !!seq [a]\n", 1, 10, "tags" },
		{ "guard: !x {}\n", 1, 8, "tags" },
		{ "outside: [a]\n<<: {mode: auto}\n", 2, 1, "merge keys" },
		{ "outside: [a]\n---\noutside: [b]\n", 2, 1, "a second document" },
		{ "outside: [a]\noutside: [b]\n", 2, 1,
		  "outside: found the key twice, first in line 1" },
		{ "guard:\n  allow: []\n  block: []\n  allow: []\n", 4, 3,
		  "guard.allow: found the key twice, first in line 2" },
		{ "? [a]\n: b\n", 1, 3, "a key must be a word" },
		{ "? {a: b}\n: b\n", 1, 3, "a key must be a word" },
		{ "outside: [a]\nguard: {block: [::1]}\n", 2, 17, "begins with ':' needs quotes" },
		{ "outside: [a]\nguard: {block: [2001:db8::]}\n", 2, 26,
		  "ends with ':' needs quotes" },
		{ "outside: [\"a\\0b\"]\n", 1, 11, "NUL" },
		{ "outside: [a]\nmode: \xc3\n", 2, 8, "UTF-8" },
		{ "# \xc3\xa4\xc3\xb6\xff\n", 1, 5, "UTF-8" },
		{ "\xff\xfeo\n", 1, 1, "UTF-8" },
		{ "mode: \x01\n", 1, 7, "control characters" },
		{ "outside: [a] # x\xc2\x85inside: [b]\n", 1, 17, "found U+0085" },
		{ "# \xc3\xa4\n# x\xe2\x80\xa8outside: [b]\n", 2, 4, "found U+2028" },
		{ "# x\xe2\x80\xa9outside: [b]\n", 1, 4, "found U+2029" },
		{ "# x\routside: [b]\r\n", 1, 4, "a carriage return without a newline" },
		{ "# x\r", 1, 4, "a carriage return without a newline" },
		{ "a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n", 1, 19,
		  "nested too deeply" },
	};

	(void)state;
	CHECK_ALL(cases);
}

static void test_nul_byte(void **state)
{
	static const char text[] = "outside: [a]\nmode: \0auto\n";
	static const struct bad expected = { "a NUL byte", 2, 7, "found a NUL byte" };

	(void)state;
	check(text, sizeof(text) - 1, &expected);
}

static void test_keys(void **state)
{
	static const struct bad cases[] = {
		{ "outsid: [a]\n", 1, 1,
		  "outsid: unknown key, did you mean 'outside'? expected one of outside, inside, "
		  "mode, forward, fast_over, ledger, sets or guard" },
		{ "outside: [a]\nlimit: 1\n", 2, 1,
		  "limit: unknown key, expected one of outside, " },
		{ "outside: [a]\nforward: slow\n", 2, 10,
		  "forward: found 'slow', expected auto, fast or kernel" },
		{ "outside: [a]\nledger: shut\n", 2, 9,
		  "ledger: found 'shut', expected closed or open" },
		{ "outside: [a]\nfast_over: [nat, ipsec]\n", 2, 18,
		  "fast_over: found 'ipsec', expected nat or xfrm" },
		{ "outside: [a]\nguard:\n  anti_spoof: strict\n", 3, 3,
		  "guard.anti_spoof: unknown key, expected one of block, block_src, block_dst, "
		  "allow or unreadable" },
		{ "outside: [a]\nguard:\n  blok: x\n", 3, 3,
		  "guard.blok: unknown key, did you mean 'block'?" },
		{ "mode: auto\n", 1, 1, "outside: the key is missing, expected at least one" },
		{ "[outside]\n", 1, 1, "found a list, expected a mapping with the keys outside, " },
		{ "outside\n", 1, 1,
		  "found 'outside', expected a mapping with the keys outside, " },
		{ "outside: [a]\nmode: fast\n", 2, 7,
		  "mode: found 'fast', expected auto, native, generic or offload" },
		{ "outside: [a]\nmode: offload\n", 2, 7, "mode: offload is not implemented yet" },
		{ "outside: [a]\nmode:\n", 2, 6, "mode: found nothing, expected auto, " },
		{ "outside: [a]\nmode: [auto]\n", 2, 7, "mode: found a list, expected auto, " },
		{ "outside: [a]\nguard: [block]\n", 2, 8,
		  "guard: found a list, expected a mapping" },
		{ "outside: [a]\nguard:\n  unreadable: dorp\n", 3, 15,
		  "guard.unreadable: found 'dorp', expected drop or pass" },
		{ "outside: [a]\nguard: {unreadable: {}}\n", 2, 21,
		  "guard.unreadable: found a mapping, expected drop or pass" },
		{ "outside: [a]\nmode: \"a\\nb\\e\"\n", 2, 7, "mode: found 'a?b?', expected" },
		{ "a\xc3\xa4: {x: [b]}\nc: [d]\n", 1, 1, "a??: unknown key" },
		{ "ä: 1\n\"ä\": 2\n", 2, 1, "found the key twice" },
	};

	(void)state;
	CHECK_ALL(cases);
}

static void test_ports(void **state)
{
	static const struct bad cases[] = {
		{ "outside:\n", 1, 9, "outside: found nothing, expected at least one interface" },
		{ "outside: []\n", 1, 10, "outside: found an empty list, expected at least one" },
		{ "outside: [a, ~]\n", 1, 14, "outside: found nothing, expected the name of an" },
		{ "outside: [[a]]\n", 1, 11, "outside: found a list, expected the name" },
		{ "outside: ['']\n", 1, 11, "it is empty" },
		{ "outside: [sixteen-charact_]\n", 1, 11, "it is too long" },
		{ "outside: ['123456789012345678901234567890*2']\n", 1, 11, "it is too long" },
		{ "outside: [a/b]\n", 1, 11, "it holds '/' or ':'" },
		{ "outside: [a b]\n", 1, 11, "it holds a blank" },
		{ "outside: [..]\n", 1, 11, "it is a folder" },
		{ "outside: [a, a]\n", 1, 14, "outside: found 'a' twice, first in line 1" },
		{ "outside: [a]\ninside:\n  - b\n  - a\n", 4, 5,
		  "inside: found 'a' twice, first in line 1 under 'outside'" },
		{ "outside: [a]\ninside:\n  - b\n  - {dev: b}\n", 4, 5,
		  "inside: found 'b' twice, first in line 3 under 'inside'" },
		{ "outside: [{dev: a, path: fast}]\n", 1, 26,
		  "outside.path: found 'fast', expected auto, xdp or tc" },
		{ "outside: [{path: xdp}]\n", 1, 11, "outside.dev: the key is missing" },
		{ "outside: [{dve: a}]\n", 1, 12, "outside.dve: unknown key, did you mean 'dev'?" },
		{ "outside: {dev: [a]}\n", 1, 16, "outside.dev: found a list" },
		{ "outside: tap*\ninside: *\n", 2, 10, "a glob that begins with '*' needs quotes" },
		{ "outside: [a]\ninside: [*b]\n", 2, 10,
		  "a glob that begins with '*' needs quotes" },
	};

	(void)state;
	CHECK_ALL(cases);
}

#define HEAD "outside: [a]\n"

static void test_sets(void **state)
{
	static const struct bad cases[] = {
		{ HEAD "sets: [a]\n", 2, 7, "sets: found a list, expected a mapping of names" },
		{ HEAD "sets: {10.0.0.0/8: []}\n", 2, 8,
		  "sets: found '10.0.0.0/8', expected the name of a set" },
		{ HEAD "sets:\n  s: [10.0.0.1/8]\n", 3, 7,
		  "sets.s: found '10.0.0.1/8', expected a prefix: bits are set past the prefix "
		  "length, write 10.0.0.0/8" },
		{ HEAD "sets:\n  s: [10.0.0.0/8, other]\n", 3, 19, "sets.s: found 'other'" },
		{ HEAD "sets:\n  s: [[10.0.0.0/8]]\n", 3, 7, "sets.s: found a list" },
		{ HEAD "sets:\n  s: [{file: x}]\n", 3, 7, "sets.s: found a mapping" },
		{ HEAD "sets:\n  s: {fiel: x}\n", 3, 7, "sets.s.fiel: unknown key, did you mean" },
		{ HEAD "sets:\n  s: {}\n", 3, 6, "sets.s.file: the key is missing" },
		{ HEAD "sets:\n  s: {file: }\n", 3, 13, "sets.s.file: found nothing" },
		{ HEAD "sets:\n  s: {file: \"a\\nb\"}\n", 3, 13,
		  "sets.s.file: found 'a?b', expected the path of a set file" },
		{ HEAD "sets:\n  s: {file: [x]}\n", 3, 13, "sets.s.file: found a list" },
		{ HEAD "guard: {block: [abusrs]}\nsets: {abusers: []}\n", 2, 17,
		  "guard.block: found 'abusrs', expected a prefix or the name of a set: 'sets' has "
		  "no such name, did you mean 'abusers'?" },
		{ HEAD "guard: {allow: nobody}\n", 2, 16, "'sets' has no such name" },
		{ HEAD "guard: {allow: [10.0.0.0/33]}\n", 2, 17,
		  "guard.allow: found '10.0.0.0/33', expected a prefix or the name of a set: the "
		  "prefix length must be 0 to 32" },
		{ HEAD "guard: {block_src: [{}]}\n", 2, 21, "guard.block_src: found a mapping" },
		{ HEAD "guard: {block_dst: [[]]}\n", 2, 21,
		  "guard.block_dst: found an empty list" },
		{ HEAD "guard:\n  block:\n  - ~\n", 4, 5, "guard.block: found nothing" },
	};

	(void)state;
	CHECK_ALL(cases);
}

static void test_long_words_are_cut(void **state)
{
	struct bad expected = { "a long word", 1, 7, "...', expected auto" };
	size_t size = 100000;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	memcpy(text, "mode: ", 6);
	memcpy(text + size - 14, "\noutside: [a]\n", 14);
	check(text, size, &expected);
	memset(text, 'k', size);
	memcpy(text + size - 14, ":\noutside: [a]", 14);
	expected = (struct bad){ "a long key", 1, 99987, "not valid YAML" };
	check(text, size, &expected);
	free(text);
}

/* Each of these once was the slow or the deep case of some YAML reader. */
static void test_hostile_sizes(void **state)
{
	static const char *const patterns[] = {
		"[", "{", "a: ", "- ", "[a,", "{a: {", "? ", "a,",
	};
	size_t size = 1 << 20;
	char *text = malloc(size);
	size_t i, at;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		size_t length = strlen(patterns[i]);
		struct policy p;
		struct err e;

		for (at = 0; at < size; at++)
			text[at] = patterns[i][at % length];
		assert_int_equal(policy_parse("p.yaml", text, size, &p, &e), -EINVAL);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yaml),          cmocka_unit_test(test_nul_byte),
		cmocka_unit_test(test_keys),          cmocka_unit_test(test_ports),
		cmocka_unit_test(test_sets),          cmocka_unit_test(test_long_words_are_cut),
		cmocka_unit_test(test_hostile_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
