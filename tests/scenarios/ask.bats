# SPDX-License-Identifier: GPL-2.0-only
# What a reader asks for, and what it gets: dumps with filters, and entries by their endpoints.
# lab-kernels: !(6.1)
# shellcheck disable=SC2016,SC2154 # jq's variables; words come from there
load lib
load words
load ynl

# Some of everything: live and over, both families, refused, and sockets that do nothing; the client's pid is $client
mixed_ledger() {
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 50 accepts 5 pause
	wait_for 60 listens here 80
	spawn here endpoint connects 3 127.0.0.1 80 connects 1 ::1 80 connect ::1 80 reset pause
	client=$!
	spawn here endpoint bind 127.0.0.1 8080 listen 5 pause
	spawn here endpoint socket 6 udp bind :: 53 pause
	run within here curl -s http://127.0.0.1:81/
	wait_for 60 says here 'any(.proto == "udp") and any(.handshake.outcome == "refused") and any(.local.port == 8080 and .state == "LISTEN") and
		(map(select(.state == "ESTABLISHED")) | length == 8) and any(.handshake.outcome == "established" and (.live | not))'
}

# answers NETNS FILE <LINES: each line is a request of ynls and what it is to give, made of the entries by jq
answers() {
	local everything request expression answer
	everything=$(ledger "$1")
	cut -d'|' -f1 "$2" | ynls "$1" >"$2.answers"
	[ "$(wc -l <"$2.answers")" -eq "$(wc -l <"$2")" ]
	while IFS='|' read -r request expression <&4 && read -r answer <&5; do
		echo "$request: $(jq -c 'map(.id?)' <<<"$answer")"
		expression=$(jq -c "$words $expression" <<<"$everything")
		[ "$(jq -c 'map(.id?)' <<<"$answer")" = "$expression" ] || {
			echo "but it is to be $expression"
			return 1
		}
	done 4<"$2" 5<"$2.answers"
}

@test "a dump gives what its filter asks for, and nothing else" {
	mixed_ledger
	local filter expression
	while IFS='|' read -r filter expression; do
		echo "dump entry-get {\"filter\": $filter}|map(select($expression)) | map(.id)"
	done >"$BATS_TEST_TMPDIR/filters" <<-EOF
		{}|true
		{"family": 2}|.local.addr // "::" \| test(":") \| not
		{"family": 10}|.local.addr // "::" \| test(":")
		{"proto": 6}|.proto == "tcp"
		{"proto": 17}|.proto == "udp"
		{"live": 1}|.live
		{"live": 0}|.live \| not
		{"roles": ["listener"]}|.role == "listener"
		{"roles": ["active", "datagram"]}|.role == "active" or .role == "datagram"
		{"states": ["established", "listen"]}|.state == "ESTABLISHED" or .state == "LISTEN"
		{"states": ["close"]}|.state == "CLOSE"
		{"states": 1}|has("state") \| not
		{"outcomes": ["refused"]}|.handshake.outcome == "refused"
		{"outcomes": ["established", "refused"]}|.handshake.outcome == "established" or .handshake.outcome == "refused"
		{"reasons": ["peer-rst", "no-listener"]}|.handshake.reason == "peer-rst" or .handshake.reason == "no-listener"
		{"local-port-from": 80, "local-port-to": 80}|.local.port == 80
		{"local-port-from": 81}|(.local.port // 0) >= 81
		{"local-port-to": 80}|(.local.port // 99) <= 80
		{"remote-port-from": 80, "remote-port-to": 81}|.remote.port == 80 or .remote.port == 81
		{"local-addr": "7f000001"}|.local.addr == "127.0.0.1"
		{"local-addr": "7f123456", "local-bits": 8}|.local.addr // "" \| startswith("127.")
		{"local-addr": "00000000", "local-bits": 0}|.local.addr // "::" \| test(":") \| not
		{"remote-addr": "00000000000000000000000000000001"}|.remote.addr == "::1"
		{"remote-addr": "00000000000000000000000000000000", "remote-bits": 64}|.remote.addr // "" \| test(":")
		{"listener-id": 1}|.listener_id == 1
		{"pid": $client}|any(.opener, .acceptor, .holders[]; .pid == $client)
		{"roles": ["passive"], "live": 1, "family": 2, "local-port-from": 80}|.role == "passive" and .live and .local.addr == "127.0.0.1"
	EOF
	sed -i 's/\\|/|/g' "$BATS_TEST_TMPDIR/filters"
	answers here "$BATS_TEST_TMPDIR/filters"
	# Each of them found something.
	[ "$(grep -c '^\[\]$' "$BATS_TEST_TMPDIR/filters.answers")" -eq 0 ]
}

@test "an entry is found by its endpoints: the live one first, then the newest" {
	namespace here
	load_module
	spawn here endpoint bind 127.0.0.1 80 listen 50 accepts 3 pause
	wait_for 60 listens here 80
	# The same endpoints three times: reset, reset, and held
	within here endpoint bind 127.0.0.1 4000 connect 127.0.0.1 80 reset
	within here endpoint bind 127.0.0.1 4000 connect 127.0.0.1 80 reset
	spawn here endpoint bind 127.0.0.1 4000 connect 127.0.0.1 80 await "$BATS_TEST_TMPDIR/go" reset
	wait_for 60 says here 'map(select(.live and .role == "active" and .state == "ESTABLISHED")) | length == 1'
	cat >"$BATS_TEST_TMPDIR/one" <<-'EOF'
		do entry-get {"local-addr": "7f000001", "local-port": 4000, "remote-addr": "7f000001", "remote-port": 80}|map(select(.local.port == 4000) | .id)[2]
		do entry-get {"local-addr": "7f000001", "local-port": 80, "remote-addr": "7f000001", "remote-port": 4000}|map(select(.remote.port == 4000) | .id)[2]
		do entry-get {"local-addr": "7f000001", "local-port": 80}|role("listener") | only | .id
		do entry-get {"local-addr": "7f000001", "local-port": 80, "proto": 6}|role("listener") | only | .id
		do entry-get {"id": 1}|1
	EOF
	sed -i 's/|\(.*\)/|[\1]/' "$BATS_TEST_TMPDIR/one"
	sed 's/|.*//' "$BATS_TEST_TMPDIR/one" | ynls here >"$BATS_TEST_TMPDIR/found"
	local request expression answer everything
	everything=$(ledger here)
	while IFS='|' read -r request expression <&4 && read -r answer <&5; do
		echo "$request: $(jq .id <<<"$answer")"
		[ "$(jq -c '[.id]' <<<"$answer")" = "$(jq -c "$words $expression" <<<"$everything")" ]
	done 4<"$BATS_TEST_TMPDIR/one" 5<"$BATS_TEST_TMPDIR/found"
	# Once that is over, too, it is the newest of three.
	touch "$BATS_TEST_TMPDIR/go"
	wait_for 60 says here 'map(select(.local.port == 4000 and .live)) | length == 0'
	sed 's/|.*//' "$BATS_TEST_TMPDIR/one" | head -n 1 | ynls here | tee "$BATS_TEST_TMPDIR/found"
	[ "$(jq .id "$BATS_TEST_TMPDIR/found")" -eq "$(tell here 'map(select(.local.port == 4000) | .id)[2]')" ]
}

@test "of one address on two links, each entry is found by its scope" {
	local device dir=$BATS_TEST_TMPDIR
	namespace here there
	load_module
	for device in left right; do
		link here $device there $device
		address here $device fe80::1/64
		spawn here datagram socket 6 udp bind fe80::1%$device 4000 connect fe80::2%$device 53 touch "$dir/$device" pause
		wait_for 60 test -e "$dir/$device"
		echo 'do entry-get {"local-addr": "fe800000000000000000000000000001", "local-port": 4000, "remote-addr":' \
			'"fe800000000000000000000000000002", "remote-port": 53, "scope":' "$(ifindex here $device)}"
	done >"$dir/requests"
	[ "$(ynls here <"$dir/requests" | jq -c '[.id, .scope]' | xargs)" = "$(tell here 'map([.id, .scope])[]' | xargs)" ]
	entries here <<<'length == 2 and (map(.scope) | unique | length == 2) and all(.local == {"addr": "fe80::1", "port": 4000})'
	[ "$(within here sockledger --json src fe80::1%left | jq -c 'map(.scope)')" = \
		"[$(ifindex here left)]" ]
	[ "$(within here sockledger 'dst [fe80::2%right]:53 and src fe80::/10' | grep -c 'fe80::1%right')" -eq 1 ]
	run within here sockledger src fe80::1%middle
	[ "${lines[0]}" = 'sockledger: there is no interface "middle" here' ]
}
