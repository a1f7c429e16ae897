/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an interface can do for xgress. Reading changes nothing and needs no root; trials attach
 * a program and bind a socket for a moment, which may flap a real link, so that they are made
 * only where somebody asked for that interface by name.
 */
#ifndef XG_PROBE_INTERFACE_H
#define XG_PROBE_INTERFACE_H

#include "../net/ethtool.h"
#include "../net/link.h"
#include "kernel.h"

#define NOTES_MAX 16

struct interface_facts {
	struct link link;
	struct ethtool_facts ethtool;
	char peer[IF_NAMESIZE];     /* a veth's other end; "": none, or in another namespace */
	char attached[96];          /* the XDP program that is there, and its mode; "": none */
	enum probe_answer native;   /* native XDP */
	enum probe_answer target;   /* takes frames that XDP redirects to it */
	enum probe_answer zerocopy; /* AF_XDP without a copy */
	bool offload;               /* the NIC itself runs XDP programs */
	bool tried;                 /* native and zerocopy come from a trial */
	char refusal[256]; /* why native XDP is or would be refused; "": nothing is known */
	char untried[128]; /* why there was no trial, though it was asked for */
	unsigned int n_notes;
	char notes[NOTES_MAX][400]; /* what it means, and the command that improves it */
};

/* Reads what can be read. `all` has the other ends. Returns 0 or a negative errno. */
int interface_read(const struct link *link, const struct link_list *all,
		   struct interface_facts *ret_facts, struct err *e);

/*
 * Attaches a program that passes everything, for a moment, and binds an AF_XDP socket to the
 * last queue. Where an XDP program is attached already, and without root, nothing is done, and
 * `untried` says so. The driver's words come from the kernel. (trial.c)
 */
void interface_try(struct interface_facts *f);

/* Writes the notes on what was found. (advice.c) */
void interface_advise(struct interface_facts *f);

/* The same for an interface that XDP has taken: only what could be better there. */
void interface_advise_apply(struct interface_facts *f);

#endif
