/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The intent: what is about to change is noted in `state` before the first hook is touched, and
 * both generations lie in records. So whoever comes after a crash can go all the way to the old
 * or to the new state. The notes are kernel memory: they survive every process, and a reboot
 * takes them along with the links.
 */
#ifndef XG_DATAPLANE_JOURNAL_H
#define XG_DATAPLANE_JOURNAL_H

#include "instance.h"

/*
 * instance_open() with INSTANCE_LOCK and `flags`; then what a crash has left is finished or
 * reverted, and what nobody confirmed in time is rolled back.
 */
int journal_open(const char *name, int flags, struct instance *ret_instance, struct err *e);

/*
 * instance_open() to read; before that, does what journal_open() does, where no writer is at work.
 * -ENOENT while there is no generation in force.
 */
int journal_look(const char *name, struct instance *ret_instance, struct err *e);

/* Before the record of `to` is written. `confirm_by_ns` is for `to`; 0: for good. */
void journal_prepare(struct instance *i, uint64_t to, uint64_t confirm_by_ns);

/* Before the first hook is touched. Until journal_commit() a crash means what is in force. */
void journal_begin(struct instance *i);

/* Back to what was in force; where that was nothing, the instance goes. */
int journal_revert(struct instance *i, struct err *e);

/* All hooks run `to`: from now on a crash means that. Notes it and removes what is not needed. */
int journal_commit(struct instance *i, struct err *e);

/* Takes everything of the instance away, whatever it looks like. */
int journal_down(struct instance *i, struct err *e);

#endif
