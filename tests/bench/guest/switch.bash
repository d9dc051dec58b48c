# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Switches a configuration on: $config, which the script that reads this sets.
# shellcheck disable=SC2154

# The program that reads what it tells, if there is one
reader=''

# follow COMMAND…: a program that reads what the configuration tells, at work when this returns. Where it does not run,
# that is all there is to say of the configuration.
follow() {
	local used='' now
	"$@" >/tmp/followed 2>/tmp/complaints </dev/null &
	reader=$!
	# It waits when it has used no time for two seconds.
	while sleep 2; do
		now=$(awk '{ print $14 + $15 }' "/proc/$reader/stat" 2>/dev/null) || break
		[[ $now != "$used" ]] || return 0
		used=$now
	done
	note "it does not run on this kernel: $(tail -n 1 /tmp/complaints)"
	exit 0
}

# Ends the reader, which says how much it saw.
unfollow() {
	[[ -n $reader ]] || return 0
	kill -INT "$reader" || note "its reader ended early"
	wait "$reader" || true
	note "its reader wrote $(wc -l </tmp/followed) lines; it said: $(tail -n 3 /tmp/complaints | paste -s -d' ')"
}

# The probes of the calls witness: all but those of the other two
call_probes() {
	insmod sockledger.ko
	sed -n 's/^probe_\(.*\)_attached .*/\1/p' /proc/net/sockledger/stats |
		grep -vE '^(tcp_conn_request|tcp_v[46]_syn_recv_sock|inet_twsk_kill|tcp_v[46]_err|skb_consume_udp)$' |
		paste -s -d,
	rmmod sockledger
}

track() {
	nft -f - <<-RULES
		table inet bench {
			chain input {
				type filter hook input priority 0
				ct state new counter
			}
		}
	RULES
}

untrack() {
	nft flush ruleset
	modprobe -r nft_ct nf_conntrack_netlink nf_conntrack
}

switch_on() {
	case $config in
	nothing) ;;
	floor) insmod floor.ko ;;
	sockledger) insmod sockledger.ko "$@" ;;
	sockledger-watch)
		insmod sockledger.ko
		follow sockledger watch
		;;
	sockledger-watch-states)
		insmod sockledger.ko
		sockledger set events state
		follow sockledger watch
		;;
	sockledger-no-calls) insmod sockledger.ko without="$(call_probes)" ;;
	sockledger-no-datagrams) insmod sockledger.ko datagrams=0 ;;
	sockledger-full) insmod sockledger.ko max_half_open=16 ;;
	conntrack) track ;;
	conntrack-events)
		track
		follow conntrack -E -b 16777216
		;;
	tcpdump) follow tcpdump -n -Z root -i any -w /dev/null 'tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0' ;;
	tcpstates | tcplife | tcptracer) follow "$config" ;;
	bpftrace)
		follow bpftrace -e 'tracepoint:sock:inet_sock_set_state /args->protocol == 6/ {
			printf("%d %s %d %d %d %d\n", pid, comm, args->sport, args->dport, args->oldstate,
			       args->newstate); }'
		;;
	*)
		echo "bench: no configuration named $config" >&2
		exit 2
		;;
	esac
	# What that left to do
	sleep 2
}
