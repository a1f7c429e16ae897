// SPDX-License-Identifier: GPL-2.0-only
#include "textdiff.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 4000 /* the table is a square of two bytes each */

struct text {
	char *copy;
	char **line;
	size_t n;
};

struct diff {
	struct text a, b;
	size_t head, tail; /* lines in common at both ends */
	uint16_t *common;  /* (n + 1) x (m + 1): of the rest, the longest common part from here */
	void (*line)(char sign, const char *text, void *data);
	void *data;
};

static int split(const char *source, struct text *ret_text)
{
	struct text t = { .copy = strdup(source) };
	char *rest = t.copy, *line;
	size_t room = 2;

	for (line = t.copy; line && (line = strchr(line, '\n')); line++)
		room++;
	t.line = calloc(room, sizeof(*t.line));
	if (!t.copy || !t.line) {
		free(t.copy);
		free(t.line);
		return -ENOMEM;
	}
	while ((line = strsep(&rest, "\n"))) {
		if (rest || *line) /* a last line that is not empty has no end */
			t.line[t.n++] = line;
	}
	*ret_text = t;
	return 0;
}

static void skip_common(struct diff *d)
{
	size_t least = d->a.n < d->b.n ? d->a.n : d->b.n;

	while (d->head < least && strcmp(d->a.line[d->head], d->b.line[d->head]) == 0)
		d->head++;
	while (d->head + d->tail < least &&
	       strcmp(d->a.line[d->a.n - 1 - d->tail], d->b.line[d->b.n - 1 - d->tail]) == 0)
		d->tail++;
}

static bool is_same(const struct diff *d, size_t i, size_t k)
{
	return strcmp(d->a.line[d->head + i], d->b.line[d->head + k]) == 0;
}

/* Filled from the ends, so that reading it goes forward. */
static void fill(struct diff *d, size_t n, size_t m)
{
	size_t i, k;

	for (i = n; i-- > 0;) {
		for (k = m; k-- > 0;) {
			uint16_t *here = &d->common[i * (m + 1) + k];

			if (is_same(d, i, k))
				*here = here[m + 2] + 1;
			else
				*here = here[m + 1] > here[1] ? here[m + 1] : here[1];
		}
	}
}

/* Both texts have lines left: the next one in common, or what leads to more of them. */
static void tell(struct diff *d, size_t n, size_t m)
{
	size_t i = 0, k = 0;

	while (d->common && i < n && k < m) {
		const uint16_t *here = &d->common[i * (m + 1) + k];

		if (is_same(d, i, k)) {
			i++;
			k++;
		} else if (here[m + 1] >= here[1]) {
			d->line('-', d->a.line[d->head + i++], d->data);
		} else {
			d->line('+', d->b.line[d->head + k++], d->data);
		}
	}
	while (i < n)
		d->line('-', d->a.line[d->head + i++], d->data);
	while (k < m)
		d->line('+', d->b.line[d->head + k++], d->data);
}

static int compare(struct diff *d)
{
	size_t n, m;

	skip_common(d);
	n = d->a.n - d->head - d->tail;
	m = d->b.n - d->head - d->tail;
	if (n && m && n <= LINES_MAX && m <= LINES_MAX) {
		d->common = calloc((n + 1) * (m + 1), sizeof(*d->common));
		if (!d->common)
			return -ENOMEM;
		fill(d, n, m);
	}
	tell(d, n, m);
	return 0;
}

int textdiff(const char *before, const char *after,
	     void (*line)(char sign, const char *text, void *data), void *data)
{
	struct diff d = { .line = line, .data = data };
	int r;

	r = split(before, &d.a);
	if (!r)
		r = split(after, &d.b);
	if (!r)
		r = compare(&d);
	free(d.common);
	free(d.a.copy);
	free(d.a.line);
	free(d.b.copy);
	free(d.b.line);
	return r;
}
