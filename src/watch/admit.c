// SPDX-License-Identifier: GPL-2.0-only
#include "admit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dataplane/admission.h"
#include "../dataplane/journal.h"

static bool is_same(const struct plan_hook *a, const struct plan_hook *b)
{
	return strcmp(a->kernel_forwards, b->kernel_forwards) == 0 &&
	       strcmp(a->no_xdp_target, b->no_xdp_target) == 0;
}

static void tell_hook(const struct watch *w, const struct plan_hook *h)
{
	char text[320];

	if (h->egress)
		snprintf(text, sizeof(text), "%s: %s", h->link.name,
			 h->no_xdp_target[0] ? h->no_xdp_target : "XDP sends here again");
	else if (h->kernel_forwards[0])
		snprintf(text, sizeof(text), "%s: the kernel forwards from now on: %s",
			 h->link.name, h->kernel_forwards);
	else
		snprintf(text, sizeof(text), "%s: forwards fast from now on", h->link.name);
	w->tell(text, NULL);
}

/* For `status`. The lock keeps another apply's rows from being written over. */
static int write_rows(struct watch *w, struct err *e)
{
	const struct plan *plan = &w->applied.plan;
	struct instance i;
	size_t n;
	int r;

	r = journal_open(w->instance, 0, &i, e);
	if (r)
		return r;
	for (n = 0; n < plan->n && i.state->now.token == w->applied.token; n++)
		admission_write(&plan->v[n], &i.rows[plan->v[n].row]);
	instance_close(&i);
	return 0;
}

int watch_admit(struct watch *w, struct err *e)
{
	struct plan *plan = &w->applied.plan;
	struct plan_hook *before = malloc(plan->n * sizeof(*before));
	bool changed = false;
	size_t n;
	int r;

	if (!before)
		return err_set(e, ENOMEM, "out of memory");
	memcpy(before, plan->v, plan->n * sizeof(*before));
	r = admission_decide(&w->policy, plan, e);
	if (r)
		memcpy(plan->v, before, plan->n * sizeof(*before));
	for (n = 0; n < plan->n && !r; n++) {
		if (is_same(&before[n], &plan->v[n]))
			continue;
		changed = true;
		tell_hook(w, &plan->v[n]);
	}
	free(before);
	return changed ? write_rows(w, e) : r;
}
