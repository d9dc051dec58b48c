# SPDX-License-Identifier: GPL-2.0-only
"""Trace events as the kernel's ring buffer holds them: what per_cpu/cpuN/trace_pipe_raw gives.

A page has the time of its first event, the length of what is used, and events, each after a word of its type or
length (5 bits) and the time since the one before (27 bits). See include/linux/ring_buffer.h.
"""
import re
import struct

PAGE = 4096
PADDING, TIME_EXTEND, TIME_STAMP = 29, 30, 31
MISSED = 1 << 31
FIELD = re.compile(r'field:(.*?)(\w+)(\[\d+\])?;\s*offset:(\d+);\s*size:(\d+);\s*signed:(\d)')
NUMBERS = {(1, 0): 'B', (2, 0): 'H', (4, 0): 'I', (8, 0): 'Q', (1, 1): 'b', (2, 1): 'h', (4, 1): 'i', (8, 1): 'q'}


class Format:
    """How an event's record is laid out, by its file in tracefs."""

    def __init__(self, path):
        self.fields = []
        with open(path) as file:
            for line in file:
                if line.startswith('name:'):
                    self.name = line.split()[1]
                if line.startswith('ID:'):
                    self.id = int(line.split()[1])
                found = FIELD.search(line)
                if found:
                    _, name, array, offset, size, signed = found.groups()
                    number = None if array else NUMBERS[int(size), int(signed)]
                    self.fields.append((name, int(offset), int(size), number))

    def record(self, t, data, at):
        record = {'t': t, 'event': self.name}
        for name, offset, size, number in self.fields:
            if number:
                record[name] = struct.unpack_from('<' + number, data, at + offset)[0]
            else:
                record[name] = data[at + offset:at + offset + size]
        return record


def page_events(page):
    """Time, and the place of the record, of each event in a page."""
    t, commit = struct.unpack_from('<QQ', page)
    if commit & MISSED:
        raise ValueError('the trace has a gap: its buffer was too small')
    at, end = 16, 16 + (commit & 0xfffff)
    while at < end:
        word, = struct.unpack_from('<I', page, at)
        kind, delta = word & 31, word >> 5
        at += 4
        if kind == PADDING and not delta:
            return
        following = struct.unpack_from('<I', page, at)[0] if kind in (0, PADDING, TIME_EXTEND, TIME_STAMP) else 0
        if kind == TIME_STAMP:
            t = (t & ~((1 << 59) - 1)) | following << 27 | delta
            at += 4
        elif kind == TIME_EXTEND:
            t += following << 27 | delta
            at += 4
        elif kind == PADDING:
            at += following
        elif kind == 0:
            t += delta
            yield t, at + 4
            at += following
        else:
            t += delta
            yield t, at
            at += kind * 4


def of_cpu(path, layouts):
    with open(path, 'rb') as file:
        while True:
            page = file.read(PAGE)
            if len(page) < PAGE:
                return
            for t, at in page_events(page):
                layout = layouts.get(struct.unpack_from('<H', page, at)[0])
                if layout:
                    yield layout.record(t, page, at)


def read(paths, formats):
    """The records of all CPUs, by time."""
    layouts = {layout.id: layout for layout in map(Format, formats)}
    heads = [[next(stream, None), stream] for stream in (of_cpu(path, layouts) for path in paths)]
    while True:
        heads = [head for head in heads if head[0]]
        if not heads:
            return
        first = min(heads, key=lambda head: head[0]['t'])
        yield first[0]
        first[0] = next(first[1], None)
