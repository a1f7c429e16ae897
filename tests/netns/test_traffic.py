# SPDX-License-Identifier: GPL-2.0-only
"""Real traffic through the gateway, by both paths."""
import hashlib
import os
import socket
import threading

import pytest
from scapy.all import (Dot1Q, Ether, ICMP, IP, IPOption_RR, IPv6, Raw, UDP, AsyncSniffer,
                       conf, sendp)

import bpfcall
from gateway import entered, wait_for

conf.verb = 0
PATHS = pytest.mark.parametrize("path", ["xdp", "tc"])
SERVERS = pytest.mark.parametrize("server", ["10.2.0.2", "fd00:2::2"])


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def tcp_echo_hash(gw, server, size):
    """Sends random bytes, gets them back, and compares."""
    with entered(gw.server):
        listener = socket.create_server((server, 0), family=family(server))
    port, data = listener.getsockname()[1], os.urandom(size)

    def serve():
        with listener, listener.accept()[0] as peer:
            peer.settimeout(20)
            while chunk := peer.recv(65536):
                peer.sendall(chunk)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with entered(gw.client):
        client = socket.create_connection((server, port), timeout=20)
    sender = threading.Thread(target=lambda: (client.sendall(data),
                                              client.shutdown(socket.SHUT_WR)), daemon=True)
    sender.start()
    got = hashlib.sha256()
    with client:
        while chunk := client.recv(65536):
            got.update(chunk)
    sender.join(20)
    return got.digest() == hashlib.sha256(data).digest()


@PATHS
@SERVERS
def test_tcp_is_byte_exact(gw, path, server):
    gw.apply(path)
    assert gw.ping(server)
    assert tcp_echo_hash(gw, server, 8 << 20)
    assert gw.reasons("lan0")["forwarded"] > 100
    assert gw.reasons("wan0")["forwarded"] > 100
    assert wait_for(gw.ledger_closes), gw.stats()


@SERVERS
def test_tcp_without_checksum_offload(gw, server):
    gw.run(gw.client, "ethtool -K c0 tx off")
    gw.apply("xdp")
    assert tcp_echo_hash(gw, server, 1 << 20)


@PATHS
@SERVERS
@pytest.mark.parametrize("size", [0, 1, 2, 511, 512, 513, 1399])
def test_udp_arrives_with_a_right_checksum(gw, path, server, size):
    gw.apply(path)
    assert gw.ping(server)
    with entered(gw.server):
        inbox = socket.socket(family(server), socket.SOCK_DGRAM)
        inbox.bind((server, 0))
        inbox.settimeout(3)
    with entered(gw.client):
        outbox = socket.socket(family(server), socket.SOCK_DGRAM)
    data = os.urandom(size)
    with inbox, outbox:
        outbox.sendto(data, inbox.getsockname()[:2])
        assert inbox.recv(2000) == data  # the kernel drops what has a wrong checksum


def send_and_sniff(gw, packet, netns, dev, wanted):
    with entered(netns):
        sniffer = AsyncSniffer(iface=dev, store=True, lfilter=wanted)
        sniffer.start()
        assert wait_for(lambda: getattr(sniffer, "stop_cb", None))
    with entered(gw.client):
        for _ in range(4):
            sendp(packet, iface="c0")
    wait_for(lambda: len(sniffer.results or []) >= 4, 1)
    with entered(netns):
        return sniffer.stop()


def macs_by_ip(gw):
    """sysfs shows this process's own namespace, so ip tells."""
    return [gw.run(n, f"ip -br link show {d}").split()[2]
            for n, d in ((gw.client, "c0"), (gw.gate, "lan0"))]


def ether(gw):
    src, dst = macs_by_ip(gw)
    return Ether(src=src, dst=dst)


@PATHS
def test_only_ttl_and_macs_change(gw, path):
    gw.apply(path)
    assert gw.ping("10.2.0.2")
    sent = ether(gw) / IP(src="10.1.0.2", dst="10.2.0.2", ttl=9, id=77, tos=0xb8, flags="DF") / \
        UDP(sport=1234, dport=9) / Raw(b"exact" * 31)
    got = send_and_sniff(gw, sent, gw.server, "s0", lambda p: UDP in p and p[UDP].dport == 9)
    assert len(got) == 4
    want = sent.copy()
    want[IP].ttl = 8
    for packet in got:
        assert bytes(packet[IP]) == bytes(Ether(bytes(want))[IP])


def test_vlan_frames_stay_with_the_kernel(gw):
    gw.apply("xdp")
    packet = ether(gw) / Dot1Q(vlan=5) / IP(src="10.1.0.2", dst="10.2.0.2") / UDP() / b"x"
    with entered(gw.client):
        sendp(packet, iface="c0", count=3)
    assert wait_for(lambda: gw.reasons("lan0").get("vlan") == 3), gw.stats()


def test_blocked_inside_a_vlan(gw):
    gw.apply("xdp", "guard: {block: [10.2.0.2]}\n")
    packet = ether(gw) / Dot1Q(vlan=5) / IP(src="10.1.0.2", dst="10.2.0.2") / UDP() / b"x"
    with entered(gw.client):
        sendp(packet, iface="c0", count=3)
    assert wait_for(lambda: gw.reasons("lan0").get("blocked_destination") == 3), gw.stats()


@PATHS
def test_ip_options_and_ttl_go_by_the_kernel(gw, path):
    gw.apply(path)
    assert gw.ping("10.2.0.2")
    options = ether(gw) / IP(src="10.1.0.2", dst="10.2.0.2",
                             options=[IPOption_RR(length=7, routers=["0.0.0.0"])]) / \
        UDP(dport=9) / b"x"
    assert send_and_sniff(gw, options, gw.server, "s0", lambda p: UDP in p and p[UDP].dport == 9)
    expired = ether(gw) / IP(src="10.1.0.2", dst="10.2.0.2", ttl=1) / UDP(dport=9) / b"x"
    assert send_and_sniff(gw, expired, gw.client, "c0", lambda p: ICMP in p and p[ICMP].type == 11)
    expired6 = ether(gw) / IPv6(src="fd00:1::2", dst="fd00:2::2", hlim=1) / UDP(dport=9) / b"x"
    assert send_and_sniff(gw, expired6, gw.client, "c0",
                          lambda p: IPv6 in p and p[IPv6].nh == 58 and bytes(p[IPv6])[40] == 3)
    assert gw.reasons("lan0")["ttl_expired"] == 8


@PATHS
@SERVERS
def test_path_mtu(gw, path, server):
    gw.apply(path)
    sh_mtu = f"ip -n {gw.gate} link set wan0 mtu 1400"
    gw.run(gw.gate, sh_mtu)
    gw.run(gw.server, "ip link set s0 mtu 1400")
    assert gw.ping(server)
    assert not gw.ping(server, "-s 1440 -M do")
    assert gw.reasons("lan0")["too_big"] >= 1
    assert tcp_echo_hash(gw, server, 1 << 20)


@PATHS
@SERVERS
def test_fragments_and_jumbo(gw, path, server):
    gw.apply(path)
    assert gw.ping(server, "-s 4000")
    for netns, dev in ((gw.client, "c0"), (gw.gate, "lan0"), (gw.gate, "wan0"), (gw.server, "s0")):
        gw.run(netns, f"ip link set {dev} mtu 9000")
    assert wait_for(lambda: gw.ping(server, "-s 8900 -M do"))
    assert tcp_echo_hash(gw, server, 4 << 20)
    assert wait_for(gw.ledger_closes), gw.stats()


@PATHS
def test_gateway_itself_and_new_neighbours(gw, path):
    gw.apply(path)
    assert gw.ping("10.1.0.1") and gw.ping("10.2.0.1") and gw.ping("fd00:1::1")
    gw.run(gw.gate, "ip neigh flush all")
    assert wait_for(lambda: gw.ping("10.2.0.2"))
    assert wait_for(lambda: gw.ping("fd00:2::2"))
    assert gw.reasons("lan0")["not_forwarded"] >= 3


@PATHS
def test_a_tag_beside_the_frame(gw, path):
    """The sender's stack leaves the tag to the device: native XDP on a veth sees none in the frame."""
    mac = gw.run(gw.gate, "ip -br link show lan0").split()[2]
    gw.run(gw.client, f"ip neigh replace 10.1.0.1 lladdr {mac} dev c0 nud permanent")
    gw.run(gw.client, f"ip neigh replace fd00:1::1 lladdr {mac} dev c0 nud permanent")
    gw.apply(path)
    assert gw.ping("10.2.0.2") and gw.ping("fd00:2::2")
    before = gw.reasons("lan0")["forwarded"]
    with gw.tcx(gw.client, "c0", bpfcall.tcx_tag, 5):
        assert not gw.ping("10.2.0.2") and not gw.ping("fd00:2::2")
    assert wait_for(lambda: gw.reasons("lan0").get("vlan", 0) >= 6), gw.reasons("lan0")
    assert gw.reasons("lan0")["forwarded"] == before


@PATHS
def test_a_program_before_ours_is_no_way_around_the_guard(gw, path):
    with gw.tcx(gw.gate, "wan0", bpfcall.tcx_verdict, bpfcall.TCX_EGRESS, 0):  # TC_ACT_OK
        gw.apply(path, "guard: {block: [10.2.0.2]}\n")
        gw.run(gw.gate, "ping -q -c 3 -i 0.05 -W 1 10.2.0.2", check=False)
        assert gw.reasons("wan0").get("blocked_destination", 0) >= 3


@PATHS
def test_a_bridge_port_stays_with_its_bridge(gw, path):
    """The bridge has its port's MAC address, so frames for the router look as if for the port."""
    mac = gw.run(gw.gate, "ip -br link show lan0").split()[2]
    gw.run(gw.gate, "ip link add br0 type bridge")
    gw.run(gw.gate, f"ip link set br0 address {mac} up")
    gw.run(gw.gate, "ip addr flush dev lan0")
    gw.run(gw.gate, "ip link set lan0 master br0")
    gw.run(gw.gate, "ip addr add 10.1.0.1/24 dev br0")
    gw.apply(path, "guard: {block: [198.51.100.1]}\n")
    assert gw.ping("10.2.0.2")
    assert not gw.ping("198.51.100.1")
    reasons = gw.reasons("lan0")
    assert reasons["kernel_forwards"] >= 3 and reasons["blocked_destination"] == 3
    assert "forwarded" not in reasons
    port = next(i for i in gw.status()["interfaces"] if i["name"] == "lan0")
    assert port["forward"] == "kernel" and any("bridge" in note for note in port["notes"])


@SERVERS
def test_generic_mode_keeps_checksums_right(gw, server):
    gw.apply("xdp", "mode: generic\n")
    assert {i["mode"] for i in gw.status()["interfaces"] if i["hook"] == "xdp"} == {"generic"}
    assert gw.ping(server)
    assert tcp_echo_hash(gw, server, 1 << 20)
    assert gw.reasons("lan0")["partial_checksum"] > 10
    assert wait_for(gw.ledger_closes), gw.stats()


@PATHS
@SERVERS
def test_frames_for_a_virtual_router(gw, path, server):
    """VRRP's macvlan has a MAC address of its own; its frames are the router's, and forwarded fast."""
    virtual = "00:00:5e:00:02:07" if ":" in server else "00:00:5e:00:01:07"
    gateway = "fd00:1::1" if ":" in server else "10.1.0.1"
    gw.run(gw.gate, f"ip link add vrrp7 link lan0 address {virtual} type macvlan mode bridge")
    gw.run(gw.gate, "ip link set vrrp7 up")
    gw.apply(path)
    gw.run(gw.client, f"ip neigh replace {gateway} lladdr {virtual} dev c0 nud permanent")
    assert wait_for(lambda: gw.ping(server))
    before = gw.reasons("lan0")["forwarded"]
    assert gw.ping(server)
    assert gw.reasons("lan0")["forwarded"] >= before + 2
    gw.run(gw.client, f"ip neigh replace {gateway} lladdr 02:00:00:00:00:77 dev c0 nud permanent")
    assert not gw.ping(server)
    assert gw.reasons("lan0")["other_mac"] >= 3
