#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Holds what the kernel's cli.py says against the reader's JSON: ynl.py KIND CLI-FILE READER-FILE

KIND is entries, calls, config or events. What the one says with the spec's
names and numbers is put into the other's words, so every field has to agree.
Prints the differences; exit status 1 when there is any.
"""

import errno
import json
import sys

FAMILIES = {2: "inet", 10: "inet6"}
PROTOS = {6: "tcp", 17: "udp"}
SHUT = ["SHUT_RD", "SHUT_WR", "SHUT_RDWR"]
SEGMENTS = {"syn": "SYN", "synack": "SYN+ACK", "ack": "ACK", "fin": "FIN", "rst": "RST"}
STATES = ("state", "from", "to")
BOOLEANS = ("sack", "timestamps", "ecn", "mptcp", "mptcp_join", "fastopen", "cookie")
PLURALS = {"transition": "transitions", "event": "events", "holder": "holders"}


def value(name, raw):
    """One attribute's value in the reader's words."""
    if isinstance(raw, dict):
        return record(raw)
    if name == "family":
        return FAMILIES[raw]
    if name == "proto":
        return PROTOS[raw]
    if name == "error":
        return errno.errorcode[raw]
    if name == "how":
        return SHUT[raw]
    if name == "comm":
        return bytes.fromhex(raw).split(b"\0")[0].decode()
    if name in STATES:
        return raw.upper().replace("-", "_")
    if name == "what":
        return SEGMENTS.get(raw, raw)
    return raw


def endpoint(result, name, addr, port):
    """An address and a port become one object."""
    end = {}
    if addr in result:
        end["addr"] = result.pop(addr)
    if port in result:
        end["port"] = result.pop(port)
    if end:
        result[name] = end


def record(raw):
    """One set of attributes in the reader's words."""
    result = {}
    for key, item in raw.items():
        name = key.replace("-", "_")
        if name in PLURALS:
            result[PLURALS[name]] = [record(one) for one in item]
        else:
            result[name] = value(name, item)
    for name in BOOLEANS:
        if name in result and "phase" in result:
            result[name] = bool(result[name])
    for what in ("mss", "wscale"):
        both = {end: result.pop(f"{end}_{what}") for end in ("client", "server")
                if f"{end}_{what}" in result}
        if both:
            result[what] = both
    endpoint(result, "local", "local_addr", "local_port")
    endpoint(result, "remote", "remote_addr", "remote_port")
    return result


def entry(raw):
    result = record(raw)
    for name in ("live", "pre_existing", "port_chosen"):
        result[name] = name in result
    for name in PLURALS.values():
        result.setdefault(name, [])
    if "datagrams" in result:
        datagrams = result["datagrams"]
        datagrams["peers_estimated"] = "peers_estimated" in datagrams
        endpoint(datagrams, "last_peer", "peer_addr", "peer_port")
        datagrams["group"] = [record(one) for one in result.pop("group", [])]
    if "cookie" in result:
        result["sock_cookie"] = result.pop("cookie")
    return result


def call(raw):
    result = record(raw)
    endpoint(result, "asked", "addr", "port")
    return result


def notices(message):
    """Each with what its message says of its entry."""
    about = {raw["id"]: {name: raw[name] for name in raw if name != "id"} for raw in message.get("entry", [])}
    return [record(about.get(raw["entry-id"], {}) | raw) for raw in message["notice"]]


def words(events):
    return sorted(SEGMENTS.get(event, event) for event in events)


def load(kind, cli, reader):
    """Both as lists of records."""
    with open(cli, encoding="utf-8") as file:
        ours = json.load(file)
    with open(reader, encoding="utf-8") as file:
        theirs = [json.loads(line) for line in file] if kind == "events" else json.load(file)
    if kind == "entries":
        ours = [entry(raw) for raw in ours]
        for one in ours + theirs:  # counts from now
            one.pop("expires_ns", None)
    elif kind == "calls":
        ours = [call(raw) for raw in ours]
    elif kind == "config":
        ours["events"] = words(ours["events"])
        theirs["events"] = sorted(theirs["events"])
        ours, theirs = [record(ours)], [theirs]
    else:
        ours = [notice for message in ours for notice in notices(message["msg"])]
        numbers = {one["number"] for one in ours}
        theirs = [one for one in theirs if one["number"] in numbers]
    return ours, theirs


def main(kind, cli, reader):
    ours, theirs = load(kind, cli, reader)
    wrong = 0
    if len(ours) != len(theirs) or not ours:
        print(f"{len(ours)} from cli.py, {len(theirs)} from the reader")
        wrong += 1
    for one, other in zip(ours, theirs):
        for name in sorted(one.keys() | other.keys()):
            if one.get(name) != other.get(name):
                print(f"{name}: {one.get(name)} from cli.py, {other.get(name)} from the reader")
                wrong += 1
    print(f"{len(ours)} compared, {wrong} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
