# SPDX-License-Identifier: GPL-2.0-only
"""Pins in sight and out of sight, whole and in pieces, and what `down` makes of them."""
import subprocess
import threading

from gateway import XGRESS, sh


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
                           f"--inh-caps=-all", XGRESS, "down"], text=True, capture_output=True,
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
        results = [gw.xgress("apply", "--dry-run", policy, check=False) for _ in range(20)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not [done.stderr for done in results if done.returncode]
