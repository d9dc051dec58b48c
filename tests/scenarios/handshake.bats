# SPDX-License-Identifier: GPL-2.0-only
# A connection from its SYN to the end of its TIME_WAIT, seen from every machine it touches.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

# What is so of every connection that came about, whatever it ran over
came_about() {
	holds "$1" <<-'EOF'
		.active | result == "active established none"
		.passive | result == "passive established none"
		.active | states | startswith("CLOSE>SYN_SENT>ESTABLISHED>")
		.passive | states | startswith("LISTEN>SYN_RECV>ESTABLISHED>")
		.active | causes | startswith("call segment ")
		.passive | causes | startswith("segment segment ")
		.active.handshake | 0 <= .syn_ns and .syn_ns <= .synack_ns and .synack_ns <= .ack_ns
		.passive.handshake | 0 <= .syn_ns and .syn_ns <= .synack_ns and .synack_ns <= .ack_ns
		.active.start_ns + (.active | since("ESTABLISHED")) < .passive.start_ns + (.passive | since("ESTABLISHED"))
		.active.start_ns + .active.handshake.syn_ns <= .passive.start_ns + .passive.handshake.syn_ns
		(.active | ends) == (.passive | mirrored)
		(.active.handshake | [.client_isn, .server_isn]) == (.passive.handshake | [.client_isn, .server_isn])
		.active.handshake | .client_isn != .server_isn
		[.active, .passive | .handshake | .syn_count, .synack_count] == [1, 1, 1, 1]
		.active.handshake.mss == .passive.handshake.mss
		.active.handshake.mss | .client >= 1220 and .server >= 1220
		.active.handshake.wscale == .passive.handshake.wscale
		.active.handshake.wscale | .client >= 1 and .server >= 1
		[.active, .passive | .handshake | .sack, .timestamps] == [true, true, true, true]
		[.active, .passive | .handshake | .fastopen, .cookie, .ecn] | any | not
		.passive.listener_id == .listener.id
		.listener | states == "CLOSE>LISTEN" and .live and .ledger.established == 1
		# One, and another only where the socket itself counts that something was sent again: when the host stands still.
		[.active, .passive | .totals.retrans as $again | saw("FIN"; "out") | 1 <= . and . <= 1 + $again] | all
		[.active, .passive | saw("FIN"; "in")] == [.passive, .active | saw("FIN"; "out")]
		[.active, .passive, .listener | .pre_existing] | any | not
	EOF
}

# http CLIENT SERVER URL [OPTION…]: curl fetches it from nginx, and closes first
http() {
	local pid story
	spawn "$1" curl -s --fail -o /dev/null "${@:3}"
	pid=$!
	wait $pid
	wait_for 60 says "$2" 'role("passive") | only | states | endswith("LAST_ACK>CLOSE")'
	wait_for 60 says "$1" 'role("active") | only | .state == "TIME_WAIT"'
	story=$(both "$1" "$2")
	came_about "$story"
	# shellcheck disable=SC2016 # jq's variables
	holds "$(jq ".pid = $pid" <<<"$story")" <<-'EOF'
		.active | states == "CLOSE>SYN_SENT>ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT"
		.passive | states == "LISTEN>SYN_RECV>ESTABLISHED>CLOSE_WAIT>LAST_ACK>CLOSE"
		.active | causes == "call segment call segment segment"
		.passive | causes == "segment segment segment call segment"
		.pid as $pid | .active.opener | .comm == "curl" and .pid == $pid and .uid == 0
		.listener.opener.comm == "nginx"
		.passive | .acceptor.comm == "nginx" and call("close").pid == .acceptor.pid
		.active.totals | .bytes_sent > 0 and .bytes_received > 0
		# TCP counts a FIN as a byte received, and that and a SYN as bytes acknowledged.
		.passive.totals.bytes_received + 1 == .active.totals.bytes_acked
		.active.handshake | .ack_ns <= .data_out_ns and .data_out_ns < .data_in_ns
	EOF
}

@test "HTTP over loopback, IPv4" {
	namespace here
	load_module
	serve_http here 80
	http here here http://127.0.0.1/
	entries here <<-'EOF'
		length == 4 and (role("listener") | length) == 2
		(role("active") | only | .local.addr) == "127.0.0.1"
		map(.family) | sort == ["inet", "inet", "inet", "inet6"]
	EOF
}

@test "HTTP over loopback, IPv6" {
	namespace here
	load_module
	serve_http here 80
	http here here "http://[::1]/"
	entries here <<-'EOF'
		length == 4 and (role("listener") | length) == 2
		(role("active") | only | .local.addr) == "::1"
		map(.family) | sort == ["inet", "inet6", "inet6", "inet6"]
	EOF
}

@test "an IPv4 client of an IPv6 listener is shown with IPv4 addresses" {
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 5 accept eof close pause
	wait_for 60 listens here 80
	within here endpoint connect 127.0.0.1 80 close
	wait_for 60 says here 'role("passive") | only | states | endswith("LAST_ACK>CLOSE")'
	came_about "$(both here here)"
	entries here <<-'EOF'
		(role("active") | only | .family) == "inet"
		(role("passive") | only | .family) == "inet6"
		(role("passive") | only | .local) == {"addr": "127.0.0.1", "port": 80}
		(role("listener") | only | .local) == {"addr": "::", "port": 80}
	EOF
}

through_the_router() {
	topology_up
	load_module
	serve_http server 80
	http client server "$1"
	entries client <<<'length == 1'
	entries server <<<'length == 3 and (role("listener") | length) == 2'
	# shellcheck disable=SC2016 # jq's variables
	holds "$(jq -n --argjson router "$(ledger router)" --argjson client "$(ledger client)" '{$router, client: $client[0]}')" <<-'EOF'
		.router | only | result == "forwarded established none"
		.router[0].handshake | .syn_ns <= .synack_ns and .synack_ns <= .ack_ns
		(.router[0] | ends) == (.client | ends)
		(.router[0].handshake | [.client_isn, .server_isn]) == (.client.handshake | [.client_isn, .server_isn])
		.router[0].handshake.mss == .client.handshake.mss
		.router[0] | saw("FIN"; "out") >= 1 and saw("FIN"; "in") >= 1
		.router[0] | has("state") or has("opener") or has("inode") | not
	EOF
	# Some seconds after both FINs nothing more is expected.
	wait_for 60 says router 'only | .live | not'
}

@test "HTTP through a router, IPv4" { through_the_router "http://$server4/"; }
@test "HTTP through a router, IPv6" { through_the_router "http://[$server6]/"; }

within_a_vrf() {
	vrf_up
	load_module
	serve_http here 80
	http here here "http://$1/" --interface red
	# Nobody listens here, and a filter eats what comes there.
	firewall here prerouting tcp dport 82 drop
	refuses 7 within here curl -s --interface red "http://$1:81/"
	refuses 28 within here curl -s --connect-timeout 2 --interface red "http://$1:82/"
	ended_all here active 3
	entries here <<-'EOF'
		role("active") | all(.local.addr == .remote.addr)
		on(81) | map(result) == ["active refused peer-rst", "passive refused no-listener"]
		on(81) | all(.handshake.syn_count == 1 and saw("RST"; "in") + saw("RST"; "out") >= 1)
		on(82) | only | result == "active cancelled filtered-prerouting"
	EOF
}

@test "from a VRF to an address of its own, IPv4" { within_a_vrf "$client4"; }
@test "from a VRF to an address of its own, IPv6" { within_a_vrf "[$client6]"; }

from_a_vrf() {
	vrf_up
	load_module
	serve_http there 80
	http here there "http://$1/" --interface red
}

@test "from a VRF to another machine: nothing is seen twice, IPv4" { from_a_vrf 10.0.1.1; }
@test "from a VRF to another machine: nothing is seen twice, IPv6" { from_a_vrf "[fd00:1::1]"; }

@test "through IPsec, behind AH: nothing is seen twice" {
	namespace here there
	link here eth0 there eth0
	address here eth0 fd00:1::2/64
	address there eth0 fd00:1::1/64
	secure 6 fd00:1::2 fd00:1::1 ah
	load_module
	serve_http there 80
	http here there "http://[fd00:1::1]/"
}

# What goes over loopback leaves by another device than the one whose address it goes to.
@test "to a link-local address of its own" {
	namespace here there
	link here left there right
	address here left fe80::1/64 fd00:1::1/64
	load_module
	spawn here endpoint bind :: 80 listen 5 accept recv 5 send 7 accept recv 5 send 7 pause
	wait_for 60 listens here 80
	# Global to link-local, and the other way
	spawn here endpoint bind fd00:1::1 4000 connect fe80::1%left 80 send 5 recv 7 pause
	wait_for 60 says here 'on(4000) | length == 2 and all(.handshake | has("data_in_ns") and has("data_out_ns"))'
	spawn here endpoint bind fe80::1%left 4001 connect fd00:1::1 80 send 5 recv 7 pause
	wait_for 60 says here 'on(4001) | length == 2 and all(.handshake | has("data_in_ns") and has("data_out_ns"))'
	refuses 1 within here endpoint connect fe80::1%left 81
	wait_for 20 says here 'on(81) | map(result) == ["active refused peer-rst", "passive refused no-listener"]'
	within here datagram socket 6 udp bind fe80::1%left 53 to fe80::1%left 53 send 1 10 recv 1
	entries here <<<'role("datagram") | only | .datagrams | .sent == 1 and .received == 1 and .peers == 1'
	# The interface is part of the address.
	within here grep -F "[fe80::1%$(ifindex here left)]:53" /proc/net/sockledger/datagrams
}

@test "first data is told of without early demux" {
	local name
	topology_up
	for name in client server; do
		within $name sysctl -qw net.ipv4.tcp_early_demux=0
	done
	load_module
	serve_http server 80
	within client curl -s "http://$server4/" "http://[$server6]/"
	wait_for 60 says client 'role("active") | length == 2 and all(.handshake | has("data_in_ns") and has("data_out_ns"))'
	entries server <<<'role("passive") | length == 2 and all(.handshake | has("data_in_ns") and has("data_out_ns"))'
	stat_is client awaited -eq 0
}

@test "a copy that a rule sends elsewhere is no segment of the connection" {
	topology_up
	within server nft -f - <<-'RULES'
		table ip copies {
			chain output {
				type filter hook output priority 0
				tcp sport 80 dup to 10.0.2.1
			}
		}
	RULES
	load_module
	serve_http server 80
	within client curl -s "http://$server4/"
	wait_for 60 says server 'role("passive") | only | .live | not'
	entries server <<-'EOF'
		role("listener") | map(.ledger | [.cookies_sent, .established]) == [[0, 1], [0, 0]]
		role("passive") | only | .handshake.synack_count == 1 and saw("FIN"; "out") >= 1 and saw("FIN"; "out") <= 1 + .totals.retrans
	EOF
	[ "$(snmp server IpExt.OutOctets)" -gt 0 ]
}

@test "half-open, by way of a transparent proxy: who listens is known" {
	topology_up
	ip -n server rule add fwmark 1 lookup 100
	ip -n server route add local default dev lo table 100
	within server nft -f - <<-'RULES'
		table ip proxy {
			chain prerouting {
				type filter hook prerouting priority mangle
				tcp dport 80 tproxy to :50080 meta mark set 1 accept
			}
		}
	RULES
	firewall client input tcp sport 80 drop
	load_module
	spawn server endpoint socket 4 tcp option transparent bind 0.0.0.0 50080 listen 5 accept pause
	wait_for 60 listens server 50080
	spawn client endpoint connect "$server4" 80 pause
	wait_for 60 says server 'role("passive") | length == 1 and all(.handshake.synack_count >= 1)'
	entries server <<<'(role("passive") | only | .listener_id) == (role("listener") | only | .id) and (role("listener") | only | .ledger.half_open_peak == 1)'
	within client nft flush ruleset
	wait_for 60 says server 'role("passive") | only | result == "passive established none"'
}

@test "a client that closed waits in FIN_WAIT2 for the server's FIN" {
	topology_up
	load_module
	spawn server endpoint bind :: 80 listen 5 accept await "$BATS_TEST_TMPDIR/close" close pause
	wait_for 60 listens server 80
	within client endpoint connect "$server4" 80 close
	wait_for 60 says client 'only | .state == "FIN_WAIT2"'
	wait_for 60 says server 'role("passive") | only | .state == "CLOSE_WAIT"'
	touch "$BATS_TEST_TMPDIR/close"
	wait_for 60 says client 'only | .state == "TIME_WAIT"'
	entries client <<-'EOF'
		only | states == "CLOSE>SYN_SENT>ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT"
		only | causes == "call segment call segment segment"
		# A minute, less what it took to look on a busy host
		only | .expires_ns | between(30; 63)
	EOF
}

@test "FIN_WAIT2 ends after tcp_fin_timeout when the server's FIN never comes" {
	topology_up
	within client sysctl -qw net.ipv4.tcp_fin_timeout=3
	load_module
	spawn server endpoint bind :: 80 listen 5 accept pause
	wait_for 60 listens server 80
	within client endpoint connect "$server6" 80 close
	wait_for 60 says client 'only | .state == "CLOSE"'
	entries client <<-'EOF'
		only | states == "CLOSE>SYN_SENT>ESTABLISHED>FIN_WAIT1>FIN_WAIT2>CLOSE"
		only | causes == "call segment call segment timer" and result == "active established none"
		# Far less than the usual minute, and the host may be busy
		only | time_in("FIN_WAIT2") | between(2.5; 30)
	EOF
	entries server <<-'EOF'
		role("passive") | only | states == "LISTEN>SYN_RECV>ESTABLISHED>CLOSE_WAIT"
		role("passive") | only | causes == "segment segment segment" and result == "passive established none"
	EOF
	entries router <<<'only | result == "forwarded established none"'
}

@test "both ends may close at once: their FINs cross" {
	topology_up
	load_module
	local go=$BATS_TEST_TMPDIR/close name
	spawn server endpoint bind :: 80 listen 5 accept await "$go" close pause
	wait_for 60 listens server 80
	spawn client endpoint connect "$server6" 80 await "$go" close pause
	wait_for 60 says server 'role("passive") | only | .state == "ESTABLISHED"'
	for name in client server; do
		within $name tc qdisc add dev eth0 root netem delay 1500ms
	done
	touch "$go"
	for name in client server; do
		wait_for 60 says $name 'map(select(.state == "TIME_WAIT")) | length == 1'
	done
	entries client <<-'EOF'
		only | states == "CLOSE>SYN_SENT>ESTABLISHED>FIN_WAIT1>CLOSING>TIME_WAIT"
		only | causes == "call segment call segment segment" and result == "active established none"
	EOF
	entries server <<-'EOF'
		role("passive") | only | states == "LISTEN>SYN_RECV>ESTABLISHED>FIN_WAIT1>CLOSING>TIME_WAIT"
		role("passive") | only | causes == "segment segment call segment segment" and result == "passive established none"
	EOF
	entries router <<<'only | result == "forwarded established none"'
}
