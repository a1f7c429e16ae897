// SPDX-License-Identifier: GPL-2.0-only
#include "json.h"

#include <inttypes.h>

/*
 * The length of the UTF-8 character (RFC 3629) that begins here, 0 where there is none. The
 * range of the second byte is what excludes overlong forms, surrogates and what is too large.
 */
static size_t utf8_length(const unsigned char *c)
{
	static const struct {
		unsigned char first, last; /* of the first byte */
		unsigned char low, high;   /* of the second */
		unsigned char length;
	} forms[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	size_t i, n;

	if (*c < 0x80)
		return 1;
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (*c < forms[i].first || *c > forms[i].last)
			continue;
		if (c[1] < forms[i].low || c[1] > forms[i].high)
			return 0;
		for (n = 2; n < forms[i].length && (c[n] & 0xc0) == 0x80; n++)
			;
		return n == forms[i].length ? n : 0;
	}
	return 0;
}

/* File names need not be UTF-8, but JSON must be: each byte that is not becomes U+FFFD. */
static void write_quoted(struct json *j, const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t length;

	fputc('"', j->out);
	for (; *c; c += length ? length : 1) {
		length = utf8_length(c);
		if (!length)
			fputs("\\ufffd", j->out);
		else if (*c == '"' || *c == '\\')
			fprintf(j->out, "\\%c", *c);
		else if (*c < 0x20)
			fprintf(j->out, "\\u%04x", *c);
		else
			fwrite(c, 1, length, j->out);
	}
	fputc('"', j->out);
}

static void begin(struct json *j, const char *key)
{
	if (j->comma)
		fputs(", ", j->out);
	if (key) {
		write_quoted(j, key);
		fputs(": ", j->out);
	}
	j->comma = true;
}

void json_object(struct json *j, const char *key)
{
	begin(j, key);
	fputc('{', j->out);
	j->comma = false;
}

void json_array(struct json *j, const char *key)
{
	begin(j, key);
	fputc('[', j->out);
	j->comma = false;
}

void json_end_object(struct json *j)
{
	fputc('}', j->out);
	j->comma = true;
}

void json_end_array(struct json *j)
{
	fputc(']', j->out);
	j->comma = true;
}

void json_string(struct json *j, const char *key, const char *value)
{
	begin(j, key);
	write_quoted(j, value);
}

void json_hex(struct json *j, const char *key, const void *bytes, size_t size)
{
	const unsigned char *b = bytes;
	size_t i;

	begin(j, key);
	fputc('"', j->out);
	for (i = 0; i < size; i++)
		fprintf(j->out, "%02x", b[i]);
	fputc('"', j->out);
}

void json_number(struct json *j, const char *key, uint64_t value)
{
	begin(j, key);
	fprintf(j->out, "%" PRIu64, value);
}

void json_double(struct json *j, const char *key, double value)
{
	begin(j, key);
	fprintf(j->out, "%.6g", value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	begin(j, key);
	fputs(value ? "true" : "false", j->out);
}

void json_null(struct json *j, const char *key)
{
	begin(j, key);
	fputs("null", j->out);
}
