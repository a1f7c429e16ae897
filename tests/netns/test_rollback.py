# SPDX-License-Identifier: GPL-2.0-only
"""apply --diff and --confirm, confirm, rollback, the lock; and many applies in a row."""
import fcntl
import json
import os
import signal
import subprocess
import threading
import time

import pytest

from flow import Flow
from gateway import XGRESS, sh, wait_for

LONG = "XGRESS_LONG" in os.environ


def blocking(gw, *addresses, path="xdp"):
    return gw.policy(f"outside: [{{dev: wan0, path: {path}}}]\n"
                     f"inside: [{{dev: lan0, path: {path}}}]\n"
                     f"guard: {{block: [{', '.join(addresses)}]}}\n", f"{addresses[0]}.yaml")


def hooks(gw):
    return {(i["name"], i["hook"]): i["program_id"] for i in gw.status()["interfaces"]}


def watchers(gw):
    """Processes that wait for a confirmation in the gateway's namespace."""
    inode = os.stat(f"/run/netns/{gw.gate}").st_ino
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/comm", encoding="ascii") as comm:
                if comm.read().strip() == "xgress" and \
                        os.stat(f"/proc/{pid}/ns/net").st_ino == inode:
                    found.append(int(pid))
        except OSError:
            pass
    return found


def test_rollback_and_back_again(gw):
    gw.xgress("apply", blocking(gw, "10.2.0.2"))
    first = hooks(gw)
    gw.xgress("apply", blocking(gw, "198.51.100.1"))
    second = hooks(gw)
    assert gw.ping("10.2.0.2")
    assert json.loads(gw.xgress("-j", "rollback").stdout)["generation"] == 1
    assert hooks(gw) == first and not gw.ping("10.2.0.2")
    assert gw.status()["policy"].endswith("10.2.0.2.yaml")
    gw.xgress("rollback")
    assert hooks(gw) == second and gw.ping("10.2.0.2")
    gw.xgress("apply", blocking(gw, "198.51.100.1"))
    assert gw.status()["generation"] == 3  # numbers are not given twice


def test_rollback_without_a_generation_before(gw):
    done = gw.xgress("rollback", check=False)
    assert done.returncode == 1 and "nothing is applied" in done.stderr
    gw.apply("xdp")
    done = gw.xgress("rollback", check=False)
    assert done.returncode == 1 and "no generation before" in done.stderr
    assert gw.status()["generation"] == 1


def test_rollback_under_load_loses_nothing(gw):
    for path in ("xdp", "tc"):
        for number in (1, 2):
            gw.xgress("apply", blocking(gw, f"198.51.100.{number}", path=path))
        assert gw.ping("10.2.0.2")
        with Flow(gw, pause=0.002) as flow:
            for _ in range(6):
                gw.xgress("rollback")
        assert flow.lost() == []


def test_rollback_where_an_interface_is_gone(gw):
    gw.run(gw.gate, "ip link add lan5 type veth peer name far5")
    gw.xgress("apply", gw.policy("outside: [wan0]\ninside: [lan0, lan5]\n"))
    gw.run(gw.gate, "ip link del lan5")
    gw.xgress("apply", gw.policy("outside: [wan0]\ninside: [lan0]\n"))
    gw.xgress("rollback")
    assert {i["name"] for i in gw.status()["interfaces"] if i["attached"]} == {"wan0", "lan0"}
    assert gw.ping("10.2.0.2")


def test_rollback_does_not_go_around_a_nat_that_came_since(gw):
    gw.xgress("apply", blocking(gw, "198.51.100.1"))
    gw.run(gw.gate, "nft add table ip nat")
    gw.run(gw.gate, "nft add chain ip nat post '{ type nat hook postrouting priority 100; }'")
    gw.run(gw.gate, "nft add rule ip nat post oifname wan0 masquerade")
    gw.xgress("apply", blocking(gw, "198.51.100.2"))
    refused = gw.xgress("rollback", check=False)
    assert refused.returncode == 1 and "198.51.100.1.yaml" in refused.stderr
    assert gw.status()["generation"] == 2
    gw.run(gw.gate, "nft delete table ip nat")
    gw.xgress("rollback")
    assert gw.status()["generation"] == 1


def test_confirmed_in_time(gw):
    gw.xgress("apply", blocking(gw, "198.51.100.1"))
    gw.xgress("apply", "--confirm", "1s", blocking(gw, "198.51.100.2"))
    assert json.loads(gw.xgress("-j", "confirm").stdout)["generation"] == 2
    assert wait_for(lambda: not watchers(gw))  # it woke up and found nothing to do
    assert gw.status()["generation"] == 2
    done = gw.xgress("confirm", check=False)
    assert done.returncode == 1 and "waits for no confirmation" in done.stderr


def test_not_confirmed(gw):
    gw.xgress("apply", blocking(gw, "198.51.100.1"))
    started = time.monotonic()
    gw.xgress("apply", "--confirm", "2s", blocking(gw, "10.2.0.2"))
    assert time.monotonic() - started < 2  # it does not wait itself
    assert 1 <= gw.status()["confirm_within_s"] <= 2
    refused = gw.xgress("apply", blocking(gw, "198.51.100.3"), check=False)
    assert refused.returncode == 1 and "waits to be confirmed" in refused.stderr
    assert wait_for(lambda: not watchers(gw))
    assert gw.ping("10.2.0.2")
    status = gw.status()
    assert (status["generation"], status["confirm_within_s"]) == (1, 0)


@pytest.mark.parametrize("command", ["status", "stats", "confirm", "apply"])
def test_any_command_rolls_back_where_the_watcher_died(gw, command):
    gw.xgress("apply", blocking(gw, "198.51.100.1"))
    before = hooks(gw)
    gw.xgress("apply", "--confirm", "1s", blocking(gw, "198.51.100.2"))
    for pid in watchers(gw):
        os.kill(pid, signal.SIGKILL)
    assert hooks(gw) != before
    time.sleep(1)
    gw.xgress(*([command] if command != "apply" else [command, blocking(gw, "198.51.100.4")]),
              check=command != "confirm")
    assert gw.status()["generation"] == (3 if command == "apply" else 1)
    assert gw.status()["previous"] == (1 if command == "apply" else 2)


def test_a_first_apply_that_is_not_confirmed_is_taken_down(gw):
    gw.xgress("apply", "--confirm", "1s", blocking(gw, "10.2.0.2"))
    assert wait_for(lambda: not watchers(gw))
    assert gw.xgress("status", check=False).returncode == 1
    assert "xdp" not in gw.run(gw.gate, "ip link")
    gw.xgress("apply", "--confirm", "1h", blocking(gw, "10.2.0.2"))
    assert json.loads(gw.xgress("-j", "rollback").stdout)["generation"] == 0
    assert gw.xgress("status", check=False).returncode == 1
    for pid in watchers(gw):
        os.kill(pid, signal.SIGKILL)


def test_confirm_times_that_mean_nothing(gw):
    policy = blocking(gw, "198.51.100.1")
    for text in ("", "0", "0s", "-1s", "1d", "s", "1 s", "9999999999999999999999s", "200h"):
        done = gw.xgress("apply", "--confirm", text, policy, check=False)
        assert done.returncode == 2 and "--confirm" in done.stderr, text
    assert gw.xgress("apply", "--dry-run", "--confirm", "1s", policy, check=False).returncode == 2


def test_diff(gw):
    policy = blocking(gw, "198.51.100.1")
    text = gw.xgress("apply", "--diff", policy).stdout
    assert "+ lan0" in text and "+ guard: {block: [198.51.100.1]}" in text
    assert gw.xgress("status", check=False).returncode == 1
    gw.xgress("apply", policy)
    before = gw.status()
    assert [line for line in gw.xgress("apply", "--diff", policy).stdout.splitlines()
            if line[0] in "+-~"] == []
    changed = gw.policy("outside: [{dev: wan0, path: xdp}]\nmode: generic\n"
                        "guard: {block: [198.51.100.1]}\n")
    told = json.loads(gw.xgress("-j", "apply", "--diff", changed).stdout)
    assert {(h["name"], h["change"]) for h in told["hooks"] if h["hook"] == "xdp"} == \
        {("lan0", "remove"), ("wan0", "mode")}
    assert told["generation"] == 1
    assert [(line["change"], line["line"]) for line in told["policy"]] == \
        [("remove", "inside: [{dev: lan0, path: xdp}]"), ("add", "mode: generic")]
    assert gw.status() == before
    assert gw.xgress("apply", "--diff", gw.policy("nonsense: 1\n"), check=False).returncode == 2


def test_who_waits_for_the_lock_says_for_whom(gw):
    gw.apply("xdp")
    folder = os.path.dirname(gw.status()["pinned"])
    fd = os.open(folder, os.O_RDONLY)
    fcntl.flock(fd, fcntl.LOCK_EX)
    child = subprocess.Popen([XGRESS, "-n", gw.gate, "down"], stderr=subprocess.PIPE, text=True)
    try:
        said = child.stderr.readline()
        assert f"pid {os.getpid()}" in said and folder in said
        assert gw.status()["generation"] == 1  # readers do not wait
        assert child.poll() is None
    finally:
        os.close(fd)
    assert child.wait(5) == 0
    assert gw.xgress("status", check=False).returncode == 1


def seen(gw):
    return {(h["name"], h["hook"]): h["packets"] for h in gw.stats()}


def bpf_memory():
    return sum(m.get("bytes_memlock", 0) for m in json.loads(sh("bpftool -j map show")))


class Drained(Flow):
    """A flow whose packets are counted as they come, however long it goes on."""

    def __init__(self, gw):
        super().__init__(gw, pause=0.001)
        self.got = 0
        self.reader = threading.Thread(target=self.drain, daemon=True)
        self.reader.start()

    def drain(self):
        while True:
            try:
                self.inbox.recv(64)
                self.got += 1
            except TimeoutError:
                if self.stopping.is_set():
                    return

    def missing(self):
        self.reader.join()
        return self.sent - self.got


def test_many_applies_in_a_row(gw):
    """Every section changes each time; 200 of them with XGRESS_LONG, else 30."""
    texts = [
        "outside: [{dev: wan0, path: xdp}]\ninside: [{dev: lan0, path: xdp}]\n"
        "sets: {bad: [198.51.100.0/24]}\nguard: {block: [bad, 203.0.113.9], unreadable: drop}\n",
        "outside: [{dev: wan0, path: xdp}]\ninside: [{dev: \"lan*\", path: xdp}]\n"
        "mode: native\nsets: {good: [198.51.100.7], bad: [198.51.0.0/16, 2001:db8::/32]}\n"
        "guard: {block_src: [bad], block_dst: [bad], allow: [good], unreadable: pass}\n",
    ]
    files = [gw.policy(text, f"alternate{n}.yaml") for n, text in enumerate(texts)]
    for file in files:
        gw.xgress("apply", file)
    assert gw.ping("10.2.0.2")
    before = bpf_memory()
    programs = len(json.loads(sh("bpftool -j prog show")))
    last = seen(gw)
    with Drained(gw) as flow:
        for n in range(200 if LONG else 30):
            gw.xgress("apply", files[n % 2])
            now = seen(gw)
            assert all(now[hook] >= last[hook] for hook in last), (n, last, now)
            last = now
    assert flow.missing() == 0
    assert flow.sent > 3000
    # Others on this machine load and unload as well: twice this policy is room for them.
    assert wait_for(lambda: bpf_memory() < before + (64 << 20)), (before, bpf_memory())
    assert wait_for(lambda: len(json.loads(sh("bpftool -j prog show"))) < programs + 20)
    folder = gw.status()["pinned"]
    assert sum(name.startswith("gen-") for name in os.listdir(folder)) == 2
    assert wait_for(gw.ledger_closes), gw.stats()
