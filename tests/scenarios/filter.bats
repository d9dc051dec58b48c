# SPDX-License-Identifier: GPL-2.0-only
# The filter language of the reader: what each form selects, that ss selects the same, and what is said of mistakes.
# lab-kernels: !(6.1)
# shellcheck disable=SC2016,SC2154 # jq's variables; words come from there
load lib
load words

groups=/sys/fs/cgroup

teardown() {
	local status=0
	finish || status=$?
	[[ ! -d $groups/filtered ]] || rmdir $groups/filtered
	return $status
}

# Some of everything, most of it held open: listeners, both families, connections in every state that stays, UDP,
# and what is over
mixed_ledger() {
	namespace here
	printf '%s\n' 'http 80/tcp' 'domain 53/udp' >/etc/services
	echo '127.0.0.1 localhost' >/etc/hosts
	within here sysctl -qw net.ipv4.tcp_syn_retries=30 net.ipv4.tcp_synack_retries=30
	load_module
	spawn here endpoint name server bind :: 80 listen 50 accepts 6 pause
	server=$!
	wait_for 60 listens here 80
	spawn here endpoint name client connects 3 127.0.0.1 80 connects 1 ::1 80 connect ::1 80 reset pause
	client=$!
	spawn here endpoint name 'odd one' bind 127.0.0.1 8080 listen 5 accept close pause
	wait_for 60 listens here 8080
	# FIN_WAIT2 and CLOSE_WAIT; last of all, as it does not stay, TIME_WAIT
	spawn here endpoint name half bind 127.0.0.2 2000 connect 127.0.0.1 80 shutdown wr pause
	spawn here datagram socket 6 udp bind :: 53 pause
	# Nobody can send to this one.
	spawn here datagram socket 4 udp pause
	spawn here datagram socket 4 udp bind 127.0.0.1 5353 connect 127.0.0.1 53 send 1 10 pause
	# SYN_RECV and SYN_SENT, as no SYN+ACK gets through
	firewall here input tcp sport 9000 drop
	spawn here endpoint bind 127.0.0.1 9000 listen 5 pause
	wait_for 60 listens here 9000
	mkdir $groups/filtered
	(
		echo $BASHPID >$groups/filtered/cgroup.procs
		exec nsenter --net=/run/netns/here endpoint name waits bind 127.0.0.1 3000 connect 127.0.0.1 9000 pause
	) </dev/null >/dev/null 2>&1 3>&- &
	spawned+=($!)
	run within here curl -s http://127.0.0.1:81/
	run within here endpoint bind 127.0.0.1 80
	within here endpoint connect 127.0.0.1 8080 eof close
	wait_for 60 says here 'any(.state == "TIME_WAIT") and any(.state == "FIN_WAIT2") and any(.state == "CLOSE_WAIT") and
		any(.state == "SYN_SENT") and any(.live and .role == "passive" and .state == null) and any(.handshake.outcome == "refused") and
		(role("datagram") | length == 3) and (map(select(.state == "ESTABLISHED")) | length >= 8)'
}

# take FILE: the ids of what each filter in the file takes, each list in a line
take() {
	# shellcheck disable=SC2016 # for the inner shell
	within here bash -c 'while IFS= read -r filter; do
			sockledger list --json "$filter" | sed -n "s/^{\"id\":\([0-9]*\),.*/\1/p" | tr "\n" " "
			echo
		done' <"$1"
}

# condense FILE: the ids of the entries of which each condition in the file is so, likewise
condense() {
	jq -r "$words [$(sed 's/.*/(map(select(&) | "\\(.id) ") | add),/' "$1") empty] | .[]" <<<"$2"
}

# selections <LINES: FILTER => CONDITION; each filter takes those entries of which its condition is so, and some
selections() {
	local dir=$BATS_TEST_TMPDIR
	cat >"$dir/lines"
	# Some entries change by themselves: what then is wrong is looked at again.
	for _ in 1 2; do
		sed 's/ => .*//' "$dir/lines" >"$dir/filters"
		sed 's/.* => //' "$dir/lines" >"$dir/conditions"
		take "$dir/filters" >"$dir/taken"
		condense "$dir/conditions" "$(ledger here)" >"$dir/wanted"
		[ "$(wc -l <"$dir/taken")" -eq "$(wc -l <"$dir/wanted")" ]
		paste "$dir/taken" "$dir/wanted" "$dir/lines" |
			awk -F'\t' '{ print $3 ": " $1 >"/dev/stderr" } $1 != $2 || !$1' >"$dir/wrong"
		[[ -s $dir/wrong ]] || return 0
		sed -i 's/^[^\t]*\t[^\t]*\t//' "$dir/wrong"
		cp "$dir/wrong" "$dir/lines"
	done
	echo "not so:"
	paste "$dir/taken" "$dir/wanted" "$dir/lines"
	return 1
}

@test "every form of a filter takes what it says" {
	mixed_ledger
	ledger here | jq -c '.[] | [.id, .role, .state, .local, .remote, .opener.comm, .handshake.outcome]'
	local group
	group=$(stat -c %i $groups/filtered)
	# What is there for a minute, first: all of them together take nearly as long.
	selections <<<'state time-wait => .state == "TIME_WAIT"'
	selections <<-EOF
		state TIME_WAIT or state fin-wait-2 => .state == "TIME_WAIT" or .state == "FIN_WAIT2"
		state time-wait state fin-wait-2 => .state == "TIME_WAIT" or .state == "FIN_WAIT2"
		state bucket => .state == "TIME_WAIT" or (.live and .role == "passive" and .state == null)
		state big exclude established => (.state != "TIME_WAIT" and .state != "ESTABLISHED" and (.live and .role == "passive" and .state == null | not)) and (.role != "datagram" or .remote == null)
		state all => true
		state syn-recv => .live and .role == "passive" and .state == null
		state syn-sent => .state == "SYN_SENT"
		state SYN_SENT => .state == "SYN_SENT"
		state listening => .state == "LISTEN"
		state != listen => .state != "LISTEN"
		exclude listen => .state != "LISTEN"
		state connected and proto tcp => .proto == "tcp" and .live and .state != "CLOSE" and .state != "LISTEN"
		state synchronized and proto tcp => .proto == "tcp" and .live and ([.state] | inside(["CLOSE", "LISTEN", "SYN_SENT"]) | not)
		state unconnected proto udp => .proto == "udp" and .remote == null
		state established proto udp => .proto == "udp" and .remote != null
		sport = :80 => .local.port == 80
		port = :80 => .local.port == 80 or .remote.port == 80
		port < 100 => [.local.port, .remote.port] | any(. != null and . > 0 and . < 100)
		port != :80 => .local.port != 80 and .remote.port != 80
		not port 80 => .local.port != 80 and .remote.port != 80
		host 127.0.0.2 => .local.addr == "127.0.0.2" or .remote.addr == "127.0.0.2"
		host 127.0.0.1:80 => (.local.addr == "127.0.0.1" and .local.port == 80) or (.remote.addr == "127.0.0.1" and .remote.port == 80)
		error ECONNREFUSED => .error == "ECONNREFUSED"
		error none => (.error // "none") == "none"
		state estab => .state == "ESTABLISHED" or (.role == "datagram" and .live and .remote != null)
		sport 80 => .local.port == 80
		sport :http => .local.port == 80
		sport == domain => .local.port == 53
		sport eq :80 => .local.port == 80
		sport != :80 => .local.port != 80
		sport neq 80 => .local.port != 80
		sport >= :1024 => (.local.port // 0) >= 1024
		sport ge :1024 => (.local.port // 0) >= 1024
		sport>:3000 => (.local.port // 0) > 3000
		sport gt 3000 => (.local.port // 0) > 3000
		sport < :80 => (.local.port // 0) < 80
		sport lt 80 and live => .live and (.local.port // 0) < 80
		sport <= :80 => (.local.port // 0) <= 80
		sport leq 80 => (.local.port // 0) <= 80
		sport >= 53 sport <= 80 => (.local.port // 0) >= 53 and .local.port <= 80
		dport = :81 => .remote.port == 81
		dport = :0 => .remote == null
		src 127.0.0.2 => .local.addr == "127.0.0.2"
		src 127.0.0.0/8 => (.local.addr // "") | startswith("127.")
		src 127.0.0.0/30 => (.local.addr // "") | startswith("127.")
		src = ::ffff:127.0.0.2 => .local.addr == "127.0.0.2"
		src [::ffff:127.0.0.2/127]:2000 => .local.addr == "127.0.0.2"
		src localhost:http => .local.addr == "127.0.0.1" and .local.port == 80
		src *:2000 => .local.port == 2000
		src ::/0 => (.local.addr // "") | test(":")
		dst 127.0.0.1:80 => .remote.addr == "127.0.0.1" and .remote.port == 80
		dst != 127.0.0.1:80 => (.remote.addr == "127.0.0.1" and .remote.port == 80) | not
		dst [::1]:80 => .remote.addr == "::1" and .remote.port == 80
		dst ::1 => .remote.addr == "::1"
		dst [::1]/64 => .remote.addr == "::1" or (.remote == null and ((.local.addr // "") | test(":")))
		dst [::1/128]:http => .remote.addr == "::1" and .remote.port == 80
		dst :80 => .remote.port == 80
		autobound => .port_chosen
		! autobound and sport > 0 => .local.port != null and (.port_chosen | not)
		live => .live
		history => .live | not
		not live => .live | not
		proto udp => .proto == "udp"
		proto != udp => .proto == "tcp"
		family inet6 and role active => .role == "active" and .remote.addr == "::1"
		family inet role active => .role == "active" and .remote.addr != "::1"
		role listener => .role == "listener"
		role listener or role datagram => .role == "listener" or .role == "datagram"
		not (role active or role passive) => .role != "active" and .role != "passive"
		outcome established => .handshake.outcome == "established"
		outcome != established => .handshake.outcome != "established"
		outcome refused|outcome in-progress => .handshake.outcome == "refused" or .handshake.outcome == "in-progress"
		outcome failed => .handshake.outcome == "refused"
		not outcome failed => .handshake.outcome != "refused"
		reason peer-rst => .handshake.reason == "peer-rst"
		reason none && role passive => .handshake.reason == "none" and .role == "passive"
		id 3 => .id == 3
		id >= 5 id < 8 => .id >= 5 and .id < 8
		listener 1 => .listener_id == 1
		listener != 1 role passive => .listener_id != 1 and .role == "passive"
		pid $client => any(.opener, .acceptor, .holders[]; .pid == $client)
		pid $client or pid $server => any(.opener, .acceptor, .holders[]; .pid == $client or .pid == $server)
		not pid $client => any(.opener, .acceptor, .holders[]; .pid == $client) | not
		comm client => any(.opener, .acceptor, .holders[]; .comm == "client")
		comm "odd one" => any(.opener, .acceptor, .holders[]; .comm == "odd one")
		comm 'odd*' => any(.opener, .acceptor, .holders[]; .comm == "odd one")
		comm ?al[ef] => any(.opener, .acceptor, .holders[]; .comm == "half")
		cgroup $groups/filtered => any(.opener, .acceptor, .holders[]; .cgroup == $group)
		sport 80 and ( state established or state listen ) and not family inet6 => .local.port == 80 and .state == "ESTABLISHED" and .remote.addr == "127.0.0.1"
		role listener or role active and outcome refused => .role == "listener" or (.role == "active" and .handshake.outcome == "refused")
		(role listener or role active) and live => .live and (.role == "listener" or .role == "active")
		!(!(role listener)) => .role == "listener"
	EOF
}

# ends_by_ss OPTION FILTER…: the ends that ss has, each in a line, written as the ledger writes them
ends_by_ss() {
	ss -Han "$@" | awk '{ print $(NF - 1), $NF }' |
		sed -E -e 's/\[::ffff:([0-9.]+)\]/\1/g' -e 's/^\*/[::]/' -e 's/ (\*|\[::\]|0\.0\.0\.0):\*$/ -/' | sort
}

# ends_by_ledger OPTION FILTER…: those of the ledger that ss knows, too
ends_by_ledger() {
	sockledger "$1" '(' "${@:2}" ') and live and not role idle' | awk 'NR > 1 && $4 != "-" { print $4, $5 }' | sort
}

# compare <LINES: of OPTION FILTER; prints what ss and the ledger take where that differs, or is nothing
compare() {
	local option words by_ss by_ledger
	set -f
	while read -r option words; do
		# shellcheck disable=SC2086 # words, which ss wants apart
		by_ss=$(ends_by_ss "$option" $words) by_ledger=$(ends_by_ledger "$option" $words)
		echo "$option $words: $(wc -l <<<"$by_ss")" >&2
		[[ $by_ss != "$by_ledger" || -z $by_ss ]] || continue
		echo "$option $words"
		diff <(echo "$by_ss") <(echo "$by_ledger") >&2
	done
}

@test "the same words select the same sockets in ss" {
	mixed_ledger
	export -f ends_by_ss ends_by_ledger compare
	within here bash -c compare >"$BATS_TEST_TMPDIR/differ" <<-EOF
		-t state time-wait
		-t state bucket
		-t state all
		-u state all
		-t state established
		-u state established
		-u state unconnected
		-t state syn-recv
		-t state syn-sent
		-t state fin-wait-2 state close-wait
		-t state connected
		-t state synchronized
		-t state listening
		-t state big exclude established
		-t exclude listening
		-t state connected sport = :80
		-t sport != :80
		-t sport = :http
		-t sport eq 80
		-t sport >= :1024
		-t sport gt 8080
		-t sport < :1024
		-t sport le 80
		-t dport = :80
		-t dport != :80
		-t dport <= :100
		-t dport lt 80
		-u dport = :53
		-t dst 127.0.0.1
		-t dst = 127.0.0.1:80
		-t dst 127.0.0.0/8
		-t dst [::1]
		-t dst [::1]:80
		-t src 127.0.0.2
		-t src 127.0.0.0/30
		-t src [::1]:http
		-t src *:80
		-t src localhost
		-t ( sport = :80 or dport = :80 )
		-t sport = :80 & dst 127.0.0.2
		-t ! sport = :80
		-t not ( sport = :80 or dport = :80 )
		-t sport = :80 dst 127.0.0.1 or sport = :8080
		-t sport = :8080 | sport = :3000
		-t state established autobound
		-t state syn-sent cgroup $groups/filtered
		-t cgroup != $groups/filtered
	EOF
	# Some sockets change by themselves.
	within here bash -c compare <"$BATS_TEST_TMPDIR/differ" >"$BATS_TEST_TMPDIR/still"
	[ ! -s "$BATS_TEST_TMPDIR/still" ]
}

@test "options are conditions, and every command takes a filter" {
	mixed_ledger
	local everything
	everything=$(ledger here)
	# ss has a line for each that listens, and so has the ledger.
	[ "$(within here sockledger -l | awk 'NR > 1 { print $4 }' | sort)" = \
		"$(within here ss -Hltun | awk '{ print $5 }' | sed 's/^\*/[::]/' | sort)" ]
	# says_of OPTIONS… CONDITION
	says_of() {
		local condition=${*: -1}
		echo "$*"
		[ "$(within here sockledger --json "${@:1:$#-1}" | jq -c 'map(.id)')" = \
			"$(jq -c "$words map(select($condition) | .id)" <<<"$everything")" ]
	}
	says_of -t '.proto == "tcp"'
	says_of -u '.proto == "udp"'
	says_of -tu true
	says_of -n4 '(.local.addr // "127") | test(":") | not'
	says_of -6 --numeric '(.local.addr // "") | test(":")'
	says_of -46 true
	says_of -an true
	says_of -tlnp '.state == "LISTEN"'
	says_of --listening -u '.role == "datagram" and .remote == null and .local'
	says_of -6t role listener '.role == "listener" and .local.addr == "::"'
	says_of state listening '.state == "LISTEN"'
	says_of '!state listening' '.state != "LISTEN"'
	says_of '(' state listening ')' '.state == "LISTEN"'
	says_of listeners sport = :80 '.role == "listener" and .local.port == 80'
	says_of datagrams dport = :domain '.role == "datagram" and .remote.port == 53'
	says_of show dport = :9000 '.remote.port == 9000'

	# Both ends of a connection in one story, told once
	run within here sockledger show sport = :2000 or dport = :2000
	[ "$(grep -c SYN_SENT <<<"$output")" -eq 1 ]
	run within here sockledger show role listener
	[ "$(grep -c '^entry ' <<<"$output")" -eq 3 ]
	run within here sockledger show sport = :7
	[ "$status" -eq 1 ]
	[ "$output" = "sockledger: no entry matches" ]

	failures here | jq -c '.[]'
	[ "$(within here sockledger calls --json dport = :81 comm curl | jq -c 'map(.what)')" = '["connect-verdict"]' ]
	[ "$(within here sockledger calls --json src 127.0.0.1:http | jq -c 'map(.error)')" = '["EADDRINUSE"]' ]
	[ "$(within here sockledger calls --json what bind | jq -c 'map(.error)')" = '["EADDRINUSE"]' ]
	[ "$(within here sockledger calls --json what != bind | jq -c 'map(.what)')" = '["connect-verdict"]' ]
	[ "$(within here sockledger calls --json what connect | jq -c 'map(.what)')" = '["connect-verdict"]' ]
	[ "$(within here sockledger calls --json what = connect-verdict | jq -c 'map(.what)')" = '["connect-verdict"]' ]
	[ "$(within here sockledger calls --json what != connect | jq -c 'map(.what)')" = '["bind"]' ]
	run within here sockledger calls --json sport = :7
	[ "$status" -eq 1 ]
	[ "$output" = '[]' ]
}

# watch FILE [FILTER…]: in the background; it has joined when this returns
watch() { follow here "$BATS_TEST_TMPDIR/$1" --json "${@:2}"; }

ended() { grep -q '"ended"' "$1"; }

@test "a watcher gets the events of what its filter takes" {
	namespace here
	load_module
	spawn here endpoint name server bind 127.0.0.1 80 listen 5 accepts 2 pause
	wait_for 60 listens here 80
	watch refused outcome refused
	watch comm comm cur? dport = :81
	watch port sport = :80
	watch listening --present role listener
	watch kinds --present what syn or what ended comm cur?
	watch begun comm cur? state syn-sent
	watch either comm nobody or state established
	watch all
	within here endpoint connect 127.0.0.1 80 close
	run within here curl -s http://127.0.0.1:81/
	wait_for 60 grep -q refused "$BATS_TEST_TMPDIR/all"
	wait_for 60 grep -q '"close"' "$BATS_TEST_TMPDIR/comm"
	wait_for 60 ended "$BATS_TEST_TMPDIR/refused"
	wait_for 60 grep -q CLOSE_WAIT "$BATS_TEST_TMPDIR/port"
	wait_for 60 ended "$BATS_TEST_TMPDIR/kinds"
	wait_for 60 grep -q SYN_SENT "$BATS_TEST_TMPDIR/begun"
	wait_for 60 grep -q ESTABLISHED "$BATS_TEST_TMPDIR/either"
	# Both ends of the attempt, and not a single event of another
	[ "$(jq -s 'map(.entry_id) | unique | length' "$BATS_TEST_TMPDIR/refused")" -le 2 ]
	jq -se 'any(.what == "ended" and .outcome == "refused")' "$BATS_TEST_TMPDIR/refused"
	# The first ones come before it has a remote end, and are taken only if it has one by the time they are read.
	jq -se '(map(.entry_id) | unique | length == 1) and all(.remote.port? // 81 == 81) and any(.what == "SYN")' "$BATS_TEST_TMPDIR/comm"
	jq -se 'all(.local.port == 80) and any(.what == "SYN+ACK")' "$BATS_TEST_TMPDIR/port"
	# Sent and received, twice; of what ended, only what curl held
	jq -se 'map(.what) | sort == ["SYN", "SYN", "SYN", "SYN", "ended"]' "$BATS_TEST_TMPDIR/kinds"
	# The state is that of the event, whatever its entry, which is asked for the program, is in by then.
	jq -se 'map(select(.to == "SYN_SENT")) | length == 1' "$BATS_TEST_TMPDIR/begun"
	jq -se 'map(select(.to).to) | unique == ["ESTABLISHED"]' "$BATS_TEST_TMPDIR/either"
	jq -se '.[0].present.role == "listener" and all(.[1:][]; .role == "listener")' "$BATS_TEST_TMPDIR/listening"
}

@test "a mistake in a filter is named and pointed at" {
	namespace here
	load_module
	local filter sentence caret
	while IFS= read -r filter && IFS= read -r caret && IFS= read -r sentence; do
		run within here sockledger list "$filter"
		echo "$output"
		[ "$status" -eq 2 ]
		[ "$output" = "sockledger: $sentence"$'\n'"  $filter"$'\n'"  $caret" ]
	done <<'END'
sprot = :80
^~~~~
"sprot" is no word of a filter (did you mean "sport"?)
sport
     ^
"sport" needs a port
dport = & live
        ^
"dport" needs a port
dport and live
      ^~~
"and" is neither the number of a port nor a name in /etc/services
state establishd
      ^~~~~~~~~~
"establishd" is not a state (did you mean "established"?)
live and
        ^
something is missing at the end
live or or live
        ^~
something is missing before "or"
( live and ( role active )
^
this parenthesis is never closed
live )
     ^
this parenthesis closes nothing
( )
  ^
something is missing before this parenthesis
src >= 10.0.0.1
    ^~
"src" is compared by "=" and "!=" only
live = 1
     ^
there is nothing to compare here
dst 10.0.0.0/33
    ^~~~~~~~~~~
the length of a prefix of this address is from 0 to 32
dst 10.0.0
    ^~~~~~
"10.0.0" is not an address
sport = :70000
        ^~~~~~
ports end at 65535
sport = :htpp
        ^~~~~
"htpp" is neither the number of a port nor a name in /etc/services
sport = :
        ^
a port is missing here
comm "never
     ^~~~~~
this quote is never closed
outcome reset reason peer-rts
                     ^~~~~~~~
"peer-rts" is not a reason (did you mean "peer-rst"?)
role listner
     ^~~~~~~
"listner" is not a role (did you mean "listener"?)
proto icmp
      ^~~~
"icmp" is not a protocol: tcp, udp, udplite
reason firewall
       ^~~~~~~~
"firewall" is not a reason ("man sockledger" lists them)
pid init
    ^~~~
"init" is not a pid, which is a number
cgroup /nowhere
       ^~~~~~~~
cannot look at "/nowhere": No such file or directory
cgroup /proc
       ^~~~~
"/proc" is not a cgroup of version 2
END
	run within here sockledger calls outcome refused
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = 'sockledger: a failed call has nothing that "outcome" could look at' ]
	run within here sockledger list "$(printf 'live %.0s' {1..1025})"
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = 'sockledger: a filter has at most 1024 conditions' ]
	run within here sockledger list "$(printf '(%.0s' {1..20000})"
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = 'sockledger: the filter is nested too deeply' ]
	run within here sockledger list $'live \e[31m'
	[ "$status" -eq 2 ]
	[ "${lines[1]}" = '  live \x1b[31m' ]
	[ "${lines[2]}" = '       ^~~~~~~~' ]
}
