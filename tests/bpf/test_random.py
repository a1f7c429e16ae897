# SPDX-License-Identifier: GPL-2.0-only
"""Random packets: the parse stage against scapy's dissection, and the programs' own promises."""
import ctypes
import os
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from kernel import ACTIONS, REASONS
from packets import broken_frames, dissect, frames, placeholder_frames
from scapy.all import Ether
from scapy.utils import checksum

FIELDS = ("result", "holds", "version", "protocol", "l3_offset", "l4_offset", "ip_length",
          "tagged", "options", "fragment", "later")
PARSE_IP = 0
LIBRARY = ctypes.CDLL(os.environ["PARSE_HOST"])
HOW = settings(max_examples=400, deadline=None, database=None, derandomize=True,
               suppress_health_check=list(HealthCheck))


def parse(frame):
    data, out = ctypes.create_string_buffer(frame, len(frame)), ctypes.create_string_buffer(44)
    LIBRARY.parse_frame(data, len(frame), out)
    return dict(zip(FIELDS, struct.unpack("=11I", out.raw)))


@HOW
@given(frames())
def test_a_well_formed_frame_is_read_as_scapy_reads_it(frame):
    parsed = parse(frame)
    wanted = dissect(frame)
    if parsed["result"] != PARSE_IP:
        assert transport_is_cut(frame, wanted)
        return
    assert {name: parsed[name] for name in wanted} == wanted


def transport_is_cut(frame, found):
    """Random data may stand where an unfragmented packet has its transport header."""
    left = len(frame) - found["l4_offset"]
    least = {6: 20, 17: 8, 1: 8, 58: 8}.get(found["protocol"], 0)
    if left < least:
        return True
    if found["protocol"] == 17 and found["fragment"]:
        return False
    header = frame[found["l4_offset"]:]
    if found["protocol"] == 17:
        length = struct.unpack_from("!H", header, 4)[0]
        return not 8 <= length <= left
    offset = header[12] >> 4
    return found["protocol"] == 6 and not 5 <= offset <= left // 4


@HOW
@given(broken_frames())
def test_a_broken_frame_keeps_what_the_stages_rely_on(frame):
    assert parse(frame)["holds"]


def completed(frame, parsed):
    """(place, value) of the checksum that scapy gives to a frame with a placeholder; or None."""
    at, protocol = parsed["l4_offset"], parsed["protocol"]
    if not at or parsed["fragment"] or protocol not in (6, 17):
        return None
    segment = bytearray(frame[at:parsed["l3_offset"] + parsed["ip_length"]])
    addresses = frame[26:34] if parsed["version"] == 4 else frame[22:54]
    pseudo = addresses + struct.pack("!II", len(segment), protocol)
    field = 16 if protocol == 6 else 6
    found = struct.unpack_from("!H", segment, field)[0]
    if not found or (found + checksum(pseudo)) % 0xffff:
        return None
    struct.pack_into("!H", segment, field, 0)
    value = checksum(pseudo + bytes(segment))
    return at + field, value if value or protocol == 6 else 0xffff


def one_hop_further(out, frame, parsed, mac, completes):
    """Asserts that a forwarded packet is the one that came, but for what a router changes."""
    assert Ether(out).src == mac
    want = bytearray(frame)
    want[:12] = out[:12]
    if parsed["version"] == 4:
        assert sum(struct.unpack_from("!10H", out, 14)) % 0xffff == \
            sum(struct.unpack_from("!10H", frame, 14)) % 0xffff  # RFC 1624
        want[22] -= 1
        want[24:26] = out[24:26]
    else:
        want[21] -= 1
    checksum_was = completed(frame, parsed) if completes else None
    if checksum_was:
        struct.pack_into("!H", want, *checksum_was)
    assert out == bytes(want)
    return bool(checksum_was)


@pytest.mark.parametrize("strategy", ["frames", "broken_frames", "placeholder_frames"])
def test_the_programs_keep_their_promises(inside, strategy):
    make = {"frames": frames, "broken_frames": broken_frames,
            "placeholder_frames": placeholder_frames}[strategy]
    seen, completions = {}, 0

    @settings(HOW, max_examples=600)
    @given(make(inside.ether()))
    def run(frame):
        nonlocal completions
        if inside.tc and len(frame) < 54:  # a test run makes no sk_buff without an IP header
            frame += bytes(54 - len(frame))
        result = inside.run(frame)  # one reason, one verdict, packets and bytes agree
        seen[result.reason] = seen.get(result.reason, 0) + 1
        if ACTIONS[result.reason] != "REDIRECT":
            assert result.packet == frame
            return
        parsed = parse(frame)
        assert parsed["result"] == PARSE_IP and not parsed["tagged"] and not parsed["options"]
        completions += one_hop_further(result.packet, frame, parsed, inside.mac["wan0"],
                                       completes=not inside.tc)

    run()
    assert seen.get("forwarded", 0) > 5, seen
    if strategy == "placeholder_frames":
        assert completions == (0 if inside.tc else seen["forwarded"])
    else:
        assert len(seen) > 3, seen
    assert set(seen) <= {word for word, _ in REASONS.values()}


def test_the_verifier_has_room(gw, benches):
    """Half of the verifier's limit is left for what policies add."""
    extra = "guard: {block: [10.66.0.0/16, fd66::/32, fd66::9], allow: [10.66.0.1, fd66::1]}\n"
    for path, dev, egress in (("xdp", "lan0", False), ("xdp", "wan0", False), ("tc", "lan0", False),
                              ("tc", "wan0", False), ("tc", "wan0", True)):
        bench = benches.get(path, dev, extra, egress)
        verified = bench.program.verified_instructions()
        print(f"{path} {dev} {'egress' if egress else 'ingress'}: {verified} instructions verified")
        assert 0 < verified < 500000
