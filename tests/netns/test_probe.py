# SPDX-License-Identifier: GPL-2.0-only
"""What `xgress probe` says of the kernel and of interfaces, against independent judges."""
import json
import os
import re
import shutil
import subprocess
import tempfile

import pytest

from gateway import XGRESS, sh, wait_for

# ethtool's own words for what the kernel names otherwise.
ETHTOOL_WORDS = {
    "rx-vlan-hw-parse": "rx-vlan-offload", "rx-lro": "large-receive-offload",
    "rx-gro": "generic-receive-offload", "tx-vlan-hw-insert": "tx-vlan-offload",
    "tx-generic-segmentation": "generic-segmentation-offload",
}
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


class Box:
    """One network namespace with a veth pair: near, and far in the same one."""

    def __init__(self, name):
        self.name = name
        sh(f"ip netns add {name}")
        self.run("ip link add near numrxqueues 4 numtxqueues 4 type veth peer name far "
                 "numrxqueues 4 numtxqueues 4")
        for dev in ("near", "far"):
            self.run(f"ethtool -L {dev} rx 1 tx 1")
            self.run(f"ip link set {dev} up")
        self.run("ethtool -K far gro off")

    def run(self, command, check=True):
        return sh(f"nsenter --net=/run/netns/{self.name} {command}", check)

    def probe(self, *arguments, check=True, **options):
        done = subprocess.run([XGRESS, "-n", self.name, "-j", "probe", *arguments], text=True,
                              check=False, capture_output=True, **options)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout), done

    def interface(self, dev, *arguments):
        found = self.probe(dev, *arguments)[0]["interfaces"]
        assert [i["name"] for i in found] == [dev]
        return found[0]

    def xdp_mode(self, dev):
        """By iproute2: 0 none, 1 native, 2 generic."""
        link = json.loads(sh(f"ip -n {self.name} -j link show {dev}"))[0]
        return link.get("xdp", {}).get("mode", 0)


@pytest.fixture
def box():
    name = f"xgp{os.getpid()}"
    try:
        yield Box(name)
    finally:
        sh(f"ip netns del {name}", check=False)


@pytest.fixture(scope="module")
def features():
    found = json.loads(sh(f"{XGRESS} -j probe"))["kernel"]["features"]
    return {f["name"]: f for f in found}


def notes(interface):
    return "\n".join(interface["notes"])


def machine():
    """Everything of the machine's own namespace that a trial could change."""
    return [sh(f"ip -j link show {dev}") + sh(f"ethtool -k {dev}") for dev in
            re.findall(r"^\d+: ([^:@]+)", sh("ip -o link"), re.MULTILINE)] + \
        [sh("bpftool net show")]


def test_keys(box):
    answer, _ = box.probe()
    assert answer["kernel"]["release"] == os.uname().release
    for f in answer["kernel"]["features"]:
        assert {"name", "available", "detail"} <= set(f), f
        assert f["available"] in (True, False) and f["detail"], f
    assert {i["name"] for i in answer["interfaces"]} == {"near", "far"}
    for i in answer["interfaces"]:
        assert {"name", "driver", "modes", "zerocopy", "notes"} <= set(i), i
        assert i["driver"] == "veth" and i["mtu"] == 1500 and not i["tried"]


def test_features_agree_with_bpftool(features):
    judged = json.loads(sh("bpftool -j feature probe kernel"))
    programs, maps = judged["program_types"], judged["map_types"]
    assert features["xdp"]["available"] == programs["have_xdp_prog_type"]
    assert features["sched_cls"]["available"] == programs["have_sched_cls_prog_type"]
    for ours, theirs in (("devmap", "devmap"), ("cpumap", "cpumap"), ("xskmap", "xskmap"),
                         ("ringbuf", "ringbuf")):
        assert features[ours]["available"] == maps[f"have_{theirs}_map_type"], ours
    assert features["jit"]["available"] == (judged["system_config"]["bpf_jit_enable"] > 0)
    assert features["btf"]["available"] == os.path.exists("/sys/kernel/btf/vmlinux")


def test_features_agree_with_other_programs(box, features):
    """clsact by tc, managed neighbours by ip, huge pages by the kernel's count."""
    box.run("ip neigh add 192.0.2.9 dev near managed", check=False)
    managed = box.run("ip neigh show dev near nud all")
    assert features["managed-neighbours"]["available"] == ("managed" in managed)
    box.run("tc qdisc add dev near clsact", check=False)
    assert features["clsact"]["available"] == ("clsact" in box.run("tc qdisc show dev near"))
    free = int(re.search(r"HugePages_Free: +(\d+)", sh("cat /proc/meminfo")).group(1))
    assert features["huge-pages"]["available"] == (free > 0)


def test_offloads_and_queues_agree_with_ethtool(box):
    found = box.interface("near", "--no-trial")
    judged = dict(re.findall(r"^\s*([a-z0-9-]+): (on|off)", box.run("ethtool -k near"),
                             re.MULTILINE))
    assert len(found["offloads"]) >= 8
    for name, on in found["offloads"].items():
        assert (judged[ETHTOOL_WORDS.get(name, name)] == "on") == on, name
    queues = found["queues"]
    assert (queues["rx"], queues["max_rx"], queues["tx"], queues["max_tx"]) == (1, 4, 1, 4)
    box.run("ethtool -L near rx 3 tx 2")
    queues = box.interface("near", "--no-trial")["queues"]
    assert (queues["rx"], queues["tx"]) == (3, 2)


def test_veth_is_a_target_with_gro_at_its_other_end(box):
    near = box.interface("near")
    assert near["redirect_target"] is False
    command = re.search(r"`(ethtool -K far gro on)`", notes(near)).group(1)
    box.run(command)
    near = box.interface("near")
    assert near["redirect_target"] is True and "redirected" not in notes(near)


def test_trial_of_a_veth_leaves_it_as_it_was(box):
    def state():
        return [box.run(f"ethtool -k {dev}") + box.run(f"ip -d link show {dev}")
                for dev in ("near", "far")]

    before = state()
    near = box.interface("near")
    assert near["tried"] and near["modes"] == ["native", "generic", "tc"]
    assert near["zerocopy"] is False
    assert box.xdp_mode("near") == 0
    assert wait_for(lambda: state() == before)


def test_without_a_name_nothing_is_tried(box):
    """What the trial would refuse, reading cannot tell."""
    box.run("ip link set far mtu 9000")
    environment = dict(os.environ, XGRESS_WITHOUT="xdp.frags")
    for arguments in ((), ("near", "--no-trial")):
        near = next(i for i in box.probe(*arguments, env=environment)[0]["interfaces"]
                    if i["name"] == "near")
        assert not near["tried"] and "native" in near["modes"]
    near = box.probe("near", env=environment)[0]["interfaces"][0]
    assert near["tried"] and "native" not in near["modes"]
    assert "tried and refused: " in notes(near) and "MTU" in notes(near)
    assert box.xdp_mode("near") == 0


def test_a_veth_with_too_few_queues(box):
    box.run("ethtool -L far tx 2")
    near = box.interface("near", "--no-trial")
    assert "native" not in near["modes"] and "`ethtool -L near rx 4`" in notes(near)
    near = box.interface("near")
    assert "tried and refused" in notes(near) and "queues" in notes(near)
    box.run("ethtool -L near rx 4")
    assert "native" in box.interface("near")["modes"]


def test_large_mtu_at_the_other_end(box):
    """3507 and more takes a program with frags, which xgress's are."""
    box.run("ip link set far mtu 9000")
    box.run("ip link set near mtu 9000")
    near = box.interface("near")
    assert "native" in near["modes"] and near["mtu"] == 9000


@pytest.mark.parametrize("mode,flag", [(1, "xdpdrv"), (2, "xdpgeneric")])
def test_someone_elses_program_stays(box, tmp_path, mode, flag):
    code = tmp_path / "pass.c"
    code.write_text('__attribute__((section("xdp"), used)) int pass(void *c) { return 2; }\n')
    sh(f"clang-19 -O2 -target bpf -c {code} -o {tmp_path}/pass.o")
    done = subprocess.run(["nsenter", f"--net=/run/netns/{box.name}", "ip", "link", "set", "near",
                           flag, "obj", f"{tmp_path}/pass.o", "sec", "xdp"], check=False,
                          capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"iproute2 cannot attach a program: {done.stderr.splitlines()[0]}")
    near = box.interface("near")
    assert box.xdp_mode("near") == mode
    assert not near["tried"] and "'pass'" in near["attached"]
    assert "does not evict" in notes(near) and "nothing was tried" in notes(near)


def test_tap_and_tun(box):
    box.run("ip tuntap add tap9 mode tap")
    box.run("ip tuntap add tun9 mode tun")
    tap, tun = box.interface("tap9"), box.interface("tun9")
    assert tap["driver"] == "tun" and "native" in tap["modes"] and "path: auto" in notes(tap)
    assert tun["modes"] == [] and "not Ethernet" in notes(tun) and not tun["tried"]


def test_bridge_port(box):
    box.run("ip link add br9 type bridge")
    box.run("ip link set near master br9")
    assert "bridge port" in notes(box.interface("near"))
    bridge = box.interface("br9")
    assert "native" not in bridge["modes"] and "tried and refused" in notes(bridge)


def test_no_such_interface(box):
    answer, done = box.probe("nix0", check=False)
    assert done.returncode == 1
    assert "no interface 'nix0'" in answer["error"]["message"]


@pytest.mark.parametrize("arguments", [("near", "far"), ("--nix",)])
def test_bad_usage(box, arguments):
    answer, done = box.probe(*arguments, check=False)
    assert done.returncode == 2 and answer["error"]["message"].startswith("probe: ")


def test_text_says_the_same(box):
    answer, _ = box.probe("near")
    text = sh(f"{XGRESS} -n {box.name} probe near")
    assert text.startswith(f"kernel {os.uname().release}\n")
    for f in answer["kernel"]["features"]:
        assert re.search(rf"^  {'yes' if f['available'] else 'no '}  {re.escape(f['name'])} ", text,
                         re.MULTILINE), f
    assert "near: driver veth, MTU 1500, rx queues 1 of 4, tx queues 1 of 4" in text
    for note in answer["interfaces"][0]["notes"]:
        assert f"  - {note}\n" in text


def test_what_is_missing_says_what_it_means_and_how_to_get_it():
    environment = dict(os.environ, XGRESS_WITHOUT="tcx,xdp")
    text = subprocess.run([XGRESS, "probe"], check=True, text=True, capture_output=True,
                          env=environment).stdout
    assert re.search(r"^  no   tcx .*clsact.*\n +get it: kernel 6\.6", text, re.MULTILINE), text
    assert re.search(r"^  no   xdp .*no frame path", text, re.MULTILINE)
    assert not re.search(r"^  no   xdp\.frags", text, re.MULTILINE)


def test_without_root():
    """What needs root is told so and is neither yes nor no; the rest is answered."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        program = shutil.copy(XGRESS, folder)
        done = subprocess.run([*NOBODY, program, "-j", "probe"], check=True, text=True,
                              capture_output=True)
    answer = json.loads(done.stdout)
    found = {f["name"]: f for f in answer["kernel"]["features"]}
    assert found["btf"]["available"] in (True, False)
    assert found["xdp"]["available"] is None and "root" in found["xdp"]["detail"]
    assert answer["interfaces"][0]["driver"]
    assert done.stderr == ""


def test_the_machine_is_not_touched(box):
    before = machine()
    sh(f"{XGRESS} probe")
    sh(f"{XGRESS} -n {box.name} probe near")
    assert machine() == before
