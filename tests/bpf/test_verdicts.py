# SPDX-License-Identifier: GPL-2.0-only
"""Packets made by scapy: verdict, reason, the packet out byte by byte, and the counters."""
import struct

import pytest
from bench_of_programs import Bench
from gateway import Gateway, wait_for
from kernel import REASONS
from packets import placeholder
from scapy.all import (ARP, GRE, ICMP, IP, TCP, UDP, Dot1AD, Dot1Q, ICMPv6EchoRequest,
                       ICMPv6ND_NS, ICMPv6ND_RA, IPOption_Router_Alert, IPv6,
                       IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop,
                       IPv6ExtHdrRouting, Padding, Raw, fragment)

DATA = b"what leaves the host"
TO4, TO6 = IP(src="10.1.0.2", dst="10.77.0.1"), IPv6(src="fd00:1::2", dst="fd00:77::1")
NEXTHOP_BUSY = 0xffffffff
NEXTHOPS, ROUTE4 = 4096, 65536  # abi/route.h

FORWARDED = {
    "udp4": TO4 / UDP(sport=1000, dport=2000) / DATA,
    "udp4-empty": TO4 / UDP(sport=1000, dport=2000),
    "udp4-no-checksum": TO4 / UDP(sport=1000, dport=2000, chksum=0) / DATA,
    "tcp4": TO4 / TCP(flags="PA") / DATA,
    "tcp4-options": TO4 / TCP(flags="S", options=[("MSS", 1460), ("WScale", 7)]),
    "icmp4": TO4 / ICMP() / DATA,
    "esp4": IP(src="10.1.0.2", dst="10.77.0.1", proto=50) / (b"\0" * 24),
    "unknown-protocol": IP(src="10.1.0.2", dst="10.77.0.1", proto=253) / DATA,
    "no-payload": IP(src="10.1.0.2", dst="10.77.0.1", proto=253),
    "tos": IP(src="10.1.0.2", dst="10.77.0.1", tos=0xb9) / UDP() / DATA,
    "dont-fragment": IP(src="10.1.0.2", dst="10.77.0.1", flags="DF") / UDP() / DATA,
    "ttl-2": IP(src="10.1.0.2", dst="10.77.0.1", ttl=2) / UDP() / DATA,
    "ttl-255": IP(src="10.1.0.2", dst="10.77.0.1", ttl=255) / UDP() / DATA,
    "id-carry": IP(src="10.1.0.2", dst="10.77.0.1", id=0xffff, ttl=64) / UDP() / DATA,
    "first-fragment": IP(src="10.1.0.2", dst="10.77.0.1", flags="MF") / UDP(len=2000) / DATA,
    "later-fragment": IP(src="10.1.0.2", dst="10.77.0.1", frag=100, proto=17) / DATA,
    "overlapping-fragment": IP(src="10.1.0.2", dst="10.77.0.1", frag=1, proto=17) / DATA,
    "directly-connected": IP(src="10.1.0.2", dst="10.2.0.2") / UDP() / DATA,
    # The kernel, too, leaves a route's MTU to the sender, but for one that is locked.
    "advisory-mtu": IP(src="10.1.0.2", dst="10.84.0.1") / UDP() / (b"x" * 1400),
    "advisory-mtu6": IPv6(src="fd00:1::2", dst="fd00:84::1") / UDP() / (b"x" * 1400),
    "1500": TO4 / UDP() / (b"x" * 1472),
    "padded": TO4 / UDP() / b"x" / Padding(b"\0" * 17),
    "udp6": TO6 / UDP(sport=1000, dport=2000) / DATA,
    "tcp6": TO6 / TCP(flags="S", options=[("MSS", 1440)]),
    "echo6": TO6 / ICMPv6EchoRequest(data=DATA),
    "hop-limit-2": IPv6(src="fd00:1::2", dst="fd00:77::1", hlim=2) / UDP() / DATA,
    "flow-label": IPv6(src="fd00:1::2", dst="fd00:77::1", fl=0xabcde, tc=0xb8) / UDP() / DATA,
    "destination-options": TO6 / IPv6ExtHdrDestOpt() / UDP() / DATA,
    "routing-header": TO6 / IPv6ExtHdrRouting(type=4, segleft=0) / UDP(chksum=7) / DATA,
    "fragment6": TO6 / IPv6ExtHdrFragment(m=1, id=7) / UDP(len=2000, chksum=7) / DATA,
    "later-fragment6": TO6 / IPv6ExtHdrFragment(offset=100, nh=17) / DATA,
    "no-next-header": IPv6(src="fd00:1::2", dst="fd00:77::1", nh=59) / DATA,
    "five-extensions": TO6 / IPv6ExtHdrDestOpt() / IPv6ExtHdrDestOpt() / IPv6ExtHdrDestOpt() /
                       IPv6ExtHdrDestOpt() / IPv6ExtHdrFragment() / UDP() / DATA,
    "directly-connected6": IPv6(src="fd00:1::2", dst="fd00:2::2") / UDP() / DATA,
}

PASSED = {  # reason, packet
    "to-self": ("not_forwarded", IP(src="10.1.0.2", dst="10.1.0.1") / ICMP()),
    "to-self6": ("not_forwarded", IPv6(src="fd00:1::2", dst="fd00:1::1") / ICMPv6EchoRequest()),
    "no-route": ("not_forwarded", IP(src="10.1.0.2", dst="192.0.2.1") / UDP()),
    "no-route6": ("not_forwarded", IPv6(src="fd00:1::2", dst="2001:db8::1") / UDP()),
    "blackhole": ("route_refuses", IP(src="10.1.0.2", dst="10.79.0.1") / UDP()),
    "unreachable": ("route_refuses", IP(src="10.1.0.2", dst="10.80.0.1") / UDP()),
    "prohibit": ("route_refuses", IP(src="10.1.0.2", dst="10.81.0.1") / UDP()),
    "blackhole6": ("route_refuses", IPv6(src="fd00:1::2", dst="fd00:79::1") / UDP()),
    "unreachable6": ("route_refuses", IPv6(src="fd00:1::2", dst="fd00:80::1") / UDP()),
    "prohibit6": ("route_refuses", IPv6(src="fd00:1::2", dst="fd00:81::1") / UDP()),
    "not-a-target": ("no_target", IP(src="10.1.0.2", dst="10.82.0.1") / UDP()),
    "not-a-target6": ("no_target", IPv6(src="fd00:1::2", dst="fd00:82::1") / UDP()),
    "back-inside": ("no_target", IP(src="10.1.0.3", dst="10.1.0.2") / UDP()),
    "no-neighbour": ("no_neighbour", IP(src="10.1.0.2", dst="10.2.0.99") / UDP()),
    "no-neighbour6": ("no_neighbour", IPv6(src="fd00:1::2", dst="fd00:2::99") / UDP()),
    "ttl-1": ("ttl_expired", IP(src="10.1.0.2", dst="10.77.0.1", ttl=1) / UDP()),
    "ttl-0": ("ttl_expired", IP(src="10.1.0.2", dst="10.77.0.1", ttl=0) / UDP()),
    "hop-limit-1": ("ttl_expired", IPv6(src="fd00:1::2", dst="fd00:77::1", hlim=1) / UDP()),
    "hop-limit-0": ("ttl_expired", IPv6(src="fd00:1::2", dst="fd00:77::1", hlim=0) / UDP()),
    "too-big": ("too_big", IP(src="10.1.0.2", dst="10.78.0.1") / UDP() / (b"x" * 1400)),
    "too-big6": ("too_big", IPv6(src="fd00:1::2", dst="fd00:78::1") / UDP() / (b"x" * 1400)),
    "ip-options": ("ip_options", IP(src="10.1.0.2", dst="10.77.0.1",
                                    options=[IPOption_Router_Alert()]) / UDP()),
    "hop-by-hop": ("ip_options", TO6 / IPv6ExtHdrHopByHop() / UDP() / DATA),
    "multicast": ("multicast", IP(src="10.1.0.2", dst="224.0.0.5") / UDP()),
    "broadcast": ("multicast", IP(src="10.1.0.2", dst="255.255.255.255") / UDP()),
    "multicast6": ("multicast", IPv6(src="fd00:1::2", dst="ff0e::5") / UDP()),
    "loopback": ("martian", IP(src="127.0.0.1", dst="10.77.0.1") / UDP()),
    "to-loopback": ("martian", IP(src="10.1.0.2", dst="127.0.0.1") / UDP()),
    "unspecified": ("martian", IP(src="0.0.0.0", dst="10.77.0.1") / UDP()),
    "link-local4": ("martian", IP(src="169.254.1.1", dst="10.77.0.1") / UDP()),
    "reserved": ("martian", IP(src="240.0.0.1", dst="10.77.0.1") / UDP()),
    "multicast-source": ("martian", IP(src="224.0.0.1", dst="10.77.0.1") / UDP()),
    "link-local6": ("martian", IPv6(src="fe80::1", dst="fd00:77::1") / UDP()),
    "to-link-local6": ("martian", IPv6(src="fd00:1::2", dst="fe80::9") / UDP()),
    "loopback6": ("martian", IPv6(src="::1", dst="fd00:77::1") / UDP()),
    "mapped6": ("martian", IPv6(src="fd00:1::2", dst="::ffff:10.0.0.1") / UDP()),
    "solicitation": ("neighbour_discovery", IPv6(src="fd00:1::2", dst="fd00:77::1", hlim=255) /
                     ICMPv6ND_NS(tgt="fd00:1::1")),
    "router-advertisement": ("neighbour_discovery",
                             IPv6(src="fe80::1", dst="fd00:1::1", hlim=255) / ICMPv6ND_RA()),
}

UNREADABLE = {
    "cut-ip": IP(src="10.1.0.2", dst="10.77.0.1").__bytes__()[:19],
    "version-5": IP(src="10.1.0.2", dst="10.77.0.1", version=5) / UDP(),
    "header-length-0": IP(src="10.1.0.2", dst="10.77.0.1", ihl=0) / UDP(),
    "header-length-4": IP(src="10.1.0.2", dst="10.77.0.1", ihl=4) / UDP(),
    "header-length-15": IP(src="10.1.0.2", dst="10.77.0.1", ihl=15) / UDP(),
    "longer-than-frame": IP(src="10.1.0.2", dst="10.77.0.1", len=200) / UDP() / DATA,
    "shorter-than-header": IP(src="10.1.0.2", dst="10.77.0.1", len=19) / UDP() / DATA,
    "zero-length": IP(src="10.1.0.2", dst="10.77.0.1", len=0) / UDP() / DATA,
    "udp-cut": IP(src="10.1.0.2", dst="10.77.0.1", proto=17) / b"1234567",
    "udp-length-7": TO4 / UDP(len=7) / DATA,
    "udp-too-long": TO4 / UDP(len=1000) / DATA,
    "tcp-cut": IP(src="10.1.0.2", dst="10.77.0.1", proto=6) / (b"x" * 19),
    "tcp-offset-4": TO4 / TCP(dataofs=4) / DATA,
    "tcp-offset-15": TO4 / TCP(dataofs=15) / b"x",
    "icmp-cut": IP(src="10.1.0.2", dst="10.77.0.1", proto=1) / b"1234567",
    "cut-ip6": IPv6(src="fd00:1::2", dst="fd00:77::1").__bytes__()[:39],
    "version-7": IPv6(src="fd00:1::2", dst="fd00:77::1", version=7) / UDP(),
    "longer-than-frame6": IPv6(src="fd00:1::2", dst="fd00:77::1", plen=200) / UDP(chksum=1),
    "udp6-cut": IPv6(src="fd00:1::2", dst="fd00:77::1", nh=17) / b"1234567",
    "extension-cut": IPv6(src="fd00:1::2", dst="fd00:77::1", nh=60) / b"\x11\0\0",
    "extension-too-long": IPv6(src="fd00:1::2", dst="fd00:77::1", nh=60) / b"\x11\xff" / DATA,
    "hop-by-hop-second": TO6 / IPv6ExtHdrDestOpt() / IPv6ExtHdrHopByHop() / UDP(chksum=1),
    "endless-extensions": IPv6(src="fd00:1::2", dst="fd00:77::1", nh=60) /
                          ((b"\x3c\0" + b"\0" * 6) * 12),
}


@pytest.mark.parametrize("name", FORWARDED)
def test_forwarded(inside, name):
    packet = inside.ether() / FORWARDED[name]
    inside.expect(packet, "forwarded", bytes(inside.forwarded(packet)))
    inside.expect(packet, "forwarded", bytes(inside.forwarded(packet)))  # from the cache


@pytest.mark.parametrize("name", PASSED)
def test_passed(inside, name):
    reason, packet = PASSED[name]
    inside.expect(inside.ether() / packet, reason)


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable(inside, name):
    if inside.tc and name.startswith("cut-ip"):
        return  # a test run makes no sk_buff without a whole IP header
    packet = UNREADABLE[name]
    if isinstance(packet, bytes):
        packet = Raw(packet)
    kind = 0x86dd if bytes(packet)[0] >> 4 in (6, 7) else 0x0800
    inside.expect(inside.ether(type=kind) / packet, "unreadable")


def test_unreadable_may_pass(prepare):
    for path in ("xdp", "tc"):
        bench = prepare(path, extra="guard: {unreadable: pass, block: [10.66.0.0/16]}\n")
        for name in ("header-length-4", "udp-cut", "extension-cut"):
            kind = 0x86dd if name == "extension-cut" else 0x0800
            bench.expect(bench.ether(type=kind) / UNREADABLE[name], "unreadable_passed")
        # Its addresses were readable, so they are judged.
        bench.expect(bench.ether() / IP(src="10.66.0.1", dst="10.77.0.1") / UDP(len=7),
                     "blocked_source")


def test_ethernet(inside):
    udp = TO4 / UDP() / DATA
    for reason, packet in (
            ("arp", inside.ether() / ARP(pdst="10.1.0.1")),
            ("arp", inside.ether(dst="ff:ff:ff:ff:ff:ff") / ARP(pdst="10.1.0.1")),
            ("not_ip", inside.ether(dst="01:80:c2:00:00:0e", type=0x88cc) / DATA),
            ("not_ip", inside.ether(type=0x0042) / (b"\x42\x42\x03" + DATA)),
            ("other_mac", inside.ether(dst="02:00:00:00:00:77") / udp),
            ("multicast", inside.ether(dst="ff:ff:ff:ff:ff:ff") / udp),
            ("multicast", inside.ether(dst="33:33:00:00:00:01") / TO6 / UDP() / DATA),
            ("vlan", inside.ether() / Dot1Q(vlan=7) / udp),
            ("vlan", inside.ether() / Dot1AD(vlan=7) / Dot1Q(vlan=8) / udp),
            ("vlan", inside.ether() / Dot1Q(vlan=7) / TO6 / UDP() / DATA),
            ("arp", inside.ether() / Dot1Q(vlan=7) / ARP(pdst="10.1.0.1")),
            ("unreadable", inside.ether() / Dot1Q(vlan=1) / Dot1Q(vlan=2) / Dot1Q(vlan=3) / udp),
            ("unreadable", inside.ether(type=0x8100) / b"\0\7\x08"),
            ("unreadable", inside.ether(type=0x0800)),
            ("not_ip", inside.ether(type=0x9000))):
        if not inside.tc or len(packet) >= 34:  # a test run makes no shorter sk_buff
            inside.expect(packet, reason)


def test_a_fragmented_datagram_goes_in_pieces(inside):
    for piece in fragment(TO4 / UDP() / (b"x" * 4000), fragsize=1400):
        packet = inside.ether() / piece
        inside.expect(packet, "forwarded", bytes(inside.forwarded(packet)))


@pytest.mark.parametrize("dev,reason", [("lan0", "blocked_destination"), ("wan0", "forwarded")])
def test_only_what_leaves_is_judged(prepare, dev, reason):
    """Return traffic flows untouched by policy, malformed packets included."""
    for path in ("xdp", "tc"):
        bench = prepare(path, dev, "guard: {block: [10.77.0.0/24, 10.1.0.0/24]}\n")
        to, sender = ("10.77.0.1", "10.5.0.2") if dev == "lan0" else ("10.1.0.2", "10.77.0.1")
        packet = bench.ether() / IP(src=sender, dst=to) / UDP() / DATA
        assert bench.run(packet).reason == reason
        if dev == "wan0":
            bench.expect(bench.ether() / IP(src=sender, dst=to, ihl=4) / UDP(),
                         "unreadable_passed")
            bench.expect(bench.ether() / IP(src=sender, dst="10.82.0.1") / UDP(), "no_target")


def test_block_and_allow(prepare):
    extra = ("sets: {bad: [198.51.100.0/24, 2001:db8:bad::/48, 203.0.113.7, 2001:db8::7]}\n"
             "guard: {block: [bad, 10.66.0.0/16], allow: [198.51.100.9, 2001:db8:bad:1::/64]}\n")
    cases = (
        ("blocked_destination", IP(src="10.1.0.2", dst="198.51.100.8")),
        ("blocked_source", IP(src="198.51.100.8", dst="10.77.0.1")),
        ("not_forwarded", IP(src="10.1.0.2", dst="198.51.100.9")),
        ("forwarded", IP(src="198.51.100.9", dst="10.77.0.1")),
        ("blocked_destination", IP(src="10.1.0.2", dst="203.0.113.7")),
        ("not_forwarded", IP(src="10.1.0.2", dst="203.0.113.6")),
        ("not_forwarded", IP(src="10.1.0.2", dst="203.0.113.8")),
        ("blocked_source", IP(src="10.66.255.255", dst="10.77.0.1")),
        ("forwarded", IP(src="10.67.0.0", dst="10.77.0.1")),
        ("blocked_destination", IPv6(src="fd00:1::2", dst="2001:db8:bad::1")),
        ("blocked_source", IPv6(src="2001:db8:bad:ffff::", dst="fd00:77::1")),
        ("forwarded", IPv6(src="2001:db8:bad:1::9", dst="fd00:77::1")),
        ("blocked_source", IPv6(src="2001:db8::7", dst="fd00:77::1")),
        ("forwarded", IPv6(src="2001:db8::6", dst="fd00:77::1")),
        ("forwarded", IPv6(src="2001:db8::8", dst="fd00:77::1")),
    )
    for path in ("xdp", "tc"):
        bench = prepare(path, extra=extra)
        for reason, ip in cases:
            assert bench.run(bench.ether() / ip / UDP() / DATA).reason == reason, (path, ip)
        # A blocked address is blocked whatever else the packet is.
        for packet in (bench.ether() / Dot1Q(vlan=7) / IP(src="10.66.0.1", dst="10.77.0.1"),
                       bench.ether() / IP(src="10.66.0.1", dst="10.1.0.1") / ICMP(),
                       bench.ether() / IP(src="10.66.0.1", dst="10.77.0.1", frag=9) / DATA,
                       bench.ether() / IP(src="10.66.0.1", dst="10.77.0.1", ttl=1) / UDP(),
                       bench.ether() / IP(src="10.66.0.1", dst="10.77.0.1", len=19) / UDP()):
            bench.expect(packet, "blocked_source")


def test_what_the_host_itself_sends(prepare):
    bench = prepare("xdp", "wan0", "guard: {block: [10.66.0.0/16]}\n", egress=True)
    bench.expect(bench.ether() / TO4 / UDP() / DATA, "permitted")
    bench.expect(bench.ether() / TO6 / TCP() / DATA, "permitted")
    bench.expect(bench.ether() / ARP(), "permitted")
    bench.expect(bench.ether() / Dot1Q(vlan=7) / TO4 / UDP(), "permitted")
    bench.expect(bench.ether() / IP(src="10.2.0.1", dst="10.66.0.1") / UDP(),
                 "blocked_destination")
    bench.expect(bench.ether() / IP(src="10.2.0.1", dst="10.2.0.2", ihl=4) / UDP(), "unreadable")


@pytest.mark.parametrize("size", [0, 1, 2, 511, 512, 513, 1000, 1024, 1400])
def test_checksums_left_to_the_nic_are_completed(prepare, size):
    bench = prepare("xdp")
    payload = bytes(i * 7 % 251 for i in range(size))
    for ip in (TO4, TO6):
        for proto, transport in ((6, TCP(sport=1, flags="PA") / payload),
                                 (17, UDP(sport=1) / payload)):
            packet = bench.ether() / ip / transport
            bench.expect(placeholder(packet, ip, proto, transport), "forwarded",
                         bytes(bench.forwarded(packet)))


def test_checksums_that_only_the_kernel_can_complete(prepare):
    for path, reason in (("xdp", "partial_checksum"), ("tc", "forwarded")):
        bench = prepare(path)
        for packet in (TO4 / UDP(dport=4789) / (b"\0" * 60), TO6 / UDP(dport=6081) / (b"\0" * 60),
                       TO4 / GRE() / IP() / UDP(), IP(src="10.1.0.2", dst="10.77.0.1") / IP() / UDP(),
                       IP(src="10.1.0.2", dst="10.77.0.1", proto=132) / (b"\0" * 40)):
            assert bench.run(bench.ether() / packet).reason == reason


def test_gso_is_measured_by_its_segments(prepare):
    bench = prepare("tc")
    packet = bench.ether() / TO4 / TCP(flags="PA") / (b"x" * 3000)
    bench.expect(packet, "too_big")
    bench.expect(packet, "forwarded", bytes(bench.forwarded(packet)), gso=1460)
    bench.expect(packet, "too_big", gso=1461)
    small = bench.ether() / IP(src="10.1.0.2", dst="10.78.0.1") / TCP(flags="PA") / (b"x" * 3000)
    bench.expect(small, "too_big", gso=1361)
    bench.expect(small, "forwarded", bytes(bench.forwarded(small)), gso=1360)


@pytest.mark.parametrize("family,ip", [("-4", TO4), ("-6", TO6)])
def test_marks_matter_where_a_rule_asks_for_them(gw, prepare, benches, family, ip):
    rule = f"ip {family} rule %s fwmark 7 lookup 77 pref 100"
    bench = prepare("tc")
    packet = bench.ether() / ip / UDP() / DATA
    out = bytes(bench.forwarded(packet))
    bench.expect(packet, "forwarded", out, mark=7)
    gw.run(gw.gate, rule % "add")  # and nobody watches
    try:
        bench.expect(packet, "marked", mark=7)
        bench.expect(packet, "forwarded", out)
        benches.close()
        bench = prepare("tc")
        bench.expect(packet, "marked", mark=7)
        bench.expect(packet, "forwarded", out)
    finally:
        gw.run(gw.gate, rule % "del")
    benches.close()
    prepare("tc").expect(packet, "forwarded", out, mark=7)


def test_one_packet_a_second_keeps_the_neighbour(inside):
    packet = inside.ether() / TO4 / UDP() / DATA
    inside.run(packet)
    with inside.route_cache() as cache:
        for at in range(NEXTHOPS):
            struct.pack_into("=Q", cache, 32 * at + 24, 0)  # nobody probed yet
        for at in range(ROUTE4):
            struct.pack_into("=Q", cache, 32 * NEXTHOPS + 8 * at, 0)
    assert inside.run(packet, refresh=True).reason == "refresh"
    assert inside.run(packet, refresh=True).reason == "forwarded"


def test_a_full_table_of_next_hops(prepare):
    for path in ("xdp", "tc"):
        bench = prepare(path)
        with bench.route_cache() as cache:
            for at in range(NEXTHOPS):
                struct.pack_into("=20xIQ", cache, 32 * at, NEXTHOP_BUSY, 0)
        bench.expect(bench.ether() / TO4 / UDP() / DATA, "nexthops_full")


def test_a_target_that_vanishes(prepare):
    bench = prepare("xdp")
    packet = bench.ether() / TO4 / UDP() / DATA
    bench.expect(packet, "forwarded", bytes(bench.forwarded(packet)))
    with bench.program.map_named("targets") as targets:
        number = targets.entries
        for at in range(number):  # a place for each interface: lan0's is not the target
            if struct.unpack_from("=I", targets[at])[0] == bench.ifindex["wan0"]:
                del targets[at]
    assert bench.run(packet).reason == "target_gone"


@pytest.mark.parametrize("path", ["xdp", "tc"])
def test_the_kernel_forwards_what_was_judged(prepare, path):
    bench = prepare(path, extra="forward: kernel\nguard: {block: [198.51.100.0/24]}\n")
    for packet in (TO4 / UDP() / DATA, TO6 / TCP(), TO4 / ICMP()):
        bench.expect(bench.ether() / packet, "kernel_forwards")
    blocked = IP(src="10.1.0.2", dst="198.51.100.1") / UDP()
    bench.expect(bench.ether() / blocked, "blocked_destination")


OWN = [IP(src=a, dst="10.77.0.1") for a in ("10.1.0.1", "10.2.0.1", "10.1.0.255", "10.3.0.255")] + \
      [IPv6(src=a, dst="fd00:77::1") for a in ("fd00:1::1", "fd00:2::1")]


@pytest.mark.parametrize("ip", OWN, ids=lambda ip: ip.src)
def test_our_own_address_comes_from_nobody_else(inside, ip):
    inside.expect(inside.ether() / ip / UDP() / DATA, "martian")


def test_our_new_address_comes_from_nobody_else(gw, prepare):
    """Nobody watches: the filter of addresses is old, and the FIB is asked."""
    for path in ("xdp", "tc"):
        bench = prepare(path)
        for ip, address in ((TO4, "10.1.0.9/24"), (TO6, "fd00:1::9/64")):
            packet = bench.ether() / ip.copy() / UDP() / DATA
            packet[1].src = address.split("/")[0]
            bench.expect(packet, "forwarded", bytes(bench.forwarded(packet)))
            gw.run(gw.gate, f"ip addr add {address} dev lan0")
            try:
                # A cached next hop lives for a third of a second.
                assert wait_for(lambda: bench.run(packet).reason == "martian", 1)  # noqa: B023
            finally:
                gw.run(gw.gate, f"ip addr del {address} dev lan0")


def test_forwarding_switched_off(gw, prepare):
    gw.run(gw.gate, "sysctl -qw net.ipv4.conf.lan0.forwarding=0")
    try:
        for path in ("xdp", "tc"):
            bench = prepare(path)
            bench.expect(bench.ether() / TO4 / UDP() / DATA, "forwarding_off")
    finally:
        gw.run(gw.gate, "sysctl -qw net.ipv4.conf.lan0.forwarding=1")


def test_a_route_that_encapsulates(gw, prepare):
    gw.need("ip route add 10.83.0.0/24 encap ip id 7 dst 10.2.0.2 dev wan0", "lwtunnel")
    for path in ("xdp", "tc"):
        bench = prepare(path)
        bench.expect(bench.ether() / IP(src="10.1.0.2", dst="10.83.0.1") / UDP(), "route_encap")


def test_every_reason_was_seen(request):
    """In this run: a test that was skipped or that asks for something else does not count."""
    if request.config.getoption("keyword") or any("::" in word for word in request.config.args):
        pytest.skip("not all tests were asked for")
    # What is lost after the verdict is in tests/netns/test_ledger.py.
    missing = {word for word, action in REASONS.values() if action != "LOST"} - Bench.reasons
    if missing and Gateway.lacking:
        pytest.skip(f"{missing} not seen: this kernel has no {Gateway.lacking}")
    assert not missing
