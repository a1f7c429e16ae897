// SPDX-License-Identifier: GPL-2.0-only
#include "pins.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const hook_names[] = {
	[XG_HOOK_NONE] = "none",
	[XG_HOOK_XDP] = "xdp",
	[XG_HOOK_TCX_INGRESS] = "tcx-ingress",
	[XG_HOOK_TCX_EGRESS] = "tcx-egress",
	[XG_HOOK_CLSACT_INGRESS] = "clsact-ingress",
	[XG_HOOK_CLSACT_EGRESS] = "clsact-egress",
};

#define HOOKS (sizeof(hook_names) / sizeof(hook_names[0]))

const char *hook_name(enum xg_hook hook)
{
	return hook < HOOKS ? hook_names[hook] : "unknown";
}

bool hook_is_egress(enum xg_hook hook)
{
	return hook == XG_HOOK_TCX_EGRESS || hook == XG_HOOK_CLSACT_EGRESS;
}

bool hook_is_clsact(enum xg_hook hook)
{
	return hook == XG_HOOK_CLSACT_INGRESS || hook == XG_HOOK_CLSACT_EGRESS;
}

void pin_path(const char *folder, enum xg_hook hook, uint32_t ifindex, char *path, size_t size)
{
	snprintf(path, size, "%s/%s-%u", folder, hook_name(hook), ifindex);
}

static bool parse_pin(const char *name, struct pin *ret_pin)
{
	const char *dash = strrchr(name, '-');
	unsigned long ifindex;
	size_t hook;
	char *end;

	if (!dash || !dash[1])
		return false;
	ifindex = strtoul(dash + 1, &end, 10);
	if (*end || !ifindex || ifindex > INT32_MAX)
		return false;
	for (hook = XG_HOOK_NONE + 1; hook < HOOKS; hook++) {
		if (strlen(hook_names[hook]) == (size_t)(dash - name) &&
		    strncmp(hook_names[hook], name, dash - name) == 0) {
			*ret_pin = (struct pin){ hook, ifindex };
			return true;
		}
	}
	return false;
}

static int is_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int names_read(const char *folder, char ***ret_names, size_t *ret_n)
{
	struct dirent **entries;
	char **names;
	int n = scandir(folder, &entries, is_name, alphasort), i, r = 0;

	if (n < 0)
		return -errno;
	names = calloc(n + 1, sizeof(*names));
	for (i = 0; i < n; i++) {
		if (names && !(names[i] = strdup(entries[i]->d_name)))
			r = -ENOMEM;
		free(entries[i]);
	}
	free(entries);
	if (!names || r) {
		names_free(names, names ? n : 0);
		return -ENOMEM;
	}
	*ret_names = names;
	*ret_n = n;
	return 0;
}

void names_free(char **names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

int pins_read(const char *folder, struct pin **ret_pins, size_t *ret_n)
{
	size_t n, i, used = 0;
	struct pin *pins;
	char **names;
	int r;

	r = names_read(folder, &names, &n);
	if (r)
		return r;
	pins = calloc(n + 1, sizeof(*pins));
	for (i = 0; i < n && pins; i++)
		used += parse_pin(names[i], &pins[used]);
	names_free(names, n);
	if (!pins)
		return -ENOMEM;
	*ret_pins = pins;
	*ret_n = used;
	return 0;
}
