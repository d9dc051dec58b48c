# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# A real terminal with a program in it, which tmux plays: what is on it, and keys for it.

# terminal WIDTH HEIGHT COMMAND…: a terminal with the command in it, which stays when the command has ended
terminal() {
	local width=$1 height=$2
	shift 2
	tmux -f /dev/null -u new-session -d -x "$width" -y "$height" "$(printf '%q ' "$@") 2>$BATS_TEST_TMPDIR/said; echo \"ended with \$?\"; sleep 600" 3>&-
}

# tmux has taken leave before it is gone, and would be who gets the next terminal, still.
terminal_close() {
	local server
	server=$(tmux display-message -p '#{pid}' 2>/dev/null) || return 0
	tmux kill-server 2>/dev/null || :
	wait_for 60 eval "[ ! -e /proc/$server/exe ]"
}

# What is on the terminal; with -e in colour, with -J a line that was too long in one
# shellcheck disable=SC2120 # they are for scenarios
screen() { tmux capture-pane -p "$@"; }

# The characters of its longest line; -J as above
# shellcheck disable=SC2120 # likewise
widest() {
	local line most=0
	while IFS= read -r line; do
		((${#line} <= most)) || most=${#line}
	done < <(screen "$@")
	echo "$most"
}

# keys KEY…: as tmux calls them, a word of letters being just these
keys() { tmux send-keys "$@"; }

# resize WIDTH HEIGHT
resize() { tmux resize-window -x "$1" -y "$2"; }

# shows PATTERN: is it on the terminal?
shows() { screen | grep -qE -e "$1"; }

# shows_not PATTERN
shows_not() { ! shows "$1"; }

# await PATTERN: wait until it is on the terminal, or show what is there instead
await() { wait_for 60 shows "$1" || { screen; return 1; }; }

# await_not PATTERN
await_not() { wait_for 60 shows_not "$1" || { screen; return 1; }; }
