// SPDX-License-Identifier: GPL-2.0-only
#include "text.h"

#include <stdio.h>
#include <string.h>

#define QUOTED_MAX  64
#define WORD_MAX    32
#define NEAR_ENOUGH 2

static char printable(char c)
{
	return c >= 0x20 && c < 0x7f ? c : '?';
}

size_t text_copy(const char *text, char *buf, size_t size)
{
	size_t i;

	if (!size)
		return 0;
	for (i = 0; text[i] && i + 1 < size; i++)
		buf[i] = printable(text[i]);
	buf[i] = 0;
	return i;
}

const char *text_quote(const char *text, size_t length, char *buf)
{
	size_t shown = length < QUOTED_MAX ? length : QUOTED_MAX;
	char *p = buf;
	size_t i;

	*p++ = '\'';
	for (i = 0; i < shown; i++)
		*p++ = printable(text[i]);
	snprintf(p, TEXT_QUOTED_SIZE - shown - 1, "%s'", shown < length ? "..." : "");
	return buf;
}

const char *text_choice(const char *const *words, char *buf, size_t size)
{
	size_t used = 0;
	size_t i;

	buf[0] = 0;
	for (i = 0; words[i]; i++) {
		if (i)
			used += text_copy(words[i + 1] ? ", " : " or ", buf + used, size - used);
		used += text_copy(words[i], buf + used, size - used);
	}
	return buf;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein's, one row at a time. Both words are at most WORD_MAX long. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t length = strlen(b);
	size_t row[WORD_MAX + 1];
	size_t i, j;

	for (j = 0; j <= length; j++)
		row[j] = j;
	for (i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (j = 1; j <= length; j++) {
			size_t above = row[j];

			row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (a[i] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[length];
}

void text_nearest_init(struct text_nearest *t, const char *word)
{
	size_t length = strlen(word);

	/* A word with every letter changed was not misspelt. */
	*t = (struct text_nearest){
		.word = word,
		.distance = length <= NEAR_ENOUGH ? length : NEAR_ENOUGH + 1,
	};
	if (length > WORD_MAX)
		t->distance = 0;
}

void text_nearest_try(struct text_nearest *t, const char *candidate)
{
	size_t distance;

	if (!t->distance || strlen(candidate) > WORD_MAX)
		return;
	distance = edit_distance(t->word, candidate);
	if (distance < t->distance) {
		t->distance = distance;
		t->best = candidate;
	}
}
