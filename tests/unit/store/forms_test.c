/* Installing forms, and what a new version does to what is stored. */
#include "world.h"

/* The small form with one text replaced; yours to free. */
static char *
edited(const char *text, const char *what, const char *with)
{
	const char *at = strstr(text, what);
	struct buf out = { 0 };

	if (at == NULL)
		fail_msg("no \"%s\" in the form", what);
	buf_add(&out, text, (size_t)(at - text));
	buf_add_str(&out, with);
	buf_add_str(&out, at + strlen(what));
	return buf_take(&out);
}

/* Version `version` with up to three replacements. */
static void
install_edited(struct world *w, const char *version, const char *const (*edits)[2], size_t n,
    struct buf *report)
{
	char line[64], *text, *next;

	snprintf(line, sizeof line, "version: \"%s\"", version);
	text = edited(small_form, "version: \"1\"", line);
	for (size_t i = 0; i < n; i++) {
		next = edited(text, edits[i][0], edits[i][1]);
		free(text);
		text = next;
	}
	world_install(w, w->s, text, report);
	free(text);
}

static void
put_one(struct world *w, char id[64])
{
	struct session *se = begin(w, w->s);

	strcpy(id, session_record(se));
	key(w, w->s, se, "id", "A1");
	key(w, w->s, se, "name", "Ma");
	key(w, w->s, se, "n", "5");
	key(w, w->s, se, "d", "2.5");
	add(w, w->s, se, "member");
	key(w, w->s, se, "member[1]/mname", "Li");
	save(w, w->s, se);
	store_session_close(w->s, se);
}

static void
a_new_version_loses_no_answer(void **state)
{
	static const char *const edits[][2] = {
		{ "{type: decimal, name: d, label: D}",
		    "{type: decimal, name: weight, label: W, was: d}" },
		{ "  - {type: text, name: name, label: Name, missing: refused unknown}\n", "" },
		{ "instance_name: ${name}", "instance_name: ${id}" },
		{ "{type: time, name: t, label: T}", "{type: text, name: extra, label: E}" },
		{ "key: id, latest: seen, label: name", "key: id" },
		{ "{type: text, name: mname, label: M}",
		    "{type: text, name: full, label: F, was: mname}" },
		{ "key: mname", "key: full" },
	};
	struct world *w = *state;
	struct buf report = { 0 };
	struct session *se;
	char id[64];

	put_one(w, id);
	install_edited(w, "2", edits, sizeof edits / sizeof edits[0], &report);
	assert_non_null(strstr(buf_str(&report), "weight"));
	assert_non_null(strstr(buf_str(&report), "extra"));
	assert_non_null(strstr(buf_str(&report), "name"));
	/* Renamed with its answers, added empty, removed but kept. */
	assert_rows(w, w->s, "SELECT id, name, weight, extra FROM small", "A1|Ma|2.5|\n");
	assert_rows(w, w->s, "SELECT \"full\" FROM small__member", "Li\n");
	assert_sound(w, w->s);
	OK(w, store_rebuild(w->s, &w->err));
	assert_rows(w, w->s, "SELECT id, name, weight, extra FROM small", "A1|Ma|2.5|\n");
	se = reopen(w, w->s, id, false, NULL);
	assert_string_equal(value(se, "weight"), "2.5");
	assert_string_equal(value(se, "member[1]/full"), "Li");
	key(w, w->s, se, "weight", "3");
	key(w, w->s, se, "extra", "more");
	save(w, w->s, se);
	store_session_close(w->s, se);
	assert_rows(w, w->s, "SELECT name, weight, extra FROM small", "Ma|3|more\n");
	/* One head for a question, whatever it was called. */
	assert_rows(w, w->s, "SELECT n.text FROM ruhu_head h JOIN ruhu_name n ON n.no = h.field"
	    " WHERE n.text IN ('d', 'weight')", "weight\n");
	assert_rows(w, w->s, "SELECT version FROM ruhu_record", "2\n");
	assert_sound(w, w->s);
	/* Renamed once more: the first name is still understood. */
	static const char *const again[][2] = {
		{ "{type: decimal, name: d, label: D}",
		    "{type: decimal, name: mass, label: W, was: weight}" },
		{ "{type: text, name: mname, label: M}",
		    "{type: text, name: whole, label: F, was: full}" },
		{ "key: mname", "key: whole" },
	};
	install_edited(w, "3", again, 3, NULL);
	assert_rows(w, w->s, "SELECT name, mass, extra FROM small", "Ma|3|more\n");
	se = reopen(w, w->s, id, false, NULL);
	assert_string_equal(value(se, "mass"), "3");
	assert_string_equal(value(se, "member[1]/whole"), "Li");
	assert_string_equal(value(se, "name"), "Ma");		/* asked again, found again */
	store_session_close(w->s, se);
	assert_sound(w, w->s);
	buf_free(&report);
}

static void
a_renamed_repeat_keeps_its_rows(void **state)
{
	static const char *const edits[][2] = {
		{ "  - repeat: member\n    label: Member\n",
		    "  - repeat: person\n    was: member\n    label: Person\n" },
		{ "repeat: member", "repeat: person" },
	};
	struct world *w = *state;
	struct session *se;
	char id[64];

	put_one(w, id);
	install_edited(w, "2", edits, 2, NULL);
	assert_rows(w, w->s, "SELECT mname FROM small__person", "Li\n");
	assert_sound(w, w->s);
	se = reopen(w, w->s, id, false, NULL);
	assert_string_equal(value(se, "person[1]/mname"), "Li");
	add(w, w->s, se, "person");
	key(w, w->s, se, "person[2]/mname", "Wu");
	save(w, w->s, se);
	store_session_close(w->s, se);
	assert_rows(w, w->s, "SELECT mname FROM small__person ORDER BY row_position", "Li\nWu\n");
	OK(w, store_rebuild(w->s, &w->err));
	assert_rows(w, w->s, "SELECT mname FROM small__person ORDER BY row_position", "Li\nWu\n");
	assert_sound(w, w->s);
}

static void
another_type_makes_the_table_again(void **state)
{
	static const char *const edits[][2] = {
		{ "{type: integer, name: n, label: N, constraint: . < 100}",
		    "{type: text, name: n, label: N}" },
	};
	struct world *w = *state;
	char id[64];

	put_one(w, id);
	assert_rows(w, w->s, "SELECT typeof(n) FROM small", "integer\n");
	install_edited(w, "2", edits, 1, NULL);
	assert_rows(w, w->s, "SELECT typeof(n), n FROM small", "text|5\n");
	assert_sound(w, w->s);
}

/* A draft begun under one version goes on under the next. */
static void
a_draft_goes_on_under_a_new_version(void **state)
{
	static const char *const edits[][2] = {
		{ "{type: decimal, name: d, label: D}",
		    "{type: decimal, name: weight, label: W, was: d}" },
	};
	struct world *w = *state;
	struct session *se = begin(w, w->s);
	char id[64];

	strcpy(id, session_record(se));
	key(w, w->s, se, "id", "A9");
	key(w, w->s, se, "d", "4");
	store_session_close(w->s, se);
	install_edited(w, "2", edits, 1, NULL);
	se = reopen(w, w->s, id, true, NULL);
	assert_string_equal(value(se, "weight"), "4");
	save(w, w->s, se);
	store_session_close(w->s, se);
	assert_rows(w, w->s, "SELECT id, weight FROM small", "A9|4\n");
}

static bool
tell_form(void *ctx, const struct form_info *f)
{
	buf_addf(ctx, "%s %s%s %lld; ", f->id, f->version, f->current ? "*" : "",
	    (long long)f->records);
	return true;
}

static void
the_same_text_again_changes_nothing(void **state)
{
	struct world *w = *state;
	struct buf report = { 0 }, told = { 0 }, out = { 0 };
	struct faults faults = { 0 };
	char *other = edited(small_form, "label: Name", "label: Other"), id[64];

	put_one(w, id);
	world_install(w, w->s, small_form, &report);
	assert_non_null(strstr(buf_str(&report), "already"));
	/* One version, one content. */
	assert_false(store_form_add(w->s, "small.yaml", other, strlen(other), NULL, &out, &faults,
	    &w->err));
	assert_non_null(strstr(w->err.text, "already installed"));
	install_edited(w, "2", NULL, 0, NULL);
	OK(w, store_forms(w->s, tell_form, &told, &w->err));
	assert_string_equal(buf_str(&told), "small 2* 0; small 1 1; ");
	free(other);
	buf_free(&report);
	buf_free(&told);
	buf_free(&out);
	faults_free(&faults);
}

static void
faults_are_all_told_and_nothing_is_installed(void **state)
{
	struct world *w = *state;
	struct faults faults = { 0 };
	struct buf out = { 0 };
	char *a = edited(small_form, "${n} * 2", "${nobody} * 2");
	char *b = edited(a, "type: time", "type: tim"), *c = edited(b, "\"1\"", "\"7\"");

	assert_false(store_form_add(w->s, "f.yaml", c, strlen(c), NULL, &out, &faults, &w->err));
	assert_true(faults.errors >= 2);
	assert_rows(w, w->s, "SELECT version FROM ruhu_form", "1\n");
	free(a);
	free(b);
	free(c);
	faults_free(&faults);
	buf_free(&out);
}

static void
too_many_questions_are_told_when_installing(void **state)
{
	struct world *w = *state;
	struct faults faults = { 0 };
	struct buf form = { 0 }, out = { 0 };

	buf_add_str(&form, "settings: {form_id: wide, version: \"1\"}\nsurvey:\n");
	for (int i = 0; i < 1890; i++)
		buf_addf(&form, "  - {type: text, name: q%d, label: Q}\n", i);
	OK(w, store_form_add(w->s, "wide.yaml", form.data, form.len, NULL, &out, &faults, &w->err));
	for (int i = 1890; i < 1950; i++)
		buf_addf(&form, "  - {type: text, name: q%d, label: Q}\n", i);
	form.data[strcspn(form.data, "1")] = '2';
	assert_false(store_form_add(w->s, "wide.yaml", form.data, form.len, NULL, &out, &faults,
	    &w->err));
	assert_int_equal(faults.errors, 1);
	assert_true(faults.v[0].err.line > 1890);
	assert_non_null(strstr(faults.v[0].err.text, "1900"));
	/* Rolled back whole; the old version works on. */
	assert_rows(w, w->s, "SELECT version, current FROM ruhu_form WHERE id = 'wide'", "1|1\n");
	assert_rows(w, w->s, "SELECT count(*) FROM pragma_table_info('wide')", "1893\n");
	buf_free(&form);
	buf_free(&out);
	faults_free(&faults);
}

/* Names that are the tables' own, or that only letters' case tells apart. */
static void
awkward_names_find_a_column(void **state)
{
	static const char awkward[] =
	    "settings: {form_id: select, version: \"1\"}\n"
	    "survey:\n"
	    "  - {type: text, name: record_id, label: R}\n"
	    "  - {type: text, name: order, label: O}\n"
	    "  - repeat: group\n"
	    "    label: G\n"
	    "    survey:\n"
	    "      - {type: text, name: order, label: O}\n"
	    "      - {type: text, name: row_position, label: P}\n";
	struct world *w = *state;
	struct session *se = NULL;
	struct buf table = { 0 }, column = { 0 };
	struct stmt *st;
	char id[64];

	world_install(w, w->s, awkward, NULL);
	OK(w, store_session_new(w->s, "select", &se, &w->err));
	strcpy(id, session_record(se));
	key(w, w->s, se, "record_id", "mine");
	key(w, w->s, se, "/data/order", "outer");
	add(w, w->s, se, "group");
	key(w, w->s, se, "group[1]/order", "inner");
	key(w, w->s, se, "group[1]/row_position", "high");
	save(w, w->s, se);
	store_session_close(w->s, se);
	se = reopen(w, w->s, id, false, NULL);
	assert_string_equal(value(se, "group[1]/order"), "inner");
	assert_string_equal(value(se, "/data/order"), "outer");
	store_session_close(w->s, se);
	OK(w, store_column(w->s, "select", "group/order", &table, &column, &w->err));
	assert_string_equal(buf_str(&table), "select__group");
	assert_string_equal(buf_str(&column), "order");
	st = db_query(store_db(w->s), &w->err, "SELECT q_record_id, s.\"order\", g.\"order\","
	    " g.q_row_position FROM \"select\" s JOIN select__group g USING (record_no)", WITHOUT);
	assert_true(stmt_row(st));
	assert_string_equal(stmt_text(st, 0), "mine");
	assert_string_equal(stmt_text(st, 1), "outer");
	assert_string_equal(stmt_text(st, 2), "inner");
	assert_string_equal(stmt_text(st, 3), "high");
	OK(w, stmt_end(st, &w->err));
	assert_sound(w, w->s);
	buf_free(&table);
	buf_free(&column);
}

/* A name is unique in its group only. */
static void
one_name_in_two_places_stays_apart(void **state)
{
	static const char twice[] =
	    "settings: {form_id: twice, version: \"1\"}\n"
	    "survey:\n"
	    "  - group: a\n"
	    "    survey:\n"
	    "      - {type: integer, name: value, label: V}\n"
	    "      - repeat: r\n"
	    "        label: R\n"
	    "        survey:\n"
	    "          - {type: integer, name: x, label: X}\n"
	    "  - group: b\n"
	    "    survey:\n"
	    "      - {type: text, name: value, label: V}\n"
	    "      - repeat: r\n"
	    "        label: R\n"
	    "        survey:\n"
	    "          - {type: text, name: x, label: X}\n";
	static const char *const paths[][2] = { { "/data/a/value", "1" }, { "/data/b/value", "two" },
		{ "/data/a/r[1]/x", "3" }, { "/data/b/r[1]/x", "four" } };
	struct world *w = *state;
	struct session *se = NULL;
	char id[64];

	world_install(w, w->s, twice, NULL);
	OK(w, store_session_new(w->s, "twice", &se, &w->err));
	strcpy(id, session_record(se));
	add(w, w->s, se, "/data/a/r");
	add(w, w->s, se, "/data/b/r");
	for (size_t i = 0; i < 4; i++)
		key(w, w->s, se, paths[i][0], paths[i][1]);
	store_session_close(w->s, se);
	for (int round = 0; round < 2; round++) {	/* from the draft, then as saved */
		se = reopen(w, w->s, id, true, NULL);
		for (size_t i = 0; i < 4; i++)
			assert_string_equal(value(se, paths[i][0]), paths[i][1]);
		save(w, w->s, se);
		store_session_close(w->s, se);
	}
	assert_rows(w, w->s, "SELECT value, value_2 FROM twice", "1|two\n");
	assert_rows(w, w->s, "SELECT p.x, q.x FROM twice__r p, twice__r_2 q", "3|four\n");
	assert_sound(w, w->s);
	OK(w, store_rebuild(w->s, &w->err));
	assert_rows(w, w->s, "SELECT p.x, q.x FROM twice__r p, twice__r_2 q", "3|four\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, world_new, world_end)
		T(a_new_version_loses_no_answer),
		T(a_renamed_repeat_keeps_its_rows),
		T(another_type_makes_the_table_again),
		T(a_draft_goes_on_under_a_new_version),
		T(the_same_text_again_changes_nothing),
		T(faults_are_all_told_and_nothing_is_installed),
		T(too_many_questions_are_told_when_installing),
		T(awkward_names_find_a_column),
		T(one_name_in_two_places_stays_apart),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
