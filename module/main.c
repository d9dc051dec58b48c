// SPDX-License-Identifier: GPL-2.0
/*
 * sockledger: one ledger entry for every TCP and UDP socket and every TCP handshake, written by
 * witnesses (module/witness), kept by the ledger (module/ledger), published
 * over /proc and netlink (module/publish). Data flows that way only.
 */
#include <linux/module.h>

#include "ledger/config.h"
#include "ledger/holder.h"
#include "ledger/ledger.h"
#include "params.h"
#include "publish/netlink.h"
#include "publish/proc.h"
#include "witness/adopt.h"
#include "witness/calls.h"
#include "witness/datagrams.h"
#include "witness/drops.h"
#include "witness/probes.h"
#include "witness/sockets.h"
#include "witness/wire.h"

/*
 * ORDER: the ledgers come first, for everything else looks them up. Witnesses
 * come next, so that what is published is already being written; sockets
 * that existed before are taken in once their changes are heard. Publication
 * comes last. Leaving is the mirror image: readers first, ledgers last.
 */
static int __init sl_init(void)
{
	int err;

	err = sl_params_check();
	if (err)
		return err;
	err = sl_entry_cache_init();
	if (err)
		return err;
	err = sl_holders_init();
	if (err)
		goto cache;
	err = sl_ledgers_init();
	if (err)
		goto holders;
	err = sl_sockets_init();
	if (err)
		goto ledgers;
	err = sl_calls_init();
	if (err)
		goto sockets;
	err = sl_datagrams_init();
	if (err)
		goto calls;
	err = sl_probes_init();
	if (err)
		goto datagrams;
	sl_config_on_counting(sl_datagrams_switch);
	err = sl_drops_init();
	if (err)
		goto probes;
	err = sl_wire_init();
	if (err)
		goto drops;
	sl_adopt_all();
	sl_datagrams_adopt();
	err = sl_proc_init();
	if (err)
		goto wire;
	err = sl_netlink_init();
	if (err)
		goto proc;
	return 0;

proc:
	sl_proc_uninit();
wire:
	sl_wire_uninit();
drops:
	sl_drops_uninit();
probes:
	sl_config_on_counting(NULL);
	sl_probes_uninit();
datagrams:
	sl_datagrams_uninit();
calls:
	sl_calls_uninit();
sockets:
	sl_sockets_uninit();
ledgers:
	sl_ledgers_uninit();
holders:
	sl_holders_uninit();
cache:
	sl_entry_cache_uninit();
	return err;
}

static void __exit sl_exit(void)
{
	sl_netlink_uninit();
	sl_proc_uninit();
	sl_wire_uninit();
	sl_drops_uninit();
	sl_config_on_counting(NULL);
	sl_probes_uninit();
	sl_datagrams_uninit();
	sl_calls_uninit();
	sl_sockets_uninit();
	sl_ledgers_uninit();
	sl_holders_uninit();
	sl_entry_cache_uninit();
}

module_init(sl_init);
module_exit(sl_exit);

MODULE_DESCRIPTION("A ledger of sockets and TCP handshakes");
MODULE_AUTHOR("The sockledger authors");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1");
