# SPDX-License-Identifier: GPL-2.0-only
# Whose socket it is: who opened it, who accepted it, and who else made a call on it.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

# So many of each kind of program, a multiple of 4
connections=${CONNECTIONS:-200}

@test "a child that accepts is the acceptor, its parent the opener" {
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 5 child name kid accept send 1 close end pause
	local parent=$!
	wait_for 60 listens here 80
	within here endpoint connect ::1 80 eof close
	wait_for 60 says here 'role("passive") | only | calls == "accept send close"'
	entries here <<-EOT
		role("listener") | only | .opener.pid == $parent and .opener.comm == "endpoint" and .holders == []
		role("passive") | only | .acceptor.comm == "kid" and .acceptor.pid != $parent and .holders == []
		role("passive") | only | .acceptor.pid as \$kid | callers == [\$kid, \$kid, \$kid]
	EOT
}

@test "a child that calls on its parent's socket is a holder, one that only has it is none" {
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 5 accept child name idler pause end child name kid send 1 close end \
		await "$BATS_TEST_TMPDIR/close" close pause
	local parent=$!
	wait_for 60 listens here 80
	spawn here endpoint connect ::1 80 recv 1 pause
	wait_for 60 says here 'role("passive") | only | calls == "accept send"'
	touch "$BATS_TEST_TMPDIR/close"
	# Others have it open still: that close() closed nothing.
	sleep 1
	entries here <<-EOT
		role("passive") | only | .acceptor.pid == $parent and (.holders | map(.comm)) == ["kid"]
		role("passive") | only | .holders[0].pid as \$kid | callers == [$parent, \$kid]
		role("passive") | only | .state == "ESTABLISHED"
	EOT
	kill $parent
	kill "$(named here idler)"
	wait_for 60 says here 'role("passive") | only | calls == "accept send exit"'
	entries here <<<'role("passive") | only | .holders | map(.comm) == ["kid", "idler"]'
}

@test "of more programs than an entry has room for, the calls alone are told, and how many were left out" {
	namespace here
	load_module
	spawn here endpoint socket 4 tcp child name first fails ENOTCONN shutdown wr end wait \
		child name second fails ENOTCONN shutdown wr end wait child name third fails ENOTCONN shutdown wr end wait \
		child name fourth fails ENOTCONN shutdown wr end wait pause
	local parent=$!
	wait_for 60 failed here 'length == 4'
	entries here <<-EOT
		only | calls == "socket" + ([range(4) | " shutdown=ENOTCONN"] | add)
		only | .opener.pid == $parent and (.holders | map(.comm)) == ["first", "second"]
		only | callers == [$parent, .holders[0].pid, .holders[1].pid, null, null]
	EOT
	failed here 'map(.caller.comm) == ["first", "second", "third", "fourth"]'
	stat_is here lost_holders -eq 2
}

@test "a connection that is given away over a UNIX socket has a holder" {
	namespace here
	load_module
	spawn here endpoint name heir take "$BATS_TEST_TMPDIR/door" await "$BATS_TEST_TMPDIR/closed" send 3 close pause
	local heir=$!
	spawn here endpoint bind 127.0.0.1 80 listen 5 accept give "$BATS_TEST_TMPDIR/door" close touch "$BATS_TEST_TMPDIR/closed" pause
	local server=$!
	wait_for 60 listens here 80
	within here endpoint connect 127.0.0.1 80 eof close
	wait_for 60 says here 'role("passive") | only | calls == "accept send close"'
	entries here <<-EOT
		role("passive") | only | callers == [$server, $heir, $heir]
		role("passive") | only | .acceptor.pid == $server and (.holders | map("\(.pid) \(.comm)")) == ["$heir heir"]
	EOT
}

@test "a listener that is given away: another program accepts" {
	namespace here
	load_module
	spawn here endpoint name heir take "$BATS_TEST_TMPDIR/door" accept send 3 close pause
	local heir=$!
	spawn here endpoint bind ::1 80 listen 5 give "$BATS_TEST_TMPDIR/door" await "$BATS_TEST_TMPDIR/end"
	local server=$!
	wait_for 60 listens here 80
	touch "$BATS_TEST_TMPDIR/end"
	wait $server
	within here endpoint connect ::1 80 eof close
	wait_for 60 says here 'role("passive") | only | calls == "accept send close"'
	entries here <<-EOT
		role("listener") | only | .live and .opener.pid == $server and .opener.comm == "endpoint"
		role("passive") | only | .acceptor.pid == $heir and .acceptor.comm == "heir"
	EOT
}

# As /proc has it: in ticks of 10 ms since the boot
started() { awk '{ print $22 }' "/proc/$1/stat"; }

@test "a thread counts as its process; and the start tells two of the same number apart" {
	namespace here
	load_module
	spawn here endpoint name leader thread bind :: 80 thread listen 5 thread accept thread send 1 pause
	local server=$!
	wait_for 60 listens here 80
	within here endpoint thread connect 127.0.0.1 80 recv 1 thread close
	wait_for 60 says here 'role("passive") | only | calls == "accept send"'
	entries here <<-EOT
		role("listener") | only | .opener.pid == $server and .opener.comm == "leader" and callers == [$server, $server, $server]
		role("passive") | only | .acceptor.pid == $server and callers == [$server, $server]
		role("active") | only | callers | unique | length == 1
		role("listener") | only | (.opener.start_ns / 1e7 | floor) == $(started $server)
	EOT
}

@test "what leaves while another program writes to a tunnel device is no call of that one" {
	namespace here
	modprobe tun
	ip -n here tuntap add tun0 mode tun
	address here tun0 10.9.0.1/16
	ip -n here link set tun0 up
	load_module
	spawn here stingy tun0
	spawn here endpoint connect 10.9.0.2 80 send 5 pause
	local program=$!
	wait_for 60 says here 'role("active") | only | .handshake.data_out_ns'
	entries here <<-EOT
		role("active") | only | .opener.pid == $program and .holders == []
		role("active") | only | calls == "socket connect connect-return"
	EOT
}

@test "200 programs that live for a moment" {
	namespace here
	load_module
	spawn here storm serve 80
	wait_for 60 listens here 80
	local i pids=()
	# Of a name each, so that a number that comes again shows.
	for i in {1..200}; do
		spawn here endpoint name "brief $i" connect 127.0.0.1 80 close
		wait $!
		pids+=("$! brief $i")
	done
	diff <(printf '%s\n' "${pids[@]}" | sort) \
		<(tell here 'role("active")[].opener | "\(.pid) \(.comm)"' | sort)
	entries here <<-'EOT'
		role("active") | length == 200 and all(callers | unique | length == 1)
		role("active") | all(.opener.pid as $pid | callers[0] == $pid)
	EOT
}

# local_pid as some program within sees it, in /proc and over netlink
seen_from() {
	"$@" sockledger list --json | jq -c '.[0].opener.local_pid'
	"$@" cat /proc/net/sockledger/sockets | awk 'NR == 2 { print $16 }'
}

@test "pids in a pid namespace: the reader's number, and the initial one" {
	namespace here
	load_module
	spawn here unshare -p -f sh -c 'endpoint bind :: 80 listen 5 pause; true'
	wait_for 60 listens here 80
	local outside inside
	outside=$(named here endpoint)
	inside=$(awk '$1 == "NSpid:" { print $NF }' "/proc/$outside/status")
	[ "$outside" -ne "$inside" ]
	entries here <<<"only | .opener.pid == $outside and .opener.local_pid == $outside"
	[ "$(seen_from within here | xargs)" = "$outside $outside" ]
	[ "$(seen_from nsenter -t "$outside" -n -p | xargs)" = "$inside $inside" ]
	# A neighbour does not see the program at all.
	[ "$(seen_from within here unshare -p -f | xargs)" = "null -" ]
	[ "$(within here unshare -p -f sockledger list --json | jq '.[0].opener.pid')" -eq "$outside" ]
}

@test "the cgroup is the one whose directory has that inode" {
	local group=/sys/fs/cgroup/owners.$$
	mkdir $group
	namespace here
	load_module
	spawn here endpoint await "$BATS_TEST_TMPDIR/go" bind :: 80 listen 5 accept pause
	echo $! >$group/cgroup.procs
	touch "$BATS_TEST_TMPDIR/go"
	wait_for 60 listens here 80
	spawn here endpoint connect ::1 80 pause
	wait_for 60 says here 'role("passive") | only | calls == "accept"'
	entries here <<-EOT
		role("listener") | only | .opener.cgroup == $(stat -c %i $group)
		role("passive") | only | .acceptor.cgroup == $(stat -c %i $group)
		role("active") | only | .opener.cgroup == $(stat -c %i "/sys/fs/cgroup$(awk -F: '$1 == 0 { print $3 }' /proc/self/cgroup)")
	EOT
	topology_down
	wait_for 60 rmdir $group
}

# owners NETNS: how many connections each program opened and accepted, with the names: pid, comm, count
openers() { each "$1" 'inputs | select(.role == "active") | .opener | "\(.pid) \(.comm)"' | sort | uniq -c | awk '{ print $2, $3, $1 }'; }
acceptors() { each "$1" 'inputs | select(.role == "passive") | .acceptor | "\(.pid) \(.comm)"' | sort | uniq -c | awk '{ print $2, $3, $1 }'; }

# Every connection of the namespace has a whole story, whoever made it.
whole() {
	each "$1" 'inputs | select(.handshake) | select((.handshake.outcome == "established" and
		(calls | test("^socket connect connect-return.* close$|^accept .*close$")) and (callers | unique | length == 1)) | not)' |
		tee /dev/stderr | wc -l | grep -qx 0
}

@test "connections of io_uring programs" {
	namespace here
	load_module
	spawn here uring serve 80
	local server=$!
	wait_for 60 listens here 80
	spawn here uring connect 127.0.0.1 80 $((connections / 2))
	local first=$!
	spawn here uring connect ::1 80 $((connections / 2))
	local second=$!
	wait $first
	wait $second
	wait_for 60 says here "role(\"passive\") | length == $connections and all(.live | not)"
	diff <(openers here) <(printf "%s uring $((connections / 2))\n" $first $second | sort)
	diff <(acceptors here) <(echo "$server uring $connections")
	whole here
	entries here <<<"role(\"listener\") | only | .opener.pid == $server and .ledger.accepted == $connections and calls == \"socket bind listen\""
	nothing_missed here
}

python='
import socket, sys
if sys.argv[1] == "serve":
    server = socket.create_server(("127.0.0.1", int(sys.argv[2])), backlog=100)
    while True:
        connection, _ = server.accept()
        with connection:
            connection.sendall(connection.recv(5))
            connection.recv(5)
for _ in range(int(sys.argv[3])):
    with socket.create_connection(("127.0.0.1", int(sys.argv[2]))) as connection:
        connection.sendall(b"hello")
        connection.recv(5)
'

@test "connections of python3 programs" {
	namespace here
	load_module
	spawn here python3 -I -S -c "$python" serve 80
	local server=$!
	wait_for 60 listens here 80
	local i clients=()
	for i in 1 2 3 4; do
		spawn here python3 -I -S -c "$python" connect 80 $((connections / 4))
		clients+=($!)
	done
	wait "${clients[@]}"
	wait_for 60 says here "role(\"passive\") | length == $connections and all(.live | not)"
	diff <(openers here) <(printf "%s python3 $((connections / 4))\n" "${clients[@]}" | sort)
	diff <(acceptors here) <(echo "$server python3 $connections")
	whole here
}

@test "connections of nc, a program each" {
	namespace here
	# An ACK that comes twice may make a SYN cookie's connection twice, and nc waits for who is not there.
	within here sysctl -qw net.ipv4.tcp_syncookies=0
	load_module
	spawn here sh -c 'while nc.openbsd -n -k -l 127.0.0.1 80; do :; done >/dev/null'
	wait_for 60 listens here 80
	local server
	server=$(tell here 'role("listener") | only | .opener.pid')
	[ "$(cat "/proc/$server/comm")" = nc.openbsd ]
	# Ten at a time, each says who it is.
	seq "$connections" | within here xargs -P 10 -n 1 sh -c 'echo $$; exec nc.openbsd -n -N 127.0.0.1 80 </dev/null >&2' >"$BATS_TEST_TMPDIR/pids"
	wait_for 60 says here "role(\"passive\") | length == $connections and all(.live | not)"
	diff <(openers here) <(sort "$BATS_TEST_TMPDIR/pids" | uniq -c | awk '{ print $2, "nc.openbsd", $1 }')
	diff <(acceptors here) <(echo "$server nc.openbsd $connections")
}

# nginx with four workers; what is added to its listen lines
serve_workers() {
	local dir=$BATS_TEST_TMPDIR/workers
	mkdir "$dir"
	cat >"$dir/conf" <<-CONF
		user root; pid $dir/pid; error_log $dir/error.log; worker_processes 4;
		events { }
		http {
			access_log off; keepalive_timeout 0;
			client_body_temp_path $dir; proxy_temp_path $dir; fastcgi_temp_path $dir;
			uwsgi_temp_path $dir; scgi_temp_path $dir;
			server { listen 80 $1; location / { return 200 "ok\n"; } }
		}
	CONF
	within here nginx -e "$dir/error.log" -p "$dir" -c "$dir/conf" 3>&-
	master=$(<"$dir/pid")
	wait_for 60 eval "[ \$(children $master | wc -l) -eq 4 ]"
}

# Four curls at once
fetch() {
	local i clients=()
	for i in 1 2 3 4; do
		spawn here curl -s --fail -o /dev/null "http://127.0.0.1/[1-$((connections / 4))]"
		clients+=($!)
	done
	wait "${clients[@]}"
	# The server closes first, and has TIME_WAIT.
	wait_for 60 says here "role(\"passive\") | length == $connections and all(calls | endswith(\"close\"))"
	diff <(openers here) <(printf "%s curl $((connections / 4))\n" "${clients[@]}" | sort)
	whole here
}

@test "a socket of the kernel's own is of no program, whoever runs while it sends" {
	# The lab's own kernels have none.
	modprobe nfsv4 || skip "no NFS here"
	namespace here
	load_module
	mkdir "$BATS_TEST_TMPDIR/mnt"
	spawn here endpoint bind 127.0.0.1 2049 listen 5 accepts 1 pause
	wait_for 60 listens here 2049
	# Nobody answers its first request, which mount() makes itself.
	spawn here mount -i -t nfs4 -o addr=127.0.0.1,clientaddr=127.0.0.1,soft,timeo=600 127.0.0.1:/ "$BATS_TEST_TMPDIR/mnt"
	wait_for 60 says here 'role("active") | only | .handshake.data_out_ns'
	wait_for 60 says here 'role("passive") | only | .acceptor.comm == "endpoint"'
	entries here <<-'EOT'
		role("active") | only | (has("opener") | not) and .holders == []
		role("active") | only | callers | all(. == null)
	EOT
}

@test "connections of curl to an nginx with four workers" {
	local master
	namespace here
	load_module
	serve_workers
	fetch
	entries here <<<"role(\"listener\") | only | .opener.comm == \"nginx\" and .ledger.accepted == $connections"
	acceptors here | tee /dev/stderr | awk -v all="$connections" '$2 != "nginx" { bad = 1 } { print $1; sum += $3 } END { exit bad || sum != all }' >"$BATS_TEST_TMPDIR/accepted"
	# Whoever accepted is a worker.
	run grep -vxFf <(children "$master") "$BATS_TEST_TMPDIR/accepted"
	[ "$status" -eq 1 ]
}

@test "connections of curl to an nginx with four workers and SO_REUSEPORT" {
	local master
	namespace here
	load_module
	serve_workers reuseport
	fetch
	entries here <<-EOT
		role("listener") | length == 4 and all(.opener.comm == "nginx" and .ledger.accepted > 0)
		role("listener") | map(.ledger.accepted) | add == $connections
		role("listener") | map(.ledger | .accepted == .established) | all
	EOT
	# Each worker accepts from its own socket, and from no other.
	each here 'inputs | select(.role == "passive") | "\(.listener_id) \(.acceptor.pid)"' | sort | uniq -c | tee "$BATS_TEST_TMPDIR/pairs"
	[ "$(awk '{ print $3 }' "$BATS_TEST_TMPDIR/pairs" | sort | xargs)" = "$(children "$master" | sort | xargs)" ]
	diff <(awk '{ print $2, $1 }' "$BATS_TEST_TMPDIR/pairs" | sort) \
		<(tell here 'role("listener")[] | "\(.id) \(.ledger.accepted)"' | sort)
	[ "$(tell here 'role("listener") | map(.inode) | unique | length')" -eq 4 ]
}
