# SPDX-License-Identifier: GPL-2.0-only
"""Holds the ledgers of some network namespaces against a capture and the kernel's own trace of the same time.

usage: compare.py DIRECTORY, which holds

  NAMESPACE.addresses     the namespace's own addresses, one a line
  NAMESPACE.pcap          by tcpdump
  NAMESPACE.json          by sockledger list --json
  NAMESPACE.stats         by sockledger stats --json
  trace.CPU               by per_cpu/cpuCPU/trace_pipe_raw, with the clock mono
  EVENT.format            how it lays out an event
  unrouted                how the addresses begin that nobody forwards to
  offset                  of the realtime clock from the monotonic one, ns

Prints every disagreement with both sides, then how many connections there were and the largest differences in time.
"""
import collections
import json
import os
import sys

import capture
import ends
import ring
import sockets
import verdict

TOLERANCE = 10 ** 6
# The host can stop a processor of the emulated machine between two records of one thing: seldom, and not for long.
STOPPED = 10 ** 8
SELDOM = 0.01
SHOWN = 20
ROLES = 'active', 'passive', 'forwarded'


def endpoint(end):
    return '[%s]:%d' % end


def story(entry):
    """What an entry says, as the evidence is printed."""
    handshake, start = entry['handshake'], entry['start_ns']
    return '%s %s %s, %s %s, %d SYN, %d SYN+ACK; %s\n            began %d; %s' % (
        entry['role'], *(endpoint((entry[end]['addr'], entry[end]['port'])) for end in ('local', 'remote')),
        handshake['outcome'], handshake['reason'], handshake.get('syn_count', 0), handshake.get('synack_count', 0),
        ' '.join('%s@%s' % (name, handshake.get(key, '-')) for name, key in (
            ('SYN', 'syn_ns'), ('SYN+ACK', 'synack_ns'), ('ACK', 'ack_ns'))), start,
        ' '.join('%(from)s>%(to)s@%(t_ns)d(%(cause)s)' % move for move in entry['transitions']))


# Why a segment was dropped that had to be sent again the evidence does not tell; the scenario has rules and queues for these.
HELD_UP = {'filtered-input', 'filtered-output', 'accept-queue-full', 'syn-queue-full'}


def verdict_of(handshake):
    """What an entry says of the end of its handshake, but for what held one up that went well."""
    outcome, reason = handshake['outcome'], handshake['reason']
    return outcome, 'none' if outcome == 'established' and reason in HELD_UP else reason


class Comparison:
    def __init__(self, missed):
        self.missed = missed    # how often the module says that it was not told why, by what it then can say
        self.disagreements = 0
        self.count = collections.Counter()
        self.largest = collections.Counter()

    def disagree(self, netns, what, end, entry):
        self.disagreements += 1
        if self.disagreements > SHOWN:
            return
        print('%s: %s' % (netns, ', '.join(what)))
        if end:
            print('  evidence: %s %s %s, %s %s, %d SYN, %d SYN+ACK; %s' % (
                end.role, endpoint(end.local), endpoint(end.remote), *verdict.outcome(end), end.syns, end.synacks,
                ' '.join('%s@%s' % (name, '-' if t is None else t - end.began) for name, t in (
                    ('SYN', end.syn), ('SYN+ACK', end.synack), ('ACK', end.ack)))))
            print('            began %d; %s' % (end.began, ' '.join('%s>%s@%s' % (
                old, new, '-' if t is None else t - end.began) for t, old, new in verdict.states(end))))
        else:
            print('  evidence: none')
        print('  ledger:   ' + (story(entry) if entry else 'none'))

    def time(self, kind, evidence, start, since):
        """Do two times agree? The ledger's count from the start of the entry."""
        if (evidence is None) != (since is None):
            return False
        if evidence is None:
            return True
        difference = abs(start + since - evidence)
        self.largest[kind] = max(self.largest[kind], difference)
        self.count['times'] += 1
        self.count['apart'] += difference > TOLERANCE
        return difference <= STOPPED

    def moves(self, end, entry):
        """Is the life of the socket the same, and when?"""
        evidence = verdict.states(end)
        told = entry.get('transitions', [])
        if [(old, new) for _, old, new in evidence] != [(move['from'], move['to']) for move in told]:
            yield 'transitions'
            return
        for (t, old, new), move in zip(evidence, told):
            cause = verdict.why(end, t, old, new)
            if cause not in (None, move['cause']):
                yield 'cause of %s (%s)' % (new, cause)
            if t is not None and not self.time('state', t, entry['start_ns'], move['t_ns']):
                yield 'time of ' + new

    def resent(self, end, entry):
        """Where there is a socket, the kernel's trace knows what it sent again."""
        if not end.sock or not end.sock.active:
            return
        if len([1 for _, state in end.sock.resent if state == 'SYN_SENT']) != max(entry['handshake']['syn_count'] - 1, 0):
            yield 'SYNs sent again'
        told = entry.get('totals', {}).get('retrans', 0)
        if told < len(end.sock.resent) or bool(told) != bool(end.sock.resent):
            yield 'retransmits (%d)' % len(end.sock.resent)

    def was_missed(self, told, evidence):
        """Is this as good as it could be told, since the probe that tells more was missed?"""
        why = {(evidence[0], 'unreachable'): 'error'}
        if evidence[0] == 'queue-full':
            why['timed-out', 'syn-ignored'] = 'queue'
        if not self.missed[why.get(told)]:
            return False
        self.missed[why[told]] -= 1
        return True

    def differences(self, end, entry):
        handshake = entry['handshake']
        evidence = verdict.outcome(end)
        told = verdict_of(handshake)
        if told != evidence and not self.was_missed(told, evidence):
            yield 'outcome'
        if handshake.get('syn_count', 0) != end.syns:
            yield 'SYNs'
        if handshake.get('synack_count', 0) != end.synacks:
            yield 'SYN+ACKs'
        for name, t in (('syn', end.syn), ('synack', end.synack), ('ack', end.ack)):
            if not self.time('segment', t, entry['start_ns'], handshake.get(name + '_ns')):
                yield 'time of ' + name
        yield from self.moves(end, entry)
        yield from self.resent(end, entry)

    def namespace(self, netns, expected, entries):
        told = collections.defaultdict(list)
        for entry in entries:
            told[entry['role'], (entry['local']['addr'], entry['local']['port']),
                 (entry['remote']['addr'], entry['remote']['port'])].append(entry)
        for found in told.values():
            found.sort(key=lambda entry: entry['start_ns'])
        for end in expected:
            mine = told[end.role, end.local, end.remote]
            entry = mine.pop(0) if mine else None
            self.count[end.role] += 1
            what = list(self.differences(end, entry)) if entry else ['no entry']
            if what:
                self.disagree(netns, what, end, entry)
        for entry in (entry for rest in told.values() for entry in rest):
            self.disagree(netns, ['no connection'], None, entry)

    def report(self):
        print('%d active, %d passive, %d forwarded ends; %d times compared, %d of them more than 1 ms apart' % (
            *(self.count[role] for role in ROLES), self.count['times'], self.count['apart']))
        for kind, largest in sorted(self.largest.items()):
            print('largest difference in the time of a %s: %.3f ms' % (kind, largest / 1e6))
        print('%d disagreements' % self.disagreements)

    def good(self):
        return self.count['active'] and not self.disagreements and self.count['apart'] <= SELDOM * self.count['times']


def entries_of(path):
    """One at a time: each is a line of the array."""
    with open(path) as file:
        for line in file:
            line = line.strip().rstrip(',')
            if line not in ('[', ']', ''):
                entry = json.loads(line)
                if entry['role'] in ROLES:
                    yield entry


def text(path):
    with open(path) as file:
        return file.read().split()


def files(directory, begin, end):
    return sorted(directory + '/' + name for name in os.listdir(directory) if name.startswith(begin) and name.endswith(end))


def missed(directory):
    """A probe whose time comes while another one's handler runs is missed, and counted: of all namespaces at once."""
    most = collections.Counter()
    for path in files(directory, '', '.stats'):
        with open(path) as file:
            stats = json.load(file)
        most |= collections.Counter({
            'error': stats['probe_tcp_v4_err_missed'] + stats['probe_tcp_v6_err_missed'],
            'queue': stats['probe_tcp_conn_request_missed'],
        })
    return most


def main(directory):
    offset, = map(int, text(directory + '/offset'))
    unrouted = tuple(text(directory + '/unrouted'))
    records = ring.read(files(directory, 'trace.', ''), files(directory, '', '.format'))
    socks, _ = sockets.lives(records, offset)
    comparison = Comparison(missed(directory))
    for path in files(directory, '', '.pcap'):
        netns = os.path.basename(path)[:-len('.pcap')]
        base = directory + '/' + netns
        expected = ends.ends_of(set(text(base + '.addresses')), unrouted, capture.read(path), socks)
        comparison.namespace(netns, expected, entries_of(base + '.json'))
    comparison.report()
    return 0 if comparison.good() else 1


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
