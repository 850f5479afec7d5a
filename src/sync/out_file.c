#include "sync/out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/tr.h"
#include "sync/zst.h"

enum { GATHER = 1 << 16 };

struct out_file {
	int fd;
	char *path, *part;		/* NULL: standard output */
	struct zst *zst;		/* NULL: plain */
	struct buf waiting;		/* small writes, gathered */
	struct hash_stream *hash;	/* of what was written; NULL: standard output */
	uint64_t size;
};

static bool
cannot_write(const struct out_file *f, struct err *err)
{
	const char *name = f->path != NULL ? f->path : _("standard output");

	if (errno == ENOSPC || errno == EDQUOT)
		return err_unable(err, _("%s: the disk is full: more than %llu bytes are needed; make room "
		    "and try again"), name, (unsigned long long)f->size);
	return err_unable(err, _("%s cannot be written: %s"), name, strerror(errno));
}

static bool
write_all(struct out_file *f, const char *bytes, size_t len, struct err *err)
{
	while (len > 0) {
		ssize_t n = write(f->fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return cannot_write(f, err);
		if (f->hash != NULL)
			hash_stream_add(f->hash, bytes, (size_t)n);
		bytes += n;
		len -= (size_t)n;
		f->size += (uint64_t)n;
	}
	return true;
}

/* Is the open file still the one called .part? Its last writer may have renamed
 * it between our open and our lock. */
static bool
still_part(const struct out_file *f)
{
	struct stat ours, named;

	return fstat(f->fd, &ours) == 0 && stat(f->part, &named) == 0 &&
	    ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

/* The .part of a program that was killed is taken over; that of one which still
 * runs is locked. */
static bool
open_part(struct out_file *f, struct err *err)
{
	f->fd = open(f->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (f->fd < 0)
		return err_set(err, _("%s cannot be made: %s"), f->part, strerror(errno));
	if (flock(f->fd, LOCK_EX | LOCK_NB) != 0 || !still_part(f)) {
		close(f->fd);
		f->fd = -1;
		return err_set(err, _("another program is writing %s at this moment"), f->part);
	}
	if (ftruncate(f->fd, 0) != 0 || fchmod(f->fd, 0600) != 0)
		return cannot_write(f, err);
	return true;
}

static bool
sink_write(void *ctx, const void *bytes, size_t len, struct err *err)
{
	return write_all(ctx, bytes, len, err);
}

static bool
ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && strcmp(s + n - m, end) == 0;
}

static void
let_go(struct out_file *f, bool remove_part)
{
	unsigned char unused[HASH_BYTES];

	if (f->fd >= 0 && f->path != NULL) {
		if (remove_part)
			unlink(f->part);	/* while the lock is held */
		close(f->fd);
	}
	if (f->hash != NULL)
		hash_stream_end(f->hash, unused);
	zst_free(f->zst);
	buf_free(&f->waiting);
	free(f->path);
	free(f->part);
	free(f);
}

static bool
is_database(const char *path, size_t len)
{
	static const char magic[16] = "SQLite format 3";
	char *name = xstrndup(path, len), head[sizeof magic];
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool is = fd >= 0 && read(fd, head, sizeof head) == sizeof head &&
	    memcmp(head, magic, sizeof magic) == 0;

	if (fd >= 0)
		close(fd);
	free(name);
	return is;
}

/* A slip of the keys must not put a table in the place of everybody's answers. */
static bool
of_database(const char *path)
{
	static const char *const beside[] = { "-wal", "-shm", ".lock" };
	size_t len = strlen(path);
	bool of = is_database(path, len);

	for (size_t i = 0; !of && i < sizeof beside / sizeof beside[0]; i++)
		of = ends_in(path, beside[i]) && is_database(path, len - strlen(beside[i]));
	return of;
}

bool
out_file_open(const char *path, struct out_file **out, struct err *err)
{
	struct out_file *f = xcalloc(1, sizeof *f);
	struct stat st;

	f->fd = STDOUT_FILENO;
	if (strcmp(path, "-") != 0) {
		struct buf part = { 0 };

		f->fd = -1;
		f->path = xstrdup(path);
		buf_addf(&part, "%s.part", path);
		f->part = buf_take(&part);
		if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
			err_set(err, _("%s is not a file that can be written over"), path);
			goto failed;
		}
		if (of_database(path)) {
			err_set(err, _("%s is a database, or belongs to one; give another name"), path);
			goto failed;
		}
		if (!open_part(f, err))
			goto failed;
		f->hash = hash_stream_new();
		if (ends_in(path, ".zst"))
			f->zst = zst_new(&(struct zst_sink){ f, sink_write });
	}
	*out = f;
	return true;
failed:
	let_go(f, f->fd >= 0);
	return false;
}

static bool
push(struct out_file *f, struct err *err)
{
	bool ok = f->zst != NULL ? zst_write(f->zst, f->waiting.data, f->waiting.len, err) :
	    write_all(f, f->waiting.data, f->waiting.len, err);

	buf_reset(&f->waiting);
	return ok;
}

bool
out_file_write(struct out_file *f, const void *bytes, size_t len, struct err *err)
{
	buf_add(&f->waiting, bytes, len);
	return f->waiting.len < GATHER || push(f, err);
}

/* The folder's own entry must be on the disk too, or the name may be gone after
 * a power cut. */
static bool
sync_folder(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? xstrdup(".") :
	    xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Some file systems of USB sticks cannot sync a folder: EINVAL. */
	bool ok = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);

	if (!ok)
		err_set(err, _("%s cannot be brought to the disk: %s"), folder, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(folder);
	return ok;
}

/* Sticks lie: about their size, and about what they hold once they grow old. The file is
 * read again, from the disk where the system lets go of its copy. */
static bool
read_back(struct out_file *f, struct err *err)
{
	unsigned char want[HASH_BYTES], got[HASH_BYTES];
	struct hash_stream *h = hash_stream_new();
	char *piece = xmalloc(GATHER);
	off_t at = 0;
	ssize_t n;

	hash_stream_end(f->hash, want);
	f->hash = NULL;
	posix_fadvise(f->fd, 0, 0, POSIX_FADV_DONTNEED);
	while ((n = pread(f->fd, piece, GATHER, at)) > 0 || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		hash_stream_add(h, piece, (size_t)n);
		at += n;
	}
	free(piece);
	hash_stream_end(h, got);
	if (n == 0 && memcmp(want, got, HASH_BYTES) == 0)
		return true;
	return err_set(err, _("%s does not hold what was written there: the disk or stick is "
	    "damaged, or smaller than it says; take another"), f->path);
}

bool
out_file_commit(struct out_file *f, uint64_t *bytes, struct err *err)
{
	bool ok = push(f, err) && (f->zst == NULL || zst_end(f->zst, err));

	if (bytes != NULL)
		*bytes = f->size;
	if (ok && f->path != NULL) {
		ok = fsync(f->fd) == 0 || cannot_write(f, err);
		ok = ok && read_back(f, err);
		ok = ok && (rename(f->part, f->path) == 0 || cannot_write(f, err)) &&
		    sync_folder(f->path, err);
		let_go(f, !ok);
		return ok;
	}
	let_go(f, true);
	return ok;
}

void
out_file_abort(struct out_file *f)
{
	if (f != NULL)
		let_go(f, true);
}
