// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads a module while the Nth allocation on the way fails, for N from 1 in
 * steps, until none was left to fail:
 *
 *	failload FILE STEP
 *
 * What was loaded in spite of that is unloaded again. It prints how often
 * loading failed and how often not, and succeeds when every failure was for
 * want of memory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* Tells the kernel which allocation to let fail, or asks what is left of it. */
static int fail_nth(int fd, int set)
{
	char text[16] = "";

	if (set >= 0) {
		snprintf(text, sizeof(text), "%d", set);
		if (pwrite(fd, text, strlen(text), 0) < 0)
			die("failload: fail-nth");
		return set;
	}
	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		die("failload: fail-nth");
	return atoi(text);
}

/* Returns 0, or what it failed with; *LEFT is 0 when an allocation failed. */
static int load(int module, int nth, int n, int *left)
{
	int error;

	fail_nth(nth, n);
	error = syscall(SYS_finit_module, module, "", 0) ? errno : 0;
	*left = fail_nth(nth, -1);
	fail_nth(nth, 0);
	return error;
}

int main(int argc, char **argv)
{
	int module, nth, n, error, left = 0, failed = 0, loaded = 0, odd = 0;

	if (argc != 3 || atoi(argv[2]) < 1) {
		fprintf(stderr, "usage: failload FILE STEP\n");
		return 2;
	}
	module = open(argv[1], O_RDONLY | O_CLOEXEC);
	nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (module < 0 || nth < 0)
		die("failload: open");
	for (n = 1; !left; n += atoi(argv[2])) {
		error = load(module, nth, n, &left);
		if (error && error != ENOMEM) {
			printf("allocation %d: %s\n", n, strerror(error));
			odd++;
		}
		if (error) {
			failed++;
			continue;
		}
		loaded++;
		if (syscall(SYS_delete_module, "sockledger", 0))
			die("failload: unload");
	}
	printf("failed %d loaded %d\n", failed, loaded);
	return odd || !failed;
}
