/* Two people in one record. */
#include "world.h"

/* A saved record with two members, open on two screens. */
struct pair {
	struct world *w;
	struct store *s2;
	struct session *a, *b;
	char id[64];
};

static void
open_pair(struct world *w, struct pair *p)
{
	struct session *se = begin(w, w->s);

	p->w = w;
	strcpy(p->id, session_record(se));
	key(w, w->s, se, "id", "A1");
	key(w, w->s, se, "name", "old");
	key(w, w->s, se, "n", "1");
	add(w, w->s, se, "member");
	key(w, w->s, se, "member[1]/wage", "10");
	add(w, w->s, se, "member");
	key(w, w->s, se, "member[2]/wage", "20");
	save(w, w->s, se);
	store_session_close(w->s, se);
	p->s2 = world_open_as(w, "wang5");
	p->a = reopen(w, w->s, p->id, false, NULL);
	p->b = reopen(w, p->s2, p->id, false, NULL);
}

static void
close_pair(struct pair *p)
{
	assert_sound(p->w, p->w->s);
	store_session_close(p->w->s, p->a);
	store_session_close(p->s2, p->b);
	store_close(p->s2);
}

static void
different_fields_merge(void **state)
{
	struct world *w = *state;
	struct pair p;

	open_pair(w, &p);
	key(w, w->s, p.a, "name", "by a");
	key(w, w->s, p.a, "member[1]/wage", "100");
	save(w, w->s, p.a);
	key(w, p.s2, p.b, "d", "2.5");
	key(w, p.s2, p.b, "member[2]/wage", "200");
	save(w, p.s2, p.b);
	/* Also what is calculated over both, and the second screen shows it. */
	assert_string_equal(value(p.b, "name"), "by a");
	assert_string_equal(value(p.b, "total"), "300");
	assert_rows(w, w->s, "SELECT name, d, total FROM small", "by a|2.5|300\n");
	assert_rows(w, w->s, "SELECT wage FROM small__member ORDER BY row_position", "100\n200\n");
	assert_rows(w, w->s, "SELECT label FROM ruhu_record", "by a\n");
	/* A field that only the other changed is no change of mine. */
	assert_rows(w, w->s, "SELECT author FROM ruhu_log WHERE question = 'name' AND value = 'by a'",
	    "li4\n");
	close_pair(&p);
}

static void
rows_added_by_both_stay(void **state)
{
	struct world *w = *state;
	struct pair p;

	open_pair(w, &p);
	add(w, w->s, p.a, "member");
	key(w, w->s, p.a, "member[3]/wage", "1");
	save(w, w->s, p.a);
	add(w, p.s2, p.b, "member");
	key(w, p.s2, p.b, "member[3]/wage", "2");
	save(w, p.s2, p.b);
	assert_rows(w, w->s, "SELECT count(*), sum(wage), (SELECT total FROM small)"
	    " FROM small__member", "4|33|33\n");
	/* Also the second time, from a screen that still does not show the other's row. */
	key(w, p.s2, p.b, "member[3]/wage", "3");
	save(w, p.s2, p.b);
	assert_rows(w, w->s, "SELECT sum(wage), (SELECT total FROM small) FROM small__member",
	    "34|34\n");
	close_pair(&p);
}

static void
save_asking(struct pair *p, struct save_result *r, size_t collisions)
{
	OK(p->w, store_save(p->s2, p->b, RECORD_COMPLETE, r, &p->w->err));
	assert_int_equal(r->saved, collisions == 0);
	assert_int_equal(r->collisions_n, collisions);
}

static void
collide(struct world *w, struct pair *p, struct save_result *r)
{
	open_pair(w, p);
	key(w, w->s, p->a, "n", "5");
	save(w, w->s, p->a);
	key(w, p->s2, p->b, "n", "6");
	key(w, p->s2, p->b, "d", "1");
	memset(r, 0, sizeof *r);
	save_asking(p, r, 2);		/* n, and stamp which its trigger wrote */
	assert_int_equal(r->collisions[0].node, node(p->b, "n"));
	assert_string_equal(r->collisions[0].theirs, "5");
	assert_string_equal(r->collisions[0].theirs_by, "li4");
	assert_int_equal(strlen(r->collisions[0].theirs_at), 24);
	/* Not saved, and nothing typed is lost. */
	assert_string_equal(value(p->b, "n"), "6");
	assert_rows(w, w->s, "SELECT n, d FROM small", "5|\n");
	assert_rows(w, w->s, "SELECT count(*) FROM ruhu_draft WHERE author = 'wang5'", "1\n");
}

static void
the_same_field_asks_and_mine_stays(void **state)
{
	struct world *w = *state;
	struct save_result r;
	struct pair p;

	collide(w, &p, &r);
	for (size_t i = 0; i < r.collisions_n; i++)
		r.collisions[i].choice = COLLISION_MINE;
	save_asking(&p, &r, 0);
	assert_rows(w, w->s, "SELECT n, d, stamp, twice FROM small", "6|1|6!|12\n");
	assert_rows(w, w->s, "SELECT value, author FROM ruhu_log WHERE question = 'n' ORDER BY no",
	    "1|li4\n5|li4\n6|wang5\n");
	save_result_free(&r);
	close_pair(&p);
}

static void
the_same_field_asks_and_theirs_stays(void **state)
{
	struct world *w = *state;
	struct save_result r;
	struct pair p;

	collide(w, &p, &r);
	for (size_t i = 0; i < r.collisions_n; i++)
		r.collisions[i].choice = COLLISION_THEIRS;
	save_asking(&p, &r, 0);
	assert_rows(w, w->s, "SELECT n, d, stamp, twice FROM small", "5|1|5!|10\n");
	assert_string_equal(value(p.b, "n"), "5");
	/* Both stay in the log, and one head is left. */
	assert_rows(w, w->s, "SELECT value, author FROM ruhu_log WHERE question = 'n' ORDER BY no",
	    "1|li4\n5|li4\n6|wang5\n5|wang5\n");
	assert_rows(w, w->s, "SELECT count(*) FROM ruhu_head h JOIN ruhu_name n ON n.no = h.field"
	    " WHERE n.text = 'n'", "1\n");
	save_result_free(&r);
	close_pair(&p);
}

static void
a_third_answer_asks_again(void **state)
{
	struct world *w = *state;
	struct save_result r;
	struct pair p;

	collide(w, &p, &r);
	for (size_t i = 0; i < r.collisions_n; i++)
		r.collisions[i].choice = COLLISION_MINE;
	key(w, w->s, p.a, "n", "9");
	save(w, w->s, p.a);
	save_asking(&p, &r, 2);
	assert_string_equal(r.collisions[0].theirs, "9");
	save_result_free(&r);
	close_pair(&p);
}

static void
the_same_answer_twice_is_no_question(void **state)
{
	struct world *w = *state;
	struct save_result r = { 0 };
	struct pair p;

	open_pair(w, &p);
	key(w, w->s, p.a, "d", "3");
	save(w, w->s, p.a);
	key(w, p.s2, p.b, "d", "3.0");
	save_asking(&p, &r, 0);
	assert_int_equal(r.changes, 0);
	save_result_free(&r);
	close_pair(&p);
}

/* The draft was begun before the other saved, and gone on with after. */
static void
a_resumed_draft_still_asks(void **state)
{
	struct world *w = *state;
	struct save_result r = { 0 };
	struct pair p;

	open_pair(w, &p);
	key(w, p.s2, p.b, "d", "6");
	key(w, p.s2, p.b, "kind", "b");
	store_session_close(p.s2, p.b);
	key(w, w->s, p.a, "d", "5");
	save(w, w->s, p.a);
	p.b = reopen(w, p.s2, p.id, true, NULL);
	assert_string_equal(value(p.b, "d"), "6");
	save_asking(&p, &r, 1);
	assert_string_equal(r.collisions[0].theirs, "5");
	r.collisions[0].choice = COLLISION_MINE;
	save_asking(&p, &r, 0);
	assert_rows(w, w->s, "SELECT d, kind FROM small", "6|b\n");
	save_result_free(&r);
	close_pair(&p);
}

static void
a_row_removed_and_written_in_comes_back(void **state)
{
	struct world *w = *state;
	struct changed c;
	struct pair p;

	open_pair(w, &p);
	OK(w, session_remove_row(p.a, node(p.a, "member[1]"), &c, &w->err));
	save(w, w->s, p.a);
	assert_rows(w, w->s, "SELECT wage FROM small__member", "20\n");
	key(w, p.s2, p.b, "member[1]/wage", "11");
	save(w, p.s2, p.b);
	assert_rows(w, w->s, "SELECT wage FROM small__member ORDER BY row_position", "11\n20\n");
	assert_rows(w, w->s, "SELECT total FROM small", "31\n");
	close_pair(&p);
}

/* The same when the answers were in a draft, in a row in the row, and new there. */
static void
a_draft_in_a_removed_row_is_not_lost(void **state)
{
	struct world *w = *state;
	struct changed c;
	struct pair p;

	open_pair(w, &p);
	add(w, p.s2, p.b, "member[1]/job");
	key(w, p.s2, p.b, "member[1]/job[1]/what", "old job");
	save(w, p.s2, p.b);
	key(w, p.s2, p.b, "member[1]/job[1]/what", "cook");
	add(w, p.s2, p.b, "member[1]/job");
	key(w, p.s2, p.b, "member[1]/job[2]/what", "driver");
	store_session_close(p.s2, p.b);
	store_session_close(w->s, p.a);
	p.a = reopen(w, w->s, p.id, false, NULL);
	OK(w, session_remove_row(p.a, node(p.a, "member[1]"), &c, &w->err));
	OK(w, session_remove_row(p.a, node(p.a, "member[1]"), &c, &w->err));
	save(w, w->s, p.a);
	assert_rows(w, w->s, "SELECT count(*) FROM small__job", "0\n");
	p.b = reopen(w, p.s2, p.id, true, NULL);
	assert_string_equal(value(p.b, "member[1]/job[1]/what"), "cook");
	assert_string_equal(value(p.b, "member[1]/job[2]/what"), "driver");
	assert_string_equal(value(p.b, "member[1]/wage"), "10");
	assert_int_equal(answers_rows(session_answers(p.b), ANSWERS_ROOT,
	    answers_question(session_answers(p.b), node(p.b, "member[1]"))), 1);
	save(w, p.s2, p.b);
	assert_rows(w, w->s, "SELECT m.wage, j.what FROM small__member m JOIN small__job j"
	    " ON j.parent_id = m.row_id ORDER BY j.row_position", "10|cook\n10|driver\n");
	/* The row and the row in it came back, each once. */
	assert_rows(w, w->s, "SELECT count(*) FROM ruhu_log WHERE question = '$del' AND value IS NULL",
	    "2\n");
	close_pair(&p);
}

static void
a_record_deleted_meanwhile_is_not_lost(void **state)
{
	struct world *w = *state;
	struct save_result r = { 0 };
	struct pair p;

	open_pair(w, &p);
	key(w, p.s2, p.b, "d", "6");
	OK(w, store_delete(w->s, p.id, &w->err));
	assert_false(store_save(p.s2, p.b, RECORD_COMPLETE, &r, &w->err));
	assert_rows(w, w->s, "SELECT value FROM ruhu_draft_answer WHERE field = 'd'", "6\n");
	OK(w, store_undelete(w->s, p.id, &w->err));
	save_asking(&p, &r, 0);
	assert_rows(w, w->s, "SELECT d FROM small", "6\n");
	save_result_free(&r);
	close_pair(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, world_new, world_end)
		T(different_fields_merge),
		T(rows_added_by_both_stay),
		T(the_same_field_asks_and_mine_stays),
		T(the_same_field_asks_and_theirs_stays),
		T(a_third_answer_asks_again),
		T(the_same_answer_twice_is_no_question),
		T(a_resumed_draft_still_asks),
		T(a_row_removed_and_written_in_comes_back),
		T(a_draft_in_a_removed_row_is_not_lost),
		T(a_record_deleted_meanwhile_is_not_lost),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
