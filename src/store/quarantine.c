#include "store/quarantine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/tr.h"
#include "store/inside.h"

enum { COPY_MAX = 512 << 20 };

void
quarantine_path(struct store *s, const char *hash, struct buf *out)
{
	buf_addf(out, "%s.quarantine/%s", s->path, hash);
}

/* Reads a file through; to: also writes it there; -1: not. */
static bool
pass(const char *path, int to, char hex[HASH_BYTES * 2 + 1], struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct hash_stream *h = hash_stream_new();
	unsigned char hash[HASH_BYTES];
	char piece[65536];
	int64_t all = 0;
	ssize_t n = -1;
	struct stat st;
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);

	while (ok && (n = read(fd, piece, sizeof piece)) > 0) {
		hash_stream_add(h, piece, (size_t)n);
		all += n;
		ok = all <= COPY_MAX && (to < 0 || write(to, piece, (size_t)n) == n);
	}
	ok = ok && n == 0;
	if (!ok)
		err_set(err, _("%s cannot be copied: %s"), path, strerror(errno));
	if (fd >= 0)
		close(fd);
	hash_stream_end(h, hash);
	hex_format(hash, HASH_BYTES, hex);
	return ok;
}

/* 0600, whole or not at all. */
static bool
keep(struct store *s, const char *path, const char *hash, struct err *err)
{
	struct buf folder = { 0 }, name = { 0 }, part = { 0 };
	char again[HASH_BYTES * 2 + 1];
	struct stat st;
	bool ok;
	int fd;

	buf_addf(&folder, "%s.quarantine", s->path);
	quarantine_path(s, hash, &name);
	buf_addf(&part, "%s.part", name.data);
	ok = mkdir(folder.data, 0700) == 0 || errno == EEXIST;
	if (ok && stat(name.data, &st) != 0) {
		fd = open(part.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
		ok = fd >= 0 && pass(path, fd, again, err) && strcmp(again, hash) == 0 &&
		    fsync(fd) == 0;
		if (fd >= 0)
			close(fd);
		ok = ok && rename(part.data, name.data) == 0;
		if (!ok)
			unlink(part.data);
	}
	if (!ok)
		err_set(err, _("%s cannot be copied: %s"), path, strerror(errno));
	buf_free(&folder);
	buf_free(&name);
	buf_free(&part);
	return ok;
}

bool
quarantine_put(struct store *s, const char *path, const char *site, const char *reason,
    struct err *err)
{
	char hash[HASH_BYTES * 2 + 1], at[INSTANT_TEXT];
	const char *slash = strrchr(path, '/');

	if (s->read_only || !pass(path, -1, hash, err) || !keep(s, path, hash, err))
		return false;
	store_stamp(s, at);
	return tx_begin(s, err) && tx_end(s, db_run(s->db, err,
	    "INSERT INTO ruhu_quarantine(hash, name, site, reason, at, by) VALUES(?1,?2,?3,?4,?5,?6)"
	    " ON CONFLICT(hash) DO UPDATE SET reason = ?4, at = ?5, by = ?6, tries = tries + 1",
	    WITH(b_text(hash), b_text(slash != NULL ? slash + 1 : path), b_text(site),
	    b_text(reason), b_text(at), b_text(s->user))), err);
}

bool
quarantine_merged(struct store *s, const char *path, struct err *err)
{
	char hash[HASH_BYTES * 2 + 1], at[INSTANT_TEXT];
	int64_t n = 0;

	/* Reading the file again is for those who ever refused one. */
	if (!db_int(s->db, err, &n, NULL, "SELECT count(*) FROM ruhu_quarantine WHERE merged_at IS NULL",
	    WITHOUT))
		return false;
	if (n == 0 || s->read_only || !pass(path, -1, hash, err))
		return n == 0 || s->read_only;
	store_stamp(s, at);
	return tx_begin(s, err) && tx_end(s, db_run(s->db, err, "UPDATE ruhu_quarantine SET"
	    " merged_at = ? WHERE hash = ? AND merged_at IS NULL", WITH(b_text(at), b_text(hash))),
	    err);
}

bool
quarantine_each(struct store *s, bool all, bool (*each)(void *, const struct quarantined *),
    void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT no, hash, name, site, reason, at, by,"
	    " coalesce(merged_at, ''), tries FROM ruhu_quarantine WHERE ? OR merged_at IS NULL"
	    " ORDER BY no", WITH(b_int(all)));

	while (stmt_row(st)) {
		const struct quarantined q = { .no = stmt_int(st, 0), .hash = stmt_text(st, 1),
			.name = stmt_text(st, 2), .site = stmt_text(st, 3),
			.reason = stmt_text(st, 4), .at = stmt_text(st, 5), .by = stmt_text(st, 6),
			.merged_at = stmt_text(st, 7), .tries = stmt_int(st, 8) };

		if (!each(ctx, &q))
			break;
	}
	return stmt_end(st, err);
}
