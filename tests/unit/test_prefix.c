// SPDX-License-Identifier: GPL-2.0-only
/* Single prefixes, right and wrong. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "src/policy/policy.h"

struct prefix_case {
	const char *text;
	const char *expected; /* of a good one its format, of a bad one a part of why */
};

static void test_good_prefixes(void **state)
{
	static const struct prefix_case cases[] = {
		{ "192.0.2.0/24", "192.0.2.0/24" },
		{ "192.0.2.7", "192.0.2.7/32" },
		{ "0.0.0.0/0", "0.0.0.0/0" },
		{ "255.255.255.255/32", "255.255.255.255/32" },
		{ "128.0.0.0/1", "128.0.0.0/1" },
		{ "10.1.2.254/31", "10.1.2.254/31" },
		{ "2001:DB8::/32", "2001:db8::/32" },
		{ "2001:0db8:0::1", "2001:db8::1/128" },
		{ "::", "::/128" },
		{ "::/0", "::/0" },
		{ "8000::/1", "8000::/1" },
		{ "64:ff9b::192.0.2.1", "64:ff9b::c000:201/128" },
	};
	char buf[PREFIX_TEXT_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *why = "";
		struct prefix p;

		if (prefix_parse(cases[i].text, &p, &why) < 0)
			fail_msg("%s: %s", cases[i].text, why);
		assert_string_equal(prefix_format(&p, buf), cases[i].expected);
	}
}

static void test_bad_prefixes(void **state)
{
	static const struct prefix_case cases[] = {
		{ "", "not an address" },
		{ "/", "not an address" },
		{ "/8", "not an address" },
		{ "eth0", "not an address" },
		{ " 10.0.0.0/8", "not an address" },
		{ "10.0.0.0 ", "four numbers" },
		{ "10", "four numbers" },
		{ "10/8", "four numbers" },
		{ "10.0.0", "four numbers" },
		{ "10.0.0.", "four numbers" },
		{ "10.0.0.0.0", "four numbers" },
		{ "10..0.0", "four numbers" },
		{ "10.0.0.256", "four numbers" },
		{ "10.0.0.1000", "four numbers" },
		{ "010.0.0.0/8", "leading zeros" },
		{ "10.00.0.0/8", "leading zeros" },
		{ "0x0a.0.0.0", "four numbers" },
		{ "10.0.0.0/", "0 to 32" },
		{ "10.0.0.0/33", "0 to 32" },
		{ "10.0.0.0/08", "leading zeros" },
		{ "10.0.0.0/8/8", "0 to 32" },
		{ "10.0.0.0/8 ", "0 to 32" },
		{ "10.0.0.0/-1", "0 to 32" },
		{ "10.0.0.0/255.0.0.0", "0 to 32" },
		{ "10.0.0.1/8", "write 10.0.0.0/8" },
		{ "10.0.0.1/0", "write 0.0.0.0/0" },
		{ "10.0.0.255/31", "write 10.0.0.254/31" },
		{ "2001:db8::/129", "0 to 128" },
		{ "2001:db8::/", "0 to 128" },
		{ "2001:db8::/032", "leading zeros" },
		{ "2001:db8::1/32", "write 2001:db8::/32" },
		{ "2001:db8:1:1::/47", "write 2001:db8::/47" },
		{ "2001:db8:::1", "not an IPv6 address" },
		{ "2001:db8::g", "not an IPv6 address" },
		{ "[2001:db8::1]", "not an IPv6 address" },
		{ "192.0.2.1:80", "not an IPv6 address" },
		{ "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", "not an IPv6 address" },
		{ "fe80::1%eth0", "zone" },
		{ "fe80::%1/64", "zone" },
		{ "::ffff:192.0.2.1", "IPv4-mapped IPv6 address, write 192.0.2.1/32" },
		{ "::ffff:10.0.0.1/104", "write 10.0.0.0/8" },
		{ "::ffff:0:0/96", "write 0.0.0.0/0" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct prefix p = { .bits = 77 };
		const char *why = NULL;

		if (prefix_parse(cases[i].text, &p, &why) != -EINVAL)
			fail_msg("'%s' was taken", cases[i].text);
		if (!strstr(why, cases[i].expected))
			fail_msg("'%s': %s", cases[i].text, why);
		assert_int_equal(p.bits, 77);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_prefixes),
		cmocka_unit_test(test_bad_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
