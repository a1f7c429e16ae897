// SPDX-License-Identifier: GPL-2.0-only
/* The parse stage as a library for the host, so that Python can compare it with scapy. */
#include "tests/unit/parse_host.h"

struct parsed {
	__u32 result; /* enum parse_result */
	__u32 holds;
	__u32 version;
	__u32 protocol;
	__u32 l3_offset;
	__u32 l4_offset; /* 0: none */
	__u32 ip_length;
	__u32 tagged;
	__u32 options;
	__u32 fragment;
	__u32 later;
};

void parse_frame(void *data, __u32 size, struct parsed *ret_parsed);

void parse_frame(void *data, __u32 size, struct parsed *ret_parsed)
{
	struct packet p;
	enum parse_result result = parse_host(data, size, size, &p);

	*ret_parsed = (struct parsed){
		.result = result,
		.holds = parse_host_holds(&p, result),
		.version = p.version,
		.protocol = p.protocol,
		.l3_offset = p.l3_offset,
		.l4_offset = p.l4 ? p.l4_offset : 0,
		.ip_length = p.ip_length,
		.tagged = p.tagged,
		.options = p.options,
		.fragment = p.fragment,
		.later = p.later,
	};
}
