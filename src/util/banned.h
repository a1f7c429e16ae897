/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls that have no place here: each has a form that knows its bounds or reports its errors. */
#ifndef XG_UTIL_BANNED_H
#define XG_UTIL_BANNED_H

/* The system headers that declare them come first, or the poison would hit those. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC poison strcpy strcat sprintf vsprintf gets atoi atol atoll strtok

#endif
