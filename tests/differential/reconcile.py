# SPDX-License-Identifier: GPL-2.0-only
"""Holds what a ledger counted against the kernel's own counters, of a network namespace that had none before.

usage: reconcile.py DIRECTORY, which holds for each namespace

  NAMESPACE.json          by sockledger list --json
  NAMESPACE.stats         by sockledger stats --json
  NAMESPACE.listeners     by sockledger listeners --json
  NAMESPACE.counters      /proc/net/snmp and /proc/net/netstat, at the same time

Prints each counter that is not what the ledger makes of it, then how many were.
"""
import collections
import json
import sys

import compare

# A handshake of a socket that fails so ends in tcp_done(), which counts it; one that its program closes does not.
FAILED = 'refused', 'timed_out', 'unreachable', 'reset', 'filtered', 'queue_full', 'abandoned'
# inet_hash_connect() and those before it: there is no SYN, and nothing is counted.
UNSENT = 'no-route', 'no-address', 'no-port'


def counters(path):
    """Tcp.ActiveOpens and the like."""
    found, lines = {}, open(path).read().splitlines()
    for names, values in zip(lines[::2], lines[1::2]):
        group, *names = names.split()
        for name, value in zip(names, values.split()[1:]):
            found[group.rstrip(':') + '.' + name] = int(value)
    return found


def sums(path):
    """What the entries add up to, where the statistics do not say."""
    total = collections.Counter()
    for entry in compare.entries_of(path):
        handshake, moves = entry['handshake'], entry['transitions']
        if entry['role'] == 'forwarded':
            continue
        if handshake['reason'] in UNSENT:
            total['unsent'] += 1
        if moves and moves[-1]['to'] == 'CLOSE' and moves[-1]['from'] in ('ESTABLISHED', 'CLOSE_WAIT'):
            total['resets'] += 1
        # tcp_write_err(): of an orphan in FIN_WAIT2, nothing was sent that it could time out for.
        if moves and moves[-1]['to'] == 'CLOSE' and moves[-1]['cause'] == 'timer' and \
                moves[-1]['from'] not in ('FIN_WAIT2', 'TIME_WAIT'):
            total['timed out'] += 1
        again = handshake.get('syn_count' if entry['role'] == 'active' else 'synack_count', 0) - 1
        total['opening again'] += max(again, 0)
        if entry['role'] == 'active' and handshake['outcome'] == 'in-progress':
            total['active_in_progress'] += 1
        # A child takes over what its request sent again. What was never sent has no totals.
        if moves:
            total['again'] += entry.get('totals', {'retrans': 0})['retrans']
        elif entry['role'] == 'passive':
            total['again'] += max(again, 0)
    return total


def expected(stats, total, listeners):
    """The kernel's counters, by what the ledger has."""
    active = sum(stats['active_' + outcome] for outcome in FAILED + ('established', 'cancelled'))
    return {
        'Tcp.ActiveOpens': active + total['active_in_progress'] - total['unsent'],
        'Tcp.PassiveOpens': stats['passive_established'],
        'Tcp.AttemptFails': sum(stats['active_' + outcome] for outcome in FAILED) - total['unsent'] +
                            stats['passive_reset'],
        'Tcp.EstabResets': total['resets'],
        'Tcp.RetransSegs': total['again'],
        'TcpExt.TCPAbortOnTimeout': total['timed out'],
        'TcpExt.TCPSynRetrans': total['opening again'],
        'TcpExt.ListenOverflows': sum(listener['ledger']['overflows'] for listener in listeners),
        # SYNs that find no memory or no route back are dropped, too: there are none here.
        'TcpExt.ListenDrops': sum(listener['ledger']['overflows'] + listener['ledger']['syn_overflows']
                                  for listener in listeners),
        'TcpExt.SyncookiesSent': sum(listener['ledger']['cookies_sent'] for listener in listeners),
        'TcpExt.SyncookiesRecv': sum(listener['ledger']['cookies_accepted'] for listener in listeners),
    }


def main(directory):
    bad = good = 0
    for path in compare.files(directory, '', '.counters'):
        base = path[:-len('.counters')]
        kernel = counters(path)
        with open(base + '.stats') as stats, open(base + '.listeners') as listeners:
            ledger = expected(json.load(stats), sums(base + '.json'), json.load(listeners))
        for name, value in ledger.items():
            if kernel[name] == value:
                good += 1
            else:
                bad += 1
            print('%s: %s %d, by the ledger %d%s' % (base.split('/')[-1], name, kernel[name], value,
                                                     '' if kernel[name] == value else ' DIFFER'))
    print('%d counters agree, %d do not' % (good, bad))
    return 1 if bad or not good else 0


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
