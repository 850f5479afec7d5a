#include "store/schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/db.h"

/* ---- looking ---------------------------------------------------------------- */

static uint32_t
big_endian(const unsigned char *p, int bytes)
{
	uint32_t n = 0;

	while (bytes-- > 0)
		n = n << 8 | *p++;
	return n;
}

/* Is there a WAL with something in it? Then the file's own length says nothing. */
static bool
has_wal(const char *path)
{
	struct buf wal = { 0 };
	struct stat st;
	bool has;

	buf_addf(&wal, "%s-wal", path);
	has = stat(wal.data, &st) == 0 && st.st_size > 0;
	buf_free(&wal);
	return has;
}

static bool
look_inside(const char *path, const struct db_peek *peek, int *version, struct err *err)
{
	const unsigned char *h = peek->head;
	int64_t page = (int64_t)big_endian(h + 16, 2), pages = (int64_t)big_endian(h + 28, 4);

	if (peek->size < DB_HEAD || memcmp(h, "SQLite format 3", 16) != 0)
		return err_set(err, _("%s is not a Ruhu database; name the right file, or restore a "
		    "backup of it"), path);
	if (big_endian(h + 68, 4) != SCHEMA_APPLICATION)
		return err_set(err, _("%s is a database of another program, not of Ruhu; name the "
		    "right file"), path);
	if (page == 1)
		page = 65536;
	if (big_endian(h + 24, 4) == big_endian(h + 92, 4) && page * pages > peek->size &&
	    !has_wal(path))
		return err_set(err, _("%s is cut short: it has %lld bytes of %lld; copy it again, "
		    "or restore a backup that is whole"), path, (long long)peek->size, (long long)(page * pages));
	*version = (int)big_endian(h + 60, 4);
	return true;
}

static bool
refuse_newer(const char *path, int version, struct err *err)
{
	return err_set(err, _("%s was written by a newer Ruhu (format %d, this program knows %d); "
	    "use the newer program"), path, version, SCHEMA_VERSION);
}

bool
schema_look(const char *path, enum schema_state *state, int *version, struct err *err)
{
	struct db_peek peek;
	struct stat st;

	if (stat(path, &st) != 0) {
		if (errno != ENOENT)
			return err_set(err, _("%s cannot be opened: %s"), path, strerror(errno));
		*state = SCHEMA_MISSING;
		return true;
	}
	if (!S_ISREG(st.st_mode))
		return err_set(err, _("%s is a folder, pipe or device, not a file; name the database's, "
		    "or the backup's, own file"), path);
	if (st.st_size == 0)
		return err_set(err, _("%s is empty (0 bytes), so it is not a database; restore a "
		    "backup, or remove the file to begin a new one"), path);
	if (!db_peek(path, &peek, err) || !look_inside(path, &peek, version, err))
		return false;
	if (*version > SCHEMA_VERSION)
		return refuse_newer(path, *version, err);
	*state = *version < SCHEMA_VERSION ? SCHEMA_OLDER : SCHEMA_READY;
	return true;
}

bool
schema_version(struct db *db, int *version, struct err *err)
{
	int64_t v = 0;

	if (!db_int(db, err, &v, NULL, "PRAGMA user_version", WITHOUT))
		return false;
	*version = (int)v;
	return true;
}

/* ---- making and upgrading ----------------------------------------------------- */

static bool
take_step(struct db *db, int from, struct err *err)
{
	struct buf sql = { 0 };
	bool ok = true;

	for (int i = 0; ok && schema_steps[from][i] != NULL; i++)
		ok = db_script(db, err, schema_steps[from][i]);
	buf_addf(&sql, "PRAGMA user_version=%d", from + 1);
	ok = ok && db_script(db, err, sql.data);
	buf_free(&sql);
	return ok;
}

static bool
take_steps(struct db *db, int from, struct err *err)
{
	for (int v = from; v < SCHEMA_VERSION; v++)
		if (!take_step(db, v, err))
			return false;
	return true;
}

bool
schema_upgrade(struct db *db, struct err *err)
{
	struct err ignored;
	int version;

	if (!db_script(db, err, "BEGIN IMMEDIATE"))
		return false;
	/* Another process may have been through the turnstile before. */
	if (schema_version(db, &version, err) && take_steps(db, version, err) &&
	    db_script(db, err, "COMMIT"))
		return true;
	db_script(db, &ignored, "ROLLBACK");
	return false;
}

bool
schema_new_epoch(struct db *db, int64_t now_ms, const char *why, struct err *err)
{
	static const unsigned char zeros[HASH_BYTES];
	unsigned char raw[16];
	char id[33];

	random_bytes(raw, sizeof raw);
	hex_format(raw, sizeof raw, id);
	return db_run(db, err,
	    "INSERT INTO ruhu_epoch(id, site, made_ms, parent, why, chain)"
	    " SELECT ?1, s.id, ?2, e.id, ?3, ?4 FROM ruhu_site s"
	    " LEFT JOIN ruhu_epoch e ON e.no = coalesce(s.epoch, (SELECT max(no) FROM ruhu_epoch"
	    "  WHERE site = s.id))",
	    WITH(b_text(id), b_int(now_ms), b_text(why), b_blob(zeros, sizeof zeros))) &&
	    db_run(db, err, "UPDATE ruhu_site SET epoch = ?, acked_seq = 0, acked_chain = ?",
	    WITH(b_int(db_last_no(db)), b_blob(zeros, sizeof zeros)));
}

static bool
fill_new(struct db *db, int64_t now_ms, struct err *err)
{
	static const unsigned char zeros[HASH_BYTES];
	unsigned char raw[16];
	char stream[33];
	struct buf sql = { 0 };
	bool ok;

	random_bytes(raw, sizeof raw);
	hex_format(raw, sizeof raw, stream);
	buf_addf(&sql, "PRAGMA application_id=%d; BEGIN", SCHEMA_APPLICATION);
	ok = db_script(db, err, sql.data) && take_steps(db, 0, err) &&
	    db_run(db, err, "INSERT INTO ruhu_site(one, stream, acked_chain) VALUES(1, ?, ?)",
	    WITH(b_text(stream), b_blob(zeros, sizeof zeros))) &&
	    schema_new_epoch(db, now_ms, "new", err) &&
	    db_script(db, err, "COMMIT; PRAGMA journal_mode=WAL");
	buf_free(&sql);
	return ok;
}

/* Never over a file that is there: another process may have been faster. Where the
 * disk knows no second name (FAT), a rename must do. */
static bool
give_name(const char *part, const char *path, struct err *err)
{
	if (link(part, path) == 0 || errno == EEXIST)
		return true;
	if ((errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS) &&
	    (access(path, F_OK) == 0 || rename(part, path) == 0))
		return true;
	return err_set(err, _("%s cannot be made: %s"), path, strerror(errno));
}

bool
schema_create(const char *path, int64_t now_ms, struct err *err)
{
	struct buf part = { 0 };
	struct db *db = NULL;
	bool ok;

	buf_addf(&part, "%s.%ld.part", path, (long)getpid());
	unlink(part.data);
	ok = db_open(part.data, DB_PLAIN, &db, err);
	if (ok)
		chmod(part.data, 0600);		/* its -wal and -shm take the same */
	ok = ok && fill_new(db, now_ms, err);
	db_close(db);
	ok = ok && give_name(part.data, path, err);
	unlink(part.data);
	if (!ok)
		err_wrap(err, _("A new database at %s"), path);
	buf_free(&part);
	return ok;
}
