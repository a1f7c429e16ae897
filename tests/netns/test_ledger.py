# SPDX-License-Identifier: GPL-2.0-only
"""The ledger against the generator's and the sink's own counts, and what is lost on the way."""
import contextlib
import json
import os
import re
import socket
import struct
import sys
import time

import pytest

from bpfcall import xdp_redirect, xdp_slow_pass
from flow import Flow
from gateway import Gateway, entered, sh, wait_for

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../bpf"))
from kernel import Program  # noqa: E402

SERVERS = pytest.mark.parametrize("server", ["10.2.0.2", "fd00:2::2"])
# What hosts send by themselves, at any time.
OWN = {"arp", "neighbour_discovery", "multicast"}
LOST = {"lost_not_ready", "lost_ring_full", "lost_too_big", "lost_other"}
IP_MTU_DISCOVER, IP_PMTUDISC_INTERFACE = 10, 4  # routers may cut the packet up


def ifindex(gw, netns, dev):
    return int(gw.run(netns, f"ip -o link show {dev}").split(":")[0])


class Delta:
    """What an interface's reasons gained since; without what hosts send by themselves."""

    def __init__(self, gw, dev="lan0", *options):
        self.gw, self.dev, self.options = gw, dev, options
        self.before = self.now()

    def now(self):
        assert wait_for(self.gw.ledger_closes), self.gw.stats()
        found = self.gw.reasons(self.dev, *self.options)
        return {word: n for word, n in found.items() if word not in OWN}

    def read(self):
        return {word: n - self.before.get(word, 0) for word, n in self.now().items()
                if n != self.before.get(word, 0)}


def lost(reasons):
    return sum(n for word, n in reasons.items() if word in LOST)


def left(reasons):
    return sum(n for word, n in reasons.items() if word not in LOST)


def send(gw, to, count):
    """Datagrams to a closed port, one by one."""
    with entered(gw.client):
        s = socket.socket(socket.AF_INET6 if ":" in to else socket.AF_INET, socket.SOCK_DGRAM)
    with s:
        for _ in range(count):
            s.sendto(b"x", (to, 9))


@pytest.mark.parametrize("mode", ["xdp", "tc", "generic"])
@SERVERS
def test_generated_is_arrived_and_dropped_and_passed(gw, mode, server):
    if mode == "generic":  # placeholder checksums are the kernel's there
        gw.run(gw.client, "ethtool -K c0 tx off")
    block = "guard: {block: [10.2.0.66, \"fd00:2::66\"]}\n"
    gw.apply("tc" if mode == "tc" else "xdp", block + ("mode: generic\n" if mode == "generic" else ""))
    assert gw.ping(server)
    delta = Delta(gw)
    with Flow(gw, server) as flow:
        send(gw, server[:-1] + "66", 70)  # dropped
        send(gw, "fd00:1::1" if ":" in server else "10.1.0.1", 50)  # passed
    assert flow.lost() == []
    got = delta.read()
    assert got.pop("blocked_destination") == 70, got
    assert got.pop("not_forwarded") == 50
    assert got.pop("forwarded", 0) + got.pop("refresh", 0) == flow.sent, got
    assert got == {}
    assert [i["lost"] for i in gw.stats()] == [0] * len(gw.stats())
    status = gw.status()
    assert status["ledger"] == ("open" if mode == "generic" else "closed")
    assert ("generic" in status["ledger_note"]) == (mode == "generic")


def check(flow, got, reason, more=0):
    """Exactly: generated = arrived + lost, and `more` beside the flow. Returns how many were lost."""
    assert left(got) == flow.sent + more, got
    assert got.get(reason, 0) == lost(got), got
    assert len(flow.lost()) == lost(got), got
    return lost(got)


@SERVERS
def test_lost_where_the_target_is_not_ready(gw, server):
    gw.apply("xdp")
    assert gw.ping(server)
    delta = Delta(gw)
    with Flow(gw, server) as flow:
        gw.run(gw.server, "ethtool -K s0 gro off")
    got = delta.read()
    assert check(flow, got, "lost_not_ready") > 500
    assert gw.status()["ledger"] == "closed"
    text = gw.xgress("stats").stdout
    assert re.search(r"lost +lost_not_ready +\d+ packets\n", text)


def slow_sink(gw):
    """A program on s0 that takes its time; s0 is polled by a thread of its own."""
    sh(f"ip netns exec {gw.server} sh -c 'echo 1 >/sys/class/net/s0/threaded'")
    return gw.tcx(gw.server, "s0", xdp_slow_pass, 8000)


@SERVERS
def test_lost_where_the_ring_is_full(gw, server):
    gw.apply("xdp")
    assert gw.ping(server)
    with slow_sink(gw):
        delta = Delta(gw)
        with Flow(gw, server, burst=500) as flow:
            assert wait_for(lambda: gw.reasons("lan0").get("lost_ring_full", 0) > 500)
        check(flow, delta.read(), "lost_ring_full")


def test_what_can_be_seen_of_generic_losses(gw):
    """A veth with a qdisc stops its queue when the ring is full, and the kernel says so."""
    gw.run(gw.client, "ethtool -K c0 tx off")
    gw.run(gw.gate, "tc qdisc add dev wan0 root pfifo")
    gw.apply("xdp", "mode: generic\nforward: fast\n")
    assert gw.ping("10.2.0.2")
    with slow_sink(gw):
        delta, target = Delta(gw), Delta(gw, "wan0")
        with Flow(gw, burst=500) as flow:
            wait_for(lambda: lost(gw.reasons("wan0")) > 500)
        arrived = flow.sent - len(flow.lost())
    seen = target.read().get("lost_ring_full", 0)
    if not seen:
        pytest.skip("this kernel's veth drops instead of stopping its queue (before 6.16)")
    assert left(delta.read()) == flow.sent == arrived + seen
    assert gw.status()["ledger"] == "open"  # a driver may drop as well, and nobody says so


@contextlib.contextmanager
def next_hop_cache(gw):
    """The map in which the program on lan0 keeps its next hops."""
    number = next(i["program_id"] for i in gw.status()["interfaces"] if i["name"] == "lan0")
    program = Program(number, 0, False)
    with program.map_named("xgress.bss") as section:
        program.close()
        yield section


def test_lost_where_the_mtu_was_lowered(gw):
    """Next hops are made to look as in the moment after: they expire within 128 ms or so."""
    gw.run(gw.gate, "ip link set wan0 mtu 1300")
    gw.apply("xdp")
    assert gw.ping("10.2.0.2")
    delta = Delta(gw)
    flow = Flow(gw, size=1400, burst=2)
    flow.outbox.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_INTERFACE)
    small = []

    def lose():
        gw.apply("xdp")  # where a link that came up late changed routing, nothing is cached
        with next_hop_cache(gw) as cache:
            small.append(send(gw, "10.2.0.2", 1))  # its next hop is
            cache[0] = cache[0].replace(struct.pack("=H", 1300), b"\xff\xff")
        return gw.reasons("lan0").get("lost_too_big")

    with flow:
        assert wait_for(lose, 15)
    got = delta.read()
    assert got["too_big"] > 0  # the kernel cut them up
    check(flow, got, "lost_too_big", len(small))


@contextlib.contextmanager
def second_gateway(folder):
    gw = Gateway("two", folder)
    try:
        yield gw.up()
    finally:
        gw.down()


def test_another_network_namespace_with_the_same_numbers(gw, tmp_path):
    with second_gateway(tmp_path) as other:
        assert ifindex(gw, gw.gate, "lan0") == ifindex(other, other.gate, "lan0")
        for g in (gw, other):
            g.apply("xdp")
            assert g.ping("10.2.0.2")
        mine, theirs = Delta(gw), Delta(other)
        with Flow(gw) as flow, Flow(other) as bad:
            other.run(other.server, "ethtool -K s0 gro off")
        assert flow.lost() == [] and lost(mine.read()) == 0
        assert check(bad, theirs.read(), "lost_not_ready") > 500


def test_two_instances_in_one_namespace(gw):
    gw.pair(gw.client, "c1", gw.gate, "lan1", 3)
    gw.pair(gw.server, "s1", gw.gate, "wan1", 4)
    gw.run(gw.client, "ip route add 10.4.0.0/24 via 10.3.0.1")
    gw.run(gw.server, "ip route add 10.3.0.0/24 via 10.4.0.1")
    gw.apply("xdp")
    gw.xgress("--instance", "second", "apply", gw.policy(
        "outside: [{dev: wan1, path: xdp}]\ninside: [{dev: lan1, path: xdp}]\n", "second.yaml"))
    assert gw.ping("10.2.0.2") and gw.ping("10.4.0.2")
    first, second = Delta(gw), Delta(gw, "lan1", "--instance", "second")
    with Flow(gw) as flow, Flow(gw, "10.4.0.2") as bad:
        gw.run(gw.server, "ethtool -K s1 gro off")
    assert flow.lost() == [] and lost(first.read()) == 0
    assert check(bad, second.read(), "lost_not_ready") > 500


def redirecting(gw):
    """Someone's own program: everything from lan0 to wan0."""
    return gw.tcx(gw.gate, "lan0", xdp_redirect, ifindex(gw, gw.gate, "wan0"))


def refused(gw, to):
    """Sends into a redirect that is known to fail, and waits until it did."""
    before = drops(gw)
    send(gw, to, 100)
    assert wait_for(lambda: drops(gw) - before >= 100)


def drops(gw):
    text = gw.run(gw.gate, "ethtool -S lan0")
    return sum(int(n) for n in re.findall(r"rx_queue_\d+_(?:xdp_)?drops: (\d+)", text))


def test_anothers_program_is_not_counted(gw, tmp_path):
    """In another namespace on the same number; and here, on an interface that was ours."""
    gw.apply("xdp")
    assert gw.ping("10.2.0.2")
    with second_gateway(tmp_path) as other:
        assert other.ping("10.2.0.2")  # ARP would be redirected, too
        other.run(other.server, "ethtool -K s0 gro off")
        with redirecting(other):
            refused(other, "10.2.0.2")
    gw.apply("tc")
    gw.run(gw.server, "ethtool -K s0 gro off")
    with redirecting(gw):
        refused(gw, "10.2.0.2")
    assert [i["lost"] for i in gw.stats()] == [0] * 3, gw.stats()


def tracers(gw):
    """The pins of the tracing programs, and what they stand for."""
    folder = gw.status()["pinned"]
    return {name: sh(f"bpftool link show pinned {folder}/{name}").split(":")[0]
            for name in os.listdir(folder) if name.startswith("lost-")}


def tracing_programs():
    return {p["id"] for p in json.loads(sh("bpftool -j prog show")) if p["type"] == "tracing"}


def test_the_watch_stays_over_generations_and_goes_with_down(gw):
    before = tracing_programs()
    gw.apply("xdp")
    links = tracers(gw)
    assert len(links) == 3
    gw.apply("xdp", "guard: {block: [198.51.100.1]}\n")
    assert tracers(gw) == links
    assert gw.ping("10.2.0.2")
    delta = Delta(gw)
    with Flow(gw) as flow:
        gw.run(gw.server, "ethtool -K s0 gro off")
    assert check(flow, delta.read(), "lost_not_ready") > 500
    assert len(tracing_programs() - before) == 3
    os.unlink(f"{gw.status()['pinned']}/lost-transmit")  # half of it is away
    assert gw.status()["ledger"] == "open" and "apply" in gw.status()["ledger_note"]
    gw.apply("xdp")
    assert gw.status()["ledger"] == "closed" and len(tracers(gw)) == 3
    gw.xgress("down")
    assert wait_for(lambda: tracing_programs() <= before)


def test_the_ledger_is_open_where_losses_cannot_be_seen(gw):
    env = dict(os.environ, XGRESS_WITHOUT="tracepoints")
    policy = gw.policy("outside: [{dev: wan0, path: xdp}]\ninside: [{dev: lan0, path: xdp}]\n")
    gw.xgress("apply", policy, env=env)
    status = gw.status()
    assert status["ledger"] == "open" and "XGRESS_WITHOUT" in status["ledger_note"]
    assert "ledger: open (" in gw.xgress("status").stdout
    assert gw.ping("10.2.0.2")
    gw.xgress("apply", policy)
    assert gw.status()["ledger"] == "closed" and gw.status()["ledger_note"] == ""
    assert "ledger: closed\n" in gw.xgress("status").stdout


def test_rates_show_what_is_lost(gw):
    gw.apply("xdp")
    assert gw.ping("10.2.0.2")
    gw.run(gw.server, "ethtool -K s0 gro off")
    with Flow(gw):
        time.sleep(0.2)
        lines = gw.xgress("stats", "-i", "0.3", "-c", "1").stdout.splitlines()
    rate = next(int(re.search(r"lost (\d+)", line).group(1)) for line in lines if "lan0" in line)
    assert rate > 100


def test_an_open_ledger_does_without_the_bulks_tracepoint(gw):
    """What is refused before it is queued is still counted; and back again."""
    def transmit_is_watched():
        return os.path.exists(gw.status()["pinned"] + "/lost-transmit")

    gw.apply("xdp")
    assert gw.status()["ledger"] == "closed" and transmit_is_watched()
    gw.apply("xdp", "ledger: open\n")
    assert gw.status()["ledger"] == "open" and not transmit_is_watched()
    assert "ledger: open" in gw.status()["ledger_note"]
    assert gw.ping("10.2.0.2")
    gw.run(gw.server, "ethtool -K s0 gro off")
    gw.ping("10.2.0.2")
    assert gw.reasons("lan0")["lost_not_ready"] > 0
    gw.run(gw.server, "ethtool -K s0 gro on")
    gw.apply("xdp")
    assert gw.status()["ledger"] == "closed" and transmit_is_watched()
