#include "store/turnstile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/tr.h"

enum {
	FIRST_NAP_US = 200, LONGEST_NAP_US = 5000,	/* between two tries */
	TELL_MS = 100,					/* between two calls of waiting */
	HOLDER = 96					/* bytes of the holder's name */,
	WAIT_BYTE = 1 << 20 };

struct turnstile {
	int fd, depth;
	char name[HOLDER];
};

bool
turnstile_open(const char *db_path, const char *who, struct turnstile **out, struct err *err)
{
	struct buf path = { 0 };
	struct turnstile *t;
	int fd;

	buf_addf(&path, "%s.lock", db_path);
	fd = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		err_unable(err, _("%s cannot be opened: %s; it must stand beside the database"),
		    path.data, strerror(errno));
		buf_free(&path);
		return false;
	}
	buf_free(&path);
	t = xcalloc(1, sizeof *t);
	t->fd = fd;
	snprintf(t->name, sizeof t->name, "%.60s %ld\n", who, (long)getpid());
	*out = t;
	return true;
}

void
turnstile_close(struct turnstile *t)
{
	if (t == NULL)
		return;
	close(t->fd);		/* gives the lock back as well */
	free(t);
}

/* "name pid", without its line end; "" when the file says nothing. */
static void
holder_read(const struct turnstile *t, char out[HOLDER])
{
	ssize_t n = pread(t->fd, out, HOLDER - 1, 0);

	out[n > 0 ? n : 0] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

static bool
too_long(const struct turnstile *t, int waited_ms, struct err *err)
{
	char holder[HOLDER];

	holder_read(t, holder);
	if (holder[0] == '\0')
		return err_unable(err, _("The database was busy for %d seconds, so nothing was "
		    "saved; try again"), (waited_ms + 500) / 1000);
	return err_unable(err, _("The database was held by %s for %d seconds, so nothing was saved; "
	    "try again"), holder, (waited_ms + 500) / 1000);
}

/* Who waits holds this byte, shared; long work looks whether anybody does. A file
 * system that cannot do it does without. */
static void
wait_mark(const struct turnstile *t, short type)
{
	struct flock mark = { .l_type = type, .l_whence = SEEK_SET, .l_start = WAIT_BYTE, .l_len = 1 };

	fcntl(t->fd, F_OFD_SETLK, &mark);
}

static bool
somebody_waits(const struct turnstile *t)
{
	struct flock mark = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = WAIT_BYTE,
		.l_len = 1 };

	return fcntl(t->fd, F_OFD_GETLK, &mark) == 0 && mark.l_type != F_UNLCK;
}

void
turnstile_yield(struct turnstile *t, int most_ms)
{
	int64_t start = clock_steady();

	while (t->depth == 0 && somebody_waits(t) && clock_steady() - start < most_ms)
		nanosleep(&(struct timespec){ 0, FIRST_NAP_US * 1000 }, NULL);
}

static bool
wait_for_it(struct turnstile *t, int wait_ms, bool (*waiting)(void *, int, const char *),
    void *ctx, struct err *err)
{
	int64_t start = clock_steady(), told = start, now;
	long nap = FIRST_NAP_US;
	char holder[HOLDER];

	while (flock(t->fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_unable(err, _("The database's lock file cannot be used: %s"),
			    strerror(errno));
		now = clock_steady();
		if (now - start >= wait_ms)
			return too_long(t, (int)(now - start), err);
		if (waiting != NULL && now - told >= TELL_MS) {
			told = now;
			holder_read(t, holder);
			if (!waiting(ctx, (int)(now - start), holder))
				return err_unable(err, _("Stopped waiting for the database; nothing "
				    "was saved"));
		}
		nanosleep(&(struct timespec){ 0, nap * 1000 }, NULL);
		nap = nap * 2 < LONGEST_NAP_US ? nap * 2 : LONGEST_NAP_US;
	}
	return true;
}

bool
turnstile_pass(struct turnstile *t, int wait_ms, bool (*waiting)(void *, int, const char *),
    void *ctx, struct err *err)
{
	size_t len = strlen(t->name);

	if (t->depth == 0) {
		bool free_now = flock(t->fd, LOCK_EX | LOCK_NB) == 0, got = free_now;

		if (!free_now) {
			wait_mark(t, F_RDLCK);
			got = wait_for_it(t, wait_ms, waiting, ctx, err);
			wait_mark(t, F_UNLCK);
		}
		if (!got)
			return false;
		/* Only for the eyes of those who wait: a full disk must not matter. */
		if (pwrite(t->fd, t->name, len, 0) != (ssize_t)len)
			(void)!ftruncate(t->fd, 0);
	}
	t->depth++;
	return true;
}

void
turnstile_leave(struct turnstile *t)
{
	if (--t->depth == 0)
		flock(t->fd, LOCK_UN);
}
