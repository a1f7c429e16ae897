# SPDX-License-Identifier: GPL-2.0-only
"""xgress explain: what it names, and what it says where there is nothing to explain. That it is
right about what happens is tests/bpf/test_explain.py's."""
import json
import struct

import pytest

PATHS = pytest.mark.parametrize("path", ["xdp", "tc"])
GUARD = ("sets: {bad: [198.51.100.0/24, 2001:db8:bad::/48], few: [203.0.113.8, 203.0.113.9]}\n"
         "guard: {block: [bad, few, 10.66.0.0/16], allow: [198.51.100.9]}\n")
TO_SERVER = ("src=10.1.0.2", "dst=10.2.0.2")


def explain(gw, *words):
    return json.loads(gw.xgress("explain", "-j", *words).stdout)


def decision(said, stage):
    return next(s["decision"] for s in said["stages"] if s["stage"] == stage)


def refused(gw, *words):
    done = gw.xgress("explain", "-j", *words, check=False)
    return done.returncode, json.loads(done.stdout.splitlines()[-1])["error"]


def known(gw, state="permanent"):
    for to in ("10.2.0.2", "fd00:2::2"):
        gw.run(gw.gate, f"ip neigh replace {to} lladdr 02:00:00:00:02:02 dev wan0 nud {state}")


def mac(gw, dev):
    return gw.run(gw.gate, f"ip -br link show {dev}").split()[2].replace(":", "")


@PATHS
@pytest.mark.parametrize("src,dst,route", [("10.1.0.2", "10.77.0.1", "10.77.0.0/24 via 10.2.0.2"),
                                           ("fd00:1::2", "fd00:77::1", "fd00:77::/64 via fd00:2::2")])
def test_the_route_and_the_neighbour_are_named(gw, path, src, dst, route):
    known(gw, "stale")
    gw.run(gw.gate, f"ip route add {route}")
    gw.apply(path)
    said = explain(gw, f"src={src}", f"dst={dst}", "proto=tcp", "flags=S", "dport=443")
    assert (said["interface"], said["reason"], said["action"]) == ("lan0", "refresh", "pass")
    text = decision(said, "route")
    assert f"{route} dev wan0 table main" in text
    assert f"neighbour {route.split()[-1]} is STALE at 02:00:00:00:02:02" in text
    then = said["then"]
    assert (then["action"], then["output"]["interface"]) == ("redirect", "wan0")
    came, went = (bytes.fromhex(x["output"]["packet"]) for x in (said, then))
    assert went[:12].hex() == "020000000202" + mac(gw, "wan0") and came[:6].hex() == mac(gw, "lan0")
    assert len(went) == len(came)
    stages = [s["stage"] for s in said["stages"]]
    assert stages == ["parse", "guard", "admit", "route", "exit"]


@PATHS
def test_routes_that_lead_nowhere(gw, path):
    gw.run(gw.gate, "ip route add blackhole 10.79.0.0/24")
    gw.run(gw.gate, "ip route add unreachable 10.80.0.0/24")
    gw.apply(path)
    for to, reason, words in (("10.79.0.1", "route_refuses", "the kernel has no route"),
                              ("192.0.2.1", "not_forwarded", "Network is unreachable"),
                              ("10.1.0.1", "not_forwarded", "local 10.1.0.1/32 dev lan0"),
                              ("10.2.0.9", "no_neighbour", "neighbour 10.2.0.9 is not known"),
                              ("10.1.0.9", "no_neighbour", "10.1.0.0/24 dev lan0")):
        said = explain(gw, "src=10.1.0.2", f"dst={to}")
        assert said["reason"] == reason and words in decision(said, "route"), said
        assert said["output"]["interface"] is None and said["output"]["packet"]


@PATHS
def test_the_set_and_the_prefix_are_named(gw, path):
    gw.apply(path, GUARD)
    for src, dst, reason, words in (
            ("10.1.0.2", "198.51.100.7", "blocked_destination",
             "destination 198.51.100.7 is in 198.51.100.0/24 of the set 'bad'"),
            ("10.66.3.4", "10.2.0.2", "blocked_source", "source 10.66.3.4 is in 10.66.0.0/16 in"),
            ("10.1.0.2", "203.0.113.9", "blocked_destination", "203.0.113.9/32 of the set 'few'"),
            ("10.1.0.2", "198.51.100.9", "not_forwarded", "198.51.100.9/32 in guard.allow"),
            ("fd00:1::2", "2001:db8:bad::1", "blocked_destination",
             "2001:db8:bad::/48 of the set 'bad'")):
        said = explain(gw, f"src={src}", f"dst={dst}")
        assert said["reason"] == reason and words in decision(said, "guard"), said
        assert (said["action"] == "drop") == (said["output"]["packet"] is None)
    out = explain(gw, "src=10.2.0.1", "dst=198.51.100.7", "out=wan0")
    assert out["reason"] == "blocked_destination" and "egress" in out["hook"]
    assert "'bad'" in decision(out, "guard")
    back = explain(gw, "src=198.51.100.7", "dst=10.1.0.2", "in=wan0")
    assert "not asked" in decision(back, "guard") and back["action"] != "drop"


def test_a_policy_file_that_was_changed_since(gw):
    gw.apply("xdp", GUARD)
    text = (gw.folder / "policy.yaml").read_text()
    ask = lambda to: decision(explain(gw, "src=10.1.0.2", f"dst={to}"), "guard")  # noqa: E731
    gw.policy(text.replace("198.51.100.0/24", "198.51.100.0/25"))
    assert "is in 198.51.100.0/24 of" in ask("198.51.100.7")
    assert "policy.yaml was changed since the apply" in ask("198.51.100.7")
    assert "203.0.113.8/32 of the set 'few'" in ask("203.0.113.8")  # that part is as it was
    gw.policy(text.replace("198.51.100.0/24, 2001:db8:bad::/48", "2001:db8:bad::1"))
    said = decision(explain(gw, "src=fd00:1::2", "dst=2001:db8:bad::1"), "guard")
    assert "is in 2001:db8:bad::/48 of" in said and "was changed" in said
    (gw.folder / "policy.yaml").unlink()
    assert "203.0.113.8/31 of" in ask("203.0.113.8") and "cannot be read" in ask("203.0.113.8")


@PATHS
def test_why_the_kernel_forwards(gw, path):
    gw.apply(path, "forward: kernel\n")
    said = explain(gw, *TO_SERVER)
    note = next(n for i in gw.status()["interfaces"] if i["name"] == "lan0" for n in i["notes"]
                if "forward: kernel" in n)
    assert said["reason"] == "kernel_forwards" and note in decision(said, "admit")


def test_why_there_is_no_target(gw):
    gw.pair(gw.server, "s1", gw.gate, "wan1", 3)
    gw.run(gw.server, "ethtool -K s0 gro off")
    gw.run(gw.gate, "ip neigh replace 10.3.0.2 lladdr 02:00:00:00:03:02 dev wan1 nud permanent")
    known(gw)
    gw.apply("xdp")
    for to, words in (("10.3.0.2", "wan1 is not an interface of the policy"),
                      ("10.2.0.2", "its peer has neither GRO nor native")):
        said = explain(gw, "src=10.1.0.2", f"dst={to}")["then"]
        assert said["reason"] == "no_target" and words in decision(said, "route"), said


@PATHS
def test_shapes(gw, path):
    known(gw)
    gw.apply(path)
    for words, reason in (((*TO_SERVER, "vlan=7"), "vlan"),
                          ((*TO_SERVER, "proto=icmp", "len=1400"), "refresh"),
                          ((*TO_SERVER, "proto=89"), "refresh"),
                          ((*TO_SERVER, "len=1501"), "too_big"),
                          (("src=fd00:1::2", "dst=fd00:2::2", "proto=icmp"), "refresh"),
                          (("src=127.0.0.1", "dst=10.2.0.2"), "martian"),
                          (("hex=" + "ff" * 12 + "0806" + "00" * 28,), "arp")):
        assert explain(gw, *words)["reason"] == reason, words
    text = gw.xgress("explain", *TO_SERVER).stdout
    assert "lan0" in text and "  parse " in text and "IPv4 UDP 10.1.0.2:40000 > 10.2.0.2:80" in text


def frame(gw, payload=b"x" * 8):
    """UDP to the server, without a checksum."""
    ip = bytearray(b"\x45\0" + struct.pack("!H", 28 + len(payload)) + b"\0\0\0\0\x40\x11\0\0" +
                   bytes([10, 1, 0, 2, 10, 2, 0, 2]))
    udp = struct.pack("!HHHH", 1, 2, 8 + len(payload), 0) + payload
    return bytes.fromhex(mac(gw, "lan0")) + b"\2\0\0\0\0\2\x08\0" + bytes(ip) + udp


def pcap(packets, linktype=1):
    return struct.pack("=IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, linktype) + \
        b"".join(struct.pack("=IIII", 0, 0, len(p), whole) + p for p, whole in packets)


def pcapng(packets):
    def block(kind, body):
        body += bytes(-len(body) % 4)
        return struct.pack("=II", kind, len(body) + 12) + body + struct.pack("=I", len(body) + 12)

    return block(0x0a0d0d0a, struct.pack("=IHHq", 0x1a2b3c4d, 1, 0, -1)) + \
        block(1, struct.pack("=HHI", 1, 0, 65535)) + \
        b"".join(block(6, struct.pack("=IIIII", 0, 0, 0, len(p), len(p)) + p) for p in packets)


@PATHS
def test_captures(gw, path):
    known(gw)
    gw.apply(path)
    one, file = frame(gw), gw.folder / "some.pcap"
    file.write_bytes(pcap([(one, len(one))] * 3))
    lines = gw.xgress("explain", "--pcap", str(file)).stdout.splitlines()
    assert [line.split()[:4] for line in lines] == [["1", "lan0", "pass", "refresh:"],
                                                    ["2", "lan0", "redirect", "forwarded"],
                                                    ["3", "lan0", "redirect", "forwarded"]]
    file.write_bytes(pcapng([one, one]))
    said = [json.loads(line) for line in gw.xgress("-j", "explain", "--pcap", str(file), "in=lan0")
            .stdout.splitlines()]
    assert [s["number"] for s in said] == [1, 2] and said[1]["output"]["interface"] == "wan0"
    file.write_bytes(pcap([(one[:30], len(one)), (one, len(one))]))
    done = gw.xgress("-j", "explain", "--pcap", str(file), check=False)
    cut, whole, error = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1 and "cut off 20 of its bytes" in cut["error"]["message"]
    assert whole["number"] == 2 and "1 of 2 packets" in error["error"]["message"]


def test_broken_captures_are_named(gw):
    gw.apply("xdp")
    one, file = frame(gw), gw.folder / "bad.pcap"
    for content, words in ((b"", "not a capture file"), (b"nonsense" * 100, "not a capture file"),
                           (pcap([(one, len(one))])[:-9], "packet 1 is broken"),
                           (pcap([(one, len(one))]) + b"\0" * 8 + b"\xff" * 400,
                            "packet 2 is broken"),
                           (pcap([(one, len(one))], 113), "LINUX_SLL"),
                           (pcapng([one])[:60] + b"\xff" * 300, "")):
        file.write_bytes(content)
        code, error = refused(gw, "--pcap", str(file))
        assert code == 2 and words in error["message"] and error["file"] == str(file), error
    code, error = refused(gw, "--pcap", str(gw.folder / "none.pcap"))
    assert code == 2 and "No such file" in error["message"]


BAD_WORDS = [
    ((), "expected a packet"), (("nonsense",), "'nonsense'"), (("scr=10.1.0.2",), "'scr=10.1.0.2'"),
    (("src=10.1.0",), "src=10.1.0: expected an IPv4 or IPv6 address"),
    (("src=10.1.0.2",), "dst= is missing"), (("dst=10.1.0.2",), "src= is missing"),
    (("src=10.1.0.2", "dst=fd00::1"), "of one family"),
    ((*TO_SERVER, "proto=sctp"), "proto=sctp: expected tcp, udp, icmp"),
    ((*TO_SERVER, "proto=256"), "proto=256"), ((*TO_SERVER, "dport=65536"), "dport=65536"),
    ((*TO_SERVER, "sport=-1"), "sport=-1"), ((*TO_SERVER, "vlan=4095"), "vlan=4095"),
    ((*TO_SERVER, "len=27"), "len=27: expected 28"), ((*TO_SERVER, "flags=X"), "flags=X"),
    ((*TO_SERVER, "src=10.1.0.3"), "src= is there twice"),
    ((*TO_SERVER, "in=lan0", "out=wan0"), "at one hook"),
    (("hex=00112",), "hex=00112: expected"), (("hex=0011zz",), "hex=0011zz"),
    (("hex=001122",), "found 3"), (("hex=" + "00" * 60, "dst=10.2.0.2"), "no other words"),
    ((*TO_SERVER, "in=nope0"), "in= may be: "), ((*TO_SERVER, "out=lan0"), "out= may be: wan0"),
    (("--pcap",), "a value is missing after"), (("--pcpa", "x"), "unknown option"),
    (("--pcap", "x", *TO_SERVER), "no other words"),
]


def test_bad_words_are_named(gw):
    gw.apply("xdp")
    for words, expected in BAD_WORDS:
        code, error = refused(gw, *words)
        assert code == 2 and expected in error["message"], (words, error)


def test_where_there_is_nothing_to_explain(gw):
    code, error = refused(gw, *TO_SERVER)
    assert code == 1 and "nothing is applied" in error["message"]
    gw.pair(gw.server, "s1", gw.gate, "lan1", 3)
    gw.xgress("apply", gw.policy("outside: [wan0]\ninside: [lan0, lan1]\n"))
    code, error = refused(gw, *TO_SERVER)
    assert code == 2 and "lan0, lan1" in error["message"] and "out= may be: wan0" in error["message"]
    gw.run(gw.gate, "ip link del lan1")
    code, error = refused(gw, *TO_SERVER, "in=lan1")
    assert code == 1 and "lan1" in error["message"]
