// SPDX-License-Identifier: GPL-2.0-only
/*
 * The benchmark's flood through a gateway of the tests, at the rate of the machine:
 *
 *	NEAR_NETNS:DEV --> gateway's DEV | xgress | gateway's DEV --> FAR_NETNS:DEV, the sink
 *
 * usage: flood NEAR_NETNS:DEV GATEWAY:DEV GATEWAY:DEV FAR_NETNS:DEV
 *
 * IPv4 and IPv6 in turns, to 10.3.0.0/20 and fd00:3::/64. Says "flowing" when the first frames
 * have arrived, goes on until its standard input ends, waits for the last frames, and prints
 * one JSON object: frames made, arrived, and those that arrived as a router leaves them.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench/frame.h" /* before the skeleton, which has its structs */

#include "bench/frames.h"
#include "bench/gen.skel.h"
#include "bench/generate.h"
#include "src/net/netns.h"

#define CHUNK        65536 /* frames between two looks at the standard input */
#define DESTINATIONS 4096

enum { NEAR, ENTRY, EXIT, FAR, PORTS };

struct port {
	char netns[64];
	uint32_t ifindex;
	unsigned char mac[6];
};

/* "NETNS:DEV". Leaves this thread in that namespace. */
static int find_port(const char *text, struct port *ret_port, struct err *e)
{
	const char *dev = strchr(text, ':');
	struct ifreq request = {};
	int err, fd;

	if (!dev || (size_t)(dev - text) >= sizeof(ret_port->netns))
		return err_set(e, EINVAL, "'%s': expected NETNS:DEV", text);
	memcpy(ret_port->netns, text, dev - text);
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", dev + 1);
	err = netns_enter(ret_port->netns, e);
	if (err)
		return err;
	ret_port->ifindex = if_nametoindex(request.ifr_name);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	err = fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request) ? errno : 0;
	if (fd >= 0)
		close(fd);
	memcpy(ret_port->mac, request.ifr_hwaddr.sa_data, sizeof(ret_port->mac));
	return err ? err_set(e, err, "%s: %s", text, strerror(err)) : 0;
}

static void write_macs(const struct port *to, const struct port *from, volatile const void *macs)
{
	memcpy((unsigned char *)macs, to->mac, 6);
	memcpy((unsigned char *)macs + 6, from->mac, 6);
}

static int load(const struct port *p, struct gen_bpf *gen, struct err *e)
{
	unsigned char frame[64] = {};
	int err;

	frame_ipv4(frame);
	memcpy((void *)&gen->rodata->frame4, frame, sizeof(frame));
	frame_ipv6(frame);
	memcpy((void *)&gen->rodata->frame6, frame, sizeof(frame));
	write_macs(&p[ENTRY], &p[NEAR], &gen->rodata->frame4);
	write_macs(&p[ENTRY], &p[NEAR], &gen->rodata->frame6);
	write_macs(&p[FAR], &p[EXIT], &gen->rodata->sink_macs);
	gen->data->destinations = DESTINATIONS;
	err = gen_bpf__load(gen);
	return err ? err_set(e, -err, "the kernel refuses the generator: %s", strerror(-err)) : 0;
}

/* The sink on the far end, and the way out of the near one; this thread ends in its namespace. */
static int attach(const struct port *p, struct gen_bpf *gen, struct err *e)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_DRV_MODE);
	uint32_t slot = 0;
	int fd, err;

	err = netns_enter(p[FAR].netns, e);
	if (err)
		return err;
	fd = bpf_link_create(bpf_program__fd(gen->progs.sink_flood), p[FAR].ifindex, BPF_XDP,
			     &opts);
	if (fd < 0)
		return err_set(e, -fd, "cannot attach the sink: %s", strerror(-fd));
	err = netns_enter(p[NEAR].netns, e);
	if (!err &&
	    bpf_map_update_elem(bpf_map__fd(gen->maps.to_gateway), &slot, &p[NEAR].ifindex, 0))
		err = err_set(e, errno, "devmap: %s", strerror(errno));
	return err;
}

static bool told_to_stop(void)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&in, 1, 0) != 0;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int flood(struct gen_bpf *gen, struct err *e)
{
	double started = seconds(), took;
	uint64_t made = 0;
	bool ipv6 = false;
	int err = 0;

	while (!err && (made < 2 * CHUNK || !told_to_stop())) {
		uint32_t before = gen->bss->next_destination;

		err = generate(gen, ipv6, CHUNK, e);
		made += (uint32_t)(gen->bss->next_destination - before);
		ipv6 = !ipv6;
		if (made == 2 * CHUNK) {
			puts("flowing");
			fflush(stdout);
		}
	}
	if (err)
		return err;
	took = seconds() - started;
	sink_wait(gen, made);
	printf("{\"made\": %llu, \"arrived\": %llu, \"right\": %llu, \"seconds\": %.3f}\n",
	       (unsigned long long)made, (unsigned long long)sink_packets(gen),
	       (unsigned long long)sink_right(gen), took);
	return 0;
}

/* One CPU makes, forwards and counts: its queues can hold all that it makes before it empties them.
 */
static void pin(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sysconf(_SC_NPROCESSORS_ONLN) - 1, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

int main(int argc, char **argv)
{
	struct gen_bpf *gen = gen_bpf__open();
	struct port ports[PORTS] = {};
	struct err e = {};
	int err = 0;

	if (!gen || argc != 1 + PORTS)
		err = err_set(&e, EINVAL, "usage: flood NETNS:DEV NETNS:DEV NETNS:DEV NETNS:DEV");
	for (int i = 0; i < PORTS && !err; i++)
		err = find_port(argv[1 + i], &ports[i], &e);
	if (!err)
		err = load(ports, gen, &e);
	if (!err)
		err = attach(ports, gen, &e);
	pin();
	if (!err)
		err = flood(gen, &e);
	gen_bpf__destroy(gen);
	if (err)
		fprintf(stderr, "flood: %s\n", e.message);
	return err ? 1 : 0;
}
