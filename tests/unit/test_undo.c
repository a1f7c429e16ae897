// SPDX-License-Identifier: GPL-2.0-only
/* In a network namespace of its own; skipped where that may not be made. */
#include "unit.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/dataplane/undo.h"
#include "src/net/offload.h"
#include "src/net/qdisc.h"
#include "src/net/sysctl.h"

#define TTL "net/ipv4/ip_default_ttl"
#define LO  1 /* the first interface of every namespace */

static struct instance instance;
static char journal[128];

static int setup(void **state)
{
	(void)state;
	snprintf(instance.path, sizeof(instance.path), "/sys/fs/bpf/xgress/v0/unit%d/i", getpid());
	snprintf(journal, sizeof(journal), "/run/xgress/unit%d/i/undo", getpid());
	return 0;
}

static void own_namespace(void)
{
	if (geteuid() != 0 || unshare(CLONE_NEWNET))
		skip();
}

static void test_sysctl(void **state)
{
	char before[64], now[64];
	struct err e;

	(void)state;
	own_namespace();
	assert_int_equal(sysctl_read(TTL, before, sizeof(before)), 0);
	assert_int_equal(undo_set_sysctl(&instance, TTL, before, &e), 0);
	assert_int_not_equal(access(journal, F_OK), 0); /* nothing was changed */
	assert_int_equal(undo_set_sysctl(&instance, TTL, "33", &e), 0);
	assert_int_equal(undo_set_sysctl(&instance, TTL, "34", &e), 0);
	assert_int_equal(undo_unused(&instance, &e), 0);
	assert_int_equal(sysctl_read(TTL, now, sizeof(now)), 0);
	assert_string_equal(now, "34");
	assert_int_equal(undo_all(&instance, &e), 0);
	assert_int_equal(sysctl_read(TTL, now, sizeof(now)), 0);
	assert_string_equal(now, before);
	assert_int_not_equal(access(journal, F_OK), 0);
}

static void test_sysctls_that_are_none(void **state)
{
	char value[64];
	struct err e;

	(void)state;
	own_namespace();
	assert_int_equal(undo_set_sysctl(&instance, "net/ipv4/nothing", "1", &e), -ENOENT);
	assert_int_equal(sysctl_read("../../etc/hostname", value, sizeof(value)), -EINVAL);
	assert_int_equal(sysctl_write("/etc/hostname", "x"), -EINVAL);
}

static void test_offload(void **state)
{
	struct err e;
	bool before, now;

	(void)state;
	own_namespace();
	assert_int_equal(offload_get(LO, "rx-gro", &before), 0);
	assert_int_equal(undo_set_offload(&instance, LO, "rx-gro", !before, &e), 0);
	assert_int_equal(offload_get(LO, "rx-gro", &now), 0);
	assert_int_equal(now, !before);
	assert_int_equal(undo_all(&instance, &e), 0);
	assert_int_equal(offload_get(LO, "rx-gro", &now), 0);
	assert_int_equal(now, before);
	assert_int_equal(offload_get(LO, "no-such-thing", &now), -ENOENT);
	assert_int_equal(offload_get(4711, "rx-gro", &now), -ENODEV);
}

static void test_clsact(void **state)
{
	struct err e;
	bool has;

	(void)state;
	own_namespace();
	assert_int_equal(undo_add_clsact(&instance, LO, "lo", &e), 0);
	assert_int_equal(qdisc_has_clsact(LO, &has), 0);
	assert_true(has);
	assert_int_equal(undo_add_clsact(&instance, LO, "lo", &e), 0); /* noted once */
	assert_int_equal(undo_unused(&instance, &e), 0);
	assert_int_equal(qdisc_has_clsact(LO, &has), 0);
	assert_false(has);
	assert_int_not_equal(access(journal, F_OK), 0);
	assert_int_equal(undo_add_clsact(&instance, 4711, "gone0", &e), -ENODEV);
	assert_int_equal(undo_all(&instance, &e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sysctl),
		cmocka_unit_test(test_sysctls_that_are_none),
		cmocka_unit_test(test_offload),
		cmocka_unit_test(test_clsact),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
