// SPDX-License-Identifier: GPL-2.0
#include "screen.h"
#include "memory.h"
#include "text.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* How long the bytes behind an escape may take to come, in milliseconds. */
#define ESCAPE_DELAY	50

/*
 * Where signals that ask the program to end can be read, and the signals that
 * are blocked while it waits: all of these, but not that of a change of size,
 * which is for curses and to end the wait.
 */
static int signals;
static sigset_t blocked;

static enum status catch_signals(void)
{
	sigset_t size;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGHUP);
	sigaddset(&blocked, SIGQUIT);
	signals = signalfd(-1, &blocked, SFD_CLOEXEC);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	sigemptyset(&size);
	sigaddset(&size, SIGWINCH);
	sigprocmask(SIG_BLOCK, &size, NULL);
	if (signals < 0)
		return complain("signals cannot be waited for: %s",
				strerror(errno));
	return STATUS_FOUND;
}

static void start_colours(struct term *term)
{
	static const short colours[] = {
		[TINT_GOOD]	= COLOR_GREEN,
		[TINT_PENDING]	= COLOR_YELLOW,
		[TINT_BAD]	= COLOR_RED,
		[TINT_STATE]	= COLOR_CYAN,
	};
	size_t tint;

	if (term->colour && has_colors() && start_color() == OK &&
	    use_default_colors() == OK)
		for (tint = TINT_GOOD; tint <= TINT_STATE; tint++)
			init_pair(tint, colours[tint], -1);
	else
		term->colour = false;
}

void screen_stop(void)
{
	if (!isendwin())
		endwin();
}

enum status screen_start(struct term *term)
{
	const char *type = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return complain("\"top\" needs a terminal to draw on and to get keys from");
	if (catch_signals() != STATUS_FOUND)
		return STATUS_ERROR;
	/* The terminal knows its size better, and changes it. */
	unsetenv("LINES");
	unsetenv("COLUMNS");
	if (!newterm(NULL, stdout, stdin))
		return complain("\"top\" cannot draw on a terminal of type \"%s\"",
				type ? type : "");
	atexit(screen_stop);
	set_escdelay(ESCAPE_DELAY);
	cbreak();
	noecho();
	nonl();
	timeout(0);
	keypad(stdscr, TRUE);
	curs_set(0);
	start_colours(term);
	return STATUS_FOUND;
}

void screen_size(size_t *lines, size_t *columns)
{
	*lines = LINES;
	*columns = COLS;
}

void screen_wipe(void)
{
	curs_set(0);
	erase();
}

static attr_t attributes(enum tint tint)
{
	switch (tint) {
	case TINT_NONE:
		return A_NORMAL;
	case TINT_HEAD:
		return A_BOLD;
	case TINT_DIM:
		return A_DIM;
	default:
		return COLOR_PAIR(tint);
	}
}

/* A character, where the screen has it. */
static void put_glyph(size_t y, size_t x, size_t skip, const char *text,
		      size_t bytes, size_t columns)
{
	if (x >= skip && x - skip + columns <= (size_t)COLS)
		mvaddnstr(y, x - skip, text, bytes);
}

void screen_put(size_t y, const char *text, size_t skip, bool bar)
{
	attr_t reverse = bar ? A_REVERSE : 0;
	size_t x = 0, bytes, columns;
	enum tint tint;

	if (y >= (size_t)LINES)
		return;
	attrset(reverse);
	if (bar)
		mvhline(y, 0, ' ' | reverse, COLS);
	for (; *text; text += bytes) {
		bytes = term_take(text, &tint);
		if (bytes) {
			attrset(attributes(tint) | reverse);
			continue;
		}
		text_next(text, &bytes, &columns);
		put_glyph(y, x, skip, text, bytes, columns);
		x += columns;
	}
	attrset(A_NORMAL);
}

void screen_cursor(size_t y, size_t x)
{
	if (x < (size_t)COLS) {
		curs_set(1);
		move(y, x);
	}
}

void screen_show(void)
{
	wnoutrefresh(stdscr);
	doupdate();
}

static int function_key(wint_t key)
{
	static const struct {
		wint_t curses;
		enum screen_key ours;
	} keys[] = {
		{ KEY_UP,	SCREEN_KEY_UP },
		{ KEY_DOWN,	SCREEN_KEY_DOWN },
		{ KEY_LEFT,	SCREEN_KEY_LEFT },
		{ KEY_RIGHT,	SCREEN_KEY_RIGHT },
		{ KEY_PPAGE,	SCREEN_KEY_PAGE_UP },
		{ KEY_NPAGE,	SCREEN_KEY_PAGE_DOWN },
		{ KEY_HOME,	SCREEN_KEY_HOME },
		{ KEY_END,	SCREEN_KEY_END },
		{ KEY_ENTER,	SCREEN_KEY_ENTER },
		{ KEY_BACKSPACE, SCREEN_KEY_RUBOUT },
		{ KEY_RESIZE,	SCREEN_KEY_RESIZE },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].curses == key)
			return keys[i].ours;
	return SCREEN_KEY_OTHER;
}

static int plain_key(wint_t key)
{
	switch (key) {
	case '\n':
	case '\r':
		return SCREEN_KEY_ENTER;
	case '\033':
		return SCREEN_KEY_ESCAPE;
	case '\b':
	case '\177':
		return SCREEN_KEY_RUBOUT;
	default:
		return key;
	}
}

static int waiting_key(void)
{
	wint_t key;

	switch (get_wch(&key)) {
	case ERR:
		return SCREEN_KEY_NONE;
	case KEY_CODE_YES:
		return function_key(key);
	default:
		return plain_key(key);
	}
}

int screen_key(int ms)
{
	struct pollfd polled[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};
	struct timespec wait = {
		.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L,
	};
	int key = waiting_key();

	if (key != SCREEN_KEY_NONE)
		return key;
	/* A change of size ends the wait, and is a key then. */
	if (ppoll(polled, 2, &wait, &blocked) < 0)
		return waiting_key();
	/* So does the end of the terminal. */
	if (polled[0].revents || polled[1].revents & (POLLHUP | POLLERR))
		return SCREEN_KEY_INTERRUPT;
	return waiting_key();
}
