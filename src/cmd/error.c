// SPDX-License-Identifier: GPL-2.0-only
#include "error.h"

#include <errno.h>

void error_text(FILE *out, const struct err *e)
{
	if (e->line)
		fprintf(out, "%s:%d:%d: ", e->file, e->line, e->column);
	else if (e->file[0])
		fprintf(out, "%s: ", e->file);
	fprintf(out, "%s\n", e->message);
}

void error_json(struct json *j, const struct err *e)
{
	json_object(j, "error");
	json_string(j, "message", e->message);
	if (e->file[0])
		json_string(j, "file", e->file);
	if (e->line) {
		json_number(j, "line", e->line);
		json_number(j, "column", e->column);
	}
	json_end_object(j);
}

int error_of_dataplane(int r, const struct err *e)
{
	return r == -EINVAL && !e->line ? -EIO : r;
}
