/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own words for a refusal.
 */
#ifndef _SOCKLEDGER_EXTACK_H
#define _SOCKLEDGER_EXTACK_H

#include <linux/netlink.h>
#include <stddef.h>

/**
 * extack_text() - the sentence a refusal carries
 * @nlh: a complete NLMSG_ERROR or NLMSG_DONE message
 * @dst: room for the sentence; empty if the kernel gave none
 * @size: bytes in @dst
 */
void extack_text(const struct nlmsghdr *nlh, char *dst, size_t size);

#endif /* _SOCKLEDGER_EXTACK_H */
