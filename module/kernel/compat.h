/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the supported kernels, 6.1 and 6.12, differ: the newest form first,
 * the older ones brought up to it. No other file asks for a version.
 */
#ifndef _SOCKLEDGER_COMPAT_H
#define _SOCKLEDGER_COMPAT_H

#include <linux/version.h>
#include <net/genetlink.h>

/*
 * Linux kernel commit 9272af109fe6 ("genetlink: add struct genl_info to
 * struct genl_dumpit_info") (in v6.6) moved the attributes of a dump request.
 */
static inline struct nlattr **sl_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return genl_info_dump(cb)->attrs;
#else /* LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0) */
	return genl_dumpit_info(cb)->attrs;
#endif /* LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0) */
}

#endif /* _SOCKLEDGER_COMPAT_H */
