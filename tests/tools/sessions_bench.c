/* sessions_bench.c RUHU DATABASE FORM: people at work, each in a pseudo-terminal
 * of 80x24: what starting, a character and leaving a field cost (bytes printed,
 * CPU by the kernel's own count), how long a key takes to its echo with 1, 10, 50
 * and 100 at once at 5 keys a second each, and memory (proportional set size).
 * The second field of FORM must be a text. Times are of this machine, so two peers
 * are measured in the same run: a program that only reads and writes each byte, the
 * floor that the others are given as multiples of, and one field of ncurses. Bytes
 * are exact. */
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "now_us.h"
#define SESSIONS_MAX 100
#define KEYS_A_SECOND 5
#define LOAD_SECONDS 6

struct person {
	int fd;
	pid_t pid;
	double due, sent;	/* microseconds; sent 0: nothing under way */
	bool erase;
};

/* ---- the peers ------------------------------------------------------------------- */

/* What no program can do without: a byte read, its echo written. */
static int
echo_peer(void)
{
	struct termios raw;
	char c;

	tcgetattr(STDIN_FILENO, &raw);
	cfmakeraw(&raw);
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	if (write(STDOUT_FILENO, "_", 1) < 0)
		return 1;
	while (read(STDIN_FILENO, &c, 1) == 1) {
		const char *echo = c == '\x7f' ? "\b_\b" : c == '\t' ? "\n" : &c;

		if (write(STDOUT_FILENO, echo, echo == &c ? 1 : strlen(echo)) < 0)
			return 1;
	}
	return 0;
}

/* Twenty fields of '_' as a program with ncurses has them, drawn by its own difference. */
static int
curses_peer(void)
{
	int row = 0, col = 10, c;

	initscr();
	raw();
	noecho();
	for (int i = 0; i < 20; i++)
		mvprintw(i, 0, "Field %2d: ______________________________", i + 1);
	for (move(row, col), refresh(); (c = getch()) != ERR; refresh()) {
		if (c == '\t')
			move(row = (row + 1) % 20, col = 10);
		else if (c == '\x7f' && col > 10)
			mvaddch(row, --col, '_'), move(row, col);
		else
			mvaddch(row, col++, (chtype)c);
	}
	endwin();
	return 0;
}

/* ---- people ----------------------------------------------------------------------- */

static const char *const echo_argv[] = { "/proc/self/exe", "--echo", NULL };
static const char *const curses_argv[] = { "/proc/self/exe", "--curses", NULL };

static struct person
start(const char *const *argv)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	struct person p = { 0 };

	p.pid = forkpty(&p.fd, NULL, NULL, &size);
	if (p.pid < 0) {
		perror("forkpty");
		exit(1);
	}
	if (p.pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	fcntl(p.fd, F_SETFL, O_NONBLOCK);
	return p;
}

/* Bytes until nothing comes for `quiet` ms. */
static size_t
drain(struct person *p, int quiet)
{
	struct pollfd fd = { p->fd, POLLIN, 0 };
	char piece[4096];
	size_t total = 0;
	ssize_t n;

	while (poll(&fd, 1, quiet) > 0) {
		n = read(p->fd, piece, sizeof piece);
		if (n <= 0)
			break;
		total += (size_t)n;
	}
	return total;
}

static void
leave(struct person *p)
{
	kill(p->pid, SIGHUP);
	close(p->fd);
	waitpid(p->pid, NULL, 0);
}

static double
number_in(const char *path, const char *before)
{
	char text[8192];
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
	const char *at;

	if (f)
		fclose(f);
	text[n] = '\0';
	at = strstr(text, before);
	return at ? strtod(at + strlen(before), NULL) : 0;
}

static double
cpu_us(const struct person *p)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/schedstat", (int)p->pid);
	return number_in(path, "") / 1e3;
}

static double
pss_kib(const struct person *p)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)p->pid);
	return number_in(path, "Pss:");
}

static void
press(struct person *p, const char *keys)
{
	if (write(p->fd, keys, strlen(keys)) < 0)
		perror("write");
}

/* floor: what the echo took for the same; 0: there is none. */
static void
say(const char *what, size_t bytes, double us, double floor)
{
	printf("%-44s %6zu bytes %9.0f us CPU", what, bytes, us);
	if (floor > 0)
		printf("  %5.1f x", us / floor);
	putchar('\n');
}

/* The same keys again and again: bytes and CPU of one. */
static double
rounds(struct person *p, const char *const keys[2], int times, size_t *bytes)
{
	double cpu = cpu_us(p);

	*bytes = 0;
	for (int i = 0; i < times * 2; i++) {
		press(p, keys[i % 2]);
		*bytes += drain(p, 30);
	}
	*bytes /= (size_t)times * 2;
	return (cpu_us(p) - cpu) / times / 2;
}

/* The best of some rounds: others may be at work on this machine. */
static double
least(struct person *p, const char *const keys[2], int times, size_t *bytes)
{
	double best = rounds(p, keys, times, bytes);

	for (int i = 1; i < 4; i++) {
		double us = rounds(p, keys, times, bytes);

		best = us < best ? us : best;
	}
	return best;
}

static const char *const type[] = { "a", "\x7f" }, *const han[] = { "马", "\x7f" },
    *const fields[] = { "\t", "\x1b[Z" };

static double
start_us(const char *const *argv, size_t *bytes)
{
	double best = 0;

	for (int i = 0; i < 5; i++) {
		struct person p = start(argv);

		*bytes = drain(&p, 400);
		if (i == 0 || cpu_us(&p) < best)
			best = cpu_us(&p);
		leave(&p);
	}
	return best;
}

/* A character of the echo, microseconds. */
static double
peers(void)
{
	struct person p = start(echo_argv);
	size_t bytes;
	double floor, us;

	drain(&p, 200);
	floor = least(&p, type, 25, &bytes);
	say("the floor: a character only echoed", bytes, floor, floor);
	leave(&p);
	us = start_us(curses_argv, &bytes);
	say("ncurses alone: start to the first screen", bytes, us, 0);
	p = start(curses_argv);
	drain(&p, 200);
	us = least(&p, type, 25, &bytes);
	say("ncurses alone: a character", bytes, us, floor);
	leave(&p);
	return floor;
}

static void
alone(const char *const *argv)
{
	double floor = peers(), us;
	struct person p;
	size_t bytes;

	us = start_us(argv, &bytes);
	say("start to the first screen", bytes, us, 0);
	p = start(argv);
	drain(&p, 400);
	press(&p, "\t");
	drain(&p, 100);
	us = least(&p, type, 25, &bytes);
	say("an ASCII character, or taking it back", bytes, us, floor);
	us = least(&p, han, 25, &bytes);
	say("a Han character, or taking it back", bytes, us, floor);
	us = least(&p, fields, 10, &bytes);
	say("to the next field, or back", bytes, us, floor);
	printf("%-44s %6.1f MiB\n", "memory (PSS) of one session", pss_kib(&p) / 1024);
	leave(&p);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
answer(struct person *p, double now, double *took, size_t *n, size_t max)
{
	char piece[4096];

	if (read(p->fd, piece, sizeof piece) <= 0 || !p->sent)
		return;
	if (*n < max)
		took[(*n)++] = now_us() - p->sent;
	(void)now;
	p->sent = 0;
}

/* Everybody types and takes back at a human pace, out of step. */
static void
load(struct person *people, size_t n)
{
	size_t max = n * KEYS_A_SECOND * LOAD_SECONDS + n, got = 0;
	double *took = calloc(max, sizeof *took), begin = now_us(), now = begin;
	struct pollfd fds[SESSIONS_MAX];

	for (size_t i = 0; i < n; i++)
		people[i].due = begin + (double)i * 1e6 / KEYS_A_SECOND / (double)n;
	while (now < begin + LOAD_SECONDS * 1e6) {
		double next = now + 2e4;

		for (size_t i = 0; i < n; i++) {
			struct person *p = &people[i];

			if (p->due <= now && !p->sent) {
				p->sent = now_us();
				press(p, p->erase ? "\x7f" : "a");
				p->erase = !p->erase;
				p->due += 1e6 / KEYS_A_SECOND;
			}
			next = p->due > now && p->due < next ? p->due : next;
			fds[i] = (struct pollfd){ p->fd, POLLIN, 0 };
		}
		if (poll(fds, n, (int)((next - now) / 1e3)) > 0)
			for (size_t i = 0; i < n; i++)
				if (fds[i].revents & POLLIN)
					answer(&people[i], now, took, &got, max);
		now = now_us();
	}
	qsort(took, got, sizeof *took, by_size);
	if (got)
		printf("%3zu at once: key to echo, median and 99 of 100      %7.2f %7.2f ms\n", n,
		    took[got / 2] / 1e3, took[got * 99 / 100] / 1e3);
	free(took);
}

static void
together(const char *const *argv)
{
	static const size_t counts[] = { 1, 10, 50, SESSIONS_MAX };
	struct person people[SESSIONS_MAX];
	size_t n = 0;
	double kib = 0;

	for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
		for (; n < counts[c]; n++) {
			people[n] = start(argv);
			drain(&people[n], 150);
			press(&people[n], "\t");
			drain(&people[n], 50);
		}
		load(people, n);
		for (size_t i = 0; i < n; i++)
			drain(&people[i], 1);
	}
	for (size_t i = 0; i < n; i++)
		kib += pss_kib(&people[i]);
	printf("%-44s %6.2f MiB\n", "memory (PSS) of each of 100", kib / 1024 / (double)n);
	for (size_t i = 0; i < n; i++)
		leave(&people[i]);
}

int
main(int argc, char **argv)
{
	const char *session[] = { NULL, "--lang", "zh", "-d", NULL, "enter", NULL, NULL };

	if (argc == 2 && strcmp(argv[1], "--echo") == 0)
		return echo_peer();
	if (argc == 2 && strcmp(argv[1], "--curses") == 0)
		return curses_peer();
	if (argc != 4) {
		fprintf(stderr, "usage: sessions_bench RUHU DATABASE FORM\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	session[0] = argv[1];
	session[4] = argv[2];
	session[6] = argv[3];
	alone(session);
	together(session);
	return 0;
}
