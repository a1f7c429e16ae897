// SPDX-License-Identifier: GPL-2.0-only
#include "stats.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Between the two neighbours where the place is not a whole number. */
static double quantile(const double *sorted, unsigned int n, double q)
{
	double place = q * (n - 1);
	unsigned int low = place;

	if (low + 1 >= n)
		return sorted[n - 1];
	return sorted[low] + (place - low) * (sorted[low + 1] - sorted[low]);
}

struct spread spread_of(const double *values, unsigned int n)
{
	double sorted[BENCH_ROUNDS];

	if (!n)
		return (struct spread){};
	memcpy(sorted, values, n * sizeof(*values));
	qsort(sorted, n, sizeof(*sorted), compare);
	return (struct spread){ quantile(sorted, n, 0.5), quantile(sorted, n, 0.25),
				quantile(sorted, n, 0.75) };
}

const struct way_result *result_find(const struct case_result *r, const char *name)
{
	for (unsigned int i = 0; name && i < r->n_ways; i++) {
		if (!strcmp(r->ways[i].way->name, name) && r->ways[i].state == WAY_OK)
			return &r->ways[i];
	}
	return NULL;
}

struct spread result_ratio(const struct case_result *r, const struct way_result *w,
			   const struct way_result *reference)
{
	double v[BENCH_ROUNDS];

	for (unsigned int i = 0; i < r->rounds; i++)
		v[i] = w->samples[i].value / reference->samples[i].value;
	return spread_of(v, r->rounds);
}

double result_loss(const struct case_result *r, const struct way_result *w)
{
	uint64_t sent = 0, received = 0;

	for (unsigned int i = 0; i < r->rounds; i++) {
		sent += w->samples[i].sent;
		received += w->samples[i].received;
	}
	return sent > received ? (double)(sent - received) / sent : 0;
}

double result_retransmits(const struct case_result *r, const struct way_result *w)
{
	double sum = 0;

	for (unsigned int i = 0; i < r->rounds; i++)
		sum += w->samples[i].retransmits;
	return r->rounds ? sum / r->rounds : 0;
}

/* The spread of one member of the samples. */
static struct spread member(const struct case_result *r, const struct way_result *w, size_t offset)
{
	double v[BENCH_ROUNDS];

	for (unsigned int i = 0; i < r->rounds; i++)
		v[i] = *(const double *)((const char *)&w->samples[i] + offset);
	return spread_of(v, r->rounds);
}

struct spread result_values(const struct case_result *r, const struct way_result *w)
{
	return member(r, w, offsetof(struct sample, value));
}

double result_cores(const struct case_result *r, const struct way_result *w)
{
	return member(r, w, offsetof(struct sample, cores)).median;
}

double result_machine_cores(const struct case_result *r, const struct way_result *w)
{
	return member(r, w, offsetof(struct sample, machine_cores)).median;
}

double result_p99(const struct case_result *r, const struct way_result *w)
{
	return member(r, w, offsetof(struct sample, p99_us)).median;
}

static double seconds(struct timeval t)
{
	return t.tv_sec + t.tv_usec / 1e6;
}

static double own_time(int who)
{
	struct rusage u;

	getrusage(who, &u);
	return seconds(u.ru_utime) + seconds(u.ru_stime);
}

/* Busy time of all CPUs; 0 where /proc/stat cannot be read. */
static double machine_time(void)
{
	unsigned long long t[8] = {};
	FILE *f = fopen("/proc/stat", "re");
	int n = 0;

	if (f) {
		n = fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[0], &t[1], &t[2],
			   &t[3], &t[4], &t[5], &t[6], &t[7]);
		fclose(f);
	}
	/* user, nice, system, irq, softirq; not idle, iowait, steal */
	return n == 8 ? (double)(t[0] + t[1] + t[2] + t[5] + t[6]) / sysconf(_SC_CLK_TCK) : 0;
}

void cpu_start(struct cpu_use *u)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	u->wall = t.tv_sec + t.tv_nsec / 1e9;
	u->own = own_time(RUSAGE_SELF) + own_time(RUSAGE_CHILDREN);
	u->machine = machine_time();
}

void cpu_stop(const struct cpu_use *u, struct sample *s)
{
	struct cpu_use now;

	cpu_start(&now);
	s->cores = (now.own - u->own) / (now.wall - u->wall);
	s->machine_cores = (now.machine - u->machine) / (now.wall - u->wall);
}
