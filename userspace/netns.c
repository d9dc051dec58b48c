// SPDX-License-Identifier: GPL-2.0
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum status complain_of(const char *name, int error)
{
	switch (error) {
	case ENOENT:
		return complain("there is no network namespace \"%s\"", name);
	case EPERM:
		return complain("entering network namespace \"%s\" needs CAP_SYS_ADMIN",
				name);
	case EINVAL:
		return complain("\"%s\" is not a network namespace", name);
	default:
		return complain("cannot enter network namespace \"%s\": %s",
				name, strerror(error));
	}
}

enum status netns_enter(const char *name)
{
	enum status status = STATUS_FOUND;
	char path[PATH_MAX];
	int fd;

	if (!*name)
		return complain("option --netns needs the name of a network namespace");
	snprintf(path, sizeof(path), "%s%s",
		 strchr(name, '/') ? "" : "/run/netns/", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return complain_of(name, errno);
	if (setns(fd, CLONE_NEWNET))
		status = complain_of(name, errno);
	close(fd);
	return status;
}
