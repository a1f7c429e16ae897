/* SPDX-License-Identifier: GPL-2.0-only */
/* The user's own words inside messages, and guesses at what was meant. */
#ifndef XG_POLICY_TEXT_H
#define XG_POLICY_TEXT_H

#include <stddef.h>

#define TEXT_QUOTED_SIZE 72

/*
 * Copies with '?' for whatever is not printable ASCII, so that no message can be broken by what
 * a file holds. Returns the length of the copy, which ends early where `size` does.
 */
size_t text_copy(const char *text, char *buf, size_t size);

/* 'text', cut after 64 bytes. `buf` is TEXT_QUOTED_SIZE. */
const char *text_quote(const char *text, size_t length, char *buf);

/* "a, b or c" from a list that ends with NULL. */
const char *text_choice(const char *const *words, char *buf, size_t size);

/* The candidate nearest to a misspelt word, if one is near enough to be meant. */
struct text_nearest {
	const char *word;
	const char *best; /* NULL: none */
	size_t distance;
};

void text_nearest_init(struct text_nearest *t, const char *word);
void text_nearest_try(struct text_nearest *t, const char *candidate);

#endif
