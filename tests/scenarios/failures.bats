# SPDX-License-Identifier: GPL-2.0-only
# Failed calls are history: what was asked, by whom, with which error, and who holds the port.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

@test "a second server, a port for root alone, an address that is elsewhere: three lines" {
	namespace here
	load_module
	serve_http here 80
	local holder
	holder=$(tell here 'role("listener") | map(select(.family == "inet")) | only | .id')
	run within here nc.openbsd -n -l 127.0.0.1 80
	[[ $output == *"Address already in use"* ]]
	run within here su -s /bin/sh nobody -c 'nc.openbsd -n -l 127.0.0.1 443'
	[[ $output == *"Permission denied"* ]]
	run within here nc.openbsd -n -l 10.99.0.1 80
	[[ $output == *"Cannot assign requested address"* ]]
	holds "$(failures here)" <<-EOT
		map(failure) == ["bind EADDRINUSE 127.0.0.1 80", "bind EACCES 127.0.0.1 443", "bind EADDRNOTAVAIL 10.99.0.1 80"]
		map(.caller | "\(.comm) \(.uid)") == ["nc.openbsd 0", "nc.openbsd 65534", "nc.openbsd 0"]
		map(.seq) == [1, 2, 3] and (map(.time_ns) | rising) and all(.time_ns > 1.7e18)
		.[0].holder_id == $holder
		.[1:] | any(has("holder_id")) | not
	EOT
	[ "$(proc here calls | wc -l)" -eq 4 ]
	proc here calls | awk -v holder="$holder" 'NR == 2 { exit !($4 == "bind" && $5 == "EADDRINUSE" && $6 == "127.0.0.1:80" &&
		$8 == "nc.openbsd" && $9 == 0 && $10 == holder) }'
	proc here calls | awk 'NR == 3 { exit !($5 == "EACCES" && $9 == 65534 && $10 == "-") }'
	[ "$(within here sockledger calls | wc -l)" -eq 4 ]
	# Each names the entry of the socket that failed.
	# shellcheck disable=SC2016 # jq's variables
	holds "$(jq -n --argjson calls "$(failures here)" --argjson entries "$(ledger here)" '{$calls, $entries}')" <<-'EOT'
		.entries as $all | .calls | map(.entry_id as $id | $all[] | select(.id == $id)) | length == 3 and all(calls | startswith("socket bind=E"))
	EOT
}

# The table: who holds it, in words of endpoint; what is then asked for
@test "a taken port names who holds it, over TCP and UDP, IPv4 and IPv6" {
	namespace here
	load_module
	local port=1000 holder asker
	while IFS='|' read -r holder asker; do
		port=$((port + 1))
		echo "$port: $holder | $asker"
		# shellcheck disable=SC2086 # words
		spawn here endpoint ${holder/PORT/$port} touch "$BATS_TEST_TMPDIR/$port" pause
		wait_for 60 test -e "$BATS_TEST_TMPDIR/$port"
		# shellcheck disable=SC2086 # words
		within here endpoint ${asker/PORT/$port}
		tell here "map(select(.live and .local.port == $port)) | only | .id" >>"$BATS_TEST_TMPDIR/holders"
	done <<-'EOT'
		bind 127.0.0.1 PORT listen 5|socket 4 tcp fails EADDRINUSE bind 127.0.0.1 PORT
		bind ::1 PORT listen 5|socket 6 tcp fails EADDRINUSE bind ::1 PORT
		bind :: PORT listen 5|socket 4 tcp fails EADDRINUSE bind 127.0.0.1 PORT
		bind 127.0.0.1 PORT listen 5|socket 6 tcp fails EADDRINUSE bind :: PORT
		bind 0.0.0.0 PORT listen 5|socket 4 tcp option reuseaddr fails EADDRINUSE bind 127.0.0.1 PORT
		socket 4 tcp bind 127.0.0.1 PORT|socket 4 tcp fails EADDRINUSE bind 0.0.0.0 PORT
		socket 6 tcp bind ::1 PORT|socket 6 tcp fails EADDRINUSE bind ::1 PORT
		socket 4 tcp option reuseport bind 127.0.0.1 PORT listen 5|socket 4 tcp fails EADDRINUSE bind 127.0.0.1 PORT
		socket 4 udp bind 127.0.0.1 PORT|socket 4 udp fails EADDRINUSE bind 127.0.0.1 PORT
		socket 6 udp bind ::1 PORT|socket 6 udp fails EADDRINUSE bind ::1 PORT
		socket 6 udp bind :: PORT|socket 4 udp fails EADDRINUSE bind 0.0.0.0 PORT
		socket 4 udp bind 0.0.0.0 PORT|socket 6 udp fails EADDRINUSE bind :: PORT
	EOT
	diff "$BATS_TEST_TMPDIR/holders" <(failures here | jq '.[].holder_id')
	failed here 'length == 12 and all(.what == "bind" and .error == "EADDRINUSE")'
}

@test "of several on the port, the one that is in the way is named" {
	namespace here
	ip -n here address add 127.0.0.2/8 dev lo
	load_module
	spawn here endpoint bind 127.0.0.2 80 listen 5 pause
	spawn here endpoint bind ::1 80 listen 5 pause
	spawn here endpoint bind 127.0.0.1 80 listen 5 pause
	wait_for 60 says here 'role("listener") | length == 3'
	within here endpoint socket 4 tcp fails EADDRINUSE bind 127.0.0.1 80
	within here endpoint socket 6 tcp fails EADDRINUSE bind ::1 80
	within here endpoint socket 4 tcp fails EADDRINUSE bind 127.0.0.2 80
	# shellcheck disable=SC2016 # jq's variables
	holds "$(jq -n --argjson calls "$(failures here)" --argjson entries "$(ledger here)" '{$calls, $entries}')" <<-'EOT'
		.entries as $all | .calls | map(.holder_id as $id | $all[] | select(.id == $id) | .local.addr) == ["127.0.0.1", "::1", "127.0.0.2"]
	EOT
}

@test "a port is held by what a server left: a connection, and its TIME_WAIT" {
	namespace here
	load_module
	# The listener is gone, the connection is not.
	spawn here endpoint bind 127.0.0.1 81 listen 5 accept unlisten touch "$BATS_TEST_TMPDIR/81" await "$BATS_TEST_TMPDIR/close" close pause
	wait_for 60 listens here 81
	spawn here endpoint connect 127.0.0.1 81 eof close touch "$BATS_TEST_TMPDIR/closed"
	wait_for 60 test -e "$BATS_TEST_TMPDIR/81"
	within here endpoint socket 4 tcp fails EADDRINUSE bind 127.0.0.1 81
	touch "$BATS_TEST_TMPDIR/close"
	wait_for 60 says here 'role("passive") | only | .state == "TIME_WAIT"'
	within here endpoint socket 4 tcp fails EADDRINUSE bind 0.0.0.0 81
	# With SO_REUSEADDR that would be no reason.
	within here endpoint socket 4 tcp option reuseaddr bind 0.0.0.0 81
	# The same over IPv6
	spawn here endpoint bind ::1 82 listen 5 accept unlisten close touch "$BATS_TEST_TMPDIR/82" pause
	wait_for 60 listens here 82
	within here endpoint connect ::1 82 eof close
	wait_for 60 says here 'on(82) | role("passive") | only | .state == "TIME_WAIT"'
	within here endpoint socket 6 tcp fails EADDRINUSE bind :: 82
	local child4 child6
	child4=$(tell here 'on(81) | role("passive") | only | .id')
	child6=$(tell here 'on(82) | role("passive") | only | .id')
	holds "$(failures here)" <<<"map(.holder_id) == [$child4, $child4, $child6]"
}

@test "a second listen() on the port" {
	namespace here
	load_module
	spawn here endpoint bind 127.0.0.1 80 await "$BATS_TEST_TMPDIR/listen" listen 5 pause
	wait_for 60 says here 'only | calls == "socket bind"'
	# To accept() from what does not listen is no failure of a listener's.
	spawn here endpoint bind 127.0.0.1 80 await "$BATS_TEST_TMPDIR/again" fails EADDRINUSE listen 5 full fails EMFILE accept
	local second=$!
	wait_for 60 says here 'length == 2 and all(calls == "socket bind")'
	touch "$BATS_TEST_TMPDIR/listen"
	wait_for 60 listens here 80
	touch "$BATS_TEST_TMPDIR/again"
	wait $second
	stat_is here probe___sys_accept4_hits -eq 1
	entries here <<-'EOT'
		.[0] | calls == "socket bind listen" and .role == "listener"
		.[1] | calls == "socket bind listen=EADDRINUSE exit" and states == "CLOSE>LISTEN>CLOSE" and (.live | not)
	EOT
	holds "$(failures here)" <<<"only | failure == \"listen EADDRINUSE 127.0.0.1 80\" and .holder_id == $(tell here '.[0].id') and .entry_id == $(tell here '.[1].id')"
}

@test "accept() without a descriptor left" {
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 5 full fails EMFILE accept pause
	local server=$!
	wait_for 60 failed here 'length == 1'
	entries here <<<'only | calls == "socket bind listen accept=EMFILE" and .ledger.accepted == 0 and (has("acceptor") | not)'
	holds "$(failures here)" <<<"only | failure == \"accept EMFILE :: 80\" and .caller.pid == $server and .caller.comm == \"endpoint\""
	# A connection waits there all the same, until somebody has room for it.
	spawn here endpoint connect ::1 80 pause
	wait_for 60 says here 'role("listener") | only | .ledger.queue == 1'
	says here 'role("passive") | only | calls == "" and (.handshake | has("accept_queued_ns") and (has("accepted_ns") | not))'
}

@test "more failures than there is room for: the newest stay, the others are counted" {
	namespace here
	load_module max_failed_calls=16
	local steps='' i
	for i in {1..40}; do
		steps+=" fails EADDRNOTAVAIL bind 10.99.0.1 $i"
	done
	# shellcheck disable=SC2086 # words
	within here endpoint socket 4 tcp $steps close
	[ "$(stat_of here calls_failed)" -eq 40 ]
	[ "$(stat_of here calls_failed_overwritten)" -eq 24 ]
	holds "$(failures here)" <<-'EOT'
		map(.seq) == [range(25; 41)]
		map(.asked.port) == [range(25; 41)]
	EOT
	[ "$(proc here calls | awk 'NR > 1 { print $1 }' | xargs)" = "$(echo {25..40})" ]
	# Nor does the entry grow: what ended the socket is there, and how many calls are not.
	entries here <<-'EOT'
		only | calls | startswith("socket bind=EADDRNOTAVAIL") and endswith("close")
		only | .calls_dropped + (calls | split(" ") | length) == 42 and .calls_dropped > 30
	EOT
	[ "$(stat_of here lost_entry_calls)" -eq "$(tell here 'only | .calls_dropped')" ]
}

@test "a program's name cannot break a line of them" {
	namespace here
	load_module
	local name=$'a b\n\e[31m\\"\tx' shown='a\x20b\x0a\x1b[31m\x5c"\x09x'
	within here endpoint name "$name" socket 4 tcp fails EADDRNOTAVAIL bind 10.99.0.1 80
	within here endpoint name $'\xff\xfe' socket 4 udp fails EADDRNOTAVAIL bind 10.99.0.1 80
	[ "$(proc here calls | awk '{ print $8 }' | tr '\n' ' ')" = "comm $shown \xff\xfe " ]
	[ -z "$(proc here calls | tr -d '\n\040-\176')" ]
	proc here calls | awk 'NF != 10 { print; bad = 1 } END { exit bad }'
	run within here sockledger calls
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[1]} == *'/a b\x0a\x1b[31m'* ]]
	[ -z "$(tr -cd '\001-\011\013-\037\177' <<<"$output")" ]
	[ "$(failures here | jq --arg name "$name" '.[0].caller.comm == $name')" = true ]
	# What is no text in JSON is made some.
	[ "$(failures here | jq '.[1].caller.comm | length')" -ge 1 ]
}

@test "any buffer size gives the same lines, and each is there once" {
	namespace here
	load_module
	local i
	for i in 1 2 3 4 5 6 7 8; do
		within here endpoint socket 4 tcp fails EADDRNOTAVAIL bind 10.99.0.1 $i
	done
	for i in 1 7 4096; do
		cmp <(proc here calls) <(within here dd if=/proc/net/sockledger/calls bs=$i status=none)
	done
	run within here sh -c 'exec </proc/net/sockledger/calls; cat >/dev/null; endpoint socket 4 tcp fails EADDRNOTAVAIL bind 10.99.0.1 9; cat; echo end; cat'
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[0]} == "9 "*" bind EADDRNOTAVAIL 10.99.0.1:9 "* ]]
}
