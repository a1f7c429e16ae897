/* SPDX-License-Identifier: GPL-2.0-only */
/* What ethtool knows of an interface: offloads by their names, queues, rings. */
#ifndef XG_NET_ETHTOOL_H
#define XG_NET_ETHTOOL_H

#include <stdbool.h>
#include <stdint.h>

#define ETHTOOL_FEATURES_MAX 128

/* One offload, by the kernel's name of it: "rx-lro", "rx-vlan-hw-parse", "tx-udp-segmentation". */
struct ethtool_feature {
	bool known; /* the kernel has a feature of this name */
	bool on;
	bool fixed; /* the driver does not let it be changed */
};

/* Numbers of queues. A driver counts a queue as combined, or as rx and tx apart. */
struct ethtool_queues {
	unsigned int rx, tx, combined;
	unsigned int max_rx, max_tx, max_combined; /* all 0: the driver does not tell */
};

struct ethtool_rings {
	unsigned int rx, tx; /* descriptors; 0: the driver does not tell */
	unsigned int max_rx, max_tx;
};

struct ethtool_facts {
	struct ethtool_queues queues;
	struct ethtool_rings rings;
	unsigned int n_features;
	char names[ETHTOOL_FEATURES_MAX][32];
	struct ethtool_feature features[ETHTOOL_FEATURES_MAX];
};

/*
 * Reads all of it; needs no root. What the driver does not tell stays zero, all of it where there
 * is no such interface. Returns 0 or a negative errno: no socket.
 */
int ethtool_read(const char *interface, struct ethtool_facts *ret_facts);

/*
 * Turns what may be changed, and differs from `before`, back. Returns 0 (nothing differed
 * included) or the kernel's negative errno.
 */
int ethtool_restore(const char *interface, const struct ethtool_facts *before);

/* A feature that the kernel does not have is not known, off and fixed. */
struct ethtool_feature ethtool_feature(const struct ethtool_facts *f, const char *name);

/* Queues that receive, and queues that send; 0 where the driver does not tell. */
unsigned int ethtool_rx_queues(const struct ethtool_facts *f);
unsigned int ethtool_tx_queues(const struct ethtool_facts *f);

#endif
