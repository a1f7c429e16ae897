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
volatile struct xg_routing routing SEC(".data.routing") = {};

#endif
