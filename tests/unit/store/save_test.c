/* Saving and opening again, drafts, deleting, lists of records. */
#include "world.h"

#include <signal.h>
#include <sys/syscall.h>

/* Every sync that SQLite asks for goes through these. */
static int syncs;

int fdatasync(int fd);
int fsync(int fd);

int
fdatasync(int fd)
{
	syncs++;
	return (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	syncs++;
	return (int)syscall(SYS_fsync, fd);
}

static void
key_all(struct world *w, struct store *s, struct session *se)
{
	static const char *const answers[][2] = {
		{ "id", "A1" }, { "n", "5" }, { "d", "007.50" }, { "seen", "2026-11-01" },
		{ "t", "08:30" }, { "dt", "2026-11-01T08:30:00.000+00:00" }, { "kind", "a" },
		{ "kinds", "b a" }, { "sticky", "\xe9\xa9\xac\xe7\xa7\x80\xe5\x85\xb0" }
	};
	struct changed c;

	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
		key(w, s, se, answers[i][0], answers[i][1]);
	OK(w, session_set_missing(se, node(se, "name"), MISSING_REFUSED, &c, &w->err));
	OK(w, store_draft_answer(s, se, node(se, "name"), NODE_NONE, &w->err));
	add(w, s, se, "member");
	key(w, s, se, "member[1]/mname", "Ma");
	key(w, s, se, "member[1]/wage", "3000");
	add(w, s, se, "member");
	key(w, s, se, "member[2]/mname", "Li");
	add(w, s, se, "member[2]/job");
	key(w, s, se, "member[2]/job[1]/what", "cook");
}

static const char all_answers[] =
    "/data/id=A1\n/data/name=/refused\n/data/n=5\n/data/d=7.5\n/data/seen=2026-11-01\n"
    "/data/t=08:30:00\n/data/dt=2026-11-01T08:30:00.000+00:00\n/data/kind=a\n"
    "/data/kinds=a b\n/data/sticky=\xe9\xa9\xac\xe7\xa7\x80\xe5\x85\xb0\n/data/stamp=5!\n"
    "/data/twice=10\n/data/member[1]/mname=Ma\n/data/member[1]/wage=3000\n"
    "/data/member[2]/mname=Li\n/data/member[2]/wage=7\n/data/member[2]/job[1]/what=cook\n"
    "/data/total=3007\n";

static void
every_type_comes_back(void **state)
{
	struct world *w = *state;
	struct session *se = begin(w, w->s);
	struct buf told = { 0 };
	char id[64];

	strcpy(id, session_record(se));
	key_all(w, w->s, se);
	save(w, w->s, se);
	tell(se, &told);
	assert_string_equal(buf_str(&told), all_answers);
	store_session_close(w->s, se);
	store_close(w->s);
	w->s = world_open_as(w, "li4");
	se = reopen(w, w->s, id, false, NULL);
	tell(se, &told);
	assert_string_equal(buf_str(&told), all_answers);
	assert_false(session_is_new(se));
	assert_int_equal(save(w, w->s, se), 0);	/* nothing changed, nothing written */
	store_session_close(w->s, se);
	assert_rows(w, w->s, "SELECT id, name, n, d, typeof(n), typeof(d), kinds, missing_reasons"
	    " FROM small", "A1||5|7.5|integer|real|a b|{\"name\":\"refused\"}\n");
	assert_rows(w, w->s, "SELECT m.row_position, m.mname, m.wage, j.what FROM small__member m"
	    " LEFT JOIN small__job j ON j.parent_id = m.row_id ORDER BY 1",
	    "1|Ma|3000|\n2|Li|7|cook\n");
	assert_rows(w, w->s, "SELECT count(*) FROM ruhu_draft", "0\n");
	assert_sound(w, w->s);
	buf_free(&told);
}

/* A process that dies without a word, in the middle of a record. */
static void
die_keying(struct world *w, int part)
{
	struct session *se;

	store_close(w->s);
	w->s = NULL;
	fflush(NULL);
	if (fork() == 0) {
		struct store *s = world_open_as(w, "li4");

		se = begin(w, s);
		key_all(w, s, se);
		if (part == 2) {
			struct changed c;
			node_id row = node(se, "member[1]");

			save(w, s, se);
			key(w, s, se, "n", "6");
			OK(w, session_remove_row(se, row, &c, &w->err));
			OK(w, store_draft_rows(s, se, row, &w->err));
			add(w, s, se, "member");
			key(w, s, se, "member[2]/mname", "Wang");
		}
		raise(SIGKILL);
	}
	int status;
	wait(&status);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	w->s = world_open_as(w, "li4");
}

static bool
one_id(void *ctx, const struct record_info *r)
{
	snprintf(ctx, 64, "%s", r->id);
	assert_true(r->has_draft);
	assert_string_equal(r->draft_by, "li4");
	return true;
}

static void
draft_of(struct world *w, char id[64])
{
	const struct record_query q = { .drafts = true };
	size_t n = 0;

	OK(w, store_records(w->s, &q, one_id, id, &n, &w->err));
	assert_int_equal(n, 1);
}

static void
a_new_record_survives_a_kill(void **state)
{
	struct world *w = *state;
	struct session *se;
	struct buf told = { 0 };
	node_id cursor;
	char id[64];

	die_keying(w, 1);
	draft_of(w, id);
	se = reopen(w, w->s, id, true, &cursor);
	tell(se, &told);
	assert_string_equal(buf_str(&told), all_answers);
	assert_int_equal(cursor, node(se, "member[2]/job[1]/what"));
	assert_true(session_is_new(se));
	assert_true(save(w, w->s, se) > 0);
	store_session_close(w->s, se);
	assert_sound(w, w->s);
	buf_free(&told);
}

static void
changes_to_a_saved_record_survive_a_kill(void **state)
{
	struct world *w = *state;
	struct session *se;
	struct buf told = { 0 };
	char id[64];

	die_keying(w, 2);
	draft_of(w, id);
	se = reopen(w, w->s, id, false, NULL);		/* as saved */
	tell(se, &told);
	assert_string_equal(buf_str(&told), all_answers);
	store_session_close(w->s, se);
	se = reopen(w, w->s, id, true, NULL);		/* as typed */
	assert_string_equal(value(se, "n"), "6");
	assert_string_equal(value(se, "stamp"), "6!");
	assert_string_equal(value(se, "member[1]/mname"), "Li");
	assert_string_equal(value(se, "member[2]/mname"), "Wang");
	assert_string_equal(value(se, "total"), "14");
	save(w, w->s, se);
	store_session_close(w->s, se);
	assert_rows(w, w->s, "SELECT count(*) FROM ruhu_log WHERE question = '$del'", "1\n");
	assert_rows(w, w->s, "SELECT row_position, mname FROM small__member ORDER BY 1",
	    "1|Li\n2|Wang\n");
	assert_sound(w, w->s);
	buf_free(&told);
}

static void
a_draft_dropped_or_not_resumed_is_gone(void **state)
{
	struct world *w = *state;
	struct session *se = begin(w, w->s);
	char id[64];

	strcpy(id, session_record(se));
	key(w, w->s, se, "id", "A1");
	save(w, w->s, se);
	key(w, w->s, se, "n", "8");
	key(w, w->s, se, "d", "9");
	store_session_close(w->s, se);
	se = reopen(w, w->s, id, false, NULL);
	key(w, w->s, se, "t", "10:00");
	store_session_close(w->s, se);
	assert_rows(w, w->s, "SELECT field, value FROM ruhu_draft_answer", "t|10:00:00\n");
	OK(w, store_draft_drop(w->s, id, &w->err));
	assert_rows(w, w->s, "SELECT count(*) FROM ruhu_draft_answer", "0\n");
	se = reopen(w, w->s, id, true, NULL);
	assert_string_equal(value(se, "t"), "");
	store_session_close(w->s, se);
}

/* One small transaction, one sync of the disk; moving the cursor the same. */
static void
leaving_a_field_is_one_sync(void **state)
{
	struct world *w = *state;
	struct session *se = begin(w, w->s);
	int64_t statements;
	int before;

	key(w, w->s, se, "id", "A1");
	key(w, w->s, se, "d", "1");
	before = syncs;
	statements = db_statements(store_db(w->s));
	key(w, w->s, se, "d", "2");
	assert_int_equal(syncs - before, 1);
	assert_true(db_statements(store_db(w->s)) - statements <= 4);
	OK(w, store_draft_cursor(w->s, se, node(se, "t"), &w->err));
	assert_int_equal(syncs - before, 2);
	/* Asking about a field writes nothing at all. */
	before = syncs;
	value(se, "n");
	session_cell(se, node(se, "n"), &(struct cell){ 0 });
	assert_int_equal(syncs, before);
	store_session_close(w->s, se);
}

static void
rows_keep_their_order(void **state)
{
	struct world *w = *state;
	struct session *se = begin(w, w->s);
	struct changed c;
	char id[64], name[2] = "a";

	strcpy(id, session_record(se));
	for (int i = 0; i < 5; i++) {
		char path[64];

		add(w, w->s, se, "member");
		snprintf(path, sizeof path, "member[%d]/mname", i + 1);
		name[0] = (char)('a' + i);
		key(w, w->s, se, path, name);
	}
	save(w, w->s, se);
	OK(w, session_move_row(se, node(se, "member[5]"), 2, &c, &w->err));
	OK(w, store_draft_rows(w->s, se, node(se, "member[2]"), &w->err));
	assert_int_equal(save(w, w->s, se), 1);		/* moving one row writes one $pos */
	store_session_close(w->s, se);
	assert_rows(w, w->s, "SELECT group_concat(mname, '') FROM"
	    " (SELECT mname FROM small__member ORDER BY row_position)", "aebcd\n");
	se = reopen(w, w->s, id, false, NULL);
	assert_string_equal(value(se, "member[2]/mname"), "e");
	OK(w, session_remove_row(se, node(se, "member[1]"), &c, &w->err));
	save(w, w->s, se);
	store_session_close(w->s, se);
	assert_rows(w, w->s, "SELECT group_concat(mname, '') FROM"
	    " (SELECT mname FROM small__member ORDER BY row_position)", "ebcd\n");
	assert_sound(w, w->s);
}

static void
deleting_is_undone(void **state)
{
	struct world *w = *state;
	struct session *se = begin(w, w->s);
	struct buf before = { 0 }, after = { 0 };
	struct store_counts n;
	char id[64];

	strcpy(id, session_record(se));
	key_all(w, w->s, se);
	save(w, w->s, se);
	rows(w, w->s, "SELECT * FROM small, small__member", &before);
	store_session_close(w->s, se);
	OK(w, store_delete(w->s, id, &w->err));
	assert_rows(w, w->s, "SELECT count(*) FROM small UNION ALL SELECT count(*) FROM small__job",
	    "0\n0\n");
	OK(w, store_counts(w->s, "small", &n, &w->err));
	assert_int_equal(n.records, 0);
	assert_false(store_session_open(w->s, id, true, &se, NULL, &w->err));
	assert_sound(w, w->s);
	OK(w, store_delete(w->s, id, &w->err));		/* twice is once */
	OK(w, store_undelete(w->s, id, &w->err));
	rows(w, w->s, "SELECT * FROM small, small__member", &after);
	assert_string_equal(buf_str(&before), buf_str(&after));
	assert_rows(w, w->s, "SELECT value FROM ruhu_log WHERE question = '$del'", "1\n\n");
	assert_false(store_undelete(w->s, "no-such-record", &w->err));
	assert_sound(w, w->s);
	buf_free(&before);
	buf_free(&after);
}

/* Somebody deletes what another has open: told at the save, nothing typed is lost. */
static void
a_record_deleted_meanwhile_is_told(void **state)
{
	struct world *w = *state;
	struct store *other = world_open_as(w, "wang5");
	struct save_result r = { 0 };
	struct session *se = begin(w, w->s);
	char id[64];

	strcpy(id, session_record(se));
	key_all(w, w->s, se);
	save(w, w->s, se);
	key(w, w->s, se, "name", "typed since");
	OK(w, store_delete(other, id, &w->err));
	assert_false(store_save(w->s, se, RECORD_COMPLETE, &r, &w->err));
	assert_non_null(strstr(w->err.text, "deleted this record meanwhile"));
	assert_rows(w, w->s, "SELECT value FROM ruhu_draft_answer WHERE field = 'name'", "typed since\n");
	assert_rows(w, w->s, "SELECT count(*) FROM small", "0\n");
	assert_sound(w, w->s);
	OK(w, store_undelete(other, id, &w->err));
	assert_true(save(w, w->s, se) > 0);
	assert_rows(w, w->s, "SELECT name FROM small", "typed since\n");
	assert_sound(w, w->s);
	store_session_close(w->s, se);
	store_close(other);
}

/* ---- lists of records --------------------------------------------------------------- */

static bool
list_labels(void *ctx, const struct record_info *r)
{
	buf_addf(ctx, "%s%s(%s,%s) ", r->state == RECORD_DRAFT ? "*" : "", r->label,
	    r->columns_n > 0 ? r->columns[0] : "", r->columns_n > 1 ? r->columns[1] : "");
	return true;
}

static void
assert_found(struct world *w, const struct record_query *q, const char *wanted, size_t total)
{
	struct buf got = { 0 };
	size_t n = 99;

	OK(w, store_records(w->s, q, list_labels, &got, &n, &w->err));
	assert_string_equal(buf_str(&got), wanted);
	assert_int_equal(n, total);
	buf_free(&got);
}

static void
put_person(struct world *w, const char *id, const char *name, const char *kind)
{
	struct session *se = begin(w, w->s);

	key(w, w->s, se, "id", id);
	key(w, w->s, se, "name", name);
	key(w, w->s, se, "kind", kind);
	save(w, w->s, se);
	store_session_close(w->s, se);
}

#define MA "\xe9\xa9\xac\xe7\xa7\x80\xe5\x85\xb0"		/* 马秀兰 */
#define LI "\xe6\x9d\x8e\xe5\xbf\x97\xe6\x98\x8e"		/* 李志明 */

static void
records_are_found_as_typed(void **state)
{
	static const char *const finds_ma[] = { MA, "\xe7\xa7\x80", "mxl", "mx", "maxiul", "MXL",
		"ma x", "4217", "124217", "649999198503124217", "649999198503", MA " 4217",
		"\xef\xbc\x94\xef\xbc\x92\xef\xbc\x91\xef\xbc\x97" };
	struct world *w = *state;
	struct session *se;
	struct buf id = { 0 };

	put_person(w, "649999198503124217", MA, "a");
	put_person(w, "649999199001011234", LI, "b");
	assert_found(w, &(struct record_query){ .form = "small" },
	    LI "(649999199001011234,B kind) " MA "(649999198503124217,A kind) ", 2);
	assert_found(w, &(struct record_query){ .form = "small", .limit = 1, .offset = 1 },
	    MA "(649999198503124217,A kind) ", 2);
	for (size_t i = 0; i < sizeof finds_ma / sizeof finds_ma[0]; i++)
		assert_found(w, &(struct record_query){ .text = finds_ma[i] },
		    MA "(649999198503124217,A kind) ", 1);
	assert_found(w, &(struct record_query){ .text = "nobody" }, "", 0);
	assert_found(w, &(struct record_query){ .text = "\"* AND" }, "", 0);
	assert_found(w, &(struct record_query){ .text = "kind" },
	    LI "(649999199001011234,B kind) " MA "(649999198503124217,A kind) ", 2);
	OK(w, store_find(w->s, "small", "649999198503124217", &id, &w->err));
	se = reopen(w, w->s, buf_str(&id), false, NULL);
	assert_string_equal(value(se, "name"), MA);
	/* A draft of nobody's record stands before all. */
	store_session_close(w->s, se);
	se = begin(w, w->s);
	key(w, w->s, se, "name", "new one");
	assert_found(w, &(struct record_query){ .form = "small", .limit = 2 },
	    "*new one(,) " LI "(649999199001011234,B kind) ", 3);
	assert_found(w, &(struct record_query){ .drafts = true }, "*new one(,) ", 1);
	OK(w, store_find(w->s, "small", session_record(se), &id, &w->err));
	assert_string_equal(buf_str(&id), session_record(se));
	OK(w, store_find(w->s, "small", "nothing", &id, &w->err));
	assert_string_equal(buf_str(&id), "");
	store_session_close(w->s, se);
	buf_free(&id);
}

static bool
tick_off(void *ctx, const struct record_info *r)
{
	int *seen = ctx;

	seen[atoi(r->columns[0] + 1)]++;
	return true;
}

/* Pages that begin among the finds put in order and end among the others. */
static void
pages_of_a_search_miss_nothing(void **state)
{
	enum { HOUSES = RECORDS_AT_ONCE + 30, PAGE = 18 };
	struct world *w = *state;
	int seen[HOUSES] = { 0 };
	size_t total;

	for (int i = 0; i < HOUSES; i++) {
		char id[16];

		snprintf(id, sizeof id, "H%d", i);
		put_person(w, id, "7-1-201", "a");
	}
	for (size_t from = 0; from < HOUSES; from += PAGE)
		OK(w, store_records(w->s, &(struct record_query){ .form = "small", .text = "7-1-2",
		    .offset = from, .limit = PAGE }, tick_off, seen, &total, &w->err));
	assert_int_equal(total, HOUSES);
	for (int i = 0; i < HOUSES; i++)
		assert_int_equal(seen[i], 1);
	OK(w, store_records(w->s, &(struct record_query){ .form = "small", .text = "7-1-2",
	    .limit = PAGE, .count_limit = RECORDS_AT_ONCE }, tick_off, seen, &total, &w->err));
	assert_int_equal(total, RECORDS_AT_ONCE + 1);
}

static void
keys_are_taken_once(void **state)
{
	struct world *w = *state;
	struct session *se;
	struct save_result r = { 0 };
	struct cell cell;

	put_person(w, "A1", MA, "a");
	se = begin(w, w->s);
	key(w, w->s, se, "id", "A1");
	session_cell(se, node(se, "id"), &cell);
	assert_int_equal(cell.problem, PROBLEM_UNIQUE);
	assert_non_null(strstr(cell.problem_text, MA));
	assert_false(store_save(w->s, se, RECORD_COMPLETE, &r, &w->err));
	assert_string_equal(value(se, "id"), "A1");	/* nothing is lost */
	assert_rows(w, w->s, "SELECT count(*) FROM ruhu_draft", "1\n");
	key(w, w->s, se, "id", "A2");
	save(w, w->s, se);
	store_session_close(w->s, se);
}

static void
last_saved_is_this_workers(void **state)
{
	struct world *w = *state;
	struct store *other = world_open_as(w, "wang5");
	struct session *se = begin(w, w->s);
	struct buf out = { 0 };
	char theirs[64];

	assert_false(store_last_saved(w->s, "small", "sticky", &out));
	key(w, w->s, se, "sticky", "mine");
	add(w, w->s, se, "member");
	add(w, w->s, se, "member");
	key(w, w->s, se, "member[2]/mname", "last row");
	save(w, w->s, se);
	store_session_close(w->s, se);
	se = begin(w, other);
	assert_string_equal(value(se, "sticky"), "");
	key(w, other, se, "sticky", "theirs");
	save(w, other, se);
	snprintf(theirs, sizeof theirs, "%s", session_record(se));
	store_session_close(other, se);
	se = begin(w, w->s);
	assert_string_equal(value(se, "sticky"), "mine");
	assert_true(store_last_saved(w->s, "small", "mname", &out));
	assert_string_equal(buf_str(&out), "last row");
	store_session_close(w->s, se);

	/* What one mends in another's record, and the other's rows there, stay the other's. */
	OK(w, store_session_open(w->s, theirs, false, &se, NULL, &w->err));
	key(w, w->s, se, "id", "mended");
	add(w, w->s, se, "member");
	key(w, w->s, se, "member[1]/mname", "my row");
	save(w, w->s, se);
	store_session_close(w->s, se);
	OK(w, store_session_open(other, theirs, false, &se, NULL, &w->err));
	add(w, other, se, "member");
	key(w, other, se, "member[2]/mname", "their row");
	save(w, other, se);
	store_session_close(other, se);
	OK(w, store_session_open(w->s, theirs, false, &se, NULL, &w->err));
	key(w, w->s, se, "id", "mended again");
	save(w, w->s, se);
	store_session_close(w->s, se);
	buf_free(&out);
	assert_true(store_last_saved(w->s, "small", "mname", &out));
	assert_string_equal(buf_str(&out), "my row");
	buf_free(&out);
	assert_true(store_last_saved(w->s, "small", "sticky", &out));
	assert_string_equal(buf_str(&out), "mine");
	store_close(other);
	buf_free(&out);
}

static bool
tell_flag(void *ctx, const struct flag_info *f)
{
	buf_addf(ctx, "%s %s %s;", f->path, f->note, f->closed_by);
	return true;
}

static void
flags_are_raised_and_closed(void **state)
{
	struct world *w = *state;
	struct session *se = begin(w, w->s);
	struct store_counts n;
	struct buf out = { 0 };
	node_id wage;

	add(w, w->s, se, "member");
	wage = node(se, "member[1]/wage");
	OK(w, store_flag(w->s, se, wage, "ask again", &w->err));
	OK(w, store_flag(w->s, se, wage, "ask the son", &w->err));
	OK(w, store_counts(w->s, NULL, &n, &w->err));
	assert_int_equal(n.flags, 1);
	OK(w, store_flags(w->s, "small", NULL, false, tell_flag, &out, &w->err));
	assert_string_equal(buf_str(&out), "/data/member[1]/wage ask the son ;");
	OK(w, store_flag(w->s, se, wage, "", &w->err));
	OK(w, store_counts(w->s, NULL, &n, &w->err));
	assert_int_equal(n.flags, 0);
	buf_reset(&out);
	OK(w, store_flags(w->s, NULL, session_record(se), true, tell_flag, &out, &w->err));
	assert_string_equal(buf_str(&out), "/data/member[1]/wage ask the son li4;");
	store_session_close(w->s, se);
	buf_free(&out);
}

static void
presence_lasts_a_minute(void **state)
{
	struct world *w = *state;
	struct store *other = world_open_as(w, "wang5");
	struct buf who = { 0 };

	OK(w, store_presence(w->s, "r1", &who, &w->err));
	assert_string_equal(buf_str(&who), "");
	OK(w, store_presence(other, "r1", &who, &w->err));
	assert_string_equal(buf_str(&who), "li4");
	OK(w, store_presence(other, "r2", &who, &w->err));
	assert_string_equal(buf_str(&who), "");
	w->clock.fixed_ms += 61000;
	OK(w, store_presence(w->s, "r1", &who, &w->err));
	assert_string_equal(buf_str(&who), "");
	store_close(other);
	buf_free(&who);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, world_new, world_end)
		T(every_type_comes_back),
		T(a_new_record_survives_a_kill),
		T(changes_to_a_saved_record_survive_a_kill),
		T(a_draft_dropped_or_not_resumed_is_gone),
		T(leaving_a_field_is_one_sync),
		T(rows_keep_their_order),
		T(deleting_is_undone),
		T(a_record_deleted_meanwhile_is_told),
		T(records_are_found_as_typed),
		T(pages_of_a_search_miss_nothing),
		T(keys_are_taken_once),
		T(last_saved_is_this_workers),
		T(flags_are_raised_and_closed),
		T(presence_lasts_a_minute),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
