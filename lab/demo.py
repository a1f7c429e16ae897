#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs xgress on real traffic in the laboratory, and compares it with the kernel's forwarding.

usage: demo.py XGRESS   (as root; `make demo` calls it)
"""
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

PREFIX = "xgdemo"
CLIENTS, GATEWAY, SERVERS = (f"{PREFIX}-{name}" for name in ("clients", "gateway", "servers"))
ROUNDS = 3
BLOCKED = "198.51.100.0/24"

POLICY = f"""\
outside: [{{dev: wan0, path: %(path)s}}]
inside: [{{dev: lan0, path: %(path)s}}]
guard:
  block: [{BLOCKED}, "2001:db8:bad::/48"]
"""


def in_netns(netns, *command, **options):
    """Only the network namespace changes: bpffs stays in sight."""
    return subprocess.Popen(["nsenter", f"--net=/run/netns/{netns}", *command], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)


def output(netns, *command):
    with in_netns(netns, *command) as child:
        text = child.communicate()[0]
    return text


class Demo:
    def __init__(self, xgress, folder):
        self.xgress = xgress
        self.folder = pathlib.Path(folder)
        self.daemon = None

    def call(self, *arguments, check=True):
        done = subprocess.run([self.xgress, "-n", GATEWAY, *arguments], check=False, text=True,
                              capture_output=True)
        if check and done.returncode:
            sys.exit(f"demo: xgress {' '.join(arguments)} failed: {done.stderr}")
        return done.stdout

    def policy(self, path):
        file = self.folder / f"{path}.yaml"
        file.write_text(POLICY % {"path": path})
        return str(file)

    def start(self, path):
        """`xgress run`, until its first generation is in force."""
        self.daemon = subprocess.Popen([self.xgress, "-n", GATEWAY, "run", self.policy(path)],
                                       stderr=subprocess.DEVNULL)
        for _ in range(100):
            if "generation" in self.call("status", check=False):
                return
            if self.daemon.poll() is not None:
                sys.exit("demo: `xgress run` ended; run it by hand to see why")
            time.sleep(0.05)
        sys.exit("demo: `xgress run` did not come up")

    def stop(self):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait()
            self.daemon = None
        self.call("down", check=False)


def cpu_times():
    """Busy and all CPU time since boot, in ticks, over all CPUs."""
    fields = [int(x) for x in open("/proc/stat").readline().split()[1:]]
    return sum(fields) - fields[3] - fields[4], sum(fields)


def iperf(*options):
    """One iperf3 run from clients to servers; returns its JSON and the CPUs it kept busy."""
    with in_netns(SERVERS, "iperf3", "-s", "-1", "--forceflush") as server:
        line = server.stdout.readline()
        while line and "listening" not in line:
            line = server.stdout.readline()
        busy, everything = cpu_times()
        text = output(CLIENTS, "iperf3", "-c", "10.2.0.2", "-J", *options)
        busy_end, everything_end = cpu_times()
        server.communicate()
    used = (busy_end - busy) / max(everything_end - everything, 1) * os.cpu_count()
    return json.loads(text), used


def tcp():
    result, cpus = iperf("-t", "2")
    return result["end"]["sum_received"]["bits_per_second"] / 1e9, cpus


def udp():
    result, cpus = iperf("-u", "-b", "0", "-l", "64", "-t", "2")
    total = result["end"]["sum"]
    return (total["packets"] - total["lost_packets"]) / total["seconds"] / 1e3, cpus


def latency():
    text = output(CLIENTS, "ping", "-q", "-i", "0.002", "-c", "500", "10.2.0.2")
    found = re.search(r"= [\d.]+/([\d.]+)/", text)
    return float(found.group(1)) * 1e3 if found else float("nan")


def show_live(demo):
    print("\n== `xgress run` with path: auto, real TCP and UDP, counters once a second\n")
    demo.start("auto")
    print(demo.call("status"))
    with subprocess.Popen([demo.xgress, "-n", GATEWAY, "stats", "-i", "1", "-c", "5"]) as live:
        tcp()
        udp()
        live.wait()
    output(CLIENTS, "ping", "-q", "-c", "3", "-i", "0.2", "-W", "1", BLOCKED.replace("0/24", "7"))
    print("\n== what was seen, and with which reason it left (three pings to a blocked address)\n")
    print(demo.call("stats"))
    demo.stop()


def measure(demo, way):
    if way != "kernel":
        demo.start(way)
    gbits, tcp_cpus = tcp()
    kpps, udp_cpus = udp()
    rtt = latency()
    demo.stop()
    return gbits, tcp_cpus, kpps, udp_cpus, rtt


def compare(demo):
    ways = {"kernel": "kernel forwarding", "auto": "xgress, path: auto (tcx)",
            "xdp": "xgress, path: xdp"}
    results = {way: [] for way in ways}
    print(f"== the same traffic by each way, in turns, {ROUNDS} rounds\n")
    for number in range(ROUNDS):
        for way in ways:
            print(f"\r  round {number + 1} of {ROUNDS}: {ways[way]:30}", end="", flush=True)
            results[way].append(measure(demo, way))
    print(f"\r{'':60}\r{'medians':28}{'TCP':>14}{'CPUs':>7}{'UDP 64 B':>14}{'CPUs':>7}{'ping':>10}")
    for way, text in ways.items():
        gbits, tcp_cpus, kpps, udp_cpus, rtt = map(statistics.median, zip(*results[way]))
        print(f"{text:28}{gbits:7.2f} Gbit/s{tcp_cpus:7.2f}{kpps:9.0f} kpps{udp_cpus:7.2f}"
              f"{rtt:7.0f} us")
    print("\nHere a local stack makes and takes the packets, and it is what costs most; `path: auto`\n"
          "keeps its GSO packets whole. Frames from a NIC are another matter: `make bench`.")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    xgress = os.path.abspath(sys.argv[1])
    lab = [xgress, "lab"]
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(xgress, folder)
        try:
            subprocess.run([*lab, "up", "--prefix", PREFIX], check=True)
            show_live(demo)
            compare(demo)
        finally:
            demo.stop()
            subprocess.run([*lab, "down", "--prefix", PREFIX], check=False,
                           stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
