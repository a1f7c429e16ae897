# SPDX-License-Identifier: GPL-2.0-only
"""The bpf() syscall, and programs of a few instructions that tests put beside xgress's."""
import ctypes
import os
import platform
import struct

NR_BPF = {"x86_64": 321, "aarch64": 280}[platform.machine()]
PROG_LOAD, LINK_CREATE = 5, 28
SCHED_CLS, TCX_INGRESS, TCX_EGRESS = 3, 46, 47
XDP, NATIVE_XDP, NATIVE = 6, 37, 4
LIBC = ctypes.CDLL(None, use_errno=True)
VLAN_PUSH, REDIRECT = 18, 23  # helper numbers of linux/bpf.h


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


def instruction(code, register=0, number=0, offset=0):
    return struct.pack("=BBhi", code, register, offset, number)


def move(register, number):
    return instruction(0xb7, register, number)


def add(register, number):
    return instruction(0x07, register, number)


def jump_if_less(register, number, offset):
    return instruction(0xa5, register, number, offset)


def call(helper):
    return instruction(0x85, number=helper)


EXIT = instruction(0x95)


def attach(program_type, ifindex, attach_type, flags, *instructions):
    """Loads and attaches; the link lives as long as the descriptor that is returned."""
    code = b"".join(instructions)
    code = ctypes.create_string_buffer(code, len(code))
    licence = ctypes.create_string_buffer(b"GPL")
    program = bpf(PROG_LOAD, bytearray(struct.pack("=IIQQ24x", program_type, len(code) // 8,
                                                   address(code), address(licence))))
    try:
        return bpf(LINK_CREATE, bytearray(struct.pack("=IIII", program, ifindex, attach_type, flags)))
    finally:
        os.close(program)


def tcx(ifindex, attach_type, *instructions):
    return attach(SCHED_CLS, ifindex, attach_type, 0, *instructions)


def xdp_slow_pass(ifindex, rounds):
    """Takes a few microseconds for each frame."""
    return attach(XDP, ifindex, NATIVE_XDP, NATIVE, move(0, 0), add(0, 1),
                  jump_if_less(0, rounds, -2), move(0, 2), EXIT)


def xdp_redirect(ifindex, target):
    return attach(XDP, ifindex, NATIVE_XDP, NATIVE, move(1, target), move(2, 0), call(REDIRECT),
                  EXIT)


def tcx_verdict(ifindex, attach_type, verdict):
    return tcx(ifindex, attach_type, move(0, verdict), EXIT)


def tcx_tag(ifindex, vid):
    """What is sent there gets a VLAN tag, beside the frame as an offload leaves it."""
    return tcx(ifindex, TCX_EGRESS, move(2, 0x0081), move(3, vid), call(VLAN_PUSH), move(0, 0), EXIT)
