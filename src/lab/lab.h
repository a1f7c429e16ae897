/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The laboratory: network namespaces joined by veth pairs, in which the demo, the tests and the
 * benchmark run. A topology is a table; the standard one is
 *
 *	xg-clients                  xg-gateway                    xg-servers
 *	c0 10.1.0.2  <------>  lan0 10.1.0.1 | wan0 10.2.0.1  <------>  s0 10.2.0.2
 *	   fd00:1::2                fd00:1::1      fd00:2::1               fd00:2::2
 *
 * Nothing outside these namespaces is touched. /run/xgress/lab/PREFIX remembers which ones we
 * made, by inode, so that lab_down() never deletes a stranger's of the same name.
 */
#ifndef XG_LAB_LAB_H
#define XG_LAB_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../util/err.h"

#define LAB_NODES 4

/* A namespace, PREFIX-name. */
struct lab_node {
	const char *name;
	bool router; /* forwards IPv4 and IPv6 */
};

/* One end of a veth pair. */
struct lab_port {
	unsigned int node;
	const char *name;
	const char *mac;
	const char *ipv4; /* with its length */
	const char *ipv6;
	bool gro; /* a veth takes redirected frames only where its peer has GRO or native XDP */
};

struct lab_link {
	struct lab_port end[2];
};

/* What else is run, inside the node; words are separated by single spaces. Repeatable. */
struct lab_command {
	unsigned int node;
	const char *words;
};

/* Each table ends with an entry of zeroes. */
struct lab_topology {
	const struct lab_node *nodes; /* at most LAB_NODES */
	const struct lab_link *links;
	const struct lab_command *commands;
};

extern const struct lab_topology lab_standard;

struct lab_options {
	const char *prefix; /* NULL: "xg"; at most 32 lower-case letters, digits, '-' */
	const struct lab_topology *topology; /* NULL: lab_standard */
};

/*
 * Makes what is missing and sets the rest right; twice is fine. A failure removes the
 * namespaces that this call made. -EEXIST: a namespace of that name is not ours. The calling
 * thread is in its own namespace again afterwards.
 */
int lab_up(const struct lab_options *o, struct err *e);

/* Deletes the namespaces that lab_up() made. Nothing there is no error. */
int lab_down(const struct lab_options *o, struct err *e);

struct lab_port_status {
	const struct lab_port *port;
	bool present;
	uint32_t xdp_program; /* id; 0: none */
};

struct lab_node_status {
	char name[64]; /* of the namespace */
	bool exists;
	bool ours;
	struct lab_port_status ports[LAB_NODES];
	unsigned int n_ports;
};

struct lab_status {
	struct lab_node_status nodes[LAB_NODES];
	unsigned int n_nodes;
	bool up; /* all there, all ours */
};

int lab_status(const struct lab_options *o, struct lab_status *ret_status, struct err *e);

/* Puts in the defaults and checks the prefix, which becomes part of names and paths. */
int lab_options_check(const struct lab_options *o, struct lab_options *ret_o, struct err *e);

/* The namespace of a node. */
void lab_node_name(const struct lab_options *o, unsigned int node, char *name, size_t size);

#endif
