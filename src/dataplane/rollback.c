// SPDX-License-Identifier: GPL-2.0-only
#include "rollback.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "admission.h"
#include "journal.h"
#include "losses.h"
#include "record.h"
#include "swap.h"

uint64_t rollback_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

bool rollback_is_due(const struct instance *i)
{
	return i->state->confirm_by_ns && i->state->confirm_by_ns <= rollback_clock_ns();
}

/* The ledger watches what is going to be attached, as before an apply. */
static int watch_losses(const struct instance *i, const struct record *r, struct err *e)
{
	struct plan plan = { .n = r->about->places };
	size_t n;

	plan.v = calloc(plan.n, sizeof(*plan.v));
	if (!plan.v)
		return err_set(e, ENOMEM, "out of memory");
	for (n = 0; n < plan.n; n++) {
		plan.v[n].link.ifindex = r->places[n].row.ifindex;
		plan.v[n].hook = r->places[n].row.hook;
		plan.v[n].row = r->places[n].n;
	}
	losses_watch(i, &plan, r->about->ledger);
	plan_release(&plan);
	return 0;
}

int rollback(struct instance *i, struct err *e)
{
	struct err ignored;
	struct record r;
	int err;

	if (!i->state->previous && i->state->confirm_by_ns)
		return journal_down(i, e);
	if (!i->state->previous)
		return err_set(e, ENODATA,
			       "there is no generation before %" PRIu64
			       "; `xgress down` would remove this one",
			       (uint64_t)i->state->now.number);
	err = record_open(i, i->state->previous, &r, e);
	if (err)
		return err;
	journal_prepare(i, i->state->previous, 0);
	journal_begin(i);
	err = watch_losses(i, &r, e);
	if (!err)
		err = swap_put(i, &r, e);
	record_close(&r);
	if (!err)
		return journal_commit(i, e);
	journal_revert(i, &ignored);
	return err;
}

/* It forwards as was right when it was applied; that must be right still. */
static int check_admission(const struct instance *i, struct err *e)
{
	const char *change = NULL;
	struct record r;
	struct bypass b;
	size_t n;
	int err;

	if (!i->state->previous)
		return 0;
	err = bypass_read(&b, e);
	if (!err)
		err = record_open(i, i->state->previous, &r, e);
	if (err)
		return err;
	for (n = 0; n < r.about->places && !change; n++) {
		if (!r.places[n].row.forward_note[0])
			change = admission_changed(&r.places[n].row, &b);
	}
	if (change)
		err = err_set(e, ENOTSUP,
			      "generation %" PRIu64 " would forward around the %s, which was not "
			      "there then; `xgress apply %s` decides anew",
			      (uint64_t)i->state->previous, change, r.about->policy);
	record_close(&r);
	return err;
}

int dataplane_rollback(const char *instance, uint64_t *ret_number, struct err *e)
{
	struct instance i;
	int err;

	err = journal_open(instance, 0, &i, e);
	if (err)
		return err;
	err = check_admission(&i, e);
	if (!err)
		err = rollback(&i, e);
	if (!err)
		*ret_number = i.state->now.token ? i.state->now.number : 0;
	instance_close(&i);
	return err;
}

int dataplane_confirm(const char *instance, uint64_t *ret_number, struct err *e)
{
	struct instance i;
	int err;

	err = journal_open(instance, 0, &i, e);
	if (err)
		return err;
	if (!i.state->confirm_by_ns)
		err = err_set(e, ENODATA,
			      "generation %" PRIu64
			      " waits for no confirmation; if it was late, `xgress status` shows "
			      "what is in force again",
			      (uint64_t)i.state->now.number);
	i.state->confirm_by_ns = 0;
	*ret_number = i.state->now.number;
	instance_close(&i);
	return err;
}

/* A process of its own, that holds nothing of its parent's. */
static void detach_process(void)
{
	int null = open("/dev/null", O_RDWR);

	setsid();
	if (chdir("/"))
		_exit(1);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	close_range(STDERR_FILENO + 1, ~0U, 0);
}

static void wait_and_settle(const char *instance, uint64_t until_ns)
{
	const struct timespec until = { until_ns / 1000000000, until_ns % 1000000000 };
	struct instance i;
	struct err ignored;

	detach_process();
	while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
	if (!journal_open(instance, 0, &i, &ignored)) /* which does it */
		instance_close(&i);
	_exit(0);
}

int rollback_watch(const char *instance, uint64_t confirm_by_ns, struct err *e)
{
	pid_t pid = fork();

	if (pid < 0)
		return err_set(e, errno,
			       "no process can wait for the confirmation: %s; the next command "
			       "after the time rolls back",
			       strerror(errno));
	if (!pid)
		wait_and_settle(instance, confirm_by_ns);
	return 0;
}
