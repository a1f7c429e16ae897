// SPDX-License-Identifier: GPL-2.0-only
#include "offload.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "ethtool.h"

static int read_feature(const char *name, const char *feature, struct ethtool_facts *facts,
			struct ethtool_feature **ret_feature)
{
	unsigned int n;
	int r;

	r = ethtool_read(name, facts);
	if (r)
		return r;
	for (n = 0; n < facts->n_features; n++) {
		if (strcmp(facts->names[n], feature) == 0 && facts->features[n].known) {
			*ret_feature = &facts->features[n];
			return 0;
		}
	}
	return -ENOENT;
}

int offload_get(uint32_t ifindex, const char *feature, bool *ret_on)
{
	struct ethtool_feature *found;
	struct ethtool_facts facts;
	char name[IF_NAMESIZE];
	int r;

	if (!if_indextoname(ifindex, name))
		return -ENODEV;
	r = read_feature(name, feature, &facts, &found);
	if (!r)
		*ret_on = found->on;
	return r;
}

int offload_set(uint32_t ifindex, const char *feature, bool on)
{
	struct ethtool_feature *wanted;
	struct ethtool_facts facts;
	char name[IF_NAMESIZE];
	bool now;
	int r;

	if (!if_indextoname(ifindex, name))
		return -ENODEV;
	r = read_feature(name, feature, &facts, &wanted);
	if (r)
		return r;
	wanted->on = on;
	r = ethtool_restore(name, &facts);
	if (!r)
		r = offload_get(ifindex, feature, &now);
	return r ? r : (now == on ? 0 : -EOPNOTSUPP);
}
