/* SPDX-License-Identifier: GPL-2.0-only */
/* What every unit test includes: cmocka wants its headers in this order. */
#ifndef XG_TESTS_UNIT_H
#define XG_TESTS_UNIT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#endif
