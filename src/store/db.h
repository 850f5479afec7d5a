/* db.h: SQLite behind a few calls; db.c is the only file that knows it. SQL text
 * and values are handed in, rows are read out; every failure is a sentence.
 *
 *     struct stmt *st = db_query(db, err, "SELECT no, id FROM t WHERE form = ?",
 *         WITH(b_text(form)));
 *     while (st != NULL && stmt_row(st))
 *             use(stmt_int(st, 0), stmt_text(st, 1));
 *     if (!stmt_end(st, err))
 *             return false;
 *
 * Statements are prepared once and kept by their text. */
#ifndef RUHU_STORE_DB_H
#define RUHU_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct buf;
struct db;
struct stmt;

/* The first bytes of a database file, read without disturbing a connection that
 * this process may have to the same file. */
#define DB_HEAD 100
struct db_peek {
	int64_t size;			/* of the file, bytes */
	unsigned char head[DB_HEAD];	/* valid when size >= DB_HEAD */
};
bool db_peek(const char *path, struct db_peek *, struct err *);

/* DB_PLAIN: a rollback journal, for a file that is being made and will be
 * renamed. The others: WAL, synchronous=FULL, no checkpoint by itself. */
enum db_mode { DB_READ, DB_WRITE, DB_PLAIN };
bool db_open(const char *path, enum db_mode, struct db **, struct err *);
void db_close(struct db *);		/* NULL is fine */

/* ---- values ---------------------------------------------------------------- */

struct bind {
	enum { BIND_NULL, BIND_INT, BIND_REAL, BIND_TEXT, BIND_BLOB } kind;
	int64_t i;
	double r;
	const void *p;			/* lent until the call returns */
	size_t len;
};
struct bind b_null(void);
struct bind b_int(int64_t);
struct bind b_text(const char *);			/* NULL: NULL */
struct bind b_text_or_null(const char *);		/* "" too: NULL */
struct bind b_bytes(const char *text, size_t len);	/* text that may be long */
struct bind b_blob(const void *, size_t len);
#define WITH(...) \
	(const struct bind[]){ __VA_ARGS__ }, \
	    sizeof((const struct bind[]){ __VA_ARGS__ }) / sizeof(struct bind)
#define WITHOUT NULL, 0

/* ---- running --------------------------------------------------------------- */

/* One statement that answers no rows. Values beyond the statement's last ?N are
 * passed over. */
bool db_run(struct db *, struct err *, const char *sql, const struct bind *, size_t n);
bool db_script(struct db *, struct err *, const char *sql);	/* several; no values */
/* Of the SQLite that is linked: "3.40.1". */
const char *db_version(void);
/* Gives pages back that were read and are not needed now. */
void db_shrink(struct db *);
int64_t db_changed(const struct db *);		/* rows the last statement changed */
int64_t db_last_no(const struct db *);		/* rowid of the last INSERT */

/* Rows to read. Between db_query and stmt_end the values are lent until the next
 * stmt_row. Never forget stmt_end: it gives the statement back, and tells whether
 * all went well. A failed query is a NULL that stmt_row and stmt_end accept. */
struct stmt *db_query(struct db *, struct err *, const char *sql, const struct bind *,
    size_t n);
bool stmt_row(struct stmt *);			/* false: no more, or an error */
bool stmt_end(struct stmt *, struct err *);	/* NULL: false, err as db_query left it */
int64_t stmt_int(struct stmt *, int col);
double stmt_real(struct stmt *, int col);
const char *stmt_text(struct stmt *, int col);	/* "" for NULL */
const char *stmt_text_or_null(struct stmt *, int col);
size_t stmt_len(struct stmt *, int col);	/* bytes of text or blob */
const void *stmt_blob(struct stmt *, int col);
bool stmt_is_null(struct stmt *, int col);
bool stmt_is_real(struct stmt *, int col);
bool stmt_is_number(struct stmt *, int col);
int stmt_cols(struct stmt *);

/* The first column of the first row; *found (may be NULL) false when there is
 * none or it is NULL: out is then untouched. */
bool db_int(struct db *, struct err *, int64_t *out, bool *found, const char *sql,
    const struct bind *, size_t n);
bool db_text(struct db *, struct err *, struct buf *out, bool *found, const char *sql,
    const struct bind *, size_t n);

/* Whether there is a row whose first column is not NULL. */
bool db_exists(struct db *, struct err *, bool *found, const char *sql, const struct bind *,
    size_t n);

/* "name" as SQL wants it, quotes doubled. */
void sql_name(struct buf *, const char *name);

/* ---- the file ---------------------------------------------------------------- */

enum db_sync { DB_FULL, DB_NORMAL };		/* NORMAL: a mark that may be lost */
bool db_synchronous(struct db *, enum db_sync, struct err *);
/* Are references looked up at each write? Outside a write only. */
bool db_references(struct db *, bool looked_up, struct err *);
int64_t db_wal_pages(const struct db *);	/* in the WAL after the last commit */
/* Copies the WAL into the file; truncate: and cuts it. Busy readers are no
 * fault: the rest waits for the next time. */
bool db_checkpoint(struct db *, bool truncate, struct err *);
/* A whole copy into a new file. */
bool db_copy_to(struct db *, const char *file, struct err *);
/* How many statements ran and how often the disk was asked to sync (0 where the
 * system does not tell): for tests of "one transaction a field". */
int64_t db_statements(const struct db *);

#endif
