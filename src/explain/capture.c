// SPDX-License-Identifier: GPL-2.0-only
#include "capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

struct capture {
	pcap_t *pcap;
	const char *file;
	size_t n;
};

int capture_open(const char *file, struct capture **ret_capture, struct err *e)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	struct capture *c = calloc(1, sizeof(*c));
	const char *type;

	if (!c)
		return err_set(e, ENOMEM, "out of memory");
	c->file = file;
	c->pcap = pcap_open_offline(file, why);
	if (!c->pcap) {
		capture_close(c);
		return err_at(e, EINVAL, file, 0, 0, "not a capture file (pcap, pcapng): %s", why);
	}
	if (pcap_datalink(c->pcap) == DLT_EN10MB) {
		*ret_capture = c;
		return 0;
	}
	type = pcap_datalink_val_to_name(pcap_datalink(c->pcap));
	err_at(e, EINVAL, file, 0, 0,
	       "the packets' link type is %s: expected Ethernet (EN10MB); capture on the interface "
	       "itself, not on 'any'",
	       type ? type : "unknown");
	capture_close(c);
	return -EINVAL;
}

void capture_close(struct capture *c)
{
	if (c->pcap)
		pcap_close(c->pcap);
	free(c);
}

int capture_next(struct capture *c, const uint8_t **ret_packet, size_t *ret_size,
		 size_t *ret_missing, struct err *e)
{
	struct pcap_pkthdr *header;
	int r = pcap_next_ex(c->pcap, &header, ret_packet);

	if (r == PCAP_ERROR_BREAK)
		return 0;
	c->n++;
	if (r != 1)
		return err_at(e, EINVAL, c->file, 0, 0, "packet %zu is broken: %s", c->n,
			      pcap_geterr(c->pcap));
	*ret_size = header->caplen;
	*ret_missing = header->len > header->caplen ? header->len - header->caplen : 0;
	return 1;
}
