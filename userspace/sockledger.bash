# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion of sockledger's command line in bash.

_sockledger_commands='list show watch listeners datagrams calls stats top export set flush help'
_sockledger_options='--json --present -t --tcp -u --udp -4 --ipv4 -6 --ipv6 -l --listening -a --all -n --numeric -p --processes -N --netns --all-netns -d --interval -h --help -V --version'
_sockledger_filter='state exclude sport dport src dst port host proto family autobound role outcome reason error id listener live history
	pid comm cgroup'
_sockledger_call_filter='what error sport dport src dst port host proto family id pid comm cgroup'
_sockledger_events='state adopted destroyed SYN SYN+ACK ACK data FIN RST socket bind listen connect connect-return
	connect-verdict accept send recv shutdown close exit begun ended held-up'
_sockledger_states='all connected synchronized bucket big established syn-sent syn-recv fin-wait-1 fin-wait-2 time-wait
	closed close-wait last-ack listening closing'
_sockledger_roles='idle active passive listener forwarded datagram'
_sockledger_outcomes='failed in-progress established refused timed-out unreachable cancelled reset queue-full filtered abandoned'
_sockledger_reasons='none peer-rst no-listener syn-unanswered syn-ignored synack-unanswered unreachable closed-by-program
	aborted half-open-rst listener-closed socket-error end-unseen never-born filtered-prerouting filtered-input
	filtered-forward filtered-output filtered-postrouting filter-rst accept-queue-full accept-queue-rst syn-queue-full
	net-unreachable host-unreachable port-unreachable prohibited no-route no-address no-port'
_sockledger_errors='none ECONNRESET ETIMEDOUT EPIPE ECONNREFUSED ECONNABORTED EHOSTUNREACH ENETUNREACH EADDRINUSE EACCES'
_sockledger_settings='max_live max_history max_half_open events datagrams'

_sockledger_named=/run/netns

# The names that "ip netns" lists, or a path
_sockledger_netns() {
	if [[ $1 == */* ]]; then
		compgen -f -- "$1"
	else
		# Names are not ours: compgen -W would run what they say.
		local name
		for name in "$_sockledger_named"/*; do
			name=${name##*/}
			[[ $name != "$1"* || ! -e $_sockledger_named/$name ]] || printf '%q\n' "$name"
		done
	fi
}

# What may follow a word of a command's filter
_sockledger_condition() {
	local keywords=$_sockledger_filter
	case $3 in
	calls) keywords=$_sockledger_call_filter ;;
	watch) keywords+=' what' ;;
	esac
	case $1 in
	what) compgen -W "$_sockledger_events" -- "$2" ;;
	state | exclude) compgen -W "$_sockledger_states" -- "$2" ;;
	role) compgen -W "$_sockledger_roles" -- "$2" ;;
	outcome) compgen -W "$_sockledger_outcomes" -- "$2" ;;
	reason) compgen -W "$_sockledger_reasons" -- "$2" ;;
	error) compgen -W "$_sockledger_errors" -- "$2" ;;
	proto) compgen -W 'tcp udp udplite' -- "$2" ;;
	family) compgen -W 'inet inet6' -- "$2" ;;
	cgroup) compgen -d -- "${2:-/sys/fs/cgroup/}" ;;
	sport | dport | port) compgen -W 'eq ne lt le gt ge' -- "$2" ;;
	src | dst | host | id | listener | pid | comm) ;;
	*) compgen -W "$keywords and or not" -- "$2" ;;
	esac
}

_sockledger_setting() {
	case $1 in
	set) compgen -W "$_sockledger_settings" -- "$2" ;;
	datagrams) compgen -W 'on off' -- "$2" ;;
	events) compgen -W "all none $_sockledger_events" -- "$2" ;;
	esac
}

_sockledger() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' i
	# What an operand is compared by is not what it is of.
	case $before in
	= | '!=' | eq | ne) before=${COMP_WORDS[COMP_CWORD - 2]} ;;
	esac
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-N | --netns | -d | --interval)
			# To bash, "--netns=blue" is three words.
			[[ ${COMP_WORDS[i + 1]} != = ]] || ((i++))
			((i++))
			;;
		-*) ;;
		*)
			command=${COMP_WORDS[i]}
			break
			;;
		esac
	done
	local IFS=$'\n'
	# shellcheck disable=SC2207 # lines
	case $before:$command:$word in
	-N:* | --netns:*) COMPREPLY=($(_sockledger_netns "$word")) ;;
	-d:* | --interval:*) COMPREPLY=() ;;
	*:*:-*) COMPREPLY=($(IFS=$' \t\n' && compgen -W "$_sockledger_options" -- "$word")) ;;
	*::*) COMPREPLY=($(IFS=$' \t\n' && compgen -W "$_sockledger_commands $_sockledger_filter not" -- "$word")) ;;
	export:export:*) COMPREPLY=($(IFS=$' \t\n' && compgen -W 'prometheus json svg' -- "$word")) ;;
	prometheus:export:* | svg:export:*) COMPREPLY=() ;;
	*:set:*) COMPREPLY=($(IFS=$' \t\n' && _sockledger_setting "$before" "$word")) ;;
	*:stats:* | *:help:*) COMPREPLY=() ;;
	*) COMPREPLY=($(IFS=$' \t\n' && _sockledger_condition "$before" "$word" "$command")) ;;
	esac
}

complete -F _sockledger sockledger
