/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What something costs, where the machine's clock counts instructions
 * (lab/vm -c): between meter_start() and meter_stop() in the path of this
 * process, and, until some time after that, on the machine as a whole.
 *
 * The machine as a whole is what is not idle. The kernel knows its idle time to
 * the nanosecond, interrupts that came meanwhile taken out, but tells it so
 * precisely in /proc/timer_list alone.
 */
#ifndef METER_H
#define METER_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct meter {
	uint64_t wall, path, wall_after, path_after, idle;
};

static inline uint64_t meter_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static inline uint64_t meter_children(void)
{
	struct rusage use;

	getrusage(RUSAGE_CHILDREN, &use);
	return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000000ULL +
	       (use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1000ULL;
}

static inline uint64_t meter_idle(void)
{
	FILE *file = fopen("/proc/timer_list", "r");
	unsigned long long idle;
	uint64_t sum = 0;
	char line[256];

	if (!file) {
		perror("/proc/timer_list");
		exit(2);
	}
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, " .idle_sleeptime : %llu", &idle) == 1)
			sum += idle;
	fclose(file);
	return sum;
}

static inline uint64_t meter_path(void)
{
	return meter_clock(CLOCK_PROCESS_CPUTIME_ID) + meter_children();
}

static inline void meter_start(struct meter *m)
{
	m->idle = meter_idle();
	m->wall = meter_clock(CLOCK_MONOTONIC);
	m->path = meter_path();
}

static inline void meter_stop(struct meter *m)
{
	m->path_after = meter_path();
	m->wall_after = meter_clock(CLOCK_MONOTONIC);
}

/*
 * After `settle` milliseconds, in which what came of it in the background is
 * done, a line: name, units, and instructions: in the path, from start to stop,
 * and of the whole machine until now.
 */
static inline void meter_report(const struct meter *m, const char *name,
				unsigned long units, unsigned int settle)
{
	struct timespec rest = { settle / 1000, settle % 1000 * 1000000L };
	uint64_t busy;

	nanosleep(&rest, NULL);
	busy = meter_clock(CLOCK_MONOTONIC) - m->wall;
	busy -= meter_idle() - m->idle;
	printf("%s %lu %llu %llu %llu\n", name, units,
	       (unsigned long long)(m->path_after - m->path),
	       (unsigned long long)(m->wall_after - m->wall),
	       (unsigned long long)busy);
	fflush(stdout);
}

#endif
