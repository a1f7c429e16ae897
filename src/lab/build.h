/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The inside of the lab's namespaces. These functions move the calling thread from one to the
 * next and leave it there: lab_up() brings it back.
 */
#ifndef XG_LAB_BUILD_H
#define XG_LAB_BUILD_H

#include "lab.h"

/* Sysctls, links, addresses and commands of a topology whose namespaces exist. */
int lab_build(const struct lab_options *o, struct err *e);

#endif
