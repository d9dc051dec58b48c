# SPDX-License-Identifier: GPL-2.0-only
# Limits and history changed while the module is in use: `sockledger set` and `sockledger flush`.
# shellcheck disable=SC2154 # the list of what was spawned comes from lib
load lib
load words

# 40 connections that are over and 3 that are not, in a namespace; $history counts what is left of the former
used_ledger() {
	namespace here
	load_module max_history=1000
	# shellcheck disable=SC2046 # one word each
	spawn here endpoint bind 127.0.0.1 80 listen 50 $(yes 'accept close' | head -n 40) accepts 23 pause
	wait_for 60 listens here 80
	# shellcheck disable=SC2046 # likewise
	within here endpoint $(yes 'connect 127.0.0.1 80 eof reset' | head -n 40)
	spawn here endpoint connects 3 127.0.0.1 80 pause
	wait_for 60 says here '(map(select(.live)) | length == 7) and (role("listener") | only | .ledger.accepted == 43) and
		(role("active") | map(select(.live)) | all(any(.events[]; .what == "connect-return")))'
	wait_for 60 stat_is here entries_live -eq 7
	history=$(stat_of here entries_history)
	[ "$history" -ge 60 ]
}

@test "set without a name shows the settings" {
	namespace here
	load_module max_live=5000 max_history=4000 max_half_open=3000 max_events=128 max_failed_calls=64
	holds "$(within here sockledger set --json)" <<-'EOF'
		.max_live == 5000 and .max_history == 4000 and .max_half_open == 3000
		.max_events == 128 and .max_failed_calls == 64 and .datagrams == true
		.events[0] == "state" and (.events | contains(["SYN", "connect-return", "begun", "ended"]))
	EOF
	within here sockledger set | grep -E '^max_history +4000$'
	within here sockledger set | grep -E '^events +state, .*, ended, held-up$'
	within here sockledger set | grep -E '^datagrams +on$'
}

@test "a lower limit of history pushes out the oldest, and counts them" {
	used_ledger
	within here sockledger set max_history 20
	stat_is here limit_history -eq 20
	stat_is here entries_history -eq 20
	stat_is here history_evicted -eq $((history - 20))
	# The newest are kept, in order, and all that live.
	entries here <<-'EOF'
		map(select(.live)) | length == 7
		map(select(.live | not)) | length == 20
		(map(select(.live | not)) | map(.id)) == (map(select(.id > 20 and (.live | not)) | .id) | sort)[-20:]
	EOF
	# One more goes, one more comes.
	run within here curl -s http://127.0.0.1:81/
	wait_for 60 stat_is here history_evicted -gt $((history - 20))
	stat_is here entries_history -eq 20
	# Other namespaces keep theirs.
	[ "$(sockledger set --json | jq .max_history)" -eq 1000 ]
	[ "$(cat /sys/module/sockledger/parameters/max_history)" -eq 1000 ]
}

@test "a lower limit of live entries loses none, and lets in no more" {
	used_ledger
	spawn here endpoint connects 20 127.0.0.1 80 pause
	wait_for 60 says here 'map(select(.live)) | length == 47'
	local live
	live=$(tell here 'map(select(.live)) | length')
	within here sockledger set max_live 16
	entries here <<<"map(select(.live)) | length == $live"
	run within here endpoint bind 127.0.0.1 9 close
	entries here <<<"map(select(.live)) | length == $live"
	stat_is here lost_idle_full -ge 1
	within here sockledger set max_live 100
	spawn here endpoint bind 127.0.0.1 9 listen 1 pause
	wait_for 60 listens here 9
	entries here <<<"map(select(.live)) | length == $((live + 1))"
}

@test "a datagram socket that found no room has an entry once it reads, where there is room by then" {
	local dir=$BATS_TEST_TMPDIR
	namespace here
	load_module
	within here sockledger set max_live 16
	# shellcheck disable=SC2046 # one word each
	spawn here endpoint $(yes 'socket 4 tcp' | head -n 16) pause
	wait_for 60 stat_is here entries_live -eq 16
	spawn here datagram socket 4 udp bind 127.0.0.1 53 touch "$dir/up" recv 1 touch "$dir/first" recv 1 touch "$dir/second" pause
	wait_for 60 test -e "$dir/up"
	stat_is here lost_idle_full -eq 2
	within here datagram socket 4 udp to 127.0.0.1 53 send 1 5
	wait_for 60 test -e "$dir/first"
	entries here <<<'length == 16 and all(.role == "idle")'
	within here sockledger set max_live 100
	within here datagram socket 4 udp to 127.0.0.1 53 send 1 5
	wait_for 60 test -e "$dir/second"
	entries here <<<'map(select(.local.port == 53)) | only | calls == "recv" and .pre_existing and .datagrams.taken == 1'
}

@test "a connection in the middle that finds no room is history at once, and counted" {
	topology_up
	load_module
	within router sockledger set max_live 16
	spawn server endpoint bind :: 80 listen 20 accepts 17 pause
	wait_for 60 listens server 80
	spawn client endpoint connects 17 10.0.2.2 80 pause
	wait_for 60 ss_counts server 17 established
	entries router <<-'EOF'
		length == 17 and all(result == "forwarded established none")
		map(select(.live)) | length == 16
		last | .live | not
	EOF
	stat_is router lost_live_full -eq 1
	stat_is router entries_history -eq 1
}

@test "flush forgets what has ended, and nothing else" {
	used_ledger
	local live
	live=$(tell here 'map(select(.live) | .id)')
	stat_is here entries_half_open_past -eq 0
	[ "$(within here sockledger flush)" = "$history entries forgotten" ]
	[ "$(tell here 'map(.id)')" = "$live" ]
	stat_is here entries_flushed -eq "$history"
	# What happened to these has happened all the same.
	proc here events | awk -v live="${live//[][]/}" '
		NR == 1 { n = split(live, ids, ","); for (i = 1; i <= n; i++) lives[ids[i]] }
		NR > 1 && ($3 in lives) != ($4 $5 $6 != "---") { print; bad = 1 } NR > 1 && !($3 in lives) { gone++ } END { exit bad || !gone }'
	stat_is here entries_history -eq 0
	[ "$(within here sockledger flush --json)" = '{"entries":0}' ]
	# The connections go on, and become history as ever.
	kill "${spawned[1]}"
	wait_for 60 says here 'map(select(.role == "active" and .state == "FIN_WAIT2")) | length == 3'
}

@test "flush with a filter forgets what it takes, of what has ended" {
	used_ledger
	local before
	before=$(ledger here)
	within here datagram socket 4 udp to 127.0.0.1 53 send 1 1
	[ "$(within here sockledger flush -u)" = "1 entry forgotten" ]
	[ "$(ledger here)" = "$before" ]
	# Of the connection that is held it has nothing to forget.
	[ "$(within here sockledger flush role active or id 1 --json)" = '{"entries":40}' ]
	[ "$(tell here 'map(.id)')" = "$(jq -c 'map(select(.live or .role != "active") | .id)' <<<"$before")" ]
	stat_is here entries_flushed -eq 41
	stat_is here entries_history -eq $((history - 40))
	run within here sockledger flush role active
	[ "$status" -eq 1 ]
	[ "$output" = "0 entries forgotten" ]
}

@test "limits change, and history is flushed, under traffic" {
	namespace here
	local round
	load_module
	spawn here storm serve 80
	wait_for 60 listens here 80
	# It leaves the processor to who tests.
	spawn here bash -c 'renice -n 10 -p $$; exec storm connect 127.0.0.1 80 5 1000000 200'
	wait_for 60 stat_is here entries_opened -gt 200
	for ((round = 0; round < 5 * ${SOAK:-1}; round++)); do
		within here sockledger set max_history 16
		within here sockledger set max_half_open 16
		# By its own filter: what is live is much, and nothing to the point.
		[ "$(within here sockledger list --json not live | jq length)" -le 40 ]
		within here sockledger flush
		within here sockledger set max_history 60000
		within here sockledger set max_live 100000
	done
	echo "# $round times" >&3
	stat_is here lost_index -eq 0
}

@test "datagrams are counted while a namespace wants it" {
	local dir=$BATS_TEST_TMPDIR sent=0 switch
	namespace here
	load_module datagrams=0
	within here sockledger set | grep -E '^datagrams +off$'
	within here sockledger set | grep -E '^max_failed_calls +256$'
	spawn here datagram socket 4 udp bind 127.0.0.1 53 touch "$dir/up" pause
	wait_for 60 test -e "$dir/up"
	for switch in off on off on; do
		within here sockledger set datagrams $switch
		within here datagram socket 4 udp to 127.0.0.1 53 send 3 10
		[ $switch = off ] || sent=$((sent + 3))
		holds "$(within here sockledger list --json)" <<<"map(select(.local.port == 53))[0] | (.datagrams.received // 0) == $sent"
	done
	[ "$(sockledger set --json | jq .datagrams)" = false ]
}

@test "what cannot be set is refused with a sentence" {
	namespace here
	load_module
	local arguments sentence
	while IFS='|' read -r arguments sentence; do
		echo "set $arguments"
		# shellcheck disable=SC2086 # words
		run within here sockledger set $arguments
		[ "$status" -eq 2 ]
		[ "$output" = "sockledger: $sentence" ]
	done <<-'EOF'
		max_live|"set" needs a value for "max_live"
		max_life 100|there is no setting "max_life" (did you mean "max_live"?)
		colour red|there is no setting "colour" ("sockledger set" lists all)
		max_live 15|the kernel refused: integer out of range, it must be from 16 to 4194304 (Numerical result out of range)
		max_history 4194305|the kernel refused: integer out of range, it must be from 16 to 4194304 (Numerical result out of range)
		max_half_open 1048577|the kernel refused: integer out of range, it must be from 16 to 1048576 (Numerical result out of range)
		max_live many|"many" is not a limit, which is a number
		max_live 4294967296|"4294967296" is too big for a limit
		max_events 128|"max_events" is set when the module is loaded, and stays
		max_failed_calls 128|"max_failed_calls" is set when the module is loaded, and stays
		events SYN,SIN|there is no event "SIN" ("man sockledger" lists them)
		events SYN,|there is no event "" ("man sockledger" lists them)
		datagrams 1|"1" is neither "on" nor "off"
		max_live 1 2|"2" is one argument too many for "set"
	EOF
}

@test "root of a user namespace counts no datagrams where the parameter says not to" {
	load_module datagrams=0
	run su -s /bin/sh nobody -c 'unshare -r -n sockledger set datagrams on'
	echo "$output"
	[ "$status" -eq 2 ]
	[[ $output == *"takes CAP_NET_ADMIN in the initial user namespace"* ]]
	unload_module
	load_module
	su -s /bin/sh nobody -c 'unshare -r -n sh -c "sockledger set datagrams off && sockledger set datagrams on"'
}

@test "root of a user namespace lowers limits, and raises them no further than the parameters" {
	load_module max_live=1000
	# shellcheck disable=SC2016 # for the inner shell
	run su -s /bin/sh nobody -c 'unshare -r -n sh -c "
		sockledger set max_live 500 && sockledger set max_live 1000 && sockledger flush && sockledger set max_live 1001"'
	echo "$output"
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = "0 entries forgotten" ]
	[[ ${lines[1]} == *"a limit above the module's parameter takes CAP_NET_ADMIN in the initial user namespace"* ]]
}
