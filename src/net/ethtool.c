// SPDX-License-Identifier: GPL-2.0-only
#include "ethtool.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define WORDS (ETHTOOL_FEATURES_MAX / 32)

struct query {
	int fd;
	const char *interface;
};

static int ask(const struct query *q, void *command)
{
	struct ifreq request = { .ifr_data = command };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", q->interface);
	return ioctl(q->fd, SIOCETHTOOL, &request) ? -errno : 0;
}

static unsigned int count_features(const struct query *q)
{
	struct {
		struct ethtool_sset_info header;
		__u32 count;
	} info = { .header = { .cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << ETH_SS_FEATURES } };

	if (ask(q, &info) || !info.header.sset_mask)
		return 0;
	/* The kernel writes all of its names, whatever room we say there is. */
	return info.count <= ETHTOOL_FEATURES_MAX ? info.count : 0;
}

static int read_names(const struct query *q, struct ethtool_facts *f)
{
	struct {
		struct ethtool_gstrings header;
		char names[ETHTOOL_FEATURES_MAX][ETH_GSTRING_LEN];
	} strings = { .header = { .cmd = ETHTOOL_GSTRINGS,
				  .string_set = ETH_SS_FEATURES,
				  .len = f->n_features } };
	unsigned int i;
	int r;

	r = ask(q, &strings);
	for (i = 0; i < f->n_features && !r; i++)
		snprintf(f->names[i], sizeof(f->names[i]), "%.*s", ETH_GSTRING_LEN - 1,
			 strings.names[i]);
	return r;
}

static bool bit(__u32 word, unsigned int i)
{
	return word >> (i % 32) & 1;
}

static int read_states(const struct query *q, struct ethtool_facts *f)
{
	struct {
		struct ethtool_gfeatures header;
		struct ethtool_get_features_block words[WORDS];
	} state = { .header = { .cmd = ETHTOOL_GFEATURES, .size = WORDS } };
	unsigned int i;
	int r;

	r = ask(q, &state);
	for (i = 0; i < f->n_features && !r; i++) {
		const struct ethtool_get_features_block *w = &state.words[i / 32];

		f->features[i] = (struct ethtool_feature){
			.known = true,
			.on = bit(w->active, i),
			.fixed = bit(w->never_changed, i) || !bit(w->available, i),
		};
	}
	return r;
}

static void read_features(const struct query *q, struct ethtool_facts *f)
{
	f->n_features = count_features(q);
	if (f->n_features && (read_names(q, f) || read_states(q, f)))
		f->n_features = 0;
}

static void read_queues(const struct query *q, struct ethtool_queues *queues)
{
	struct ethtool_channels answer = { .cmd = ETHTOOL_GCHANNELS };

	if (ask(q, &answer))
		return;
	*queues = (struct ethtool_queues){
		.rx = answer.rx_count,
		.tx = answer.tx_count,
		.combined = answer.combined_count,
		.max_rx = answer.max_rx,
		.max_tx = answer.max_tx,
		.max_combined = answer.max_combined,
	};
}

static void read_rings(const struct query *q, struct ethtool_rings *rings)
{
	struct ethtool_ringparam answer = { .cmd = ETHTOOL_GRINGPARAM };

	if (ask(q, &answer))
		return;
	*rings = (struct ethtool_rings){
		.rx = answer.rx_pending,
		.tx = answer.tx_pending,
		.max_rx = answer.rx_max_pending,
		.max_tx = answer.tx_max_pending,
	};
}

static int query_begin(const char *interface, struct query *q)
{
	q->interface = interface;
	q->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return q->fd < 0 ? -errno : 0;
}

int ethtool_read(const char *interface, struct ethtool_facts *ret_facts)
{
	struct query q;
	int r;

	r = query_begin(interface, &q);
	if (r)
		return r;
	memset(ret_facts, 0, sizeof(*ret_facts));
	read_features(&q, ret_facts);
	read_queues(&q, &ret_facts->queues);
	read_rings(&q, &ret_facts->rings);
	close(q.fd);
	return 0;
}

struct wish {
	struct ethtool_sfeatures header;
	struct ethtool_set_features_block words[WORDS];
};

/* Wishes back what differs and may be changed. Returns whether there is such. */
static bool wish_back(const struct ethtool_facts *before, const struct ethtool_facts *now,
		      struct wish *wish)
{
	bool differs = false;
	unsigned int i;

	for (i = 0; i < before->n_features && i < now->n_features; i++) {
		if (now->features[i].fixed || now->features[i].on == before->features[i].on)
			continue;
		differs = true;
		wish->words[i / 32].valid |= 1U << (i % 32);
		wish->words[i / 32].requested |= (__u32)before->features[i].on << (i % 32);
	}
	return differs;
}

int ethtool_restore(const char *interface, const struct ethtool_facts *before)
{
	struct wish wish = { .header = { .cmd = ETHTOOL_SFEATURES,
					 .size = (before->n_features + 31) / 32 } };
	struct ethtool_facts now;
	struct query q;
	int r;

	r = ethtool_read(interface, &now);
	if (r || !wish_back(before, &now, &wish))
		return r;
	r = query_begin(interface, &q);
	if (r)
		return r;
	r = ask(&q, &wish);
	close(q.fd);
	return r;
}

struct ethtool_feature ethtool_feature(const struct ethtool_facts *f, const char *name)
{
	unsigned int i;

	for (i = 0; i < f->n_features; i++) {
		if (strcmp(f->names[i], name) == 0)
			return f->features[i];
	}
	return (struct ethtool_feature){ .fixed = true };
}

unsigned int ethtool_rx_queues(const struct ethtool_facts *f)
{
	return f->queues.rx + f->queues.combined;
}

unsigned int ethtool_tx_queues(const struct ethtool_facts *f)
{
	return f->queues.tx + f->queues.combined;
}
