// SPDX-License-Identifier: GPL-2.0-only
#include "preflight.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../probe/interface.h"

static void say_notes(const struct interface_facts *f, void (*each)(const char *text, void *data),
		      void *data)
{
	char text[sizeof(f->link.name) + sizeof(f->notes[0]) + 2];
	unsigned int n;

	for (n = 0; n < f->n_notes; n++) {
		snprintf(text, sizeof(text), "%s: %s", f->link.name, f->notes[n]);
		each(text, data);
	}
}

/* Who may write it says what may leave this machine. */
static void check_file(const char *path, void (*each)(const char *text, void *data), void *data)
{
	char text[4200];
	struct stat st;

	if (stat(path, &st) || !(st.st_mode & S_IWOTH))
		return;
	snprintf(text, sizeof(text), "%s may be written by everybody: `chmod o-w` it", path);
	each(text, data);
}

static void check_files(const struct policy *p, void (*each)(const char *text, void *data),
			void *data)
{
	size_t n;

	check_file(p->file, each, data);
	for (n = 0; n < p->set_files.n; n++)
		check_file(p->set_files.v[n], each, data);
}

static void say_forward(const struct plan_hook *h, void (*each)(const char *text, void *data),
			void *data)
{
	char text[320];

	if (h->kernel_forwards[0])
		snprintf(text, sizeof(text), "%s: the kernel forwards what comes in: %s",
			 h->link.name, h->kernel_forwards);
	else if (h->no_xdp_target[0])
		snprintf(text, sizeof(text), "%s: %s", h->link.name, h->no_xdp_target);
	else
		return;
	each(text, data);
}

void preflight(const struct policy *p, const struct plan *plan,
	       void (*each)(const char *text, void *data), void *data)
{
	struct interface_facts *f = malloc(sizeof(*f));
	struct link_list links = { 0 };
	struct err ignored;
	size_t n;

	check_files(p, each, data);
	for (n = 0; n < plan->n; n++)
		say_forward(&plan->v[n], each, data);
	if (!f || link_list_read(&links, &ignored))
		goto out;
	for (n = 0; n < plan->n; n++) {
		const struct link *link = link_find(&links, plan->v[n].link.name);

		if (plan->v[n].hook != XG_HOOK_XDP || !link ||
		    interface_read(link, &links, f, &ignored))
			continue;
		interface_advise_apply(f);
		say_notes(f, each, data);
	}
	link_list_release(&links);
out:
	free(f);
}
