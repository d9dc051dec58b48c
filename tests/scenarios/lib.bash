# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What every scenario needs. Scenarios run as root in a machine of their own, so nothing here is careful with it.
#
#     client                       router                       server
#   10.0.1.2/24 -- veth -- 10.0.1.1   10.0.2.1 -- veth -- 10.0.2.2/24
#   fd00:1::2/64           fd00:1::1   fd00:2::1           fd00:2::2/64
#       eth0                 left       right                  eth0

# shellcheck disable=SC2034 # for the scenarios
client4=10.0.1.2 client6=fd00:1::2 server4=10.0.2.2 server6=fd00:2::2
sockledger_ko=${SOCKLEDGER_KO:-/sockledger/sockledger.ko}
spawned=()
# Nothing ever comes there, so that to wait takes no program. Not when it is first waited: it changes $!, too.
exec {nothing}<> <(:)

setup() { begin; }
teardown() { finish; }

# First and last thing in every test, whatever else its own setup and teardown do
begin() {
	# Of each command bats takes down where it stands, which costs more than most commands do: of the test's own alone.
	set +o functrace
	declare -ft "$BATS_TEST_NAME"
	echo "<6>scenario: $BATS_TEST_DESCRIPTION" >/dev/kmsg
}

finish() {
	local bad=0
	end_spawned
	topology_down
	if module_loaded; then
		# Who was killed in the middle of a dump has hold of it for a moment more.
		wait_for 60 unload_module || bad=1
	fi
	kernel_is_quiet && [ $bad -eq 0 ]
}

# Whoever does not end when asked to, or was stopped, is killed.
end_spawned() {
	[[ ${#spawned[@]} -gt 0 ]] || return 0
	kill "${spawned[@]}" 2>/dev/null
	kill -CONT "${spawned[@]}" 2>/dev/null
	wait_for 10 over "${spawned[@]}" || kill -9 "${spawned[@]}" 2>/dev/null
	wait "${spawned[@]}" 2>/dev/null
}

# over PID…: is none of them there any more?
over() {
	local pid
	for pid; do
		! kill -0 "$pid" 2>/dev/null || return 1
	done
}

# What the kernel has said since the test began
kernel_log() {
	dmesg -r | tac | sed '/scenario: /q' | tac
}

# The kernel had nothing to complain about since the test began.
kernel_is_quiet() { ! kernel_log | /lab/heard; }

module_loaded() { [[ -d /sys/module/sockledger ]]; }
load_module() { insmod "$sockledger_ko" "$@"; }
unload_module() { rmmod sockledger; }

# unload_at_once: rmmod, and how long it took, which is not long whoever is blocked
unload_at_once() {
	local began=${EPOCHREALTIME/./} took
	unload_module
	took=$((${EPOCHREALTIME/./} - began))
	echo "unloaded in $((took / 1000)) ms"
	((took < 30000000 * ${PATIENCE:-1}))
}

# wait_for SECONDS COMMAND…: until the command succeeds. Time in the guest is not to be trusted: be generous.
# It looks at once and often, then seldom, and leaves twice the time that a look takes to what it waits for.
wait_for() {
	local deadline=$((SECONDS + $1 * ${PATIENCE:-1})) began pause
	local pauses=(50000 50000 100000 100000 200000) # microseconds
	shift
	while began=${EPOCHREALTIME/./}; ! "$@" >/dev/null 2>&1; do
		if ((SECONDS > deadline)); then
			echo "still not so: $*" >&2
			[[ $1 != says ]] || ledger "$2" >&2
			return 1
		fi
		pause=$((2 * (${EPOCHREALTIME/./} - began)))
		((pause > ${pauses[0]:-500000})) || pause=${pauses[0]:-500000}
		pauses=("${pauses[@]:1}")
		printf -v pause '%d.%06d' $((pause / 1000000)) $((pause % 1000000))
		read -rt "$pause" -u "$nothing" || :
	done
}

# within NETNS COMMAND…; nsenter starts several times as fast as `ip netns exec`
within() { nsenter --net="/run/netns/$1" "${@:2}"; }

# spawn NETNS COMMAND…: in the background until the test ends; its pid is in $!
spawn() {
	nsenter --net="/run/netns/$1" "${@:2}" </dev/null >>"$BATS_TEST_TMPDIR/spawned.log" 2>&1 3>&- &
	spawned+=($!)
}

# polls PID: does it wait for something to come?
polls() { [[ $(cut -d' ' -f1 "/proc/$1/syscall") == 7 ]]; }

# follow NETNS FILE [ARGUMENT…]: `sockledger watch` in the background; it waits for events, so it has joined, when this returns
follow() {
	ip netns exec "$1" sockledger watch "${@:3}" >"$2" </dev/null 3>&- &
	spawned+=($!)
	wait_for 60 polls $!
}

# children PID: the pids of its children
children() { cat /proc/[0-9]*/stat 2>/dev/null | sed 's/([^)]*)/x/' | awk -v parent="$1" '$4 == parent { print $1 }'; }

# named NETNS COMM: the pids of programs in there that go by that name
named() {
	local pid
	for pid in $(ip netns pids "$1"); do
		[[ $(<"/proc/$pid/comm") != "$2" ]] || echo "$pid"
	done
}

# namespace NAME…: network namespaces with lo up whose addresses need no waiting for, and where TIME_WAIT lasts: when the
# last ACKs overtake each other on their way, they are answered by a RST, which ends it without tcp_rfc1337.
namespace() {
	local name
	printf 'netns add %s\n' "$@" | ip -batch -
	for name; do
		within "$name" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 \
			net.ipv4.tcp_rfc1337=1
		ip -n "$name" link set lo up
	done
}

# link NETNS DEVICE NETNS DEVICE
link() {
	ip link add "$2" netns "$1" type veth peer name "$4" netns "$3"
	ip -n "$1" link set "$2" up
	ip -n "$3" link set "$4" up
}

address() {
	local name=$1 device=$2 address
	shift 2
	for address; do
		[[ $address != *:* ]] || address+=' nodad'
		echo "address add $address dev $device"
	done | ip -n "$name" -batch -
}

# ifindex NETNS DEVICE: its number
ifindex() { ip -n "$1" -j link show "$2" | jq '.[].ifindex'; }

# know NETNS DEVICE NETNS DEVICE: the first need not ask for the second's hardware address, or a SYN waits for that.
know() {
	local address hardware
	hardware=$(ip -n "$3" -j link show "$4" | jq -r '.[].address')
	for address in $(ip -n "$3" -brief address show "$4" | awk '{ $1 = $2 = ""; gsub("/[0-9]*", ""); print }'); do
		ip -n "$1" neigh replace "$address" lladdr "$hardware" dev "$2" nud permanent
	done
}

# topology_up [SUFFIX]: the three namespaces drawn above, or others like them whose names end so
topology_up() {
	local client=client${1:-} router=router${1:-} server=server${1:-}
	namespace "$client" "$router" "$server"
	within "$router" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	link "$client" eth0 "$router" left
	link "$server" eth0 "$router" right
	address "$client" eth0 10.0.1.2/24 fd00:1::2/64
	address "$router" left 10.0.1.1/24 fd00:1::1/64
	address "$router" right 10.0.2.1/24 fd00:2::1/64
	address "$server" eth0 10.0.2.2/24 fd00:2::2/64
	printf 'route add default via %s\n' 10.0.1.1 fd00:1::1 | ip -n "$client" -batch -
	printf 'route add default via %s\n' 10.0.2.1 fd00:2::1 | ip -n "$server" -batch -
}

# vrf_up: machines "here" and "there", the former with its device in the VRF "red"
vrf_up() {
	namespace here there
	link here eth0 there eth0
	ip -n here link add red type vrf table 10
	ip -n here link set red up
	ip -n here link set eth0 master red
	address here eth0 10.0.1.2/24 fd00:1::2/64
	address there eth0 10.0.1.1/24 fd00:1::1/64
	# Who is bound to no VRF gets what comes to any.
	within here sysctl -qw net.ipv4.tcp_l3mdev_accept=1 net.ipv4.udp_l3mdev_accept=1
}

# secure NUMBER FROM TO TRANSFORM…: what "here" sends of that protocol from one address to the other goes to "there" by IPsec
secure() {
	local name
	for name in here there; do
		ip -n $name xfrm state add src "$2" dst "$3" proto "$4" spi 1 mode transport \
			auth 'hmac(sha1)' 0x0123456789abcdef0123456789abcdef01234567 "${@:5}"
	done
	ip -n here xfrm policy add src "$2" dst "$3" proto "$1" dir out tmpl src "$2" dst "$3" proto "$4" mode transport
}

# Ends every namespace and what still runs in it.
topology_down() {
	local name
	for name in $(ip netns list | awk '{ print $1 }'); do
		ip netns pids "$name" | xargs -r kill -9
		ip netns delete "$name"
	done
}

# serve_http NETNS PORT: nginx on both families; every path answers "ok". It listens when this returns.
serve_http() {
	local dir
	dir=$(mktemp -d "$BATS_TEST_TMPDIR/nginx.XXXXXX")
	cat >"$dir/conf" <<-CONF
		user root; pid $dir/pid; error_log $dir/error.log; worker_processes 1;
		events { }
		http {
			access_log off;
			client_body_temp_path $dir; proxy_temp_path $dir; fastcgi_temp_path $dir;
			uwsgi_temp_path $dir; scgi_temp_path $dir;
			server { listen $2; listen [::]:$2; location / { return 200 "ok\n"; } }
		}
	CONF
	within "$1" nginx -e "$dir/error.log" -p "$dir" -c "$dir/conf" 3>&-
}

# ledger NETNS [ARGUMENT…]: the entries of a namespace as one JSON array
ledger() {
	local name=$1
	shift
	within "$name" sockledger list --json "$@"
}

# ledger_says NETNS JQ-EXPRESSION: true when the expression, given the array, is
ledger_says() {
	ledger "$1" | jq -e "$2" >/dev/null
}

# proc NETNS FILE: one of the files in /proc/net/sockledger
proc() { within "$1" cat "/proc/net/sockledger/$2"; }

# stat_of NETNS NAME: one value of /proc/net/sockledger/stats
stat_of() { proc "$1" stats | awk -v name="$2" '$1 == name { print $2 }'; }

# sum_of NETNS PATTERN: of the values whose names match, in one look
sum_of() { proc "$1" stats | awk -v name="$2" '$1 ~ name { sum += $2 } END { print sum + 0 }'; }

# doubling NETNS: a SYN is sent again after 1 s, 3 s, 7 s…, as it always was before 6.5
doubling() { within "$1" sysctl -qw net.ipv4.tcp_syn_linear_timeouts=0 2>/dev/null || true; }

# impatient NETNS: a handshake there has failed after 3 s without an answer
impatient() {
	within "$1" sysctl -qw net.ipv4.tcp_syn_retries=1 net.ipv4.tcp_synack_retries=1
	doubling "$1"
}

# refuses STATUS COMMAND…: it fails with that status
refuses() {
	run "${@:2}"
	# shellcheck disable=SC2154 # by run
	[ "$status" -eq "$1" ]
}
