/* The calls by which SQLite and this program write, in the place of the C library's:
 * each counts, and at one of them the fault comes. Memory of what was written since
 * the last sync of a file lets a power cut take it away again. */
#include "oracle.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

struct written {		/* not synced yet */
	char path[PATH];
	off_t at, size;		/* size: of the file before */
	size_t len, was_len;
	char *is, *was;		/* is NULL: the file was cut to length `at` */
};

static struct mishap fault;
static struct chance luck;
static bool struck;
static struct written *unsynced;
static size_t unsynced_n, unsynced_cap;

static void *
real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

static ssize_t
real_pwrite(int fd, const void *p, size_t n, off_t at)
{
	static ssize_t (*f)(int, const void *, size_t, off_t);

	if (f == NULL)
		*(void **)&f = real("pwrite64");
	return f(fd, p, n, at);
}

static int
real_ftruncate(int fd, off_t size)
{
	static int (*f)(int, off_t);

	if (f == NULL)
		*(void **)&f = real("ftruncate64");
	return f(fd, size);
}

void
disk_fault(struct mishap f, uint64_t seed)
{
	fault = f;
	luck.state = seed;
}

bool
disk_struck(void)
{
	return struck;
}

/* ---- a power cut --------------------------------------------------------------- */

/* Never by a descriptor of its own: closing it would drop SQLite's locks. */
static bool
path_of(int fd, char path[PATH])
{
	char link[40];
	ssize_t n;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH - 1);
	path[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static void
remember(int fd, off_t at, const void *p, size_t len)
{
	struct written w = { .at = at, .len = len };
	struct stat st;
	ssize_t n;

	if (fault.kind != FAULT_CUT || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    !path_of(fd, w.path))
		return;
	w.size = st.st_size;
	w.was_len = p != NULL ? len : st.st_size > at ? (size_t)(st.st_size - at) : 0;
	w.was = xmalloc(w.was_len + 1);
	n = pread(fd, w.was, w.was_len, at);
	w.was_len = n > 0 ? (size_t)n : 0;
	if (p != NULL) {
		w.is = xmalloc(len + 1);
		memcpy(w.is, p, len);
	}
	unsynced = xgrow(unsynced, &unsynced_cap, unsynced_n + 1, sizeof *unsynced);
	unsynced[unsynced_n++] = w;
}

static void
synced(int fd)
{
	char path[PATH];
	size_t n = 0;

	if (fault.kind != FAULT_CUT || !path_of(fd, path))
		return;
	for (size_t i = 0; i < unsynced_n; i++) {
		struct written *w = &unsynced[i];

		if (strcmp(w->path, path) != 0) {
			unsynced[n++] = *w;
			continue;
		}
		free(w->is);
		free(w->was);
	}
	unsynced_n = n;
}

/* All of it back, and some of it again, as a disk's cache would have it. */
static void
lose_unsynced(void)
{
	for (size_t i = unsynced_n; i-- > 0;) {
		struct written *w = &unsynced[i];
		int fd = open(w->path, O_WRONLY | O_CLOEXEC);

		real_pwrite(fd, w->was, w->was_len, w->at);
		real_ftruncate(fd, w->size);
	}
	for (size_t i = 0; i < unsynced_n; i++) {
		struct written *w = &unsynced[i];
		int fd = open(w->path, O_WRONLY | O_CLOEXEC);

		if (chance_in(&luck, 50))
			continue;
		if (w->is == NULL)
			real_ftruncate(fd, w->at);
		else
			real_pwrite(fd, w->is, w->len, w->at);
	}
}

/* ---- counting -------------------------------------------------------------------- */

/* False: the call fails, and errno says why. */
static bool
goes_on(bool is_sync)
{
	if (fault.kind == NO_FAULT || (fault.kind == FAULT_SYNC && !is_sync))
		return true;
	if (!struck && fault.after-- > 0)
		return true;
	struck = true;
	if (fault.kind == FAULT_CUT)
		lose_unsynced();
	if (fault.kind == FAULT_CUT || fault.kind == FAULT_KILL)
		kill(getpid(), SIGKILL);
	errno = fault.kind == FAULT_FULL ? ENOSPC : EIO;
	return fault.kind == FAULT_FULL && is_sync;
}

/* Some bytes may be there already when the fault comes. */
static void
torn(int fd, const void *p, size_t n, off_t at)
{
	if ((fault.kind == FAULT_KILL || fault.kind == FAULT_CUT) && !struck && fault.after == 0 &&
	    n > 1) {
		size_t some = chance_of(&luck, (unsigned)n);

		remember(fd, at, p, some);
		real_pwrite(fd, p, some, at);
	}
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off_t at)
{
	torn(fd, p, n, at);
	if (!goes_on(false))
		return -1;
	remember(fd, at, p, n);
	return real_pwrite(fd, p, n, at);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	static ssize_t (*f)(int, const void *, size_t);
	off_t at = fault.kind == FAULT_CUT ? lseek(fd, 0, SEEK_CUR) : -1;

	if (f == NULL)
		*(void **)&f = real("write");
	if (fd > 2) {
		if (!goes_on(false))
			return -1;
		if (at >= 0)
			remember(fd, at, p, n);
	}
	return f(fd, p, n);
}

int
ftruncate64(int fd, off_t size)
{
	if (!goes_on(false))
		return -1;
	remember(fd, size, NULL, 0);
	return real_ftruncate(fd, size);
}

static int
sync_by(const char *name, int fd)
{
	int (*f)(int);

	*(void **)&f = real(name);
	if (!goes_on(true))
		return -1;
	synced(fd);
	return f(fd);
}

int
fsync(int fd)
{
	return sync_by("fsync", fd);
}

int
fdatasync(int fd)
{
	return sync_by("fdatasync", fd);
}

int
rename(const char *from, const char *to)
{
	int (*f)(const char *, const char *);

	*(void **)&f = real("rename");
	return goes_on(false) ? f(from, to) : -1;
}
