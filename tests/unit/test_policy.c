// SPDX-License-Identifier: GPL-2.0-only
/* Policies that are right. */
#include "unit.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/policy/policy.h"

static void parse(const char *text, struct policy *ret_policy)
{
	struct err e = {};
	int ret = policy_parse("/nonexistent/xgress.yaml", text, strlen(text), ret_policy, &e);

	if (ret < 0)
		fail_msg("%d:%d: %s", e.line, e.column, e.message);
}

static void assert_prefix(const struct prefix_list *l, size_t i, const char *expected)
{
	char buf[PREFIX_TEXT_SIZE];

	assert_true(i < l->n);
	assert_string_equal(prefix_format(&l->v[i], buf), expected);
}

static void test_smallest(void **state)
{
	struct policy p;

	(void)state;
	parse("outside: eth0\n", &p);
	assert_string_equal(p.file, "/nonexistent/xgress.yaml");
	assert_int_equal(p.outside.n, 1);
	assert_string_equal(p.outside.v[0].name, "eth0");
	assert_false(p.outside.v[0].glob);
	assert_int_equal(p.outside.v[0].path, PATH_AUTO);
	assert_int_equal(p.outside.v[0].line, 1);
	assert_int_equal(p.outside.v[0].column, 10);
	assert_int_equal(p.inside.n, 0);
	assert_int_equal(p.mode, MODE_AUTO);
	assert_int_equal(p.forward, FORWARD_AUTO);
	assert_int_equal(p.fast_over, 0);
	assert_false(p.guard.unreadable_pass);
	policy_release(&p);
}

static void test_ports(void **state)
{
	struct policy p;

	(void)state;
	parse("outside: [eth0, {dev: eth1, path: tc}]\n"
	      "inside:\n"
	      "  - lan0\n"
	      "  - { path: xdp, dev: \"tap*\" }\n"
	      "  - \"[a-c]?\"\n"
	      "mode: native\n",
	      &p);
	assert_int_equal(p.outside.n, 2);
	assert_string_equal(p.outside.v[1].name, "eth1");
	assert_int_equal(p.outside.v[1].path, PATH_TC);
	assert_int_equal(p.inside.n, 3);
	assert_false(p.inside.v[0].glob);
	assert_string_equal(p.inside.v[1].name, "tap*");
	assert_true(p.inside.v[1].glob);
	assert_int_equal(p.inside.v[1].path, PATH_XDP);
	assert_int_equal(p.inside.v[1].line, 4);
	assert_int_equal(p.inside.v[1].column, 23);
	assert_true(p.inside.v[2].glob);
	assert_int_equal(p.mode, MODE_NATIVE);
	policy_release(&p);
}

static void test_forward(void **state)
{
	struct policy p;

	(void)state;
	parse("outside: [eth0]\nforward: fast\nfast_over: [xfrm, nat]\n", &p);
	assert_int_equal(p.forward, FORWARD_FAST);
	assert_int_equal(p.forward_line, 2);
	assert_int_equal(p.forward_column, 10);
	assert_int_equal(p.fast_over, FAST_OVER_NAT | FAST_OVER_XFRM);
	policy_release(&p);
	assert_int_equal(p.ledger, LEDGER_CLOSED);
	parse("outside: [eth0]\nforward: kernel\nfast_over: nat\nledger: open\n", &p);
	assert_int_equal(p.ledger, LEDGER_OPEN);
	assert_int_equal(p.forward, FORWARD_KERNEL);
	assert_int_equal(p.fast_over, FAST_OVER_NAT);
	policy_release(&p);
}

static void test_guard(void **state)
{
	struct policy p;

	(void)state;
	/* guard stands before the sets that it names */
	parse("guard:\n"
	      "  block: [bad, 198.51.100.0/24]\n"
	      "  block_src: 0.0.0.0/0\n"
	      "  block_dst:\n"
	      "  - '::/0'\n"
	      "  - 2001:db8::1\n"
	      "  allow: bad\n"
	      "  unreadable: pass\n"
	      "sets:\n"
	      "  bad: [10.0.0.0/8, 192.0.2.1]\n"
	      "  one: 2001:db8::/32\n"
	      "outside: [a]\n",
	      &p);
	assert_int_equal(p.guard.block_src.n, 4);
	assert_prefix(&p.guard.block_src, 0, "10.0.0.0/8");
	assert_prefix(&p.guard.block_src, 1, "192.0.2.1/32");
	assert_prefix(&p.guard.block_src, 2, "198.51.100.0/24");
	assert_prefix(&p.guard.block_src, 3, "0.0.0.0/0");
	assert_int_equal(p.guard.block_dst.n, 5);
	assert_prefix(&p.guard.block_dst, 3, "::/0");
	assert_prefix(&p.guard.block_dst, 4, "2001:db8::1/128");
	assert_int_equal(p.guard.allow.n, 2);
	assert_true(p.guard.unreadable_pass);
	policy_release(&p);
}

static void test_set_named_twice_is_copied_once(void **state)
{
	struct policy p;

	(void)state;
	parse("outside: [a]\n"
	      "sets: { s: [10.0.0.0/8] }\n"
	      "guard: { block_src: [s, s], block: [s, s] }\n",
	      &p);
	assert_int_equal(p.guard.block_src.n, 1);
	assert_int_equal(p.guard.block_dst.n, 1);
	policy_release(&p);
}

static void test_empty_parts(void **state)
{
	struct policy p;

	(void)state;
	parse("\xef\xbb\xbf# a byte order mark before\n"
	      "outside: [a]\n"
	      "inside:\n"
	      "sets: {none: [], nil: }\n"
	      "guard:\n",
	      &p);
	assert_int_equal(p.inside.n, 0);
	assert_int_equal(p.guard.block_src.n, 0);
	assert_int_equal(p.outside.v[0].line, 2);
	policy_release(&p);
	parse("---\noutside: [a]\ninside: []\nguard: {block: , allow: []}\n...\n", &p);
	policy_release(&p);
	policy_release(&p);
}

static void test_relative_name_becomes_absolute(void **state)
{
	char expected[PATH_MAX + 16];
	char folder[PATH_MAX];
	struct policy p;
	struct err e;

	(void)state;
	assert_non_null(getcwd(folder, sizeof(folder)));
	snprintf(expected, sizeof(expected), "%s/new.yaml", folder);
	assert_int_equal(policy_parse("new.yaml", "outside: a", 10, &p, &e), 0);
	assert_string_equal(p.file, expected);
	policy_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_smallest),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_forward),
		cmocka_unit_test(test_guard),
		cmocka_unit_test(test_set_named_twice_is_copied_once),
		cmocka_unit_test(test_empty_parts),
		cmocka_unit_test(test_relative_name_becomes_absolute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
