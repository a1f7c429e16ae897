# SPDX-License-Identifier: GPL-2.0-only
"""Routing changes under the next-hop cache, with and without a process that watches."""
import os
import socket
import time

import pytest

from gateway import XGRESS, entered, wait_for

SERVER2 = "02:00:00:00:99:02"


def second_way(gw):
    """Another link to the server, with an address of its own on both sides."""
    gw.pair(gw.server, "s1", gw.gate, "wan1", 3)
    gw.run(gw.server, "ip addr add 10.77.0.1/32 dev lo")
    gw.run(gw.server, "ip addr add fd00:77::1/128 dev lo")
    gw.run(gw.gate, "ip route add 10.77.0.0/24 via 10.2.0.2")
    gw.run(gw.gate, "ip route add fd00:77::/64 via fd00:2::2")
    for netns in (gw.server, gw.gate):
        gw.run(netns, "sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.fib_multipath_hash_policy=1 "
                      "net.ipv6.fib_multipath_hash_policy=1")


POLICY = ("outside: [{dev: wan0, path: PATH}, {dev: wan1, path: PATH}]\n"
          "inside: [{dev: lan0, path: PATH}]\n")


def received(gw, dev):
    """Packets that came to the server by this interface, sent by the flows below."""
    line = gw.run(gw.server, f"ip -s -o link show {dev}").split("RX:")[1].split("\\")[1]
    return int(line.split()[1])


class Sender:
    """Sends to one address, from many ports or from one."""

    def __init__(self, gw, to, sources=1, port=4242):
        kind = socket.AF_INET6 if ":" in to else socket.AF_INET
        with entered(gw.client):
            self.sockets = [socket.socket(kind, socket.SOCK_DGRAM) for _ in range(sources)]
        self.to = (to, port)

    def burst(self, n=200):
        for i in range(n):
            self.sockets[i % len(self.sockets)].sendto(b"x" * 20, self.to)


def share_of(gw, sender, dev, n=200):
    before = received(gw, dev)
    sender.burst(n)
    time.sleep(0.02)
    return received(gw, dev) - before


@pytest.mark.parametrize("path", ["xdp", "tc"])
@pytest.mark.parametrize("to,via", [("10.77.0.1", "10.77.0.0/24 via 10.3.0.2"),
                                    ("fd00:77::1", "fd00:77::/64 via fd00:3::2")])
@pytest.mark.parametrize("watched", [False, True])
def test_a_changed_route_is_followed(gw, path, to, via, watched):
    second_way(gw)
    policy = gw.policy(POLICY.replace("PATH", path))
    if watched:
        gw.start(gw.gate, XGRESS, "run", policy)
        assert wait_for(lambda: gw.xgress("status", check=False).returncode == 0)
    else:
        gw.xgress("apply", policy)
    sender = Sender(gw, to)
    assert wait_for(lambda: share_of(gw, sender, "s0") > 190)
    assert gw.ping("10.3.0.2") and gw.ping("fd00:3::2")
    gw.run(gw.gate, f"ip route replace {via}")
    changed = time.monotonic()
    assert wait_for(lambda: share_of(gw, sender, "s1", 20) > 18, every=0.005)
    assert time.monotonic() - changed < (0.5 if watched else 1)
    assert gw.reasons("lan0")["forwarded"] > 100


@pytest.mark.parametrize("to,route", [
    ("10.77.0.1", "10.77.0.0/24 nexthop via 10.2.0.2 nexthop via 10.3.0.2"),
    ("fd00:77::1", "fd00:77::/64 nexthop via fd00:2::2 nexthop via fd00:3::2")])
def test_multipath_spreads_flows_to_one_destination(gw, to, route):
    second_way(gw)
    gw.xgress("apply", gw.policy(POLICY.replace("PATH", "xdp")))
    sender = Sender(gw, to, sources=64)
    assert wait_for(lambda: share_of(gw, sender, "s0") > 190)
    assert gw.ping("10.3.0.2") and gw.ping("fd00:3::2")
    gw.run(gw.gate, f"ip route replace {route}")
    time.sleep(1)  # what the contract grants where nobody watches
    by_s1 = share_of(gw, sender, "s1", 640)
    assert 100 < by_s1 < 540, by_s1
    before = gw.reasons("lan0")["forwarded"]
    sender.burst(640)
    assert wait_for(lambda: gw.reasons("lan0")["forwarded"] - before > 600)


@pytest.mark.parametrize("family,source,via", [("-4", "10.1.0.2", "10.3.0.2"),
                                               ("-6", "fd00:1::2", "fd00:3::2")])
def test_a_rule_by_source_is_followed(gw, family, source, via):
    second_way(gw)
    gw.xgress("apply", gw.policy(POLICY.replace("PATH", "xdp")))
    sender = Sender(gw, "10.77.0.1" if family == "-4" else "fd00:77::1")
    assert wait_for(lambda: share_of(gw, sender, "s0") > 190)
    assert gw.ping("10.3.0.2") and gw.ping("fd00:3::2")
    gw.run(gw.gate, f"ip {family} route add default via {via} table 77")
    gw.run(gw.gate, f"ip {family} rule add from {source} lookup 77 pref 100")
    time.sleep(1)
    assert share_of(gw, sender, "s1") > 190
    gw.run(gw.gate, f"ip {family} rule del pref 100")
    time.sleep(1)
    assert share_of(gw, sender, "s0") > 190


def test_a_mark_is_the_kernels_business(gw):
    """A filter before ours marks some of the packets, and a rule routes those elsewhere."""
    second_way(gw)
    gw.run(gw.gate, "ip route add default via 10.3.0.2 table 77")
    gw.run(gw.gate, "ip rule add fwmark 7 lookup 77 pref 100")
    gw.run(gw.gate, "tc qdisc add dev lan0 clsact")
    gw.need("tc filter add dev lan0 ingress prio 10 protocol ip u32 "
            "match ip dport 4242 0xffff action skbedit mark 7 continue", "u32 or skbedit")
    gw.xgress("apply", gw.policy(POLICY.replace("PATH", "tc")),
              env=dict(os.environ, XGRESS_WITHOUT="tcx"))
    assert gw.ping("10.3.0.2")
    marked, plain = Sender(gw, "10.77.0.1"), Sender(gw, "10.77.0.1", port=4243)
    assert wait_for(lambda: share_of(gw, marked, "s1") > 190)
    assert gw.reasons("lan0")["marked"] >= 200
    before = gw.reasons("lan0")["forwarded"]
    assert wait_for(lambda: share_of(gw, plain, "s0") > 190)
    assert gw.reasons("lan0")["forwarded"] - before > 190


@pytest.mark.parametrize("path", ["xdp", "tc"])
def test_a_vrf_keeps_its_own_routes(gw, path):
    second_way(gw)
    gw.need("ip link add blue type vrf table 77", "VRF")
    gw.run(gw.gate, "ip link set blue up")
    for dev in ("lan0", "wan1"):
        gw.run(gw.gate, f"sysctl -qw net.ipv6.conf.{dev}.keep_addr_on_down=1")
        gw.run(gw.gate, f"ip link set {dev} master blue")
    gw.run(gw.gate, "ip route add 10.77.0.0/24 via 10.3.0.2 table 77")
    gw.run(gw.gate, "ip -6 route add fd00:77::/64 via fd00:3::2 table 77")
    gw.xgress("apply", gw.policy(POLICY.replace("PATH", path)))
    assert wait_for(lambda: gw.ping("10.3.0.2") and gw.ping("fd00:3::2"))
    for to in ("10.77.0.1", "fd00:77::1"):
        sender = Sender(gw, to)
        assert wait_for(lambda: share_of(gw, sender, "s1") > 190)  # pylint: disable=W0640
        before = gw.reasons("lan0")["forwarded"]
        assert share_of(gw, sender, "s0") < 10
        assert gw.reasons("lan0")["forwarded"] - before > 190


def test_a_changed_mac_is_found_without_an_announcement(gw):
    gw.run(gw.gate, "sysctl -qw net.ipv4.neigh.wan0.base_reachable_time_ms=1000 "
                    "net.ipv4.neigh.wan0.delay_first_probe_time=1 "
                    "net.ipv4.neigh.wan0.ucast_solicit=1 net.ipv4.neigh.wan0.retrans_time_ms=200")
    gw.apply("xdp")
    gw.run(gw.server, "sysctl -qw net.ipv4.conf.s0.arp_notify=0")
    sender = Sender(gw, "10.2.0.2")
    assert wait_for(lambda: share_of(gw, sender, "s0") > 190)
    gw.run(gw.server, f"ip link set s0 address {SERVER2}")
    with entered(gw.server):
        inbox = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        inbox.bind(("10.2.0.2", 4242))
        inbox.setblocking(False)

    def arrives():
        sender.burst(5)
        time.sleep(0.05)
        try:
            return inbox.recv(100)
        except BlockingIOError:
            return None

    with inbox:
        assert wait_for(arrives, timeout=15, every=0.1)
    assert SERVER2 in gw.run(gw.gate, "ip neigh show 10.2.0.2")
