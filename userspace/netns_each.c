// SPDX-License-Identifier: GPL-2.0
#include "netns.h"
#include "memory.h"
#include "number.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES	"/run/netns"

struct tour {
	netns_fn visit;
	void *data;
	dev_t device;		/* the file system of all namespaces */
	struct netns *named;
	size_t named_count;
	uint64_t *seen;		/* inodes */
	size_t seen_count, seen_room;
	uint64_t refused;
};

static bool is_number(const struct dirent *entry)
{
	return number_is(entry->d_name);
}

static int not_hidden(const struct dirent *entry)
{
	return *entry->d_name != '.';
}

/* A file that "ip netns" left behind is on another file system. */
static bool is_namespace(const struct tour *tour, const struct stat *file)
{
	return file->st_dev == tour->device;
}

static void find_names(struct tour *tour)
{
	struct dirent **list;
	char path[PATH_MAX];
	struct stat file;
	int i, count = scandir(NAMES, &list, not_hidden, alphasort);

	if (count < 0)
		return;
	tour->named = memory_array(NULL, count + 1, sizeof(*tour->named));
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), NAMES "/%s", list[i]->d_name);
		if (!stat(path, &file) && is_namespace(tour, &file))
			tour->named[tour->named_count++] = (struct netns){
				.inode = file.st_ino,
				.name = memory_text(list[i]->d_name,
						    strlen(list[i]->d_name)),
			};
		free(list[i]);
	}
	free(list);
}

static const char *name_of(const struct tour *tour, uint64_t inode)
{
	size_t i;

	for (i = 0; i < tour->named_count; i++)
		if (tour->named[i].inode == inode)
			return tour->named[i].name;
	return NULL;
}

/* Whether it is the first time. */
static bool take_note(struct tour *tour, uint64_t inode)
{
	size_t i;

	for (i = 0; i < tour->seen_count; i++)
		if (tour->seen[i] == inode)
			return false;
	if (tour->seen_count == tour->seen_room) {
		tour->seen_room = tour->seen_room ? 2 * tour->seen_room : 64;
		tour->seen = memory_array(tour->seen, tour->seen_room,
					  sizeof(*tour->seen));
	}
	tour->seen[tour->seen_count++] = inode;
	return true;
}

static enum status visit_inode(struct tour *tour, uint64_t inode)
{
	struct netns netns = { .inode = inode, .name = name_of(tour, inode) };

	return tour->visit(&netns, tour->data);
}

static enum status visit_file(struct tour *tour, int fd)
{
	struct stat file;

	if (fstat(fd, &file) || !is_namespace(tour, &file) ||
	    !take_note(tour, file.st_ino))
		return STATUS_FOUND;
	if (!setns(fd, CLONE_NEWNET))
		return visit_inode(tour, file.st_ino);
	if (errno == EPERM)
		tour->refused++;
	return STATUS_FOUND;
}

/* It may be gone by now, or belong to somebody else. */
static enum status visit_path(struct tour *tour, const char *path)
{
	enum status status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 && (errno == EMFILE || errno == ENFILE))
		return complain("cannot look at %s: %s", path,
				strerror(errno));
	if (fd < 0)
		return STATUS_FOUND;
	status = visit_file(tour, fd);
	close(fd);
	return status;
}

static enum status visit_named(struct tour *tour)
{
	enum status status = STATUS_FOUND;
	char path[PATH_MAX];
	size_t i;

	for (i = 0; i < tour->named_count && status == STATUS_FOUND; i++) {
		snprintf(path, sizeof(path), NAMES "/%s", tour->named[i].name);
		status = visit_path(tour, path);
	}
	return status;
}

static enum status visit_processes(struct tour *tour)
{
	enum status status = STATUS_FOUND;
	const struct dirent *entry;
	char path[PATH_MAX];
	DIR *proc = opendir("/proc");

	if (!proc)
		return complain("cannot look for processes in /proc: %s",
				strerror(errno));
	while (status == STATUS_FOUND && (entry = readdir(proc))) {
		if (!is_number(entry))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/ns/net", entry->d_name);
		status = visit_path(tour, path);
	}
	closedir(proc);
	return status;
}

static void say_refused(uint64_t refused)
{
	char count[64];

	text_count(count, sizeof(count), refused, "network namespace");
	complain("%s left out: entering one needs CAP_SYS_ADMIN", count);
}

static enum status travel(struct tour *tour, uint64_t own)
{
	enum status status;

	find_names(tour);
	take_note(tour, own);
	status = visit_inode(tour, own);
	if (status == STATUS_FOUND)
		status = visit_named(tour);
	if (status == STATUS_FOUND)
		status = visit_processes(tour);
	if (status == STATUS_FOUND && tour->refused)
		say_refused(tour->refused);
	return status;
}

enum status netns_each(netns_fn visit, void *data)
{
	struct tour tour = { .visit = visit, .data = data };
	enum status status;
	struct stat own;
	size_t i;

	if (stat("/proc/self/ns/net", &own))
		return complain("cannot look at /proc/self/ns/net: %s",
				strerror(errno));
	tour.device = own.st_dev;
	status = travel(&tour, own.st_ino);
	for (i = 0; i < tour.named_count; i++)
		free((char *)tour.named[i].name);
	free(tour.named);
	free(tour.seen);
	return status;
}
