/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program, as the ledger remembers it. Members mean what the attribute of
 * the same name means in uapi/sockledger.h.
 */
#ifndef _SOCKLEDGER_OWNER_H
#define _SOCKLEDGER_OWNER_H

#include "fields.h"

#include <stddef.h>
#include <stdint.h>

/* A comm is 15 bytes today. */
#define COMM_SIZE	32

struct owner {
	uint64_t has;
	uint32_t pid;
	uint32_t local_pid;
	uint32_t uid;
	char comm[COMM_SIZE];
	uint64_t start_ns;
	uint64_t cgroup;
};

extern const struct field_set owner_set;

/**
 * owner_pid() - the pid by which whoever reads this knows the program
 * @owner: the program
 *
 * Return: the one of this process's pid namespace; the initial one's where
 * the program has none here.
 */
uint32_t owner_pid(const struct owner *owner);

/* Enough for any comm, every byte of it escaped. */
#define COMM_TEXT_SIZE	(4 * COMM_SIZE)

/**
 * owner_comm_text() - what the program calls itself, fit to print
 * @owner: the program
 * @dst: room for it
 * @size: bytes in @dst; COMM_TEXT_SIZE are enough
 */
void owner_comm_text(const struct owner *owner, char *dst, size_t size);

#endif /* _SOCKLEDGER_OWNER_H */
