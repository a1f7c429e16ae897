/* SPDX-License-Identifier: GPL-2.0-only */
/* A struct that both sides share keeps its size, or the build says so. */
#ifndef XG_ABI_ASSERT_H
#define XG_ABI_ASSERT_H

#define XG_ASSERT_SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type " changed size")

#endif
