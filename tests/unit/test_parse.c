// SPDX-License-Identifier: GPL-2.0-only
/* Frames that no test run of the kernel takes: shorter than Ethernet, BIG TCP, several buffers. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/parse_host.h"

static const uint8_t udp4[] = {
	2,    0, 0, 0,  1, 1, 2, 0, 0,  0,  1, 2, 8,  0,                     /* Ethernet */
	0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 1, 0, 2, 10, 77, 0, 1, /* IPv4 */
	0,    1, 0, 2,  0, 8, 0, 0,                                          /* UDP */
};

static enum parse_result parse_copy(const void *bytes, size_t size, size_t length,
				    struct packet *ret_packet)
{
	void *copy = malloc(size); /* ends where the heap does, for the sanitizer */
	enum parse_result result;

	memcpy(copy, bytes, size);
	result = parse_host(copy, size, length, ret_packet);
	assert_true(parse_host_holds(ret_packet, result));
	free(copy);
	return result;
}

static void test_every_cut_is_unreadable(void **state)
{
	struct packet p;
	size_t size;

	(void)state;
	for (size = 0; size < sizeof(udp4); size++)
		assert_int_equal(parse_copy(udp4, size, size, &p), PARSE_UNREADABLE);
	assert_int_equal(parse_copy(udp4, size, size, &p), PARSE_IP);
	assert_int_equal(p.l4_offset, 34);
	assert_int_equal(p.protocol, IPPROTO_UDP);
}

/* The addresses of a packet whose rest is cut off can be judged. */
static void test_addresses_of_a_cut_packet(void **state)
{
	struct packet p;

	(void)state;
	parse_copy(udp4, 33, 33, &p);
	assert_false(p.addresses);
	parse_copy(udp4, 34, 34, &p);
	assert_true(p.addresses);
}

static void test_a_payload_in_other_buffers(void **state)
{
	uint8_t frame[sizeof(udp4)];
	struct packet p;

	(void)state;
	memcpy(frame, udp4, sizeof(frame));
	frame[16] = 0x23; /* 8,988 bytes */
	frame[38] = 0x23;
	assert_int_equal(parse_copy(frame, sizeof(frame), 14 + 0x231c, &p), PARSE_IP);
	assert_int_equal(p.ip_length, 0x231c);
	assert_int_equal(parse_copy(frame, sizeof(frame), 13 + 0x231c, &p), PARSE_UNREADABLE);
}

/* A length of 0 is a packet of the local stack that is longer than the field can say. */
static void test_big_tcp(void **state)
{
	uint8_t frame[60] = { 2, 0, 0, 0, 1, 1, 2, 0, 0, 0, 1, 2, 8, 0, 0x45 };
	struct packet p;

	(void)state;
	frame[23] = IPPROTO_TCP;
	frame[46] = 0x50;
	assert_int_equal(parse_copy(frame, sizeof(frame), 100000, &p), PARSE_IP);
	assert_int_equal(p.ip_length, 100000 - 14);
	assert_int_equal(parse_copy(frame, sizeof(frame), 60000, &p), PARSE_UNREADABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_cut_is_unreadable),
		cmocka_unit_test(test_addresses_of_a_cut_packet),
		cmocka_unit_test(test_a_payload_in_other_buffers),
		cmocka_unit_test(test_big_tcp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
