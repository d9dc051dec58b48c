/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Network namespaces: by name, and all of them.
 */
#ifndef _SOCKLEDGER_NETNS_H
#define _SOCKLEDGER_NETNS_H

#include "complain.h"

#include <stddef.h>
#include <stdint.h>

/**
 * netns_enter() - move this process into a network namespace
 * @name: a name below /run/netns as "ip netns" makes them, or a path, such as
 *        /proc/PID/ns/net
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status netns_enter(const char *name);

/**
 * struct netns - a network namespace
 * @inode: what it is known by
 * @name: below /run/netns, NULL where it has none
 */
struct netns {
	uint64_t inode;
	const char *name;
};

/**
 * typedef netns_fn - what is done in a network namespace
 * @netns: the namespace, which this process is in
 * @data: as given to netns_each()
 *
 * Return: STATUS_FOUND to go on, STATUS_ERROR after a complaint to stop.
 */
typedef enum status (*netns_fn)(const struct netns *netns, void *data);

/**
 * netns_each() - do something in every network namespace that can be found
 * @visit: called in each, once
 * @data: passed to @visit
 *
 * Those are this process's own, those that have a name, and those of all other
 * processes. One that goes before its turn is none. The process stays in the
 * last.
 *
 * Return: STATUS_FOUND, having complained if some may not be entered, or
 * STATUS_ERROR after a complaint.
 */
enum status netns_each(netns_fn visit, void *data);

#define NETNS_NAME_SIZE	256

/**
 * netns_name() - what the process's network namespace goes by
 * @dst: set to the first name that "ip netns" has for it, or else to the
 *       number of its inode, as entries have it
 * @size: bytes in @dst; NETNS_NAME_SIZE are enough
 */
void netns_name(char *dst, size_t size);

#endif /* _SOCKLEDGER_NETNS_H */
