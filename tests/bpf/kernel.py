# SPDX-License-Identifier: GPL-2.0-only
"""Loaded programs and pinned maps by the bpf() syscall: run a packet, read what was counted."""
import ctypes
import os
import re
import struct

from bpfcall import address, bpf

MAP_LOOKUP, MAP_UPDATE, MAP_DELETE, OBJ_GET, TEST_RUN = 1, 2, 3, 7, 10
PROG_BY_ID, MAP_BY_ID, INFO_BY_FD = 13, 14, 15
ROOM = 16384  # bytes of a packet that comes back
LAYOUT = open(os.path.join(os.path.dirname(__file__), "../../abi/xgress.h"), encoding="ascii").read()
CPUS = int(re.search(r"(\d+)\s*$", open("/sys/devices/system/cpu/possible",
                                         encoding="ascii").read()).group(1)) + 1


def reasons():
    """Number to word, from the table that the programs are built from."""
    path = os.path.join(os.path.dirname(__file__), "../../abi/reason.h")
    with open(path, encoding="ascii") as file:
        rows = re.findall(r'X\((\d+), [A-Z_0-9]+, ([A-Z]+), "([a-z_0-9]+)"', file.read())
    return {int(number): (word, action) for number, action, word in rows}


REASONS = reasons()
ACTIONS = {word: action for word, action in REASONS.values()}
REASON_ROOM = int(re.search(r"XG_REASON_ROOM = (\d+)",
                            open(os.path.join(os.path.dirname(__file__), "../../abi/reason.h"),
                                 encoding="ascii").read()).group(1))
ROWS = int(re.search(r"XG_ROWS\s+(\d+)", LAYOUT).group(1))


class Map:
    def __init__(self, fd, value_size, entries=0):
        self.fd, self.value, self.entries = fd, ctypes.create_string_buffer(value_size), entries

    @classmethod
    def pinned(cls, path, value_size):
        name = ctypes.create_string_buffer(path.encode())
        return cls(bpf(OBJ_GET, bytearray(struct.pack("=QII", address(name), 0, 0))), value_size)

    def _element(self, command, key, value, flags=0):
        key = ctypes.create_string_buffer(struct.pack("=I", key), 4)
        bpf(command, bytearray(struct.pack("=IIQQQ", self.fd, 0, address(key),
                                           address(value) if value else 0, flags)))

    def __getitem__(self, key):
        self._element(MAP_LOOKUP, key, self.value)
        return self.value.raw

    def __setitem__(self, key, value):
        self._element(MAP_UPDATE, key, ctypes.create_string_buffer(value, len(value)))

    def __delitem__(self, key):
        self._element(MAP_DELETE, key, None)

    def close(self):
        os.close(self.fd)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Counters:
    """The pinned counters of an instance, by the row of an interface and direction."""

    def __init__(self, folder):
        self.per_cpu = 16 * (1 + REASON_ROOM)
        self.map = Map.pinned(f"{folder}/counters", self.per_cpu * CPUS)
        rows = Map.pinned(f"{folder}/rows", 512)
        self.rows = {}
        for number in range(ROWS):
            name, _, hook = struct.unpack_from("=16sIB", rows[number])
            if name[0]:
                self.rows[(name.split(b"\0")[0].decode(), hook in (3, 5))] = number
        rows.close()

    def read(self, name, egress):
        """(seen, {reason: (packets, bytes)})."""
        raw = self.map[self.rows[(name, egress)]]
        total = [0] * (self.per_cpu // 8)
        for cpu in range(CPUS):
            for at, word in enumerate(struct.unpack_from(f"={len(total)}Q", raw, cpu * self.per_cpu)):
                total[at] += word
        pairs = list(zip(total[::2], total[1::2]))
        return pairs[0], {n: pair for n, pair in enumerate(pairs[1:]) if pair[0]}


def difference(before, after):
    seen = tuple(b - a for a, b in zip(before[0], after[0]))
    changed = {}
    for number, pair in after[1].items():
        old = before[1].get(number, (0, 0))
        if pair != old:
            changed[REASONS[number][0]] = (pair[0] - old[0], pair[1] - old[1])
    return seen, changed


class Program:
    """A loaded program; `tc` says which context it takes."""

    def __init__(self, number, ifindex, tc):
        self.fd = bpf(PROG_BY_ID, bytearray(struct.pack("=III", number, 0, 0)))
        self.ifindex, self.tc = ifindex, tc

    def close(self):
        os.close(self.fd)

    def _context(self, size, mark, gso):
        if not self.tc:
            return struct.pack("=IIIIII", 0, size, 0, self.ifindex, 0, 0)
        context = bytearray(192)  # struct __sk_buff
        struct.pack_into("=I", context, 8, mark)
        struct.pack_into("=I", context, 40, self.ifindex)
        struct.pack_into("=II", context, 164, 2 if gso else 0, 0)
        struct.pack_into("=I", context, 176, gso)
        return bytes(context)

    def run(self, packet, mark=0, gso=0):
        """(verdict, packet out). The caller is in the program's network namespace."""
        packet = bytes(packet)
        data = ctypes.create_string_buffer(packet, len(packet))
        out = ctypes.create_string_buffer(ROOM)
        context = self._context(len(packet), mark, gso)
        context = ctypes.create_string_buffer(context, len(context))
        attributes = bytearray(struct.pack("=IIIIQQIIIIQQIIIQ", self.fd, 0, len(packet), ROOM,
                                           address(data), address(out), 1, 0, len(context), 0,
                                           address(context), 0, 0, 0, 0, 0)[:80])
        bpf(TEST_RUN, attributes)
        verdict, _, size = struct.unpack_from("=III", attributes, 4)
        return ctypes.c_int(verdict).value, out.raw[:size]

    def info(self, size=232):
        """struct bpf_prog_info."""
        info = ctypes.create_string_buffer(size)
        bpf(INFO_BY_FD, bytearray(struct.pack("=IIQ", self.fd, size, address(info))))
        return info.raw

    def verified_instructions(self):
        return struct.unpack_from("=I", self.info(), 216)[0]

    def map_named(self, name):
        """One of the maps that the program uses."""
        info = ctypes.create_string_buffer(232)
        ids = (ctypes.c_uint32 * 64)()
        struct.pack_into("=I", info, 52, 64)  # nr_map_ids
        struct.pack_into("=Q", info, 56, address(ids))
        bpf(INFO_BY_FD, bytearray(struct.pack("=IIQ", self.fd, 232, address(info))))
        for number in ids[:struct.unpack_from("=I", info.raw, 52)[0]]:
            fd = bpf(MAP_BY_ID, bytearray(struct.pack("=III", number, 0, 0)))
            map_info = ctypes.create_string_buffer(88)
            bpf(INFO_BY_FD, bytearray(struct.pack("=IIQ", fd, 88, address(map_info))))
            if map_info.raw[24:40].split(b"\0")[0].decode() == name[:15]:
                return Map(fd, *struct.unpack_from("=II", map_info.raw, 12))
            os.close(fd)
        raise KeyError(name)
