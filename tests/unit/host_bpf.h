/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bpf_helpers.h for the host: stage code and map definitions compile as plain C. A map whose
 * definition has __type(value, ...) gets a struct host_map, which the test points to its own
 * memory with host_map_set(); a lookup reads it as an array with a __u32 key and answers NULL
 * past its end. Other helpers are the test's to define.
 */
#ifndef XG_TESTS_HOST_BPF_H
#define XG_TESTS_HOST_BPF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/bpf.h>
#include <linux/types.h>

#undef __always_inline
#undef __weak
/* Headers are not aligned in a packet, and a program need not care; the sanitizer would. */
#define __always_inline inline __attribute__((no_sanitize("alignment")))
#define __noinline      __attribute__((noinline, no_sanitize("alignment")))
#define __weak          __attribute__((weak))
#define __hidden        __attribute__((visibility("hidden")))
#define SEC(name)
#define barrier()      asm volatile("" ::: "memory")
#define barrier_var(v) asm volatile("" : "+r"(v))

/* A global function of the kernel's side has no other file to be declared for. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

struct host_map {
	void *values;
	size_t value_size;
	size_t entries;
};

#define __uint(name, val)  int(*name)[val]
#define __array(name, val) typeof(val) *name[]
#define __type(name, val)  \
	typeof(val) *name; \
	struct host_map host_##name

static inline void *host_map_lookup(const struct host_map *m, const void *key)
{
	__u32 i = *(const __u32 *)key;

	return i < m->entries ? (char *)m->values + i * m->value_size : NULL;
}

#define bpf_map_lookup_elem(map, key) host_map_lookup(&(map)->host_value, key)

#define host_map_set(map, memory, count)              \
	((map)->host_value = (struct host_map){       \
		 .values = (memory),                  \
		 .value_size = sizeof(*(map)->value), \
		 .entries = (count),                  \
	 })

#endif
