/* The file itself: what is refused and left alone, upgrades, full disks, many
 * processes, copies and backups. */
#include "world.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>

#include "store/changes.h"

static void
read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char bytes[4096];
	size_t n;

	assert_non_null(f);
	buf_reset(out);
	while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
		buf_add(out, bytes, n);
	fclose(f);
}

static void
write_file(const char *path, const void *data, size_t len)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* Refused with a sentence that has `words`, and not a byte is changed, nor a file
 * left beside it. */
static void
assert_refused(struct world *w, const char *path, const char *words)
{
	struct store_options o = { .path = path, .user = "li4", .create = true };
	struct buf before = { 0 }, after = { 0 }, wal = { 0 };
	struct store *s = NULL;

	read_file(path, &before);
	assert_false(store_open(&o, &s, &w->err));
	assert_null(s);
	if (strstr(w->err.text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", w->err.text, words);
	read_file(path, &after);
	assert_int_equal(before.len, after.len);
	assert_memory_equal(buf_str(&before), buf_str(&after), before.len);
	buf_addf(&wal, "%s-wal", path);
	assert_int_not_equal(access(wal.data, F_OK), 0);
	buf_free(&before);
	buf_free(&after);
	buf_free(&wal);
}

static void
bad_files_are_refused_untouched(void **state)
{
	struct world *w = *state;
	struct buf whole = { 0 };
	char path[128];
	struct db *db;
	struct store *s = NULL;

	store_close(w->s);
	w->s = NULL;
	read_file(w->path, &whole);
	snprintf(path, sizeof path, "%s/bad.db", w->dir);
	write_file(path, "", 0);
	assert_refused(w, path, "0 bytes");
	write_file(path, "hello", 5);
	assert_refused(w, path, "not a Ruhu database");
	write_file(path, "SQLite format 3 but nothing else in it, and more than a hundred bytes, so "
	    "that there is a header to be read", 105);
	assert_refused(w, path, "not a Ruhu database");
	/* Cut at every page, and in the middle of one. */
	for (size_t n = 4096; n < whole.len; n += 3 * 4096) {
		write_file(path, whole.data, n);
		assert_refused(w, path, "cut short");
		write_file(path, whole.data, n - 1000);
		assert_refused(w, path, "cut short");
	}
	/* Another program's. */
	unlink(path);
	OK(w, db_open(path, DB_PLAIN, &db, &w->err));
	OK(w, db_script(db, &w->err, "CREATE TABLE t(x)"));
	db_close(db);
	assert_refused(w, path, "another program");
	/* A newer one. */
	whole.data[63] = 99;
	write_file(path, whole.data, whole.len);
	assert_refused(w, path, "newer");
	unlink(path);
	assert_false(store_open(&(struct store_options){ .path = path }, &s, &w->err));
	assert_non_null(strstr(w->err.text, "no database"));
	assert_int_not_equal(access(path, F_OK), 0);
	assert_false(store_open(&(struct store_options){ .path = w->dir }, &s, &w->err));
	buf_free(&whole);
}

static void
damage_inside_is_a_sentence(void **state)
{
	struct world *w = *state;
	struct session *se = begin(w, w->s);
	struct buf whole = { 0 }, out = { 0 };
	struct store *s = NULL;
	size_t faults = 0;

	key(w, w->s, se, "id", "A1");
	save(w, w->s, se);
	store_session_close(w->s, se);
	store_close(w->s);
	w->s = NULL;
	read_file(w->path, &whole);
	for (size_t page = 2; page * 4096 < whole.len; page += 2) {
		memset(whole.data + page * 4096, 0x5a, 4096);
		write_file(w->path, whole.data, whole.len);
	}
	if (store_open(&(struct store_options){ .path = w->path, .user = "li4" }, &s, &w->err) &&
	    store_check(s, &out, &faults, &w->err))
		assert_true(faults > 0);
	else
		assert_true(strlen(w->err.text) > 20);
	store_close(s);
	buf_free(&whole);
	buf_free(&out);
}

/* An older format: everything is there, but its number. The steps of a future
 * version begin here. */
static void
an_older_file_gets_a_backup_first(void **state)
{
	struct world *w = *state;
	struct store_options o = { .path = w->path, .user = "li4", .read_only = true };
	struct store *s = NULL;
	char bak[128];
	struct db *db;

	store_close(w->s);
	w->s = NULL;
	unlink(w->path);
	OK(w, db_open(w->path, DB_PLAIN, &db, &w->err));
	OK(w, db_script(db, &w->err, "PRAGMA application_id=0x52754875; PRAGMA user_version=0;"
	    "CREATE TABLE kept(x); INSERT INTO kept VALUES('old')"));
	db_close(db);
	OK(w, store_open(&o, &s, &w->err));	/* to look is reason enough */
	assert_rows(w, s, "PRAGMA user_version", "9\n");
	assert_rows(w, s, "SELECT x FROM kept", "old\n");
	assert_rows(w, s, "SELECT count(*) FROM ruhu_change", "0\n");
	store_close(s);
	snprintf(bak, sizeof bak, "%s.v0.bak", w->path);
	o.path = bak;
	assert_false(store_open(&o, &s, &w->err));
	assert_non_null(strstr(w->err.text, "older"));
	OK(w, db_open(bak, DB_PLAIN, &db, &w->err));
	struct buf x = { 0 };
	OK(w, db_text(db, &w->err, &x, NULL, "SELECT x FROM kept", WITHOUT));
	assert_string_equal(buf_str(&x), "old");
	buf_free(&x);
	db_close(db);
}

/* What this program's own first format held goes on. */
static void
format_1_is_brought_up_to_date(void **state)
{
	struct world *w = *state;
	struct session *se = begin(w, w->s);
	char bak[128], id[64];
	struct db *db;

	strcpy(id, session_record(se));
	key(w, w->s, se, "id", "A1");
	save(w, w->s, se);
	key(w, w->s, se, "n", "4");
	store_session_close(w->s, se);
	store_close(w->s);
	w->s = NULL;
	OK(w, db_open(w->path, DB_WRITE, &db, &w->err));
	OK(w, db_script(db, &w->err, "DROP TRIGGER ruhu_change_kept_update; DROP TABLE ruhu_erased;"
	    "DROP INDEX ruhu_change_joins; DROP TABLE ruhu_seen; DROP TABLE ruhu_held;"
	    "DROP TABLE ruhu_outside; DROP TABLE ruhu_told;"
	    "CREATE TRIGGER ruhu_change_kept_update BEFORE UPDATE ON ruhu_change"
	    " BEGIN SELECT RAISE(ABORT, 'kept'); END;"
	    "DROP TABLE ruhu_ack; DROP TABLE ruhu_stream; DROP TABLE ruhu_covered;"
	    "DROP TABLE ruhu_parked; DROP TABLE ruhu_quarantine;"
	    "ALTER TABLE ruhu_epoch DROP COLUMN parts; ALTER TABLE ruhu_peer DROP COLUMN scope;"
	    "ALTER TABLE ruhu_peer DROP COLUMN sent_at; ALTER TABLE ruhu_site DROP COLUMN county;"
	    "ALTER TABLE ruhu_site DROP COLUMN scope; ALTER TABLE ruhu_record DROP COLUMN erased"));
	OK(w, db_script(db, &w->err, "DROP TABLE ruhu_missing; DROP TABLE ruhu_import;"
	    "DROP TABLE ruhu_why; DROP TABLE ruhu_verify_field; DROP TABLE ruhu_verify;"
	    "DROP TABLE ruhu_verify_plan; DROP TABLE ruhu_batch_record; DROP TABLE ruhu_batch;"
	    "DROP TABLE ruhu_session; DROP TABLE ruhu_worklist;"
	    "ALTER TABLE ruhu_epoch DROP COLUMN acked_seq;"
	    "ALTER TABLE ruhu_peer DROP COLUMN acked_epoch; ALTER TABLE ruhu_peer DROP COLUMN acked_seq;"
	    "ALTER TABLE ruhu_peer DROP COLUMN ahead_ms; DROP TABLE ruhu_confirm;"
	    " PRAGMA user_version=1"));
	db_close(db);
	w->s = world_open_as(w, "li4");
	assert_rows(w, w->s, "PRAGMA user_version", "9\n");
	assert_rows(w, w->s, "SELECT id FROM small", "A1\n");
	assert_sound(w, w->s);
	se = reopen(w, w->s, id, true, NULL);
	assert_string_equal(value(se, "n"), "4");
	store_session_close(w->s, se);
	snprintf(bak, sizeof bak, "%s.v1.bak", w->path);
	OK(w, db_open(bak, DB_PLAIN, &db, &w->err));
	OK(w, db_script(db, &w->err, "SELECT id FROM small"));
	db_close(db);
}

/* ---- a full disk ------------------------------------------------------------------ */

/* Files may not grow beyond what they are: what a full disk looks like. */
static void
fill_disk(const char *path)
{
	struct buf wal = { 0 };
	struct stat st;
	struct rlimit limit;

	buf_addf(&wal, "%s-wal", path);
	limit.rlim_cur = stat(wal.data, &st) == 0 ? (rlim_t)st.st_size + 100 : 4096;
	limit.rlim_max = RLIM_INFINITY;
	setrlimit(RLIMIT_FSIZE, &limit);
	signal(SIGXFSZ, SIG_IGN);
	buf_free(&wal);
}

static void
a_full_disk_loses_nothing(void **state)
{
	struct world *w = *state;
	struct session *se;
	struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
	struct save_result r = { 0 };
	struct changed c;
	int status;

	fflush(NULL);
	store_close(w->s);
	w->s = NULL;
	if (fork() == 0) {
		w->s = world_open_as(w, "li4");
		se = begin(w, w->s);
		key(w, w->s, se, "id", "A1");
		fill_disk(w->path);
		OK(w, session_set(se, node(se, "n"), "5", &c, &w->err));
		assert_false(store_draft_answer(w->s, se, node(se, "n"), NODE_NONE, &w->err));
		assert_non_null(strstr(w->err.text, "disk"));
		assert_false(store_save(w->s, se, RECORD_COMPLETE, &r, &w->err));
		assert_non_null(strstr(w->err.text, "disk"));
		assert_string_equal(value(se, "n"), "5");
		/* Room again: the same calls go through. */
		setrlimit(RLIMIT_FSIZE, &none);
		/* The next field takes with it what was refused. */
		OK(w, session_set(se, node(se, "sticky"), "next", &c, &w->err));
		OK(w, store_draft_answer(w->s, se, node(se, "sticky"), NODE_NONE, &w->err));
		assert_rows(w, w->s, "SELECT value FROM ruhu_draft_answer WHERE field IN"
		    " ('id', 'n', 'stamp') ORDER BY field", "A1\n5\n5!\n");
		save(w, w->s, se);
		assert_sound(w, w->s);
		store_session_close(w->s, se);
		store_close(w->s);
		_exit(0);
	}
	wait(&status);
	assert_int_equal(status, 0);
	w->s = world_open_as(w, "li4");
	assert_rows(w, w->s, "SELECT id, n, stamp FROM small", "A1|5|5!\n");
}

/* ---- many at once --------------------------------------------------------------------- */

static void
key_many(struct world *w, int who)
{
	char user[16], id[32];
	struct store *s;

	snprintf(user, sizeof user, "w%d", who);
	s = world_open_as(w, user);
	for (int i = 0; i < 12; i++) {
		struct session *se = begin(w, s);

		snprintf(id, sizeof id, "%d-%d", who, i);
		key(w, s, se, "id", id);
		key(w, s, se, "n", "3");
		add(w, s, se, "member");
		key(w, s, se, "member[1]/wage", "10");
		save(w, s, se);
		store_session_close(s, se);
	}
	store_close(s);
}

static void
many_processes_never_meet_a_lock(void **state)
{
	enum { WORKERS = 4 };
	struct world *w = *state;

	store_close(w->s);
	w->s = NULL;
	fflush(NULL);
	for (int i = 0; i < WORKERS; i++)
		if (fork() == 0) {
			key_many(w, i);
			_exit(0);
		}
	for (int i = 0; i < WORKERS; i++) {
		int status;

		wait(&status);
		assert_int_equal(status, 0);
	}
	w->s = world_open_as(w, "li4");
	assert_rows(w, w->s, "SELECT count(*), count(DISTINCT id), sum(total) FROM small",
	    "48|48|480\n");
	assert_rows(w, w->s, "SELECT max(seq) = count(*) FROM ruhu_change", "1\n");
	assert_sound(w, w->s);
}

struct waited { int calls; char holder[64]; };

static bool
give_up(void *ctx, int ms, const char *holder)
{
	struct waited *x = ctx;

	(void)ms;
	x->calls++;
	snprintf(x->holder, sizeof x->holder, "%s", holder);
	return x->calls < 2;
}

static void
waiting_tells_who_holds_it(void **state)
{
	struct world *w = *state;
	struct waited waited = { 0 };
	struct store_options o = { .path = w->path, .user = "wang5", .clock = &w->clock,
		.wait_ms = 60000, .waiting = give_up, .ctx = &waited };
	struct store *s2 = NULL;
	struct session *se = begin(w, w->s);
	char lock[128];
	int fd;

	OK(w, store_open(&o, &s2, &w->err));
	snprintf(lock, sizeof lock, "%s.lock", w->path);
	key(w, w->s, se, "id", "A1");
	fd = open(lock, O_RDWR);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_false(store_delete(s2, session_record(se), &w->err));
	assert_int_equal(waited.calls, 2);
	assert_non_null(strstr(waited.holder, "li4"));
	store_close(s2);
	o.waiting = NULL;
	o.wait_ms = 60;
	assert_int_equal(flock(fd, LOCK_UN), 0);
	OK(w, store_open(&o, &s2, &w->err));
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_false(store_delete(s2, session_record(se), &w->err));
	assert_null(strstr(w->err.text, "locked"));
	close(fd);
	store_close(s2);
	store_session_close(w->s, se);
}

/* ---- copies ---------------------------------------------------------------------------- */

static void
epoch_of(struct world *w, struct store *s, char out[33], int64_t *last)
{
	struct site_info site;

	OK(w, store_site(s, &site, &w->err));
	strcpy(out, site.epoch);
	*last = site.last_seq;
}

static void
copies_number_their_changes_anew(void **state)
{
	struct world *w = *state;
	struct session *se = begin(w, w->s);
	char first[33], again[33], backup[33], copied[33], behind[33], file[128];
	struct buf whole = { 0 };
	struct store *s;
	int64_t last, n;

	key(w, w->s, se, "id", "A1");
	save(w, w->s, se);
	epoch_of(w, w->s, first, &last);
	assert_true(last > 0);
	snprintf(file, sizeof file, "%s/b.db", w->dir);
	OK(w, store_backup(w->s, file, &w->err));
	assert_false(store_backup(w->s, file, &w->err));	/* never over another file */
	OK(w, store_open(&(struct store_options){ .path = file, .read_only = true }, &s, &w->err));
	assert_sound(w, s);
	assert_rows(w, s, "SELECT id FROM small", "A1\n");
	assert_false(store_delete(s, session_record(se), &w->err));
	store_close(s);
	OK(w, store_open(&(struct store_options){ .path = file, .user = "li4" }, &s, &w->err));
	epoch_of(w, s, backup, &n);
	assert_string_not_equal(backup, first);
	assert_int_equal(n, 0);
	store_close(s);
	store_session_close(w->s, se);
	store_close(w->s);
	/* The same file again is the same life; a copy of it is not. */
	read_file(w->path, &whole);
	w->s = world_open_as(w, "li4");
	epoch_of(w, w->s, again, &n);
	assert_string_equal(again, first);
	assert_int_equal(n, last);
	snprintf(file, sizeof file, "%s/c.db", w->dir);
	write_file(file, whole.data, whole.len);
	OK(w, store_open(&(struct store_options){ .path = file, .user = "li4" }, &s, &w->err));
	epoch_of(w, s, copied, &n);
	assert_string_not_equal(copied, first);
	assert_rows(w, s, "SELECT e.parent = (SELECT id FROM ruhu_epoch WHERE no = 1), why"
	    " FROM ruhu_epoch e WHERE no = 2", "1|copied\n");
	store_close(s);
	/* Set back behind what was exported. */
	se = begin(w, w->s);
	key(w, w->s, se, "id", "A2");
	save(w, w->s, se);
	store_session_close(w->s, se);
	OK(w, store_high_water(w->s, &w->err));
	store_close(w->s);
	FILE *f = fopen(w->path, "r+b");		/* the same inode, older bytes */
	assert_int_equal(fwrite(whole.data, 1, whole.len, f), whole.len);
	fclose(f);
	assert_int_equal(truncate(w->path, (off_t)whole.len), 0);
	w->s = world_open_as(w, "li4");
	epoch_of(w, w->s, behind, &n);
	assert_string_not_equal(behind, first);
	assert_rows(w, w->s, "SELECT why FROM ruhu_epoch WHERE no = 2", "behind\n");
	assert_sound(w, w->s);
	buf_free(&whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, world_new, world_end)
		T(bad_files_are_refused_untouched),
		T(damage_inside_is_a_sentence),
		T(an_older_file_gets_a_backup_first),
		T(format_1_is_brought_up_to_date),
		T(a_full_disk_loses_nothing),
		T(many_processes_never_meet_a_lock),
		T(waiting_tells_who_holds_it),
		T(copies_number_their_changes_anew),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
