# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What it takes to list many sockets, to open one more, and to keep them.
# shellcheck disable=SC2154 # config is set by the script that reads this

stat_of() { awk -v name="$1" '$1 == name { print $2 }' /proc/net/sockledger/stats; }

# How many entries there are, with those that are past
in_ledger() { echo $(($(stat_of entries_live) + $(stat_of entries_history))); }
in_conntrack() { cat /proc/sys/net/netfilter/nf_conntrack_count; }
in_kernel() { awk '$1 == "TCP:" { print $3 + $7 }' /proc/net/sockstat; }

# dump NAME COUNT COMMAND…: what it takes to list what there is, so many entries
dump() { meter "$1" "$2" 0 "${@:3}" | sed "s/^/dump-$entries /" >>/results/measures; }

list_all() {
	if [[ $config == conntrack ]]; then
		dump "conntrack -L" "$(in_conntrack)" conntrack -L
		# It takes ever longer.
		((entries > 10000)) || dump "/proc/net/nf_conntrack" "$(in_conntrack)" cat /proc/net/nf_conntrack
		return
	fi
	dump "/proc/net/sockledger/sockets" "$(in_ledger)" cat /proc/net/sockledger/sockets
	dump "/proc/net/sockledger/handshakes" "$(in_ledger)" cat /proc/net/sockledger/handshakes
	dump "sockledger list" "$(in_ledger)" sockledger list
	dump "sockledger list --json" "$(in_ledger)" sockledger list --json
	dump "/proc/net/tcp" "$(in_kernel)" cat /proc/net/tcp
	dump "ss -tan" "$(in_kernel)" ss -tan
	# It looks at every descriptor of every process: minutes for more.
	((entries > 10000)) || dump "ss -tanepi" "$(in_kernel)" ss -tanepi
}

# What the kernel has allocated for itself. (Of free memory, a good deal is only on its way.)
memory_used() { awk '/^(Slab|VmallocUsed|Percpu):/ { kb += $2 } END { print kb * 1024 }' /proc/meminfo; }

# freed COMMAND…: the memory that it gives back, in bytes
freed() {
	local before
	before=$(memory_used)
	"$@" >/dev/null
	# RCU and the allocator take a moment.
	sleep 2
	echo $((before - $(memory_used)))
}

# keeps NAME ENTRIES BYTES
keeps() { echo "memory $*" >>/results/measures; }

memory() {
	local count empty
	awk '$1 == "TCP" || $1 == "nf_conntrack" || /^sockledger/ { print "slab", $1, 1, $4 }' /proc/slabinfo \
		>>/results/measures
	empty=$(cat /tmp/empty)
	if [[ $config == conntrack ]]; then
		count=$(in_conntrack)
		keeps "conntrack, an entry" "$count" $(($(freed untrack) - empty))
		return
	fi
	note "bytes_per_entry in stats: $(stat_of bytes_per_entry)"
	count=$(in_ledger)
	keeps "sockledger, empty" 1 "$empty"
	keeps "sockledger, an entry of a live socket" "$count" $(($(freed rmmod sockledger) - empty))
	insmod sockledger.ko "${limits[@]}"
	echo >&"${holder[1]}"
	wait "$holding" || true
	# The end of TIME_WAIT
	sleep 70
	count=$(stat_of entries_history)
	keeps "sockledger, an entry of a past one" "$count" $(($(freed rmmod sockledger) - empty))
}

dumps() {
	local entries line holding limits=(max_live=1048576 max_history=1048576)
	local off=(rmmod sockledger)
	[[ $config != conntrack ]] || off=(untrack)
	# What it takes without any entry
	switch_on "${limits[@]}"
	freed "${off[@]}" >/tmp/empty
	switch_on "${limits[@]}"
	[[ $config != conntrack ]] || sysctl -qw net.netfilter.nf_conntrack_max=1048576
	coproc holder { load hold "$@"; }
	holding=$!
	for entries; do
		read -r line <&"${holder[0]}"
		[[ $line == "held $entries" ]]
		list_all
		load connections 127.0.0.2 1000 | sed "s/^/held-$entries /" >>/results/measures
		[[ $entries == "${*: -1}" ]] || echo >&"${holder[1]}"
	done
	say_lost
	memory
}
