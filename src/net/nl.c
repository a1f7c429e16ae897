// SPDX-License-Identifier: GPL-2.0-only
#include "nl.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

#define DUMP_TRIES 10

struct nlmsghdr *nl_dump(char *buffer, unsigned int type, size_t size, void **ret_header)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	*ret_header = mnl_nlmsg_put_extra_header(request, size);
	return request;
}

static int receive_all(struct mnl_socket *s, unsigned int sequence, mnl_cb_t answer, void *data)
{
	char buffer[32768];
	ssize_t n;
	int r;

	do {
		n = mnl_socket_recvfrom(s, buffer, sizeof(buffer));
		if (n < 0)
			return -errno;
		r = mnl_cb_run(buffer, n, sequence, mnl_socket_get_portid(s), answer, data);
	} while (r > MNL_CB_STOP);
	return r < 0 ? -errno : 0;
}

int nl_talk(int bus, struct nlmsghdr *request, mnl_cb_t answer, void *data)
{
	struct mnl_socket *s = mnl_socket_open2(bus, SOCK_CLOEXEC);
	int r = 0;

	if (!s)
		return -errno;
	request->nlmsg_seq = time(NULL);
	if (mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(s, request, request->nlmsg_len) < 0)
		r = -errno;
	else
		r = receive_all(s, request->nlmsg_seq, answer, data);
	mnl_socket_close(s);
	return r;
}

int nl_talk_dump(int bus, struct nlmsghdr *request, mnl_cb_t answer, void (*again)(void *data),
		 void *data)
{
	int r = 0, n;

	for (n = 0; n < DUMP_TRIES; n++) {
		r = nl_talk(bus, request, answer, data);
		if (r != -EINTR)
			return r;
		if (again)
			again(data);
	}
	return r;
}
