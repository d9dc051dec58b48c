/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Network namespaces by name.
 */
#ifndef _SOCKLEDGER_NETNS_H
#define _SOCKLEDGER_NETNS_H

#include "complain.h"

/**
 * netns_enter() - move this process into a network namespace
 * @name: a name below /run/netns as "ip netns" makes them, or a path, such as
 *        /proc/PID/ns/net
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status netns_enter(const char *name);

#endif /* _SOCKLEDGER_NETNS_H */
