// SPDX-License-Identifier: GPL-2.0-only
/* Bulk TCP with iperf3: the ends are two namespaces, the gateway lies between. */
#include <errno.h>
#include <jansson.h>
#include <poll.h>

#include "src/net/netns.h"
#include "src/util/proc.h"
#include "stats.h"

/* iperf3 says that it listens before it waits: the first output is the sign. */
static int start_server(struct proc *ret_server, struct err *e)
{
	struct pollfd p = { .events = POLLIN };
	int err;

	err = netns_enter(BENCH_NET, e);
	if (err)
		return err;
	err = proc_start((const char *const[]){ "iperf3", "-s", "-1", "--forceflush", "-B",
						"10.2.0.2", NULL },
			 ret_server, e);
	if (err)
		return err;
	p.fd = ret_server->output;
	if (poll(&p, 1, 2000) == 1)
		return 0;
	proc_stop(ret_server);
	return err_set(e, ETIMEDOUT, "iperf3 -s does not start");
}

static int parse(const char *text, struct sample *ret_sample, struct err *e)
{
	double bits = 0;
	json_int_t retransmits = 0;
	json_error_t why;
	json_t *root;
	int err = 0;

	root = json_loads(text, 0, &why);
	if (!root)
		return err_set(e, EPROTO, "iperf3's JSON: %s", why.text);
	if (json_unpack_ex(root, &why, 0, "{s:{s:{s:F},s:{s:I}}}", "end", "sum_received",
			   "bits_per_second", &bits, "sum_sent", "retransmits", &retransmits))
		err = err_set(e, EPROTO, "iperf3's JSON: %s", why.text);
	json_decref(root);
	if (!err && bits <= 0)
		err = err_set(e, EIO, "no byte arrived");
	if (err)
		return err;
	ret_sample->value = bits / 1e9;
	ret_sample->retransmits = retransmits;
	return 0;
}

/* The connection may fail where a way forwards TCP wrongly: 2 s are enough to know. */
static int run_client(struct bench *b, char *text, size_t size, struct err *e)
{
	char duration[16];
	int err;

	snprintf(duration, sizeof(duration), "%u", b->options.tcp_seconds);
	err = netns_enter(BENCH_APP, e);
	if (err)
		return err;
	return proc_run((const char *const[]){ "iperf3", "-c", "10.2.0.2", "-t", duration, "-J",
					       "--connect-timeout", "2000", NULL },
			text, size, e);
}

int tcp_measure(struct bench *b, const struct bench_case *c, struct sample *ret_sample,
		struct err *e)
{
	static char text[1 << 18];
	struct sample s = {};
	struct proc server;
	struct cpu_use use;
	int err;

	(void)c;
	err = start_server(&server, e);
	if (err)
		return err;
	cpu_start(&use);
	err = run_client(b, text, sizeof(text), e);
	proc_stop(&server);
	cpu_stop(&use, &s);
	if (!err)
		err = parse(text, &s, e);
	if (!err)
		*ret_sample = s;
	return err;
}
