# SPDX-License-Identifier: GPL-2.0-only
# SYNs of clients that do not exist, far more than there is room for: they cost what they may and no more, and nobody who is
# real loses an entry. FLOOD=2000000 sends so many.
# shellcheck disable=SC2154 # words come from it
load lib
load words

syns=${FLOOD:-20000}
connections=500

# A tunnel from which the flood comes, somebody behind to whom it may be forwarded, and who is real besides
target() {
	namespace here
	namespace behind
	within here sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
		net.ipv4.tcp_max_syn_backlog=256 net.ipv4.tcp_syncookies="$1"
	modprobe tun
	ip -n here tuntap add tun0 mode tun
	address here tun0 10.9.0.1/16
	ip -n here link set tun0 up
	ip -n here route add 10.128.0.0/9 dev tun0
	link here inner behind eth0
	address here inner 10.10.0.1/16
	address behind eth0 10.10.0.2/16
	# Nothing is answered from there.
	ip -n behind route add blackhole 10.128.0.0/9
	spawn here storm serve 80
	spawn here storm serve 81
	spawn behind storm serve 80
	wait_for 60 listens here 80
	wait_for 60 listens here 81
	wait_for 60 listens behind 80
	load_module max_half_open=1024
	spawn here endpoint connect 127.0.0.1 81 pause
	wait_for 60 stat_is here passive_established -eq 1
	within here storm connect 127.0.0.1 81 2 20
	wait_for 60 stat_is here passive_established -eq 21
}

pool_is_full() { stat_is here lost_half_open_full -gt 0 || stat_is here half_open_evicted -gt 0; }

# The flood, and real connections to PORT meanwhile, over loopback: flood DESTINATION PORT. With -ge after them, the
# kernel may have made some of them twice.
flood() {
	local before flood
	before=$(stat_of here entries_opened)
	spawn here flood tun0 "$1" 80 "$syns"
	flood=$!
	# It has begun to push out.
	wait_for 300 pool_is_full
	within here storm connect 127.0.0.1 "$2" 5 "$connections" | tee /dev/stderr | grep -qx "done $connections failed 0"
	wait "$flood"
	# Until nothing is handed over any more
	wait_for 60 stat_is here passive_established "${3:--eq}" $((21 + connections))
	proc here stats | grep -E '^(entries|limit|lost|bytes|half|history|bad)'
	# Each SYN has, or had, an entry, or is counted, and the real ones have both ends; beside that a real SYN may have
	# found no room before its socket was born, which did, and what a listener sends again finds none again.
	local told=$(($(stat_of here entries_opened) - before + $(stat_of here lost_half_open_full)))
	echo "# $syns SYNs and $connections connections, $told told of" >&3
	[ "$told" -ge $((syns + 2 * connections)) ]
	[ "$told" -le $((syns + 3 * connections + syns / 20)) ]
	# Its pool is all that it filled.
	[ "$(sum_of here '^entries_half_open')" -le 1024 ]
	[ "$(stat_of here history_evicted)" -eq 0 ]
	proc here stats | awk '/^(lost|bad)_/ && $2 && $1 !~ /_(half_open_full|entry_events)$/ { print; bad = 1 } END { exit bad }'
	# And no more memory than its entries take, of all namespaces
	wait_for 300 memory_is_theirs || { memory_is_theirs; false; }
}

# The entries that there are, and what waits for its grace period or in a processor's own list, are all objects.
memory_is_theirs() {
	local entries
	entries=$(for name in here behind; do proc $name stats; done; cat /proc/net/sockledger/stats)
	entries=$(awk '/^entries_(live|history|half_open|half_open_past) / { sum += $2 } END { print sum }' <<<"$entries")
	awk -v entries="$entries" '$1 == "sockledger_entry" { print $2, "objects,", entries, "entries"; exit $2 > entries + 512 }' /proc/slabinfo
}

# everyone_is_there [COOKIES]: of every real connection both ends, those from before the flood too. With cookies the kernel
# now and then makes two children: one of the data that one processor takes in, and of the ACK before it, which another
# takes in late. They have the same ends.
everyone_is_there() {
	within here cat /proc/net/sockledger/handshakes | awk -v want=$((21 + connections)) -v cookies="${1:-}" '
		$6 == "established" { seen[$2]++; twins += $2 == "passive" && ends[$3, $4]++ }
		END {
			more = seen["passive"] - want
			print seen["active"], seen["passive"], twins + 0
			exit seen["active"] != want || more < 0 || more > (cookies ? twins : 0)
		}'
}

@test "a flood of SYNs at a listener without cookies" {
	target 0
	flood 10.9.0.1 81
	everyone_is_there
}

@test "a flood of SYNs at a listener that answers with cookies, and accepts who is real" {
	target 2
	flood 10.9.0.1 80 -ge
	everyone_is_there cookies
	# Those whose SYN found no room, too
	within here sockledger list --json role passive sport = :80 outcome established >"$BATS_TEST_TMPDIR/born"
	jq -e 'length > 0 and all(.handshake.cookie)' "$BATS_TEST_TMPDIR/born"
	[ "$(snmp here TcpExt.SyncookiesSent)" -ge "$syns" ]
	# Those of handshakes that found no room, too
	local sent accepted
	read -r sent accepted <<<"$(within here sockledger listeners --json |
		jq -r 'map(.ledger) | "\(map(.cookies_sent) | add) \(map(.cookies_accepted) | add)"')"
	echo "$sent cookies sent, $accepted accepted; to the kernel it was $(snmp here TcpExt.SyncookiesSent)"
	[ "$sent" -eq "$(snmp here TcpExt.SyncookiesSent)" ]
	[ "$accepted" -ge $((connections + 21)) ]
}

@test "a flood of SYNs that is forwarded" {
	target 1
	flood 10.10.0.2 81
	everyone_is_there
	says here 'map(select(.role == "forwarded")) | length > 0'
}
