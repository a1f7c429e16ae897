// SPDX-License-Identifier: GPL-2.0-only
/* What `probe` advises for NICs that no test machine has: facts in, notes out. */
#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/dataplane/plan.h"
#include "src/probe/interface.h"

/* Only the words matter here; plan.c has the real ones. */
const char *plan_stack_path_reason(const struct link *l)
{
	return l->master_kind[0] ? "a bridge port" : NULL;
}

static struct interface_facts nic(const char *driver, uint64_t features)
{
	struct interface_facts f = { 0 };

	snprintf(f.link.name, sizeof(f.link.name), "eth7");
	snprintf(f.link.driver, sizeof(f.link.driver), "%s", driver);
	f.link.ethernet = true;
	f.link.mtu = 1500;
	f.link.features_known = true;
	f.link.features = features;
	f.native = features & LINK_XDP_BASIC ? PROBE_YES : PROBE_NO;
	f.target = features & LINK_XDP_NDO_XMIT ? PROBE_YES : PROBE_NO;
	return f;
}

static void set_feature(struct interface_facts *f, const char *name, bool fixed)
{
	unsigned int i = f->ethtool.n_features++;

	snprintf(f->ethtool.names[i], sizeof(f->ethtool.names[i]), "%s", name);
	f->ethtool.features[i] =
		(struct ethtool_feature){ .known = true, .on = true, .fixed = fixed };
}

static bool advises(struct interface_facts *f, const char *words)
{
	unsigned int i;

	if (!f->n_notes)
		interface_advise(f);
	for (i = 0; i < f->n_notes; i++) {
		if (strstr(f->notes[i], words))
			return true;
	}
	return false;
}

static void test_nothing_to_say(void **state)
{
	struct interface_facts f = nic("ice", LINK_XDP_BASIC | LINK_XDP_NDO_XMIT);

	(void)state;
	interface_advise(&f);
	assert_int_equal(f.n_notes, 0);
}

static void test_target_wants_a_program(void **state)
{
	struct interface_facts known = nic("ice", LINK_XDP_BASIC);
	struct interface_facts unknown = nic("newnic", LINK_XDP_BASIC);
	struct interface_facts without = nic("bridge", 0);

	(void)state;
	assert_true(advises(&known, "only while an XDP program is attached"));
	assert_true(advises(&unknown, "some drivers do once"));
	assert_true(advises(&without, "goes by the kernel"));
	assert_true(advises(&without, "has no native XDP"));
}

static void test_half_of_the_queues(void **state)
{
	struct interface_facts f = nic("ena", LINK_XDP_BASIC | LINK_XDP_NDO_XMIT);
	struct interface_facts half = f;

	(void)state;
	f.ethtool.queues = (struct ethtool_queues){ .combined = 8, .max_combined = 8 };
	half.ethtool.queues = (struct ethtool_queues){ .combined = 4, .max_combined = 8 };
	assert_true(advises(&f, "`ethtool -L eth7 combined 4`"));
	assert_false(advises(&half, "ethtool -L"));
}

static void test_spare_queues_of_virtio(void **state)
{
	unsigned int cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct interface_facts f = nic("virtio_net", LINK_XDP_BASIC | LINK_XDP_NDO_XMIT);
	struct interface_facts small = f, good = f;
	char command[64];

	(void)state;
	f.ethtool.queues =
		(struct ethtool_queues){ .combined = cpus + 1, .max_combined = 2 * cpus };
	small.ethtool.queues = (struct ethtool_queues){ .combined = 1, .max_combined = 1 };
	good.ethtool.queues = (struct ethtool_queues){ .combined = cpus, .max_combined = 2 * cpus };
	snprintf(command, sizeof(command), "`ethtool -L eth7 combined %u`", cpus);
	assert_true(advises(&f, command));
	snprintf(command, sizeof(command), "queues=%u", 2 * cpus);
	assert_true(advises(&small, command));
	assert_false(advises(&good, "queues"));
}

static void test_queues_apart(void **state)
{
	struct interface_facts f = nic("bnxt_en", LINK_XDP_BASIC | LINK_XDP_NDO_XMIT);

	(void)state;
	f.ethtool.queues = (struct ethtool_queues){ .rx = 4, .tx = 4, .max_combined = 8 };
	assert_true(advises(&f, "`ethtool -L eth7 rx 0 tx 0 combined 4`"));
}

static void test_offloads_that_hide_frames(void **state)
{
	struct interface_facts f = nic("mlx5_core", LINK_XDP_BASIC);
	struct interface_facts fixed = f;

	(void)state;
	set_feature(&f, "rx-lro", false);
	set_feature(&f, "rx-gro-hw", false);
	set_feature(&f, "rx-vlan-hw-parse", false);
	set_feature(&fixed, "rx-vlan-hw-parse", true);
	assert_true(advises(&f, "`ethtool -K eth7 rx-lro off`"));
	assert_true(advises(&f, "`ethtool -K eth7 rx-gro-hw off`"));
	assert_true(advises(&f, "`ethtool -K eth7 rx-vlan-hw-parse off`"));
	assert_true(advises(&f, "no redirected frames while LRO"));
	assert_true(advises(&fixed, "does not let it be turned off"));
	assert_false(advises(&fixed, "ethtool -K"));
}

static void test_mtu_of_one_page(void **state)
{
	struct interface_facts f = nic("ixgbe", LINK_XDP_BASIC | LINK_XDP_NDO_XMIT);
	struct interface_facts sg =
		nic("ixgbe", LINK_XDP_BASIC | LINK_XDP_NDO_XMIT | LINK_XDP_RX_SG);

	(void)state;
	f.link.mtu = sg.link.mtu = 9000;
	assert_true(advises(&f, "`ip link set dev eth7 mtu 1500`"));
	assert_false(advises(&sg, "MTU"));
}

static void test_kernel_that_does_not_tell(void **state)
{
	struct interface_facts f = nic("ice", 0);

	(void)state;
	f.link.features_known = false;
	f.native = f.target = f.zerocopy = PROBE_UNKNOWN;
	assert_true(advises(&f, "`xgress probe eth7` tries it"));
}

static void test_veth_with_its_end_elsewhere(void **state)
{
	struct interface_facts f = nic("veth", LINK_XDP_BASIC), old;

	(void)state;
	snprintf(f.link.kind, sizeof(f.link.kind), "veth");
	set_feature(&f, "rx-vlan-hw-parse", false);
	old = f;
	old.link.features_known = false;
	old.target = PROBE_UNKNOWN;
	assert_true(advises(&f, "`ethtool -K PEER gro on` (PEER is the other end"));
	assert_false(advises(&f, "txvlan"));
	assert_true(advises(&old, "which this kernel does not tell: `ethtool -K PEER gro on`"));
	assert_true(advises(&old, "`ethtool -K PEER txvlan off`"));
}

static void test_host_that_merges(void **state)
{
	struct interface_facts f = nic("virtio_net", LINK_XDP_BASIC);

	(void)state;
	f.ethtool.queues = (struct ethtool_queues){ .combined = 1, .max_combined = 4096 };
	set_feature(&f, "rx-gro-hw", false);
	assert_true(advises(&f, "only while an XDP program"));
	assert_false(advises(&f, "rx-gro-hw")); /* the driver turns it off by itself */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_to_say),
		cmocka_unit_test(test_target_wants_a_program),
		cmocka_unit_test(test_half_of_the_queues),
		cmocka_unit_test(test_spare_queues_of_virtio),
		cmocka_unit_test(test_queues_apart),
		cmocka_unit_test(test_offloads_that_hide_frames),
		cmocka_unit_test(test_host_that_merges),
		cmocka_unit_test(test_mtu_of_one_page),
		cmocka_unit_test(test_kernel_that_does_not_tell),
		cmocka_unit_test(test_veth_with_its_end_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
