# SPDX-License-Identifier: GPL-2.0-only
# What connections go through that are up: how they are kept, left and ended, and other ways to begin one.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

# cut_off: what the client and the server say does not arrive any more
cut_off() { firewall router forward drop; }

# served STEP…: a server on port 80 of both families that does these steps with its connection
served() {
	spawn server endpoint bind :: 80 listen 5 accept "$@" pause
	wait_for 60 listens server 80
}

# through_router COUNT: so many connections came about through it
through_router() { wait_for 60 says router "length == $1 and all(result == \"forwarded established none\" and .transitions == [])"; }

@test "keepalive: nobody answers any more" {
	topology_up
	load_module
	served
	spawn client endpoint socket 4 tcp option keepalive option keepidle option keepintvl option keepcnt \
		connect "$server4" 80 touch "$BATS_TEST_TMPDIR/up" fails ETIMEDOUT eof touch "$BATS_TEST_TMPDIR/over" pause
	wait_for 60 test -e "$BATS_TEST_TMPDIR/up"
	cut_off
	wait_for 60 test -e "$BATS_TEST_TMPDIR/over"
	entries client <<-'EOF'
		only | result == "active established none" and .error == "ETIMEDOUT"
		only | states == "CLOSE>SYN_SENT>ESTABLISHED>CLOSE" and causes == "call segment timer"
	EOF
	# The other end has not heard of it, but of its RST, which was cut, too.
	entries server <<<'role("passive") | only | .live and states == "LISTEN>SYN_RECV>ESTABLISHED" and causes == "segment segment"'
	through_router 1
}

@test "user timeout: what was sent is never acknowledged" {
	topology_up
	load_module
	served
	spawn client endpoint socket 6 tcp option patience connect "$server6" 80 touch "$BATS_TEST_TMPDIR/up" \
		await "$BATS_TEST_TMPDIR/cut" send 5 fails ETIMEDOUT eof touch "$BATS_TEST_TMPDIR/over" pause
	wait_for 60 test -e "$BATS_TEST_TMPDIR/up"
	cut_off
	touch "$BATS_TEST_TMPDIR/cut"
	wait_for 60 test -e "$BATS_TEST_TMPDIR/over"
	entries client <<-'EOF'
		only | .error == "ETIMEDOUT" and states == "CLOSE>SYN_SENT>ESTABLISHED>CLOSE"
		only | causes == "call segment timer" and .totals.retrans >= 1 and .totals.bytes_acked <= 1
		only | result == "active established none"
	EOF
	entries server <<<'role("passive") | only | .live and states == "LISTEN>SYN_RECV>ESTABLISHED" and result == "passive established none"'
	through_router 1
}

@test "an orphan: closed with data under way, and nobody there" {
	topology_up
	within client sysctl -qw net.ipv4.tcp_orphan_retries=1
	load_module
	served
	spawn client endpoint connect "$server4" 80 touch "$BATS_TEST_TMPDIR/up" await "$BATS_TEST_TMPDIR/cut" send 5 close
	wait_for 60 test -e "$BATS_TEST_TMPDIR/up"
	cut_off
	touch "$BATS_TEST_TMPDIR/cut"
	wait_for 90 says client 'only | .live | not'
	entries client <<-'EOF'
		only | states == "CLOSE>SYN_SENT>ESTABLISHED>FIN_WAIT1>CLOSE" and causes == "call segment call timer"
		only | .totals.retrans >= 1 and result == "active established none"
	EOF
	entries server <<<'role("passive") | only | .live and states == "LISTEN>SYN_RECV>ESTABLISHED" and result == "passive established none"'
	through_router 1
}

# half_closed ADDRESS CLIENT-STEPS SERVER-STEPS
half_closed() {
	topology_up
	load_module
	# shellcheck disable=SC2086 # words
	served $3
	# shellcheck disable=SC2086 # words
	within client endpoint connect "$1" 80 $2
}

@test "half-closed: the client has said all, the server goes on" {
	half_closed "$server4" "send 3 shutdown wr recv 9 eof close" "recv 3 eof send 9 close"
	wait_for 60 says server 'role("passive") | only | .live | not'
	entries client <<-'EOF'
		only | states == "CLOSE>SYN_SENT>ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT"
		only | calls == "socket connect connect-return send shutdown recv close"
		only | causes == "call segment call segment segment" and result == "active established none"
		only | .totals.bytes_received >= 9 and at("shutdown") < at("recv")
	EOF
	entries server <<-'EOF'
		role("passive") | only | states == "LISTEN>SYN_RECV>ESTABLISHED>CLOSE_WAIT>LAST_ACK>CLOSE"
		role("passive") | only | causes == "segment segment segment call segment" and result == "passive established none"
		role("passive") | only | since("CLOSE_WAIT") < at("send")
	EOF
	through_router 1
}

@test "half-closed: the server has said all, the client goes on" {
	half_closed "$server6" "recv 9 eof send 3 close" "send 9 shutdown wr recv 3 eof close"
	wait_for 60 says client 'only | .live | not'
	entries client <<-'EOF'
		only | states == "CLOSE>SYN_SENT>ESTABLISHED>CLOSE_WAIT>LAST_ACK>CLOSE"
		only | causes == "call segment segment call segment" and result == "active established none"
		only | since("CLOSE_WAIT") < at("send")
	EOF
	entries server <<-'EOF'
		role("passive") | only | states == "LISTEN>SYN_RECV>ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT"
		role("passive") | only | causes == "segment segment call segment segment" and result == "passive established none"
	EOF
	through_router 1
}

@test "its program does not wait for the ACK of its FIN: data left unread, no time to linger" {
	local dir=$BATS_TEST_TMPDIR
	topology_up
	firewall client prerouting tcp sport 80 tcp flags '& fin == fin' drop
	load_module
	spawn server endpoint bind :: 80 listen 5 accept await "$dir/sent4" shutdown wr await "$dir/close" close \
		accept recv 5 eof shutdown wr await "$dir/close" reset pause
	wait_for 60 listens server 80
	within client endpoint connect "$server4" 80 send 5 close
	within client endpoint connect "$server6" 80 send 5 close
	wait_for 60 says server 'role("passive") | length == 2 and all(.state == "CLOSE_WAIT")'
	touch "$dir/sent4"
	wait_for 60 says server 'role("passive")[0].state == "LAST_ACK"'
	touch "$dir/close"
	wait_for 60 says server 'role("passive") | all(.live | not)'
	entries server <<-'EOF'
		role("passive") | all(states == "LISTEN>SYN_RECV>ESTABLISHED>CLOSE_WAIT>LAST_ACK>CLOSE")
		role("passive") | all(causes == "segment segment segment call call")
		# tcp_disconnect() sends none where all was sent.
		role("passive") | map(saw("RST"; "out")) == [1, 0]
	EOF
}

@test "the same endpoints again: TIME_WAIT makes room, and nothing is merged" {
	topology_up
	load_module
	spawn server endpoint bind :: 80 listen 5 accept close accept eof close pause
	wait_for 60 listens server 80
	within client endpoint bind 10.0.1.2 5000 connect "$server4" 80 eof close
	wait_for 60 says server 'role("passive") | only | .state == "TIME_WAIT"'
	within client endpoint bind 10.0.1.2 5000 connect "$server4" 80 close
	wait_for 60 says client 'length == 2 and .[1].state == "TIME_WAIT"'
	entries client <<-'EOF'
		map(ends) | unique | length == 1
		.[0] | .live == false and states == "CLOSE>SYN_SENT>ESTABLISHED>CLOSE_WAIT>LAST_ACK>CLOSE"
		.[1] | states == "CLOSE>SYN_SENT>ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT"
		map(.handshake.client_isn) | unique | length == 2
	EOF
	entries server <<-'EOF'
		role("passive") | length == 2 and (map(ends) | unique | length == 1) and all(result == "passive established none")
		role("passive")[0] | .live == false and states == "LISTEN>SYN_RECV>ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT>CLOSE"
		role("passive")[0] | causes == "segment segment call segment segment segment" and (time_in("TIME_WAIT") | . < 55e9)
	EOF
	through_router 2
}

@test "the same endpoints again, where no probe tells that TIME_WAIT is over" {
	namespace here
	load_module without=inet_twsk_kill
	spawn here endpoint bind :: 80 listen 5 accept close accept eof close pause
	wait_for 60 listens here 80
	within here endpoint bind 127.0.0.1 5000 connect 127.0.0.1 80 eof close
	wait_for 60 says here 'role("active") | only | .live | not'
	within here endpoint bind 127.0.0.1 5000 connect 127.0.0.1 80 close
	wait_for 60 says here 'role("passive") | length == 2'
	entries here <<-'EOF'
		role("passive")[0] | states == "LISTEN>SYN_RECV>ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT>CLOSE"
		role("passive")[0] | .live == false and (causes | endswith(" segment"))
	EOF
	[ "$(stat_of here lost_end)" -eq 0 ]
}

fast_open() {
	local end
	for end in client server; do
		within $end sysctl -qw net.ipv4.tcp_fastopen=3
	done
}

# Each adds up with what the kernel counts of it.
@test "Fast Open: a cookie asked for, data in the SYN, and an answer without it" {
	topology_up
	fast_open
	load_module
	spawn server endpoint socket 6 tcp option reuseaddr option fastopen bind :: 80 listen 5 \
		accept recv 4 eof close accept recv 4 eof close accept recv 4 eof close pause
	wait_for 60 listens server 80
	# Without a cookie it sends none of its data with the SYN, but asks for one.
	for _ in 1 2; do
		within client endpoint socket 4 tcp option early connect "$server4" 80 send 4 close
	done
	within server sysctl -qw net.ipv4.tcp_fastopen=1
	within client endpoint socket 4 tcp option early connect "$server4" 80 send 4 close
	wait_for 60 says server 'role("passive") | length == 3 and all(.live | not)'
	entries client <<-'EOF'
		length == 3 and all(result == "active established none" and .handshake.fastopen)
		.[0].handshake | .data_out_ns > .synack_ns
		.[1].handshake | .data_out_ns <= .syn_ns and .data_out_ns < .synack_ns
		.[2].handshake | .data_out_ns <= .syn_ns
		.[2].totals.retrans >= 1
	EOF
	entries server <<-'EOF'
		role("passive") | length == 3 and all(result == "passive established none")
		role("passive")[1] | .handshake | .data_in_ns < .ack_ns
		role("passive")[1] | since("SYN_RECV") < .handshake.ack_ns
	EOF
	through_router 3
	[ "$(snmp server TcpExt.TCPFastOpenPassive)" -eq 1 ]
	[ "$(snmp client TcpExt.TCPFastOpenActive)" -eq 1 ]
}

@test "Fast Open without a cookie: the ACK behind much data is the final one" {
	topology_up
	within client sysctl -qw net.ipv4.tcp_fastopen=5
	within server sysctl -qw net.ipv4.tcp_fastopen=514
	load_module
	spawn server endpoint socket 6 tcp option reuseaddr option fastopen bind :: 80 listen 5 \
		accept recv 400 accept recv 400 pause
	wait_for 60 listens server 80
	spawn client endpoint socket 4 tcp option early connect "$server4" 80 send 400 pause
	wait_for 60 says server 'role("passive") | length == 1 and all(.handshake | has("ack_ns"))'
	entries server <<<'role("listener") | only | .ledger.queue_peak == 1'
	# This time nothing but the SYN is taken.
	within server sysctl -qw net.ipv4.tcp_fastopen=1
	spawn client endpoint socket 4 tcp option early connect "$server4" 80 send 400 pause
	wait_for 60 says server 'role("passive") | length == 2 and all(.handshake | has("data_in_ns"))'
	entries client <<-'EOF'
		length == 2 and all(result == "active established none")
		all(.handshake | .data_out_ns <= .syn_ns and .ack_ns > .synack_ns)
	EOF
}

@test "Fast Open: in the middle, an ACK that covers the answer, too, is the final one" {
	topology_up
	within client sysctl -qw net.ipv4.tcp_fastopen=5
	within server sysctl -qw net.ipv4.tcp_fastopen=514
	# Until the answer is there, no ACK leaves.
	firewall client output tcp dport 80 tcp flags '& (syn | ack) == ack' drop
	load_module
	spawn server endpoint socket 6 tcp option reuseaddr option fastopen bind :: 80 listen 5 accept recv 4 send 4 pause
	wait_for 60 listens server 80
	spawn client endpoint socket 4 tcp option early connect "$server4" 80 send 4 recv 4 pause
	wait_for 60 says client 'role("active") | only | .handshake | has("data_in_ns")'
	within client nft flush ruleset
	wait_for 60 says server 'role("passive") | only | .handshake | has("ack_ns")'
	wait_for 60 says router 'role("forwarded") | only | result == "forwarded established none" and (.handshake | has("ack_ns"))'
}

@test "Fast Open: what connect() put off has its verdict when its data is answered" {
	topology_up
	fast_open
	load_module
	spawn server endpoint socket 6 tcp option reuseaddr option fastopen bind :: 80 listen 5 accept recv 4 eof close pause
	wait_for 60 listens server 80
	within client endpoint socket 4 tcp option early connect "$server4" 80 send 4 close
	firewall server input tcp dport 80 reject with tcp reset
	# On the way back from send() it is told already.
	run within client endpoint socket 4 tcp option early connect "$server4" 80 send 4
	entries client <<-'EOF'
		.[1] | result == "active refused peer-rst"
		.[1] | calls | test("^socket connect connect-return .*connect-verdict=ECONNREFUSED")
	EOF
	failed client 'only | .what == "connect-verdict" and .error == "ECONNREFUSED"'
}

# Neither gets a SYN+ACK through to its client.
@test "Fast Open: closed before the final ACK that never comes, and a filter that ate the SYN+ACK for a while" {
	topology_up
	within client sysctl -qw net.ipv4.tcp_fastopen=5
	within server sysctl -qw net.ipv4.tcp_fastopen=514 net.ipv4.tcp_synack_retries=1
	firewall client input tcp sport 80 drop
	load_module
	spawn server endpoint socket 6 tcp option reuseaddr option fastopen bind :: 80 listen 5 accept recv 4 close pause
	wait_for 60 listens server 80
	spawn client endpoint socket 4 tcp option early connect "$server4" 80 send 4 pause
	wait_for 60 says server 'role("passive") | only | states | contains(">FIN_WAIT1")'
	kill -9 $!
	wait_for 60 says server 'role("passive") | only | .live | not'
	entries server <<-'EOF'
		role("passive") | only | result == "passive abandoned synack-unanswered"
		role("passive") | only | states == "LISTEN>SYN_RECV>FIN_WAIT1>CLOSE" and causes == "segment call timer"
	EOF
	[ "$(stat_of server passive_abandoned)" -eq 1 ]

	# And where the client's machine knows of no such socket any more
	within server sysctl -qw net.ipv4.tcp_synack_retries=5
	spawn server endpoint socket 6 tcp option reuseaddr option fastopen bind :: 82 listen 5 accept recv 4 close pause
	wait_for 60 listens server 82
	firewall client input tcp sport 82 drop
	spawn client endpoint socket 4 tcp option early connect "$server4" 82 send 4 pause
	wait_for 60 says server 'on(82) | role("passive") | only | .state == "FIN_WAIT1"'
	kill -9 $!
	within client nft flush ruleset
	wait_for 60 says server 'on(82) | role("passive") | only | .live | not'
	entries server <<<'on(82) | role("passive") | only | result == "passive reset half-open-rst" and .error == "ECONNRESET"'

	firewall server output tcp sport 81 drop
	spawn server endpoint socket 6 tcp option reuseaddr option fastopen bind :: 81 listen 5 pause
	wait_for 60 listens server 81
	spawn client endpoint socket 6 tcp option early connect "$server6" 81 send 4 pause
	wait_for 60 says server 'on(81) | role("passive") | only | .handshake.syn_count >= 3'
	entries server <<<'on(81) | role("passive") | only | .live and .handshake.phase == "syn" and .handshake.synack_count == 0'
	within server nft flush ruleset
	wait_for 60 says server 'on(81) | role("passive") | only | result == "passive established filtered-output" and states == "LISTEN>SYN_RECV>ESTABLISHED"'
	[ "$(stat_of server passive_filtered)" -eq 0 ]
}

# eat_first NETNS MATCH: a filter on the way out eats the first segment of more than 150 bytes
eat_first() {
	within "$1" nft -f - <<-RULES
		table inet filter {
			chain output {
				type filter hook output priority 0
				tcp $2 meta length > 150 limit rate 1/hour burst 1 packets counter drop
			}
		}
	RULES
}

# is_told_of FROM TO PORT SERVER CLIENT: the first data, in an entry of either, which a filter ate once; what each of the
# two does
is_told_of() {
	local connection="on($3) | map(select(.role != \"listener\")) | only | .handshake"
	spawn server endpoint bind :: "$3" listen 5 accept "$4" 200 pause
	wait_for 60 listens server "$3"
	spawn client endpoint connect "$server4" "$3" "$5" 200 pause
	wait_for 60 says "$2" "$connection | has(\"data_in_ns\")"
	entries "$1" <<<"$connection | has(\"data_out_ns\")"
	within "$1" nft list ruleset | grep -q "packets 1 "
}

@test "Fast Open: closed before the final ACK, which comes all the same, and a RST behind it" {
	local family address
	topology_up
	fast_open
	within client sysctl -qw net.ipv4.tcp_fastopen=5
	within server sysctl -qw net.ipv4.tcp_fastopen=514
	load_module
	for family in 4 6; do
		address=server$family
		# No SYN+ACK yet, and later nothing else
		firewall router forward tcp sport 80 tcp flags \& syn == syn drop
		rules client deaf input tcp sport 80 tcp flags \& syn == 0 drop
		spawn server endpoint socket 6 tcp option reuseaddr option fastopen bind :: 80 listen 5 accept recv 4 send 9000 close unlisten pause
		wait_for 60 listens server 80
		spawn client endpoint socket $family tcp option early connect "${!address}" 80 send 4 await "$BATS_TEST_TMPDIR/up$family" reset pause
		wait_for 60 says server 'role("passive") | last | .state == "FIN_WAIT1" and (.handshake | has("ack_ns") | not)'
		within router nft flush ruleset
		wait_for 60 says client 'last | .state == "ESTABLISHED"'
		wait_for 60 says server 'role("passive") | last | .handshake | has("ack_ns")'
		touch "$BATS_TEST_TMPDIR/up$family"
		wait_for 60 says server 'role("passive") | last | .live | not'
	done
	entries server <<-'EOF'
		role("passive") | length == 2 and all(result == "passive established none" and .error == "ECONNRESET")
		role("passive") | all(states == "LISTEN>SYN_RECV>FIN_WAIT1>CLOSE" and causes == "segment call segment")
	EOF
	[ "$(stat_of server passive_established)" -eq 2 ]
	stat_is server passive_reset -eq 0
}

@test "first data that a filter ate is told of when it leaves" {
	topology_up
	eat_first server 'sport 80'
	eat_first client 'dport 81'
	load_module
	is_told_of server client 80 send recv
	# Where a SYN and an ACK went before it
	is_told_of client server 81 recv send
}

@test "TCP_DEFER_ACCEPT: the final ACK alone is not enough" {
	topology_up
	load_module
	spawn server endpoint socket 6 tcp option reuseaddr option defer bind :: 80 listen 5 accept recv 4 eof close pause
	wait_for 60 listens server 80
	spawn client endpoint connect "$server4" 80 touch "$BATS_TEST_TMPDIR/up" await "$BATS_TEST_TMPDIR/send" send 4 close
	wait_for 60 test -e "$BATS_TEST_TMPDIR/up"
	# The client is, the server not yet.
	entries client <<<'only | result == "active established none" and .state == "ESTABLISHED"'
	entries server <<<'role("passive") | only | .handshake | .outcome == "in-progress" and has("ack_ns")'
	touch "$BATS_TEST_TMPDIR/send"
	wait_for 60 says server 'role("passive") | only | .live | not'
	entries server <<-'EOF'
		role("passive") | only | result == "passive established none"
		role("passive") | only | since("ESTABLISHED") > .handshake.ack_ns
	EOF
}

@test "what a connection ended with, and when one that passed through did" {
	topology_up
	load_module
	spawn server endpoint bind :: 80 listen 5 accept recv 4 reset accept recv 4 eof close pause
	wait_for 60 listens server 80
	within client endpoint connect "$server4" 80 send 4 fails ECONNRESET recv 4
	within client endpoint connect "$server6" 80 send 4 close
	wait_for 60 says router 'length == 2 and all(.live | not)'
	[ "$(within client sockledger list --json error ECONNRESET | jq -r 'map(.local.addr) | .[]')" = 10.0.1.2 ]
	[ "$(within client sockledger list --json error none | jq length)" -eq 1 ]
	grep -q ' established, ECONNRESET ' <<<"$(within client sockledger)"
	# The sweep waits for what is late, but that is not when it ended.
	entries router <<<'all(.end_ns - (.events | last | .t_ns) | . >= 0 and . < 1000000000)'
	[ "$(within router sockledger | awk 'NR > 1 { print $3 }' | sort -u)" = ended ]
	run within client sockledger list error ECONNRESE
	[ "$status" -eq 2 ]
	[[ $output == *'"ECONNRESE" is not an error (did you mean "ECONNRESET"?)'* ]]
}

@test "show says where segments were not kept, and what may have been sent again before it came" {
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 5 accept recv 400 pause
	wait_for 60 listens here 80
	# On its way between the two hooks
	within here nft -f - <<-'RULES'
		table inet filter {
			chain prerouting {
				type filter hook prerouting priority 0
				tcp dport 80 meta length > 300 limit rate 1/hour burst 1 packets counter drop
			}
		}
	RULES
	spawn here endpoint connect 127.0.0.1 80 send 400 pause
	wait_for 60 says here 'role("active") | only | .totals.bytes_acked == 401'
	grep -qE ' data .* lost\?$' <<<"$(within here sockledger show role active)"
	# More SYNs than an entry keeps, at both ends
	local seq port
	port=$(tell here 'role("active") | only | .local.port')
	for seq in {1..8}; do
		within here segments 127.0.0.1 127.0.0.1 "$port" 80 seq="$seq"
	done
	wait_for 60 says here 'map(select(.role != "listener")) | length == 2 and all(.events_dropped == 2)'
	within here sockledger show role active | tee "$BATS_TEST_TMPDIR/shown"
	[ "$(grep -c ' 2 events not kept' "$BATS_TEST_TMPDIR/shown")" -eq 1 ]
	grep -A1 ' 2 events not kept' "$BATS_TEST_TMPDIR/shown" | grep -q ' SYN seq=3 '
	grep -q '^not kept .* between the first and those shown$' "$BATS_TEST_TMPDIR/shown"
}

# What TCP says of a stream, as ss asks for it; it leaves out what is 0, and all but six digits.
facts_of() {
	within "$1" ss -Htin "sport = :$2 or dport = :$2" | tr ' ' '\n' | awk -F '[:/]' '
		$1 == "retrans" { retrans = $3 }
		{ value[$1] = $2 + 0 }
		END { printf "{ \"retrans\": %d, \"out_of_order\": %d, \"dsack_dups\": %d, \"rwnd_limited_ms\": %d, \"snd_wnd\": %d, \"rtt\": %f }",
			retrans, value["rcv_ooopack"], value["dsack_dups"], value["rwnd_limited"], value["snd_wnd"], value["rtt"] * 1000 }'
}

# agrees NETNS PORT ROLE: does the ledger say so, too?
agrees() {
	says "$1" "$(facts_of "$1" "$2") as \$ss | on($2) | role(\"$3\") | only | .totals as \$totals
		| (\$ss | del(.rtt) | to_entries | all(.value == \$totals[.key])) and (\$ss.rtt - .totals.srtt_us | fabs) <= 1 + \$ss.rtt / 1e5"
}

@test "what was sent again, came twice, late or out of order, and found no room: as the socket says" {
	topology_up
	load_module
	within router tc qdisc add dev left root netem delay 20ms
	local port=80 address
	for address in "$server4" "$server6"; do
		spawn server endpoint bind :: $port listen 5 accept await "$BATS_TEST_TMPDIR/read$port" recv 400000 \
			touch "$BATS_TEST_TMPDIR/got$port" eof close pause
		wait_for 60 listens server $port
		spawn client endpoint connect "$address" $port send 400000 await "$BATS_TEST_TMPDIR/close$port" close pause
		# It is not read, and then it is lost and doubled.
		wait_for 60 says client "on($port) | only | .totals | .snd_wnd == 0 and .rwnd_limited_ms > 0"
		firewall router forward tcp dport $port numgen inc mod 7 == 3 drop
		within router tc qdisc replace dev right root netem delay 20ms duplicate 50%
		touch "$BATS_TEST_TMPDIR/read$port"
		wait_for 200 test -e "$BATS_TEST_TMPDIR/got$port"
		# Nothing is under way any more.
		wait_for 60 says client "on($port) | only | .totals.bytes_acked == 400001"
		wait_for 60 agrees client $port active
		wait_for 60 agrees server $port passive
		within router nft flush ruleset
		within router tc qdisc delete dev right root
		facts_of client $port >"$BATS_TEST_TMPDIR/facts"
		touch "$BATS_TEST_TMPDIR/close$port"
		wait_for 60 says server "on($port) | role(\"passive\") | only | .live | not"
		# At the end they are what they were, but for a FIN that a slow machine sent again.
		entries client <<-EOF
			$(jq -c '{out_of_order, rwnd_limited_ms}' "$BATS_TEST_TMPDIR/facts") as \$ss | on($port) | only | .totals as \$totals | \$ss | to_entries | all(.value == \$totals[.key])
			$(jq -c '{retrans, dsack_dups}' "$BATS_TEST_TMPDIR/facts") as \$ss | on($port) | only | (saw("FIN"; "out") - 1) as \$fins | .totals as \$totals | \$ss | to_entries | all(\$totals[.key] - .value | . >= 0 and . <= \$fins)
			on($port) | only | .totals | .retrans > 0 and .dsack_dups > 0 and .rwnd_limited_ms > 0 and .srtt_us > 15000
		EOF
		entries server <<<"on($port) | role(\"passive\") | only | .totals | .out_of_order > 0 and .rwnd_limited_ms == 0"
		entries server <<<"on($port) | role(\"passive\") | only | .totals.retrans == saw(\"FIN\"; \"out\") - 1"
		within client sockledger -n show "sport = :$port or dport = :$port" | tee "$BATS_TEST_TMPDIR/shown"
		grep -q 'segments sent again, [0-9]* segments* that had arrived already' "$BATS_TEST_TMPDIR/shown"
		[ "$(within client sockledger list "dport = :$port" | awk 'NR == 2 { print $10 ~ /^[0-9.]+ms$/, $11 }')" = \
			"1 $(tell client "on($port) | only | .totals.retrans")" ]
		grep -q 'held up *[0-9.]* m*s, without room at the peer' "$BATS_TEST_TMPDIR/shown"
		port=$((port + 1))
	done
}
