# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# One namespace with many connections on its loopback device

arena() {
	namespace arena
	within arena sysctl -qw net.ipv4.tcp_max_tw_buckets=262144 net.core.somaxconn=4096 net.ipv4.ip_local_port_range='1024 65535'
}

# storm ADDRESS PROCESSES CONNECTIONS: all of them succeed
storm() { within arena storm connect "$1" 80 "$2" "$3" | tee /dev/stderr | grep -qx "done $3 failed 0"; }

serve() {
	spawn arena storm serve 80
	wait_for 60 listens arena 80
}
