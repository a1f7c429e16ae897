// SPDX-License-Identifier: GPL-2.0-only
/* From a policy and interfaces to hooks: which is taken where, and what is refused. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "src/dataplane/plan.h"
#include "src/dataplane/tc.h"

/* A kernel with tcx. */
enum xg_hook tc_hook_kind(bool egress)
{
	return egress ? XG_HOOK_TCX_EGRESS : XG_HOOK_TCX_INGRESS;
}

static struct link interfaces[] = {
	{ .name = "eth0",
	  .ifindex = 2,
	  .ethernet = true,
	  .features_known = true,
	  .features = LINK_XDP_BASIC },
	{ .name = "old0", .ifindex = 3, .ethernet = true, .features_known = true, .driver = "old" },
	{ .name = "lan0",
	  .ifindex = 4,
	  .ethernet = true,
	  .features_known = true,
	  .features = LINK_XDP_BASIC,
	  .kind = "veth" },
	{ .name = "tap0",
	  .ifindex = 5,
	  .ethernet = true,
	  .features_known = true,
	  .features = LINK_XDP_BASIC,
	  .kind = "tun" },
	{ .name = "port0",
	  .ifindex = 6,
	  .ethernet = true,
	  .features_known = true,
	  .features = LINK_XDP_BASIC,
	  .master_kind = "bridge" },
	{ .name = "lo", .ifindex = 1 },
};

static const struct link_list links = { interfaces, sizeof(interfaces) / sizeof(interfaces[0]), 0 };

static int plan_of(const char *text, struct plan *ret_plan, struct err *e)
{
	struct policy policy;
	int r;

	assert_int_equal(policy_parse("p.yaml", text, strlen(text), &policy, e), 0);
	r = plan_make(&policy, &links, false, ret_plan, e);
	policy_release(&policy);
	return r;
}

static void assert_refused(const char *text, int line, int column, const char *message)
{
	struct plan plan;
	struct err e = {};

	assert_int_equal(plan_of(text, &plan, &e), -EINVAL);
	if (e.line != line || e.column != column || !strstr(e.message, message))
		fail_msg("%s\n-> %d:%d: %s", text, e.line, e.column, e.message);
}

/* The ingress hook of one inside interface. */
static enum xg_hook ingress(const char *rest, const char *dev, bool *ret_generic)
{
	enum xg_hook hook = XG_HOOK_NONE;
	struct plan plan;
	struct err e = {};
	char text[256];

	snprintf(text, sizeof(text), "outside: [{dev: eth0, path: tc}]\ninside: [%s]\n%s", dev,
		 rest);
	if (plan_of(text, &plan, &e))
		fail_msg("%s\n-> %s", text, e.message);
	for (size_t i = 0; i < plan.n; i++) {
		if (plan.v[i].outside)
			continue;
		hook = plan.v[i].hook;
		*ret_generic = plan.v[i].generic;
	}
	plan_release(&plan);
	return hook;
}

static void test_path_auto_takes_tcx_where_a_local_stack_sends(void **state)
{
	static const char *const stacks[] = { "lan0", "tap0", "port0" };
	bool generic;

	(void)state;
	assert_int_equal(ingress("", "old0", &generic), XG_HOOK_TCX_INGRESS);
	for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++) {
		assert_int_equal(ingress("", stacks[i], &generic), XG_HOOK_TCX_INGRESS);
		assert_int_equal(ingress("mode: native\n", stacks[i], &generic), XG_HOOK_XDP);
		assert_false(generic);
		assert_int_equal(ingress("mode: generic\n", stacks[i], &generic), XG_HOOK_XDP);
		assert_true(generic);
	}
	assert_int_equal(ingress("mode: generic\n", "old0", &generic), XG_HOOK_XDP);
	assert_int_equal(ingress("mode: native\n", "{dev: lan0, path: tc}", &generic),
			 XG_HOOK_TCX_INGRESS);
}

static void test_something_must_be_outside(void **state)
{
	struct plan plan;
	struct err e;

	(void)state;
	assert_refused("inside: [lan0]\noutside: ['nope*']\n", 2, 11,
		       "outside: no interface matches 'nope*'");
	assert_refused("outside: ['nope*']\n", 1, 11, "no interface matches");
	assert_int_equal(plan_of("outside: ['nope*', 'eth*']\n", &plan, &e), 0);
	assert_int_equal(plan.n, 2);
	plan_release(&plan);
}

static void test_interfaces_that_cannot_be_taken(void **state)
{
	(void)state;
	assert_refused("outside: [nope0]\n", 1, 11, "no interface 'nope0'");
	assert_refused("outside: [eth0]\ninside: [lo]\n", 2, 10, "not an Ethernet interface");
	assert_refused("outside: [eth0]\ninside: [{dev: old0, path: xdp}]\n", 2, 16,
		       "'old0' (driver old) has no native XDP, and the policy says path: xdp");
	assert_refused("outside: [eth0]\ninside: [old0]\nmode: native\n", 2, 10,
		       "has no native XDP, and the policy says mode: native");
	assert_refused("outside: [eth0]\ninside: ['old*']\nmode: native\n", 2, 10,
		       "'old0' (driver old) has no native XDP");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path_auto_takes_tcx_where_a_local_stack_sends),
		cmocka_unit_test(test_something_must_be_outside),
		cmocka_unit_test(test_interfaces_that_cannot_be_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
