# SPDX-License-Identifier: GPL-2.0-only
# `sockledger top` in a real terminal.
# lab-kernels: !(6.1)
load lib
load words
load terminal

teardown() {
	terminal_close
	finish
}

# A listener, three connections that stay, one attempt that was refused
some_entries() {
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 50 accepts 3 pause
	wait_for 60 listens here 80
	spawn here endpoint connects 3 127.0.0.1 80 pause
	wait_for 60 ss_counts here 6 established
	run within here endpoint connect 127.0.0.1 81
	wait_for 60 says here 'length == 9 and (map(select(.state == "ESTABLISHED")) | length == 6)'
}

# top WIDTH HEIGHT [ARGUMENT…]: it has drawn when this returns
top() {
	local width=$1 height=$2
	shift 2
	terminal "$width" "$height" ip netns exec here sockledger top "$@"
	await '^ *ID.*STATE'
}

# column NAME: what the rows have in it, one a line; the one it is sorted by has a mark behind its name
column() {
	screen | awk -v name="$1" '
		!at && /^ *ID/ { for (i = 1; i <= NF; i++) if ($i == name || $i == name "▲" || $i == name "▼") at = i; next }
		NF > 2 && $1 ~ /^[0-9]+$/ { print $at }'
}

# ids_are ID…
ids_are() { [[ "$(column ID | xargs)" == "$*" ]]; }

# outcomes_are WORDS: one for each group
# What stands behind the comma is why.
outcomes_are() { [[ "$(column OUTCOME | tr -d , | uniq | xargs)" == "$1" ]]; }

# The ids as list has them, in an order that jq makes of the entries
ids() { tell here "$1 | map(.id) | join(\" \")" | tr -d '"'; }

# bar_on ID: is the bar on this entry?
bar_on() { screen -e | grep -E $'\e\\[(0;)?7m' | sed $'s/\e\\[[0-9;]*m//g' | grep -qE "^ *$1 "; }

# await_bar ID
await_bar() { wait_for 60 bar_on "$1" || { screen -e; return 1; }; }

@test "a key is heard though a look takes longer than the interval" {
	namespace here
	load_module
	within here datagram socket 4 udp connect 127.0.0.1 9 send 1 1 close again 10000
	stat_is here entries_history -ge 10000
	top 100 30 -d 0.1
	keys q
	await 'ended with 0'
}

@test "all entries are there, what changed last at the top, and the ledger's numbers" {
	some_entries
	top 100 30
	wait_for 60 ids_are "$(ids 'sort_by(-(.start_ns + (.state_ns // .end_ns // 0)), .id)')"
	await 'AGE▲'
	await "live $(stat_of here entries_live)/131072   history $(stat_of here entries_history)/65536   half-open 0   new "
	await '^showing 9   by AGE$'
	await '127\.0\.0\.1:80 .* established '
	await '^q quit  Enter story '
}

@test "it follows what happens, and says how fast" {
	some_entries
	top 100 30 -d 0.3
	await 'new 0\.0/s   failed 0\.0/s   lost 0'
	run within here endpoint connect 127.0.0.1 82
	await '127\.0\.0\.1:82 .* refused'
	# Its rate is for one look only, so do it until one is seen.
	try_again() { within here endpoint connect 127.0.0.1 82 2>/dev/null; shows 'new ([1-9]|0\.[1-9])[0-9.]*/s   failed ([1-9]|0\.[1-9])'; }
	wait_for 60 try_again
	await 'new 0\.0/s   failed 0\.0/s'
}

@test "keys sort by another column, and turn the order round" {
	some_entries
	top 100 30
	keys '>'
	await '^showing 9   by TOOK$'
	await 'TOOK▲'
	keys '<' '<'
	await 'by OUTCOME$'
	wait_for 60 outcomes_are "established refused -"
	keys r
	await 'by OUTCOME, reversed$'
	await 'OUTCOME▼'
	wait_for 60 outcomes_are "- refused established"
	keys r Left Left Left Left Left
	await 'by ID$'
	wait_for 60 ids_are "$(ids 'sort_by(.id)')"
	keys r
	wait_for 60 ids_are "$(ids 'sort_by(-.id)')"
	# Round and round
	keys Left
	await 'by PID/COMM'
}

@test "Enter tells the story of the entry in the bar, q leads back" {
	some_entries
	local id
	top 100 30
	keys '<' '<' '<' '<' '<' '<'
	await 'by ID$'
	id=$(tell here 'role("active") | map(select(.handshake.outcome == "established"))[0].id')
	await_bar 1
	keys Down
	await_bar 2
	[ "$id" -eq 2 ]
	keys Enter
	await "^entry +$id, active, ESTABLISHED for"
	await '├.* SYN seq=[0-9]+ .*▶│'
	# More than fits
	shows_not '^windows '
	keys End
	await '^windows '
	shows_not '^entry '
	keys PageUp PageUp PageUp
	await "^entry +$id,"
	keys Down Down
	await_not '^entry '
	keys Home
	await "^entry +$id,"
	keys Right
	await_not '^entry '
	keys Left
	await "^entry +$id,"
	keys q
	await 'by ID$'
	await_bar "$id"
	keys q
	await '^ended with 0$'
	[ ! -s "$BATS_TEST_TMPDIR/said" ]
}

first_is() { [[ $(column ID | head -n 1) == "$1" ]]; }

@test "of more entries than it keeps, another order shows those that come first in it" {
	namespace here
	load_module
	within here datagram socket 4 udp connect 127.0.0.1 9 send 1 1 close again 3000
	top 100 30 -d 600
	keys '<' '<' '<' '<' '<' '<'
	await '^showing 1000 of 3[0-9]+   by ID$'
	wait_for 60 first_is "$(tell here 'map(.id) | min')"
	keys r
	wait_for 60 first_is "$(tell here 'map(.id) | max')"
}

@test "an open story goes on, and its entry may go" {
	some_entries
	top 100 50 -d 0.3
	keys '<' '<' '<' '<' '<' '<'
	await 'by ID$'
	keys End
	await 'by ID$'
	run within here endpoint connect 127.0.0.1 83
	# It is the last only once it is there.
	await ' 127\.0\.0\.1:83 '
	keys End Enter
	await 'connect\(\) = ECONNREFUSED'
	within here sockledger flush
	await '^sockledger: there is no entry [0-9]+'
	await 'connect\(\) = ECONNREFUSED'
	keys Escape
	await '^showing [0-9]+ '
}

@test "40 columns are enough" {
	some_entries
	top 40 16
	await '^ *ID +STATE +REMOTE'
	await 'ESTABLISHED +127\.0\.0\.1:'
	await '^live [0-9]+/131072'
	await '^q quit  Enter story '
	[ "$(widest)" -le 40 ]
	[ "$(column ID | wc -l)" -ge 7 ]
	keys Enter
	await '^entry '
	keys Right Right Right Right Right
	await '│'
	keys q
	await '^ *ID +STATE'
	keys q
	await '^ended with 0$'
}

# await_foot ROW PATTERN: the foot is drawn last
foot_is() { [[ $(screen | grep -n "$2" | cut -d: -f1) == "$1" ]]; }
await_foot() { wait_for 60 foot_is "$@"; }

@test "another size is drawn at once" {
	some_entries
	top 100 30 -d 600
	await 'OUTCOME.*PID/COMM'
	resize 60 12
	await_not 'PID/COMM'
	await_foot 12 '^q quit'
	[ "$(widest)" -le 60 ]
	resize 132 40
	await 'PID/COMM'
	await_foot 40 '^q quit'
	keys Enter
	await '^entry '
	resize 90 20
	await_foot 20 '^q back'
	# So small that nothing useful fits, and back
	keys q
	resize 5 2
	sleep 1
	resize 100 30
	await '^showing 9 '
}

@test "only what lives, and a screen that stands still" {
	some_entries
	top 100 30 -d 0.3
	keys l
	await '^showing 7   by AGE   only live$'
	await_not refused
	keys p
	await 'screen paused$'
	run within here endpoint connect 127.0.0.1 84
	keys l
	sleep 2
	keys p
	await '127\.0\.0\.1:84 '
	await_not 'paused'
}

@test "a filter chooses, from the start or typed at /" {
	some_entries
	top 100 30 outcome refused
	await '^showing 2   by AGE   filter outcome refused$'
	await_not ESTABLISHED
	keys /
	await '^filter: outcome refused$'
	keys C-u
	keys -l 'state establishd'
	await '^filter: state establishd$'
	keys Enter
	await '^sockledger: .*establishd'
	keys BSpace
	keys -l 'ed and sport = :80'
	await '^filter: state established and sport = :80$'
	keys Enter
	await '^showing 3   by AGE   filter state established and sport = :80$'
	keys /
	keys C-u
	keys -l 'role idle'
	keys Escape
	await '^q quit'
	await 'filter state established and sport = :80$'
	keys l
	await 'only live   filter state'
	keys / C-u Enter
	await '^showing 7   by AGE   only live$'
	keys q
	await '^ended with 0$'
	run within here sockledger top outcome refusd
	[ "$status" -eq 2 ]
	[[ $output == *'refusd'* ]]
}

@test "states have colours, unless NO_COLOR is set" {
	some_entries
	top 100 30
	await_foot 30 '^q quit'
	screen -e | grep -qE $'\e\\[32m *ESTABLISHED'
	screen -e | grep -qE $'\e\\[31m *refused'
	keys q
	await '^ended with 0$'
	terminal_close
	NO_COLOR=1 top 100 30
	run grep -E $'\e\\[[0-9;]*3[0-7]' <(screen -e)
	[ "$output" = "" ]
	keys q
	await '^ended with 0$'
}

@test "it draws what has changed, and wipes nothing" {
	some_entries
	top 100 30 -d 0.3
	tmux pipe-pane "cat >$BATS_TEST_TMPDIR/written"
	run within here endpoint connect 127.0.0.1 85
	await '127\.0\.0\.1:85 '
	sleep 3
	tmux pipe-pane
	[ -s "$BATS_TEST_TMPDIR/written" ]
	# Neither the screen nor the rest of it is ever cleared.
	run grep -c -e $'\e\[2J' -e $'\e\[J' -e $'\e\[H\e\[J' "$BATS_TEST_TMPDIR/written"
	[ "$output" -eq 0 ]
}

@test "a module that goes and comes is told of" {
	some_entries
	top 100 30 -d 0.3
	# It has hold of the module while it looks at the entries.
	wait_for 60 unload_module
	await '^sockledger: the sockledger module is not loaded'
	load_module
	await '^q quit'
	await '^showing [0-9]+ '
	keys C-c
	await '^ended with 0$'
}

@test "what top cannot do it says in a sentence" {
	load_module
	run sockledger top </dev/null
	[ "$status" -eq 2 ]
	[ "$output" = 'sockledger: "top" needs a terminal to draw on and to get keys from' ]
	run sockledger --json top
	[ "$status" -eq 2 ]
	[[ $output == 'sockledger: "top" draws a screen, which cannot be JSON '* ]]
	local interval
	for interval in 0 0.05 x 1s '' -1 3601; do
		run sockledger top -d "$interval"
		echo "$interval: $output"
		[ "$status" -eq 2 ]
		[ "$output" = "sockledger: \"$interval\" is not the interval of \"top\", which is seconds from 0.1 to 3600" ]
	done
	terminal 80 24 env TERM=nonsense sockledger top
	await '^ended with 2$'
	[ "$(<"$BATS_TEST_TMPDIR/said")" = 'sockledger: "top" cannot draw on a terminal of type "nonsense"' ]
}
