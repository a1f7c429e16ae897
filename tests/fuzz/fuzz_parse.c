// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a frame: the parse and admit stages read nothing that is not there (the copy ends
 * where the heap does, for the sanitizer), and what they answer holds. The first byte says how
 * much of the frame lies in further buffers, out of reach.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/parse_host.h"
#include "bpf/stages/admit.h"
#include "bpf/stages/rewrite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint16_t header_sum(const void *header)
{
	uint32_t sum = 0;
	uint16_t word;
	size_t i;

	for (i = 0; i < sizeof(struct iphdr); i += sizeof(word)) {
		memcpy(&word, (const char *)header + i, sizeof(word));
		sum += word;
	}
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

/* The checksum is right after the step exactly if it was right before. */
static __always_inline void check_rewrite(struct packet *p)
{
	static const struct xg_nexthop nh = { .dmac = { 2 }, .smac = { 4 } };
	bool before = header_sum(p->ip4) == 0xffff, after;
	uint8_t ttl = p->ip4->ttl;

	rewrite(p, &nh);
	after = header_sum(p->ip4) == 0xffff;
	if (before != after || p->ip4->ttl != ttl - 1 || memcmp(p->data, nh.dmac, 6))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct xg_port port;
	size_t beyond = size ? data[0] * 37 : 0;
	enum parse_result result;
	struct packet p;
	uint8_t *frame;

	if (!size)
		return 0;
	frame = malloc(size - 1);
	memcpy(frame, data + 1, size - 1);
	result = parse_host(frame, size - 1, size - 1 + beyond, &p);
	if (!parse_host_holds(&p, result))
		abort();
	if (result != PARSE_UNREADABLE && admit(&p, &port) == XG_UNDECIDED && p.version == 4)
		check_rewrite(&p);
	free(frame);
	return 0;
}
