# SPDX-License-Identifier: GPL-2.0-only
"""kill -9 after every step that changes the kernel: the next command goes to old or to new."""
import os
import signal
import subprocess

import pytest

from flow import Flow
from gateway import XGRESS, sh

BLOCKED = "10.2.0.9"  # by every policy here
POINTS_MAX = 200
LONG = "XGRESS_LONG" in os.environ  # every step of every case
CLSACT = {"XGRESS_WITHOUT": "tcx"}


def policy(gw, path, extra):
    return gw.policy(f"outside: [{{dev: wan0, path: {path}}}]\n"
                     f"inside: [{{dev: lan0, path: {path}}}]\n"
                     f"guard: {{block: [{BLOCKED}, {extra}]}}\n", f"{path}-{extra}.yaml")


def crash(gw, at, *arguments, env=None):
    """Runs a command that dies at the given step. Returns whether it got that far."""
    done = gw.xgress(*arguments, check=False,
                     env=dict(os.environ, **(env or {}), XGRESS_CRASH_AT=str(at)))
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def folder(gw):
    return gw.status()["pinned"]


def in_force(gw):
    """What the kernel has: policy, hooks and whether each of them really is attached."""
    done = gw.xgress("status", check=False)
    if done.returncode:
        assert "nothing is applied" in done.stderr, done.stderr
        return None
    status = gw.status()
    assert all(i["attached"] for i in status["interfaces"]), status
    return status["policy"], sorted((i["name"], i["hook"], i["program_id"])
                                    for i in status["interfaces"])


def pins(path):
    return sorted(os.listdir(path)) if os.path.isdir(path) else []


def is_clean(gw, path):
    """Hooks, the two records and the maps: nothing that is not in force or kept."""
    status = gw.status()
    expected = {"counters", "rows", "state", f"gen-{status['generation']}"}
    expected |= {f"gen-{status['previous']}"} if status["previous"] else set()
    left = {name for name in pins(path) if not name.startswith(("lost-", "watched"))} - expected
    return len(left) == len(status["interfaces"]) and not any(n.startswith("gen") for n in left)


def two_flows(gw):
    sh(f"ip -n {gw.server} addr add {BLOCKED}/24 dev s0")
    return Flow(gw, pause=0.01), Flow(gw, BLOCKED, pause=0.01)


CASES = {  # before, after, environment, every so many steps
    "update": ("xdp", "xdp", {}, 1),
    "xdp-to-tc": ("xdp", "tc", {}, 4),
    "tc-to-xdp": ("tc", "xdp", {}, 4),
    "clsact": ("tc", "tc", CLSACT, 4),
}


def points(every):
    """Steps to die at. The last ones are beyond the end: there the command succeeds."""
    return range(1, POINTS_MAX, 1 if LONG else every)


@pytest.mark.parametrize("case", CASES)
def test_apply_killed_at_every_step(gw, case):
    before, after, env, every = CASES[case]
    whole = dict(os.environ, **env)
    gw.xgress("apply", policy(gw, before, "198.51.100.1"), env=whole)
    assert gw.ping("10.2.0.2")
    old = in_force(gw)
    path = folder(gw)
    outcomes = {"old": 0, "new": 0}
    allowed, blocked = two_flows(gw)
    with allowed, blocked:
        for at in points(every):
            died = crash(gw, at, "apply", policy(gw, after, "198.51.100.2"), env=env)
            now = in_force(gw)  # the recovery
            assert is_clean(gw, path), (at, pins(path), gw.status())
            assert now == old or now[0].endswith(f"{after}-198.51.100.2.yaml"), (at, now, old)
            outcomes["old" if now == old else "new"] += 1
            if now != old:
                assert {hook for _, hook, _ in now[1]} == hooks_of(after, env), now
                gw.xgress("apply", policy(gw, before, "198.51.100.1"), env=whole)
                old = in_force(gw)
            if not died:
                break
    assert not died, "more steps than expected"
    assert outcomes["old"] > 1 and outcomes["new"] > 1, outcomes
    assert len(blocked.lost()) == blocked.sent  # not one came through
    if before == after:
        assert allowed.lost() == []


def hooks_of(path, env):
    if env:
        return {"clsact-ingress", "clsact-egress"}
    return {"xdp", "tcx-egress"} if path == "xdp" else {"tcx-ingress", "tcx-egress"}


@pytest.mark.parametrize("path,env,every", [("xdp", {}, 2), ("tc", CLSACT, 4)])
def test_first_apply_and_down_killed_at_every_step(gw, path, env, every):
    def kernel():
        return [gw.run(gw.gate, command) for command in
                ("tc qdisc show", "tc filter show dev wan0 egress", "bpftool net show")]

    file = policy(gw, path, "198.51.100.1")
    untouched = kernel()
    whole = dict(os.environ, **env)
    gw.xgress("apply", file, env=whole)
    pinned = folder(gw)
    complete = in_force(gw)
    for at in points(every):
        died = crash(gw, at, "down", env=env)
        if at % (2 * every) == 1:  # a reader or a writer comes next
            now = in_force(gw)
        else:
            gw.xgress("down")
            now = None
        assert now is None or now == complete, (at, now)
        if now is None:
            gw.xgress("down")
            assert pins(pinned) == [] and kernel() == untouched, at
            gw.xgress("apply", file, env=whole)
            complete = in_force(gw)
        if not died:
            break
    assert not died
    gw.xgress("down")
    for at in points(every):
        died = crash(gw, at, "apply", file, env=env)
        now = in_force(gw) if at % (2 * every) == 1 else None
        assert now is None or [i[:2] for i in now[1]] == [i[:2] for i in complete[1]], (at, now)
        gw.xgress("down")
        assert pins(pinned) == [] and kernel() == untouched, (at, pins(pinned))
        if not died:
            break
    assert not died


def test_rollback_killed_at_every_step(gw):
    for number in (1, 2):
        gw.xgress("apply", policy(gw, "xdp", f"198.51.100.{number}"))
    assert gw.ping("10.2.0.2")
    allowed, blocked = two_flows(gw)
    with allowed, blocked:
        for at in range(1, POINTS_MAX):
            before = gw.status()
            died = crash(gw, at, "rollback")
            now = in_force(gw)
            status = gw.status()
            assert is_clean(gw, status["pinned"])
            assert {status["generation"], status["previous"]} == {1, 2}
            assert status["generation"] in (before["generation"], before["previous"])
            assert now[0].endswith(f"198.51.100.{status['generation']}.yaml")
            if not died:
                break
    assert not died
    assert allowed.lost() == [] and len(blocked.lost()) == blocked.sent


def test_an_apply_finishes_what_another_began(gw):
    gw.xgress("apply", policy(gw, "xdp", "198.51.100.1"))
    for at in (12, 16, 20, 24):
        crash(gw, at, "apply", policy(gw, "tc", "198.51.100.2"))
        gw.xgress("apply", policy(gw, "xdp", "198.51.100.3"))
        status = gw.status()
        assert status["policy"].endswith("xdp-198.51.100.3.yaml")
        assert is_clean(gw, status["pinned"]) and all(i["attached"] for i in status["interfaces"])


def test_crashes_happen_only_where_asked(gw):
    env = {k: v for k, v in os.environ.items() if k != "XGRESS_CRASH_AT"}
    done = subprocess.run([XGRESS, "-n", gw.gate, "apply", policy(gw, "xdp", "198.51.100.1")],
                          env=env, check=False)
    assert done.returncode == 0
