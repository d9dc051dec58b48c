# SPDX-License-Identifier: GPL-2.0-only
# Where the calls are heard: functions of the kernel, any of which may be missing.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

symbols=(inet_release security_socket_post_create inet_bind inet6_bind __sys_listen inet_stream_connect inet_dgram_connect
	__inet_accept __sys_accept4 inet_shutdown tcp_conn_request tcp_v4_syn_recv_sock tcp_v6_syn_recv_sock
	inet_twsk_kill __udp_enqueue_schedule_skb skb_consume_udp __udp4_lib_err __udp6_lib_err
	udp_sendmsg udpv6_sendmsg ip_setsockopt ipv6_setsockopt tcp_v4_err tcp_v6_err tcp_peer_is_proven)
# Where an MPTCP socket binds its subflow without a call
[[ $(uname -r) == 6.1.* ]] || symbols+=(inet_bind_sk inet6_bind_sk)

# warnings: what the module said about probes since the test began
warnings() { kernel_log | grep -E '^<[0-4]>.*sockledger: ' | grep -v taint; }

# A server and a client, and their end
some_life() {
	spawn here endpoint bind :: 80 listen 5 accept recv 5 send 7 eof close pause
	wait_for 60 listens here 80
	within here endpoint connect ::1 80 send 5 recv 7 close
	wait_for 60 says here 'role("passive") | only | .state == "CLOSE"'
}

@test "every probe says whether it is there, how often it was hit and missed" {
	namespace here
	load_module
	some_life
	diff <(proc here stats | sed -n 's/^probe_\(.*\)_attached .*/\1/p' | sort) <(printf '%s\n' "${symbols[@]}" | sort)
	nothing_missed here
	local symbol
	for symbol in security_socket_post_create inet6_bind __sys_listen inet_stream_connect __inet_accept inet_release \
		tcp_conn_request tcp_v6_syn_recv_sock; do
		[ "$(stat_of here "probe_${symbol}_hits")" -ge 1 ]
		[ "$(stat_of here "probe_${symbol}_missed")" -eq 0 ]
	done
	[ "$(stat_of here probe_inet_bind_hits)" -eq 0 ]
	run warnings
	[ "$status" -eq 1 ]
}

@test "without bind(): one message, stats say so, all else works" {
	namespace here
	load_module without=inet_bind,inet6_bind
	[ "$(warnings | wc -l)" -eq 1 ]
	warnings | grep -F 'functions without a probe, and what goes untold: inet_bind: bind() over IPv4, inet6_bind: bind() over IPv6'
	some_life
	within here endpoint socket 4 tcp fails EADDRINUSE bind 0.0.0.0 80
	[ "$(stat_of here probe_inet_bind_attached)" -eq 0 ]
	[ "$(stat_of here probe_inet6_bind_attached)" -eq 0 ]
	[ "$(stat_of here probe_inet6_bind_hits)" -eq 0 ]
	entries here <<-'EOT'
		role("listener") | only | calls == "socket listen" and .ledger.accepted == 1 and .local.port == 80
		role("passive") | only | calls == "accept recv send close"
		role("active") | only | calls == "socket connect connect-return send recv close"
		map(select(.role == "idle")) | only | calls == "socket exit"
	EOT
	[ "$(proc here calls | wc -l)" -eq 1 ]
}

@test "without a name that is none of them, and without what is not there, it does not load" {
	local without sentence
	while IFS='|' read -r without sentence; do
		run load_module "without=$without"
		[ "$status" -ne 0 ]
		[ ! -e /proc/net/sockledger ]
		kernel_log | grep -F "$sentence"
	done <<-'EOT'
		inet_bnid|sockledger: without=inet_bnid: inet_bnid is no function that is probed
		inet_bind,tcp_close|sockledger: without=inet_bind,tcp_close: tcp_close is no function that is probed
		inet|sockledger: without=inet: inet is no function that is probed
	EOT
	load_module without=
	run grep -F 'without a probe' <(warnings)
	[ "$status" -eq 1 ]
}

# Each alone: the module does its work, without a complaint of the kernel
@test "without any one of them" {
	namespace here
	local symbol
	for symbol in "${symbols[@]}"; do
		echo "$symbol"
		load_module "without=$symbol"
		spawn here endpoint bind :: 80 listen 5 accept recv 5 send 7 eof close
		wait_for 60 listens here 80
		within here endpoint connect ::1 80 send 5 recv 7 close
		wait_for 60 says here 'role("passive") | only | .handshake.outcome == "established" and .state == "CLOSE"'
		within here endpoint socket 4 udp bind 127.0.0.1 53 close
		[ "$(proc here stats | awk '/^probe_.*_attached 0/ { print $1 }')" = "probe_${symbol}_attached" ]
		says here 'role("active") | only | .handshake.outcome == "established" and .totals.bytes_sent == 5'
		unload_module
		within here ss -K state time-wait >/dev/null
	done
}

@test "without socket(), connect() and accept(): connections have entries, and no owners" {
	namespace here
	load_module without=security_socket_post_create,inet_stream_connect,__inet_accept
	some_life
	entries here <<-'EOT'
		role("active") | only | calls == "send recv close" and (has("opener") | not) and .handshake.outcome == "established"
		role("passive") | only | calls == "recv send close" and (has("acceptor") | not) and (.handshake | has("accepted_ns") | not)
		role("listener") | only | .ledger.established == 1 and .ledger.accepted == 0 and calls == "bind listen"
	EOT
}

@test "the last that is heard at its beginning may be switched off and on" {
	local dir=$BATS_TEST_TMPDIR
	namespace here
	load_module datagrams=0 without=inet_release,security_socket_post_create,__inet_accept,tcp_v4_err,tcp_v6_err,tcp_conn_request,tcp_v4_syn_recv_sock,tcp_v6_syn_recv_sock,inet_twsk_kill
	spawn here datagram socket 4 udp bind 127.0.0.1 53 touch "$dir/up" recv 1 touch "$dir/off" recv 1 touch "$dir/on" pause
	wait_for 60 test -e "$dir/up"
	within here datagram socket 4 udp to 127.0.0.1 53 send 1 5
	wait_for 60 test -e "$dir/off"
	stat_is here probe_skb_consume_udp_hits -eq 0
	within here sockledger set datagrams on
	within here datagram socket 4 udp to 127.0.0.1 53 send 1 5
	wait_for 60 test -e "$dir/on"
	stat_is here probe_skb_consume_udp_hits -eq 1
}

# Nobody tells when a UDP socket ends, or one that did nothing.
@test "without close(): memory stays within its bounds, and what is lost is counted" {
	namespace here
	load_module without=inet_release max_live=64 max_history=64
	local steps=''
	for _ in {1..100}; do
		steps+=' socket 4 udp bind 127.0.0.1 0 close socket 4 tcp close'
	done
	# shellcheck disable=SC2086 # words
	within here endpoint $steps
	# shellcheck disable=SC2086 # words
	within here endpoint $steps
	proc here stats | grep -E '^(entries|lost)_'
	[ "$(stat_of here entries_live)" -le 64 ]
	[ "$(stat_of here entries_history)" -le 64 ]
	# A connection has its two entries all the same, or it is counted.
	local lost
	lost=$(stat_of here lost_live_full)
	spawn here endpoint bind :: 80 listen 5 accept eof close pause
	wait_for 60 listens here 80
	within here endpoint connect ::1 80 close
	sleep 1
	proc here stats | grep -E '^(entries|lost)_'
	[ "$(tell here 'map(select(.role != "datagram" and .role != "idle")) | length')" -eq $((3 - ($(stat_of here lost_live_full) - lost))) ]
}

@test "UDP sockets and idle ones leave nothing behind" {
	namespace here
	load_module
	local steps=''
	for _ in {1..100}; do
		steps+=' socket 4 udp bind 127.0.0.1 0 close socket 6 tcp close socket 6 udp connect ::1 53 close'
	done
	# shellcheck disable=SC2086 # words
	within here endpoint $steps
	[ "$(stat_of here entries_live)" -eq 0 ]
	[ "$(stat_of here entries_history)" -eq 300 ]
	entries here <<<'all(.live | not) and all(calls | endswith("close"))'
	[ "$(stat_of here probe_inet_release_hits)" -ge 300 ]
}

@test "ftrace stays on while it is listened to" {
	namespace here
	load_module
	run sysctl -w kernel.ftrace_enabled=0
	[ "$status" -ne 0 ]
	within here endpoint socket 4 tcp close
	entries here <<<'only | calls == "socket close"'
	unload_module
	sysctl -w kernel.ftrace_enabled=0
	sysctl -w kernel.ftrace_enabled=1
}

@test "without ftrace what could not be attached is said, and the rest goes on" {
	namespace here
	sysctl -w kernel.ftrace_enabled=0
	load_module
	sysctl -w kernel.ftrace_enabled=1
	stat_is here probe_inet_release_attached -eq 0
	# Where the end of a UDP socket is not heard of, none has an entry.
	within here datagram socket 4 udp to 127.0.0.1 53 send 1 1
	entries here <<<'length == 0'
	spawn here endpoint bind :: 80 listen 5 accept eof close pause
	wait_for 60 listens here 80
	within here endpoint connect ::1 80 close
	wait_for 60 says here 'role("active") | only | result == "active established none"'
	unload_module
}
