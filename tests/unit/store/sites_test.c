/* Sites exchange changes in any order, twice, in parts: all come to the same. */
#include "world.h"

#include "store/changes.h"
#include "store/clockfix.h"
#include "store/merge.h"
#include "store/worklist.h"

enum { SITES = 3 };

struct sites {
	struct world *w;
	struct world of[SITES];		/* a path and a store each */
};

static void
world_name(struct world *o, int i)
{
	char name[24];

	snprintf(name, sizeof name, "T%02d", i);
	OK(o, store_site_name(o->s, name, "", &o->err));
}

static void
open_site(struct sites *x, int i)
{
	struct world *o = &x->of[i];
	char name[24];

	*o = *x->w;
	o->s = NULL;
	snprintf(o->path, sizeof o->path, "%s/s%d.db", x->w->dir, i);
	o->clock.fixed_ms += i;
	snprintf(name, sizeof name, "u%d", i);
	o->s = world_open_as(o, name);
	world_install(o, o->s, small_form, NULL);
	if (i > 0)		/* every site is LOCAL at first; one stays so a while */
		world_name(o, i);
}

static void
open_sites(struct world *w, struct sites *x)
{
	x->w = w;
	for (int i = 0; i < SITES; i++)
		open_site(x, i);
}

static void
close_sites(struct sites *x)
{
	for (int i = 0; i < SITES; i++)
		store_close(x->of[i].s);
}

/* ---- a file, without the file ----------------------------------------------------- */

struct manifest { struct merge *m; struct err *err; };

static bool
tell_epoch(void *ctx, const char *id, const char *site, int64_t made, const char *parent,
    const char *why)
{
	struct manifest *x = ctx;

	return merge_epoch(x->m, id, site, made, parent, why, x->err);
}

static bool
tell_form(void *ctx, const char *id, const char *version, const char *hash, const char *text,
    size_t len)
{
	struct manifest *x = ctx;

	(void)text;
	(void)len;
	return merge_form(x->m, id, version, hash, x->err);
}

/* Own changes of `from` numbered after..upto (0: all), as file `id`, into `to`. */
static struct merge_result
send(struct world *from, struct world *to, const char *id, int64_t after, int64_t upto)
{
	struct merge_file file = { .file = id, .hash = id, .from = from->path, .made_ms = 1 };
	struct merge_progress progress;
	struct merge_result result = { 0 };
	struct manifest manifest;
	struct changes *all;
	const struct change *c;
	struct merge *m;
	int64_t n = 0;

	OK(to, merge_begin(to->s, &file, &m, &progress, &to->err));
	manifest = (struct manifest){ m, &to->err };
	OK(from, store_epochs(from->s, tell_epoch, &manifest, &from->err));
	OK(from, store_form_texts(from->s, tell_form, &manifest, &from->err));
	OK(from, changes_open(from->s, after, &all, &from->err));
	for (;;) {
		OK(from, changes_next(all, &c, &from->err));
		if (c == NULL || (upto > 0 && c->seq > upto))
			break;
		if (n++ >= progress.done && !progress.known)
			OK(to, merge_add(m, c, &to->err));
	}
	changes_close(all);
	OK(to, merge_end(m, &result, &to->err));
	merge_free(m);
	return result;
}

static void
assert_same(struct sites *x)
{
	unsigned char a[HASH_BYTES], b[HASH_BYTES];

	OK(&x->of[0], store_state_hash(x->of[0].s, a, &x->w->err));
	for (int i = 1; i < SITES; i++) {
		OK(&x->of[i], store_state_hash(x->of[i].s, b, &x->w->err));
		assert_memory_equal(a, b, HASH_BYTES);
	}
}

static void
put(struct world *w, const char *id, const char *n, char record[64])
{
	struct session *se = begin(w, w->s);

	if (record != NULL)
		strcpy(record, session_record(se));
	key(w, w->s, se, "id", id);
	key(w, w->s, se, "name", id);
	key(w, w->s, se, "n", n);
	add(w, w->s, se, "member");
	key(w, w->s, se, "member[1]/wage", "10");
	save(w, w->s, se);
	store_session_close(w->s, se);
}

static void
edit(struct world *w, const char *record, const char *path, const char *text)
{
	struct session *se = reopen(w, w->s, record, false, NULL);

	w->clock.fixed_ms += 1000;
	key(w, w->s, se, path, text);
	save(w, w->s, se);
	store_session_close(w->s, se);
}

static void
changes_arrive_whole(void **state)
{
	struct sites x;
	struct merge_result r;
	struct buf sent = { 0 }, got = { 0 };
	struct store_counts n;

	open_sites(*state, &x);
	world_name(&x.of[0], 0);
	put(&x.of[0], "A1", "5", NULL);
	put(&x.of[0], "A2", "6", NULL);
	r = send(&x.of[0], &x.of[1], "f1", 0, 0);
	assert_int_equal(r.records_new, 2);
	assert_int_equal(r.here_already + r.conflicts_new + r.raw + r.waiting + r.forks, 0);
	rows(&x.of[0], x.of[0].s, "SELECT record_id, id, name, n, twice, total FROM small"
	    " ORDER BY id", &sent);
	rows(&x.of[1], x.of[1].s, "SELECT record_id, id, name, n, twice, total FROM small"
	    " ORDER BY id", &got);
	assert_string_equal(buf_str(&sent), buf_str(&got));
	assert_rows(&x.of[1], x.of[1].s, "SELECT label, state, created_by FROM ruhu_record",
	    "A1|complete|u0\nA2|complete|u0\n");
	assert_sound(&x.of[1], x.of[1].s);
	/* Again: nothing to do; in a file of another number: all here already. */
	r = send(&x.of[0], &x.of[1], "f1", 0, 0);
	assert_int_equal(r.added, 0);
	r = send(&x.of[0], &x.of[1], "f2", 0, 0);
	assert_int_equal(r.added, 0);
	assert_true(r.here_already > 15);
	OK(&x.of[1], store_counts(x.of[1].s, NULL, &n, &x.w->err));
	assert_int_equal(n.records, 2);
	assert_int_equal(n.unsynced, 0);	/* what came from others is not ours to send */
	close_sites(&x);
	buf_free(&sent);
	buf_free(&got);
}

static void
another_file_of_the_same_number_is_refused(void **state)
{
	struct sites x;
	struct merge_file file = { .file = "f1", .hash = "other", .from = "T00" };
	struct merge_progress p;
	struct merge *m = NULL;

	open_sites(*state, &x);
	put(&x.of[0], "A1", "5", NULL);
	send(&x.of[0], &x.of[1], "f1", 0, 0);
	assert_false(merge_begin(x.of[1].s, &file, &m, &p, &x.w->err));
	assert_null(m);
	close_sites(&x);
}

/* ---- conflicts --------------------------------------------------------------------------- */

/* By the form's policy the same is shown whatever came first, and whoever decided
 * nothing leaves all of it in the list. */
static void
a_form_says_what_is_shown_of_answers_apart(void **state)
{
	static const char shows[] = "SELECT id, n, d, kinds, twice, seen FROM small";
	const char *old = strstr(small_form, "    scope:");
	struct buf form = { 0 };
	struct sites x;
	char record[64];

	buf_addf(&form, "%.*s    conflict: {n: max, d: min, kinds: union, seen: max}\n%s",
	    (int)(old - small_form), small_form, old);
	strstr(form.data, "\"1\"")[1] = '2';	/* another version */
	open_sites(*state, &x);
	for (int i = 0; i < SITES; i++)
		world_install(&x.of[i], x.of[i].s, form.data, NULL);
	put(&x.of[0], "A1", "5", record);
	send(&x.of[0], &x.of[1], "f", 0, 0);
	send(&x.of[0], &x.of[2], "f", 0, 0);
	edit(&x.of[1], record, "n", "30");
	edit(&x.of[1], record, "d", "10.5");
	edit(&x.of[1], record, "kinds", "b");
	edit(&x.of[1], record, "seen", "2026-01-31");
	edit(&x.of[0], record, "n", "9");
	edit(&x.of[0], record, "d", "9.75");
	edit(&x.of[0], record, "kinds", "a");
	edit(&x.of[0], record, "seen", "");
	send(&x.of[0], &x.of[1], "g", 0, 0);
	send(&x.of[1], &x.of[0], "g", 0, 0);
	send(&x.of[1], &x.of[2], "g", 0, 0);	/* and here the other way round */
	send(&x.of[0], &x.of[2], "h", 0, 0);
	send(&x.of[2], &x.of[0], "i", 0, 0);
	send(&x.of[2], &x.of[1], "i", 0, 0);
	for (int i = 0; i < SITES; i++) {
		assert_rows(&x.of[i], x.of[i].s, shows, "A1|30|9.75|a b|60|2026-01-31\n");
		assert_rows(&x.of[i], x.of[i].s, "SELECT n.text FROM ruhu_conflict c"
		    " JOIN ruhu_name n ON n.no = c.field ORDER BY n.text", "d\nkinds\nn\nstamp\n");
		assert_sound(&x.of[i], x.of[i].s);
	}
	assert_same(&x);
	close_sites(&x);
	buf_free(&form);
}

static bool
tell_have(void *ctx, const char *epoch, const char *site, int64_t seq, const unsigned char *chain,
    int64_t to)
{
	(void)epoch;
	(void)chain;
	buf_addf(ctx, "%s %lld %lld;", site, (long long)seq, (long long)to);
	return true;
}

static bool
tell_own(void *ctx, const char *epoch, int64_t last, int64_t acked, bool present)
{
	(void)epoch;
	buf_addf(ctx, "%lld %lld%s;", (long long)last, (long long)acked, present ? "*" : "");
	return true;
}

/* Whose an epoch is does not depend on names. */
static void
sites_without_names_know_their_own(void **state)
{
	struct buf told = { 0 }, wanted = { 0 };
	struct site_info site;
	struct sites x;

	open_sites(*state, &x);
	put(&x.of[0], "A1", "5", NULL);
	OK(x.w, store_site(x.of[0].s, &site, &x.w->err));
	assert_string_equal(site.id, "LOCAL");
	put(&x.of[1], "B1", "5", NULL);
	send(&x.of[0], &x.of[1], "f", 0, 0);
	send(&x.of[1], &x.of[0], "f", 0, 0);
	buf_addf(&wanted, "T01 %lld %lld;", (long long)site.last_seq, (long long)site.last_seq);
	OK(x.w, store_have(x.of[0].s, tell_have, &told, &x.w->err));
	assert_string_equal(buf_str(&told), buf_str(&wanted));
	world_name(&x.of[0], 0);
	assert_rows(&x.of[0], x.of[0].s, "SELECT group_concat(site) FROM (SELECT site FROM ruhu_epoch"
	    " ORDER BY site)", "T00,T01\n");
	buf_reset(&told);
	buf_reset(&wanted);
	OK(x.w, store_own_epochs(x.of[0].s, tell_own, &told, &x.w->err));
	buf_addf(&wanted, "%lld 0*;", (long long)site.last_seq);
	assert_string_equal(buf_str(&told), buf_str(&wanted));
	close_sites(&x);
	buf_free(&told);
	buf_free(&wanted);
}

static bool
tell_conflict(void *ctx, const struct conflict *c)
{
	buf_addf(ctx, "%s%s was %s:", c->row[0] != '\0' ? "row " : "", c->field, c->ancestor);
	for (size_t i = 0; i < c->sides_n; i++)
		buf_addf(ctx, " %s(%s,%s)%s", c->sides[i].value, c->sides[i].author, c->sides[i].site,
		    c->sides[i].shown ? "*" : "");
	buf_add_char(ctx, ';');
	return true;
}

static void
assert_conflicts(struct world *w, const char *wanted)
{
	struct buf got = { 0 };

	OK(w, store_conflicts(w->s, NULL, tell_conflict, &got, &w->err));
	assert_string_equal(buf_str(&got), wanted);
	buf_free(&got);
}

/* Everybody to everybody, twice: what a merge calculates anew goes out in the
 * second round, and that round makes nothing new. */
static void
exchange(struct sites *x, const char *round)
{
	for (int pass = 0; pass < 3; pass++)
		for (int i = 0; i < SITES; i++)
			for (int j = 0; j < SITES; j++) {
				struct merge_result r;
				char id[64];

				snprintf(id, sizeof id, "%s%d-%d-%d", round, pass, i, j);
				if (i == j)
					continue;
				r = send(&x->of[i], &x->of[j], id, 0, 0);
				assert_true(pass < 2 || r.added == 0);
			}
	assert_same(x);
}

static void
two_answers_written_apart_ask(void **state)
{
	struct sites x;
	char id[64];

	open_sites(*state, &x);
	world_name(&x.of[0], 0);
	put(&x.of[0], "A1", "5", id);
	exchange(&x, "a");
	edit(&x.of[0], id, "d", "1");
	edit(&x.of[0], id, "name", "by0");
	x.of[1].clock.fixed_ms += 5000;
	edit(&x.of[1], id, "d", "1.0");			/* the same answer */
	edit(&x.of[1], id, "name", "by1");
	edit(&x.of[2], id, "n", "7");			/* another field */
	exchange(&x, "b");
	for (int i = 0; i < SITES; i++) {
		assert_conflicts(&x.of[i], "name was A1: by0(u0,T00) by1(u1,T01)*;");
		assert_rows(&x.of[i], x.of[i].s, "SELECT name, d, n, twice FROM small",
		    "by1|1|7|14\n");
		assert_sound(&x.of[i], x.of[i].s);
	}
	/* The county decides; the decision travels, and is taken back as well. */
	OK(&x.of[2], store_settle(x.of[2].s, id, "", "name", "by0", "", &x.w->err));
	assert_conflicts(&x.of[2], "");
	assert_rows(&x.of[2], x.of[2].s, "SELECT name FROM small", "by0\n");
	exchange(&x, "c");
	for (int i = 0; i < SITES; i++) {
		assert_conflicts(&x.of[i], "");
		assert_rows(&x.of[i], x.of[i].s, "SELECT name FROM small", "by0\n");
		assert_rows(&x.of[i], x.of[i].s, "SELECT label FROM ruhu_record", "by0\n");
		assert_sound(&x.of[i], x.of[i].s);
	}
	assert_false(store_settle(x.of[2].s, id, "", "n", "many", "", &x.w->err));
	close_sites(&x);
}

/* n is answered here and wages there: twice and total are right everywhere. */
static void
calculations_follow_what_came_together(void **state)
{
	struct sites x;
	char id[64];

	open_sites(*state, &x);
	put(&x.of[0], "A1", "5", id);
	exchange(&x, "a");
	assert_rows(&x.of[1], x.of[1].s, "SELECT count(DISTINCT epoch) FROM ruhu_change", "1\n");
	edit(&x.of[0], id, "member[1]/wage", "100");
	struct session *se = reopen(&x.of[1], x.of[1].s, id, false, NULL);
	add(&x.of[1], x.of[1].s, se, "member");
	key(&x.of[1], x.of[1].s, se, "member[2]/wage", "20");
	save(&x.of[1], x.of[1].s, se);
	store_session_close(x.of[1].s, se);
	exchange(&x, "b");
	for (int i = 0; i < SITES; i++) {
		assert_conflicts(&x.of[i], "");
		assert_rows(&x.of[i], x.of[i].s, "SELECT total FROM small", "120\n");
		assert_sound(&x.of[i], x.of[i].s);
	}
	/* A decision, too. */
	edit(&x.of[0], id, "member[1]/wage", "200");
	edit(&x.of[1], id, "member[1]/wage", "300");
	exchange(&x, "c");
	se = reopen(&x.of[2], x.of[2].s, id, false, NULL);
	const char *row = answers_row_id(session_answers(se), node(se, "member[1]"));
	OK(&x.of[2], store_settle(x.of[2].s, id, row, "wage", "250", "", &x.w->err));
	store_session_close(x.of[2].s, se);
	assert_rows(&x.of[2], x.of[2].s, "SELECT total FROM small", "270\n");
	exchange(&x, "d");
	assert_rows(&x.of[0], x.of[0].s, "SELECT total FROM small", "270\n");
	close_sites(&x);
}

static void
saving_settles_what_was_on_the_screen(void **state)
{
	struct sites x;
	char id[64];

	open_sites(*state, &x);
	put(&x.of[0], "A1", "5", id);
	exchange(&x, "a");
	edit(&x.of[0], id, "name", "by0");
	edit(&x.of[1], id, "name", "by1");
	exchange(&x, "b");
	x.of[0].clock.fixed_ms += 9000;
	edit(&x.of[0], id, "name", "both");
	assert_conflicts(&x.of[0], "");
	exchange(&x, "c");
	assert_conflicts(&x.of[1], "");
	assert_rows(&x.of[1], x.of[1].s, "SELECT name FROM small", "both\n");
	close_sites(&x);
}

static void
deleted_here_and_edited_there_is_shown_and_asks(void **state)
{
	struct sites x;
	char id[64], other[64];

	open_sites(*state, &x);
	world_name(&x.of[0], 0);
	put(&x.of[0], "A1", "5", id);
	put(&x.of[0], "A2", "5", other);
	exchange(&x, "a");
	OK(&x.of[0], store_delete(x.of[0].s, id, &x.w->err));
	OK(&x.of[0], store_delete(x.of[0].s, other, &x.w->err));	/* nobody edits this one */
	edit(&x.of[1], id, "n", "9");
	exchange(&x, "b");
	for (int i = 0; i < SITES; i++) {
		assert_conflicts(&x.of[i], "$del was : 1(u0,T00)*;");
		assert_rows(&x.of[i], x.of[i].s, "SELECT id, n FROM small", "A1|9\n");
		assert_sound(&x.of[i], x.of[i].s);
	}
	OK(&x.of[2], store_settle(x.of[2].s, id, "", "$del", "1", "", &x.w->err));
	exchange(&x, "c");
	for (int i = 0; i < SITES; i++) {
		assert_conflicts(&x.of[i], "");
		assert_rows(&x.of[i], x.of[i].s, "SELECT count(*) FROM small", "0\n");
		assert_sound(&x.of[i], x.of[i].s);
	}
	close_sites(&x);
}

/* ---- order -------------------------------------------------------------------------------- */

static void
late_and_out_of_order_is_the_same(void **state)
{
	struct sites x;
	struct site_info site;
	struct merge_result r;
	char id[64];

	open_sites(*state, &x);
	world_name(&x.of[0], 0);
	put(&x.of[0], "A1", "5", id);
	OK(&x.of[0], store_site(x.of[0].s, &site, &x.w->err));
	edit(&x.of[0], id, "n", "6");
	edit(&x.of[0], id, "n", "7");
	r = send(&x.of[0], &x.of[1], "late", site.last_seq, 0);
	assert_true(r.waiting > 0);
	assert_rows(&x.of[1], x.of[1].s, "SELECT last_seq FROM ruhu_epoch WHERE site = 'T00'", "0\n");
	send(&x.of[0], &x.of[1], "first", 0, site.last_seq);
	send(&x.of[0], &x.of[2], "all", 0, 0);
	assert_same(&(struct sites){ x.w, { x.of[0], x.of[1], x.of[2] } });
	assert_rows(&x.of[1], x.of[1].s, "SELECT n FROM small", "7\n");
	assert_rows(&x.of[1], x.of[1].s, "SELECT count(*) FROM ruhu_missing", "0\n");
	assert_rows(&x.of[1], x.of[1].s, "SELECT last_seq = (SELECT max(seq) FROM ruhu_change)"
	    " FROM ruhu_epoch WHERE site = 'T00'", "1\n");
	assert_sound(&x.of[1], x.of[1].s);
	close_sites(&x);
}

/* A merge that is stopped between batches goes on where it was. */
static void
a_stopped_merge_goes_on(void **state)
{
	struct merge_file file = { .file = "f", .hash = "f", .from = "T00", .made_ms = 1 };
	struct merge_progress progress;
	struct merge_result result;
	struct manifest manifest;
	const struct change *c;
	struct changes *all;
	struct merge *m;
	struct sites x;

	open_sites(*state, &x);
	for (int i = 0; i < 80; i++) {
		char id[16];

		snprintf(id, sizeof id, "P%d", i);
		put(&x.of[0], id, "1", NULL);
	}
	OK(&x.of[1], merge_begin(x.of[1].s, &file, &m, &progress, &x.w->err));
	manifest = (struct manifest){ m, &x.w->err };
	OK(&x.of[0], store_epochs(x.of[0].s, tell_epoch, &manifest, &x.w->err));
	OK(&x.of[0], store_form_texts(x.of[0].s, tell_form, &manifest, &x.w->err));
	OK(&x.of[0], changes_open(x.of[0].s, 0, &all, &x.w->err));
	for (int i = 0; i < 600; i++) {
		OK(&x.of[0], changes_next(all, &c, &x.w->err));
		OK(&x.of[1], merge_add(m, c, &x.of[1].err));
	}
	changes_close(all);
	merge_free(m);			/* as if killed: the second batch is lost */
	assert_rows(&x.of[1], x.of[1].s, "SELECT ended_at IS NULL, done > 0 AND done < 600"
	    " FROM ruhu_import", "1|1\n");
	assert_sound(&x.of[1], x.of[1].s);
	result = send(&x.of[0], &x.of[1], "f", 0, 0);
	assert_int_equal(result.here_already, 0);
	result = send(&x.of[0], &x.of[2], "whole", 0, 0);	/* in four batches */
	assert_int_equal(result.records_new, 80);
	assert_int_equal(result.records_changed, 0);
	send(&x.of[0], &x.of[2], "g", 0, 0);
	assert_same(&x);
	assert_sound(&x.of[1], x.of[1].s);
	close_sites(&x);
}

static void
an_unknown_form_waits_in_the_log(void **state)
{
	static const char more[] = "settings: {form_id: more, version: \"1\"}\nsurvey:\n"
	    "  - {type: text, name: what, label: W}\n";
	struct session *se = NULL;
	struct merge_result r;
	struct sites x;

	open_sites(*state, &x);
	world_install(&x.of[0], x.of[0].s, more, NULL);
	OK(&x.of[0], store_session_new(x.of[0].s, "more", &se, &x.w->err));
	key(&x.of[0], x.of[0].s, se, "what", "kept");
	save(&x.of[0], x.of[0].s, se);
	store_session_close(x.of[0].s, se);
	r = send(&x.of[0], &x.of[1], "f", 0, 0);
	assert_true(r.raw > 0);
	assert_sound(&x.of[1], x.of[1].s);
	world_install(&x.of[1], x.of[1].s, more, NULL);
	assert_rows(&x.of[1], x.of[1].s, "SELECT what FROM more", "kept\n");
	assert_sound(&x.of[1], x.of[1].s);
	close_sites(&x);
}

/* A database set back that keyed on: both branches are kept everywhere. */
static void
a_number_used_twice_keeps_both(void **state)
{
	struct sites x;
	struct merge_result r;
	struct buf cmd = { 0 };
	char id[64];

	open_sites(*state, &x);
	world_name(&x.of[0], 0);
	put(&x.of[0], "A1", "5", id);
	store_close(x.of[0].s);
	buf_addf(&cmd, "cp %s %s/keep", x.of[0].path, x.w->dir);
	assert_int_equal(system(cmd.data), 0);
	x.of[0].s = world_open_as(&x.of[0], "u0");
	edit(&x.of[0], id, "name", "first life");
	send(&x.of[0], &x.of[1], "f1", 0, 0);
	send(&x.of[0], &x.of[2], "f1", 0, 0);
	store_close(x.of[0].s);
	buf_reset(&cmd);
	buf_addf(&cmd, "cat %s/keep > %s", x.w->dir, x.of[0].path);	/* the same inode */
	assert_int_equal(system(cmd.data), 0);
	x.of[0].s = world_open_as(&x.of[0], "u0");
	edit(&x.of[0], id, "name", "second life");
	edit(&x.of[0], id, "d", "3");
	r = send(&x.of[0], &x.of[1], "f2", 0, 0);
	assert_int_equal(r.forks, 1);
	r = send(&x.of[0], &x.of[1], "f3", 0, 0);
	assert_int_equal(r.forks + r.added, 0);
	assert_conflicts(&x.of[1], "name was A1: first life(u0,T00) second life(u0,T00)*;");
	assert_sound(&x.of[1], x.of[1].s);
	/* The other way round it is the same. */
	send(&x.of[0], &x.of[2], "f2", 0, 0);
	unsigned char a[HASH_BYTES], b[HASH_BYTES];
	OK(x.w, store_state_hash(x.of[1].s, a, &x.w->err));
	OK(x.w, store_state_hash(x.of[2].s, b, &x.w->err));
	assert_memory_equal(a, b, HASH_BYTES);
	close_sites(&x);
	buf_free(&cmd);
}

static void
acknowledgements_move_on_or_warn(void **state)
{
	unsigned char none[HASH_BYTES] = { 0 };
	struct store_counts n;
	struct site_info site, again;
	enum merge_ack ack;
	struct sites x;

	open_sites(*state, &x);
	put(&x.of[0], "A1", "5", NULL);
	OK(x.w, store_site(x.of[0].s, &site, &x.w->err));
	OK(x.w, merge_acknowledged(x.of[0].s, "C", site.epoch, site.last_seq, site.last_chain, &ack,
	    &x.w->err));
	assert_int_equal(ack, ACK_NEWS);
	OK(x.w, store_counts(x.of[0].s, NULL, &n, &x.w->err));
	assert_int_equal(n.unsynced, 0);
	OK(x.w, merge_acknowledged(x.of[0].s, "C", site.epoch, site.last_seq, site.last_chain, &ack,
	    &x.w->err));
	assert_int_equal(ack, ACK_OLD);
	OK(x.w, merge_acknowledged(x.of[1].s, "C", site.epoch, 1, none, &ack, &x.w->err));
	assert_int_equal(ack, ACK_NOT_OURS);
	OK(x.w, merge_acknowledged(x.of[0].s, "C", site.epoch, site.last_seq + 9, none, &ack,
	    &x.w->err));
	assert_int_equal(ack, ACK_AHEAD);
	OK(x.w, store_site(x.of[0].s, &again, &x.w->err));
	assert_string_not_equal(site.epoch, again.epoch);
	assert_sound(&x.of[0], x.of[0].s);
	close_sites(&x);
}

/* ---- at random -------------------------------------------------------------------------------- */

static unsigned
dice(uint64_t *seed, unsigned n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*seed >> 33) % n;
}

static void
random_act(struct world *w, uint64_t *seed, char (*ids)[64], size_t *n, int act)
{
	static const char *const fields[] = { "name", "d", "sticky", "member[1]/wage" };
	char text[16];

	w->clock.fixed_ms += (int64_t)dice(seed, 4000) - 500;	/* clocks go back, too */
	snprintf(text, sizeof text, "%u", dice(seed, 3));
	if (*n == 0 || (act % 7 == 0 && *n < 6)) {
		snprintf(text, sizeof text, "R%zu", *n);
		put(w, text, "5", ids[(*n)++]);
		return;
	}
	size_t at = dice(seed, (unsigned)*n);
	const char *id = ids[at];
	struct session *se = NULL;
	struct save_result r = { 0 };
	struct changed c;
	struct err err;
	node_id node;

	if (dice(seed, 9) == 0) {
		store_delete(w->s, id, &err);		/* not here yet, or gone: fine */
		return;
	}
	if (!store_session_open(w->s, id, false, &se, NULL, &err))
		return;
	if (dice(seed, 6) == 0) {
		add(w, w->s, se, "member");
	} else if (session_find(se, fields[dice(seed, 4)], NODE_NONE, &node, &err)) {
		session_set(se, node, text, &c, &err);
	}
	OK(w, store_save(w->s, se, RECORD_INCOMPLETE, &r, &w->err));
	save_result_free(&r);
	store_session_close(w->s, se);
}

static void
random_schedule(struct world *w, uint64_t seed)
{
	char ids[8][64];
	size_t n = 0;
	struct sites x;

	open_sites(w, &x);
	for (int i = 0; i < SITES; i++)
		OK(w, db_synchronous(store_db(x.of[i].s), DB_NORMAL, &w->err));
	for (int act = 0; act < 40; act++) {
		char file[32];
		int a = (int)dice(&seed, SITES), b = (int)dice(&seed, SITES);

		if (dice(&seed, 3) != 0) {
			random_act(&x.of[a], &seed, ids, &n, act);
		} else if (a != b) {
			struct site_info site;
			int64_t from, to;

			OK(w, store_site(x.of[a].s, &site, &w->err));
			from = dice(&seed, 2) ? 0 : (int64_t)dice(&seed, (unsigned)site.last_seq + 1);
			to = dice(&seed, 2) ? 0 : from + (int64_t)dice(&seed, 40);
			snprintf(file, sizeof file, "r%d", act);
			send(&x.of[a], &x.of[b], file, from, to);
		}
	}
	exchange(&x, "end");
	for (int i = 0; i < SITES; i++)
		assert_sound(&x.of[i], x.of[i].s);
	struct buf first = { 0 }, other = { 0 };
	static const char all[] = "SELECT s.record_id, id, name, d, sticky, wage, row_position"
	    " FROM small s LEFT JOIN small__member m ON m.record_id = s.record_id ORDER BY 1, m.row_id";
	rows(&x.of[0], x.of[0].s, all, &first);
	for (int i = 1; i < SITES; i++) {
		rows(&x.of[i], x.of[i].s, all, &other);
		assert_string_equal(buf_str(&first), buf_str(&other));
	}
	buf_free(&first);
	buf_free(&other);
	close_sites(&x);
	for (int i = 0; i < SITES; i++)
		unlink(x.of[i].path);
}

static void
any_schedule_comes_to_the_same(void **state)
{
	const char *want = getenv("RUHU_SEEDS");
	int seeds = want != NULL ? atoi(want) : 8;

	for (int i = 1; i <= seeds; i++) {
		print_message("seed %d\n", i);
		random_schedule(*state, (uint64_t)i);
	}
}

static const char seconds[] =
    "worklists:\n"
    "  - {name: w, label: W, form: small, columns: [id], enter: n, second_person: n}\n";

static void
assert_first_person(struct world *o, const char *who)
{
	struct work *work;
	struct work_item *items;
	struct buf name = { 0 };
	size_t n;

	OK(o, work_open(o->s, &work, &o->err));
	OK(o, work_items(work, 0, NULL, &items, &n, &o->err));
	assert_int_equal(n, 1);
	OK(o, work_first_person(work, 0, &items[0], &name, &o->err));
	assert_string_equal(buf_str(&name), who);
	buf_free(&name);
	free(items);
	work_free(work);
}

/* Who was the last to answer is told by the right time, too. */
static void
a_clock_put_right_tells_who_was_last(void **state)
{
	struct clockfix fix = { .site = "T01", .ahead_ms = 365 * 86400000LL };
	struct sites x;
	struct faults faults = { 0 };
	char record[64];
	int64_t records;
	size_t n;

	open_sites(*state, &x);
	put(&x.of[0], "A1", "5", record);
	send(&x.of[0], &x.of[1], "f1", 0, 0);
	x.of[1].clock.fixed_ms += fix.ahead_ms;
	fix.since_ms = x.of[1].clock.fixed_ms;
	edit(&x.of[1], record, "n", "6");
	x.of[0].clock.fixed_ms += 60000;
	edit(&x.of[0], record, "n", "7");
	send(&x.of[1], &x.of[0], "f2", 0, 0);
	OK(&x.of[0], store_worklists_add(x.of[0].s, "w.yaml", seconds, strlen(seconds), &n, &faults,
	    &x.of[0].err));
	assert_first_person(&x.of[0], "u1");
	OK(&x.of[0], store_clockfix(x.of[0].s, &fix, &records, &x.of[0].err));
	assert_int_equal(records, 1);
	assert_first_person(&x.of[0], "u0");
	assert_rows(&x.of[0], x.of[0].s, "SELECT n FROM small", "7\n");
	assert_sound(&x.of[0], x.of[0].s);
	close_sites(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, world_new, world_end)
		T(changes_arrive_whole),
		T(another_file_of_the_same_number_is_refused),
		T(a_form_says_what_is_shown_of_answers_apart),
		T(sites_without_names_know_their_own),
		T(two_answers_written_apart_ask),
		T(calculations_follow_what_came_together),
		T(saving_settles_what_was_on_the_screen),
		T(deleted_here_and_edited_there_is_shown_and_asks),
		T(late_and_out_of_order_is_the_same),
		T(a_stopped_merge_goes_on),
		T(an_unknown_form_waits_in_the_log),
		T(a_number_used_twice_keeps_both),
		T(acknowledgements_move_on_or_warn),
		T(a_clock_put_right_tells_who_was_last),
		T(any_schedule_comes_to_the_same),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
