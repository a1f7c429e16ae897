// SPDX-License-Identifier: GPL-2.0-only
/* A packet in words, and the frame that is made from it: read back by the parse stage. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "bpf/stages/parse.h"
#include "src/explain/words.h"

#define ROOM 2048

static const uint8_t mac[6] = { 2, 0, 0, 0, 1, 1 };

static int parse_words(char *text, struct packet_words *ret_words, struct err *e)
{
	char *words[16], *word;
	size_t n = 0;

	while ((word = strsep(&text, " ")) && n < 16)
		words[n++] = word;
	return packet_words_parse(words, n, ret_words, e);
}

/* Builds and reads; the memory is exactly as long as the frame, for the sanitizer. */
static int build(const char *text, struct packet *ret_packet, uint8_t **ret_frame)
{
	uint8_t room[ROOM];
	struct packet_words w;
	char copy[256];
	struct err e;
	int size;

	snprintf(copy, sizeof(copy), "%s", text);
	assert_int_equal(parse_words(copy, &w, &e), 0);
	size = packet_build(&w, mac, false, room, sizeof(room), &e);
	assert_true(size > 0);
	*ret_frame = malloc(size);
	memcpy(*ret_frame, room, size);
	*ret_packet =
		(struct packet){ .data = *ret_frame, .end = *ret_frame + size, .length = size };
	return parse(ret_packet);
}

static uint16_t sum(const uint8_t *bytes, size_t size, uint32_t sum)
{
	size_t i;

	for (i = 0; i < size; i++)
		sum += i % 2 ? bytes[i] : bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void check_sums(const struct packet *p)
{
	const uint8_t *ip = p->l3;
	size_t address = p->version == 4 ? 4 : 16, length;
	uint32_t pseudo = 0;

	if (p->version == 4)
		assert_int_equal(sum(ip, 20, 0), 0xffff);
	if (!p->l4)
		return;
	length = p->ip_length - (p->l4_offset - p->l3_offset);
	if (p->protocol != IPPROTO_ICMP)
		pseudo = sum(ip + (p->version == 4 ? 12 : 8), 2 * address, length + p->protocol);
	assert_int_equal(sum(p->l4, length, pseudo), 0xffff);
}

static void test_frames(void **state)
{
	static const struct {
		const char *text;
		int version, protocol, length, tagged;
	} rows[] = {
		{ "src=10.1.0.2 dst=10.2.0.2", 4, 17, 28, 0 },
		{ "src=10.1.0.2 dst=10.2.0.2 proto=tcp sport=1 dport=2 flags=SA", 4, 6, 40, 0 },
		{ "src=10.1.0.2 dst=10.2.0.2 proto=icmp len=101", 4, 1, 101, 0 },
		{ "src=10.1.0.2 dst=10.2.0.2 proto=132", 4, 132, 20, 0 },
		{ "src=10.1.0.2 dst=10.2.0.2 vlan=7 len=1500", 4, 17, 1500, 1 },
		{ "src=fd00::1 dst=fd00::2", 6, 17, 48, 0 },
		{ "src=fd00::1 dst=fd00::2 proto=icmp", 6, 58, 48, 0 },
		{ "src=fd00::1 dst=fd00::2 proto=tcp vlan=4094 len=99", 6, 6, 99, 1 },
	};
	struct packet p;
	uint8_t *frame;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(build(rows[i].text, &p, &frame), PARSE_IP);
		assert_int_equal(p.version, rows[i].version);
		assert_int_equal(p.protocol, rows[i].protocol);
		assert_int_equal(p.ip_length, rows[i].length);
		assert_int_equal(p.tagged, rows[i].tagged);
		assert_memory_equal(frame, mac, sizeof(mac));
		check_sums(&p);
		free(frame);
	}
}

static void test_fields(void **state)
{
	struct packet p;
	uint8_t *frame;

	(void)state;
	assert_int_equal(
		build("src=10.1.0.2 dst=10.2.0.2 proto=tcp sport=258 dport=772 flags=FSRPAUEC", &p,
		      &frame),
		PARSE_IP);
	assert_memory_equal(p.l4, "\1\2\3\4", 4);
	assert_int_equal(((uint8_t *)p.l4)[13], 0xff);
	assert_memory_equal(frame + 26, "\x0a\1\0\2\x0a\2\0\2", 8);
	free(frame);
}

static void test_hex(void **state)
{
	char text[] = "hex=ffffffffffff0200000000020806AbCd in=lan0";
	struct packet_words w;
	uint8_t frame[ROOM];
	struct err e;

	(void)state;
	assert_int_equal(parse_words(text, &w, &e), 0);
	assert_string_equal(w.in, "lan0");
	assert_int_equal(packet_build(&w, mac, false, frame, sizeof(frame), &e), 16);
	assert_memory_equal(frame + 12, "\x08\x06\xab\xcd", 4);
}

static void test_lengths_that_do_not_fit(void **state)
{
	char small[] = "src=fd00::1 dst=fd00::2 len=47",
	     large[] = "src=1.2.3.4 dst=1.2.3.5 len=2040";
	struct packet_words w;
	uint8_t frame[ROOM];
	struct err e;

	(void)state;
	assert_int_equal(parse_words(small, &w, &e), 0);
	assert_int_equal(packet_build(&w, mac, false, frame, sizeof(frame), &e), -22);
	assert_non_null(strstr(e.message, "len=47: expected 48"));
	assert_int_equal(parse_words(large, &w, &e), 0);
	assert_int_equal(packet_build(&w, mac, false, frame, sizeof(frame), &e), -22);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_lengths_that_do_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
