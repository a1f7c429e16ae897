// SPDX-License-Identifier: GPL-2.0-only
#include "watch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "../dataplane/journal.h"
#include "../util/notify.h"
#include "admit.h"
#include "files.h"
#include "netevents.h"

#define TICK_NS    100000000ULL /* bursts of events are answered once a tick */
#define TICKS_1S   10
#define WATCHED_NS 900000000ULL /* kernels that cannot be asked: good until then */

struct loop {
	struct watch *w;
	struct files files;
	int epoll_fd;
	int signal_fd;
	int net_fd;
	int timer_fd;
	unsigned int ticks;
	bool reload;      /* the file is to be read again */
	bool replan;      /* interfaces came or went */
	bool file_failed; /* the file's fault, or that of an interface that it names */
	int events;       /* enum netevents, not yet answered */
	bool retrying;    /* something failed at the last tick */
	bool stop;
	bool told_around; /* that forward: fast goes around something */
	char told[sizeof(((struct err *)0)->message)]; /* why the last reload failed; said once */
};

/* Anew after each reading: names may lead elsewhere now, and other sets may have files. */
static void watch_files(struct loop *l)
{
	struct err e;

	if (files_watch(&l->files, l->w->file, &l->w->policy, &e))
		l->w->tell("not all files are followed", &e);
}

static void tell_failure(struct loop *l, const struct err *e)
{
	if (strcmp(e->message, l->told) != 0)
		l->w->tell("the policy was not reloaded; the one in force goes on", e);
	snprintf(l->told, sizeof(l->told), "%s", e->message);
}

/* `policy` is taken over where it succeeds. */
static int swap_in(struct loop *l, struct policy *policy, bool only_present, struct err *e)
{
	const struct apply_options options = {
		.only_after = l->w->applied.token,
		.only_present = only_present,
	};
	struct watch *w = l->w;
	struct applied applied;
	int r;

	r = dataplane_apply(policy, w->instance, &options, &applied, e);
	l->stop = r == -ESTALE;
	if (r)
		return r;
	applied_release(&w->applied);
	w->applied = applied;
	l->told[0] = 0;
	w->tell("reloaded", applied.warning.message[0] ? &applied.warning : NULL);
	return 0;
}

/* What may pass by itself is tried again; a fault of the file waits for it or for interfaces. */
static void reload_file(struct loop *l)
{
	struct policy policy;
	struct err e;
	int r;

	l->file_failed = false;
	r = policy_read(l->w->file, &policy, &e);
	if (!r) {
		r = swap_in(l, &policy, false, &e);
		if (r)
			policy_release(&policy);
	}
	l->reload = r && r != -EINVAL && r != -ESTALE;
	l->file_failed = r == -EINVAL;
	if (r) {
		tell_failure(l, &e);
	} else {
		policy_release(&l->w->policy);
		l->w->policy = policy;
		l->replan = false;
	}
	watch_files(l);
}

/* The same policy for the interfaces that are here now. */
static void reload_links(struct loop *l)
{
	struct err e;
	int r;

	r = swap_in(l, &l->w->policy, true, &e);
	l->replan = r && r != -EINVAL && r != -ESTALE;
	if (r)
		tell_failure(l, &e);
}

static void reload(struct loop *l)
{
	notify("RELOADING=1");
	if (l->reload)
		reload_file(l);
	if (l->replan && !l->stop)
		reload_links(l);
	notify("READY=1");
}

/* Do the interfaces that are here now give another plan? Globs and comings and goings. */
static bool plan_changed(const struct watch *w, const struct link_list *links)
{
	struct plan now;
	struct err e;
	bool same;
	size_t i;

	if (plan_make(&w->policy, links, true, &now, &e))
		return false; /* none is left: wait for one */
	same = now.n == w->applied.plan.n;
	for (i = 0; i < now.n && same; i++)
		same = now.v[i].link.ifindex == w->applied.plan.v[i].link.ifindex;
	plan_release(&now);
	return !same;
}

/* Returns the events that are not answered yet. */
static int refresh_links(struct loop *l)
{
	struct watch *w = l->w;
	struct link_list links;
	struct err e;
	int r;

	r = link_list_read(&links, &e);
	if (r) {
		w->tell("interfaces cannot be followed", &e);
		return NETEVENT_LINK;
	}
	if (l->events & NETEVENT_LINK)
		l->reload |= l->file_failed;
	if (!l->replan && l->events & NETEVENT_LINK && plan_changed(w, &links)) {
		w->tell("interfaces came or went", NULL);
		l->replan = true;
	}
	r = watch_admit(w, &e);
	if (!r)
		r = generation_set_ports(w->applied.generation, &w->applied.plan, &links, &e);
	if (r && (r != -EINVAL || !l->told_around))
		w->tell(r == -EINVAL ? "packets leave by redirect, past what came since"
				     : "interfaces cannot be followed",
			&e);
	l->told_around = r == -EINVAL; /* once, not each second */
	link_list_release(&links);
	return r ? NETEVENT_LINK : 0;
}

/* What fails stays to be answered, and is tried again once a second. */
static int answer_events(struct loop *l, bool second)
{
	struct err e;
	int left = 0;

	if (l->events & NETEVENT_ROUTING &&
	    generation_learn_routing(l->w->applied.generation, NULL, &e)) {
		l->w->tell("routing cannot be followed", &e);
		left |= NETEVENT_ROUTING;
	}
	if (second || l->events & NETEVENT_LINK)
		left |= refresh_links(l);
	return left;
}

/* Another command may have taken the instance over. */
static bool still_ours(struct loop *l)
{
	struct instance i;
	struct err e;
	bool ours;
	int r;

	r = journal_look(l->w->instance, &i, &e);
	if (r && r != -ENOENT)
		return true; /* nobody can tell */
	if (r) {
		l->w->tell("taken down by another command", NULL);
		return false;
	}
	ours = i.state->now.token == l->w->applied.token;
	instance_close(&i);
	if (!ours)
		l->w->tell("another apply is in force now", NULL);
	return ours;
}

static void answer(struct loop *l, bool second)
{
	l->events = answer_events(l, second);
	l->reload |= second && files_moved(&l->files);
	if (l->reload || l->replan)
		reload(l);
	l->retrying = l->events || l->reload || l->replan;
}

static void on_tick(struct loop *l)
{
	bool second = ++l->ticks % TICKS_1S == 0;

	if (second && !still_ours(l)) {
		l->stop = true;
		return;
	}
	if (second || !l->retrying)
		answer(l, second);
	generation_watched(l->w->applied.generation, WATCHED_NS);
}

/* Somebody asked: he hears the answer, also where it is the one before. */
static void want_reload(struct loop *l)
{
	l->reload = true;
	l->told[0] = 0;
}

static void on_files(struct loop *l)
{
	if (files_changed(&l->files))
		want_reload(l);
}

static void on_signal(struct loop *l)
{
	struct signalfd_siginfo info;

	if (read(l->signal_fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		want_reload(l);
	else
		l->stop = true;
}

static void on_net(struct loop *l)
{
	int events = netevents_read(l->net_fd);

	/* At once: what is cached may be wrong. What it means is found out at the tick. */
	if (events & (NETEVENT_NEIGHBOUR | NETEVENT_ROUTING))
		generation_forget_routes(l->w->applied.generation);
	l->events |= events;
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int open_timer(void)
{
	struct itimerspec every = { .it_interval.tv_nsec = TICK_NS, .it_value.tv_nsec = TICK_NS };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd >= 0)
		timerfd_settime(fd, 0, &every, NULL);
	return fd;
}

static int add(struct loop *l, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return fd < 0 || epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int loop_open(struct loop *l, struct err *e)
{
	int r;

	l->net_fd = netevents_open(e);
	if (l->net_fd < 0)
		return l->net_fd;
	r = files_open(&l->files, e);
	if (r)
		return r;
	watch_files(l);
	l->reload = files_changed_since(&l->files, &l->w->read_at);
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	l->signal_fd = open_signals();
	l->timer_fd = open_timer();
	r = add(l, l->net_fd);
	if (!r)
		r = add(l, l->signal_fd);
	if (!r)
		r = add(l, l->files.fd);
	if (!r)
		r = add(l, l->timer_fd);
	if (r)
		return err_set(e, -r, "cannot watch: %s", strerror(-r));
	/* What happened between the apply and now has no event. */
	l->events = NETEVENT_ALL;
	return 0;
}

static void loop_close(struct loop *l)
{
	const int fds[] = { l->net_fd, l->signal_fd, l->timer_fd, l->epoll_fd };
	size_t i;

	files_close(&l->files);
	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

static void handle(struct loop *l, int fd)
{
	uint64_t expirations;

	if (fd == l->signal_fd)
		on_signal(l);
	else if (fd == l->files.fd)
		on_files(l);
	else if (fd == l->net_fd)
		on_net(l);
	else if (read(l->timer_fd, &expirations, sizeof(expirations)) > 0)
		on_tick(l);
}

int watch_run(struct watch *w, struct err *e)
{
	struct loop l = { .w = w,
			  .files.fd = -1,
			  .epoll_fd = -1,
			  .signal_fd = -1,
			  .net_fd = -1,
			  .timer_fd = -1 };
	struct epoll_event event;
	int r;

	r = loop_open(&l, e);
	if (!r)
		notify("READY=1");
	while (!r && !l.stop) {
		if (epoll_wait(l.epoll_fd, &event, 1, -1) == 1)
			handle(&l, event.data.fd);
		else if (errno != EINTR)
			r = err_set(e, errno, "cannot wait for events: %s", strerror(errno));
	}
	notify("STOPPING=1");
	loop_close(&l);
	return r;
}
