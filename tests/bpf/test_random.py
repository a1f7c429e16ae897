# SPDX-License-Identifier: GPL-2.0-only
"""Random packets: the parse stage against scapy's dissection, and the programs' own promises."""
import ctypes
import os
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from kernel import ACTIONS, REASONS
from packets import broken_frames, dissect, frames
from scapy.all import IP, Ether, IPv6

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


def correct(out, frame, mac):
    """A forwarded packet is the one that came, one hop further."""
    came, went = Ether(frame), Ether(out)
    layer = IP if IP in came else IPv6
    assert went.src == mac
    if layer is IP:
        assert went[IP].ttl == came[IP].ttl - 1 and len(out) == len(frame)
        after = out[:22] + frame[22:23] + out[23:24] + frame[24:26] + out[26:]
    else:
        assert went[IPv6].hlim == came[IPv6].hlim - 1
        after = out[:21] + frame[21:22] + out[22:]
    return after[12:] == frame[12:]


def pseudo_placeholder(out, frame):
    """Where frame and packet differ besides, a placeholder checksum was completed."""
    return [at for at in range(34, len(frame)) if out[at] != frame[at]]


@pytest.mark.parametrize("strategy", ["frames", "broken_frames"])
def test_the_programs_keep_their_promises(inside, strategy):
    make = {"frames": frames, "broken_frames": broken_frames}[strategy]
    seen = {}

    @settings(HOW, max_examples=600)
    @given(make(inside.ether()))
    def run(frame):
        if inside.tc and len(frame) < 54:  # a test run makes no sk_buff without an IP header
            frame += bytes(54 - len(frame))
        result = inside.run(frame)  # one reason, one verdict, packets and bytes agree
        seen[result.reason] = seen.get(result.reason, 0) + 1
        if ACTIONS[result.reason] != "REDIRECT":
            assert result.packet == frame
            return
        parsed = parse(frame)
        assert parsed["result"] == PARSE_IP and not parsed["tagged"] and not parsed["options"]
        assert correct(result.packet, frame, inside.mac["wan0"]) or (
            not inside.tc and len(pseudo_placeholder(result.packet, frame)) <= 2)

    run()
    assert seen.get("forwarded", 0) > 5 and len(seen) > 3, seen
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
