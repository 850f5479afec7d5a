/* changeset_bench: the changes of a Ruhu database through SQLite's own sessions, to
 * be measured beside `ruhu import`; and a program with its time and memory.
 *
 *     changeset_bench changes DB FOLDER	every answer of DB's log as a change
 *     changeset_bench run PROGRAM ...	prints "MS KIB" of it on standard error
 *
 * The table is what a changeset can carry: who said what of which question, when. The
 * log's chain, conflicts and forerunners it cannot. */
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

static const char schema[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    "CREATE TABLE answer(record TEXT, row TEXT, field TEXT, value TEXT, hlc INTEGER,"
    " author TEXT, PRIMARY KEY(record, row, field)) WITHOUT ROWID;";

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

static sqlite3 *
open_new(const char *folder, const char *name)
{
	char path[4096];
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	remove(path);
	must(sqlite3_open(path, &db), SQLITE_OK, db, path);
	must(sqlite3_exec(db, schema, NULL, NULL, NULL), SQLITE_OK, db, path);
	return db;
}

/* The log into a table whose session is on; returns the changeset. */
static void *
record_changes(const char *log, const char *folder, int *bytes)
{
	sqlite3 *db = open_new(folder, "recorded.db");
	sqlite3_session *session;
	char *sql = sqlite3_mprintf("ATTACH %Q AS log; BEGIN", log);
	void *out = NULL;

	must(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, db, "attach");
	sqlite3_free(sql);
	must(sqlite3session_create(db, "main", &session), SQLITE_OK, db, "session");
	must(sqlite3session_attach(session, "answer"), SQLITE_OK, db, "session");
	must(sqlite3_exec(db,
		 "INSERT OR REPLACE INTO main.answer SELECT r.id, coalesce(w.id, ''),"
		 " f.text, c.value, c.hlc, a.text FROM log.ruhu_change c"
		 " JOIN log.ruhu_record r ON r.no = c.record JOIN log.ruhu_name f ON f.no = c.field"
		 " JOIN log.ruhu_name a ON a.no = c.author LEFT JOIN log.ruhu_row w ON w.no = c.row"
		 " ORDER BY c.no; COMMIT",
		 NULL, NULL, NULL),
	    SQLITE_OK, db, "record");
	must(sqlite3session_changeset(session, bytes, &out), SQLITE_OK, db, "changeset");
	sqlite3session_delete(session);
	sqlite3_close(db);
	return out;
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
count(sqlite3 *db)
{
	sqlite3_stmt *st;
	long n;

	must(sqlite3_prepare_v2(db, "SELECT count(*) FROM answer", -1, &st, NULL), SQLITE_OK, db,
	    "count");
	must(sqlite3_step(st), SQLITE_ROW, db, "count");
	n = (long)sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

static long
rate(long n, int64_t ms)
{
	return n * 1000 / (ms > 0 ? (long)ms : 1);
}

static int
changes(const char *log, const char *folder)
{
	int bytes;
	void *set = record_changes(log, folder, &bytes);
	sqlite3 *db = open_new(folder, "applied.db");

	for (int again = 0; again < 2; again++) {
		sqlite3_int64 current, most;
		long omitted = 0, n;
		int64_t began = now_ms(), took;

		sqlite3_status64(SQLITE_STATUS_MEMORY_USED, &current, &most, 1);
		must(sqlite3changeset_apply(db, bytes, set, NULL, leave_out, &omitted), SQLITE_OK,
		    db, "apply");
		took = now_ms() - began;
		sqlite3_status64(SQLITE_STATUS_MEMORY_USED, &current, &most, 0);
		n = count(db);
		if (omitted != (again ? n : 0)) {
			fprintf(stderr, "changeset_bench: %ld of %ld left out\n", omitted, n);
			return 1;
		}
		printf(
		    "SQLite's changeset%s: %lld ms, %ld changes a second, %lld KiB of memory with "
		    "the file's %d, %d bytes a change\n",
		    again ? " again" : "", (long long)took, rate(n, took), (long long)most / 1024,
		    bytes / 1024, bytes / (int)(n > 0 ? n : 1));
	}
	sqlite3_close(db);
	sqlite3_free(set);
	return 0;
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
	if (argc == 4 && strcmp(argv[1], "changes") == 0)
		return changes(argv[2], argv[3]);
	if (argc > 2 && strcmp(argv[1], "run") == 0)
		return run(argv + 2);
	fprintf(stderr, "changeset_bench changes DB FOLDER | run PROGRAM ...\n");
	return 2;
}
