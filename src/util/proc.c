// SPDX-License-Identifier: GPL-2.0-only
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* What we catch or block is our business, not the program's. */
static int spawn(const char *const argv[], int output, pid_t *ret_pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int err;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	err = posix_spawnp(ret_pid, argv[0], &files, &attr, (char *const *)argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return -err;
}

int proc_start(const char *const argv[], struct proc *ret_proc, struct err *e)
{
	int ends[2], err;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return err_set(e, errno, "%s: no pipe: %s", argv[0], strerror(errno));
	err = spawn(argv, ends[1], &pid);
	close(ends[1]);
	if (err) {
		close(ends[0]);
		return err_set(e, -err, "cannot start %s: %s%s", argv[0], strerror(-err),
			       err == -ENOENT ? " (is its package installed?)" : "");
	}
	*ret_proc = (struct proc){ .pid = pid, .output = ends[0] };
	return 0;
}

static void read_output(int fd, char *output, size_t room)
{
	char chunk[4096];
	size_t used = 0, keep;
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		keep = n < 0 ? 0 : (size_t)n;
		if (keep > room - used)
			keep = room - used;
		memcpy(output + used, chunk, keep);
		used += keep;
	}
	if (used && output[used - 1] == '\n')
		used--;
	output[used] = '\0';
}

int proc_wait(struct proc *p, char *output, size_t size)
{
	char none[1];
	int status;

	if (!p->pid)
		return -ECHILD;
	if (output && size)
		read_output(p->output, output, size - 1);
	else
		read_output(p->output, none, 0);
	close(p->output);
	while (waitpid(p->pid, &status, 0) < 0) {
		if (errno != EINTR) {
			*p = (struct proc){ .output = -1 };
			return -errno;
		}
	}
	*p = (struct proc){ .output = -1 };
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void proc_stop(struct proc *p)
{
	if (!p->pid)
		return;
	kill(p->pid, SIGTERM);
	proc_wait(p, NULL, 0);
}

static void command_text(const char *const argv[], char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (; *argv && used < size; argv++)
		used += snprintf(text + used, size - used, "%s%s", used ? " " : "", *argv);
}

int proc_run(const char *const argv[], char *output, size_t size, struct err *e)
{
	char own[768], command[240];
	struct proc p;
	int err;

	if (!output) {
		output = own;
		size = sizeof(own);
	}
	err = proc_start(argv, &p, e);
	if (err)
		return err;
	err = proc_wait(&p, output, size);
	if (!err)
		return 0;
	command_text(argv, command, sizeof(command));
	if (err < 0)
		return err_set(e, -err, "%s: %s", command, strerror(-err));
	return err_set(e, EIO, "%s: exit status %d: %.600s", command, err, output);
}
