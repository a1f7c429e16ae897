# SPDX-License-Identifier: GPL-2.0-only
import logging
import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../netns"))
from bench_of_programs import Bench  # noqa: E402
from gateway import Gateway, entered  # noqa: E402

logging.getLogger("scapy.runtime").setLevel(logging.ERROR)  # it warns of what we do on purpose

ROUTES = (
    # a destination of each kind of route; .99 of a network has no neighbour
    "ip route add 10.77.0.0/24 via 10.2.0.2",
    "ip route add 10.78.0.0/24 via 10.2.0.2 mtu lock 1400",
    "ip route add 10.84.0.0/24 via 10.2.0.2 mtu 1400",
    "ip route add blackhole 10.79.0.0/24",
    "ip route add unreachable 10.80.0.0/24",
    "ip route add prohibit 10.81.0.0/24",
    "ip route add 10.82.0.0/24 via 10.3.0.2",
    "ip -6 route add fd00:77::/64 via fd00:2::2",
    "ip -6 route add fd00:78::/64 via fd00:2::2 mtu lock 1400",
    "ip -6 route add fd00:84::/64 via fd00:2::2 mtu 1400",
    "ip -6 route add blackhole fd00:79::/64",
    "ip -6 route add unreachable fd00:80::/64",
    "ip -6 route add prohibit fd00:81::/64",
    "ip -6 route add fd00:82::/64 via fd00:3::2",
)


@pytest.fixture(scope="session")
def gw(tmp_path_factory):
    """lan0 and wan0 of the policy, wan1 not; all neighbours known."""
    gateway = Gateway("b", tmp_path_factory.mktemp("bpf"))
    try:
        gateway.up()
        gateway.pair(gateway.server, "s1", gateway.gate, "wan1", 3)
        for n, dev in ((1, "lan0"), (2, "wan0"), (3, "wan1")):
            for to in (f"10.{n}.0.2", f"fd00:{n}::2"):
                gateway.run(gateway.gate, f"ip neigh replace {to} lladdr 02:00:00:00:0{n}:02 "
                                          f"dev {dev} nud permanent")
        for route in ROUTES:
            gateway.run(gateway.gate, route)
        yield gateway
    finally:
        gateway.down()


class Benches:
    """One policy is in force at a time; the bench of the last one is kept for the next test."""

    def __init__(self, gw):
        self.gw, self.key, self.bench = gw, None, None

    def get(self, path, dev="lan0", extra="", egress=False):
        key = (path, dev, extra, egress)
        if key != self.key:
            self.close()
            self.bench, self.key = Bench(self.gw, *key), key
        return self.bench

    def close(self):
        if self.bench:
            self.bench.close()
        self.bench = self.key = None


@pytest.fixture(scope="session")
def benches(gw):
    kept = Benches(gw)
    yield kept
    kept.close()


@pytest.fixture
def prepare(gw, benches):
    """A bench with a policy of the test's own: prepare(path, dev, extra, egress)."""
    with entered(gw.gate):
        yield benches.get
    benches.close()  # what the test did to its maps is gone


@pytest.fixture(params=["xdp", "tc"])
def inside(gw, benches, request):
    """The program that judges what comes in at lan0, by each path."""
    with entered(gw.gate):
        yield benches.get(request.param)
