# SPDX-License-Identifier: GPL-2.0-only
# The ledger of a listening socket: its queues, and what came of it.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

# The only listener's ledger, as queue/backlog half-open drops established
counts() {
	tell "$1" 'role("listener") | only | .ledger | "\(.queue)/\(.backlog) \(.half_open) \(.drops) \(.established)"'
}

is() { [[ $(counts "$1") == "$2" ]]; }

# The same from /proc, where only live listeners are
proc_counts() { proc "$1" listeners | awk 'NR == 2 { print $5 "/" $6, $7, $8, $9 }'; }

@test "the accept queue fills and is emptied by accept()" {
	local step=$BATS_TEST_TMPDIR/step
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 5 await "$step.1" accept await "$step.2" accepts 2 await "$step.3" close pause
	wait_for 60 listens here 80
	is here "0/5 0 0 0"
	spawn here endpoint connect 127.0.0.1 80 connects 2 ::1 80 pause
	wait_for 60 is here "3/5 0 0 3"
	[ "$(proc_counts here)" = "3/5 0 0 3" ]
	touch "$step.1"
	wait_for 60 is here "2/5 0 0 3"
	touch "$step.2"
	wait_for 60 is here "0/5 0 0 3"
	[ "$(proc_counts here)" = "0/5 0 0 3" ]
	entries here <<-'EOF'
		role("listener") | only | .opener.comm == "endpoint" and .local.port == 80 and .live
		(role("listener") | only | .id) as $id | role("passive") | length == 3 and all(.listener_id == $id and .state == "ESTABLISHED")
	EOF
}

@test "the backlog granted is the one asked for, up to net.core.somaxconn, and may change" {
	namespace here
	within here sysctl -qw net.core.somaxconn=7
	load_module
	spawn here endpoint bind 127.0.0.1 80 listen 3 await "$BATS_TEST_TMPDIR/again" listen 100 pause
	wait_for 60 is here "0/3 0 0 0"
	touch "$BATS_TEST_TMPDIR/again"
	wait_for 60 is here "0/7 0 0 0"
	entries here <<<'only | states == "CLOSE>LISTEN"'
}

@test "a listener that never bound shows the port it was given" {
	namespace here
	load_module
	spawn here endpoint listen 5 pause
	wait_for 60 says here 'only | .local.port > 1024'
	[ -n "$(within here ss -Hltn "sport = :$(tell here 'only | .local.port')")" ]
}

@test "a listener that never bound is found by its port, though its listen() was not heard to return" {
	namespace here
	load_module without=__sys_listen
	spawn here endpoint listen 5 pause
	wait_for 60 says here 'only | .role == "listener" and .local.port > 1024'
	local port
	port=$(tell here 'only | .local.port')
	[ "$(within here sockledger list --json sport = ":$port" | jq length)" -eq 1 ]
	[ "$(within here sockledger list --json sport != ":$port" | jq length)" -eq 0 ]
}

@test "half-open handshakes are counted while they wait" {
	topology_up
	firewall client prerouting tcp sport 80 drop
	load_module
	spawn server endpoint bind :: 80 listen 5 accept pause
	wait_for 60 listens server 80
	spawn client endpoint start "$server4" 80 pause
	spawn client endpoint start "$server6" 80 pause
	wait_for 60 says server 'role("listener") | only | .ledger | .half_open == 2 and .queue == 0 and .established == 0'
	[ "$(proc server listeners | awk 'NR == 2 { print $7 }')" -eq 2 ]
	within client nft flush ruleset
	wait_for 60 says server 'role("listener") | only | .ledger | .half_open == 0 and .established == 2'
}

@test "a full queue drops SYNs, and the listener says how many" {
	topology_up
	within server sysctl -qw net.ipv4.tcp_syncookies=0
	load_module
	spawn server endpoint bind :: 80 listen 1 pause
	wait_for 60 listens server 80
	spawn client endpoint connects 2 "$server4" 80 await "$BATS_TEST_TMPDIR/full" connects 2 "$server4" 80
	# The kernel looks whether there is room before it takes it: another CPU may take the last place twice.
	wait_for 60 says server 'role("listener") | only | .ledger.queue == 2'
	touch "$BATS_TEST_TMPDIR/full"
	wait_for 60 says server 'role("listener") | only | .ledger | .queue == 2 and .drops >= 2'
	# Both count; the kernel may count once more in between.
	local before after drops
	before=$(snmp server TcpExt.ListenDrops)
	drops=$(tell server 'role("listener") | only | .ledger.drops')
	after=$(snmp server TcpExt.ListenDrops)
	[ "$before" -le "$drops" ]
	[ "$drops" -le "$after" ]
	says server 'role("listener") | only | .ledger.established == 2'
	says server 'role("passive") | map(select(.handshake.outcome == "established")) | length == 2'
}

@test "a closed listener leaves /proc's listeners and stays in the ledger" {
	namespace here
	load_module
	spawn here endpoint bind ::1 80 listen 5 await "$BATS_TEST_TMPDIR/close" close pause
	wait_for 60 listens here 80
	spawn here endpoint connect ::1 80 pause
	wait_for 60 is here "1/5 0 0 1"
	[ "$(proc here listeners | wc -l)" -eq 2 ]
	touch "$BATS_TEST_TMPDIR/close"
	wait_for 60 says here 'role("listener") | only | .live | not'
	[ "$(proc here listeners | wc -l)" -eq 1 ]
	entries here <<-'EOF'
		role("listener") | only | states == "CLOSE>LISTEN>CLOSE" and causes == "call call"
		role("listener") | only | .ledger | .backlog == 5 and .established == 1
		role("passive") | only | states == "LISTEN>SYN_RECV>ESTABLISHED>CLOSE" and .handshake.outcome == "established"
		role("passive") | only | .transitions[-1].cause == "call" and saw("RST"; "out") == 1
		role("active") | only | states == "CLOSE>SYN_SENT>ESTABLISHED>CLOSE" and .error == "ECONNRESET"
	EOF
}
