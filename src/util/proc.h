/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Other programs: started without a shell, found through PATH, in the network namespace that
 * the calling thread is in. Their standard input is /dev/null.
 */
#ifndef XG_UTIL_PROC_H
#define XG_UTIL_PROC_H

#include <stddef.h>
#include <sys/types.h>

#include "err.h"

/* A started program whose standard output and error arrive in one pipe. */
struct proc {
	pid_t pid;  /* 0: none */
	int output; /* the pipe's reading end; -1: none */
};

/* Returns 0, -ENOENT where the program is not installed, or another negative errno. */
int proc_start(const char *const argv[], struct proc *ret_proc, struct err *e);

/*
 * Reads what the program says until it ends. `output` gets the first `size` - 1 bytes, ended by
 * a zero, without the last newline; the rest is read and dropped, so that the program never
 * blocks. `output` may be NULL. Returns the exit status, 128 + signal, or a negative errno; in
 * every case nothing is left to release.
 */
int proc_wait(struct proc *p, char *output, size_t size);

/* Ends the program (SIGTERM) and waits for it. Fine for a zeroed `p` and after proc_wait(). */
void proc_stop(struct proc *p);

/*
 * Runs a program to its end. Returns 0 where it succeeded; else `e` has the command and its
 * words, and the result is -ENOENT (not installed), -EIO (it failed) or another negative errno.
 */
int proc_run(const char *const argv[], char *output, size_t size, struct err *e);

#endif
