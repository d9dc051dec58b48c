# SPDX-License-Identifier: GPL-2.0-only
# How a handshake can end other than well, and what the ledger of each machine says about it.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

# ended NETNS ROLE: wait until the only handshake of that role has ended, and print it
ended() {
	wait_for "${3:-60}" says "$1" "role(\"$2\") | only | .handshake.outcome != \"in-progress\"" && tell "$1" "role(\"$2\") | only"
}

refused() {
	topology_up
	load_module
	run within client curl -s "http://$1:80/"
	[ "$status" -eq 7 ]
	holds "$(ended client active)" <<-'EOF'
		result == "active refused peer-rst"
		states == "CLOSE>SYN_SENT>CLOSE" and causes == "call segment"
		.error == "ECONNREFUSED" and .live == false and .opener.comm == "curl"
		saw("RST"; "in") == 1 and saw("RST"; "out") == 0
		.handshake | .syn_count == 1 and .synack_count == 0 and (has("synack_ns") or has("ack_ns") | not)
	EOF
	holds "$(ended server passive)" <<-'EOF'
		result == "passive refused no-listener"
		.transitions == [] and (has("state") or has("listener_id") | not) and .live == false
		saw("RST"; "out") == 1
	EOF
	holds "$(ended router forwarded)" <<<'result == "forwarded refused peer-rst" and saw("RST"; "in") == 1'
	[ "$(stat_of client active_refused)" -eq 1 ]
	[ "$(stat_of server passive_refused)" -eq 1 ]
	[ "$(snmp client Tcp.AttemptFails)" -eq 1 ]
}

@test "refused: nobody listens, IPv4" { refused "$server4"; }
@test "refused: nobody listens, IPv6" { refused "[$server6]"; }

@test "refused over loopback: both ends in one ledger" {
	namespace here
	load_module
	run within here curl -s http://127.0.0.1:80/ "http://[::1]:80/"
	[ "$status" -eq 7 ]
	entries here <<-'EOF'
		map(result) == ["active refused peer-rst", "passive refused no-listener", "active refused peer-rst", "passive refused no-listener"]
		map(.local.addr) == ["127.0.0.1", "127.0.0.1", "::1", "::1"]
	EOF
}

@test "a port that is used again, before anybody answered: each attempt has its entry" {
	topology_up
	firewall server input tcp dport 80 drop
	load_module
	local address
	for address in "$client4 5000 start $server4" "$client6 5000 start $server6"; do
		# shellcheck disable=SC2086 # words
		within client endpoint bind $address 80 close
		# shellcheck disable=SC2086 # words
		within client endpoint bind $address 80 close
	done
	wait_for 60 says server 'role("passive") | length == 4'
	entries server <<-'EOF'
		role("passive") | map(.local.addr) == ["10.0.2.2", "10.0.2.2", "fd00:2::2", "fd00:2::2"]
		role("passive") | all(.handshake.syn_count == 1) and (map(.handshake.client_isn) | unique | length == 4)
		role("passive") | map(.live) == [false, true, false, true]
		role("passive") | map(select(.live | not)) | all(result == "passive filtered filtered-input")
	EOF
	entries client <<<'length == 4 and all(result == "active cancelled closed-by-program")'
	entries router <<<'map(.live) == [false, true, false, true]'
}

# unreachable FAMILY NETWORK ADDRESS ERROR REASON
unreachable() {
	topology_up
	ip -n router "-$1" route add unreachable "$2"
	# An error that finds the socket busy, in connect() still, would count only when the SYN is sent again.
	within router tc qdisc add dev left root netem delay 300ms
	load_module
	if within client endpoint connect "$3" 80; then return 1; fi
	holds "$(ended client active)" <<-EOF
		result == "active unreachable $5"
		states == "CLOSE>SYN_SENT>CLOSE" and causes == "call segment"
		.error == "$4" and .handshake.syn_count == 1
	EOF
	entries client <<<'length == 1'
	# The router turned it away before it was forwarded.
	entries router <<<'length == 0'
}

@test "unreachable: the router has no way, IPv4" { unreachable 4 10.9.0.0/16 10.9.0.1 EHOSTUNREACH host-unreachable; }
@test "unreachable: the router has no way, IPv6" { unreachable 6 fd00:9::/64 fd00:9::1 ENETUNREACH net-unreachable; }

@test "cancelled: the program closes in SYN_SENT; the answer that comes then is reset" {
	topology_up
	firewall router forward tcp sport 80 drop
	load_module
	spawn server endpoint bind :: 80 listen 5 accept
	wait_for 60 listens server 80
	within client endpoint start "$server4" 80 close
	wait_for 60 says server 'role("passive") | only | .handshake.phase == "synack"'
	holds "$(ended client active)" <<-'EOF'
		result == "active cancelled closed-by-program"
		states == "CLOSE>SYN_SENT>CLOSE" and causes == "call call"
		.opener.comm == "endpoint" and call("close").pid == .opener.pid
		has("error") | not
	EOF
	# The SYN+ACK sent again finds no socket.
	within router nft flush ruleset
	holds "$(ended server passive)" <<-'EOF'
		result == "passive reset half-open-rst"
		.transitions == [] and saw("RST"; "in") == 1 and .handshake.synack_count >= 2
	EOF
	holds "$(ended router forwarded)" <<<'result == "forwarded reset half-open-rst"'
	says server 'role("listener") | only | .live and .ledger.established == 0'
}

# late_rst SOURCE DESTINATION: it comes when the request has expired, and a ledger that was idle before has not looked yet.
late_rst() {
	load_module
	within router segments "$1" "$2" 4000 80 flags=0x02 seq=1000
	sleep 1.05
	wait_for 60 ss_counts server 0 syn-recv
	within router segments "$1" "$2" 4000 80 flags=0x04 seq=1001
	holds "$(ended server passive)" <<<'result == "passive abandoned synack-unanswered"'
	[ "$(stat_of server passive_reset)" -eq 0 ]
	[ "$(snmp server Tcp.AttemptFails)" -eq 0 ]
	unload_module
}

@test "abandoned: a RST that finds no request any more" {
	topology_up
	ip -n router route add blackhole 10.128.0.0/9
	ip -n router -6 route add blackhole fd00:128::/64
	within server sysctl -qw net.ipv4.tcp_synack_retries=0
	spawn server endpoint bind :: 80 listen 50 pause
	wait_for 60 listens server 80
	late_rst 10.128.0.1 "$server4"
	late_rst fd00:128::1 "$server6"
	late_rst 10.128.0.2 "$server4"
}

@test "cancelled, after a RST that TCP ignored: the socket is destroyed from outside, or its program killed" {
	topology_up
	firewall server input tcp dport '{ 80, 81 }' drop
	load_module
	spawn client endpoint start "$server4" 80 pause
	spawn client endpoint connect "$server6" 81
	local killed=$!
	wait_for 60 says client 'length == 2 and all(.handshake.phase == "syn")'
	# It acknowledges what was never sent.
	within router segments "$server4" "$client4" 80 "$(tell client 'on(80) | only | .local.port')" flags=0x14 \
		ack="$(tell client 'on(80) | only | (.handshake.client_isn + 1000) % 4294967296')"
	wait_for 60 says client 'on(80) | only | saw("RST"; "in") == 1'
	entries client <<<'all(.state == "SYN_SENT" and .handshake.outcome == "in-progress")'
	within client ss -K dst "$server4"
	kill -9 $killed
	wait_for 60 says client 'all(.live | not)'
	entries client <<-'EOF'
		all(states == "CLOSE>SYN_SENT>CLOSE" and causes == "call call")
		on(80) | only | result == "active cancelled aborted"
		on(81) | only | result == "active cancelled closed-by-program" and (has("error") | not)
	EOF
}

@test "what holds a handshake up is told while it does, and of one that is established what did" {
	topology_up
	load_module
	spawn server endpoint bind :: 80 listen 5 accepts 3 pause
	wait_for 60 listens server 80
	firewall server input tcp dport 80 drop
	spawn client endpoint connect "$server4" 80 pause
	wait_for 60 says server 'role("passive") | only | result == "passive in-progress filtered-input"'
	run within server sockledger show role passive
	grep -q '^outcome *in-progress; so far, a filter of this machine dropped what arrived' <<<"$output"
	grep -q '^entry .*, passive, SYN_RECV for ' <<<"$output"
	grep -q ' syn in-progress filtered-input ' <<<"$(proc server handshakes)"
	[ "$(within server sockledger list --json reason filtered-input | jq length)" -eq 1 ]
	within server nft flush ruleset
	wait_for 60 says server 'role("passive") | only | result == "passive established filtered-input"'
	grep -q '^outcome *established .* after its SYN; before that, a filter of this machine' <<<"$(within server sockledger show role passive)"
	entries client <<<'only | result == "active established none"'
	entries router <<<'only | result == "forwarded established none"'

	firewall router forward tcp dport 80 drop
	spawn client endpoint connect "$server4" 80 pause
	wait_for 60 says router 'last | result == "forwarded in-progress filtered-forward"'
	within router nft flush ruleset
	wait_for 60 says router 'last | result == "forwarded established filtered-forward"'

	# The SYN has not left yet, and has been tried.
	firewall client output tcp dport 80 drop
	spawn client endpoint connect "$server6" 80 pause
	wait_for 60 says client 'last | result == "active in-progress filtered-output" and .handshake.phase == "none" and .handshake.syn_count == 0'
	grep -q ' none in-progress filtered-output ' <<<"$(proc client handshakes)"
	[ "$(within client sockledger list --json outcome in-progress | jq length)" -eq 1 ]
	within client nft flush ruleset
	wait_for 60 says client 'last | result == "active established filtered-output"'
}

@test "established after a SYN+ACK of another's that acknowledges what was never sent" {
	topology_up
	firewall server input tcp dport 80 drop
	load_module
	spawn server endpoint bind :: 80 listen 5 accepts 2 pause
	wait_for 60 listens server 80
	local from to family port mine
	for family in 4 6; do
		from=server$family to=client$family
		mine="map(select(.local.addr == \"${!to}\")) | only"
		spawn client endpoint connect "${!from}" 80 pause
		wait_for 60 says client "$mine | .handshake.phase == \"syn\""
		port=$(tell client "$mine | .local.port")
		# Beyond its SYN in every way, and far beyond
		within server segments "${!from}" "${!to}" 80 "$port" flags=0x12 seq=777 options=02040100 \
			ack="$(tell client "$mine | (.handshake.client_isn + 1000000000) % 4294967296")"
		wait_for 60 says client "$mine | saw(\"SYN+ACK\"; \"in\") == 1"
	done
	within server nft flush ruleset
	wait_for 60 says server 'role("passive") | length == 2 and all(result == "passive established filtered-input")'
	wait_for 60 says router 'length == 2 and all(result == "forwarded established none")'
	for end in client router server; do
		entries $end <<<'map(select(.handshake)) | all(.handshake | .server_isn != 777 and .mss.server > 1000 and .synack_count == 1 and .ack_ns > .synack_ns)'
	done
}

@test "established after all: SYN, SYN+ACK and ACK are lost and sent again" {
	topology_up
	load_module
	spawn server endpoint bind :: 80 listen 5 accept pause
	wait_for 60 listens server 80
	firewall server prerouting tcp dport 80 drop
	spawn client endpoint connect "$server6" 80 pause
	wait_for 60 says client 'only | .handshake.syn_count >= 2'
	# In this order, or a SYN+ACK slips through in between.
	firewall client prerouting tcp sport 80 drop
	within server nft flush ruleset
	wait_for 60 says server 'role("passive") | only | .handshake.synack_count >= 2'
	within client nft flush ruleset
	wait_for 60 says server 'role("passive") | only | .state == "ESTABLISHED"'
	[ "$(tell client 'only | .handshake.syn_count - 1')" -eq "$(snmp client TcpExt.TCPSynRetrans)" ]
	[ "$(tell server 'role("passive") | only | .handshake.synack_count - 1')" -eq "$(snmp server TcpExt.TCPSynRetrans)" ]
	# The server's timer and the client's next SYN may each have caused the one that came through.
	entries client <<<'only | result == "active established filtered-prerouting" and (.handshake.synack_count | . == 1 or . == 2)'
	entries router <<<'only | result == "forwarded established none"'
}

@test "a forged RST outside the window ends nothing, a true one does" {
	topology_up
	load_module
	spawn server endpoint bind :: 80 listen 5 accept await "$BATS_TEST_TMPDIR/send" send 5 await "$BATS_TEST_TMPDIR/reset" reset pause
	wait_for 60 listens server 80
	spawn client endpoint connect "$server4" 80 recv 5 pause
	wait_for 60 says client 'only | .state == "ESTABLISHED"'
	wait_for 60 stat_is router awaited -eq 0
	# Where it has to pass the router
	within server segments "$server4" "$client4" 80 "$(tell client 'only | .local.port')" flags=0x04 seq="$(tell client 'only | .handshake.server_isn + 1000000000')"
	wait_for 60 says client 'only | saw("RST"; "in") == 1'
	# The router cannot tell, until whoever is said to have sent it sends something else: for five seconds.
	stat_is router awaited -eq 1
	touch "$BATS_TEST_TMPDIR/send"
	wait_for 60 says client 'only | calls | endswith("recv")'
	stat_is router awaited -eq 0
	entries client <<<'only | .live and .state == "ESTABLISHED" and .handshake.outcome == "established"'
	entries router <<<'only | .live and saw("RST"; "in") == 1 and result == "forwarded established none"'
	touch "$BATS_TEST_TMPDIR/reset"
	wait_for 60 says client 'only | .live | not'
	entries client <<-'EOF'
		only | states == "CLOSE>SYN_SENT>ESTABLISHED>CLOSE" and causes == "call segment segment"
		only | .error == "ECONNRESET" and result == "active established none" and saw("RST"; "in") == 2
	EOF
	entries server <<-'EOF'
		role("passive") | only | states == "LISTEN>SYN_RECV>ESTABLISHED>CLOSE" and saw("RST"; "out") == 2
		role("passive") | only | .transitions[-1].cause == "call"
	EOF
}

@test "a forged RST of who connected: the other's data do not make it true" {
	topology_up
	load_module
	spawn server endpoint bind :: 80 listen 5 accept await "$BATS_TEST_TMPDIR/send" send 5 pause
	wait_for 60 listens server 80
	spawn client endpoint connect "$server4" 80 recv 5 pause
	wait_for 60 says client 'only | .state == "ESTABLISHED"'
	wait_for 60 stat_is router awaited -eq 0
	within client segments "$client4" "$server4" "$(tell client 'only | .local.port')" 80 flags=0x04 seq="$(tell client 'only | .handshake.client_isn + 1000000000')"
	wait_for 60 says server 'role("passive") | only | saw("RST"; "in") == 1'
	stat_is router awaited -eq 1
	# First data, and not from who is said to have sent the RST; that one only answers.
	touch "$BATS_TEST_TMPDIR/send"
	wait_for 60 says client 'only | calls | endswith("recv")'
	# What is believed is closed after five seconds.
	sleep 8
	stat_is router awaited -eq 0
	entries router <<<'only | .live and saw("RST"; "out") == 1 and result == "forwarded established none"'
}

@test "a forged SYN ends no connection of which one end has finished" {
	topology_up
	load_module
	spawn server endpoint bind :: 80 listen 5 accept eof await "$BATS_TEST_TMPDIR/send" send 5 close pause
	wait_for 60 listens server 80
	spawn client endpoint connect "$server4" 80 shutdown wr recv 5 pause
	# A slow machine may send it again.
	wait_for 60 says router 'only | saw("FIN"; "out") >= 1'
	within client segments "$client4" "$server4" "$(tell client 'only | .local.port')" 80 seq=1000
	touch "$BATS_TEST_TMPDIR/send"
	wait_for 60 says router 'any(saw("FIN"; "in") >= 1)'
	entries router <<<'only | result == "forwarded established none" and saw("FIN"; "out") >= 1'
}

@test "who answered no SYN cookie tries again: another attempt" {
	topology_up
	within server sysctl -qw net.ipv4.tcp_syncookies=2
	# Nobody there would know of it.
	firewall client input tcp sport 80 drop
	load_module
	spawn server endpoint bind :: 80 listen 5 pause
	wait_for 60 listens server 80
	within client segments "$client4" "$server4" 4000 80 seq=1000000
	wait_for 60 says server 'role("passive") | only | .handshake | .cookie and .client_isn == 1000000'
	within client segments "$client4" "$server4" 4000 80 seq=9000
	wait_for 60 says server 'role("passive") | length == 2'
	entries server <<-'EOF'
		role("passive") | map(.handshake.client_isn) == [1000000, 9000]
		role("passive") | all(.handshake | .cookie and .syn_count == 1 and .synack_count == 1)
		role("passive") | .[0] | (.live | not) and result == "passive abandoned synack-unanswered"
		role("passive") | .[1] | .live
	EOF
}

@test "a connection that both ends have forgotten in silence ends on the router when the next has an answer" {
	local end dir=$BATS_TEST_TMPDIR
	topology_up
	for end in client server; do firewall $end output tcp flags rst drop; done
	load_module
	spawn server endpoint bind :: 80 listen 5 accept await "$dir/forget" reset touch "$dir/server" accept pause
	wait_for 60 listens server 80
	spawn client endpoint bind "$client4" 4000 connect "$server4" 80 await "$dir/forget" reset touch "$dir/client" pause
	wait_for 60 says server 'role("passive") | only | .state == "ESTABLISHED"'
	touch "$dir/forget"
	for end in client server; do
		wait_for 60 test -e "$dir/$end"
		within $end nft flush ruleset
	done
	entries router <<<'only | .live and result == "forwarded established none"'
	spawn client endpoint bind "$client4" 4000 connect "$server4" 80 pause
	wait_for 60 says server 'role("passive") | length == 2 and .[1].state == "ESTABLISHED"'
	entries router <<-'EOF'
		length == 2 and all(result == "forwarded established none") and (map(ends) | unique | length == 1)
		map(.live) == [false, true]
		# Of the SYN, which might have been forged, the first one tells.
		.[0] | saw("SYN"; "out") == 1 and .handshake.syn_count == 1
		.[1] | .handshake | .syn_count == 0 and .synack_count == 1 and has("ack_ns")
	EOF
	stat_is router lost_end -eq 1
}

@test "a socket that connects to itself opens from both sides at once" {
	namespace here
	load_module
	spawn here endpoint bind 127.0.0.1 5000 connect 127.0.0.1 5000 pause
	wait_for 60 says here 'only | .state == "ESTABLISHED"'
	entries here <<-'EOF'
		only | states == "CLOSE>SYN_SENT>SYN_RECV>ESTABLISHED" and causes == "call segment segment"
		only | result == "active established none" and ends == mirrored
	EOF
}
