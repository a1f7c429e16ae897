// SPDX-License-Identifier: GPL-2.0-only
#include "prefix.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* inet_pton() refuses leading zeros in IPv4, which some read as octal. */
static const char *read_address(const char *p, const char *end, struct prefix *prefix)
{
	size_t size = (size_t)(end - p);
	const char *why = prefix->v6 ? "not an IPv6 address"
				     : "an IPv4 address is four numbers from 0 to 255 without "
				       "leading zeros";
	char text[INET6_ADDRSTRLEN];

	if (memchr(p, '%', size))
		return "a prefix has no zone (%)";
	if (size >= sizeof(text) || memchr(p, 0, size))
		return why;
	memcpy(text, p, size);
	text[size] = 0;
	return inet_pton(prefix->v6 ? AF_INET6 : AF_INET, text, prefix->addr) == 1 ? NULL : why;
}

/* Returns whether it is a number of up to three digits and not more than `max`. */
static bool read_number(const char *p, const char *end, unsigned int max, unsigned int *ret_value)
{
	bool leading_zero = end - p > 1 && *p == '0';
	unsigned int value = 0;

	if (p == end || end - p > 3 || leading_zero)
		return false;
	for (; p < end; p++) {
		if (*p < '0' || *p > '9')
			return false;
		value = value * 10 + (unsigned int)(*p - '0');
	}
	if (value > max)
		return false;
	*ret_value = value;
	return true;
}

static const char *read_bits(const char *p, const char *end, struct prefix *prefix)
{
	unsigned int value;

	if (!read_number(p, end, prefix->v6 ? 128 : 32, &value))
		return prefix->v6 ? "the prefix length must be 0 to 128, without leading zeros"
				  : "the prefix length must be 0 to 32, without leading zeros";
	prefix->bits = (uint8_t)value;
	return NULL;
}

static const char *read_parts(const char *text, const char *end, struct prefix *p)
{
	size_t size = (size_t)(end - text);
	const char *slash = memchr(text, '/', size);
	const char *address_end = slash ? slash : end;
	const char *why;

	p->v6 = memchr(text, ':', (size_t)(address_end - text)) != NULL;
	p->bits = p->v6 ? 128 : 32;
	if (!p->v6 && (!size || *text < '0' || *text > '9'))
		return "not an address";
	why = read_address(text, address_end, p);
	if (why || !slash)
		return why;
	return read_bits(slash + 1, end, p);
}

/* Returns whether there was something to clear. */
static bool clear_host_bits(struct prefix *p)
{
	size_t i = p->bits / 8;
	uint8_t host = (uint8_t)(0xff >> (p->bits % 8));
	bool found = false;

	for (; i < sizeof(p->addr); i++, host = 0xff) {
		found |= (p->addr[i] & host) != 0;
		p->addr[i] &= (uint8_t)~host;
	}
	return found;
}

/* ::ffff:192.0.2.1 never stands in a packet's header: the packets meant are IPv4. */
static bool unmap(struct prefix *p)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (!p->v6 || p->bits < 96 || memcmp(p->addr, mapped, sizeof(mapped)))
		return false;
	memmove(p->addr, p->addr + 12, 4);
	memset(p->addr + 4, 0, sizeof(p->addr) - 4);
	p->bits -= 96;
	p->v6 = 0;
	return true;
}

static int refuse(struct prefix_why *why, const char *text, const struct prefix *instead)
{
	char buf[PREFIX_TEXT_SIZE];

	snprintf(why->text, sizeof(why->text), "%s%s%s", text, instead ? ", write " : "",
		 instead ? prefix_format(instead, buf) : "");
	return -EINVAL;
}

int prefix_read(const char *text, size_t size, struct prefix *ret_prefix,
		struct prefix_why *ret_why)
{
	struct prefix p = {};
	const char *why = read_parts(text, text + size, &p);
	bool mapped, host_bits;

	if (why)
		return refuse(ret_why, why, NULL);
	mapped = unmap(&p);
	host_bits = clear_host_bits(&p);
	if (mapped)
		return refuse(ret_why, "an IPv4-mapped IPv6 address", &p);
	if (host_bits)
		return refuse(ret_why, "bits are set past the prefix length", &p);
	*ret_prefix = p;
	return 0;
}

int prefix_parse(const char *text, struct prefix *ret_prefix, const char **ret_why)
{
	static _Thread_local struct prefix_why why;
	int ret = prefix_read(text, strlen(text), ret_prefix, &why);

	if (ret < 0)
		*ret_why = why.text;
	return ret;
}

const char *prefix_format(const struct prefix *p, char *buf)
{
	char address[INET6_ADDRSTRLEN];

	inet_ntop(p->v6 ? AF_INET6 : AF_INET, p->addr, address, sizeof(address));
	snprintf(buf, PREFIX_TEXT_SIZE, "%s/%u", address, p->bits);
	return buf;
}
