# SPDX-License-Identifier: GPL-2.0-only
"""The life of each TCP socket, from the kernel's trace events."""
import capture

STATES = (None, 'ESTABLISHED', 'SYN_SENT', 'SYN_RECV', 'FIN_WAIT1', 'FIN_WAIT2', 'TIME_WAIT', 'CLOSE', 'CLOSE_WAIT',
          'LAST_ACK', 'LISTEN', 'CLOSING', 'NEW_SYN_RECV')
IN_SOFTIRQ = 0x10
AF_INET = 2
IPPROTO_TCP = 6


class Socket:
    """One connection's: from SYN_SENT, or from its birth, to CLOSE. A socket that is used again is another one."""

    def __init__(self):
        self.local = self.remote = None
        self.moves = []         # (time, from, to)
        self.resent = []        # (time, state)
        self.resets = []        # when it took a RST
        self.ended_in_call = False

    @property
    def began(self):
        return self.moves[0][0]

    @property
    def active(self):
        return self.moves[0][1] == 'CLOSE'

    @property
    def ended(self):
        """When it was closed, or None."""
        return self.moves[-1][0] if self.moves[-1][2] == 'CLOSE' else None

    def was(self, state):
        return any(to == state for _, _, to in self.moves)


def ends(record):
    if record['family'] == AF_INET:
        names = record['saddr'], record['daddr']
    else:
        names = record['saddr_v6'], record['daddr_v6']
    return (capture.address(names[0]), record['sport']), (capture.address(names[1]), record['dport'])


def move(alive, done, record, t):
    old, new = STATES[record['oldstate']], STATES[record['newstate']]
    if (old, new) in (('CLOSE', 'SYN_SENT'), ('LISTEN', 'SYN_RECV')):
        alive[record['skaddr']] = Socket()
        done.append(alive[record['skaddr']])
    sock = alive.get(record['skaddr'])
    # MPTCP tells a subflow twice to finish.
    if not sock or old == new:
        return
    sock.moves.append((t, old, new))
    # Its port comes after the first move, a child's peer likewise.
    if len(sock.moves) > 1 and not sock.local:
        sock.local, sock.remote = ends(record)
    if new == 'CLOSE':
        sock.ended_in_call = not record['common_flags'] & IN_SOFTIRQ
        del alive[record['skaddr']]


def lives(records, offset):
    """Every socket of the trace, whose clock is offset behind the capture's, and the SYN+ACKs sent again."""
    alive, done, synacks = {}, [], []
    for record in records:
        t = record['t'] + offset
        if record['event'] == 'inet_sock_set_state':
            if record['protocol'] == IPPROTO_TCP:
                move(alive, done, record, t)
        elif record['event'] == 'tcp_retransmit_synack':
            synacks.append((t, *ends(record)))
        elif record['skaddr'] in alive:
            sock = alive[record['skaddr']]
            if record['event'] == 'tcp_retransmit_skb':
                sock.resent.append((t, STATES[record['state']]))
            elif record['event'] == 'tcp_receive_reset':
                sock.resets.append(t)
    return done, synacks
