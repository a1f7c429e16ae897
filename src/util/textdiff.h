/* SPDX-License-Identifier: GPL-2.0-only */
/* What became of the lines of a text. */
#ifndef XG_UTIL_TEXTDIFF_H
#define XG_UTIL_TEXTDIFF_H

/*
 * Calls `line` for each line that was removed ('-') or added ('+'), in the order of the texts;
 * lines have no ends. Texts of more than 4,000 different lines are told as exchanged whole
 * between what they have in common at both ends. Returns 0 or -ENOMEM.
 */
int textdiff(const char *before, const char *after,
	     void (*line)(char sign, const char *text, void *data), void *data);

#endif
