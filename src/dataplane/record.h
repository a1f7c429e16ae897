/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A generation as it lies in bpffs, enough to put it in force without its policy file:
 *
 *	gen-<number>/
 *		about		struct xg_generation
 *		places		struct xg_place, one a hook
 *		text		the policy file's text
 *		routing		how the programs are told of routing
 *		<program>	each program that the generation may attach
 *
 * A record is complete before any hook runs a program of it. Two are kept: the one in force and
 * the one before it.
 */
#ifndef XG_DATAPLANE_RECORD_H
#define XG_DATAPLANE_RECORD_H

#include "instance.h"
#include "plan.h"

struct record {
	char path[sizeof(((struct instance *)0)->path) + 32];
	struct xg_generation *about; /* mapped */
	struct xg_place *places;     /* mapped, about->places of them */
};

/* Makes the folder and the notes, empty. -EEXIST: something is in the way. */
int record_create(const struct instance *i, uint64_t number, const struct policy *p, size_t places,
		  struct record *ret_record, struct err *e);

/* -ENOENT where there is none; -EUCLEAN where it is damaged, with its path. */
int record_open(const struct instance *i, uint64_t number, struct record *ret_record,
		struct err *e);
void record_close(struct record *r);

/* The program of a place: a descriptor that the caller closes, or a negative errno. */
int record_program(const struct record *r, const struct xg_place *place, struct err *e);

/* The pin of a program, for who writes it. */
void record_program_path(const struct record *r, enum plan_program program, char *path,
			 size_t size);

/* The policy's text; the caller frees it. -ENODATA: it was too long to keep. */
int record_text(const struct record *r, char **ret_text, struct err *e);

/* Is a program with this id pinned in any of the instance's records? */
bool records_have(const struct instance *i, uint32_t program_id);

/* Removes all records but these two (0: none). */
int records_remove(const struct instance *i, uint64_t keep, uint64_t keep_too, struct err *e);

#endif
