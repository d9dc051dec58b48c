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


def opening_again(entry, cookies):
    """SYNs or SYN+ACKs that were sent again, and how many of these may have been a cookie's instead."""
    handshake = entry['handshake']
    if entry['role'] == 'active':
        return max(handshake.get('syn_count', 0) - 1, 0), 0
    # Another SYN has another cookie for an answer: nothing is left to send again.
    if handshake.get('cookie'):
        return 0, 0
    again = max(handshake.get('synack_count', 0) - 1, 0)
    # Or a request that is its own, where there is room for that meanwhile.
    return again, min(again, max(handshake.get('syn_count', 0) - 1, 0)) if entry.get('listener_id') in cookies else 0


def sums(path, cookies):
    """What the entries add up to, where the statistics do not say; some listeners have sent cookies."""
    total = collections.Counter()
    for entry in compare.entries_of(path):
        handshake, moves = entry['handshake'], entry['transitions']
        if entry['role'] == 'forwarded':
            continue
        if handshake['reason'] in UNSENT:
            total['unsent'] += 1
        # Behind a cookie there is no request that could fail.
        if entry['role'] == 'passive' and handshake['outcome'] == 'reset' and handshake.get('cookie'):
            total['cookies reset'] += 1
        if moves and moves[-1]['to'] == 'CLOSE' and moves[-1]['from'] in ('ESTABLISHED', 'CLOSE_WAIT'):
            total['resets'] += 1
        # tcp_write_err(): of an orphan in FIN_WAIT2, nothing was sent that it could time out for.
        if moves and moves[-1]['to'] == 'CLOSE' and moves[-1]['cause'] == 'timer' and \
                moves[-1]['from'] not in ('FIN_WAIT2', 'TIME_WAIT'):
            total['timed out'] += 1
        again, unsure = opening_again(entry, cookies)
        total['opening again'] += again
        total['opening unsure'] += unsure
        if entry['role'] == 'active' and handshake['outcome'] == 'in-progress':
            total['active_in_progress'] += 1
        # A child takes over what its request sent again. What was never sent has no totals.
        if moves:
            total['again'] += entry.get('totals', {'retrans': 0})['retrans']
        elif entry['role'] == 'passive':
            total['again'] += again
            total['again unsure'] += unsure
    return total


def queues(stats, listeners):
    """What is counted where a listener's queues have no room: the least and the most that it can be."""
    overflows, syn_overflows, sent, accepted = (sum(listener['ledger'][name] for listener in listeners) for name in (
        'overflows', 'syn_overflows', 'cookies_sent', 'cookies_accepted'))
    # A probe whose time comes while another one's handler runs is missed: of all namespaces at once.
    missed = sum(stats['probe_%s_missed' % name] for name in (
        'tcp_conn_request', 'tcp_v4_syn_recv_sock', 'tcp_v6_syn_recv_sock'))
    return {
        'TcpExt.ListenOverflows': (overflows, overflows + missed),
        # SYNs that find no memory or no route back are dropped, too: there are none here.
        'TcpExt.ListenDrops': (overflows + syn_overflows, overflows + syn_overflows + missed),
        'TcpExt.SyncookiesSent': (sent, sent + missed),
        # The kernel counts the right cookie that comes to a full accept queue, too.
        'TcpExt.SyncookiesRecv': (accepted, accepted + overflows + missed),
    }


def expected(stats, total, listeners):
    """The kernel's counters, by what the ledger has: the least and the most that each can be."""
    active = sum(stats['active_' + outcome] for outcome in FAILED + ('established', 'cancelled'))
    exact = {
        'Tcp.ActiveOpens': active + total['active_in_progress'] - total['unsent'],
        'Tcp.PassiveOpens': stats['passive_established'],
        'Tcp.AttemptFails': sum(stats['active_' + outcome] for outcome in FAILED) - total['unsent'] +
                            stats['passive_reset'] - total['cookies reset'],
        'Tcp.EstabResets': total['resets'],
        'TcpExt.TCPAbortOnTimeout': total['timed out'],
    }
    again = {
        'Tcp.RetransSegs': (total['again'] - total['again unsure'], total['again']),
        'TcpExt.TCPSynRetrans': (total['opening again'] - total['opening unsure'], total['opening again']),
    }
    return {name: (value, value) for name, value in exact.items()} | again | queues(stats, listeners)


def main(directory):
    bad = good = 0
    for path in compare.files(directory, '', '.counters'):
        base = path[:-len('.counters')]
        kernel = counters(path)
        with open(base + '.stats') as stats, open(base + '.listeners') as file:
            listeners = json.load(file)
            cookies = {listener['id'] for listener in listeners if listener['ledger']['cookies_sent']}
            ledger = expected(json.load(stats), sums(base + '.json', cookies), listeners)
        for name, (least, most) in ledger.items():
            agrees = least <= kernel[name] <= most
            good += agrees
            bad += not agrees
            print('%s: %s %d, by the ledger %s%s' % (
                base.split('/')[-1], name, kernel[name], least if least == most else '%d to %d' % (least, most),
                '' if agrees else ' DIFFER'))
    print('%d counters agree, %d do not' % (good, bad))
    return 1 if bad or not good else 0


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
