// SPDX-License-Identifier: GPL-2.0
#include "netns.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NAMES	"/run/netns"

static bool is_namespace(int directory, const char *name,
			 const struct stat *wanted)
{
	struct stat found;

	return !fstatat(directory, name, &found, 0) &&
	       found.st_dev == wanted->st_dev &&
	       found.st_ino == wanted->st_ino;
}

void netns_name(char *dst, size_t size)
{
	DIR *directory = opendir(NAMES);
	const struct dirent *entry;
	struct stat own = { 0 };
	bool found = false;

	stat("/proc/self/ns/net", &own);
	snprintf(dst, size, "%ju", (uintmax_t)own.st_ino);
	if (!directory)
		return;
	while ((entry = readdir(directory))) {
		if (!is_namespace(dirfd(directory), entry->d_name, &own) ||
		    (found && strcmp(entry->d_name, dst) > 0))
			continue;
		snprintf(dst, size, "%s", entry->d_name);
		found = true;
	}
	closedir(directory);
}
