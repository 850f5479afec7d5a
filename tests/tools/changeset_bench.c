/* changeset_bench: the changes of a Ruhu database through SQLite's own sessions, to
 * be measured beside `ruhu import`; and a program with its time and memory.
 *
 *     changeset_bench flat DB FOLDER	every answer of DB's log as a change
 *     changeset_bench whole BEFORE AFTER FOLDER	all that an import wrote
 *     changeset_bench run PROGRAM ...	prints "MS KIB" of it on standard error
 *
 * flat: one table, the least that says who answered what, and when. whole: how a
 * database differs before and after an import, table by table, applied to what it
 * was before. A changeset's content is not checked, and it is applied in one piece
 * that lets nobody else write until it is done. */
#define SQLITE_ENABLE_SESSION
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
must(int rc, int want, sqlite3 *db, const char *what)
{
	if (rc == want)
		return;
	fprintf(stderr, "changeset_bench: %s: %s\n", what,
	    db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
	exit(1);
}

/* sql: run on it, whatever it held before; NULL: as it is. */
static sqlite3 *
open_db(const char *path, const char *sql)
{
	sqlite3 *db;

	if (sql != NULL)
		remove(path);
	must(sqlite3_open(path, &db), SQLITE_OK, db, path);
	must(sqlite3_exec(db, sql != NULL ? sql : "PRAGMA synchronous = FULL", NULL, NULL, NULL),
	    SQLITE_OK, db, path);
	return db;
}

static void
run_with(sqlite3 *db, const char *sql, const char *path)
{
	char *text = sqlite3_mprintf(sql, path);

	must(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK, db, text);
	sqlite3_free(text);
}

static long
count(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st;
	long n;

	must(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK, db, sql);
	must(sqlite3_step(st), SQLITE_ROW, db, sql);
	n = (long)sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

/* ---- changesets ------------------------------------------------------------------- */

struct set { void *bytes; int n; };

/* What makes the database at `from` the same as db. Tables without a key have no
 * changes: there is none among Ruhu's. */
static struct set
difference(sqlite3 *db, const char *from)
{
	struct set set = { NULL, 0 };
	sqlite3_session *session;
	sqlite3_stmt *st;

	run_with(db, "ATTACH %Q AS other", from);
	must(sqlite3session_create(db, "main", &session), SQLITE_OK, db, "session");
	must(sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'table'"
	    " AND rootpage > 0 AND name NOT LIKE 'sqlite_%'", -1, &st, NULL), SQLITE_OK, db,
	    "tables");
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(st, 0);

		must(sqlite3session_attach(session, table), SQLITE_OK, db, table);
		must(sqlite3session_diff(session, "other", table, NULL), SQLITE_OK, db, table);
	}
	sqlite3_finalize(st);
	must(sqlite3session_changeset(session, &set.n, &set.bytes), SQLITE_OK, db, "changeset");
	sqlite3session_delete(session);
	must(sqlite3_exec(db, "DETACH other", NULL, NULL, NULL), SQLITE_OK, db, "detach");
	return set;
}

static int
leave_out(void *ctx, int conflict, sqlite3_changeset_iter *at)
{
	(void)conflict;
	(void)at;
	++*(long *)ctx;
	return SQLITE_CHANGESET_OMIT;
}

static long
rate(long n, int64_t ms)
{
	return n * 1000 / (ms > 0 ? (long)ms : 1);
}

/* Twice, for a file that comes again: what it brings is then left out. */
static void
apply_twice(sqlite3 *db, const struct set *set, long answers, const char *what)
{
	for (int again = 0; again < 2; again++) {
		sqlite3_int64 current, most;
		long omitted = 0;
		int64_t began = now_ms(), took;

		sqlite3_status64(SQLITE_STATUS_MEMORY_USED, &current, &most, 1);
		must(sqlite3changeset_apply(db, set->n, set->bytes, NULL, leave_out, &omitted),
		    SQLITE_OK, db, "apply");
		took = now_ms() - began;
		sqlite3_status64(SQLITE_STATUS_MEMORY_USED, &current, &most, 0);
		if ((omitted > 0) != (again > 0)) {
			fprintf(stderr, "changeset_bench: %ld left out\n", omitted);
			exit(1);
		}
		printf("%s%s: %lld ms, %ld changes a second, %lld MiB of memory with the file's %d, "
		    "%d bytes a change\n", what, again ? " again" : "", (long long)took,
		    rate(answers, took), (long long)most >> 20, set->n >> 20,
		    set->n / (int)(answers > 0 ? answers : 1));
	}
}

/* Applies what makes `before` the same as `after`, and sees that it did. */
static int
apply(const char *before, const char *after, const char *log, const char *what)
{
	sqlite3 *to = open_db(before, NULL), *from = open_db(after, NULL);
	struct set set = difference(from, before), rest;
	long answers = count(from, log) - count(to, log);

	apply_twice(to, &set, answers, what);
	rest = difference(from, before);
	sqlite3_close(to);
	sqlite3_close(from);
	sqlite3_free(set.bytes);
	sqlite3_free(rest.bytes);
	if (rest.n == 0)
		return 0;
	fprintf(stderr, "changeset_bench: %d bytes still differ\n", rest.n);
	return 1;
}

/* ---- what to measure ---------------------------------------------------------------- */

#define FLAT \
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" \
    "CREATE TABLE answer(record TEXT, row TEXT, field TEXT, value TEXT, hlc INTEGER," \
    " author TEXT, PRIMARY KEY(record, row, field)) WITHOUT ROWID;"

static int
flat(const char *log, const char *folder)
{
	char before[4096], after[4096];
	sqlite3 *db;

	snprintf(before, sizeof before, "%s/flat.db", folder);
	snprintf(after, sizeof after, "%s/flat-after.db", folder);
	sqlite3_close(open_db(before, FLAT));
	db = open_db(after, FLAT);
	run_with(db, "ATTACH %Q AS log", log);
	must(sqlite3_exec(db,
	    "INSERT OR REPLACE INTO main.answer SELECT r.id, coalesce(w.id, ''),"
	    " f.text, c.value, c.hlc, a.text FROM log.ruhu_change c"
	    " JOIN log.ruhu_record r ON r.no = c.record JOIN log.ruhu_name f ON f.no = c.field"
	    " JOIN log.ruhu_name a ON a.no = c.author LEFT JOIN log.ruhu_row w ON w.no = c.row"
	    " ORDER BY c.no", NULL, NULL, NULL), SQLITE_OK, db, "answers");
	sqlite3_close(db);
	return apply(before, after, "SELECT count(*) FROM answer",
	    "the answers alone: one table, no history, no indexes");
}

static int
whole(const char *before, const char *after, const char *folder)
{
	char copy[4096];
	sqlite3 *db = open_db(before, NULL);

	snprintf(copy, sizeof copy, "%s/whole.db", folder);
	remove(copy);
	run_with(db, "VACUUM INTO %Q", copy);
	sqlite3_close(db);
	db = open_db(copy, NULL);
	run_with(db, "PRAGMA journal_mode = WAL", NULL);
	sqlite3_close(db);
	return apply(copy, after, "SELECT count(*) FROM ruhu_change",
	    "all that the import wrote: log, chain, heads, records, tables, search");
}

static int
run(char **argv)
{
	int64_t began = now_ms();
	struct rusage use;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &use) != pid)
		return 1;
	fprintf(stderr, "%lld %ld\n", (long long)(now_ms() - began), use.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "flat") == 0)
		return flat(argv[2], argv[3]);
	if (argc == 5 && strcmp(argv[1], "whole") == 0)
		return whole(argv[2], argv[3], argv[4]);
	if (argc > 2 && strcmp(argv[1], "run") == 0)
		return run(argv + 2);
	fprintf(stderr, "changeset_bench flat DB FOLDER | whole BEFORE AFTER FOLDER | run PROGRAM ...\n");
	return 2;
}
