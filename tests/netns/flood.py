# SPDX-License-Identifier: GPL-2.0-only
"""A flood at the rate of the machine, both families, counted where it is made and where it ends."""
import json
import os
import re
import subprocess

from gateway import XGRESS, sh

FLOOD = os.environ.get("FLOOD", os.path.join(os.path.dirname(XGRESS), "tests/netns/flood"))


class Flood:
    """with Flood(gw) as flood: ...; then flood.sent, flood.lost, flood.wrong, flood.rate.

    What the generator could not put on its own wire was never sent; the veth counts it.
    """

    def __init__(self, gw):
        self.gw, self.child = gw, None
        self.sent = self.lost = self.wrong = self.rate = None
        for netns, dev in ((gw.gate, "lan0"), (gw.gate, "wan0"), (gw.server, "s0")):
            gw.run(netns, f"ethtool -K {dev} gro on")  # a veth takes frames only so
        for to, through in (("10.3.0.0/16", "10.2.0.2"), ("fd00:3::/48", "fd00:2::2")):
            gw.run(gw.gate, f"ip route replace {to} via {through}")
            gw.run(gw.gate, f"ip neigh replace {through} lladdr {self.mac(gw.server, 's0')} "
                            "dev wan0 nud permanent")

    @staticmethod
    def mac(netns, dev):
        return sh(f"ip -n {netns} -br link show {dev}").split()[2]

    def refused(self):
        text = self.gw.run(self.gw.client, "ethtool -S c0")
        return sum(map(int, re.findall(r"tx_queue_\d+_xdp_xmit_errors: (\d+)", text)))

    def __enter__(self):
        gw = self.gw
        self.before = self.refused()
        self.child = subprocess.Popen(
            [FLOOD, f"{gw.client}:c0", f"{gw.gate}:lan0", f"{gw.gate}:wan0", f"{gw.server}:s0"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        gw.children.append(self.child)
        assert self.child.stdout.readline() == "flowing\n"
        return self

    def __exit__(self, *_):
        out, _ = self.child.communicate(timeout=30)
        found = json.loads(out)
        self.sent = found["made"] - (self.refused() - self.before)
        self.lost = self.sent - found["arrived"]
        self.wrong = found["arrived"] - found["right"]
        self.rate = found["made"] / found["seconds"]

    def __str__(self):
        return f"{self.sent} sent, {self.lost} lost, {self.wrong} wrong, {self.rate / 1e6:.2f} Mpps"
