/* SPDX-License-Identifier: GPL-2.0-only */
/* A packet in words: `src=10.1.0.2 dst=192.0.2.1 proto=tcp dport=443 in=lan0`. */
#ifndef XG_EXPLAIN_WORDS_H
#define XG_EXPLAIN_WORDS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../util/err.h"

struct packet_words {
	char in[IF_NAMESIZE]; /* where it comes in; "" where not said */
	char out[IF_NAMESIZE];
	const char *hex; /* the whole frame; NULL: built from what follows */
	uint8_t src[16]; /* an IPv4 address in the first four bytes */
	uint8_t dst[16];
	uint8_t src_family; /* AF_INET, AF_INET6; 0: not said */
	uint8_t dst_family;
	uint8_t protocol;
	bool protocol_is_icmp; /* ... of the family that the addresses have */
	uint16_t sport;
	uint16_t dport;
	uint16_t vlan;   /* 0: untagged */
	uint32_t length; /* of the IP packet in bytes; 0: as short as can be */
	uint8_t flags;   /* of TCP */
	bool described;  /* one of the words that describe a packet is there */
};

/* Returns 0, or -EINVAL with the word and what was expected. */
int packet_words_parse(char *const words[], size_t n, struct packet_words *ret_words,
		       struct err *e);

/*
 * Makes the frame. `mac` is the interface's: frames that come in are for it, those that go out
 * are from it. Returns its length in bytes, or -EINVAL.
 */
int packet_build(const struct packet_words *w, const uint8_t mac[6], bool outward, uint8_t *frame,
		 size_t room, struct err *e);

#endif
