# SPDX-License-Identifier: GPL-2.0-only
"""One loaded program on the bench: a packet goes in, and verdict, packet and counters come out."""
import contextlib
import re

from gateway import entered
from kernel import ACTIONS, Counters, Program, difference
from scapy.all import Ether, IP, IPv6, conf

conf.verb = 0
CLIENT, NEXT_HOP = "02:00:00:00:01:02", "02:00:00:00:02:02"
VERDICTS = {  # XDP, TC
    "REDIRECT": (4, 7),
    "PASS": (2, -1),
    "DROP": (1, 2),
}


class Result:
    def __init__(self, verdict, packet, reason):
        self.verdict, self.packet, self.reason = verdict, packet, reason


class Bench:
    reasons = set()  # that any bench has seen

    def __init__(self, gw, path, dev, extra="", egress=False):
        gw.apply(path, extra)
        self.gw, self.dev, self.tc, self.egress = gw, dev, path == "tc" or egress, egress
        links = {d: self._link(d) for d in ("lan0", "wan0", "wan1")}
        self.ifindex = {d: link[0] for d, link in links.items()}
        self.mac = {d: link[1] for d, link in links.items()}
        hook = next(i for i in gw.status()["interfaces"]
                    if i["name"] == dev and ("egress" in i["hook"]) == egress)
        with entered(gw.gate):
            self.program = Program(hook["program_id"], self.ifindex[dev], self.tc)
        self.counters = Counters(gw.status()["pinned"])

    def _link(self, dev):
        text = self.gw.run(self.gw.gate, f"ip -o link show {dev}")
        return int(text.split(":")[0]), re.search(r"link/ether (\S+)", text).group(1)

    def close(self):
        self.program.close()
        self.counters.map.close()

    @contextlib.contextmanager
    def route_cache(self):
        """struct xg_route_cache, to be changed inside of the block."""
        with self.program.map_named("xgress.bss") as section:
            cache = bytearray(section[0])
            yield cache
            section[0] = bytes(cache)

    def run(self, packet, refresh=False, **context):
        """Runs it once, or again where the once-a-second packet was its reason."""
        for _ in range(2):
            before = self.counters.read(self.dev, self.egress)
            verdict, out = self.program.run(packet, **context)
            seen, reasons = difference(before, self.counters.read(self.dev, self.egress))
            size = len(bytes(packet))
            assert seen == (1, size)
            assert list(reasons.values()) == [(1, size)], reasons
            reason = next(iter(reasons))
            Bench.reasons.add(reason)
            if refresh or reason != "refresh":
                break
        assert verdict == VERDICTS[ACTIONS[reason]][self.tc], (reason, verdict)
        return Result(verdict, out, reason)

    def expect(self, packet, reason, out=None, **context):
        """`out` is None: as it came in."""
        result = self.run(packet, **context)
        assert result.reason == reason, f"{result.reason}, not {reason}"
        wanted = bytes(packet if out is None else out)
        assert result.packet == wanted, f"\n{result.packet.hex()}, not\n{wanted.hex()}"

    def forwarded(self, packet):
        """What scapy makes of a packet that a router sent on; checksums are scapy's own."""
        out = Ether(bytes(packet))
        out.src, out.dst = self.mac["wan0"], NEXT_HOP
        if IP in out:
            out[IP].ttl -= 1
            del out[IP].chksum
        else:
            out[IPv6].hlim -= 1
        return Ether(bytes(out))

    def ether(self, **fields):
        return Ether(**{"src": CLIENT, "dst": self.mac[self.dev], **fields})
