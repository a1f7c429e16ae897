# SPDX-License-Identifier: GPL-2.0-only
"""What outlives what: processes, policies, errors, other instances, other people's programs."""
import json
import os
import signal
import statistics
import subprocess
import time

import pytest

from flood import Flood
from gateway import XGRESS, sh, wait_for

PATHS = pytest.mark.parametrize("path", ["xdp", "tc"])


def programs(gw):
    return {i["program_id"] for i in gw.status()["interfaces"]}


def snapshot(gw):
    """What `down` has to leave as it was. The kernel takes up to a second to call a link up."""
    assert wait_for(lambda: gw.run(gw.gate, "ip link").count("state UP") == 2)
    filters = [f"tc filter show dev {dev} {way}" for dev in ("lan0", "wan0")
               for way in ("ingress", "egress")]
    return [line for command in ("ip -d link", "tc qdisc show", "bpftool net show", *filters)
            for line in gw.run(gw.gate, command).splitlines()]


def start_run(gw, policy, **options):
    child = gw.start(gw.gate, XGRESS, "run", policy, **options)
    assert wait_for(lambda: gw.xgress("status", check=False).returncode == 0)
    return child


@PATHS
def test_kill_9_loses_nothing(gw, path):
    policy = gw.policy(f"outside: [{{dev: wan0, path: {path}}}]\n"
                       f"inside: [{{dev: lan0, path: {path}}}]\n")
    child = start_run(gw, policy)
    assert gw.ping("10.2.0.2") and gw.ping("fd00:2::2")
    before = programs(gw)
    with Flood(gw) as flood:
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert programs(gw) == before
        child = start_run(gw, policy)  # takes over what the killed one left
        assert wait_for(lambda: gw.status()["generation"] == 2)
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert_whole(gw, flood)
    assert not before & programs(gw)


def assert_whole(gw, flood):
    """All that was sent arrived as a router leaves it, by the fast path; the ledger has it."""
    print(flood)
    assert (flood.lost, flood.wrong) == (0, 0), str(flood)
    assert flood.rate > 200e3, str(flood)  # the machine is shared; alone it is ten times as much
    assert gw.reasons("lan0")["forwarded"] >= flood.sent * 0.99
    assert wait_for(gw.ledger_closes), gw.stats()


@PATHS
def test_apply_under_load_loses_nothing(gw, path):
    gw.apply(path)
    assert gw.ping("10.2.0.2") and gw.ping("fd00:2::2")
    before, status = programs(gw), gw.status()
    with Flood(gw) as flood:
        for number in range(10):
            gw.apply(path, f"guard: {{block: [198.51.100.{number}]}}\n")
    assert_whole(gw, flood)
    assert not before & programs(gw)
    assert gw.status()["generation"] == status["generation"] + 10


def timed_apply(gw, policy):
    """(seconds, those of them in which it was ready to run and other work had the CPUs)."""
    started = time.monotonic()
    with subprocess.Popen([XGRESS, "-n", gw.gate, "apply", policy],
                          stdout=subprocess.DEVNULL) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        took = time.monotonic() - started
        with open(f"/proc/{child.pid}/schedstat", encoding="ascii") as file:
            waited = int(file.read().split()[1]) / 1e9
        assert child.wait() == 0
    return took, waited


@PATHS
def test_apply_of_100000_prefixes_under_load(gw, path):
    file = gw.folder / "many.txt"
    file.write_text("".join(f"{20 + i // 65536}.{i // 256 % 256}.{i % 256}.{i % 251}\n"
                            for i in range(70000)) +
                    "".join(f"2001:{i // 65536:x}:{i % 65536:x}::/48\n" for i in range(30000)))
    gw.apply(path)
    assert gw.ping("10.2.0.2") and gw.ping("fd00:2::2")
    policy = gw.policy(f"outside: [{{dev: wan0, path: {path}}}]\n"
                       f"inside: [{{dev: lan0, path: {path}}}]\n"
                       f"sets: {{many: {{file: {file}}}}}\nguard: {{block: [many]}}\n")
    with Flood(gw) as flood:
        times = [timed_apply(gw, policy) for _ in range(5)]
    print("apply of 100,000 prefixes, seconds and waiting for a CPU:", times)
    assert_whole(gw, flood)
    for number, member in enumerate(("20.0.77.77", "2001:0:752f::1"), 1):  # the set is in force
        assert not gw.ping(member)
        assert gw.reasons("lan0")["blocked_destination"] == 3 * number
    assert not gw.ping("20.0.77.78") and gw.reasons("lan0")["blocked_destination"] == 6
    # The machine is shared: what others' work took is not the apply's.
    assert statistics.median(took - waited for took, waited in times) < 0.5, times


def test_down_leaves_the_machine_as_it_was(gw):
    before = snapshot(gw)
    for path in ("xdp", "tc"):
        gw.apply(path)
        assert gw.status()["interfaces"]
        assert path == "tc" or snapshot(gw) != before  # old tools do not show tcx
        gw.xgress("down")
        assert snapshot(gw) == before
    gw.xgress("down")  # twice is fine


def test_clsact_where_tcx_is_missing(gw):
    before = snapshot(gw)
    env = dict(os.environ, XGRESS_WITHOUT="tcx")
    text = "outside: [{dev: wan0, path: tc}]\ninside: [{dev: lan0, path: tc}]\n"
    for block in ("198.51.100.1", "198.51.100.2"):
        gw.xgress("apply", gw.policy(text + f"guard: {{block: [{block}]}}\n"), env=env)
    hooks = {i["hook"] for i in gw.status()["interfaces"]}
    assert hooks == {"clsact-ingress", "clsact-egress"}
    assert gw.ping("10.2.0.2") and gw.ping("fd00:2::2")
    assert not gw.ping("198.51.100.2")
    assert gw.reasons("lan0")["blocked_destination"] == 3
    assert gw.reasons("lan0")["forwarded"] > 0
    gw.xgress("down")
    assert snapshot(gw) == before


def test_clsact_of_others_stays(gw):
    for dev in ("lan0", "wan0"):
        gw.run(gw.gate, f"tc qdisc add dev {dev} clsact")
        for way in ("ingress", "egress"):  # classic BPF that matches nothing
            gw.run(gw.gate, f"tc filter add dev {dev} {way} prio 7 protocol ip bpf "
                            "bytecode '1,6 0 0 0,' flowid 1:1")
    before = snapshot(gw)
    assert sum("bytecode" in line for line in before) == 4
    env = dict(os.environ, XGRESS_WITHOUT="tcx")
    gw.xgress("apply", gw.policy("outside: [{dev: wan0, path: tc}]\ninside: [lan0]\n"), env=env)
    during = snapshot(gw)
    assert sum("bytecode" in line for line in during) == 4 and during != before
    assert gw.ping("10.2.0.2")
    gw.xgress("down")
    assert snapshot(gw) == before


def test_a_bad_policy_changes_nothing(gw):
    gw.apply("xdp")
    assert gw.ping("10.2.0.2")
    before = gw.status()
    bad = gw.xgress("-j", "apply", gw.policy("outside: [wan0]\nguard: {blok: []}\n", "bad.yaml"),
                    check=False)
    assert bad.returncode == 2
    error = json.loads(bad.stdout)["error"]
    assert (error["line"], error["column"]) == (2, 9) and "blok" in error["message"]
    missing = gw.policy("outside: [wan0]\nsets: {s: {file: no.txt}}\n", "bad.yaml")
    assert gw.xgress("apply", missing, check=False).returncode == 2
    assert gw.xgress("apply", "no.yaml", check=False).returncode == 2
    gone = gw.xgress("-j", "apply", gw.policy("outside: [wan0]\ninside: [nope0]\n", "bad.yaml"),
                     check=False)
    assert gone.returncode == 2
    error = json.loads(gone.stdout)["error"]
    assert error["file"].endswith("bad.yaml") and error["line"] == 2 and "nope0" in error["message"]
    assert gw.status() == before
    dry = gw.policy("outside: [wan0]\ninside: [lan0]\n")
    assert "good" in gw.xgress("apply", "--dry-run", dry).stdout
    assert gw.status() == before


def test_nothing_is_left_where_the_first_apply_fails(gw):
    gw.run(gw.gate, "ip link set lan0 mtu 1500")
    bad = gw.xgress("apply", gw.policy("outside: [wan0]\ninside: [nope0]\n"), check=False)
    assert bad.returncode == 2
    assert gw.xgress("status", check=False).returncode == 1


def test_others_programs_are_not_evicted(gw):
    gw.xgress("--instance", "second", "apply",
              gw.policy("outside: [{dev: wan0, path: xdp}]\n", "second.yaml"))
    both = gw.apply("xdp", check=False)
    assert both.returncode == 1 and "second" in both.stderr
    dry = gw.xgress("apply", "--dry-run", gw.policy("outside: [wan0]\n"), check=False)
    assert dry.returncode == 1 and "wan0: belongs to the instance 'second'" in dry.stderr
    gw.xgress("--instance", "second", "apply", "--dry-run", gw.policy("outside: [wan0]\n"))
    gw.xgress("apply", gw.policy("outside: [{dev: lan0, path: xdp}]\n"))
    assert gw.status()["interfaces"][0]["name"] == "lan0"
    assert gw.status("--instance", "second")["interfaces"][0]["name"] == "wan0"
    link = next(i for i in gw.status("--instance", "second")["interfaces"] if i["hook"] == "xdp")
    pin = f"/sys/fs/bpf/xgt{os.getpid()}"
    sh(f"bpftool prog pin id {link['program_id']} {pin}")
    try:
        gw.xgress("down")
        gw.run(gw.gate, f"ip link set dev lan0 xdpdrv pinned {pin}")
        refused = gw.apply("xdp", check=False)
        assert refused.returncode == 1
        gw.xgress("--instance", "second", "down")
        refused = gw.apply("xdp", check=False)
        assert refused.returncode == 1 and "lan0" in refused.stderr and "xdp_outside" in refused.stderr
        assert gw.xgress("status", check=False).returncode == 1  # nothing half-applied
        assert f"prog/xdp id {link['program_id']}" in gw.run(gw.gate, "ip -d link show lan0")
    finally:
        os.unlink(pin)


def test_run_reloads_and_takes_in_interfaces(gw):
    text = "outside: [wan0]\ninside: [\"lan*\"]\n"
    policy = gw.policy(text)
    said = gw.folder / "said"
    with open(said, "w", encoding="ascii") as stderr:
        child = start_run(gw, policy, stderr=stderr)
    gw.policy(text + "guard: {block: [10.2.0.2]}\n")  # the file changed
    assert wait_for(lambda: gw.status()["generation"] == 2)
    assert not gw.ping("10.2.0.2")
    gw.policy("nonsense: [\n")
    assert wait_for(lambda: "policy.yaml:2:1: not valid YAML" in said.read_text())
    child.send_signal(signal.SIGHUP)
    assert wait_for(lambda: said.read_text().count("the one in force goes on") >= 2)
    assert gw.status()["generation"] == 2 and not gw.ping("10.2.0.2")
    gw.policy(text)
    assert wait_for(lambda: gw.ping("10.2.0.2"))
    gw.run(gw.gate, "ip link add lan7 type veth peer name far7")
    names = lambda: {i["name"] for i in gw.status()["interfaces"]}  # noqa: E731
    assert wait_for(lambda: "lan7" in names()), names()
    gw.run(gw.gate, "ip link del lan7")
    assert wait_for(lambda: "lan7" not in names()), names()
    child.terminate()
    assert child.wait(5) == 0
    assert gw.ping("10.2.0.2")


def test_run_sees_a_change_during_its_first_apply(gw):
    many = "".join(f"{20 + i // 65536}.{i // 256 % 256}.{i % 256}.1\n" for i in range(100000))
    gw.policy(many, "many.txt")
    text = "outside: [wan0]\ninside: [lan0]\nsets: {s: {file: many.txt}}\nguard: {block: [s]}\n"
    child = gw.start(gw.gate, XGRESS, "run", gw.policy(text))
    assert wait_for(lambda: "still under way" in gw.xgress("status", check=False).stderr, every=0)
    gw.policy(text.replace("[s]", "[s, 10.2.0.2]"))
    assert wait_for(lambda: '"generation": 2' in gw.xgress("-j", "status", check=False).stdout)
    assert not gw.ping("10.2.0.2")
    child.terminate()
    assert child.wait(5) == 0


def test_run_follows_links_and_set_files(gw):
    """The policy is named by a link, as a deployment does that exchanges folders."""
    text = "outside: [wan0]\ninside: [lan0]\nsets: {s: {file: s.txt}}\nguard: {block: [s]}\n"
    for folder in ("one", "two"):
        (gw.folder / folder).mkdir()
        gw.policy(text, f"{folder}/p.yaml")
        gw.policy("198.51.100.1\n", f"{folder}/s.txt")
    policy, now = gw.folder / "policy.yaml", gw.folder / "now"
    now.symlink_to("one")
    policy.symlink_to("now/p.yaml")
    child = start_run(gw, policy)
    applied = 1

    def reloaded():
        nonlocal applied
        applied += 1
        return wait_for(lambda: gw.status()["generation"] == applied)

    gw.policy("198.51.100.2\n", "one/s.txt")  # a set file
    assert reloaded()
    gw.policy(text + "# changed\n", "one/p.yaml")  # where the links lead to
    assert reloaded()
    sh(f"ln -sfn two {now}")  # a link among the folders
    assert reloaded()
    gw.policy("198.51.100.3\n", "two/s.txt")
    assert reloaded()
    sh(f"ln -sf one/p.yaml {policy}")  # the name itself
    assert reloaded()
    sh(f"cd {gw.folder} && mv one gone && cp -r gone one")  # a folder in its place
    assert reloaded()
    gw.policy("10.2.0.2\n", "one/s.txt")
    assert reloaded() and not gw.ping("10.2.0.2")
    gw.policy("10.2.0.2\n", "two/s.txt")  # not ours any more
    gw.policy("10.2.0.2\n", "one/t.txt")
    child.send_signal(signal.SIGHUP)
    assert reloaded()
    child.terminate()
    assert child.wait(5) == 0


def test_every_command_has_help_and_errors(gw):
    assert "usage:" in gw.xgress("--help").stdout
    for command in ("apply", "confirm", "rollback", "run", "down", "status", "stats", "lab", "explain"):
        assert f"usage: xgress {command}" in gw.xgress(command, "--help").stdout
        assert gw.xgress(command, "nonsense", "nonsense", check=False).returncode == 2
    assert gw.xgress("stat", check=False).returncode == 2  # status or stats
    assert gw.xgress("nonsense", check=False).returncode == 2
    done = gw.xgress("-j", "status", check=False)
    assert done.returncode == 1 and json.loads(done.stdout)["error"]["message"]


def test_everything_speaks_json(gw):
    for words in (["bogus", "-j"], ["--bogus", "-j", "status"], ["run", "--json", "--bogus"],
                  ["-j", "apply", "nope.yaml"], ["-j", "stats"]):
        done = gw.xgress(*words, check=False)
        assert done.returncode and json.loads(done.stdout)["error"]["message"], words
        assert done.stderr == ""
    assert json.loads(gw.xgress("-j", "apply", "no.yaml", check=False).stdout)["error"]["file"] == \
        "no.yaml"
    assert "-x" in gw.xgress("-xj", check=False).stderr
    policy = gw.policy("outside: [wan0]\ninside: [lan0]\n")
    child = gw.start(gw.gate, XGRESS, "-j", "run", policy, stdout=subprocess.PIPE, text=True)
    assert "in force" in json.loads(child.stdout.readline())["event"]
    gw.policy("nonsense: [\n")
    error = json.loads(child.stdout.readline())["error"]
    assert error["file"] == policy and error["line"] == 2
    assert gw.ping("10.2.0.2")
    lines = gw.xgress("-j", "stats", "-i", "0.2", "-c", "3").stdout.splitlines()
    assert len(lines) == 3
    for line in map(json.loads, lines):
        lan = next(i for i in line["interfaces"] if i["name"] == "lan0")
        assert lan["packets"] >= 3 and lan["packets_per_second"] >= 0
        assert lan["bytes_per_second"] >= 0 and lan["reasons"]


def set_maps(gw):
    """The ids of the maps that hold the IPv4 prefixes, of all programs in force."""
    ids = set()
    for hook in gw.status()["interfaces"]:
        program = json.loads(sh(f"bpftool -j prog show id {hook['program_id']}"))
        for number in program["map_ids"]:
            if json.loads(sh(f"bpftool -j map show id {number}"))["name"] == "prefix4_index":
                ids.add(number)
    return ids


def test_unchanged_sets_are_shared_between_generations(gw):
    file = gw.folder / "listed.txt"
    file.write_text("198.51.100.0/24\n2001:db8:bad::/48\n")
    listed = f"sets: {{s: {{file: {file}}}}}\nguard: {{block: [s]}}\n"
    gw.apply("xdp", listed)
    first = set_maps(gw)
    assert len(first) == 1
    gw.apply("xdp", listed + "ledger: open\n")
    assert set_maps(gw) == first
    assert not gw.ping("198.51.100.7") and gw.ping("10.2.0.2")
    file.write_text("198.51.100.0/24\n2001:db8:bad::/48\n10.2.0.2\n")
    gw.apply("xdp", listed)
    assert not set_maps(gw) & first
    assert not gw.ping("198.51.100.7") and not gw.ping("10.2.0.2")
    gw.xgress("rollback")
    assert set_maps(gw) == first
    assert not gw.ping("198.51.100.7") and gw.ping("10.2.0.2")
