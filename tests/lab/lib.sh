# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What every lab script needs: where things are, and how to say that something failed.

lab=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$lab/../.." && pwd)
cache=${SOCKLEDGER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sockledger}
stock_series="6.1 6.12"
export top stock_series
# A user's own path lacks depmod, nft and others.
PATH=$PATH:/usr/sbin:/sbin

say() { echo "lab: $*" >&2; }
die() { say "$*"; exit 1; }

# The first word of each line, comments left out
words() { sed 's/#.*//' | awk 'NF { print $1 }'; }

# key WORD...: a short name for whatever the words and standard input say
key() { { printf '%s\n' "$@"; cat; } | sha256sum | cut -c1-12; }

# Runs a command quietly: its output is shown only when it fails.
quietly() {
	local out
	out=$(mktemp)
	if "$@" >"$out" 2>&1 </dev/null; then
		rm -f "$out"
		return 0
	fi
	cat "$out" >&2
	rm -f "$out"
	return 1
}

# once DIR COMMAND...: fills DIR by `COMMAND TEMPDIR`, unless it is there. DIR appears complete or not at all,
# and two makers of the same DIR wait for each other. Call it as a plain command: errexit must reach COMMAND.
once() {
	local dir=$1
	shift
	[[ -d $dir ]] && return 0
	mkdir -p "$cache/tmp" "$(dirname "$dir")"
	(
		flock 9
		[[ -d $dir ]] && exit 0
		temp=$(mktemp -d "$cache/tmp/XXXXXX")
		trap 'rm -rf "$temp"' EXIT
		"$@" "$temp"
		chmod 755 "$temp"
		mv -T "$temp" "$dir"
	) 9>"$cache/tmp/$(basename "$dir").lock"
}

# file PATH: into the guest's root being made, $root, under its name without symbolic links
# shellcheck disable=SC2154 # the caller's
file() {
	local path
	path=$(realpath "$(dirname "$1")")/$(basename "$1")
	install -D "$1" "$root$path"
}

libraries() {
	local library
	while read -r library; do
		file "$library"
	done < <(ldd "$1" | grep -oE '/[^ ]+')
}

program() {
	file "$1"
	libraries "$1"
}

as_root() {
	if [[ $(id -u) -eq 0 ]]; then
		"$@"
	else
		sudo "$@"
	fi
}
