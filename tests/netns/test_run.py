# SPDX-License-Identifier: GPL-2.0-only
"""`xgress run` beside other commands, and `stats -i`."""
import signal
import subprocess

from gateway import XGRESS, wait_for


def start(gw, policy):
    child = gw.start(gw.gate, XGRESS, "run", policy, stderr=subprocess.PIPE, text=True)
    assert wait_for(lambda: gw.xgress("status", check=False).returncode == 0)
    return child


def names(gw):
    return {i["name"] for i in gw.status()["interfaces"]}


def test_run_does_not_apply_over_another_policy(gw):
    child = start(gw, gw.policy("outside: [wan0]\n", "first.yaml"))
    child.send_signal(signal.SIGSTOP)
    gw.xgress("down")
    gw.xgress("apply", gw.policy("outside: [wan0]\ninside: [lan0]\n", "second.yaml"))
    before = gw.status()
    child.send_signal(signal.SIGHUP)
    child.send_signal(signal.SIGCONT)
    assert child.wait(5) == 0
    assert gw.status() == before


def test_run_does_not_apply_again_after_down(gw):
    child = start(gw, gw.policy("outside: [wan0]\n"))
    child.send_signal(signal.SIGSTOP)
    gw.xgress("down")
    child.send_signal(signal.SIGHUP)
    child.send_signal(signal.SIGCONT)
    assert child.wait(5) == 0
    assert gw.xgress("status", check=False).returncode == 1


def test_globs_are_taken_in_while_a_named_interface_is_away(gw):
    gw.run(gw.gate, "ip link add lan5 type veth peer name far5")
    start(gw, gw.policy("outside: [wan0]\ninside: [lan0, lan5, \"tap*\"]\n"))
    assert names(gw) == {"wan0", "lan0", "lan5"}
    gw.run(gw.gate, "ip link del lan5")
    assert wait_for(lambda: names(gw) == {"wan0", "lan0"}), names(gw)
    gw.run(gw.gate, "ip link add tap7 type veth peer name far7")
    assert wait_for(lambda: "tap7" in names(gw)), names(gw)
    gw.run(gw.gate, "ip link add lan5 type veth peer name far5")
    assert wait_for(lambda: names(gw) == {"wan0", "lan0", "lan5", "tap7"}), names(gw)


def test_what_another_instance_holds_is_taken_in_later(gw):
    child = start(gw, gw.policy("outside: [wan0]\ninside: [\"tap*\"]\n"))
    gw.run(gw.gate, "ip link add far7 type veth peer name other7")
    gw.xgress("--instance", "second", "apply", gw.policy("outside: [other7]\n", "other.yaml"))
    gw.run(gw.gate, "ip link set other7 name tap7")
    assert wait_for(lambda: "'second'" in child.stderr.readline())
    gw.xgress("--instance", "second", "down")  # of which no event tells
    assert wait_for(lambda: "tap7" in names(gw)), names(gw)


def test_a_file_with_a_missing_interface_is_tried_again_when_it_comes(gw):
    policy = gw.policy("outside: [wan0]\n")
    child = start(gw, policy)
    gw.policy("outside: [wan0]\ninside: [lan5]\n")
    assert wait_for(lambda: "lan5" in child.stderr.readline())
    gw.run(gw.gate, "ip link add lan5 type veth peer name far5")
    assert wait_for(lambda: names(gw) == {"wan0", "lan5"}), names(gw)


def test_stats_end_with_their_counters(gw):
    gw.apply("xdp")
    child = gw.start(gw.gate, XGRESS, "stats", "-i", "0.1", stdout=subprocess.PIPE,
                     stderr=subprocess.PIPE, text=True)
    assert child.stdout.readline()
    gw.apply("tc")  # the same counters
    assert child.stdout.readline() and child.poll() is None
    gw.xgress("down")
    gw.apply("xdp")
    assert wait_for(lambda: child.poll() is not None)
    assert child.returncode == 1 and "taken down" in child.stderr.read()


def test_stats_options_that_mean_nothing(gw):
    gw.apply("xdp")
    for options in (["-c", "0.5", "-i", "1"], ["-c", "3"], ["-c", "0", "-i", "1"],
                    ["-c", "-1", "-i", "1"], ["-i", "nan"]):
        assert gw.xgress("stats", *options, check=False).returncode == 2, options
    assert gw.xgress("stats", "-i", "0.1", "-c", "2").stdout.count("lan0") == 2


NEEDED = sum(1 << number for number in (2, 12, 21, 38, 39))  # DAC_READ_SEARCH, NET_ADMIN, SYS_ADMIN, ...


def test_run_gives_away_what_it_does_not_need(gw):
    """And can do all its work without: reload, another interface, rollback to what was."""
    child = start(gw, gw.policy("outside: [wan0]\ninside: [\"lan*\"]\nguard: {block: [10.2.0.2]}\n"))

    def capabilities():
        with open(f"/proc/{child.pid}/status", encoding="ascii") as file:
            return {line.split()[0]: int(line.split()[1], 16) for line in file if line.startswith("Cap")}

    assert wait_for(lambda: capabilities()["CapEff:"] & ~NEEDED == 0), capabilities()
    assert all(capabilities()[which] & ~NEEDED == 0 for which in ("CapPrm:", "CapBnd:", "CapInh:"))
    assert not gw.ping("10.2.0.2")
    gw.policy("outside: [wan0]\ninside: [\"lan*\"]\n")
    assert wait_for(lambda: gw.ping("10.2.0.2"))
    gw.run(gw.gate, "ip link add lan7 type veth peer name far7")
    assert wait_for(lambda: "lan7" in names(gw)), names(gw)


def test_files_that_everybody_may_write_are_named(gw):
    listed = gw.folder / "listed.txt"
    listed.write_text("198.51.100.1\n")
    policy = gw.policy(f"outside: [wan0]\nsets: {{s: {{file: {listed}}}}}\nguard: {{block: [s]}}\n")
    assert "written by everybody" not in gw.xgress("apply", policy).stderr
    listed.chmod(0o666)
    assert f"{listed} may be written by everybody" in gw.xgress("apply", policy).stderr
