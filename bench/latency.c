// SPDX-License-Identifier: GPL-2.0-only
/*
 * A UDP datagram there and back. One thread holds both sockets and spins, so that what is timed
 * is the way through the stacks and the gateway, not a scheduler.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "src/net/netns.h"
#include "stats.h"

#define MAX_PINGS    100000
#define GIVE_UP_NS   1000000000
#define WARM_UP      200
#define MESSAGE_SIZE 32

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* Connected both ways, so that send() and recv() suffice. */
static int open_socket(const char *netns, const char *own, const char *peer, struct err *e)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(7007) }, p = a;
	int fd, err;

	inet_pton(AF_INET, own, &a.sin_addr);
	inet_pton(AF_INET, peer, &p.sin_addr);
	err = netns_enter(netns, e);
	if (err)
		return err;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_set(e, errno, "no socket: %s", strerror(errno));
	if (!bind(fd, (void *)&a, sizeof(a)) && !connect(fd, (void *)&p, sizeof(p)))
		return fd;
	err = err_set(e, errno, "UDP socket on %s: %s", own, strerror(errno));
	close(fd);
	return err;
}

static int pass_on(int from, int to, uint64_t started, struct err *e)
{
	char message[MESSAGE_SIZE] = {};

	if (send(from, message, sizeof(message), 0) < 0)
		return err_set(e, errno, "send: %s", strerror(errno));
	while (recv(to, message, sizeof(message), 0) < 0) {
		if (errno != EAGAIN)
			return err_set(e, errno, "recv: %s", strerror(errno));
		if (bench_interrupted || now_ns() - started > GIVE_UP_NS)
			return err_set(e, EIO, "a datagram was lost");
	}
	return 0;
}

static int ping(int app, int net, uint32_t *ret_ns, struct err *e)
{
	uint64_t start = now_ns();
	int err;

	err = pass_on(app, net, start, e);
	if (!err)
		err = pass_on(net, app, start, e);
	if (!err)
		*ret_ns = now_ns() - start;
	return err;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int ping_many(int app, int net, unsigned int n, struct sample *s, struct err *e)
{
	static uint32_t ns[MAX_PINGS];
	struct cpu_use use;
	int err = 0;

	for (int i = 0; i < WARM_UP && !err; i++)
		err = ping(app, net, &ns[0], e);
	cpu_start(&use);
	for (unsigned int i = 0; i < n && !err; i++)
		err = ping(app, net, &ns[i], e);
	if (err)
		return err;
	cpu_stop(&use, s);
	qsort(ns, n, sizeof(ns[0]), compare);
	s->value = ns[n / 2] / 1e3;
	s->p99_us = ns[(uint64_t)n * 99 / 100] / 1e3;
	return 0;
}

int latency_measure(struct bench *b, const struct bench_case *c, struct sample *ret_sample,
		    struct err *e)
{
	struct sample s = {};
	int app, net, err;

	(void)c;
	app = open_socket(BENCH_APP, "10.1.0.1", "10.2.0.2", e);
	if (app < 0)
		return app;
	net = open_socket(BENCH_NET, "10.2.0.2", "10.1.0.1", e);
	if (net < 0) {
		close(app);
		return net;
	}
	err = ping_many(app, net, b->options.pings, &s, e);
	if (!err)
		*ret_sample = s;
	close(app);
	close(net);
	return err;
}
