# SPDX-License-Identifier: GPL-2.0-only
"""What xgress changes outside bpffs, and how it is put back."""
import os

import pytest

from test_pins import TC, WITHOUT_TCX, undo_folder


def boot_id():
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return file.read().strip()


@pytest.fixture
def journal(gw):
    """An applied policy, and a way to write lines into its undo journal."""
    gw.apply("xdp")
    folder = undo_folder(gw.status()["pinned"])

    def write(*lines, boot=None, end="\n"):
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/undo", "w", encoding="ascii") as file:
            file.write("\n".join([f"xgress undo 1 {boot or boot_id()}", *lines]) + end)
        os.chmod(f"{folder}/undo", 0o600)

    write.folder = folder
    return write


def ifindex(gw, dev):
    return gw.run(gw.gate, f"ip -o link show {dev}").split(":")[0]


def ttl(gw):
    return gw.run(gw.gate, "sysctl -n net.ipv4.ip_default_ttl").strip()


def gro(gw, dev="lan0"):
    shown = gw.run(gw.gate, f"ethtool -k {dev}")
    return "generic-receive-offload: on" in shown


def test_sysctls_and_offloads_are_put_back(gw, journal):
    gw.run(gw.gate, "sysctl -qw net.ipv4.ip_default_ttl=33 'net.ipv4.ping_group_range=1 5'")
    gw.run(gw.gate, "ethtool -K lan0 gro on")
    journal("sysctl\tnet/ipv4/ip_default_ttl\t64\t33",
            "sysctl\tnet/ipv4/ping_group_range\t1 0\t1 5",
            f"offload\t{ifindex(gw, 'lan0')}\trx-gro\t0\t1")
    gw.xgress("down")
    assert ttl(gw) == "64" and not gro(gw)
    assert gw.run(gw.gate, "sysctl -n net.ipv4.ping_group_range").split() == ["1", "0"]
    assert not os.path.exists(journal.folder)


def test_what_somebody_changed_since_is_his(gw, journal):
    gw.run(gw.gate, "sysctl -qw net.ipv4.ip_default_ttl=99")
    journal("sysctl\tnet/ipv4/ip_default_ttl\t64\t33")
    gw.xgress("down")
    assert ttl(gw) == "99"


def test_the_latest_change_goes_back_first(gw, journal):
    gw.run(gw.gate, "sysctl -qw net.ipv4.ip_default_ttl=22")
    journal("sysctl\tnet/ipv4/ip_default_ttl\t64\t33", "sysctl\tnet/ipv4/ip_default_ttl\t33\t22")
    gw.xgress("down")
    assert ttl(gw) == "64"


def test_an_interface_that_vanished(gw, journal):
    journal("offload\t4711\trx-gro\t0\t1", "clsact\t4711\tgone0",
            "sysctl\tnet/ipv4/conf/gone0/forwarding\t0\t1")
    gw.xgress("down")
    assert not os.path.exists(journal.folder)


def test_another_boot(gw, journal):
    gw.run(gw.gate, "sysctl -qw net.ipv4.ip_default_ttl=33")
    journal("sysctl\tnet/ipv4/ip_default_ttl\t64\t33", boot="0000-dead")
    gw.xgress("down")
    assert ttl(gw) == "33" and not os.path.exists(journal.folder)


def test_a_journal_that_is_cut_off(gw, journal):
    gw.run(gw.gate, "sysctl -qw net.ipv4.ip_default_ttl=33")
    journal("sysctl\tnet/ipv4/ip_default_ttl\t64\t33", "sysctl\tnet/ipv4/ip_def", end="")
    gw.xgress("down")
    assert ttl(gw) == "64" and not os.path.exists(journal.folder)


def test_a_damaged_journal_is_named_and_kept(gw, journal):
    gw.run(gw.gate, "sysctl -qw net.ipv4.ip_default_ttl=33")
    journal("sysctl\tnet/ipv4/ip_default_ttl\t64\t33", "what is this")
    done = gw.xgress("down", check=False)
    assert done.returncode == 1 and "what is this" in done.stderr
    assert f"{journal.folder}/undo" in done.stderr
    assert ttl(gw) == "64"  # the rest is put back
    assert "xdp" not in gw.run(gw.gate, "ip link show lan0")  # and nothing is in force
    os.unlink(f"{journal.folder}/undo")
    gw.xgress("down")
    assert gw.xgress("status", check=False).returncode == 1


def test_a_journal_that_is_a_link_is_not_followed(gw, journal):
    target = gw.folder / "target"
    target.write_text("precious\n")
    os.makedirs(journal.folder, exist_ok=True)
    os.symlink(target, f"{journal.folder}/undo")
    refused = gw.xgress("apply", gw.policy(TC), env=WITHOUT_TCX, check=False)
    assert refused.returncode == 1 and "symbolic link" in refused.stderr
    assert target.read_text() == "precious\n"
    assert gw.status()["generation"] == 1
    os.unlink(f"{journal.folder}/undo")


def test_clsact_is_in_the_journal_while_it_is_needed(gw):
    gw.xgress("apply", gw.policy(TC), env=WITHOUT_TCX)
    file = f"{undo_folder(gw.status()['pinned'])}/undo"
    with open(file, encoding="ascii") as lines:
        assert {line.split()[0] for line in lines.readlines()[1:]} == {"clsact"}
    assert os.stat(file).st_mode & 0o777 == 0o600
    gw.apply("xdp")  # egress is tcx now
    assert not os.path.exists(file)
    assert "clsact" not in gw.run(gw.gate, "tc qdisc show")
