# SPDX-License-Identifier: GPL-2.0-only
"""What the segments of a capture, and the lives of the sockets, say about each end of each connection."""
import collections

from capture import ACK, FIN, RST, SYN, Error

LAST = 1 << 62
# A request is given up a second after its last SYN+ACK times out: three in all with tcp_synack_retries=1.
REQUEST_LIFE = 3 * 10 ** 9
# By then its last timer has gone off for certain: of 2 s, and 32 ms late at most.
REQUEST_GONE = 2035 * 10 ** 6


def follows(a, b):
    """Is the sequence number a after b?"""
    return a != b and (a - b) & 0xffffffff < 1 << 31


class End:
    """An endpoint of a connection, or what a machine in the middle knows of it."""

    def __init__(self, role, local, remote, began):
        self.role, self.local, self.remote, self.began = role, local, remote, began
        self.syn = self.synack = self.ack = None        # first of each
        self.syns = self.synacks = 0                    # how many
        self.client_isn = self.server_isn = None
        self.sock = None
        self.rst_in = self.rst_out = self.error = None  # the first that counted
        self.fins = []                                  # that arrived
        self.heard = []                                 # when anything arrived, or an error about it
        self.disturbed = False                          # by a RST, or by others with its endpoints
        self.last = self.last_syn = began
        self.late = None                                # when an ACK came after the time of its request
        self.refused_late = False
        self.killed = None                              # when its timewait socket sent a RST
        self.closed = None                              # a handshake without a socket: when it was over

    def over(self, t):
        if self.sock:
            return self.sock.ended is not None and self.sock.ended <= t
        if self.closed:
            return True
        return self.role == 'passive' and self.synack is not None and t > self.last_synack + REQUEST_LIFE

    @property
    def through(self):
        return self.sock is not None and self.sock.was('ESTABLISHED')

    def opening(self, seg):
        """A SYN or SYN+ACK of this handshake."""
        if seg.flags & ACK:
            self.synacks += 1
            self.last_synack = seg.t
            if self.synack is None:
                self.synack, self.server_isn = seg.t, seg.seq
            elif self.role == 'passive':
                # A cookie was lost, and what is answered now has its own number.
                self.server_isn = seg.seq
        else:
            self.syns += 1
            self.last_syn = seg.t
            if self.syn is None:
                self.syn, self.client_isn = seg.t, seg.seq

    def acknowledged(self, seg):
        """A segment of the initiator, with an ACK."""
        if self.synack is not None and self.ack is None and \
                (seg.ack - self.server_isn - 1) & 0xffffffff < (1 << 30 if self.sock else 1):
            self.ack = seg.t

    def after_all(self, seg):
        """A segment after the time of a socket, or of a request.

        A SYN cookie is still good then; any other ACK has a RST for an answer.
        """
        if self.sock:
            if seg.out and seg.flags & RST and self.killed is None:
                self.killed = seg.t
            return
        if self.role != 'passive' or self.closed or seg.flags & SYN:
            return
        if seg.flags & RST:
            self.refused_late |= seg.out
        elif not seg.out and self.late is None and seg.ack == (self.server_isn + 1) & 0xffffffff:
            self.late = seg.t

    def take_late(self):
        """It was a cookie's, or it made a socket."""
        if self.ack is None and self.late is not None and not self.refused_late:
            self.ack = self.late


class Ends:
    """All ends in one network namespace."""

    def __init__(self, addresses, unrouted):
        self.addresses, self.unrouted = addresses, unrouted
        self.now = {}           # by endpoints: the one that is under way
        self.all = []
        self.starting = collections.defaultdict(list)   # sockets that have not sent their SYN yet

    def open(self, role, local, remote, t):
        end = End(role, local, remote, t)
        key = role == 'forwarded', local, remote
        before = self.now.get(key)
        if before:
            before.disturbed = True
        # While a socket has them, connect() gives its endpoints to no other one.
        if not before or not before.sock or role != 'active' or before.over(t):
            self.now[key] = end
        self.all.append(end)
        return end

    def born(self, sock):
        """A socket's first move. Its SYN follows, or its handshake came before."""
        key = False, sock.local, sock.remote
        if sock.active:
            end = self.open('active', sock.local, sock.remote, sock.began)
        else:
            end = self.now.get(key)
            if not end or end.role != 'passive' or end.sock:
                end = self.open('passive', sock.local, sock.remote, sock.began)
        end.take_late()
        end.sock = sock

    def saw(self, seg):
        if isinstance(seg, Error):
            self.error(seg)
        elif seg.out:
            if seg.src[0] in self.addresses:
                self.local(seg, seg.src, seg.dst)
        elif seg.dst[0] in self.addresses:
            # On loopback it is captured once.
            if seg.src[0] in self.addresses:
                self.local(seg._replace(out=True), seg.src, seg.dst)
            self.local(seg, seg.dst, seg.src)
        elif not seg.dst[0].startswith(self.unrouted):
            self.middle(seg)

    def error(self, seg):
        """It is about a segment that its destination here sent, or that went through."""
        for key in ((False, seg.src, seg.dst), (True, seg.src, seg.dst)):
            end = self.now.get(key)
            if end and not seg.out:
                end.heard.append(seg.t)
            if end and not seg.out and not end.through and not end.error and seg.seq == end.client_isn:
                end.error = seg

    def local(self, seg, local, remote):
        end = self.now.get((False, local, remote))
        if seg.flags & SYN and not seg.flags & ACK:
            self.local_syn(seg, end, local, remote)
            return
        if end and not seg.out:
            end.heard.append(seg.t)
            end.disturbed |= bool(seg.flags & RST)
        if end and seg.flags & FIN and not seg.out:
            # A timewait socket hears it, too.
            end.fins.append(seg)
        if not end:
            return
        if end.over(seg.t):
            end.after_all(seg)
            return
        if seg.flags & SYN:
            if seg.out == (end.role == 'passive') and (end.syn is None or follows(seg.ack, end.client_isn)):
                end.opening(seg)
        elif seg.flags & RST:
            self.local_rst(seg, end)
        elif seg.out == (end.role == 'active') and seg.flags & ACK:
            end.acknowledged(seg)

    def local_syn(self, seg, end, local, remote):
        if seg.out:
            # A socket in SYN_SENT sent it, so there is an end.
            if end and end.role == 'active' and end.client_isn in (None, seg.seq):
                end.opening(seg)
            return
        if end and end.role == 'active' and not end.over(seg.t):
            return
        # Another number is another attempt, where the one before had no answer.
        anew = end and end.role == 'passive' and not end.sock and end.synack is None and end.client_isn != seg.seq
        if not end or end.over(seg.t) or end.role == 'active' or anew:
            end = self.open('passive', local, remote, seg.t)
        if end.client_isn in (None, seg.seq):
            end.opening(seg)

    @staticmethod
    def local_rst(seg, end):
        late = end.synack is not None and seg.t > end.last_synack + REQUEST_GONE
        request = end.role == 'passive' and not end.sock and not late
        if seg.out:
            end.rst_out = end.rst_out or seg
            answer = end.synack is None or seg.seq == (end.server_isn + 1) & 0xffffffff
            if request and (answer or seg.flags & ACK):
                end.closed = end.closed or seg.t
        else:
            end.rst_in = end.rst_in or seg
            if request and seg.seq == (end.client_isn + 1) & 0xffffffff:
                end.closed = end.closed or seg.t

    def middle(self, seg):
        end, first = self.now.get((True, seg.src, seg.dst)), True
        if not end:
            end, first = self.now.get((True, seg.dst, seg.src)), False
        if seg.flags & SYN and not seg.flags & ACK:
            if not end or end.closed or (end.ack is None and end.client_isn != seg.seq):
                end = self.open('forwarded', seg.src, seg.dst, seg.t)
            if end.client_isn == seg.seq or end.syn is None:
                end.opening(seg)
        elif not end or end.role != 'forwarded':
            return
        elif seg.flags & SYN:
            # One that is sent again because a RST was lost behind us is none of a handshake that this has ended.
            if not first and not end.rst_in and not end.rst_out and follows(seg.ack, end.client_isn):
                end.opening(seg)
        elif seg.flags & RST:
            self.middle_rst(seg, end, first)
        else:
            if first and seg.flags & ACK and not end.closed:
                end.acknowledged(seg)
            if seg.flags & FIN:
                end.closed = end.closed or seg.t

    @staticmethod
    def middle_rst(seg, end, first):
        number = seg.seq if first else seg.ack
        if end.ack is None and not end.closed and (number - end.client_isn - 1) & 0xffffffff < 0xffff:
            if first:
                end.rst_out = end.rst_out or seg
            else:
                end.rst_in = end.rst_in or seg
        end.closed = end.closed or seg.t


def ends_of(addresses, unrouted, segments, socks):
    """Every end in a namespace, in the order in which they began."""
    ends = Ends(addresses, unrouted)
    births = sorted((sock for sock in socks if sock.local and sock.local[0] in addresses), key=lambda sock: sock.began)
    births.append(None)
    births = iter(births)
    birth = next(births)
    for seg in segments:
        while birth and birth.began <= seg.t:
            ends.born(birth)
            birth = next(births)
        ends.saw(seg)
    while birth:
        ends.born(birth)
        birth = next(births)
    for end in ends.all:
        end.take_late()
    return ends.all
