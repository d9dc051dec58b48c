# SPDX-License-Identifier: GPL-2.0-only
# Segments that are wrong or forged, many of them at live connections: TCP goes on with those that it believes, and the
# ledger knows the same. HOSTILE=1000000 takes so many shots instead, SEED makes it others.
# shellcheck disable=SC2154 # words come from it
load lib
load words

# A namespace with a tunnel device, and somebody behind it to whom it forwards
target() {
	namespace here
	namespace behind
	within here sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.tcp_syncookies=1 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.icmp_ratelimit=0
	modprobe tun
	ip -n here tuntap add tun0 mode tun
	address here tun0 10.9.0.1/16 fd09::1/16
	ip -n here link set tun0 up
	link here inner behind eth0
	address here inner 10.10.0.1/16 fd10::1/16
	address behind eth0 10.10.0.2/16 fd10::2/16
	ip -n behind route add default via 10.10.0.1
	ip -n behind -6 route add default via fd10::1
	spawn behind endpoint bind :: 80 listen 64 pause
	wait_for 60 listens behind 80
}

# Each connection's line from the program, joined with the entries that the ledger has of it
# shellcheck disable=SC2016 # jq's variables
judge='
	def key: "\(.role) \(.family) \(.here) \(.there)";
	(reduce (inputs | select(.handshake and .remote and .local)) as $entry ({};
		($entry | { role, family: (if .local.addr | contains(":") then "inet6" else "inet" end), here: .local.port, there: .remote.port } | key) as $key | .[$key] += [$entry])) as $known
	| $truth[]
	| ($known[key] // []) as $all
	| ([$all[] | select(.handshake.outcome == "established")]) as $up
	| if .outcome == "none" then select($up != [])
	  elif .outcome == "established" then select(($up | length) != .times or $up[-1].state != .state or
		(.role == "active" and ($all | length) != 1))
	  else select(($all | length) != 1 or $all[0].handshake.outcome != .outcome) end
	| "\(tojson)\n\tis \($all | map([.handshake.outcome, .handshake.reason, .state]) | tojson)"
'

# hostile CONNECTIONS: the $shots, and every connection's record held against what its socket said
hostile() {
	local truth=$RESULTS/truth seed=${SEED:-7}
	echo "# seed $seed, $shots shots at $1 connections" >&3
	ip netns exec here hostile tun0 "$seed" "$shots" "$1" </dev/null >"$truth" 2>"$RESULTS/shots" 3>&- &
	spawned+=($!)
	wait_for 2400 eval "grep -qx done $truth || ! kill -0 $!"
	cat "$RESULTS/shots"
	grep -qx 'done' "$truth"
	[ "$(awk '{ sum += $2 } END { print sum }' "$RESULTS/shots")" -ge "$shots" ]
	sed -i '/^done$/d' "$truth"
	[ "$(wc -l <"$truth")" -eq "$1" ]
	# What had other addresses was none of theirs.
	ledger here dst 10.9.0.2 or dst fd09::2 | jq -c '.[]' >"$RESULTS/entries"
	jq -nr --slurpfile truth "$truth" "$judge" <"$RESULTS/entries" >"$RESULTS/wrong"
	head -n 40 "$RESULTS/wrong"
	[ ! -s "$RESULTS/wrong" ]
	jq -r '"\(.role) \(.spared) \(.outcome)"' "$truth" | sort | uniq -c
	# Those that were spared came to something, all of them.
	jq -es 'map(select(.spared)) | length > 10 and all(.outcome == "established")' "$truth" >/dev/null
	# Nobody else has a connection that was accepted.
	[ "$(stat_of here passive_established)" -eq "$(jq -s 'map(select(.role == "passive") | .times) | add' "$truth")" ]
}

@test "hostile segments change no connection's record but as they changed the connection" {
	local room=16384 shots=${HOSTILE:-20000}
	target
	load_module max_history=65536 max_half_open=$room
	# Half of the shots between its SYN and its end hit a listener, whose queue forgets a request that waits too long.
	hostile $((shots > 100000 ? shots / 500 : 200))
	proc here stats | grep -E '^(lost|bad|fragments|entries|half|history)'
	local name
	for name in bad_truncated bad_offset bad_options bad_flags bad_checksum fragments; do
		[ "$(stat_of here $name)" -gt 0 ]
	done
	proc here stats |
		awk '/^lost_/ && $2 && $1 !~ /_(entry_events|notices|unknown_socket|half_open_full)$/ { print; bad = 1 } END { exit bad }'
	# A SYN finds no room where the pool is full, and nowhere else.
	[ "$(stat_of here lost_half_open_full)" -eq 0 ] ||
		[ "$(sum_of here '^entries_half_open')" -eq $room ]
	# Somebody behind got some, and the router knows of them.
	[ "$(snmp behind Tcp.InSegs)" -gt 0 ]
	ledger here role forwarded | jq -e 'length > 0'
}
