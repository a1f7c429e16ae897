// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "options.h"
#include "report.h"
#include "src/util/proc.h"

volatile int bench_interrupted;

static struct bench bench = { .sink_link = -1, .way_link = -1 };

/* The second Ctrl-C ends at once. */
static void on_signal(int number)
{
	bench_interrupted = 1;
	signal(number, SIG_DFL);
}

static void catch_signals(void)
{
	struct sigaction a = { .sa_handler = on_signal };

	sigaction(SIGINT, &a, NULL);
	sigaction(SIGTERM, &a, NULL);
	sigaction(SIGHUP, &a, NULL);
}

static void cleanup(void)
{
	struct err e;

	flood_end(&bench);
	flood_unload(&bench);
	if (bench.folder[0])
		proc_run((const char *const[]){ "rm", "-rf", "--", bench.folder, NULL }, NULL, 0,
			 &e);
	if (bench.lab && lab_down(&bench_lab, &e))
		fprintf(stderr, "xg-bench: %s\n", e.message);
}

/* Two at once would share the lab, and the core. The lock ends with the process. */
static int lock(struct err *e)
{
	int fd;

	mkdir("/run/xgress", 0755);
	fd = open("/run/xgress/bench.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(e, errno, "/run/xgress/bench.lock: %s (needs root)",
			       strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB))
		return err_set(e, EBUSY, "another benchmark is running");
	return 0;
}

/* The last CPU that we may use: the first one serves most interrupts. */
static int pin(struct bench *b, struct err *e)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return err_set(e, errno, "sched_getaffinity: %s", strerror(errno));
	for (int i = 0; i < CPU_SETSIZE; i++) {
		if (CPU_ISSET(i, &set))
			b->cpu = i;
	}
	CPU_ZERO(&set);
	CPU_SET(b->cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		return err_set(e, errno, "cannot stay on CPU %d: %s", b->cpu, strerror(errno));
	return 0;
}

/* build/bench/xg-bench measures build/xgress. */
static int find_xgress(struct bench *b, struct err *e)
{
	char self[sizeof(b->xgress) - 16] = {};

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return err_set(e, errno, "/proc/self/exe: %s", strerror(errno));
	snprintf(b->xgress, sizeof(b->xgress), "%s/xgress", dirname(dirname(self)));
	return 0;
}

static int prepare(struct bench *b, struct err *e)
{
	int err;

	err = lock(e);
	if (!err)
		err = find_xgress(b, e);
	if (!err)
		err = pin(b, e);
	if (err)
		return err;
	atexit(cleanup);
	catch_signals();
	snprintf(b->folder, sizeof(b->folder), "/tmp/xg-bench.XXXXXX");
	if (!mkdtemp(b->folder)) {
		b->folder[0] = '\0';
		return err_set(e, errno, "no folder for policies in /tmp: %s", strerror(errno));
	}
	b->lab = true;
	err = lab_down(&bench_lab, e); /* of one that was killed */
	if (!err)
		err = lab_up(&bench_lab, e);
	return err ? err : flood_load(b, e);
}

static bool wanted(const struct bench_options *o, const struct bench_case *c)
{
	for (unsigned int i = 0; i < o->n_cases; i++) {
		if (!strcmp(o->cases[i], c->name))
			return true;
	}
	return o->n_cases == 0;
}

static int run(struct bench *b, struct err *e)
{
	struct machine m;
	int err;

	err = prepare(b, e);
	if (err)
		return err;
	machine_read(&m);
	report_machine(b, &m);
	for (const struct bench_case *c = bench_cases; c->name; c++) {
		if (!wanted(&b->options, c))
			continue;
		err = run_case(b, c, &b->results[b->n_results], e);
		if (err)
			return err;
		report_case(&b->results[b->n_results++]);
	}
	report_goals(b);
	return b->options.json ? result_write(b, &m, b->options.json, e) : 0;
}

static int print_warnings(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

int main(int argc, char **argv)
{
	struct err e;
	int err;

	libbpf_set_print(print_warnings);
	err = options_parse(argc, argv, &bench.options, &e);
	if (!err)
		err = run(&bench, &e);
	if (err >= 0)
		return 0;
	fprintf(stderr, "xg-bench: %s\n", e.message);
	return err == -EINVAL ? 2 : 1;
}
