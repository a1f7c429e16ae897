/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why a packet left a hook the way it did. One table gives the kernel side its numbers and
 * `xgress stats`, the man pages and the tests their words. A new reason is a new line here, at
 * the end of its group's numbers or of the table: numbers index pinned counters, so a number
 * that was given once keeps its meaning. LOST comes after the exit and beside its reason: a
 * packet that was FORWARDED and did not get away is counted by both.
 *
 *	X(number, NAME, ACTION, "word", "what it means")
 */
#ifndef XG_ABI_REASON_H
#define XG_ABI_REASON_H

enum xg_action {
	XG_ACTION_REDIRECT,
	XG_ACTION_TX,
	XG_ACTION_PASS,
	XG_ACTION_DROP,
	XG_ACTION_LOST,
};

/* clang-format off */
#define XG_REASONS(X) \
	X(0, FORWARDED, REDIRECT, "forwarded", "sent to the next hop by redirect") \
	X(1, PERMITTED, PASS, "permitted", "judged and let through where the kernel has already routed it") \
	X(2, ARP, PASS, "arp", "ARP: the kernel answers and learns") \
	X(3, NOT_IP, PASS, "not_ip", "neither IPv4, IPv6 nor ARP") \
	X(4, OTHER_MAC, PASS, "other_mac", "the destination MAC is not this interface's: bridged, a macvlan's, or not for us") \
	X(5, MULTICAST, PASS, "multicast", "to a multicast or broadcast MAC or address") \
	X(6, VLAN, PASS, "vlan", "tagged: the kernel knows which VLAN device it belongs to") \
	X(7, IP_OPTIONS, PASS, "ip_options", "IPv4 options or an IPv6 hop-by-hop header: routers must read them") \
	X(8, MARTIAN, PASS, "martian", "an address that must not be forwarded: loopback, unspecified, link-local, reserved") \
	X(9, NEIGHBOUR_DISCOVERY, PASS, "neighbour_discovery", "ICMPv6 router or neighbour message (RFC 4861)") \
	X(10, TTL_EXPIRED, PASS, "ttl_expired", "TTL or hop limit of 0 or 1: the kernel sends the ICMP error") \
	X(11, TOO_BIG, PASS, "too_big", "longer than the route's MTU: the kernel fragments or sends the ICMP error") \
	X(12, NOT_FORWARDED, PASS, "not_forwarded", "for this host, or no route: the kernel delivers or answers") \
	X(13, ROUTE_REFUSES, PASS, "route_refuses", "a blackhole, unreachable or prohibit route: the kernel answers") \
	X(14, FORWARDING_OFF, PASS, "forwarding_off", "forwarding is disabled on the interface (sysctl)") \
	X(15, ROUTE_ENCAP, PASS, "route_encap", "the route encapsulates (lwtunnel): the kernel does it") \
	X(16, NO_NEIGHBOUR, PASS, "no_neighbour", "the next hop's MAC is not known: the kernel resolves it") \
	X(17, REFRESH, PASS, "refresh", "one packet a second of each next hop goes by the kernel, which keeps the neighbour alive") \
	X(18, NO_TARGET, PASS, "no_target", "the route leaves by an interface that this direction does not redirect to") \
	X(19, UNREADABLE_PASSED, PASS, "unreadable_passed", "malformed or truncated, and guard.unreadable is pass") \
	X(20, UNREADABLE, DROP, "unreadable", "malformed or truncated, and guard.unreadable is drop") \
	X(21, BLOCKED_SOURCE, DROP, "blocked_source", "the source address is in guard.block or guard.block_src") \
	X(22, BLOCKED_DESTINATION, DROP, "blocked_destination", "the destination address is in guard.block or guard.block_dst") \
	X(23, TARGET_GONE, DROP, "target_gone", "the interface to send to vanished between the lookup and the redirect") \
	X(24, MARKED, PASS, "marked", "the packet carries a firewall mark and a routing rule asks for marks, or may by now: the kernel routes it") \
	X(25, PARTIAL_CHECKSUM, PASS, "partial_checksum", "a checksum that only the kernel can complete (SCTP, or inside a tunnel)") \
	X(26, NEXTHOPS_FULL, PASS, "nexthops_full", "no room for one more next hop: the kernel forwards") \
	X(27, KERNEL_FORWARDS, PASS, "kernel_forwards", "judged, and left to the kernel: forwarding around it is not right here; `xgress status` says why") \
	X(44, LOST_NOT_READY, LOST, "lost_not_ready", "forwarded, but the target is down or takes no redirected frames now (a veth: its peer's GRO is off)") \
	X(45, LOST_RING_FULL, LOST, "lost_ring_full", "forwarded, but the target's driver took fewer frames than it was handed: its ring is full (a veth also: longer than its peer's MTU)") \
	X(46, LOST_TOO_BIG, LOST, "lost_too_big", "forwarded, but longer than the target's MTU, which was lowered a moment ago") \
	X(47, LOST_OTHER, LOST, "lost_other", "forwarded, but the kernel could not hand it over: no memory, no headroom")

#define XG_REASON_ENUM(number, name, action, word, doc) XG_REASON_##name = (number),
enum xg_reason {
	XG_REASONS(XG_REASON_ENUM)
	XG_REASON_ROOM = 48, /* rows in the pinned counters: room for later reasons */
	XG_UNDECIDED = XG_REASON_ROOM, /* a stage's answer: the next stage decides */
};

#define XG_REASON_DROP_BIT(number, name, action, word, doc) \
	| (__u64)(XG_ACTION_##action == XG_ACTION_DROP) << (number)
#define XG_REASONS_THAT_DROP (0ULL XG_REASONS(XG_REASON_DROP_BIT))
/* clang-format on */

#endif
