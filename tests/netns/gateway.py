# SPDX-License-Identifier: GPL-2.0-only
"""A gateway between a client and a server, in namespaces of this process's own."""
import contextlib
import ctypes
import json
import os
import socket
import subprocess
import time

import pytest

XGRESS = os.environ.get("XGRESS", "build/xgress")
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def sh(command, check=True):
    """Runs a command line; returns what it printed."""
    done = subprocess.run(command, shell=True, check=False, text=True, capture_output=True)
    assert not check or done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def wait_for(what, timeout=5.0, every=0.02):
    """Asks until it is true; the answer is returned, so that a failing assert shows it."""
    end = time.monotonic() + timeout
    while True:
        answer = what()
        if answer or time.monotonic() > end:
            return answer
        time.sleep(every)


@contextlib.contextmanager
def entered(netns):
    """This thread is in the network namespace inside of the block."""
    with open("/proc/thread-self/ns/net", encoding="ascii") as own, \
            open(f"/run/netns/{netns}", encoding="ascii") as other:
        assert LIBC.setns(other.fileno(), CLONE_NEWNET) == 0
        try:
            yield
        finally:
            assert LIBC.setns(own.fileno(), CLONE_NEWNET) == 0


class Gateway:
    """client c0 <-> lan0 gateway wan0 <-> s0 server."""

    lacking = []  # what need() did not find in this kernel

    def __init__(self, tag, folder):
        self.client, self.gate, self.server = (f"xgt{os.getpid()}{tag}-{n}" for n in "cgs")
        self.folder = folder
        self.children = []

    def up(self):
        for netns in (self.client, self.gate, self.server):
            sh(f"ip netns add {netns} && ip -n {netns} link set lo up")
            self.run(netns, "sysctl -qw net.ipv6.conf.default.accept_dad=0 "
                            "net.ipv6.conf.all.accept_dad=0")
        self.pair(self.client, "c0", self.gate, "lan0", 1)
        self.pair(self.server, "s0", self.gate, "wan0", 2)
        self.run(self.gate, "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1")
        for netns, n in ((self.client, 1), (self.server, 2)):
            sh(f"ip -n {netns} route add default via 10.{n}.0.1")
            sh(f"ip -n {netns} route add default via fd00:{n}::1")
        return self

    def pair(self, host, far, gate, near, n):
        """Far ends have GRO on: a veth takes redirected frames only where its peer has."""
        sh(f"ip link add {far} netns {host} type veth peer name {near} netns {gate}")
        for netns, dev, last in ((host, far, 2), (gate, near, 1)):
            sh(f"ip -n {netns} addr add 10.{n}.0.{last}/24 dev {dev}")
            sh(f"ip -n {netns} addr add fd00:{n}::{last}/64 dev {dev} nodad")
            sh(f"ip -n {netns} link set {dev} up")
        self.run(host, f"ethtool -K {far} gro on")

    def down(self):
        for child in self.children:
            child.kill()
            child.wait()
        self.xgress("down", "--all", check=False)
        for netns in (self.client, self.gate, self.server):
            sh(f"ip netns del {netns}", check=False)

    def run(self, netns, command, check=True):
        return sh(f"nsenter --net=/run/netns/{netns} {command}", check)

    def need(self, command, what):
        """Runs it in the gateway; a kernel that cannot do it skips the test."""
        done = subprocess.run(f"nsenter --net=/run/netns/{self.gate} {command}", shell=True,
                              check=False, text=True, capture_output=True)
        if done.returncode:
            self.lacking.append(what)
            pytest.skip(f"this kernel has no {what}: {done.stderr.splitlines()[0]}")

    @contextlib.contextmanager
    def tcx(self, netns, dev, attach, *arguments):
        """A program of bpfcall's is attached inside of the block."""
        with entered(netns):
            try:
                link = attach(socket.if_nametoindex(dev), *arguments)
            except OSError as error:
                pytest.skip(f"this kernel does not attach {attach.__name__}: {error}")
        try:
            yield
        finally:
            os.close(link)

    def start(self, netns, *command, **options):
        child = subprocess.Popen(["nsenter", f"--net=/run/netns/{netns}", *command], **options)
        self.children.append(child)
        return child

    def xgress(self, *arguments, check=True, **options):
        done = subprocess.run([XGRESS, "-n", self.gate, *arguments], text=True, check=False,
                              capture_output=True, **options)
        assert not check or done.returncode == 0, done.stderr
        return done

    def policy(self, text, name="policy.yaml"):
        file = self.folder / name
        file.write_text(text)
        return str(file)

    def apply(self, path="xdp", extra="", check=True):
        text = (f"outside: [{{dev: wan0, path: {path}}}]\n"
                f"inside: [{{dev: lan0, path: {path}}}]\n{extra}")
        return self.xgress("apply", self.policy(text), check=check)

    def stats(self, *options):
        return json.loads(self.xgress(*options, "-j", "stats").stdout)["interfaces"]

    def status(self, *options):
        return json.loads(self.xgress(*options, "-j", "status").stdout)

    def reasons(self, name, *options):
        """Packets by reason, over all hooks of an interface."""
        found = {}
        for hook in self.stats(*options):
            if hook["name"] == name:
                for r in hook["reasons"]:
                    found[r["reason"]] = found.get(r["reason"], 0) + r["packets"]
        return found

    def ledger_closes(self):
        """Seen equals the sum of the reasons without lost, packets and bytes, on every hook."""
        return all(hook[unit] == sum(r[unit] for r in hook["reasons"] if r["action"] != "lost")
                   for hook in self.stats() for unit in ("packets", "bytes"))

    def ping(self, to, *options):
        """Whether all of the pings came back."""
        out = self.run(self.client, f"ping -q -c 3 -i 0.05 -W 1 {' '.join(options)} {to}",
                       check=False)
        return " 0% packet loss" in out
