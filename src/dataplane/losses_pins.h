/* SPDX-License-Identifier: GPL-2.0-only */
/* What losses.c keeps in the instance's folder. */
#ifndef XG_DATAPLANE_LOSSES_PINS_H
#define XG_DATAPLANE_LOSSES_PINS_H

#include "instance.h"
#include "../policy/policy.h"

#define LOSSES_NOTE 256 /* bytes of a note */
#define LOSSES_PATH (sizeof(((struct instance *)NULL)->path) + 16)

enum losses_pin {
	PIN_WATCHED,
	PIN_REDIRECT,
	PIN_TRANSMIT,
	PIN_GENERIC,
	N_NEEDED,
	PIN_NOTE = N_NEEDED,
	N_PINS
};

void losses_path(const struct instance *i, enum losses_pin pin, char *path, size_t size);

/* Is all pinned that a ledger of this kind needs? */
bool losses_complete(const struct instance *i, enum policy_ledger ledger);

/* A link that is pinned nowhere is detached. */
void losses_unpin(const struct instance *i, enum losses_pin pin);

/* Keeps a text of why losses cannot be seen; "" takes it away. Best effort. */
void losses_note_write(const struct instance *i, const char *text);

/* False: there is none. */
bool losses_note_read(const struct instance *i, char ret_note[LOSSES_NOTE]);

#endif
