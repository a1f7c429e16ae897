/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the policy switched on, constant for the verifier: what is off costs nothing. And the one
 * thing that the loader may change under a running program.
 */
#ifndef XG_STAGES_CONFIG_H
#define XG_STAGES_CONFIG_H

#include "bpf/kernel.h"
#include "abi/xgress.h"

const volatile struct xg_config config = {};
static __always_inline __u32 port_place(__u32 ifindex)
{
	return xg_port_place(ifindex, config.ports_hash, config.ports_shift);
}

volatile struct xg_routing routing SEC(".data.routing") = {};

#endif
