# SPDX-License-Identifier: GPL-2.0-only
"""`xgress explain` against what really happens: random packets under random policies, sent through
the real hooks. XGRESS_PACKETS=10000 is the long form."""
import contextlib
import json
import os
import re
import socket
import struct
import time

import pytest
from bench_of_programs import CLIENT, NEXT_HOP
from gateway import entered, wait_for
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from kernel import ACTIONS, Counters, difference
from packets import broken_frames, frames
from scapy.all import IP, TCP, UDP, Ether, IPv6
from test_verdicts import FORWARDED, PASSED, TO4, TO6, placeholder

PACKETS = int(os.environ.get("XGRESS_PACKETS", "0"))
BATCH = 100 if PACKETS else 15  # packets under one policy
POLICIES = max(5, PACKETS // (6 * BATCH) + 1)
BASE = {4: socket.inet_aton("10.1.0.2") + socket.inet_aton("10.77.0.1"),
        6: socket.inet_pton(socket.AF_INET6, "fd00:1::2") +
           socket.inet_pton(socket.AF_INET6, "fd00:77::1")}
NEAR = {4: ("10.1.0.2", "10.1.0.2", "10.1.0.9", "10.66.0.1", "198.51.100.7", "127.0.0.1",
            "10.2.0.1", "10.1.0.99"),
        6: ("fd00:1::2", "fd00:1::2", "fd00:1::9", "fd66::1", "2001:db8::7", "::1", "fd00:2::1",
            "fd00:1::99")}
FAR = {4: ("10.77.0.1", "10.77.0.1", "10.2.0.2", "10.78.0.1", "10.79.0.1", "10.80.0.1",
           "10.82.0.1", "10.2.0.99", "10.1.0.1", "10.66.0.9", "198.51.100.8", "224.0.0.5",
           "192.0.2.1"),
       6: ("fd00:77::1", "fd00:77::1", "fd00:2::2", "fd00:78::1", "fd00:79::1", "fd00:80::1",
           "fd00:82::1", "fd00:2::99", "fd00:1::1", "fd66::9", "2001:db8::8", "ff0e::5",
           "2001:db9::1")}
PREFIXES = ("10.66.0.0/16", "10.66.0.1", "10.1.0.8/29", "198.51.100.0/24", "198.51.100.7",
            "10.77.0.0/16", "10.78.0.1/32", "127.0.0.0/8", "0.0.0.0/1", "fd66::/32", "fd66::9",
            "fd00:1::8/125", "2001:db8::/32", "2001:db8::7", "fd00:77::/64", "fd00:78::1", "::/0")
TAGS = (b"\x81\x00", b"\x88\xa8")
PLACES = [("xdp", "lan0", False), ("xdp", "wan0", False), ("xdp", "wan0", True),
          ("tc", "lan0", False), ("tc", "wan0", False), ("tc", "wan0", True)]


def address(text):
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def collect(strategy, number):
    """As many examples of it."""
    found = []

    @settings(max_examples=number, deadline=None, database=None, derandomize=not PACKETS,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def add(example):
        found.append(example)

    add()
    return found


@st.composite
def policies(draw):
    some = st.lists(st.sampled_from(PREFIXES), max_size=4, unique=True)
    lists = {key: draw(some) for key in ("block", "block_src", "block_dst", "allow")}
    named, forward = draw(some), draw(st.sampled_from(("auto", "auto", "auto", "kernel")))
    unreadable = draw(st.sampled_from(("drop", "pass")))
    return (f"sets: {{named: {json.dumps(named)}}}\nforward: {forward}\nguard: {{" +
            ", ".join(f"{key}: {json.dumps(value + ['named'] * (key == 'block'))}"
                      for key, value in lists.items()) + f", unreadable: {unreadable}}}\n")


@st.composite
def whole_frames(draw, ether):
    """What is forwarded for certain, or long, or has a checksum to be completed."""
    kind, size = draw(st.integers(0, 3)), draw(st.sampled_from((0, 1, 20, 600, 1372, 1400, 1440)))
    ip = draw(st.sampled_from((TO4, TO6)))
    transport = (UDP(sport=7, dport=draw(st.sampled_from((53, 4789)))) if kind % 2 else
                 TCP(flags="PA")) / (b"x" * size)
    packet = ether / ip / transport
    return placeholder(packet, ip, 17 if kind % 2 else 6, transport) if kind > 1 else bytes(packet)


@st.composite
def cases(draw, ether, back):
    """A frame of random shape between random addresses; `back`: from outside to inside."""
    whole = whole_frames(ether)
    frame = draw(st.one_of(frames(ether), broken_frames(ether), whole, whole))
    while frame[12:14] in TAGS and draw(st.integers(0, 4)):
        frame = frame[:12] + frame[16:]
    for version, base in BASE.items():
        if base in frame:
            near = address(draw(st.sampled_from(NEAR[version])))
            far = address(draw(st.sampled_from(FAR[version])))
            frame = frame.replace(base, far + near if back else near + far, 1)
    return frame


def padded(frame, tc):
    """A test run at TC takes no frame without a whole IP header; real ones have 60 bytes anyway."""
    return frame + bytes(max(0, (64 if tc else 14) - len(frame)))


class Wire:
    """Sends frames through a real hook, and says what became of each."""

    def __init__(self, gw, dev, egress):
        self.gw, self.dev, self.egress = gw, dev, egress
        sender = (gw.gate, "wan0") if egress else \
            {"lan0": (gw.client, "c0"), "wan0": (gw.server, "s0")}[dev]
        far = (gw.client, "c0") if dev == "wan0" and not egress else (gw.server, "s0")
        self.out, self.far = self._socket(*sender), self._socket(*far)
        self.out.setblocking(True)
        self.counters = Counters(gw.status()["pinned"])

    @staticmethod
    def _socket(netns, dev):
        with entered(netns):
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        with entered(netns):
            s.bind((dev, 3))
        s.setblocking(False)
        return s

    def close(self):
        self.out.close()
        self.far.close()
        self.counters.map.close()

    def _drain(self):
        try:
            while True:
                self.far.recv(65536)
        except BlockingIOError:
            pass

    def _arrived(self, packet):
        try:
            while True:
                if self.far.recv(65536) == packet:
                    return True
        except BlockingIOError:
            return False

    def send(self, frame):
        """The reason; sent again where others' packets came between, or for the refresh."""
        for _ in range(20):
            self._drain()
            before = self.counters.read(self.dev, self.egress)
            with contextlib.suppress(OSError):  # what the program drops at egress is an error here
                self.out.send(frame)
            after = before

            def left():
                nonlocal after
                after = self.counters.read(self.dev, self.egress)
                return after[0] != before[0]

            assert wait_for(left, 2, 0.0005), f"{frame.hex()} never came to the hook"
            seen, reasons = difference(before, after)
            if seen[0] == 1 and list(reasons) != ["refresh"] and len(reasons) == 1:
                return next(iter(reasons))
        raise AssertionError(f"{frame.hex()}: {reasons}")

    def agrees(self, frame, said):
        """What explain said of this frame against what happens to it."""
        reason = self.send(frame)
        told = said["then"] if said["reason"] == "refresh" else said
        shown = f"{frame.hex()}: {reason}, explained as {json.dumps(said)}"
        assert told["reason"] == reason, shown
        assert told["action"] == ACTIONS[reason].lower(), shown
        packet = told["output"]["packet"]
        if told["action"] == "redirect":
            assert told["output"]["interface"] == ("lan0" if self.dev == "wan0" else "wan0"), shown
            assert wait_for(lambda: self._arrived(bytes.fromhex(packet)), 2, 0.0005), shown
        else:
            assert packet == (None if told["action"] == "drop" else frame.hex()), shown
        return reason


def capture(file, packets, linktype=1):
    """A pcap file, byte by byte: scapy would dissect the frames."""
    with open(file, "wb") as out:
        out.write(struct.pack("=IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, linktype))
        for packet in packets:
            out.write(struct.pack("=IIII", 0, 0, len(packet), len(packet)) + packet)
    return str(file)


def explain(gw, folder, packets, *words):
    """One object for each frame."""
    done = gw.xgress("explain", "-j", "--pcap", capture(folder / "frames.pcap", packets), *words,
                     check=False)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(said) >= len(packets), done.stdout[-500:]
    return said


def ether_of(gw, dev, egress):
    mac = re.search(r"link/ether (\S+)", gw.run(gw.gate, f"ip -o link show {dev}")).group(1)
    return Ether(src=mac, dst=NEXT_HOP) if egress else Ether(src=CLIENT, dst=mac)


def check_policy(gw, folder, place, policy, batch, seen):
    path, dev, egress = place
    gw.apply(path, policy)
    where = f"{'out' if egress else 'in'}={dev}"
    wire = Wire(gw, dev, egress)
    try:
        for frame, said in zip(batch, explain(gw, folder, batch, where)):
            assert said["interface"] == dev and said["stages"][0]["stage"] == "parse"
            reason = wire.agrees(frame, said)
            seen[reason] = seen.get(reason, 0) + 1
    finally:
        wire.close()


@pytest.mark.parametrize("place", PLACES, ids=lambda p: f"{p[0]}-{p[1]}-{'out' if p[2] else 'in'}")
def test_it_says_what_really_happens(gw, benches, tmp_path, place):
    benches.close()
    path, dev, egress = place
    ether = ether_of(gw, dev, egress)
    pool = collect(cases(ether, dev == "wan0" and not egress), POLICIES * BATCH)
    pool = [padded(frame, path == "tc" or egress) for frame in pool]
    seen, started = {}, time.monotonic()
    for number, policy in enumerate(collect(policies(), POLICIES)):
        check_policy(gw, tmp_path, place, policy, pool[number * BATCH:(number + 1) * BATCH], seen)
    print(f"{place}: {sum(seen.values())} packets, {time.monotonic() - started:.0f} s: {seen}")
    assert sum(seen.values()) == len(pool) and len(seen) > (1 if egress else 4), seen


@pytest.mark.parametrize("path", ["xdp", "tc"])
def test_it_says_what_the_program_says(prepare, gw, tmp_path, path):
    """The packets of the tables, of each reason, by test run."""
    bench = prepare(path)
    packets = [bytes(bench.ether() / p) for p in FORWARDED.values()]
    packets += [bytes(bench.ether() / p) for _, p in PASSED.values()]
    for frame, said in zip(packets, explain(gw, tmp_path, packets, "in=lan0")):
        told = said["then"] if said["reason"] == "refresh" else said
        result = bench.run(frame)
        assert told["reason"] == result.reason
        assert told["output"]["packet"] == result.packet.hex()


@pytest.mark.parametrize("path", ["xdp", "tc"])
def test_nothing_is_counted_and_nothing_is_stored(prepare, gw, tmp_path, path):
    bench = prepare(path)
    bench.run(bench.ether() / TO4 / UDP())  # so that something is in the cache
    packets = [bytes(bench.ether() / ip / UDP()) for ip in
               (TO4, TO6, IP(src="10.1.0.2", dst="10.2.0.2"), IPv6(src="fd00:1::2", dst="fd00:2::2"))]
    row = bench.counters.rows[("lan0", False)]

    def state():
        with bench.program.map_named("xgress.bss") as cache:
            return bench.counters.map[row], cache[0]

    def untouched():
        before = state()
        said = explain(gw, tmp_path, packets, "in=lan0")
        assert {(s["then"] if "then" in s else s)["reason"] for s in said} == {"forwarded"}
        return state() == before

    assert wait_for(untouched, 10)  # others' packets may come between


@pytest.mark.parametrize("path", ["xdp", "tc"])
def test_from_the_cache_or_looked_up(prepare, gw, tmp_path, path):
    bench = prepare(path)
    packet = bytes(bench.ether() / TO4 / UDP())

    def route():
        said = explain(gw, tmp_path, [packet], "in=lan0")[0]
        return next(s["decision"] for s in said["stages"] if s["stage"] == "route")

    assert "looked up" in route()
    assert wait_for(lambda: (bench.run(packet), explain(gw, tmp_path, [packet] * 2, "in=lan0"))[1]
                    [1]["stages"][3]["decision"].startswith("from the cache"))


@pytest.mark.parametrize("place", PLACES, ids=lambda p: f"{p[0]}-{p[1]}-{'out' if p[2] else 'in'}")
def test_nothing_of_it_is_in_the_programs_that_forward(prepare, place):
    path, dev, egress = place
    with pytest.raises(KeyError):
        prepare(path, dev, "", egress).program.map_named(".data.explain")
