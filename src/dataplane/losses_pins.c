// SPDX-License-Identifier: GPL-2.0-only
#include "losses_pins.h"

#include <bpf/bpf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../util/crash.h"
#include "losses.h"

static const char *const pins[N_PINS] = {
	[PIN_WATCHED] = "watched",        [PIN_REDIRECT] = "lost-redirect",
	[PIN_TRANSMIT] = "lost-transmit", [PIN_GENERIC] = "lost-generic",
	[PIN_NOTE] = "lost-note", /* a text: why they cannot be seen */
};

void losses_path(const struct instance *i, enum losses_pin pin, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", i->path, pins[pin]);
}

bool losses_complete(const struct instance *i, enum policy_ledger ledger)
{
	char path[LOSSES_PATH];
	int n;

	for (n = 0; n < N_NEEDED; n++) {
		if (n == PIN_TRANSMIT && ledger == LEDGER_OPEN)
			continue;
		losses_path(i, n, path, sizeof(path));
		if (access(path, F_OK))
			return false;
	}
	return true;
}

void losses_unpin(const struct instance *i, enum losses_pin pin)
{
	char path[LOSSES_PATH];

	losses_path(i, pin, path, sizeof(path));
	unlink(path);
	crash_point();
}

void losses_release(const struct instance *i)
{
	int n;

	for (n = 0; n < N_PINS; n++)
		losses_unpin(i, n);
}

void losses_note_write(const struct instance *i, const char *text)
{
	char path[LOSSES_PATH], note[LOSSES_NOTE] = "";
	__u32 key = 0;
	int fd;

	losses_path(i, PIN_NOTE, path, sizeof(path));
	unlink(path);
	if (!*text)
		return;
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "lost_note", sizeof(key), sizeof(note), 1, NULL);
	if (fd < 0)
		return;
	snprintf(note, sizeof(note), "%.*s", LOSSES_NOTE - 1, text);
	if (!bpf_map_update_elem(fd, &key, note, BPF_ANY))
		bpf_obj_pin(fd, path);
	close(fd);
}

bool losses_note_read(const struct instance *i, char ret_note[LOSSES_NOTE])
{
	char path[LOSSES_PATH];
	__u32 key = 0;
	int fd, r;

	losses_path(i, PIN_NOTE, path, sizeof(path));
	fd = bpf_obj_get(path);
	if (fd < 0)
		return false;
	r = bpf_map_lookup_elem(fd, &key, ret_note);
	close(fd);
	return !r;
}
