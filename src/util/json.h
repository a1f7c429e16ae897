/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small JSON writer: commas and quoting are its business, nesting is the caller's. Numbers
 * are whole u64, which a counter needs and jansson cannot write.
 */
#ifndef XG_UTIL_JSON_H
#define XG_UTIL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool comma; /* the next value or key needs one before it */
};

/* `key` is NULL inside an array and at the top. */
void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
void json_end_object(struct json *j);
void json_end_array(struct json *j);
void json_string(struct json *j, const char *key, const char *value);
void json_null(struct json *j, const char *key);
void json_hex(struct json *j, const char *key, const void *bytes, size_t size);
void json_number(struct json *j, const char *key, uint64_t value);
void json_double(struct json *j, const char *key, double value);
void json_bool(struct json *j, const char *key, bool value);

#endif
