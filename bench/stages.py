#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What each stage costs: packets that leave at different stages, through the loaded programs.

usage: stages.py        (by `make bench-stages`)

Every packet is one BPF_PROG_TEST_RUN with repeat=1; the kernel's own statistics
(BPF_ENABLE_STATS) take the time, so that the system call does not count. Batches of all packets
are interleaved; the smallest mean of a batch is shown, which is the least disturbed one.
"""
import os
import pathlib
import struct
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(ROOT, "tests/bpf"), os.path.join(ROOT, "tests/netns")]
from bench_of_programs import Bench  # noqa: E402
from conftest import ROUTES  # noqa: E402
from gateway import Gateway, entered  # noqa: E402
from kernel import bpf  # noqa: E402
from scapy.all import ARP, IP, TCP, UDP, Dot1Q, IPv6  # noqa: E402

ENABLE_STATS, RUN_TIME = 32, 192
BATCHES, BATCH = 60, 300
SETS = "".join(f"198.{18 + i // 256}.{i % 256}.0/25, 2001:db8:{i:x}::/48, " for i in range(500))
DATA = b"x" * 18
IP4, IP6 = {"src": "10.1.0.2", "dst": "10.77.0.1"}, {"src": "fd00:1::2", "dst": "fd00:77::1"}

PLAIN, BLOCK = "", f"guard: {{block: [{SETS[:-2]}]}}\n"
UNCACHED = "# routing changes behind the back of this policy\n"
ROWS = (  # what, packet behind Ethernet, policy
    ("entry, Ethernet, counters", ARP(), PLAIN),
    ("parse to the end and admit: IPv4, UDP", IP(**IP4, ttl=1) / UDP() / DATA, PLAIN),
    ("... IPv4, TCP", IP(**IP4, ttl=1) / TCP(), PLAIN),
    ("... IPv6, UDP", IPv6(**IP6, hlim=1) / UDP() / DATA, PLAIN),
    ("... two VLAN tags, IPv4, UDP", Dot1Q(vlan=1) / Dot1Q(vlan=2) / IP(**IP4) / UDP(), PLAIN),
    ("forwarded: IPv4", IP(**IP4) / UDP() / DATA, PLAIN),
    ("forwarded: IPv6", IPv6(**IP6) / UDP() / DATA, PLAIN),
    ("forwarded, each packet looked up in the FIB: IPv4", IP(**IP4) / UDP() / DATA, UNCACHED),
    ("forwarded, each packet looked up in the FIB: IPv6", IPv6(**IP6) / UDP() / DATA, UNCACHED),
    ("forwarded: IPv4, source and destination not in 500 prefixes",
     IP(**IP4) / UDP() / DATA, BLOCK),
    ("forwarded: IPv6, source and destination not in 500 prefixes",
     IPv6(**IP6) / UDP() / DATA, BLOCK),
    ("dropped: IPv4, the source is in the set", IP(src="198.18.7.5", dst="10.77.0.1") / UDP(),
     BLOCK),
)


def batch_ns(program, packet):
    before = struct.unpack_from("=QQ", program.info(), RUN_TIME)
    for _ in range(BATCH):
        program.run(packet)
    after = struct.unpack_from("=QQ", program.info(), RUN_TIME)
    return (after[0] - before[0]) / (after[1] - before[1])


def measure(gw, path, extra):
    """Least ns and the reason, for each row of this policy."""
    bench = Bench(gw, path, "lan0", extra)
    if extra == UNCACHED:
        for source in ("198.51.100.1", "2001:db8::1"):
            gw.run(gw.gate, f"ip -{'6' if ':' in source else '4'} rule add from {source} lookup main")
    rows = [(what, bytes(bench.ether() / packet)) for what, packet, of in ROWS if of == extra]
    with entered(gw.gate):
        reasons = {what: bench.run(packet).reason for what, packet in rows}
        least = {what: batch_ns(bench.program, packet) for what, packet in rows}
        for _ in range(BATCHES):
            for what, packet in rows:
                least[what] = min(least[what], batch_ns(bench.program, packet))
    bench.close()
    return {what: (ns, reasons[what]) for what, ns in least.items()}


def find_all(gw):
    """{path: {what: (ns, reason)}}."""
    stats = bpf(ENABLE_STATS, bytearray(struct.pack("=II", 0, 0)))
    try:
        gw.up()
        gw.pair(gw.server, "s1", gw.gate, "wan1", 3)
        for to, dev in (("10.2.0.2", "wan0"), ("fd00:2::2", "wan0")):
            gw.run(gw.gate, f"ip neigh replace {to} lladdr 02:00:00:00:02:02 dev {dev} "
                            "nud permanent")
        for route in ROUTES:
            gw.run(gw.gate, route, check=False)
        time.sleep(3)  # addresses and links settle
        found = {path: {**measure(gw, path, PLAIN), **measure(gw, path, BLOCK)}
                 for path in ("xdp", "tc")}
        for path in ("xdp", "tc"):
            found[path].update(measure(gw, path, UNCACHED))
        return found
    finally:
        os.close(stats)
        gw.down()


def main():
    with tempfile.TemporaryDirectory() as folder:
        found = find_all(Gateway("stages", pathlib.Path(folder)))
    print("| the packet, and how far it goes | leaves as | xdp ns | tc ns |\n|---|---|---|---|")
    for what, _, _ in ROWS:
        print(f"| {what} | `{found['xdp'][what][1]}` | {found['xdp'][what][0]:.0f} "
              f"| {found['tc'][what][0]:.0f} |")


if __name__ == "__main__":
    main()
