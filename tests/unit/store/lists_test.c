/* Lists that other forms read: published records, and tables beside a form. */
#include "world.h"

#include "form/form_yaml.h"

static const char reader_form[] =
    "settings: {form_id: reader, version: \"1\"}\n"
    "survey:\n"
    "  - {type: text, name: who, label: W}\n"
    "  - {type: select_one_from_file people.csv, name: pick, label: P, parameters: value=id label=name}\n"
    "  - {type: calculate, name: n_of, calculation: \"pulldata('people', 'n', 'id', ${who})\"}\n"
    "  - {type: calculate, name: d_of, calculation: \"instance('people')/root/item[id = ${who}]/d\"}\n"
    "  - {type: calculate, name: how_many, calculation: \"count(instance('people')/root/item)\"}\n"
    "  - {type: calculate, name: greatest, calculation: \"max(instance('people')/root/item[kind = 'a']/n)\"}\n"
    "  - {type: calculate, name: wage_of, calculation: \"instance('workers')/root/item[mname = ${who}]/wage\"}\n"
    "  - {type: calculate, name: head_of, calculation: \"instance('workers')/root/item[mname = ${who}]/id\"}\n"
    "  - {type: calculate, name: kin, calculation: \"count(instance('workers')/root/item[id = ${who}])\"}\n";

static void
put(struct world *w, const char *id, const char *name, const char *n, const char *d,
    const char *seen)
{
	struct session *se = begin(w, w->s);

	key(w, w->s, se, "id", id);
	key(w, w->s, se, "name", name);
	key(w, w->s, se, "n", n);
	key(w, w->s, se, "d", d);
	key(w, w->s, se, "seen", seen);
	key(w, w->s, se, "kind", "a");
	add(w, w->s, se, "member");
	key(w, w->s, se, "member[1]/mname", name);
	key(w, w->s, se, "member[1]/wage", n);
	struct save_result r = { 0 };
	OK(w, store_save(w->s, se, RECORD_INCOMPLETE, &r, &w->err));
	save_result_free(&r);
	store_session_close(w->s, se);
}

static struct session *
reader(struct world *w)
{
	struct session *se = NULL;

	OK(w, store_session_new(w->s, "reader", &se, &w->err));
	return se;
}

static void
the_newest_record_of_each_key_is_published(void **state)
{
	struct world *w = *state;
	struct session *se;
	struct choices choices;

	world_install(w, w->s, reader_form, NULL);
	put(w, "A1", "Ma", "5", "2.50", "2026-11-02");
	put(w, "A1", "Ma older", "4", "1", "2026-11-01");	/* saved later, seen earlier */
	put(w, "B2", "Li", "7", "1000", "2026-11-01");
	put(w, "B2", "Li", "8", "1000", "2026-11-01");		/* same day: the later saved */
	se = reader(w);
	assert_string_equal(value(se, "how_many"), "2");
	assert_string_equal(value(se, "greatest"), "8");
	key(w, w->s, se, "who", "A1");
	assert_string_equal(value(se, "n_of"), "5");
	assert_string_equal(value(se, "d_of"), "2.5");
	assert_string_equal(value(se, "kin"), "2");	/* two names, each a row */
	key(w, w->s, se, "who", "B2");
	assert_string_equal(value(se, "n_of"), "8");
	assert_string_equal(value(se, "d_of"), "1000");
	key(w, w->s, se, "who", "Li");
	assert_string_equal(value(se, "wage_of"), "8");
	assert_string_equal(value(se, "head_of"), "B2");	/* the record's, on its row */
	key(w, w->s, se, "who", "nobody");
	assert_string_equal(value(se, "n_of"), "");
	OK(w, session_choices(se, node(se, "pick"), &choices, &w->err));
	assert_int_equal(choices.n, 2);
	assert_string_equal(choices.v[0].value, "A1");
	assert_string_equal(choices.v[0].label, "Ma");
	choices_free(&choices);
	store_session_close(w->s, se);
}

static void
a_list_follows_what_others_save(void **state)
{
	struct world *w = *state;
	struct store *other;
	struct session *se, *their;
	struct changed c;
	char id[64];

	world_install(w, w->s, reader_form, NULL);
	other = world_open_as(w, "wang5");
	put(w, "A1", "Ma", "5", "1", "2026-11-02");
	se = reader(w);
	key(w, w->s, se, "who", "A1");
	assert_string_equal(value(se, "n_of"), "5");
	OK(w, store_session_new(other, "small", &their, &w->err));
	strcpy(id, session_record(their));
	key(w, other, their, "id", "C3");
	key(w, other, their, "n", "9");
	save(w, other, their);
	session_refresh(se, &c);		/* nothing was asked of the store since */
	key(w, w->s, se, "who", "C3");
	session_refresh(se, &c);
	assert_string_equal(value(se, "n_of"), "9");
	assert_string_equal(value(se, "how_many"), "2");
	OK(w, store_delete(other, id, &w->err));
	key(w, w->s, se, "who", "A1");
	session_refresh(se, &c);
	assert_string_equal(value(se, "how_many"), "1");
	store_session_close(other, their);
	store_session_close(w->s, se);
	store_close(other);
}

/* A form that reads its own list does not see the record that is open. */
static void
a_list_never_holds_the_open_record(void **state)
{
	static const char own[] =
	    "settings:\n"
	    "  form_id: own\n"
	    "  version: \"1\"\n"
	    "  ruhu: {publish: {owns: {key: k}}}\n"
	    "survey:\n"
	    "  - {type: text, name: k, label: K}\n"
	    "  - {type: calculate, name: others, calculation: \"count(instance('owns')/root/item)\"}\n";
	struct world *w = *state;
	struct session *se = NULL;
	struct changed c;
	char id[64];

	world_install(w, w->s, own, NULL);
	for (int i = 0; i < 3; i++) {
		store_session_close(w->s, se);
		OK(w, store_session_new(w->s, "own", &se, &w->err));
		key(w, w->s, se, "k", i == 0 ? "x" : i == 1 ? "y" : "z");
		save(w, w->s, se);
	}
	strcpy(id, session_record(se));
	session_refresh(se, &c);
	assert_string_equal(value(se, "others"), "2");
	store_session_close(w->s, se);
	se = reopen(w, w->s, id, false, NULL);
	assert_string_equal(value(se, "others"), "2");
	store_session_close(w->s, se);
}

/* From a few hundred rows on, a searched column has an index and answers are the
 * same. */
static void
long_lists_are_searched_by_index(void **state)
{
	struct world *w = *state;
	struct session *se;
	char id[16];

	world_install(w, w->s, reader_form, NULL);
	for (int i = 0; i < 520; i++) {
		struct session *one = begin(w, w->s);
		struct changed c;
		struct save_result r = { 0 };

		snprintf(id, sizeof id, "P%d", i);
		OK(w, session_set(one, node(one, "id"), id, &c, &w->err));
		OK(w, session_set(one, node(one, "n"), "3", &c, &w->err));
		OK(w, session_set(one, node(one, "kind"), i % 2 ? "a" : "b", &c, &w->err));
		OK(w, db_synchronous(store_db(w->s), DB_NORMAL, &w->err));
		OK(w, store_save(w->s, one, RECORD_INCOMPLETE, &r, &w->err));
		save_result_free(&r);
		store_session_close(w->s, one);
	}
	se = reader(w);
	assert_string_equal(value(se, "how_many"), "520");
	assert_string_equal(value(se, "greatest"), "3");
	key(w, w->s, se, "who", "P77");
	assert_string_equal(value(se, "n_of"), "3");
	store_session_close(w->s, se);
	assert_rows(w, w->s, "SELECT count(*) FROM sqlite_master WHERE name = 'small by kind'", "1\n");
}

/* ---- entities ---------------------------------------------------------------------------- */

static const char trees_form[] =
    "settings: {form_id: trees, version: \"1\"}\n"
    "survey:\n"
    "  - {type: text, name: species, label: S, save_to: species}\n"
    "  - {type: integer, name: size, label: S, save_to: size}\n"
    "entities:\n"
    "  - {list_name: tree, label: \"${species}\"}\n";
static const char visits_form[] =
    "settings: {form_id: visits, version: \"1\"}\n"
    "survey:\n"
    "  - {type: text, name: tree, label: T}\n"
    "  - {type: integer, name: size, label: S, save_to: size}\n"
    "entities:\n"
    "  - {list_name: tree, entity_id: \"${tree}\"}\n";
static const char asks_form[] =
    "settings: {form_id: asks, version: \"1\"}\n"
    "survey:\n"
    "  - {type: text, name: size, label: S}\n"
    "  - {type: calculate, name: all, calculation: \"count(instance('tree')/root/item)\"}\n"
    "  - {type: calculate, name: same, calculation: \"count(instance('tree')/root/item[size = ${size}])\"}\n"
    "  - {type: calculate, name: first, calculation: \"instance('tree')/root/item[size = ${size}]/label\"}\n"
    "  - {type: calculate, name: oaks, calculation: \"count(instance('tree')/root/item[label = 'oak'])\"}\n";

static void
plant(struct world *w, const char *species, const char *size, char record[64], char entity[64])
{
	struct session *se = NULL;
	struct changed c;

	w->clock.fixed_ms++;
	OK(w, store_session_new(w->s, "trees", &se, &w->err));
	OK(w, session_set(se, node(se, "species"), species, &c, &w->err));
	OK(w, session_set(se, node(se, "size"), size, &c, &w->err));
	save(w, w->s, se);
	snprintf(record, 64, "%s", session_record(se));
	snprintf(entity, 64, "%s", value(se, "/data/meta/entity/id"));
	store_session_close(w->s, se);
}

static void
visit(struct world *w, const char *entity, const char *size, char record[64])
{
	struct session *se = NULL;
	struct changed c;

	OK(w, store_session_new(w->s, "visits", &se, &w->err));
	OK(w, session_set(se, node(se, "tree"), entity, &c, &w->err));
	OK(w, session_set(se, node(se, "size"), size, &c, &w->err));
	save(w, w->s, se);
	snprintf(record, 64, "%s", session_record(se));
	store_session_close(w->s, se);
}

static void
assert_asked(struct world *w, struct session *se, const char *all, const char *same,
    const char *first)
{
	struct changed c;

	session_refresh(se, &c);
	assert_string_equal(value(se, "all"), all);
	assert_string_equal(value(se, "same"), same);
	assert_string_equal(value(se, "first"), first);
	(void)w;
}

/* Deleting the record that made an entity takes it away, deleting one that changed
 * it undoes the change; both come back. */
static void
entities_follow_what_is_deleted(void **state)
{
	struct world *w = *state;
	struct session *se = NULL;
	char oak[64], elm[64], oak_id[64], elm_id[64], seen[64];

	world_install(w, w->s, trees_form, NULL);
	world_install(w, w->s, visits_form, NULL);
	world_install(w, w->s, asks_form, NULL);
	plant(w, "oak", "5", oak, oak_id);
	plant(w, "elm", "5", elm, elm_id);
	OK(w, store_session_new(w->s, "asks", &se, &w->err));
	key(w, w->s, se, "size", "5");
	assert_asked(w, se, "2", "2", "oak");
	visit(w, oak_id, "6", seen);
	assert_asked(w, se, "2", "1", "elm");
	OK(w, store_delete(w->s, seen, &w->err));
	assert_asked(w, se, "2", "2", "oak");
	OK(w, store_undelete(w->s, seen, &w->err));
	assert_asked(w, se, "2", "1", "elm");
	OK(w, store_delete(w->s, elm, &w->err));
	assert_asked(w, se, "1", "0", "");
	OK(w, store_undelete(w->s, elm, &w->err));
	assert_asked(w, se, "2", "1", "elm");
	visit(w, "nobody", "5", seen);		/* changes what is not there */
	assert_asked(w, se, "2", "1", "elm");
	assert_string_equal(value(se, "oaks"), "1");
	store_session_close(w->s, se);
	assert_sound(w, w->s);
}

static void
many_entities_are_searched_by_index(void **state)
{
	struct world *w = *state;
	struct session *se = NULL;
	char record[64], id[64], number[16];

	world_install(w, w->s, trees_form, NULL);
	world_install(w, w->s, visits_form, NULL);
	world_install(w, w->s, asks_form, NULL);
	OK(w, db_synchronous(store_db(w->s), DB_NORMAL, &w->err));
	for (int i = 0; i < 510; i++) {
		snprintf(number, sizeof number, "%d", i % 100);
		plant(w, i == 507 ? "oak" : "elm", number, record, id);
	}
	visit(w, id, "7", record);
	OK(w, store_session_new(w->s, "asks", &se, &w->err));
	key(w, w->s, se, "size", "7");
	assert_asked(w, se, "510", "7", "elm");
	assert_string_equal(value(se, "oaks"), "1");
	key(w, w->s, se, "size", "9");
	assert_asked(w, se, "510", "5", "elm");
	store_session_close(w->s, se);
	assert_rows(w, w->s, "SELECT count(*) FROM sqlite_master WHERE name IN"
	    " ('trees by size', 'visits by size', 'trees by id', 'visits by id')", "4\n");
}

/* ---- a table beside the form ------------------------------------------------------------ */

static bool
read_csv(void *ctx, const char *name, struct buf *out, struct err *err)
{
	if (strcmp(name, "towns.csv") != 0)
		return err_set(err, "%s is not there", name);
	buf_add_str(out, ctx);
	return true;
}

static void
a_table_beside_the_form_is_kept(void **state)
{
	static const char towns[] =
	    "settings: {form_id: towns, version: \"1\"}\n"
	    "survey:\n"
	    "  - {type: text, name: county, label: C}\n"
	    "  - {type: select_one_from_file towns.csv, name: town, label: T, choice_filter: \"county = ${county}\"}\n"
	    "  - {type: calculate, name: pop, calculation: \"pulldata('towns', 'people', 'name', ${town})\"}\n";
	static const char csv[] = "name,label,county,people\nt1,\"One, the first\",c1,10\nt2,Two,c2,20\n";
	const struct form_files files = { (void *)csv, read_csv };
	struct world *w = *state;
	struct faults faults = { 0 };
	struct session *se = NULL;
	struct choices choices;
	struct buf out = { 0 };

	OK(w, store_form_add(w->s, "towns.yaml", towns, strlen(towns), &files, &out, &faults,
	    &w->err));
	store_close(w->s);
	w->s = world_open_as(w, "li4");
	OK(w, store_session_new(w->s, "towns", &se, &w->err));
	key(w, w->s, se, "county", "c1");
	OK(w, session_choices(se, node(se, "town"), &choices, &w->err));
	assert_int_equal(choices.n, 1);
	assert_string_equal(choices.v[0].label, "One, the first");
	choices_free(&choices);
	key(w, w->s, se, "town", "t1");
	assert_string_equal(value(se, "pop"), "10");
	store_session_close(w->s, se);
	buf_free(&out);
	faults_free(&faults);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, world_new, world_end)
		T(the_newest_record_of_each_key_is_published),
		T(a_list_follows_what_others_save),
		T(a_list_never_holds_the_open_record),
		T(long_lists_are_searched_by_index),
		T(entities_follow_what_is_deleted),
		T(many_entities_are_searched_by_index),
		T(a_table_beside_the_form_is_kept),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
