/* SPDX-License-Identifier: GPL-2.0-only */
/* An explanation on standard output: whole, in one line, or as a JSON object in a line. */
#ifndef XG_CMD_EXPLAIN_PRINT_H
#define XG_CMD_EXPLAIN_PRINT_H

#include "../explain/explain.h"

void explanation_text(const struct explanation *x);
void explanation_line(const struct explanation *x, size_t number);

/* `number` is the packet's in its capture; 0: it is not from one. */
void explanation_json(const struct explanation *x, size_t number);

/* A packet of a capture that cannot be run gets a line that says so. */
void refused_line(bool json, size_t number, const struct err *why);

#endif
