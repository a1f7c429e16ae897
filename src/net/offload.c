// SPDX-License-Identifier: GPL-2.0-only
#include "offload.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int ethtool(uint32_t ifindex, void *command)
{
	struct ifreq request = { .ifr_data = command };
	int fd, r = 0;

	if (!if_indextoname(ifindex, request.ifr_name))
		return -ENODEV;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (ioctl(fd, SIOCETHTOOL, &request))
		r = -errno;
	close(fd);
	return r;
}

static int count_features(uint32_t ifindex, uint32_t *ret_n)
{
	struct {
		struct ethtool_sset_info head;
		uint32_t n;
	} ask = { .head = { .cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << ETH_SS_FEATURES } };
	int r = ethtool(ifindex, &ask);

	*ret_n = ask.n;
	return r ? r : (ask.head.sset_mask ? 0 : -EOPNOTSUPP);
}

/* The feature's bit, and how many there are. */
static int find_feature(uint32_t ifindex, const char *feature, uint32_t *ret_bit, uint32_t *ret_n)
{
	struct ethtool_gstrings *names;
	uint32_t n, bit;
	int r;

	r = count_features(ifindex, &n);
	if (r)
		return r;
	names = calloc(1, sizeof(*names) + n * ETH_GSTRING_LEN);
	if (!names)
		return -ENOMEM;
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_FEATURES;
	names->len = n;
	r = ethtool(ifindex, names);
	for (bit = 0; bit < n && !r; bit++) {
		if (strncmp((char *)names->data + bit * ETH_GSTRING_LEN, feature,
			    ETH_GSTRING_LEN) == 0)
			break;
	}
	free(names);
	*ret_bit = bit;
	*ret_n = n;
	return r ? r : (bit < n ? 0 : -ENOENT);
}

int offload_get(uint32_t ifindex, const char *feature, bool *ret_on)
{
	struct ethtool_gfeatures *all;
	uint32_t bit, n, blocks;
	int r;

	r = find_feature(ifindex, feature, &bit, &n);
	if (r)
		return r;
	blocks = (n + 31) / 32;
	all = calloc(1, sizeof(*all) + blocks * sizeof(all->features[0]));
	if (!all)
		return -ENOMEM;
	all->cmd = ETHTOOL_GFEATURES;
	all->size = blocks;
	r = ethtool(ifindex, all);
	if (!r)
		*ret_on = all->features[bit / 32].active & 1U << bit % 32;
	free(all);
	return r;
}

int offload_set(uint32_t ifindex, const char *feature, bool on)
{
	struct ethtool_sfeatures *change;
	uint32_t bit, n, blocks;
	bool now;
	int r;

	r = find_feature(ifindex, feature, &bit, &n);
	if (r)
		return r;
	blocks = (n + 31) / 32;
	change = calloc(1, sizeof(*change) + blocks * sizeof(change->features[0]));
	if (!change)
		return -ENOMEM;
	change->cmd = ETHTOOL_SFEATURES;
	change->size = blocks;
	change->features[bit / 32].valid = 1U << bit % 32;
	change->features[bit / 32].requested = on ? 1U << bit % 32 : 0;
	r = ethtool(ifindex, change);
	free(change);
	if (!r)
		r = offload_get(ifindex, feature, &now);
	return r ? r : (now == on ? 0 : -EOPNOTSUPP);
}
