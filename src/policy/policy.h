/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A policy as the file says it, checked as far as the file alone can be: interfaces are names
 * here, sets are read and flattened. src/dataplane/ turns it into maps and hooks.
 */
#ifndef XG_POLICY_POLICY_H
#define XG_POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../util/err.h"

enum policy_path { PATH_AUTO, PATH_XDP, PATH_TC };
enum policy_forward { FORWARD_AUTO, FORWARD_FAST, FORWARD_KERNEL };
enum policy_fast_over { FAST_OVER_NAT = 1, FAST_OVER_XFRM = 2 };
enum policy_ledger { LEDGER_CLOSED, LEDGER_OPEN };
enum policy_mode { MODE_AUTO, MODE_NATIVE, MODE_GENERIC, MODE_OFFLOAD };

/* An IPv4 prefix has its address in addr[0..3], the rest is zero. Bits past `bits` are zero. */
struct prefix {
	uint8_t addr[16];
	uint8_t bits; /* 0-32 or 0-128 */
	uint8_t v6;
};

struct prefix_list {
	struct prefix *v;
	size_t n;
	size_t room;
};

enum policy_list { LIST_BLOCK_SRC, LIST_BLOCK_DST, LIST_ALLOW };

/* Which entries of a guard's list a named set gave it. */
struct policy_part {
	enum policy_list list;
	size_t first;
	size_t n;
	char set[64];
};

/* An entry of `inside` or `outside`. */
struct policy_port {
	char name[32]; /* an interface, or a glob (fnmatch) over their names */
	bool glob;
	enum policy_path path;
	int line; /* where the file says it, for later errors */
	int column;
};

struct policy_ports {
	struct policy_port *v;
	size_t n;
	size_t room;
};

/* Absolute paths, as the policy names them. */
struct policy_files {
	char **v;
	size_t n;
};

struct policy {
	char file[4080]; /* absolute path */
	char *name;      /* as it was given: errors speak so */
	struct policy_files set_files;
	struct policy_ports outside;
	struct policy_ports inside;
	enum policy_mode mode;
	enum policy_ledger ledger;
	enum policy_forward forward;
	int forward_line; /* where the file says it, for later errors */
	int forward_column;
	unsigned int fast_over; /* enum policy_fast_over */
	struct {
		struct prefix_list block_src; /* guard.block is in both */
		struct prefix_list block_dst;
		struct prefix_list allow;
		bool unreadable_pass;
		struct policy_part *parts;
		size_t n_parts;
	} guard;
};

/*
 * Reads `file` into `ret_policy`. On an error nothing is left to release, and `e` says the
 * place. Returns 0, or a negative errno: -EINVAL for what the file says, and where it or a set
 * file cannot be read. The caller ends a successful read with policy_release().
 */
int policy_read(const char *file, struct policy *ret_policy, struct err *e);

/* The same for text in memory; relative paths start at the folder of `file`. */
int policy_parse(const char *file, const char *text, size_t size, struct policy *ret_policy,
		 struct err *e);

void policy_release(struct policy *p);

/*
 * Parses "192.0.2.0/24", "2001:db8::/32" or a bare address. Host bits that are set are refused
 * (-EINVAL): they are a typing error more often than not. `ret_why` says what is wrong, until the
 * next call in the same thread.
 */
int prefix_parse(const char *text, struct prefix *ret_prefix, const char **ret_why);

/* "192.0.2.0/24", always with the length. `buf` is PREFIX_TEXT_SIZE; returned for printf(). */
#define PREFIX_TEXT_SIZE 50
const char *prefix_format(const struct prefix *p, char *buf);

int prefix_list_add(struct prefix_list *l, const struct prefix *p);
void prefix_list_release(struct prefix_list *l);

#endif
