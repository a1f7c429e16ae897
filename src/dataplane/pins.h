/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pins of an instance's folder that stand for a hook: <hook>-<ifindex>. They, and not any
 * note, say what is attached.
 */
#ifndef XG_DATAPLANE_PINS_H
#define XG_DATAPLANE_PINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/instance.h"

struct pin {
	enum xg_hook hook;
	uint32_t ifindex;
};

/* The hooks that are pinned in the folder. The caller frees `ret_pins`. */
int pins_read(const char *folder, struct pin **ret_pins, size_t *ret_n);

/* The path of a pin inside the folder. */
void pin_path(const char *folder, enum xg_hook hook, uint32_t ifindex, char *path, size_t size);

/* The names in a folder, sorted, without . and ..; the caller ends with names_free(). */
int names_read(const char *folder, char ***ret_names, size_t *ret_n);
void names_free(char **names, size_t n);

bool hook_is_egress(enum xg_hook hook);
bool hook_is_clsact(enum xg_hook hook);
const char *hook_name(enum xg_hook hook);

#endif
