/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a stage stands on: libbpf's helpers in the kernel, and on the host the stand-in of the
 * unit tests, so that the same stage code runs under the sanitizers and the fuzzer.
 */
#ifndef XG_BPF_KERNEL_H
#define XG_BPF_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>

#ifdef __bpf__
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#else
#include "tests/unit/host_bpf.h"
#endif

#endif
