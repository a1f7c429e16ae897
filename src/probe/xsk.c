// SPDX-License-Identifier: GPL-2.0-only
#include "xsk.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAMES     64
#define FRAME_SIZE 4096
#define RING       64
#define UMEM_SIZE  ((size_t)FRAMES * FRAME_SIZE)

static int set(int fd, int option, const void *value, socklen_t size)
{
	return setsockopt(fd, SOL_XDP, option, value, size) ? -errno : 0;
}

/* The kernel wants all four rings, also where nothing is ever put into them. */
static int prepare(int fd, void *memory)
{
	static const int rings[] = { XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_RX_RING,
				     XDP_TX_RING };
	const struct xdp_umem_reg umem = {
		.addr = (uintptr_t)memory,
		.len = UMEM_SIZE,
		.chunk_size = FRAME_SIZE,
	};
	const int room = RING;
	unsigned int i;
	int r;

	r = set(fd, XDP_UMEM_REG, &umem, sizeof(umem));
	for (i = 0; i < sizeof(rings) / sizeof(rings[0]) && !r; i++)
		r = set(fd, rings[i], &room, sizeof(room));
	return r;
}

static int bind_socket(int fd, unsigned int ifindex, unsigned int queue, bool zerocopy)
{
	const struct sockaddr_xdp address = {
		.sxdp_family = AF_XDP,
		.sxdp_flags = zerocopy ? XDP_ZEROCOPY : XDP_COPY,
		.sxdp_ifindex = ifindex,
		.sxdp_queue_id = queue,
	};

	return bind(fd, (const struct sockaddr *)&address, sizeof(address)) ? -errno : 0;
}

int xsk_try(unsigned int ifindex, unsigned int queue, bool zerocopy)
{
	void *memory;
	int fd, r;

	fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	memory = mmap(NULL, UMEM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		close(fd);
		return -ENOMEM;
	}
	r = prepare(fd, memory);
	if (!r)
		r = bind_socket(fd, ifindex, queue, zerocopy);
	close(fd);
	munmap(memory, UMEM_SIZE);
	return r;
}
