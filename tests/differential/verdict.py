# SPDX-License-Identifier: GPL-2.0-only
"""How a handshake ended, and the states of its socket, by what the capture and the trace say of it."""
from capture import ACK, RST

# What the firewall of a server does on which port, and what else is known there beforehand.
LOST_ACK, QUEUE_FULL, REJECTED, DROPPED, PROHIBITED, CANCELLED, OVERFLOWN, UNHEARD = \
    7008, 7009, 7011, 7012, 7013, 7014, 7021, 7022
EATS_SYN = REJECTED, DROPPED, PROHIBITED, CANCELLED
# Of the second data alone: what it eats is the ACK that matters only where the one without data was lost.
EATS_ACK = LOST_ACK, UNHEARD
SHORT_QUEUE = QUEUE_FULL, OVERFLOWN
# A segment and the move that it causes are so close, in ns.
AT_ONCE = 10 ** 6
# ... but for one that waited in its processor's backlog after it was captured. No timer that ends a socket is as short.
SOON = 10 ** 8
# What a timewait socket in FIN_WAIT2 waits for at least, in ns: tcp_fin_timeout. The timer may be two seconds late.
FIN_WAIT2_LIFE = 60 * 10 ** 9

PORT_UNREACHABLE = (4, 3, 3), (6, 1, 4)
REASONS = {
    (4, 3, 0): 'net-unreachable', (4, 3, 1): 'host-unreachable', (4, 3, 3): 'port-unreachable',
    (4, 3, 13): 'prohibited', (4, 3, 10): 'prohibited', (4, 3, 9): 'prohibited',
    (6, 1, 0): 'net-unreachable', (6, 1, 3): 'host-unreachable', (6, 1, 4): 'port-unreachable', (6, 1, 1): 'prohibited',
}


def by_error(error):
    code = error.family, error.kind, error.code
    return 'refused' if code in PORT_UNREACHABLE else 'unreachable', REASONS[code]


def eaten_here(end):
    """Was the SYN eaten by a filter of the machine that it was sent from?"""
    return end.local[0] == end.remote[0] and end.remote[1] in EATS_SYN


def active(end):
    if end.through:
        return 'established', 'none'
    if not end.sock.ended:
        return 'in-progress', 'none'
    if end.sock.resets:
        if end.synack is not None:
            return 'refused', 'half-open-rst'
        return 'refused', 'filtered-input' if eaten_here(end) else 'peer-rst'
    if end.sock.ended_in_call and end.syn is None:
        return 'unreachable', 'no-port'
    if end.sock.ended_in_call:
        if end.error and not eaten_here(end):
            return 'cancelled', by_error(end.error)[1]
        return 'cancelled', 'filtered-input' if eaten_here(end) else 'closed-by-program'
    if end.error:
        outcome, reason = by_error(end.error)
        return outcome, 'filtered-input' if eaten_here(end) else reason
    if eaten_here(end):
        return 'filtered', 'filtered-input'
    return 'timed-out', 'synack-unanswered' if end.synack is not None else 'syn-unanswered'


def passive(end):
    port = end.local[1]
    if end.through:
        return 'established', 'none'
    if end.rst_out and end.synack is None:
        return 'refused', 'filter-rst' if port == REJECTED else 'no-listener'
    if end.closed and end.rst_out and not end.rst_in and end.ack is not None and port in SHORT_QUEUE:
        return 'queue-full', 'accept-queue-rst'
    if end.closed:
        return 'reset', 'half-open-rst'
    if end.synack is None:
        if port in EATS_SYN:
            return 'filtered', 'filtered-input'
        return ('queue-full', 'accept-queue-full') if port in SHORT_QUEUE else ('timed-out', 'syn-ignored')
    if end.ack is not None:
        if port in EATS_ACK:
            return 'filtered', 'filtered-input'
        return ('queue-full', 'accept-queue-full') if port in SHORT_QUEUE else ('abandoned', 'never-born')
    # The answer was a cookie, which was lost, and for another one there was no room.
    if port in SHORT_QUEUE and end.last_syn > end.last_synack:
        return 'queue-full', 'accept-queue-full'
    return 'abandoned', 'synack-unanswered'


def forwarded(end):
    if end.ack is not None:
        return 'established', 'none'
    if end.rst_in and end.synack is None:
        return 'refused', 'peer-rst'
    if end.rst_in or end.rst_out:
        return 'reset', 'half-open-rst'
    if end.synack is not None:
        return 'abandoned', 'synack-unanswered'
    if end.error:
        return by_error(end.error)
    return 'timed-out', 'syn-unanswered'


def outcome(end):
    return {'active': active, 'passive': passive, 'forwarded': forwarded}[end.role](end)


def why(end, t, last, to):
    """The cause of a move: what TCP's rules say, and for the end what had arrived right before. None: not to be told."""
    if to in ('SYN_SENT', 'FIN_WAIT1', 'LAST_ACK'):
        return 'call'
    if to != 'CLOSE':
        return 'segment'
    if t is None:
        return None if end.disturbed else 'timer'
    if any(abs(t - rst) < AT_ONCE for rst in end.sock.resets):
        return 'segment'
    heard = any(-AT_ONCE < t - heard < SOON for heard in end.heard)
    if t == end.killed:
        return 'segment'
    if end.sock.ended_in_call:
        return 'segment' if heard and last == 'LAST_ACK' else 'call'
    return 'segment' if heard else 'timer'


def states(end):
    """The socket's moves as (time, from, to); the time is None where nothing independent tells it.

    The trace shows a socket's last move as one to CLOSE where it leaves a timewait socket behind. That one lives in
    TIME_WAIT from the FIN on, for a minute.
    """
    if not end.sock:
        return []
    moves = list(end.sock.moves)
    t, last, to = moves[-1]
    if to != 'CLOSE' or last not in ('FIN_WAIT2', 'CLOSING'):
        return moves
    del moves[-1]
    killed = end.sock.resets and abs(end.sock.resets[-1] - t) < 10 ** 6
    if killed:
        return moves + [(t, last, 'CLOSE')]
    fin = t if last == 'CLOSING' else None
    if last == 'FIN_WAIT2':
        # It takes a FIN, and nothing else, and nobody is there any more for what comes later than that.
        over = t + FIN_WAIT2_LIFE
        fins = [max(t, segment.t) for segment in end.fins if segment.t < over]
        if end.killed and end.killed < over and (not fins or end.killed < fins[0] + AT_ONCE):
            return moves + [(end.killed, last, 'CLOSE')]
        if not fins:
            return moves + [(None, last, 'CLOSE')]
        fin = fins[0]
    return moves + [(fin, last, 'TIME_WAIT'), (None, 'TIME_WAIT', 'CLOSE')]
