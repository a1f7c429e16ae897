# SPDX-License-Identifier: GPL-2.0-only
"""A steady UDP flow with numbered packets, so that a lost one is known."""
import socket
import struct
import threading
import time

from gateway import entered, wait_for

SO_RCVBUFFORCE = 33


class Flow:
    """with Flow(gw) as flow: ...; then flow.sent, flow.lost().

    What arrives waits in the socket until the end: `pause` between bursts for long ones.
    """

    def __init__(self, gw, server="10.2.0.2", port=0, size=8, burst=20, pause=0.0005):
        kind = socket.AF_INET6 if ":" in server else socket.AF_INET
        with entered(gw.server):
            self.inbox = socket.socket(kind, socket.SOCK_DGRAM)
            self.inbox.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 256 << 20)
            self.inbox.bind((server, port))
        with entered(gw.client):
            self.outbox = socket.socket(kind, socket.SOCK_DGRAM)
        self.outbox.connect(self.inbox.getsockname()[:2])
        self.inbox.settimeout(0.5)
        self.padding, self.burst = bytes(size - 8), burst
        self.stopping = threading.Event()
        self.sent = 0
        self.pause = pause
        self.thread = threading.Thread(target=self.send, daemon=True)

    def send(self):
        while not self.stopping.is_set():
            for _ in range(self.burst):
                self.outbox.send(struct.pack("!Q", self.sent) + self.padding)
                self.sent += 1
            time.sleep(self.pause)

    def __enter__(self):
        self.thread.start()
        assert wait_for(lambda: self.sent > 1000)
        return self

    def __exit__(self, *_):
        before = self.sent
        wait_for(lambda: self.sent > before + 1000)
        self.stopping.set()
        self.thread.join()

    def lost(self):
        """The numbers that did not arrive, after the end."""
        got = set()
        try:
            while True:
                got.add(struct.unpack("!Q", self.inbox.recv(8))[0])
        except TimeoutError:
            pass
        self.inbox.close()
        self.outbox.close()
        return sorted(set(range(self.sent)) - got)
