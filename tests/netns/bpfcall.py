# SPDX-License-Identifier: GPL-2.0-only
"""The bpf() syscall, and programs of a few instructions that tests put beside xgress's."""
import ctypes
import os
import platform
import struct

NR_BPF = {"x86_64": 321, "aarch64": 280}[platform.machine()]
PROG_LOAD, LINK_CREATE = 5, 28
SCHED_CLS, TCX_INGRESS, TCX_EGRESS = 3, 46, 47
LIBC = ctypes.CDLL(None, use_errno=True)
VLAN_PUSH = 18  # helper numbers of linux/bpf.h


def bpf(command, attributes):
    """The syscall. `attributes` is a bytearray, which the kernel may write into."""
    buffer = (ctypes.c_char * len(attributes)).from_buffer(attributes)
    result = LIBC.syscall(NR_BPF, command, buffer, len(attributes))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def address(buffer):
    return ctypes.addressof(buffer)


def move(register, number):
    return struct.pack("=BBhi", 0xb7, register, 0, number)


def call(helper):
    return struct.pack("=BBhi", 0x85, 0, 0, helper)


EXIT = struct.pack("=BBhi", 0x95, 0, 0, 0)


def tcx(ifindex, attach_type, *instructions):
    """Loads and attaches; the link lives as long as the descriptor that is returned."""
    code = b"".join(instructions)
    code = ctypes.create_string_buffer(code, len(code))
    licence = ctypes.create_string_buffer(b"GPL")
    program = bpf(PROG_LOAD, bytearray(struct.pack("=IIQQ24x", SCHED_CLS, len(code) // 8,
                                                   address(code), address(licence))))
    try:
        return bpf(LINK_CREATE, bytearray(struct.pack("=IIII", program, ifindex, attach_type, 0)))
    finally:
        os.close(program)


def tcx_verdict(ifindex, attach_type, verdict):
    return tcx(ifindex, attach_type, move(0, verdict), EXIT)


def tcx_tag(ifindex, vid):
    """What is sent there gets a VLAN tag, beside the frame as an offload leaves it."""
    return tcx(ifindex, TCX_EGRESS, move(2, 0x0081), move(3, vid), call(VLAN_PUSH), move(0, 0), EXIT)
