/* The change log: its numbers, clock and chain, told by what the documentation
 * says and not by the program's own code; checks and rebuilding. */
#include "world.h"

#include "base/hash.h"
#include "store/changes.h"
#include "store/hlc.h"
#include "store/row_order.h"

static void
put_two(struct world *w, char id[64])
{
	struct session *se = begin(w, w->s);

	strcpy(id, session_record(se));
	key(w, w->s, se, "id", "A1");
	key(w, w->s, se, "name", "a \"quote\", a \\ and\xe9\xa9\xac");
	key(w, w->s, se, "n", "5");
	add(w, w->s, se, "member");
	key(w, w->s, se, "member[1]/wage", "30");
	add(w, w->s, se, "member[1]/job");
	key(w, w->s, se, "member[1]/job[1]/what", "cook");
	save(w, w->s, se);
	key(w, w->s, se, "n", "6");
	key(w, w->s, se, "name", "");
	save(w, w->s, se);
	store_session_close(w->s, se);
	se = begin(w, w->s);
	key(w, w->s, se, "id", "A2");
	save(w, w->s, se);
	store_session_close(w->s, se);
}

/* ---- the chain, from the documented bytes ------------------------------------------ */

static void
value_hash(struct stmt *st, char out[65])
{
	struct hash_part part = { stmt_text(st, 6), stmt_len(st, 6) };
	unsigned char hash[32], secret[32];

	strcpy(out, "");
	if (stmt_is_null(st, 6))
		return;
	memcpy(secret, stmt_blob(st, 13), 32);
	hash_parts(&part, 1, secret, 32, hash);
	hex_format(hash, 32, out);
}

/* "1:7:0a1b2c3d 1:9:..." as [["epoch",7,"0a1b2c3d"],...] */
static void
prev_json(struct stmt *st, const char *epoch, struct buf *out)
{
	char list[256], *rest = list, *word;
	const char *sep = "";

	snprintf(list, sizeof list, "%s", stmt_text(st, 10));
	while ((word = strsep(&rest, " ")) != NULL) {
		char seq[32], hex[16];

		if (sscanf(word, "1:%31[0-9]:%15[0-9a-f]", seq, hex) != 2)
			continue;
		buf_addf(out, "%s[\"%s\",%s,\"%s\"]", sep, epoch, seq, hex);
		sep = ",";
	}
}

static void
json_text(const char *s, struct buf *out)
{
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, *s);
	}
}

static void
the_chain_is_what_the_manual_says(void **state)
{
	struct world *w = *state;
	unsigned char chain[32] = { 0 };
	struct buf json = { 0 };
	char id[64], hash[65];
	struct stmt *st;
	int n = 0;

	put_two(w, id);
	st = db_query(store_db(w->s), &w->err,
	    "SELECT a.text, e.id, f.id, printf('%016x', c.hlc), n.text, c.seq, c.value, f.version,"
	    " coalesce(w.id, ''), coalesce(c.reason, ''), coalesce(c.prev, ''), c.chain, r.id, r.secret"
	    " FROM ruhu_change c JOIN ruhu_epoch e ON e.no = c.epoch JOIN ruhu_record r ON r.no = c.record"
	    " JOIN ruhu_name a ON a.no = c.author JOIN ruhu_name n ON n.no = c.field"
	    " JOIN ruhu_form f ON f.no = c.form LEFT JOIN ruhu_row w ON w.no = c.row ORDER BY c.seq",
	    WITHOUT);
	while (stmt_row(st)) {
		struct hash_part parts[2];

		value_hash(st, hash);
		buf_reset(&json);
		buf_addf(&json, "{\"a\":\"%s\",\"e\":\"%s\",\"f\":\"%s\",\"h\":\"%s\",\"n\":\"",
		    stmt_text(st, 0), stmt_text(st, 1), stmt_text(st, 2), stmt_text(st, 3));
		json_text(stmt_text(st, 4), &json);
		buf_add_str(&json, "\",\"p\":[");
		prev_json(st, stmt_text(st, 1), &json);
		buf_addf(&json, "],\"q\":%d,\"r\":\"%s\",\"v\":", ++n, stmt_text(st, 12));
		buf_addf(&json, hash[0] != '\0' ? "\"%s\"" : "null%s", hash);
		buf_addf(&json, ",\"vn\":\"%s\",\"w\":\"%s\",\"y\":\"%s\"}", stmt_text(st, 7),
		    stmt_text(st, 8), stmt_text(st, 9));
		parts[0] = (struct hash_part){ chain, 32 };
		parts[1] = (struct hash_part){ json.data, json.len };
		hash_parts(parts, 2, NULL, 0, chain);
		assert_int_equal(stmt_len(st, 11), 32);
		assert_memory_equal(chain, stmt_blob(st, 11), 32);
	}
	OK(w, stmt_end(st, &w->err));
	assert_true(n > 15);
	buf_free(&json);
}

static void
numbers_have_no_gaps_and_clocks_only_grow(void **state)
{
	struct world *w = *state;
	char id[64];

	put_two(w, id);
	w->clock.fixed_ms -= 3600 * 1000;		/* the clock is set back an hour */
	struct session *se = begin(w, w->s);
	key(w, w->s, se, "id", "A3");
	save(w, w->s, se);
	store_session_close(w->s, se);
	assert_rows(w, w->s, "SELECT min(seq), max(seq) = count(*) FROM ruhu_change", "1|1\n");
	assert_rows(w, w->s, "SELECT count(*) FROM ruhu_change a JOIN ruhu_change b"
	    " ON b.seq = a.seq + 1 WHERE b.hlc <= a.hlc", "0\n");
	/* Within a saving each stamp is the one before, plus one. */
	assert_rows(w, w->s, "SELECT count(*) FROM ruhu_change a JOIN ruhu_change b"
	    " ON b.seq = a.seq + 1 AND b.tx = a.tx WHERE b.hlc <> a.hlc + 1", "0\n");
	assert_rows(w, w->s, "SELECT DISTINCT flags FROM ruhu_change WHERE tx ="
	    " (SELECT max(tx) FROM ruhu_change)", "1\n");	/* clock was behind */
	assert_rows(w, w->s, "SELECT count(DISTINCT tx) FROM ruhu_change", "4\n");
}

static void
the_clock_follows_its_rules(void **state)
{
	bool behind;

	(void)state;
	assert_int_equal(hlc_next(0, 1000, &behind), 1000ull << 16);
	assert_false(behind);
	assert_int_equal(hlc_next(1000ull << 16, 1000, &behind), (1000ull << 16) + 1);
	assert_int_equal(hlc_next((1000ull << 16) | 0xffff, 1000, &behind), 1001ull << 16);
	assert_int_equal(hlc_next(400000ull << 16, 100001, &behind), (400000ull << 16) + 1);
	assert_false(behind);				/* not yet five minutes */
	hlc_next(400000ull << 16, 99999, &behind);
	assert_true(behind);
	/* The year 9999: such a stamp could never be sent, nor any after it. */
	assert_int_equal(hlc_next(400000ull << 16, 253402300799000, &behind), (400000ull << 16) + 1);
	assert_int_equal(hlc_ms((1234ull << 16) | 77), 1234);
}

static void
the_log_cannot_be_rewritten(void **state)
{
	struct world *w = *state;
	struct err err;
	char id[64];

	put_two(w, id);
	assert_false(db_script(store_db(w->s), &err, "UPDATE ruhu_change SET value = 'x'"));
	assert_false(db_script(store_db(w->s), &err, "DELETE FROM ruhu_change"));
	assert_non_null(strstr(err.text, "log"));
}

static void
exports_read_the_log_in_order(void **state)
{
	struct world *w = *state;
	struct changes *all;
	const struct change *c;
	struct buf told = { 0 };
	char id[64], first[64] = "";
	int64_t seq = 2;

	put_two(w, id);
	OK(w, changes_open(w->s, 2, &all, &w->err));
	for (;;) {
		OK(w, changes_next(all, &c, &w->err));
		if (c == NULL)
			break;
		assert_int_equal(c->seq, ++seq);
		if (first[0] == '\0')
			strcpy(first, c->record);
		if (strcmp(c->field, "n") == 0) {
			buf_addf(&told, "%s%s%zu ", c->value, c->record_first ? "*" : "", c->prev_n);
			if (c->prev_n > 0)
				assert_string_equal(c->prev[0].epoch, c->epoch);
		}
		if (strcmp(c->field, "name") == 0 && !c->record_first)
			assert_null(c->value);
	}
	changes_close(all);
	assert_string_equal(first, id);
	/* The record began before these: its key must go with them. */
	assert_string_equal(buf_str(&told), "5*0 6*1 ");
	buf_free(&told);
}

/* ---- checking and rebuilding ----------------------------------------------------------- */

static void
tamper(struct world *w, const char *sql, const char *said)
{
	struct buf out = { 0 };
	struct err err;
	size_t n = 0;

	if (!db_script(store_db(w->s), &err, "SAVEPOINT t") ||
	    !db_script(store_db(w->s), &err, sql))
		fail_msg("%s: %s", sql, err.text);
	/* The check reads what another connection would: give it its own state. */
	assert_true(db_script(store_db(w->s), &err, "RELEASE t"));
	OK(w, store_check(w->s, &out, &n, &w->err));
	if (n == 0 || strstr(buf_str(&out), said) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", sql, buf_str(&out), said);
	buf_free(&out);
}

#define FIELD_ID "(SELECT no FROM ruhu_name WHERE text = 'id')"

static void
checking_finds_what_was_tampered_with(void **state)
{
	static const char *const cases[][3] = {
		{ "UPDATE small SET n = 7 WHERE id = 'A1'", "UPDATE small SET n = 6 WHERE id = 'A1'",
		    "not what the log says" },
		{ "UPDATE small__member SET wage = wage + 1", "UPDATE small__member SET wage = wage - 1",
		    "small__member" },
		{ "UPDATE small__job SET row_position = 9", "UPDATE small__job SET row_position = 1",
		    "small__job" },
		{ "UPDATE ruhu_record SET deleted = 1 WHERE no = 1",
		    "UPDATE ruhu_record SET deleted = 0 WHERE no = 1", "deletion" },
		{ "UPDATE ruhu_head SET change = 1 WHERE record = 2 AND field = " FIELD_ID,
		    "UPDATE ruhu_head SET change = (SELECT no FROM ruhu_change WHERE record = 2 AND field = "
		    FIELD_ID ") WHERE record = 2 AND field = " FIELD_ID, "newest change" },
		{ "UPDATE ruhu_change SET value = 'B9' WHERE value = 'A1'",
		    "UPDATE ruhu_change SET value = 'A1' WHERE value = 'B9'", "chain breaks" },
		{ "UPDATE ruhu_change SET author = (SELECT no FROM ruhu_name WHERE text = 'id') WHERE seq = 3",
		    "UPDATE ruhu_change SET author = (SELECT no FROM ruhu_name WHERE text = 'li4')",
		    "Change 3 " },
		{ "UPDATE ruhu_epoch SET last_seq = last_seq + 1",
		    "UPDATE ruhu_epoch SET last_seq = last_seq - 1", "should end" },
	};
	struct world *w = *state;
	char id[64];

	put_two(w, id);
	OK(w, db_script(store_db(w->s), &w->err, "DROP TRIGGER ruhu_change_kept_update;"
	    "DROP TRIGGER ruhu_change_kept_delete"));
	assert_sound(w, w->s);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		tamper(w, cases[i][0], cases[i][2]);
		OK(w, db_script(store_db(w->s), &w->err, cases[i][1]));
		assert_sound(w, w->s);
	}
	tamper(w, "DELETE FROM ruhu_head WHERE change = 2; DELETE FROM ruhu_change WHERE seq = 2",
	    "not in the log");
}

static void
rebuilding_makes_the_same_again(void **state)
{
	static const char dump[] =
	    "SELECT 1, * FROM small; SELECT 2, * FROM small__member; SELECT 3, * FROM small__job;"
	    "SELECT 4, * FROM ruhu_head; SELECT 5, * FROM ruhu_record";
	struct world *w = *state;
	struct buf before = { 0 }, after = { 0 }, part = { 0 };
	char id[64], copy[512];

	put_two(w, id);
	struct session *se = begin(w, w->s);
	key(w, w->s, se, "id", "gone");
	add(w, w->s, se, "member");
	save(w, w->s, se);
	OK(w, store_delete(w->s, session_record(se), &w->err));
	store_session_close(w->s, se);
	for (int round = 0; round < 2; round++) {
		struct buf *into = round == 0 ? &before : &after;
		char *rest = copy, *sql;

		snprintf(copy, sizeof copy, "%s", dump);
		while ((sql = strsep(&rest, ";")) != NULL) {
			rows(w, w->s, sql, &part);
			buf_add_str(into, buf_str(&part));
		}
		if (round == 0) {
			OK(w, db_script(store_db(w->s), &w->err, "DROP TABLE small__job;"
			    "UPDATE small SET n = 99; DELETE FROM small__member;"
			    "DELETE FROM ruhu_head WHERE record = 2"));
			OK(w, store_rebuild(w->s, &w->err));
		}
	}
	assert_string_equal(buf_str(&before), buf_str(&after));
	assert_sound(w, w->s);
	buf_free(&before);
	buf_free(&after);
	buf_free(&part);
}

/* ---- order of rows ----------------------------------------------------------------------- */

static void
assert_order(size_t n, const int64_t *was, size_t changed)
{
	int64_t now[16];
	size_t differ = 0;

	row_order(was, now, n);
	for (size_t i = 0; i < n; i++) {
		assert_true(now[i] > (i > 0 ? now[i - 1] : 0));
		differ += now[i] != was[i];
	}
	assert_int_equal(differ, changed);
}

static void
few_numbers_change_when_rows_move(void **state)
{
	(void)state;
	assert_order(0, NULL, 0);
	assert_order(3, (int64_t[]){ 10, 20, 30 }, 0);
	assert_order(3, (int64_t[]){ 0, 0, 0 }, 3);
	assert_order(4, (int64_t[]){ 10, 40, 20, 30 }, 1);
	assert_order(4, (int64_t[]){ 20, 30, 40, 10 }, 1);
	assert_order(4, (int64_t[]){ 10, 0, 20, 0 }, 2);
	assert_order(3, (int64_t[]){ 1, 0, 2 }, 2);		/* no room: 1 2 3 */
	assert_order(5, (int64_t[]){ 5, 4, 3, 2, 1 }, 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, world_new, world_end)
		T(the_chain_is_what_the_manual_says),
		T(numbers_have_no_gaps_and_clocks_only_grow),
		cmocka_unit_test(the_clock_follows_its_rules),
		T(the_log_cannot_be_rewritten),
		T(exports_read_the_log_in_order),
		T(checking_finds_what_was_tampered_with),
		T(rebuilding_makes_the_same_again),
		cmocka_unit_test(few_numbers_change_when_rows_move),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
