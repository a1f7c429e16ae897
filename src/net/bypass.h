/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a redirect goes around: who forwards past the kernel's IP layer passes by netfilter, NAT
 * and IPsec, and with XDP by the uplink's qdisc and its TC programs as well.
 */
#ifndef XG_NET_BYPASS_H
#define XG_NET_BYPASS_H

#include "../util/err.h"

#define BYPASS_TEXT 96

/* Each names the first thing found, for people; "" is none. */
struct bypass {
	char netfilter[BYPASS_TEXT]; /* a hook at prerouting, forward, postrouting, ingress */
	char nat[BYPASS_TEXT];
	char xfrm[BYPASS_TEXT]; /* an IPsec policy for what leaves or is forwarded */
};

/*
 * Looks through this network namespace: nftables (iptables-nft, too), legacy iptables, xfrm.
 * What this kernel does not have is not there. Returns 0 or a negative errno.
 */
int bypass_read(struct bypass *ret_bypass, struct err *e);

/*
 * What of others' stands on an interface's way out: a qdisc that somebody put there (the
 * kernel's own have no handle), a TC filter or a tcx program. `ret_what` has BYPASS_TEXT bytes.
 * Returns 0 or a negative errno.
 */
int bypass_read_egress(unsigned int ifindex, char *ret_what, struct err *e);

#endif
