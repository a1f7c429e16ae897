// SPDX-License-Identifier: GPL-2.0-only
#include "words.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPORT 40000
#define DPORT 80

static int expected(struct err *e, const char *key, const char *value, const char *what)
{
	return err_set(e, EINVAL, "%s=%s: expected %s", key, value, what);
}

static bool read_number(const char *text, unsigned long least, unsigned long most,
			unsigned long *ret_number)
{
	unsigned long number;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || *end || number < least || number > most)
		return false;
	*ret_number = number;
	return true;
}

static bool read_interface(const char *text, char name[IF_NAMESIZE])
{
	if (!*text || strlen(text) >= IF_NAMESIZE)
		return false;
	snprintf(name, IF_NAMESIZE, "%s", text);
	return true;
}

static bool word_in(struct packet_words *w, const char *text)
{
	return read_interface(text, w->in);
}

static bool word_out(struct packet_words *w, const char *text)
{
	return read_interface(text, w->out);
}

static bool word_hex(struct packet_words *w, const char *text)
{
	w->hex = text;
	return *text && !(strlen(text) % 2) && !text[strspn(text, "0123456789abcdefABCDEF")];
}

static bool read_address(const char *text, uint8_t address[16], uint8_t *ret_family)
{
	*ret_family = strchr(text, ':') ? AF_INET6 : AF_INET;
	return inet_pton(*ret_family, text, address) == 1;
}

static bool word_src(struct packet_words *w, const char *text)
{
	return read_address(text, w->src, &w->src_family);
}

static bool word_dst(struct packet_words *w, const char *text)
{
	return read_address(text, w->dst, &w->dst_family);
}

static bool word_proto(struct packet_words *w, const char *text)
{
	static const struct {
		const char *name;
		uint8_t number;
	} names[] = { { "tcp", IPPROTO_TCP }, { "udp", IPPROTO_UDP }, { "icmp6", IPPROTO_ICMPV6 } };
	unsigned long number;
	size_t i;

	w->protocol_is_icmp = strcmp(text, "icmp") == 0;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i].name) == 0)
			return w->protocol = names[i].number, true;
	}
	if (w->protocol_is_icmp)
		return true;
	if (!read_number(text, 0, 255, &number))
		return false;
	w->protocol = number;
	return true;
}

static bool read_port(const char *text, uint16_t *ret_port)
{
	unsigned long number;

	if (!read_number(text, 0, 65535, &number))
		return false;
	*ret_port = number;
	return true;
}

static bool word_sport(struct packet_words *w, const char *text)
{
	return read_port(text, &w->sport);
}

static bool word_dport(struct packet_words *w, const char *text)
{
	return read_port(text, &w->dport);
}

static bool word_vlan(struct packet_words *w, const char *text)
{
	unsigned long number;

	if (!read_number(text, 1, 4094, &number))
		return false;
	w->vlan = number;
	return true;
}

static bool word_len(struct packet_words *w, const char *text)
{
	unsigned long number;

	if (!read_number(text, 20, 65000, &number))
		return false;
	w->length = number;
	return true;
}

/* In the order of their bits (RFC 9293, RFC 3168). */
static bool word_flags(struct packet_words *w, const char *text)
{
	static const char letters[] = "FSRPAUEC";
	const char *at;

	w->flags = 0;
	for (; *text; text++) {
		at = strchr(letters, *text);
		if (!at)
			return false;
		w->flags |= 1 << (at - letters);
	}
	return true;
}

static const struct word {
	const char *key;
	bool (*read)(struct packet_words *w, const char *text);
	bool describes; /* the packet, not where it is */
	const char *expected;
} known[] = {
	{ "in", word_in, false, "the name of an interface of the policy" },
	{ "out", word_out, false, "the name of an uplink of the policy" },
	{ "hex", word_hex, false, "a whole frame, two hexadecimal digits a byte" },
	{ "src", word_src, true, "an IPv4 or IPv6 address" },
	{ "dst", word_dst, true, "an IPv4 or IPv6 address" },
	{ "proto", word_proto, true, "tcp, udp, icmp, icmp6 or a number from 0 to 255" },
	{ "sport", word_sport, true, "a port from 0 to 65535" },
	{ "dport", word_dport, true, "a port from 0 to 65535" },
	{ "vlan", word_vlan, true, "a VLAN from 1 to 4094" },
	{ "len", word_len, true, "the IP packet's length, 20 to 65000 bytes" },
	{ "flags", word_flags, true, "TCP flags, letters of FSRPAUEC (S is SYN, SA SYN and ACK)" },
};

#define KNOWN (sizeof(known) / sizeof(known[0]))

static int parse_word(const char *text, struct packet_words *w, unsigned int *seen, struct err *e)
{
	const char *equals = strchr(text, '=');
	size_t i, length = equals ? (size_t)(equals - text) : strlen(text);

	for (i = 0; i < KNOWN && equals; i++) {
		if (strlen(known[i].key) == length && !memcmp(known[i].key, text, length))
			break;
	}
	if (!equals || i == KNOWN)
		return err_set(e, EINVAL,
			       "'%s': expected src= dst= proto= sport= dport= in= out= vlan= len= "
			       "flags= or hex=",
			       text);
	if (*seen & 1U << i)
		return err_set(e, EINVAL, "%s= is there twice", known[i].key);
	*seen |= 1U << i;
	w->described |= known[i].describes;
	if (!known[i].read(w, equals + 1))
		return expected(e, known[i].key, equals + 1, known[i].expected);
	return 0;
}

static int check_words(const struct packet_words *w, struct err *e)
{
	if (w->in[0] && w->out[0])
		return err_set(e, EINVAL,
			       "in= and out=: a packet is explained at one hook, so one "
			       "of them");
	if (w->hex && w->described)
		return err_set(e, EINVAL,
			       "hex= is the whole packet: no other words but in= or out=");
	if (!w->described)
		return 0;
	if (!w->src_family || !w->dst_family)
		return err_set(e, EINVAL, "%s= is missing", w->src_family ? "dst" : "src");
	if (w->src_family != w->dst_family)
		return err_set(e, EINVAL, "src= and dst= must be of one family, IPv4 or IPv6");
	return 0;
}

int packet_words_parse(char *const words[], size_t n, struct packet_words *ret_words, struct err *e)
{
	struct packet_words w = { .protocol = IPPROTO_UDP, .sport = SPORT, .dport = DPORT };
	unsigned int seen = 0;
	size_t i;
	int r = 0;

	for (i = 0; i < n && !r; i++)
		r = parse_word(words[i], &w, &seen, e);
	if (!r)
		r = check_words(&w, e);
	if (r)
		return r;
	if (w.protocol_is_icmp)
		w.protocol = w.src_family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	*ret_words = w;
	return 0;
}
