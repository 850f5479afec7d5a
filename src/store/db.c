#include "store/db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"

enum {
	KEEP = 400, BUSY_MS = 5000,	/* statements kept; SQLite's own wait */
	NEAR = 256			/* of them found by where their text stands */
};

struct stmt {
	sqlite3_stmt *st;
	struct db *db;
	char *sql;
	int rc;
	bool busy, kept;
	struct stmt *next;	/* all kept ones, newest first */
};

struct db {
	sqlite3 *h;
	struct map *by_sql;
	struct stmt *kept;
	size_t kept_n;
	struct { const char *sql; struct stmt *st; } near[NEAR];
	int64_t wal_pages, statements;
	bool dead;		/* an fsync failed: nothing written since can be trusted */
};

/* ---- errors ------------------------------------------------------------------ */

static bool
fail_read(struct err *err)
{
	return err_set(err, _("A part of the database could not be read from the disk; the rest can "
	    "be used. Copy it to another disk soon, and see what `ruhu doctor` says"));
}

/* SQLite calls a block that cannot be read damage; what the system said is kept. */
static bool
disk_failed(struct db *db)
{
	int why = 0;

	return db->h != NULL &&
	    sqlite3_file_control(db->h, "main", SQLITE_FCNTL_LAST_ERRNO, &why) == SQLITE_OK &&
	    (why == EIO || why == ENXIO);
}

static bool
fail_io(struct db *db, int code, struct err *err)
{
	switch (code) {
	case SQLITE_IOERR_FSYNC:
	case SQLITE_IOERR_DIR_FSYNC:
		db->dead = true;
		return err_set(err, _("The disk did not confirm the write, so nothing was "
		    "saved; close the program, check the disk, and open it again"));
	case SQLITE_IOERR_SHMSIZE:
	case SQLITE_IOERR_WRITE:
	case SQLITE_IOERR_TRUNCATE:
		return err_set(err, _("The disk is full or cannot be written, so nothing was "
		    "saved; make room on it and try again"));
	case SQLITE_IOERR_READ:
	case SQLITE_IOERR_SHORT_READ:
	case SQLITE_IOERR_CORRUPTFS:
		return fail_read(err);
	default:
		return err_set(err, _("The disk could not be read or written (%s); nothing was "
		    "saved"), sqlite3_errstr(code));
	}
}

/* Tables and columns that are missing were dropped by another program. */
static bool
fail_other(struct db *db, int rc, struct err *err)
{
	const char *said = db->h != NULL ? sqlite3_errmsg(db->h) : sqlite3_errstr(rc);
	bool missing = strstr(said, "no such table") != NULL ||
	    strstr(said, "no such column") != NULL || strstr(said, "has no column") != NULL;

	if (rc == SQLITE_ERROR && missing && strstr(said, "ruhu_") == NULL)
		return err_set(err, _("The database refused: %s; 'ruhu rebuild' makes the tables of "
		    "answers again"), said);
	return err_set(err, _("The database refused: %s"), said);
}

static bool
describe(struct db *db, int rc, struct err *err)
{
	int code = db->h != NULL ? sqlite3_extended_errcode(db->h) : rc;

	if ((code & 0xff) != (rc & 0xff))
		code = rc;
	switch (rc & 0xff) {
	case SQLITE_FULL:
		return err_set(err, _("The disk is full, so nothing was saved; make room on it "
		    "and try again"));
	case SQLITE_IOERR:
		return fail_io(db, code, err);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, _("Another program holds the database; nothing was saved, "
		    "try again when it has finished"));
	case SQLITE_READONLY:
		return err_set(err, _("The database may not be written here; check who owns the "
		    "file and its folder"));
	case SQLITE_CORRUPT:
		if (disk_failed(db))
			return fail_read(err);
		return err_set(err, _("The database file is damaged; keep it as it is and restore "
		    "a backup (%s)"), db->h != NULL ? sqlite3_errmsg(db->h) : "");
	case SQLITE_NOTADB:
		return err_set(err, _("The file is not a database, or it is damaged at its "
		    "beginning"));
	case SQLITE_CANTOPEN:
		return err_set(err, _("The database cannot be opened; check that the file and its "
		    "folder may be read and written"));
	default:
		return fail_other(db, rc, err);
	}
}

/* Only what breaks a rule of the tables can be the fault of what was to be written. */
static bool
fail(struct db *db, int rc, struct err *err)
{
	describe(db, rc, err);
	err->unable = (rc & 0xff) != SQLITE_CONSTRAINT && (rc & 0xff) != SQLITE_TOOBIG;
	return false;
}

/* ---- opening ------------------------------------------------------------------- */

/* One thread, and nobody asks how much memory is used: no lock for each allocation. */
static void
ready(void)
{
	static bool done;

	if (done)
		return;
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	done = true;
}

bool
db_peek(const char *path, struct db_peek *peek, struct err *err)
{
	sqlite3_vfs *vfs;
	sqlite3_file *file;
	sqlite3_int64 size = 0;
	char *full;
	int rc;

	ready();
	vfs = sqlite3_vfs_find(NULL);
	full = xcalloc(1, (size_t)vfs->mxPathname + 2);

	/* SQLite's own file layer: closing a descriptor of one's own would drop the
	 * locks of another connection in this process (fcntl locks are per file). */
	file = xcalloc(1, (size_t)vfs->szOsFile);
	vfs->xFullPathname(vfs, path, vfs->mxPathname, full);
	rc = vfs->xOpen(vfs, full, file, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, NULL);
	if (rc == SQLITE_OK) {
		rc = file->pMethods->xFileSize(file, &size);
		if (rc == SQLITE_OK && size >= DB_HEAD)
			rc = file->pMethods->xRead(file, peek->head, DB_HEAD, 0);
		file->pMethods->xClose(file);
	}
	free(file);
	free(full);
	peek->size = size;
	if (rc != SQLITE_OK)
		return err_set(err, _("%s cannot be read: %s"), path, sqlite3_errstr(rc));
	return true;
}

static int
on_commit(void *ctx, sqlite3 *h, const char *name, int pages)
{
	struct db *db = ctx;

	(void)h;
	(void)name;
	db->wal_pages = pages;
	return SQLITE_OK;
}

static bool
configure(struct db *db, enum db_mode mode, struct err *err)
{
	static const char common[] =
	    "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
	    "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;";
	static const char wal[] =
	    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;";

	sqlite3_extended_result_codes(db->h, 1);
	sqlite3_busy_timeout(db->h, BUSY_MS);
	sqlite3_db_config(db->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db->h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_limit(db->h, SQLITE_LIMIT_LENGTH, 64 * 1024 * 1024);
	sqlite3_limit(db->h, SQLITE_LIMIT_ATTACHED, 1);
	if (!db_script(db, err, common))
		return false;
	if (mode == DB_WRITE && !db_script(db, err, wal))
		return false;
	if (mode == DB_WRITE)
		sqlite3_wal_hook(db->h, on_commit, db);
	return true;
}

/* Nobody has it open: what is saved is all in the file itself. */
static bool
has_no_wal(const char *path)
{
	struct buf wal = { 0 };
	struct stat st;
	bool none;

	buf_addf(&wal, "%s-wal", path);
	none = stat(wal.data, &st) != 0 ? errno == ENOENT : st.st_size == 0;
	buf_free(&wal);
	return none;
}

/* Even reading a database with a WAL makes files beside it. Where no file can be
 * made, on a disc or in another's folder, it is read as one that does not change. */
static void
read_unchanging(struct db *db, const char *path)
{
	int rc = sqlite3_exec(db->h, "PRAGMA user_version", NULL, NULL, NULL) & 0xff;
	struct buf uri = { 0 };
	sqlite3 *h;

	if ((rc != SQLITE_READONLY && rc != SQLITE_CANTOPEN) || !has_no_wal(path))
		return;
	buf_add_str(&uri, "file:");
	for (const char *p = path; *p != '\0'; p++)
		buf_addf(&uri, strchr("%?#", *p) != NULL ? "%%%02X" : "%c", (unsigned char)*p);
	buf_add_str(&uri, "?immutable=1");
	if (sqlite3_open_v2(uri.data, &h, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL) == SQLITE_OK) {
		sqlite3_close_v2(db->h);
		db->h = h;
	} else {
		sqlite3_close_v2(h);
	}
	buf_free(&uri);
}

bool
db_open(const char *path, enum db_mode mode, struct db **out, struct err *err)
{
	struct db *db = xcalloc(1, sizeof *db);
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, rc;

	if (mode == DB_READ)
		flags |= SQLITE_OPEN_READONLY;
	else
		flags |= SQLITE_OPEN_READWRITE | (mode == DB_PLAIN ? SQLITE_OPEN_CREATE : 0);
	ready();
	rc = sqlite3_open_v2(path, &db->h, flags, NULL);
	if (rc != SQLITE_OK) {
		fail(db, rc, err);
		db_close(db);
		return false;
	}
	if (mode == DB_READ)
		read_unchanging(db, path);
	db->by_sql = map_new();
	if (!configure(db, mode, err)) {
		db_close(db);
		return false;
	}
	*out = db;
	return true;
}

static void
stmt_free(struct stmt *st)
{
	sqlite3_finalize(st->st);
	free(st->sql);
	free(st);
}

static void
forget_statements(struct db *db)
{
	struct stmt *next;

	for (struct stmt *st = db->kept; st != NULL; st = next) {
		next = st->next;
		stmt_free(st);
	}
	db->kept = NULL;
	db->kept_n = 0;
	map_free(db->by_sql);
	db->by_sql = NULL;
	memset(db->near, 0, sizeof db->near);
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	forget_statements(db);
	sqlite3_close_v2(db->h);
	free(db);
}

/* ---- values ---------------------------------------------------------------------- */

static int
bind_all(sqlite3_stmt *st, const struct bind *v, size_t n, sqlite3_destructor_type keeping)
{
	int rc = SQLITE_OK;
	size_t most = (size_t)sqlite3_bind_parameter_count(st);

	for (size_t i = 0; i < n && i < most && rc == SQLITE_OK; i++) {
		int at = (int)i + 1;

		switch (v[i].kind) {
		case BIND_NULL: rc = sqlite3_bind_null(st, at); break;
		case BIND_INT: rc = sqlite3_bind_int64(st, at, v[i].i); break;
		case BIND_REAL: rc = sqlite3_bind_double(st, at, v[i].r); break;
		case BIND_TEXT:
			rc = sqlite3_bind_text64(st, at, v[i].p, v[i].len, keeping, SQLITE_UTF8);
			break;
		case BIND_BLOB:
			rc = sqlite3_bind_blob64(st, at, v[i].p, v[i].len, keeping);
			break;
		}
	}
	return rc;
}

/* ---- statements --------------------------------------------------------------------- */

/* Most texts are literals, which stand where they stood before; one that was made
 * may stand where another did. */
static struct stmt *
find_kept(struct db *db, const char *sql)
{
	size_t at = ((uintptr_t)sql >> 3 ^ (uintptr_t)sql >> 11) % NEAR;
	struct stmt *st = db->near[at].sql == sql ? db->near[at].st : NULL;

	if (st == NULL || strcmp(st->sql, sql) != 0) {
		void **slot = map_get(db->by_sql, sql);

		st = slot != NULL ? *slot : NULL;
		db->near[at].sql = sql;
		db->near[at].st = st;
	}
	return st != NULL && !st->busy ? st : NULL;
}

static void
keep(struct db *db, struct stmt *st)
{
	if (db->kept_n >= KEEP || map_get(db->by_sql, st->sql) != NULL)
		return;
	st->kept = true;
	st->next = db->kept;
	db->kept = st;
	db->kept_n++;
	map_put(db->by_sql, st->sql, st);
}

static struct stmt *
prepare(struct db *db, const char *sql, struct err *err)
{
	struct stmt *st = find_kept(db, sql);
	sqlite3_stmt *raw;
	int rc;

	if (st != NULL)
		return st;
	rc = sqlite3_prepare_v3(db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, NULL);
	if (rc != SQLITE_OK) {
		fail(db, rc, err);
		return NULL;
	}
	st = xcalloc(1, sizeof *st);
	st->st = raw;
	st->db = db;
	st->sql = xstrdup(sql);
	keep(db, st);
	return st;
}

/* keeping: SQLITE_STATIC where the values outlive the statement's run. */
static struct stmt *
query(struct db *db, struct err *err, const char *sql, const struct bind *v, size_t n,
    sqlite3_destructor_type keeping)
{
	struct stmt *st = prepare(db, sql, err);

	if (st == NULL)
		return NULL;
	st->busy = true;
	st->rc = bind_all(st->st, v, n, keeping);
	if (st->rc != SQLITE_OK) {
		stmt_end(st, err);
		return NULL;
	}
	db->statements++;
	return st;
}

struct stmt *
db_query(struct db *db, struct err *err, const char *sql, const struct bind *v, size_t n)
{
	return query(db, err, sql, v, n, SQLITE_TRANSIENT);
}

bool
stmt_row(struct stmt *st)
{
	if (st == NULL || (st->rc != SQLITE_OK && st->rc != SQLITE_ROW))
		return false;
	st->rc = sqlite3_step(st->st);
	return st->rc == SQLITE_ROW;
}

bool
stmt_end(struct stmt *st, struct err *err)
{
	bool ok;

	if (st == NULL)
		return false;
	ok = st->rc == SQLITE_OK || st->rc == SQLITE_ROW || st->rc == SQLITE_DONE;
	if (!ok)
		fail(st->db, st->rc, err);
	sqlite3_reset(st->st);
	sqlite3_clear_bindings(st->st);
	st->busy = false;
	if (!st->kept)
		stmt_free(st);
	return ok;
}

int64_t
stmt_int(struct stmt *st, int col)
{
	return sqlite3_column_int64(st->st, col);
}

double
stmt_real(struct stmt *st, int col)
{
	return sqlite3_column_double(st->st, col);
}

const char *
stmt_text_or_null(struct stmt *st, int col)
{
	return (const char *)sqlite3_column_text(st->st, col);
}

const char *
stmt_text(struct stmt *st, int col)
{
	const char *s = stmt_text_or_null(st, col);

	return s != NULL ? s : "";
}

const void *
stmt_blob(struct stmt *st, int col)
{
	return sqlite3_column_blob(st->st, col);
}

size_t
stmt_len(struct stmt *st, int col)
{
	return (size_t)sqlite3_column_bytes(st->st, col);
}

bool
stmt_is_null(struct stmt *st, int col)
{
	return sqlite3_column_type(st->st, col) == SQLITE_NULL;
}

bool
stmt_is_number(struct stmt *st, int col)
{
	int type = sqlite3_column_type(st->st, col);

	return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

bool
stmt_is_real(struct stmt *st, int col)
{
	return sqlite3_column_type(st->st, col) == SQLITE_FLOAT;
}

int
stmt_cols(struct stmt *st)
{
	return sqlite3_column_count(st->st);
}

/* ---- running ---------------------------------------------------------------------------- */

bool
db_run(struct db *db, struct err *err, const char *sql, const struct bind *v, size_t n)
{
	struct stmt *st;

	if (db->dead)
		return err_unable(err, _("The disk failed earlier, so nothing more is written; close "
		    "the program, check the disk, and open it again"));
	st = query(db, err, sql, v, n, SQLITE_STATIC);
	while (stmt_row(st))
		;
	return stmt_end(st, err);
}

bool
db_script(struct db *db, struct err *err, const char *sql)
{
	int rc = sqlite3_exec(db->h, sql, NULL, NULL, NULL);

	db->statements++;
	return rc == SQLITE_OK ? true : fail(db, rc, err);
}

void
db_shrink(struct db *db)
{
	sqlite3_db_release_memory(db->h);
}

int64_t
db_changed(const struct db *db)
{
	return sqlite3_changes64(db->h);
}

int64_t
db_last_no(const struct db *db)
{
	return sqlite3_last_insert_rowid(db->h);
}

bool
db_int(struct db *db, struct err *err, int64_t *out, bool *found, const char *sql,
    const struct bind *v, size_t n)
{
	struct stmt *st = query(db, err, sql, v, n, SQLITE_STATIC);
	bool got = stmt_row(st) && !stmt_is_null(st, 0);
	int64_t value = got ? stmt_int(st, 0) : 0;

	if (!stmt_end(st, err))
		return false;
	if (got)
		*out = value;
	if (found != NULL)
		*found = got;
	return true;
}

bool
db_exists(struct db *db, struct err *err, bool *found, const char *sql, const struct bind *v,
    size_t n)
{
	int64_t ignored;

	return db_int(db, err, &ignored, found, sql, v, n);
}

bool
db_text(struct db *db, struct err *err, struct buf *out, bool *found, const char *sql,
    const struct bind *v, size_t n)
{
	struct stmt *st = query(db, err, sql, v, n, SQLITE_STATIC);
	bool got = stmt_row(st) && !stmt_is_null(st, 0);

	if (got) {
		const char *text = stmt_text(st, 0);

		buf_add(out, text, stmt_len(st, 0));
	}
	if (found != NULL)
		*found = got;
	return stmt_end(st, err);
}

void
sql_name(struct buf *out, const char *name)
{
	buf_add_char(out, '"');
	for (; *name != '\0'; name++) {
		if (*name == '"')
			buf_add_char(out, '"');
		buf_add_char(out, *name);
	}
	buf_add_char(out, '"');
}

/* ---- the file ----------------------------------------------------------------------------- */

bool
db_synchronous(struct db *db, enum db_sync sync, struct err *err)
{
	return db_run(db, err,
	    sync == DB_FULL ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", WITHOUT);
}

bool
db_references(struct db *db, bool looked_up, struct err *err)
{
	return db_run(db, err, looked_up ? "PRAGMA foreign_keys=ON" : "PRAGMA foreign_keys=OFF", WITHOUT);
}

int64_t
db_wal_pages(const struct db *db)
{
	return db->wal_pages;
}

bool
db_checkpoint(struct db *db, bool truncate, struct err *err)
{
	int pages = 0, done = 0;
	int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
	int rc = sqlite3_wal_checkpoint_v2(db->h, NULL, mode, &pages, &done);

	if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY)
		return fail(db, rc, err);
	if (rc == SQLITE_OK && pages == done)
		db->wal_pages = 0;
	return true;
}

bool
db_copy_to(struct db *db, const char *file, struct err *err)
{
	struct db *to = NULL;
	sqlite3_backup *copy;
	int rc;

	if (!db_open(file, DB_PLAIN, &to, err))
		return false;
	copy = sqlite3_backup_init(to->h, "main", db->h, "main");
	if (copy == NULL) {
		rc = sqlite3_errcode(to->h);
		fail(to, rc, err);
		db_close(to);
		return false;
	}
	do
		rc = sqlite3_backup_step(copy, 1024);
	while (rc == SQLITE_OK);
	sqlite3_backup_finish(copy);
	if (rc != SQLITE_DONE) {
		fail(to, rc, err);
		db_close(to);
		return false;
	}
	db_close(to);
	return true;
}

int64_t
db_statements(const struct db *db)
{
	return db->statements;
}

const char *
db_version(void)
{
	return sqlite3_libversion();
}
