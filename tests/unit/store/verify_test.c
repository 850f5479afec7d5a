/* Keyed a second time, in batches, with reasons: what the database keeps of it. */
#include "world.h"

#include "store/batch.h"
#include "store/history.h"
#include "store/stats.h"
#include "store/verify.h"
#include "store/why.h"

static char record[64];

/* One record by li4, saved. */
static void
one(struct world *w, const char *id, const char *n)
{
	struct session *se = begin(w, w->s);

	strcpy(record, session_record(se));
	key(w, w->s, se, "id", id);
	key(w, w->s, se, "name", "Ma");
	key(w, w->s, se, "n", n);
	save(w, w->s, se);
	store_session_close(w->s, se);
}

static void
second_person_alone(void **state)
{
	struct world *w = *state;
	struct session *se;
	struct store *li;
	struct verify *v;
	node_id cursor;
	bool own = false;

	one(w, "A1", "4");
	OK(w, store_verify_own(w->s, record, &own, &w->err));
	assert_true(own);
	/* Alone on one's own computer it is not refused. */
	OK(w, store_verify_begin(w->s, record, false, &se, &v, &cursor, &w->err));
	verify_free(v);
	store_session_close(w->s, se);
	OK(w, db_run(store_db(w->s), &w->err,
		  "INSERT INTO ruhu_account(name, role) VALUES('x', 'grid')", WITHOUT));
	assert_false(store_verify_begin(w->s, record, false, &se, &v, &cursor, &w->err));
	assert_non_null(strstr(w->err.text, "second person"));
	li = world_open_as(w, "wang5");
	OK(w, store_verify_begin(li, record, false, &se, &v, &cursor, &w->err));
	verify_free(v);
	store_session_close(li, se);
	store_close(li);
}

/* Half-way, then somebody else changes what was compared: it is to be keyed anew;
 * a replacement whose draft was lost is forgotten. */
static void
half_way(void **state)
{
	struct world *w = *state;
	struct store *li = world_open_as(w, "wang5");
	struct session *se, *other;
	struct verify *v;
	struct verify_counts c;
	node_id cursor, n, name, id;

	one(w, "A1", "4");
	OK(w, store_verify_begin(li, record, false, &se, &v, &cursor, &w->err));
	id = node(se, "id");
	name = node(se, "name");
	n = node(se, "n");
	assert_true(verify_wants(v, n));
	assert_false(verify_wants(v, node(se, "twice")));
	OK(w, store_verify_note(v, id, VERIFY_SAME, "", MISSING_NONE, &w->err));
	OK(w, store_draft_answer(li, se, id, name, &w->err));
	OK(w, store_verify_note(v, n, VERIFY_SAME, "", MISSING_NONE, &w->err));
	OK(w,
	    store_verify_note(v, name, VERIFY_KEYER, "", MISSING_NONE, &w->err)); /* killed here */
	verify_counts(v, &c);
	assert_int_equal(c.n, 3);
	assert_int_equal(c.keyer, 1);
	verify_free(v);
	store_session_close(li, se);

	other = reopen(w, w->s, record, false, NULL);
	key(w, w->s, other, "n", "5");
	save(w, w->s, other);
	store_session_close(w->s, other);

	OK(w, store_verify_begin(li, record, false, &se, &v, &cursor, &w->err));
	assert_int_equal(cursor, node(se, "name"));
	assert_int_equal(verify_of(v, node(se, "id")), VERIFY_SAME);
	assert_int_equal(verify_of(v, node(se, "n")), VERIFY_NONE);
	assert_int_equal(verify_of(v, node(se, "name")), VERIFY_NONE);
	OK(w, store_verify_drop(v, &w->err));
	verify_free(v);
	store_session_close(li, se);
	assert_rows(w, w->s, "SELECT (SELECT count(*) FROM ruhu_draft), count(*) FROM ruhu_verify",
	    "0|0\n");
	store_close(li);
}

static bool
take_difference(void *ctx, const struct verify_difference *d)
{
	*(struct verify_difference *)ctx = *d;
	return true;
}

/* Left open, then saved by anybody with the second answer or with a third. */
static void
settled_by_saving(void **state)
{
	struct world *w = *state;
	struct store *li = world_open_as(w, "wang5");
	struct save_result result = { 0 };
	struct verify_difference d;
	struct session *se;
	struct verify *v;
	node_id cursor;
	int64_t open;

	one(w, "A1", "4");
	OK(w, store_verify_begin(li, record, true, &se, &v, &cursor, &w->err));
	OK(w, store_verify_note(v, node(se, "n"), VERIFY_OPEN, "6", MISSING_NONE, &w->err));
	OK(w, store_verify_note(v, node(se, "name"), VERIFY_OPEN, "", MISSING_REFUSED, &w->err));
	OK(w, store_verify_end(v, RECORD_COMPLETE, &result, &w->err));
	assert_true(result.saved);
	verify_free(v);
	store_session_close(li, se);
	OK(w, store_verify_open_count(w->s, &open, &w->err));
	assert_int_equal(open, 2);
	OK(w, store_verify_differences(w->s, take_difference, &d, &w->err));

	se = reopen(w, w->s, record, false, NULL);
	key(w, w->s, se, "n", "7");
	save(w, w->s, se);
	store_session_close(w->s, se);
	assert_rows(w, w->s, "SELECT field, result FROM ruhu_verify_field ORDER BY field",
	    "n|both\nname|open\n");
	OK(w, store_verify_settle(w->s, 1, "", "name", true, &w->err));
	assert_rows(w, w->s, "SELECT field, result FROM ruhu_verify_field ORDER BY field",
	    "n|both\nname|keyer\n");
	assert_rows(w, w->s, "SELECT name IS NULL, n FROM small", "1|7\n");
	assert_false(store_verify_settle(w->s, 1, "", "name", true, &w->err));
	assert_sound(w, w->s);
	store_close(li);
}

static bool
count_lines(void *ctx, const struct history_line *l)
{
	struct buf *out = ctx;

	if (l->field[0] != '$')
		buf_addf(out, "%s:%s>%s:%s ", l->field, l->first ? "" : l->was, l->value, l->why);
	return true;
}

static void
why_and_before(void **state)
{
	struct world *w = *state;
	struct save_result result = { 0 };
	struct buf out = { 0 };
	struct session *se;

	one(w, "A1", "4");
	se = reopen(w, w->s, record, false, NULL);
	key(w, w->s, se, "n", "5");
	OK(w, store_save_because(w->s, se, RECORD_COMPLETE, WHY_LAST, &result, &w->err));
	store_session_close(w->s, se);
	OK(w, store_history(w->s, record, "", "n", count_lines, &out, &w->err));
	assert_string_equal(buf_str(&out), "n:4>5:last n:>4: ");
	buf_free(&out);
	save_result_free(&result);
}

static bool
take_sum(void *ctx, const struct batch_info *b)
{
	snprintf(ctx, 100, "%d %s %d", (int)b->forms, b->sum, b->equal);
	return false;
}

/* Decimals add up without what binary fractions leave behind. */
static void
exact_sums(void **state)
{
	struct world *w = *state;
	char said[100] = "";
	int64_t no;

	OK(w, store_batch_begin(w->s, "small", "", 10, "d", "1.00", &no, &w->err));
	for (int i = 0; i < 10; i++) {
		struct session *se = begin(w, w->s);
		char id[16];

		snprintf(id, sizeof id, "D%d", i);
		key(w, w->s, se, "id", id);
		key(w, w->s, se, "d", "0.1");
		save(w, w->s, se);
		store_session_close(w->s, se);
	}
	OK(w, store_batches(w->s, "small", NULL, true, take_sum, said, &w->err));
	assert_string_equal(said, "10 1 1");
	OK(w, store_batch_close(w->s, no, NULL, &w->err));
}

static bool
take_stats(void *ctx, const struct stats_line *l)
{
	snprintf(ctx, 100, "%s %d %d %d", l->by, (int)l->sittings, (int)l->f.keys,
	    (int)stats_keys_an_hour(&l->f));
	return false;
}

static void
figures_add_up(void **state)
{
	struct world *w = *state;
	const struct figures f = {.keys = 100, .active_ms = 30000, .saved = 1};
	char said[100] = "";

	for (int i = 0; i < 3; i++)
		OK(w, store_stats_add(w->s, i < 2 ? "one" : "two", "small", &f, &w->err));
	OK(w, store_stats(w->s, NULL, NULL, take_stats, said, &w->err));
	assert_string_equal(strchr(said, ' '), " 2 300 12000");
	assert_int_equal(stats_keys_an_hour(&(struct figures){.keys = 5}), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(second_person_alone, world_new, world_end),
	    cmocka_unit_test_setup_teardown(half_way, world_new, world_end),
	    cmocka_unit_test_setup_teardown(settled_by_saving, world_new, world_end),
	    cmocka_unit_test_setup_teardown(why_and_before, world_new, world_end),
	    cmocka_unit_test_setup_teardown(exact_sums, world_new, world_end),
	    cmocka_unit_test_setup_teardown(figures_add_up, world_new, world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
