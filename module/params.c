// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "params.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/module.h>

/* Read-only after load; limits that change while in use come over netlink. */
struct sl_params sl_params = {
	.max_live	= 131072,
	.max_history	= 65536,
	.max_half_open	= 16384,
	.max_events	= 4096,
	.max_failed_calls = 256,
	.datagrams	= true,
};

module_param_named(max_live, sl_params.max_live, uint, 0444);
MODULE_PARM_DESC(max_live, "entries of live sockets a namespace, 16 to 4194304 (default 131072)");
module_param_named(max_history, sl_params.max_history, uint, 0444);
MODULE_PARM_DESC(max_history, "entries of ended sockets a namespace, 16 to 4194304 (default 65536)");
module_param_named(max_half_open, sl_params.max_half_open, uint, 0444);
MODULE_PARM_DESC(max_half_open, "handshakes without a socket a namespace, 16 to 1048576 (default 16384)");
module_param_named(max_events, sl_params.max_events, uint, 0444);
MODULE_PARM_DESC(max_events, "recent events a namespace, a power of two, 64 to 65536 (default 4096)");

module_param_named(max_failed_calls, sl_params.max_failed_calls, uint, 0444);
MODULE_PARM_DESC(max_failed_calls, "failed calls kept a namespace, a power of two, 16 to 65536 (default 256)");
module_param_named(datagrams, sl_params.datagrams, bool, 0444);
MODULE_PARM_DESC(datagrams, "count what UDP sockets send and get (default Y)");
module_param_named(without, sl_params.without, charp, 0444);
MODULE_PARM_DESC(without, "kernel functions not to probe, separated by commas, as in stats (default none)");

static int check_range(const char *name, unsigned int value, unsigned int min,
		       unsigned int max)
{
	if (value >= min && value <= max)
		return 0;
	pr_err("%s=%u is out of range: it must be from %u to %u\n", name,
	       value, min, max);
	return -EINVAL;
}

static int check_power(const char *name, unsigned int value)
{
	if (is_power_of_2(value))
		return 0;
	pr_err("%s=%u is not a power of two\n", name, value);
	return -EINVAL;
}

int sl_params_check(void)
{
	if (check_range("max_live", sl_params.max_live, SL_LIMIT_MIN,
			SL_ENTRIES_MAX) ||
	    check_range("max_history", sl_params.max_history, SL_LIMIT_MIN,
			SL_ENTRIES_MAX) ||
	    check_range("max_half_open", sl_params.max_half_open,
			SL_LIMIT_MIN, SL_HALF_OPEN_MAX) ||
	    check_range("max_events", sl_params.max_events, 64, 65536) ||
	    check_range("max_failed_calls", sl_params.max_failed_calls, 16,
			65536) ||
	    check_power("max_events", sl_params.max_events) ||
	    check_power("max_failed_calls", sl_params.max_failed_calls))
		return -EINVAL;
	return 0;
}
