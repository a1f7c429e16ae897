// SPDX-License-Identifier: GPL-2.0-only
#include "swap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook.h"

int swap_put(const struct instance *i, const struct record *r, struct err *e)
{
	size_t n;
	int fd, err;

	for (n = 0; n < r->about->places; n++) {
		fd = record_program(r, &r->places[n], e);
		if (fd < 0)
			return fd;
		err = hook_put(i, &r->places[n], fd, e);
		close(fd);
		if (err && err != -ENODEV)
			return err;
	}
	return 0;
}

static bool has_place(const struct record *r, const struct pin *pin)
{
	size_t n;

	for (n = 0; r && n < r->about->places; n++) {
		const struct xg_row *row = &r->places[n].row;

		if (row->ifindex == pin->ifindex && row->hook == pin->hook)
			return true;
	}
	return false;
}

int swap_take_rest(const struct instance *i, const struct record *r, struct err *e)
{
	struct pin *pins;
	size_t n, k;
	int err;

	err = pins_read(i->path, &pins, &n);
	if (err)
		return err_set(e, -err, "cannot read %s: %s", i->path, strerror(-err));
	for (k = 0; k < n && !err; k++) {
		if (!has_place(r, &pins[k]))
			err = hook_take(i, pins[k].hook, pins[k].ifindex, e);
	}
	free(pins);
	return err;
}
