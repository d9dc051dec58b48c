// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "tracepoints.h"

#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

static void take_if_named(struct tracepoint *tp, void *priv)
{
	struct sl_tracepoint *point = priv;

	if (!strcmp(tp->name, point->name))
		point->tp = tp;
}

static int find(struct sl_tracepoint *point)
{
	for_each_kernel_tracepoint(take_if_named, point);
	if (point->tp)
		return 0;
	pr_warn("this kernel has no tracepoint %s\n", point->name);
	return -ENOENT;
}

static void detach_from(struct sl_tracepoint *points, unsigned int first,
			unsigned int n)
{
	unsigned int i;

	for (i = first; i < n; i++)
		tracepoint_probe_unregister(points[i].tp, points[i].probe,
					    NULL);
	/* A probe that was entered before may still run. */
	tracepoint_synchronize_unregister();
}

int sl_tracepoints_attach(struct sl_tracepoint *points, unsigned int n)
{
	unsigned int i;
	int err;

	for (i = 0; i < n; i++) {
		err = find(&points[i]);
		if (err)
			return err;
	}
	for (i = n; i--;) {
		err = tracepoint_probe_register(points[i].tp, points[i].probe,
						NULL);
		if (err) {
			detach_from(points, i + 1, n);
			return err;
		}
	}
	return 0;
}

void sl_tracepoints_detach(struct sl_tracepoint *points, unsigned int n)
{
	detach_from(points, 0, n);
}
