// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a command costs (see meter.h):
 *
 *	meter NAME UNITS SETTLE COMMAND [ARGUMENT…]
 *
 * Its output goes nowhere. It has to succeed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "meter.h"

static int run(char **command)
{
	pid_t pid = fork();
	int status, null;

	if (!pid) {
		null = open("/dev/null", O_RDWR);
		dup2(null, 0);
		dup2(null, 1);
		execvp(command[0], command);
		perror(command[0]);
		_exit(127);
	}
	return waitpid(pid, &status, 0) != pid || status;
}

int main(int argc, char **argv)
{
	struct meter meter;

	if (argc < 5) {
		fprintf(stderr, "usage: meter NAME UNITS SETTLE COMMAND [ARGUMENT...]\n");
		return 2;
	}
	meter_start(&meter);
	if (run(argv + 4)) {
		fprintf(stderr, "meter: %s failed\n", argv[4]);
		return 1;
	}
	meter_stop(&meter);
	meter_report(&meter, argv[1], strtoul(argv[2], NULL, 0), atoi(argv[3]));
	return 0;
}
