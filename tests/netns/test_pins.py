# SPDX-License-Identifier: GPL-2.0-only
"""Pins in sight and out of sight, whole and in pieces, and what `down` makes of them."""
import json
import os
import re
import subprocess
import threading

import pytest

from gateway import XGRESS, sh, wait_for

WITHOUT_TCX = dict(os.environ, XGRESS_WITHOUT="tcx")
TC = "outside: [{dev: wan0, path: tc}]\ninside: [{dev: lan0, path: tc}]\n"


def undo_folder(pinned):
    """Where an instance notes what it has changed outside bpffs."""
    return "/run/xgress/" + "/".join(pinned.split("/")[-2:])


def nothing_attached(gw):
    return (" xdp" not in gw.run(gw.gate, "ip link") and
            "xdp_" not in gw.run(gw.gate, "bpftool net show") and
            "tc_" not in gw.run(gw.gate, "bpftool net show"))


def test_inside_ip_netns_exec_nothing_is_claimed(gw):
    gw.apply("xdp")
    for command in ("status", "stats", "down", f"apply {gw.folder}/policy.yaml"):
        done = subprocess.run(f"ip netns exec {gw.gate} {XGRESS} {command}", shell=True,
                              text=True, capture_output=True, check=False)
        assert done.returncode == 1 and "xgress -n" in done.stderr, (command, done.stderr)
    assert gw.status()["generation"] == 1


def test_no_mount_where_only_a_look_was_asked(gw):
    script = (f"umount /sys/fs/bpf; {XGRESS} status; stat -f -c %T /sys/fs/bpf")
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], text=True, capture_output=True,
                          check=False)
    assert "bpf_fs" not in done.stdout
    assert "vanish" in done.stderr


def test_down_without_the_right_to_look_is_an_error(gw):
    gw.apply("xdp")
    done = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups",
                           "--inh-caps=-all", XGRESS, "down"], text=True, capture_output=True,
                          check=False)
    assert done.returncode == 1 and "root" in done.stderr, done.stderr


def test_interfaces_that_come_and_go_do_not_stop_an_apply(gw):
    stop = threading.Event()

    def churn():
        while not stop.is_set():
            sh(f"ip -n {gw.gate} link add churn0 type veth peer name churn1;"
               f"ip -n {gw.gate} link del churn0", check=False)

    for number in range(60):  # a dump takes more than one message
        sh(f"ip -n {gw.gate} link add more{number} type veth peer name erom{number}")
    threads = [threading.Thread(target=churn) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        policy = gw.policy("outside: [wan0]\ninside: [lan0]\n")
        results = [gw.xgress("apply", "--dry-run", policy, check=False) for _ in range(8)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not [done.stderr for done in results if done.returncode]


def test_down_removes_what_has_lost_its_notes(gw):
    for gone in (["rows"], ["rows", "counters", "state"], ["xdp-{wan0}"]):
        gw.apply("xdp")
        path = gw.status()["pinned"]
        wan0 = gw.run(gw.gate, "ip -o link show wan0").split(":")[0]
        for name in gone:
            os.unlink(f"{path}/{name.format(wan0=wan0)}")
        gw.xgress("down")
        assert not os.path.exists(path), os.listdir(path)
        assert nothing_attached(gw)


def test_foreign_pins_in_the_way_are_named(gw):
    gw.apply("xdp")
    before = gw.status()
    path = before["pinned"]
    os.mkdir(f"{path}/gen-2")
    os.mkdir(f"{path}/gen-2/about")
    refused = gw.apply("xdp", check=False)
    assert refused.returncode == 1 and f"{path}/gen-2" in refused.stderr
    assert gw.status()["interfaces"] == before["interfaces"]
    os.rmdir(f"{path}/gen-2/about")
    gw.apply("xdp")
    link = next(n for n in os.listdir(path) if n.startswith("xdp-"))
    os.unlink(f"{path}/{link}")
    sh(f"bpftool map pin pinned {path}/rows {path}/{link}")
    refused = gw.apply("xdp", check=False)
    assert refused.returncode == 1 and f"{path}/{link} is not a link" in refused.stderr
    gw.xgress("down")
    assert not os.path.exists(path) and nothing_attached(gw)


def test_a_map_that_is_not_ours(gw):
    gw.apply("xdp")
    path = gw.status()["pinned"]
    os.unlink(f"{path}/state")
    sh(f"bpftool map pin pinned {path}/rows {path}/state")
    for command in ("status", "apply"):
        done = gw.xgress(*([command] if command == "status" else
                           [command, str(gw.folder / "policy.yaml")]), check=False)
        assert done.returncode == 1 and f"{path}/state is not what" in done.stderr


def test_filters_of_others_keep_the_clsact_qdisc(gw):
    gw.xgress("apply", gw.policy(TC), env=WITHOUT_TCX)
    other = f"/sys/fs/bpf/xgt-other{os.getpid()}"
    sh(f"bpftool prog pin id {gw.status()['interfaces'][0]['program_id']} {other}")
    try:
        gw.run(gw.gate, f"tc filter add dev wan0 ingress prio 7 bpf da object-pinned {other}")
        gw.xgress("down")
        assert "pref 7" in gw.run(gw.gate, "tc filter show dev wan0 ingress")
        assert "pref 50" not in gw.run(gw.gate, "tc filter show dev wan0 ingress")
        assert "clsact" not in gw.run(gw.gate, "tc qdisc show dev lan0")
    finally:
        os.unlink(other)


def test_a_filter_at_our_place_is_not_ours(gw):
    gw.xgress("apply", gw.policy(TC), env=WITHOUT_TCX)
    other = f"/sys/fs/bpf/xgt-other{os.getpid()}"
    sh(f"bpftool prog pin id {gw.status()['interfaces'][0]['program_id']} {other}")
    gw.xgress("down")
    try:
        gw.run(gw.gate, "tc qdisc add dev wan0 clsact")
        gw.run(gw.gate, f"tc filter add dev wan0 ingress prio 50 handle 1 bpf da object-pinned "
                        f"{other}")
        refused = gw.xgress("apply", gw.policy(TC), env=WITHOUT_TCX, check=False)
        assert refused.returncode == 1 and "not xgress's" in refused.stderr
        assert "pref 50" in gw.run(gw.gate, "tc filter show dev wan0 ingress")
        assert "clsact" not in gw.run(gw.gate, "tc qdisc show dev lan0")
    finally:
        os.unlink(other)


def test_status_knows_what_is_gone(gw):
    for env in (None, WITHOUT_TCX):
        gw.run(gw.gate, "ip link add lan5 type veth peer name far5")
        gw.xgress("apply", gw.policy("outside: [{dev: wan0, path: tc}]\n"
                                     "inside: [{dev: lan5, path: tc}]\n"), env=env)
        attached = lambda: {i["name"]: i["attached"]  # noqa: E731
                            for i in gw.status()["interfaces"]}
        assert attached() == {"lan5": True, "wan0": True}
        gw.run(gw.gate, "ip link del lan5")
        assert wait_for(lambda: attached() == {"lan5": False, "wan0": True}), attached()
        gw.xgress("down")


def test_the_mode_of_xdp_changes(gw):
    for mode, word in (("generic", "xdpgeneric"), ("native", "xdp"), ("generic", "xdpgeneric")):
        gw.apply("xdp", f"mode: {mode}\n")
        assert f" {word} " in gw.run(gw.gate, "ip link show lan0")
        shown = {i["mode"] for i in gw.status()["interfaces"] if i["hook"] == "xdp"}
        assert shown == {mode}


@pytest.fixture
def gone():
    """A namespace beside the gateway, and how to be rid of it."""
    name = f"xgt{os.getpid()}-gone"
    sh(f"ip netns add {name} && ip -n {name} link add lan0 type veth peer name far0")
    yield name
    sh(f"{XGRESS} -n {name} down --all; ip netns del {name}", check=False)


def test_pins_of_a_namespace_that_is_gone(gw, gone):
    pinned = []
    for dev, env in (("lan0", ""), ("far0", "XGRESS_WITHOUT=tcx")):
        policy = gw.policy(f"outside: [{dev}]\n", "gone.yaml")
        sh(f"{env} {XGRESS} -n {gone} --instance {dev} apply {policy}")
        status = json.loads(sh(f"{XGRESS} -n {gone} --instance {dev} -j status"))
        pinned.append(status["pinned"])
    gw.apply("xdp")
    gw.xgress("down", "--stale")
    assert all(os.path.exists(path) for path in pinned)
    sh(f"ip netns del {gone}")
    assert wait_for(lambda: gw.xgress("down", "--stale") and
                    not any(os.path.exists(path) for path in pinned)), pinned
    assert gw.status()["generation"] == 1
    assert not os.path.exists(undo_folder(pinned[1]))


def test_lab_down_takes_every_instance(gw):
    prefix = f"xgt{os.getpid()}lab"
    sh(f"{XGRESS} lab up --prefix {prefix}")
    policy = gw.policy("outside: [wan0]\n", "lab.yaml")
    sh(f"{XGRESS} -n {prefix}-gateway --instance other apply {policy}")
    path = json.loads(sh(f"{XGRESS} -n {prefix}-gateway --instance other -j status"))["pinned"]
    sh(f"{XGRESS} lab down --prefix {prefix}")
    assert not os.path.exists(path)


def test_applies_and_downs_at_the_same_time(gw):
    policies = [gw.policy(f"outside: [{{dev: {dev}, path: xdp}}]\n", f"{dev}.yaml")
                for dev in ("wan0", "lan0")]
    failed = []

    def work(instance, policy):
        for _ in range(6):
            for command in (["apply", policy], ["down"]):
                done = gw.xgress("--instance", instance, *command, check=False)
                if done.returncode:
                    failed.append((command, done.stderr))

    threads = [threading.Thread(target=work, args=(instance, policy))
               for instance, policy in zip(("one", "two", "one"), [*policies, policies[0]])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_pins_of_another_version(gw):
    gw.apply("xdp")
    ours = os.path.dirname(gw.status()["pinned"])
    theirs = re.sub("/v[0-9]+/", "/v1/", ours)
    os.makedirs(os.path.dirname(theirs), mode=0o700, exist_ok=True)
    os.rename(ours, theirs)
    refused = gw.apply("tc", check=False)
    assert refused.returncode == 1 and theirs in refused.stderr
    assert "--stale" in refused.stderr
    assert theirs in gw.xgress("down", "--stale").stdout
    assert not os.path.exists(theirs) and nothing_attached(gw)
    gw.apply("tc")


def test_a_pin_folder_that_others_may_enter(gw):
    gw.apply("xdp")
    folder = os.path.dirname(gw.status()["pinned"])
    os.chmod(folder, 0o755)
    refused = gw.apply("xdp", check=False)
    assert refused.returncode == 1 and f"{folder} is not a folder of root's alone" in refused.stderr
    os.chmod(folder, 0o700)


def test_down_is_told_one_thing(gw):
    gw.apply("xdp")
    assert gw.xgress("down", "--all", "--stale", check=False).returncode == 2
    assert gw.status()["interfaces"]
