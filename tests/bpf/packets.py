# SPDX-License-Identifier: GPL-2.0-only
"""Random packets, whole and broken, and what scapy finds in them."""
import struct

from hypothesis import strategies as st
from scapy.all import (ESP, ICMP, IP, TCP, UDP, Dot1AD, Dot1Q, Ether, ICMPv6EchoRequest,
                       IPOption_NOP, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment,
                       IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, PadN, Raw, in4_chksum, in6_chksum)

EXTENSIONS = (IPv6ExtHdrDestOpt, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, IPv6ExtHdrFragment)

payloads = st.binary(max_size=80)
transports = st.one_of(
    st.builds(lambda s, d: UDP(sport=s, dport=d), st.integers(0, 65535), st.integers(0, 65535)),
    st.builds(lambda n: TCP(flags="PA", options=[("NOP", None)] * n), st.integers(0, 8)),
    st.just(ICMP()), st.just(ICMPv6EchoRequest()), st.just(ESP(spi=9, seq=1)), st.just(Raw(b"")))

tags = st.lists(st.builds(lambda c, v: c(vlan=v), st.sampled_from((Dot1Q, Dot1AD)),
                          st.integers(1, 4094)), max_size=2)

ip4 = st.builds(
    lambda ttl, frag, more, options: IP(src="10.1.0.2", dst="10.77.0.1", ttl=ttl, frag=frag,
                                        flags="MF" if more else 0,
                                        options=[IPOption_NOP()] * options),
    st.integers(0, 255), st.one_of(st.just(0), st.integers(0, 8191)), st.booleans(),
    st.one_of(st.just(0), st.integers(0, 9)))

extensions = st.lists(st.one_of(
    st.builds(lambda n: IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * n)]), st.integers(0, 60)),
    st.builds(lambda n: IPv6ExtHdrRouting(type=253, addresses=["fd00::1"] * n), st.integers(0, 3)),
    st.builds(lambda o, m: IPv6ExtHdrFragment(offset=o, m=m, id=5),
              st.one_of(st.just(0), st.integers(0, 8191)), st.integers(0, 1))), max_size=4)


@st.composite
def ip6(draw):
    packet = IPv6(src="fd00:1::2", dst="fd00:77::1", hlim=draw(st.integers(0, 255)))
    if draw(st.integers(0, 5)) == 0:
        packet /= IPv6ExtHdrHopByHop()
    for header in draw(extensions):
        packet /= header
    return packet


@st.composite
def frames(draw, ether=Ether(src="02:00:00:00:01:02", dst="02:00:00:00:01:01")):
    """A well-formed frame."""
    packet = ether.copy()
    for tag in draw(tags):
        packet /= tag
    return bytes(packet / draw(st.one_of(ip4, ip6())) / draw(transports) / Raw(draw(payloads)))


@st.composite
def broken_frames(draw, ether=Ether(src="02:00:00:00:01:02", dst="02:00:00:00:01:01")):
    """One that lost its end, or some of whose bits turned, or that is nothing but noise."""
    frame = bytearray(draw(frames(ether)))
    for at, bit in draw(st.lists(st.tuples(st.integers(12, 75), st.integers(0, 7)), max_size=2)):
        if at < len(frame):
            frame[at] ^= 1 << bit
    if draw(st.integers(0, 3)) == 3:
        frame = frame[:draw(st.integers(14, len(frame)))]
    if draw(st.integers(0, 9)) == 9:
        kind = draw(st.sampled_from((b"\x08\x00", b"\x86\xdd", b"\x81\x00", b"\x88\xa8")))
        frame = bytes(ether)[:12] + kind + draw(st.binary(max_size=100))
    return bytes(frame)


def placeholder(packet, ip, proto, transport):
    """As a stack leaves it to the NIC: the sum of the pseudo header alone, not inverted."""
    length = len(bytes(transport))
    if isinstance(ip, IP):
        pseudo = in4_chksum(proto, IP(src=ip.src, dst=ip.dst), bytes(length))
    else:
        pseudo = in6_chksum(proto, IPv6(src=ip.src, dst=ip.dst), bytes(length))
    raw = bytearray(bytes(packet))
    at = len(raw) - length + (16 if proto == 6 else 6)
    struct.pack_into("!H", raw, at, ~pseudo & 0xffff)
    return bytes(raw)


@st.composite
def placeholder_frames(draw, ether):
    """TCP and UDP whose checksum the stack left to the NIC."""
    ip = draw(st.sampled_from((IP(src="10.1.0.2", dst="10.77.0.1"),
                               IPv6(src="fd00:1::2", dst="fd00:77::1"))))
    payload = draw(st.binary(max_size=1200))
    proto, transport = draw(st.sampled_from(((6, TCP(flags="PA")), (17, UDP(sport=7, dport=8)))))
    return placeholder(ether / ip / transport / payload, ip, proto, transport / payload)


def dissect(frame):
    """What scapy says of a well-formed frame, in the words of struct packet."""
    packet = Ether(frame)
    ip = packet[IP] if IP in packet else packet[IPv6]
    found = {"version": ip.version, "tagged": Dot1Q in packet or Dot1AD in packet,
             "l3_offset": len(frame) - len(ip.original), "l4_offset": 0}
    layer, found["options"], found["fragment"], found["later"] = ip, False, False, False
    if ip.version == 4:
        found["ip_length"] = ip.len
        found["options"], found["later"] = ip.ihl > 5, ip.frag > 0
        found["fragment"] = bool(ip.frag or "MF" in str(ip.flags))
        found["protocol"], at = ip.proto, ip.ihl * 4
    else:
        found["ip_length"] = ip.plen + 40
        found["protocol"], at = ip.nh, 40
        while isinstance(layer.payload, EXTENSIONS) and not found["later"]:
            layer = layer.payload
            found["protocol"] = layer.nh
            at += len(layer.self_build())
            found["options"] |= isinstance(layer, IPv6ExtHdrHopByHop)
            if isinstance(layer, IPv6ExtHdrFragment):
                found["fragment"], found["later"] = True, layer.offset > 0
    if not found["later"] and found["protocol"] in (1, 6, 17, 58):
        found["l4_offset"] = found["l3_offset"] + at
    return found
