// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random prefix sets, built by the program's code and asked by the guard's: the answers are
 * compared with a search through the list, at every edge of every prefix and at random.
 */
#include "unit.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/stages/prefix.h"
#include "src/dataplane/prefix4.h"
#include "src/dataplane/prefix6.h"
#include "src/dataplane/prefix_find.h"

#define ROUNDS   60
#define PREFIXES 200
#define RANDOM   200
#define SEED     20261124
#define ARRAY4   (XG_PREFIX_TABLES * (size_t)XG_PREFIX4_BLOCKS)

static uint64_t seed;

/* xorshift64 (Marsaglia, 2003): the same sets on every machine. */
static uint64_t dice(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Few high bits vary, so that prefixes meet, nest and touch. */
static void dice_address(uint8_t address[16], bool v6)
{
	size_t i, n = v6 ? 16 : 4;

	for (i = 0; i < n; i++)
		address[i] = dice() % 3 ? dice() % 2 * 0xff : dice();
	if (v6)
		address[0] = 0x20;
	else
		address[0] = dice() % 2 ? 10 : dice();
}

static void mask(struct prefix *p)
{
	size_t bit, bits = p->v6 ? 128 : 32;

	for (bit = p->bits; bit < bits; bit++)
		p->addr[bit / 8] &= ~(0x80 >> bit % 8);
}

static struct prefix dice_prefix(bool v6)
{
	struct prefix p = { .v6 = v6 };

	dice_address(p.addr, v6);
	if (v6)
		p.bits = dice() % 3 ? 40 + dice() % 89 : 60 + dice() % 9;
	else
		p.bits = dice() % 4 ? 15 + dice() % 18 : 32;
	mask(&p);
	return p;
}

static bool in_prefix(const struct prefix *p, const uint8_t *address)
{
	size_t whole = p->bits / 8, rest = p->bits % 8;

	if (memcmp(p->addr, address, whole))
		return false;
	return !rest || (p->addr[whole] ^ address[whole]) >> (8 - rest) == 0;
}

static bool in_list(const struct prefix_list *l, const uint8_t *address, bool v6)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (l->v[i].v6 == v6 && in_prefix(&l->v[i], address))
			return true;
	}
	return false;
}

/* The first address of a prefix, its last, and their neighbours outside. */
static void edge(const struct prefix *p, int which, uint8_t address[16])
{
	size_t bytes = p->v6 ? 16 : 4, i;
	int step = which & 1 ? 1 : 0;

	memcpy(address, p->addr, bytes);
	for (i = p->bits; which & 2 && i < bytes * 8; i++)
		address[i / 8] |= 0x80 >> i % 8;
	for (i = bytes; step && i-- > 0;) {
		address[i] += which & 2 ? 1 : -1;
		if (address[i] != (which & 2 ? 0 : 0xff))
			break;
	}
}

struct asked {
	const struct prefix_list *list;
	__u32 table;
	bool v6;
	struct prefix4_set *set4; /* what the table was filled from */
	struct prefix6_set *set6;
	struct prefix_memory memory;
};

/* The range that holds an address: the same from memory and from the set, and all of it is in. */
static void ask_range(const struct asked *a, const uint8_t address[16], bool is)
{
	struct prefix_range found = { 0 }, wanted = { 0 };
	char text[PREFIX_RANGE_TEXT];

	assert_int_equal(prefix_find(&a->memory, a->table, a->v6, address, &found), is);
	if (a->v6)
		assert_int_equal(prefix6_find(a->set6, address, &wanted), is);
	else
		assert_int_equal(prefix4_find(a->set4, address, &wanted), is);
	if (!is)
		return;
	assert_memory_equal(&found, &wanted, sizeof(found));
	assert_true(memcmp(found.first, address, 16) <= 0 && memcmp(found.last, address, 16) >= 0);
	assert_true(in_list(a->list, found.first, a->v6) && in_list(a->list, found.last, a->v6));
	assert_non_null(strpbrk(prefix_range_format(&found, a->v6, text), "/-"));
}

static void ask(const struct asked *a, const uint8_t address[16])
{
	char text[INET6_ADDRSTRLEN];
	__be32 word[4];
	bool is;

	memcpy(word, address, sizeof(word));
	is = a->v6 ? prefix6_has(a->table, word) : prefix4_has(a->table, word[0]);
	if (is != in_list(a->list, address, a->v6))
		fail_msg("%s: %d",
			 inet_ntop(a->v6 ? AF_INET6 : AF_INET, address, text, sizeof(text)), is);
	memset(word, 0, sizeof(word));
	memcpy(word, address, a->v6 ? 16 : 4);
	ask_range(a, (uint8_t *)word, is);
}

static void ask_all(const struct asked *a)
{
	uint8_t address[16] = { 0 };
	size_t i;
	int which;

	for (i = 0; i < a->list->n; i++) {
		for (which = 0; which < 4; which++) {
			edge(&a->list->v[i], which, address);
			ask(a, address);
		}
	}
	for (i = 0; i < RANDOM; i++) {
		dice_address(address, a->v6);
		ask(a, address);
	}
	memset(address, 0xff, sizeof(address));
	ask(a, address);
	memset(address, 0, sizeof(address));
	ask(a, address);
}

static void fill_list(struct prefix_list *l, struct prefix *room, bool v6)
{
	size_t i;

	l->v = room;
	l->n = dice() % PREFIXES;
	for (i = 0; i < l->n; i++)
		room[i] = dice_prefix(v6);
}

/* Several tables lie in one map, one behind the other. */
static void test_ip4(void **state)
{
	struct xg_prefix4_block *blocks = calloc(ARRAY4, sizeof(*blocks));
	struct xg_prefix4_leaf *leafs = calloc(PREFIXES * XG_PREFIX_TABLES, sizeof(*leafs));
	struct prefix room[PREFIXES];
	struct prefix_list list = { 0 };
	size_t round, leaf = 0;

	(void)state;
	host_map_set(&prefix4_index, blocks, ARRAY4);
	host_map_set(&prefix4_leaf, leafs, PREFIXES * XG_PREFIX_TABLES);
	for (round = 0; round < ROUNDS; round++) {
		struct prefix4_set set;
		struct asked a = { &list, round % XG_PREFIX_TABLES, false, .set4 = &set,
				   .memory = { .index = blocks, .leaf = leafs } };

		if (!a.table) {
			memset(blocks, 0, ARRAY4 * sizeof(*blocks));
			memset(leafs, 0, PREFIXES * XG_PREFIX_TABLES * sizeof(*leafs));
			leaf = 0;
		}
		fill_list(&list, room, false);
		assert_int_equal(prefix4_make(&list, &set), 0);
		prefix4_fill(&set, blocks + a.table * XG_PREFIX4_BLOCKS, leafs, leaf);
		leaf += set.leafs;
		ask_all(&a);
		prefix4_release(&set);
	}
	free(blocks);
	free(leafs);
}

struct room6 {
	struct xg_prefix6_tree tree[XG_PREFIX_TABLES];
	struct xg_prefix6_node node[PREFIXES * XG_PREFIX_TABLES * 2];
	struct xg_prefix6_range range[PREFIXES * XG_PREFIX_TABLES * 2];
	struct xg_prefix6_host host[PREFIXES * XG_PREFIX_TABLES];
};

static struct prefix_memory memory_of(const struct room6 *r)
{
	return (struct prefix_memory){
		.tree = r->tree, .node = r->node, .range = r->range, .host = r->host
	};
}

static void map_room6(struct room6 *r)
{
	memset(r, 0, sizeof(*r));
	host_map_set(&prefix6_tree, r->tree, XG_PREFIX_TABLES);
	host_map_set(&prefix6_node, r->node, sizeof(r->node) / sizeof(r->node[0]));
	host_map_set(&prefix6_range, r->range, sizeof(r->range) / sizeof(r->range[0]));
	host_map_set(&prefix6_host, r->host, sizeof(r->host) / sizeof(r->host[0]));
}

static void test_ip6(void **state)
{
	struct room6 *r = malloc(sizeof(*r));
	struct prefix6_memory m = { 0 };
	struct prefix room[PREFIXES];
	struct prefix_list list = { 0 };
	size_t round;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		struct prefix6_set set;
		struct asked a = { &list, round % XG_PREFIX_TABLES, true, .set6 = &set,
				   .memory = memory_of(r) };

		if (!a.table) {
			map_room6(r);
			m = (struct prefix6_memory){ .nodes = r->node,
						     .ranges = r->range,
						     .hosts = r->host };
		}
		fill_list(&list, room, true);
		assert_int_equal(prefix6_make(&list, &set), 0);
		prefix6_fill(&set, &m, &r->tree[a.table]);
		ask_all(&a);
		prefix6_release(&set);
	}
	free(r);
}

static void test_all_and_none(void **state)
{
	struct prefix all[2] = { { .v6 = false }, { .v6 = true } };
	struct prefix_list everything = { .v = all, .n = 2 }, nothing = { 0 };
	struct room6 *r = malloc(sizeof(*r));
	struct prefix6_memory m = { .nodes = r->node, .ranges = r->range, .hosts = r->host };
	struct prefix6_set set;
	struct asked a = { &everything, 0, true, .set6 = &set, .memory = memory_of(r) };

	(void)state;
	map_room6(r);
	assert_int_equal(prefix6_make(&everything, &set), 0);
	prefix6_fill(&set, &m, &r->tree[0]);
	ask_all(&a);
	prefix6_release(&set);
	assert_int_equal(prefix6_make(&nothing, &set), 0);
	prefix6_fill(&set, &m, &r->tree[1]);
	a.list = &nothing;
	a.table = 1;
	ask_all(&a);
	prefix6_release(&set);
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ip4),
		cmocka_unit_test(test_ip6),
		cmocka_unit_test(test_all_and_none),
	};

	seed = SEED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
