// SPDX-License-Identifier: GPL-2.0-only
/* xgress probe: what kernel, drivers and NICs can do, and what would improve it. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "../probe/report.h"
#include "../util/option.h"
#include "cmd.h"

struct probe_options {
	const char *dev; /* NULL: all */
	bool no_trial;
};

static int probe_kernel(struct probe *p, struct err *e)
{
	struct utsname name;

	uname(&name);
	snprintf(p->release, sizeof(p->release), "%s", name.release);
	p->features = calloc(kernel_feature_count(), sizeof(*p->features));
	if (!p->features)
		return err_set(e, ENOMEM, "out of memory");
	for (; p->n_features < kernel_feature_count(); p->n_features++)
		kernel_feature_try(p->n_features, &p->features[p->n_features]);
	return 0;
}

/* Without a name: all but the loopback. */
static bool is_wanted(const struct probe_options *o, const struct link *l)
{
	return o->dev ? strcmp(o->dev, l->name) == 0 : strcmp(l->name, "lo") != 0;
}

static int probe_interfaces(struct probe *p, const struct probe_options *o,
			    const struct link_list *links, struct err *e)
{
	size_t i;
	int r;

	p->interfaces = calloc(links->n + 1, sizeof(*p->interfaces));
	if (!p->interfaces)
		return err_set(e, ENOMEM, "out of memory");
	for (i = 0; i < links->n; i++) {
		struct interface_facts *f = &p->interfaces[p->n_interfaces];

		if (!is_wanted(o, &links->v[i]))
			continue;
		r = interface_read(&links->v[i], links, f, e);
		if (r)
			return r;
		if (o->dev && !o->no_trial)
			interface_try(f);
		interface_advise(f);
		p->n_interfaces++;
	}
	return 0;
}

static int collect(struct probe *p, const struct probe_options *o, struct err *e)
{
	struct link_list links;
	int r;

	r = link_list_read(&links, e);
	if (r)
		return r;
	if (o->dev && !link_find(&links, o->dev))
		r = err_set(e, ENODEV,
			    "no interface '%s' in this network namespace (`ip link` lists them)",
			    o->dev);
	if (!r)
		r = probe_kernel(p, e);
	if (!r)
		r = probe_interfaces(p, o, &links, e);
	link_list_release(&links);
	return r;
}

static int parse(int argc, char **argv, struct probe_options *o, struct err *e)
{
	static const struct option options[] = { { "no-trial", no_argument, NULL, 'r' }, { 0 } };
	int c;

	while ((c = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (c != 'r')
			return option_error(e, "probe", c, argv, ":");
		o->no_trial = true;
	}
	if (argc - optind > 1)
		return err_set(e, EINVAL, "probe: '%s' is not expected", argv[optind + 1]);
	o->dev = argv[optind];
	return 0;
}

static int run(struct context *ctx, int argc, char **argv, struct err *e)
{
	struct probe_options o = { 0 };
	struct probe p = { 0 };
	int r;

	r = parse(argc, argv, &o, e);
	if (!r)
		r = collect(&p, &o, e);
	if (!r && ctx->json)
		report_json(&p);
	else if (!r)
		report_text(&p);
	free(p.features);
	free(p.interfaces);
	return r;
}

const struct command cmd_probe = {
	.name = "probe",
	.summary = "what kernel, drivers and NICs can do, and what would improve it",
	.help = "usage: xgress probe [--no-trial] [DEV]\n"
		"\n"
		"Tries what xgress uses of the kernel, and reads what the interfaces are: driver,\n"
		"queues, offloads, modes, whether they take redirected frames. Each thing that is\n"
		"missing comes with what it means and how to get it.\n"
		"\n"
		"An interface that is named is also tried: a program that passes everything is\n"
		"attached for a moment, and an AF_XDP socket bound to its last queue. A real link\n"
		"may flap for a second. Where an XDP program is attached already, nothing is "
		"tried;\n"
		"without a name, nothing ever is.\n"
		"\n"
		"  --no-trial   only read, also where DEV is named\n"
		"  -j, --json   print JSON\n"
		"\n"
		"Most trials need root; without it they are shown as '?' (JSON: null).\n",
	.run = run,
};
