// SPDX-License-Identifier: GPL-2.0-only
/* The tables on standard output. */
#include "report.h"

#include <sys/utsname.h>
#include <unistd.h>

static void cpu_model(char *text, size_t size)
{
	char line[256];
	FILE *f;

	snprintf(text, size, "unknown");
	f = fopen("/proc/cpuinfo", "re");
	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		char *colon = strchr(line, ':');

		if (strncmp(line, "model name", 10) || !colon)
			continue;
		colon[strcspn(colon, "\n")] = '\0';
		snprintf(text, size, "%s", colon + 2);
		break;
	}
	fclose(f);
}

void machine_read(struct machine *ret_machine)
{
	struct utsname u;

	uname(&u);
	snprintf(ret_machine->kernel, sizeof(ret_machine->kernel), "%s", u.release);
	cpu_model(ret_machine->cpu, sizeof(ret_machine->cpu));
	ret_machine->cpus = sysconf(_SC_NPROCESSORS_ONLN);
	ret_machine->driver = "veth";
	ret_machine->mode = "native XDP";
}

void report_machine(const struct bench *b, const struct machine *m)
{
	printf("kernel %s, %s, %ld CPUs, %s (%s)\n", m->kernel, m->cpu, m->cpus, m->driver,
	       m->mode);
	printf("everything on CPU %d; %u rounds, floods of %u frames; ratios are medians within "
	       "rounds [quartiles]\n",
	       b->cpu, b->options.rounds, b->options.packets);
	for (const struct way *const *w = bench_ways; *w; w++)
		printf("  %-12s %s\n", (*w)->name, (*w)->what);
}

static void print_head(const struct bench_case *c)
{
	printf("\n%s: %s\n", c->name, c->title);
	printf("  %-12s %8s", "way", c->unit);
	if (c->kind & (KIND_FORWARD | KIND_BLOCK))
		printf(" %6s %7s", "ns", "loss");
	if (c->kind == KIND_TCP)
		printf(" %8s", "retrans");
	if (c->kind == KIND_LATENCY)
		printf(" %8s", "p99");
	for (int i = 0; i < 2 && c->reference[i]; i++)
		printf("  / %-20s", c->reference[i]);
	printf(" cores  machine\n");
}

static void print_detail(const struct case_result *r, const struct way_result *w)
{
	if (r->c->kind & (KIND_FORWARD | KIND_BLOCK))
		printf(" %6.1f %6.3f%%", 1e3 / result_values(r, w).median, 100 * result_loss(r, w));
	if (r->c->kind == KIND_TCP)
		printf(" %8.0f", result_retransmits(r, w));
	if (r->c->kind == KIND_LATENCY)
		printf(" %8.2f", result_p99(r, w));
}

static void print_ratio(const struct case_result *r, const struct way_result *w,
			const char *reference)
{
	const struct way_result *of = result_find(r, reference);
	struct spread s;

	if (!of) {
		printf("  %-22s", "-");
		return;
	}
	s = result_ratio(r, w, of);
	printf("  %5.2f [%5.2f %5.2f]  ", s.median, s.q1, s.q3);
}

static void print_way(const struct case_result *r, const struct way_result *w)
{
	if (w->state != WAY_OK) {
		printf("  %-12s %s: %s\n", w->way->name,
		       w->state == WAY_SKIPPED ? "skipped" : "FAILED", w->why);
		return;
	}
	printf("  %-12s %8.2f", w->way->name, result_values(r, w).median);
	print_detail(r, w);
	for (int i = 0; i < 2 && r->c->reference[i]; i++)
		print_ratio(r, w, r->c->reference[i]);
	printf(" %5.2f  %7.2f", result_cores(r, w), result_machine_cores(r, w));
	if (w->repeated)
		printf("  (%u repeated: frames were lost)", w->repeated);
	printf("\n");
}

void report_case(const struct case_result *r)
{
	print_head(r->c);
	for (unsigned int i = 0; i < r->n_ways; i++)
		print_way(r, &r->ways[i]);
	fflush(stdout);
}
