// SPDX-License-Identifier: GPL-2.0-only
#include "prefix_find.h"

#include <arpa/inet.h>
#include <string.h>

#define BLOCK_BITS 14 /* addresses of an entry of the index */
#define GROUP_BITS 8  /* of a /24 */
#define FANOUT     (XG_PREFIX6_KEYS + 1)

static uint64_t read_number(const uint8_t *bytes, size_t size)
{
	uint64_t number = 0;
	size_t i;

	for (i = 0; i < size; i++)
		number = number << 8 | bytes[i];
	return number;
}

static void write_number(uint8_t *bytes, size_t size, uint64_t number)
{
	while (size-- > 0) {
		bytes[size] = number;
		number >>= 8;
	}
}

static void write_range4(struct prefix_range *r, uint32_t first, uint32_t last)
{
	memset(r, 0, sizeof(*r));
	write_number(r->first, 4, first);
	write_number(r->last, 4, last);
}

static void write_range6(struct prefix_range *r, uint64_t high, uint64_t low, uint64_t high_last,
			 uint64_t low_last)
{
	write_number(r->first, 8, high);
	write_number(r->first + 8, 8, low);
	write_number(r->last, 8, high_last);
	write_number(r->last + 8, 8, low_last);
}

/*
 * How many bits of the address do not matter for the answer, which is the same for all of them:
 * those of a /18, of a /24 or none.
 */
static bool find4(const struct prefix_memory *m, uint32_t table, uint32_t a, unsigned int *ret_bits)
{
	const struct xg_prefix4_block *b =
		&m->index[(size_t)table * XG_PREFIX4_BLOCKS + (a >> BLOCK_BITS)];
	uint64_t bit = 1ULL << (a >> GROUP_BITS & 63);
	size_t leaf;

	*ret_bits = GROUP_BITS;
	if (!b->partial && (!b->full || !~b->full))
		*ret_bits = BLOCK_BITS;
	if (!(b->partial & bit))
		return b->full & bit;
	*ret_bits = 0;
	leaf = b->leaf + __builtin_popcountll(b->partial & (bit - 1));
	return m->leaf[leaf].bits[a >> 6 & 3] >> (a & 63) & 1;
}

static bool find_range4(const struct prefix_memory *m, unsigned int table, uint32_t a,
			struct prefix_range *ret_range)
{
	uint32_t first = a, last = a;
	unsigned int bits;

	if (!find4(m, table, a, &bits))
		return false;
	first &= ~((1U << bits) - 1);
	last |= (1U << bits) - 1;
	while (first && find4(m, table, first - 1, &bits))
		first = (first - 1) & ~((1U << bits) - 1);
	while (last != UINT32_MAX && find4(m, table, last + 1, &bits))
		last = (last + 1) | ((1U << bits) - 1);
	write_range4(ret_range, first, last);
	return true;
}

/*
 * Where a range begins: only the tree's keys say it. Key k of node m of a level is range
 * 9 * span * m + span * k + span - 1, where span is 9 to the power of the levels below.
 */
static uint64_t range_first(const struct prefix_memory *m, const struct xg_prefix6_tree *tree,
			    size_t range)
{
	size_t place = range + 1, level = tree->levels - 1;

	while (place % FANOUT == 0) {
		place /= FANOUT;
		level--;
	}
	return m->node[tree->node[level] + place / FANOUT].key[place % FANOUT - 1];
}

/* The first range that does not end before `a`, counted from 0; the number of ranges: none. */
static size_t range_search(const struct xg_prefix6_range *ranges, size_t n, uint64_t a)
{
	size_t begin = 0, half;

	while (n) {
		half = n / 2;
		if (ranges[begin + half].last < a) {
			begin += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return begin;
}

static bool find_host6(const struct xg_prefix6_host *hosts, size_t n, uint64_t high, uint64_t low,
		       struct prefix_range *ret_range)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (low < hosts[i].first || low > hosts[i].last)
			continue;
		write_range6(ret_range, high, hosts[i].first, high, hosts[i].last);
		return true;
	}
	return false;
}

static bool find_range6(const struct prefix_memory *m, unsigned int table, uint64_t high,
			uint64_t low, struct prefix_range *ret_range)
{
	const struct xg_prefix6_tree *tree = &m->tree[table];
	const struct xg_prefix6_range *range = &m->range[tree->range];
	size_t at = range_search(range, tree->ranges, high);
	uint64_t first;

	if (at == tree->ranges)
		return false;
	range += at;
	first = range_first(m, tree, at);
	if (high < first)
		return false;
	if (range->hosts)
		return find_host6(m->host + range->host, range->hosts, high, low, ret_range);
	write_range6(ret_range, first, 0, range->last, UINT64_MAX);
	return true;
}

bool prefix_find(const struct prefix_memory *m, unsigned int table, bool v6,
		 const uint8_t address[16], struct prefix_range *ret_range)
{
	if (!v6)
		return find_range4(m, table, read_number(address, 4), ret_range);
	return find_range6(m, table, read_number(address, 8), read_number(address + 8, 8),
			   ret_range);
}

bool prefix4_find(const struct prefix4_set *s, const uint8_t address[16],
		  struct prefix_range *ret_range)
{
	uint32_t a = read_number(address, 4);
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (a < s->v[i].first || a > s->v[i].last)
			continue;
		write_range4(ret_range, s->v[i].first, s->v[i].last);
		return true;
	}
	return false;
}

bool prefix6_find(const struct prefix6_set *s, const uint8_t address[16],
		  struct prefix_range *ret_range)
{
	uint64_t high = read_number(address, 8), low = read_number(address + 8, 8);
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct range6 *r = &s->v[i];

		if (high < r->first || high > r->last)
			continue;
		if (r->n_hosts)
			return find_host6(s->hosts + r->host, r->n_hosts, high, low, ret_range);
		write_range6(ret_range, r->first, 0, r->last, UINT64_MAX);
		return true;
	}
	return false;
}

/* The length of the prefix that is this range, or -1. */
static int prefix_length(const struct prefix_range *r, size_t bits)
{
	size_t at, length;

	for (length = 0; length < bits; length++) {
		if ((r->first[length / 8] ^ r->last[length / 8]) & 0x80 >> length % 8)
			break;
	}
	for (at = length; at < bits; at++) {
		uint8_t bit = 0x80 >> at % 8;

		if (r->first[at / 8] & bit || !(r->last[at / 8] & bit))
			return -1;
	}
	return length;
}

const char *prefix_range_format(const struct prefix_range *r, bool v6, char *buf)
{
	int family = v6 ? AF_INET6 : AF_INET, length = prefix_length(r, v6 ? 128 : 32);
	char first[INET6_ADDRSTRLEN], last[INET6_ADDRSTRLEN];

	inet_ntop(family, r->first, first, sizeof(first));
	inet_ntop(family, r->last, last, sizeof(last));
	if (length >= 0)
		snprintf(buf, PREFIX_RANGE_TEXT, "%s/%d", first, length);
	else
		snprintf(buf, PREFIX_RANGE_TEXT, "%s-%s", first, last);
	return buf;
}
