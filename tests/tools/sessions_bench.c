/* sessions_bench.c RUHU DATABASE FORM: people at work, each in a pseudo-terminal
 * of 80x24: what starting, a character and leaving a field cost (bytes printed,
 * CPU by the kernel's own count), how long a key takes to its echo with 1, 10, 50
 * and 100 at once at 5 keys a second each, and memory (proportional set size).
 * The second field of FORM must be a text. Times are of this machine; bytes are
 * exact. */
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
#include <time.h>
#include <unistd.h>

#define SESSIONS_MAX 100
#define KEYS_A_SECOND 5
#define LOAD_SECONDS 6

struct person {
	int fd;
	pid_t pid;
	double due, sent;	/* microseconds; sent 0: nothing under way */
	bool erase;
};

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static struct person
start(char **argv)
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
		execl(argv[1], argv[1], "--lang", "zh", "-d", argv[2], "enter", argv[3], (char *)NULL);
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

static void
say(const char *what, size_t bytes, double us)
{
	printf("%-44s %6zu bytes %9.0f us CPU\n", what, bytes, us);
}

/* The same keys again and again: bytes and CPU of one round. */
static void
rounds(struct person *p, const char *what, const char *const *keys, size_t n, int times)
{
	double cpu = cpu_us(p);
	size_t bytes = 0;

	for (int i = 0; i < times; i++) {
		for (size_t k = 0; k < n; k++) {
			press(p, keys[k]);
			bytes += drain(p, 30);
		}
	}
	cpu = cpu_us(p) - cpu;
	say(what, bytes / ((size_t)times * n), cpu / (double)times / (double)n);
}

static void
alone(char **argv)
{
	static const char *const type[] = { "a", "\x7f" }, *const han[] = { "马", "\x7f" },
	    *const fields[] = { "\t", "\x1b[Z" };
	struct person p = start(argv);
	size_t bytes = drain(&p, 400);

	say("start to the first screen", bytes, cpu_us(&p));
	press(&p, "\t");
	drain(&p, 100);
	rounds(&p, "an ASCII character, or taking it back", type, 2, 50);
	rounds(&p, "a Han character, or taking it back", han, 2, 50);
	rounds(&p, "to the next field, or back", fields, 2, 20);
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
together(char **argv)
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
	if (argc != 4) {
		fprintf(stderr, "usage: sessions_bench RUHU DATABASE FORM\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	alone(argv);
	together(argv);
	return 0;
}
