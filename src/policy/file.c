// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_READ 65536

/* Never waits: a FIFO without a writer would hang a plain open() for ever. */
static int open_regular(const char *path, size_t *ret_size, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st = {};

	if (fd < 0)
		return err_at(e, errno, path, 0, 0, "%s", strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_at(e, S_ISDIR(st.st_mode) ? EISDIR : ENOTSUP, path, 0, 0, "%s",
			      S_ISDIR(st.st_mode) ? "it is a directory" : "not a regular file");
	}
	*ret_size = (size_t)st.st_size;
	return fd;
}

/* Up to `room` bytes, fewer only at the end of the file. */
static ssize_t read_all(int fd, char *buf, size_t room)
{
	size_t used = 0;

	while (used < room) {
		ssize_t got = read(fd, buf + used, room - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		used += (size_t)got;
	}
	return (ssize_t)used;
}

/* The file's size is a guess only: procfs says 0, and files grow. */
static int read_growing(int fd, size_t guess, size_t max, char **ret_text, size_t *ret_size)
{
	size_t room = guess < FIRST_READ ? FIRST_READ : guess + 1;
	char *text = NULL;
	size_t used = 0;
	ssize_t got;

	for (;;) {
		char *bigger = realloc(text, room);

		got = bigger ? read_all(fd, bigger + used, room - used) : -ENOMEM;
		text = bigger ? bigger : text;
		if (got < 0)
			break;
		used += (size_t)got;
		if (used > max) {
			got = -EFBIG;
			break;
		}
		if (used < room) {
			*ret_text = text;
			*ret_size = used;
			return 0;
		}
		room *= 2;
	}
	free(text);
	return (int)got;
}

int file_read(const char *path, size_t max, char **ret_text, size_t *ret_size, struct err *e)
{
	size_t guess = 0;
	int fd = open_regular(path, &guess, e);
	int ret;

	if (fd < 0)
		return fd;
	ret = guess > max ? -EFBIG : read_growing(fd, guess, max, ret_text, ret_size);
	close(fd);
	if (ret == -EFBIG)
		return err_at(e, EFBIG, path, 0, 0, "larger than %zu MB", max >> 20);
	if (ret < 0)
		return err_at(e, -ret, path, 0, 0, "%s", strerror(-ret));
	return 0;
}
