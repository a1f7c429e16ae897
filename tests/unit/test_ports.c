// SPDX-License-Identifier: GPL-2.0-only
/* No two interfaces share a place, whatever their numbers are. */
#include "unit.h"

#include <stdlib.h>

#include "src/dataplane/ports.h"

#define MANY 1024 /* more than an instance can count */

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(__u32));
}

static void check(const unsigned int *ifindexes, size_t n, unsigned int size_most)
{
	__u32 place[MANY] = { 0 };
	struct port_places p;
	size_t i;

	assert_int_equal(ports_place(ifindexes, n, &p), 0);
	assert_true(p.size >= n && p.size <= size_most);
	for (i = 0; i < n; i++) {
		place[i] = xg_port_place(ifindexes[i], p.hash, p.shift);
		assert_true(place[i] < p.size);
	}
	qsort(place, n, sizeof(*place), compare);
	for (i = 1; i < n; i++)
		assert_int_not_equal(place[i - 1], place[i]);
}

/* What a mask of low bits cannot tell apart. */
static void test_equal_low_bits(void **state)
{
	const unsigned int ifindexes[] = { 100, 100 + 65536, 100 + 131072, 0x7fff0064 };

	(void)state;
	check(ifindexes, 4, 16);
}

static void test_dense_numbers_take_little_room(void **state)
{
	unsigned int ifindexes[MANY], i;

	(void)state;
	for (i = 0; i < MANY; i++)
		ifindexes[i] = i + 1;
	check(ifindexes, 2, 4);
	check(ifindexes, MANY, 4 * MANY);
}

static void test_many_scattered(void **state)
{
	unsigned int ifindexes[MANY], i;

	(void)state;
	srand(1);
	for (i = 0; i < MANY; i++)
		ifindexes[i] = i * 65536U + rand() % 65536 + 1;
	check(ifindexes, MANY, 1 << 20);
}

static void test_one_number_twice_is_one(void **state)
{
	const unsigned int ifindexes[] = { 7, 7 };
	struct port_places p;

	(void)state;
	assert_int_equal(ports_place(ifindexes, 2, &p), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal_low_bits),
		cmocka_unit_test(test_dense_numbers_take_little_room),
		cmocka_unit_test(test_many_scattered),
		cmocka_unit_test(test_one_number_twice_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
