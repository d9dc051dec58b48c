#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Has the emulator tell every instruction that a guest executes between two words of it, and adds them up by function:

    lab/vm -x SOCKETS -o RESULTS … | trace.py SOCKETS RESULTS

The guest prints "trace: ready", waits for a line on its third serial port, and prints "trace: over" and waits again.
Which function an address belongs to is in /proc/kallsyms, which it leaves in RESULTS. RESULTS/folded gets a line for
each chain of calls, as flame graphs are made of.
"""
import array
import bisect
import collections
import os
import socket
import sys
import threading

KERNEL = 1 << 63
# What takes less than this part of the whole is not shown.
SMALL = 0.004
MODULE = '[sockledger]'


class Monitor:
    """The emulator's monitor, for people: commands and a prompt."""

    PROMPT = b'(qemu) '

    def __init__(self, path):
        self.line = socket.socket(socket.AF_UNIX)
        self.line.connect(path)
        self.wait()

    def wait(self):
        said = b''
        while not said.endswith(self.PROMPT):
            more = self.line.recv(4096)
            if not more:
                sys.exit('trace: the emulator has ended')
            said += more

    def do(self, command):
        self.line.send(command.encode() + b'\n')
        self.wait()


class Recorder(threading.Thread):
    """Keeps the addresses out of the emulator's log, a line for each instruction, in order."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path = path
        self.addresses = array.array('Q')

    def run(self):
        with open(self.path, errors='replace') as log:
            for line in log:
                # Trace 0: 0x7f7bc9b43680 [0000000000000000/ffffffff81e015f0/18c0c2b0/ff020201]
                if line.startswith('Trace'):
                    self.addresses.append(int(line.split('/', 2)[1], 16))


def record(sockets):
    """Hands on what the guest says, and records what it does between its two words."""
    log = os.path.join(sockets, 'log')
    os.mkfifo(log)
    recorder = Recorder(log)
    monitor = serial = None
    for line in sys.stdin:
        if line == 'trace: ready\n':
            recorder.start()
            monitor = Monitor(os.path.join(sockets, 'monitor'))
            serial = socket.socket(socket.AF_UNIX)
            serial.connect(os.path.join(sockets, 'serial'))
            for command in 'logfile ' + log, 'singlestep on', 'log exec,nochain':
                monitor.do(command)
            serial.send(b'go\n')
        elif line == 'trace: over\n':
            for command in 'log none', 'logfile /dev/null', 'singlestep off':
                monitor.do(command)
            serial.send(b'go\n')
        else:
            print(line, end='', flush=True)
    if not serial:
        sys.exit('trace: there was nothing to record')
    recorder.join()
    return recorder.addresses


class Symbols:
    """Names of functions by address, with that of their module."""

    def __init__(self, path):
        named = {}
        with open(path) as file:
            for line in file:
                address, kind, *name = line.split()
                if kind in 'tTwW':
                    named.setdefault(int(address, 16), ''.join(name))
        self.starts = sorted(named)
        self.names = [named[start] for start in self.starts]
        self.known = {}

    def at(self, address):
        """The function, and whether it begins there."""
        if address not in self.known:
            if address < KERNEL:
                self.known[address] = 'user', False
            else:
                i = bisect.bisect_right(self.starts, address) - 1
                self.known[address] = self.names[i], self.starts[i] == address
        return self.known[address]


def add_up(addresses, symbols):
    """Instructions, and calls, by chain of functions. Whoever is at a function's first address was called, or jumped
    there to return for its caller; whoever is in the middle of one below it has returned to that."""
    spent, calls = collections.Counter(), collections.Counter()
    chain = ('user',)
    for address in addresses:
        name, begins = symbols.at(address)
        if name == 'user':
            chain = ('user',)
        elif begins:
            chain += (name,)
            calls[chain] += 1
        elif chain[-1] != name:
            below = len(chain) - 1
            while below and chain[below] != name:
                below -= 1
            chain = chain[:below + 1] if below else chain + (name,)
        spent[chain] += 1
    return spent, calls


def from_module(counts):
    """The same of what the module does, and what is done for it, each chain from the module on."""
    ours = collections.Counter()
    for chain, count in counts.items():
        first = next((i for i, name in enumerate(chain) if name.endswith(MODULE)), None)
        if first is not None:
            ours[chain[first:]] += count
    return ours


def show_tree(spent, calls, least):
    """Each function below its caller, with all that it takes."""
    total = collections.Counter()
    for chain, count in spent.items():
        for depth in range(1, len(chain) + 1):
            total[chain[:depth]] += count
    below = collections.defaultdict(list)
    for chain in total:
        below[chain[:-1]].append(chain)

    def show(chains):
        for chain in sorted(chains, key=lambda chain: -total[chain]):
            if total[chain] >= least:
                print(f'{total[chain]:12,} {calls[chain]:8,}  {"  " * (len(chain) - 1)}{chain[-1]}')
                show(below[chain])

    show(below[()])


def show_functions(spent, calls, least):
    """Each function with what it takes itself, whoever called it."""
    own, called = collections.Counter(), collections.Counter()
    for chain, count in spent.items():
        own[chain[-1]] += count
    for chain, count in calls.items():
        called[chain[-1]] += count
    for name, count in own.most_common():
        if count >= least:
            print(f'{count:12,} {called[name]:8,}  {name}')


def main():
    sockets, results = sys.argv[1:]
    addresses = record(sockets)
    spent, calls = add_up(addresses, Symbols(os.path.join(results, 'kallsyms')))
    with open(os.path.join(results, 'folded'), 'w') as file:
        for chain, count in sorted(spent.items()):
            print(';'.join(chain), count, file=file)
    ours = from_module(spent)
    least = SMALL * sum(ours.values())
    print(f'\n{len(addresses):,} instructions, {sum(ours.values()):,} of them the module\'s, or for it\n')
    print('instructions    calls  function and what it calls')
    show_tree(ours, from_module(calls), least)
    print('\ninstructions    calls  function itself')
    show_functions(ours, from_module(calls), least)


main()
