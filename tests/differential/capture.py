# SPDX-License-Identifier: GPL-2.0-only
"""What tcpdump -i any wrote, with --time-stamp-precision=nano and the link type LINUX_SLL2."""
import collections
import socket
import struct

MAGIC_NANO = 0xa1b23c4d
LINKTYPE_SLL2 = 276
OUTGOING = 4
FIN, SYN, RST, ACK = 1, 2, 4, 16

# src and dst are (address, port); seq is the first byte's, data how many there are.
Segment = collections.namedtuple('Segment', 't out src dst flags seq ack data')
# An ICMP error and what it quotes: who sent a segment to whom, and its number
Error = collections.namedtuple('Error', 't out src dst seq family kind code')

names = {}


def address(raw):
    """The text of an address, IPv4's own for a mapped one."""
    if raw not in names:
        if len(raw) == 16 and raw[:12] == b'\0' * 10 + b'\xff\xff':
            names[raw] = socket.inet_ntop(socket.AF_INET, raw[12:])
        else:
            names[raw] = socket.inet_ntop(socket.AF_INET if len(raw) == 4 else socket.AF_INET6, raw)
    return names[raw]


def network(data, at):
    """Source, destination, protocol, where its header is and how long what it carries is."""
    if data[at] >> 4 == 4:
        header = (data[at] & 15) * 4
        return (address(data[at + 12:at + 16]), address(data[at + 16:at + 20]), data[at + 9], at + header,
                struct.unpack_from('>H', data, at + 2)[0] - header)
    return (address(data[at + 8:at + 24]), address(data[at + 24:at + 40]), data[at + 6], at + 40,
            struct.unpack_from('>H', data, at + 4)[0])


def quoted(t, out, data, family, at):
    kind, code = data[at], data[at + 1]
    if kind != (3 if family == 4 else 1) or len(data) < at + 8 + 20 + 8:
        return None
    src, dst, proto, at, _ = network(data, at + 8)
    if proto != socket.IPPROTO_TCP:
        return None
    sport, dport, seq = struct.unpack_from('>HHI', data, at)
    return Error(t, out, (src, sport), (dst, dport), seq, family, kind, code)


def packet(t, data):
    protocol, out = data[0] << 8 | data[1], data[10] == OUTGOING
    if protocol not in (0x0800, 0x86dd):
        return None
    src, dst, proto, at, length = network(data, 20)
    if proto in (socket.IPPROTO_ICMP, socket.IPPROTO_ICMPV6):
        return quoted(t, out, data, 4 if proto == socket.IPPROTO_ICMP else 6, at)
    if proto != socket.IPPROTO_TCP:
        return None
    sport, dport, seq, ack, offset, flags = struct.unpack_from('>HHIIBB', data, at)
    return Segment(t, out, (src, sport), (dst, dport), flags, seq, ack, length - (offset >> 4) * 4)


def read(path):
    """Every TCP segment and ICMP error in the file, in order."""
    with open(path, 'rb') as file:
        magic, _, _, _, _, _, link = struct.unpack('<IHHiIII', file.read(24))
        if magic != MAGIC_NANO or link != LINKTYPE_SLL2:
            raise ValueError(path + ' is no capture of the kind that is read here')
        while True:
            head = file.read(16)
            if not head:
                return
            seconds, ns, caught, _ = struct.unpack('<IIII', head)
            found = packet(seconds * 10 ** 9 + ns, file.read(caught))
            if found:
                yield found
