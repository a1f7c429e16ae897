# SPDX-License-Identifier: GPL-2.0-only
"""Where a redirect would go around something that counts, the kernel forwards."""
import json
import subprocess

import pytest
from flow import Flow
from gateway import XGRESS, wait_for
from test_traffic import tcp_echo_hash

PATHS = pytest.mark.parametrize("path", ["xdp", "tc"])
BLOCK = "guard: {block: [198.51.100.1]}\n"
XFRM = ("ip xfrm policy add src 10.1.0.0/24 dst 10.99.0.0/24 dir fwd "
        "tmpl src 10.1.0.2 dst 10.2.0.2 proto esp mode tunnel")


def nft(gw, rules):
    gw.need("nft list ruleset", "nftables")
    gw.run(gw.gate, f"nft '{rules}'")


def port(gw, name="lan0"):
    return next(i for i in gw.status()["interfaces"]
                if i["name"] == name and "egress" not in i["hook"])


def assert_kernel_forwards(gw, word):
    """The traffic flows, judged, and not one packet by redirect."""
    before = gw.reasons("lan0").get("forwarded", 0)
    assert gw.ping("10.2.0.2") and gw.ping("fd00:2::2")
    assert not gw.ping("198.51.100.1")
    assert port(gw)["forward"] == "kernel"
    assert any(word in note for note in port(gw)["notes"]), port(gw)
    reasons = gw.reasons("lan0")
    assert reasons["kernel_forwards"] >= 6 and reasons["blocked_destination"] >= 3
    assert reasons.get("forwarded", 0) == before
    assert wait_for(gw.ledger_closes), gw.stats()


@PATHS
def test_a_masquerading_gateway_keeps_masquerading(gw, path):
    """The server has no way back to the clients' network: only what is translated gets an answer."""
    nft(gw, "table ip nat { chain post { type nat hook postrouting priority 100; "
            "oifname wan0 masquerade; }; }")
    gw.run(gw.server, "ip route del default via 10.2.0.1")
    gw.apply(path, BLOCK)
    assert gw.ping("10.2.0.2")
    assert tcp_echo_hash(gw, "10.2.0.2", 1 << 20)
    assert_kernel_forwards(gw, "nat post")


@PATHS
def test_a_stateful_firewall_sees_whole_flows(gw, path):
    nft(gw, "table inet fw { chain through { type filter hook forward priority 0; policy drop; "
            "ct state established,related accept; iifname lan0 ct state new accept; }; }")
    gw.apply(path, BLOCK)
    assert tcp_echo_hash(gw, "10.2.0.2", 1 << 20)
    assert_kernel_forwards(gw, "fw through")


def test_legacy_iptables_is_seen(gw):
    gw.need("iptables-legacy -L -n", "legacy iptables")
    gw.run(gw.gate, "iptables-legacy -A FORWARD -s 203.0.113.1 -j DROP")
    gw.apply("xdp", BLOCK)
    assert_kernel_forwards(gw, "iptables-legacy table filter")


@PATHS
def test_ipsec_policies_are_not_passed_by(gw, path):
    gw.need("ip xfrm policy", "IPsec")
    gw.run(gw.gate, XFRM)
    gw.apply(path, BLOCK)
    assert_kernel_forwards(gw, "IPsec")


def test_chains_that_forwarding_does_not_meet_do_not_count(gw):
    nft(gw, "table inet mine { chain in { type filter hook input priority 0; }; "
            "chain sub { drop; }; }")
    gw.apply("xdp")
    assert gw.ping("10.2.0.2")
    assert port(gw)["forward"] == "fast" and gw.reasons("lan0")["forwarded"] > 0


def test_xdp_does_not_send_around_a_qdisc_of_the_users(gw):
    gw.need("tc qdisc add dev wan0 root handle 1: tbf rate 10mbit burst 10k limit 100k", "tbf")
    gw.apply("xdp")
    assert gw.ping("10.2.0.2")
    reasons = gw.reasons("lan0")
    assert reasons["no_target"] >= 1 and "forwarded" not in reasons
    egress = next(i for i in gw.status()["interfaces"] if "egress" in i["hook"])
    assert any("tbf 1:" in note for note in egress["notes"])
    gw.apply("tc")  # a TC redirect goes through it
    assert gw.ping("10.2.0.2") and gw.reasons("lan0")["forwarded"] > 0
    gw.apply("xdp", "forward: fast\n")
    before = gw.reasons("lan0")["forwarded"]
    assert gw.ping("10.2.0.2") and gw.reasons("lan0")["forwarded"] > before


def test_fast_goes_around_a_firewall_and_nat_only_when_told(gw):
    nft(gw, "table inet fw { chain through { type filter hook forward priority 0; }; }")
    gw.apply("xdp", "forward: fast\n")
    assert gw.ping("10.2.0.2")
    assert port(gw)["forward"] == "fast" and gw.reasons("lan0")["forwarded"] >= 1
    before = gw.status()
    nft(gw, "table ip nat { chain post { type nat hook postrouting priority 100; }; }")
    refused = gw.xgress("-j", "apply", gw.policy("outside: [wan0]\ninside: [lan0]\nforward: fast\n"),
                        check=False)
    error = json.loads(refused.stdout)["error"]
    assert refused.returncode == 2 and (error["line"], error["column"]) == (3, 10)
    assert "fast_over: [nat]" in error["message"]
    assert gw.status()["generation"] == before["generation"]
    gw.apply("xdp", "forward: fast\nfast_over: [nat]\n")
    forwarded = gw.reasons("lan0")["forwarded"]
    assert gw.ping("10.2.0.2") and gw.reasons("lan0")["forwarded"] >= forwarded + 2


def test_the_policy_may_leave_it_to_the_kernel(gw):
    gw.apply("xdp", "forward: kernel\n" + BLOCK)
    assert_kernel_forwards(gw, "forward: kernel")


def test_run_follows_and_status_tells(gw):
    policy = gw.policy("outside: [{dev: wan0, path: xdp}]\ninside: [{dev: lan0, path: xdp}]\n")
    child = gw.start(gw.gate, XGRESS, "run", policy)
    assert wait_for(lambda: gw.xgress("status", check=False).returncode == 0)
    assert gw.ping("10.2.0.2") and port(gw)["forward"] == "fast"
    with Flow(gw) as flow:
        nft(gw, "table inet fw { chain through { type filter hook forward priority 0; }; }")
        assert wait_for(lambda: port(gw)["forward"] == "kernel")
        before = gw.reasons("lan0")
        assert wait_for(lambda: gw.reasons("lan0").get("kernel_forwards", 0) > 100)
        assert gw.reasons("lan0")["forwarded"] - before["forwarded"] < 100
        gw.run(gw.gate, "nft flush ruleset")
        assert wait_for(lambda: port(gw)["forward"] == "fast")
    assert flow.lost() == []
    child.terminate()
    child.wait()
    nft(gw, "table inet fw { chain through { type filter hook forward priority 0; }; }")
    assert any("apply again" in note and "fw through" in note for note in port(gw)["notes"])
    gw.xgress("apply", policy)
    assert port(gw)["forward"] == "kernel"


def test_apply_names_what_could_be_better(gw):
    ready = json.loads(gw.xgress("-j", "apply", gw.policy("outside: [{dev: wan0, path: xdp}]\n")).stdout)
    assert ready["warnings"] == []
    gw.run(gw.server, "ethtool -K s0 gro off")
    done = gw.xgress("apply", gw.policy("outside: [{dev: wan0, path: xdp}]\n"))
    assert "wan0: " in done.stderr and "ethtool -K PEER gro on" in done.stderr


NAT = "table ip nat { chain post { type nat hook postrouting priority 100; oifname wan0 masquerade; }; }"


def test_rollback_does_not_go_around_nat_that_came_since(gw):
    for forward in ("auto", "fast"):
        gw.apply("xdp", f"forward: {forward}\n")
        nft(gw, NAT)
        gw.apply("xdp", "forward: kernel\n")
        refused = gw.xgress("rollback", check=False)
        assert refused.returncode == 1 and "nat post" in refused.stderr, forward
        assert port(gw)["forward"] == "kernel"
        gw.run(gw.gate, "nft flush ruleset")
        gw.xgress("rollback")
        assert port(gw)["forward"] == "fast"


def test_nat_that_comes_under_forward_fast_is_told(gw):
    policy = gw.policy("outside: [wan0]\ninside: [lan0]\nforward: fast\n")
    child = gw.start(gw.gate, XGRESS, "run", policy, stderr=subprocess.PIPE, text=True)
    assert wait_for(lambda: gw.xgress("status", check=False).returncode == 0)
    nft(gw, NAT)
    assert wait_for(lambda: "past what came since" in child.stderr.readline())
    assert any("nat post" in note for note in port(gw)["notes"])


def test_apply_says_that_the_kernel_will_forward(gw):
    nft(gw, NAT)
    policy = gw.policy("outside: [wan0]\ninside: [lan0]\n")
    for options in (["apply", "--dry-run"], ["apply"]):
        assert "the kernel forwards" in gw.xgress(*options, policy).stderr
    assert any("nat post" in w for w in json.loads(gw.xgress("-j", "apply", policy).stdout)["warnings"])
