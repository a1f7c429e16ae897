// SPDX-License-Identifier: GPL-2.0-only
#include "json.h"

#include <inttypes.h>

static void write_quoted(struct json *j, const char *text)
{
	const unsigned char *c;

	fputc('"', j->out);
	for (c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(j->out, "\\%c", *c);
		else if (*c < 0x20)
			fprintf(j->out, "\\u%04x", *c);
		else
			fputc(*c, j->out);
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
