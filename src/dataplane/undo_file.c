// SPDX-License-Identifier: GPL-2.0-only
#include "undo_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER      "xgress undo 1 "
#define JOURNAL_MAX (1 << 20)

static int bad(const char *path, int code, const char *why, struct err *e)
{
	return err_set(e, code, "the undo journal %s: %s", path, why);
}

static int boot_header(char *line, size_t size, struct err *e)
{
	char id[40] = "";
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
	bool got = f && fgets(id, sizeof(id), f);

	if (f)
		fclose(f);
	if (!got)
		return err_set(e, EIO, "cannot read the kernel's boot_id");
	id[strcspn(id, "\n")] = 0;
	snprintf(line, size, HEADER "%s", id);
	return 0;
}

/* Ours alone, no link to somewhere else: what it says is done as root. */
static int open_journal(const char *path, int flags, struct err *e)
{
	int fd = open(path, flags | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0)
		return bad(path, errno,
			   errno == ELOOP ? "is a symbolic link; look who made it"
					  : strerror(errno),
			   e);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_mode & 022 ||
	    st.st_nlink != 1) {
		close(fd);
		return bad(path, EPERM,
			   "is not a file of root's alone; look who made it and "
			   "remove it",
			   e);
	}
	return fd;
}

static int read_text(const char *path, char **ret_text, struct err *e)
{
	int fd = open_journal(path, O_RDONLY, e);
	char *text;
	ssize_t n;

	if (fd < 0)
		return fd;
	text = calloc(1, JOURNAL_MAX + 1);
	n = text ? read(fd, text, JOURNAL_MAX) : -1;
	close(fd);
	if (n < 0) {
		free(text);
		return bad(path, EIO, "cannot be read", e);
	}
	if (strlen(text) != (size_t)n) {
		free(text);
		return bad(path, EUCLEAN, "is damaged; look what it says and remove it", e);
	}
	*ret_text = text;
	return 0;
}

/* Whole lines only. */
static int split(struct undo_lines *l)
{
	char *end, *line = l->text;
	size_t room = 1;

	for (end = l->text; (end = strchr(end, '\n')); end++)
		room++;
	l->v = calloc(room, sizeof(*l->v));
	if (!l->v)
		return -ENOMEM;
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = 0;
		l->v[l->n++] = line;
	}
	return 0;
}

/* 0: of this boot. 1: there is nothing to do by it. */
static int check_header(const char *path, struct undo_lines *l, struct err *e)
{
	char header[80];
	int r;

	r = boot_header(header, sizeof(header), e);
	if (r)
		return r;
	if (!l->n)
		return 1; /* cut off before its first change */
	if (strncmp(l->v[0], HEADER, strlen(HEADER)) != 0)
		return bad(path, EUCLEAN,
			   "does not begin like one; look what it says and remove "
			   "it",
			   e);
	return strcmp(l->v[0], header) != 0;
}

int undo_file_read(const char *path, struct undo_lines *ret_lines, struct err *e)
{
	struct undo_lines l = { 0 };
	int r;

	r = read_text(path, &l.text, e);
	if (!r && split(&l))
		r = err_set(e, ENOMEM, "out of memory");
	if (!r)
		r = check_header(path, &l, e);
	if (r) {
		undo_lines_release(&l);
		if (r == 1)
			r = undo_file_write(path, &l, e);
		if (r && r != -ENOENT)
			return r;
		*ret_lines = (struct undo_lines){ 0 };
		return 0;
	}
	memmove(l.v, l.v + 1, --l.n * sizeof(*l.v));
	*ret_lines = l;
	return 0;
}

void undo_lines_release(struct undo_lines *l)
{
	free(l->v);
	free(l->text);
	memset(l, 0, sizeof(*l));
}

/* The two folders above the file: the instance's and the namespace's. */
static int make_folders(const char *path, struct err *e)
{
	char folder[PATH_MAX];
	const char *end;
	struct stat st;

	for (end = strchr(path + 1, '/'); end; end = strchr(end + 1, '/')) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(end - path), path);
		if (mkdir(folder, 0755) && errno != EEXIST)
			return err_set(e, errno, "cannot make %s: %s", folder, strerror(errno));
	}
	if (lstat(folder, &st) || !S_ISDIR(st.st_mode) || st.st_uid != geteuid() ||
	    st.st_mode & 022)
		return err_set(e, EPERM, "%s is not a folder that only root may write to", folder);
	return 0;
}

static void remove_folders(const char *path)
{
	char folder[PATH_MAX];
	char *slash;
	int n;

	snprintf(folder, sizeof(folder), "%s", path);
	for (n = 0; n < 2 && (slash = strrchr(folder, '/')); n++) {
		*slash = 0;
		if (rmdir(folder))
			return;
	}
}

/* A file's name is on the disk when its folder is. */
static void sync_folder(const char *path)
{
	char folder[PATH_MAX];
	int fd;

	snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = 0;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

static int write_line(int fd, const char *line)
{
	return dprintf(fd, "%s\n", line) == (int)strlen(line) + 1 ? 0 : -EIO;
}

static int write_new(const char *path, const struct undo_lines *l, struct err *e)
{
	char header[80];
	int fd, r;
	size_t n;

	r = boot_header(header, sizeof(header), e);
	if (r)
		return r;
	unlink(path);
	fd = open_journal(path, O_WRONLY | O_CREAT | O_EXCL, e);
	if (fd < 0)
		return fd;
	r = write_line(fd, header);
	for (n = 0; n < l->n && !r; n++)
		r = l->v[n] ? write_line(fd, l->v[n]) : 0;
	if (!r && fsync(fd))
		r = -errno;
	close(fd);
	return r ? bad(path, -r, strerror(-r), e) : 0;
}

int undo_file_write(const char *path, const struct undo_lines *l, struct err *e)
{
	char temporary[PATH_MAX];
	size_t n;
	int r;

	for (n = 0; n < l->n && !l->v[n]; n++)
		;
	if (n == l->n) {
		if (unlink(path) && errno != ENOENT)
			return bad(path, errno, strerror(errno), e);
		remove_folders(path);
		return 0;
	}
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	r = write_new(temporary, l, e);
	if (!r && rename(temporary, path))
		r = bad(path, errno, strerror(errno), e);
	sync_folder(path);
	return r;
}

int undo_file_add(const char *path, const char *line, struct err *e)
{
	struct undo_lines l;
	char **grown;
	int r;

	r = make_folders(path, e);
	if (!r)
		r = undo_file_read(path, &l, e);
	if (r)
		return r;
	if (!l.n) /* the journal of another boot took its folders along */
		r = make_folders(path, e);
	grown = realloc(l.v, (l.n + 1) * sizeof(*l.v));
	if (!grown) {
		undo_lines_release(&l);
		return err_set(e, ENOMEM, "out of memory");
	}
	l.v = grown;
	l.v[l.n++] = (char *)line;
	if (!r)
		r = undo_file_write(path, &l, e);
	undo_lines_release(&l);
	return r;
}
