# SPDX-License-Identifier: GPL-2.0-only
# The kernel's own tools/net/ynl/cli.py drives every operation, and says what the reader says.
# lab-kernels: !(6.1)
# shellcheck disable=SC2154 # words come from there
load lib
load words
load ynl

# same KIND NETNS CLI-ARGUMENTS… -- READER-ARGUMENTS…
same() {
	local kind=$1 name=$2 asked=()
	shift 2
	while [[ $1 != -- ]]; do
		asked+=("$1")
		shift
	done
	shift
	echo "${asked[*]}: $*"
	ynl "$name" "${asked[@]}" >"$BATS_TEST_TMPDIR/cli"
	within "$name" sockledger "$@" >"$BATS_TEST_TMPDIR/reader"
	python3 -E -s -S /sockledger/scenarios/ynl.py "$kind" "$BATS_TEST_TMPDIR/cli" "$BATS_TEST_TMPDIR/reader"
}

@test "cli.py gets, dumps, sets and flushes" {
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 50 accepts 5 pause
	wait_for 60 listens here 80
	spawn here endpoint connects 3 127.0.0.1 80 connects 1 ::1 80 connect ::1 80 shutdown wr pause
	spawn here datagram socket 6 udp bind :: 53 join ff02::fb join ff02::1:3 touch "$BATS_TEST_TMPDIR/up" recv 2 pause
	wait_for 60 test -e "$BATS_TEST_TMPDIR/up"
	spawn here datagram socket 4 udp to 127.0.0.1 53 send 2 10 pause
	run within here endpoint bind 127.0.0.1 80
	run within here curl -s http://127.0.0.1:81/
	wait_for 60 says here 'any(.datagrams.taken == 2) and any(.handshake.outcome == "refused") and any(.state == "FIN_WAIT2")'
	same entries here --dump entry-get -- list --json
	same entries here --dump entry-get --json '{"filter": {"roles": ["listener"]}}' -- listeners --json
	same calls here --dump call-get -- calls --json
	same config here --do config-get -- set --json
	ynl here --do entry-get --json '{"id": 1}' >"$BATS_TEST_TMPDIR/one"
	[ "$(jq .id "$BATS_TEST_TMPDIR/one")" -eq 1 ]
	# Of the counters, some count what the two of them do.
	diff <(ynl here --do stats-get | jq -r '.counter[].name' | sort) <(within here sockledger stats --json | jq -r 'keys[]' | sort)
	[ "$(ynl here --do stats-get | jq '.counter[] | select(.name == "entries_opened") | .value')" -eq \
		"$(stat_of here entries_opened)" ]
	ynl here --do config-set --json '{"max-history": 100, "events": ["begun", "ended"]}'
	same config here --do config-get -- set --json
	[ "$(within here sockledger set --json | jq -c '[.max_history, .events]')" = '[100,["begun","ended"]]' ]
	local ended
	# An entry that lives, and one that has ended
	[ "$(ynl here --do flush --json '{"id": 1}' | jq .entries)" -eq 0 ]
	ended=$(tell here 'map(select(.live | not)) | .[0].id')
	[ "$(ynl here --do flush --json "{\"id\": $ended}" | jq .entries)" -eq 1 ]
	says here "all(.id != $ended) and any(.id == 1)"
	ended=$(($(stat_of here entries_history) + $(stat_of here entries_half_open_past)))
	[ "$ended" -gt 0 ]
	[ "$(ynl here --do flush | jq .entries)" -eq "$ended" ]
	same entries here --dump entry-get -- list --json
	run ynl here --do entry-get --json '{"id": 4711}'
	[ "$status" -eq 1 ]
	[[ $output == *"no entry has this id"* ]]
}

@test "cli.py gets as much of each entry as it asks for" {
	namespace here
	load_module
	spawn here endpoint bind 127.0.0.1 80 listen 50 accepts 3 pause
	wait_for 60 listens here 80
	spawn here endpoint connects 3 127.0.0.1 80 pause
	spawn here datagram socket 4 udp bind 127.0.0.1 53 pause
	wait_for 60 says here 'any(.role == "datagram" and .local) and
		(map(select(.acceptor or any(.events[]; .what == "connect-return"))) | length == 6)'
	local detail
	for detail in row facts story; do
		ynl here --dump entry-get --json "{\"detail\": \"$detail\"}" >"$BATS_TEST_TMPDIR/$detail"
	done
	holds() { jq -es "$1" "$BATS_TEST_TMPDIR"/{row,facts,story}; }
	holds '.[2] | length > 7 and all(has("event")) and any(has("ledger")) and any(has("totals"))'
	holds '.[1:] | transpose | all(.[0] == (.[1] | del(.event, .transition)))'
	# What is in a row is in what was merged with it, as it was.
	holds '.[:2] | transpose | all(.[1] * .[0] == .[1])'
	holds '[.[0][] | keys[]] - ["id", "family", "proto", "role", "state", "live", "local-addr", "local-port",
		"remote-addr", "remote-port", "scope", "port-chosen", "start-ns", "end-ns", "state-ns", "listener-id",
		"opener", "acceptor", "holder", "handshake", "totals"] == []'
	holds '[.[0][].totals // empty | keys[]] | unique == ["retrans", "srtt-us"]'
	holds '[.[0][].handshake // empty | keys[]] | unique ==
		["ack-ns", "outcome", "reason", "syn-count", "syn-ns", "synack-count"]'
	holds '[.[0][].opener // empty | keys[]] - ["pid", "local-pid", "comm", "cgroup"] == []'
}

@test "cli.py gets the same events as sockledger watch" {
	namespace here
	load_module
	ip netns exec here sockledger watch --json >"$BATS_TEST_TMPDIR/reader" </dev/null 3>&- &
	local watcher=$!
	spawned+=("$watcher")
	# It takes a while to start, then sleeps for so long, and then takes what has come: as much as a socket has room for.
	spawn here sh -c "while :; do curl -s http://127.0.0.1:81/; sleep $(awk "BEGIN { print ${PATIENCE:-1} / 5 }"); done"
	ynl here --subscribe events --sleep $((3 * ${PATIENCE:-1})) >"$BATS_TEST_TMPDIR/cli"
	kill "${spawned[-1]}"
	kill -TERM "$watcher"
	wait "$watcher"
	python3 -E -s -S /sockledger/scenarios/ynl.py events "$BATS_TEST_TMPDIR/cli" "$BATS_TEST_TMPDIR/reader"
}
