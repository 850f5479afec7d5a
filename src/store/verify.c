#include "store/verify.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "logic/logic.h"
#include "store/desk.h"
#include "store/draft.h"
#include "store/save.h"
#include "store/why.h"

struct verify {
	struct store *store;
	struct session *session;
	struct desk *desk;
	char *record, *keyer; /* who made it */
	int64_t no;           /* ruhu_verify.no; 0: nothing noted yet */
	int64_t seen;         /* the record's last change when it was read */
	bool independent, overtaken;
	struct arena *arena;
	struct buf *scratch;   /* the key looked for */
	struct map *asked;     /* "row field": the first person was asked it */
	struct map *untouched; /* a default that nobody typed */
	struct map *results;   /* enum verify_result as pointer */
	struct verify_counts counts;
};

static const char *const result_names[] = {"", "same", "keyer", "verifier", "both", "new", "open"};

static enum verify_result
result_by_name(const char *name)
{
	for (size_t i = 1; i < sizeof result_names / sizeof result_names[0]; i++)
		if (strcmp(result_names[i], name) == 0)
			return (enum verify_result)i;
	return VERIFY_NONE;
}

/* ---- places ------------------------------------------------------------------------- */

/* Lent until the next call. */
static const char *
key_of(const struct verify *v, const char *row, const char *field)
{
	buf_reset(v->scratch);
	buf_addf(v->scratch, "%s %s", row, field);
	return buf_str(v->scratch);
}

static void
put_key(struct verify *v, struct map *map, const char *key, void *value)
{
	map_put(map, arena_strdup(v->arena, key), value);
}

static const char *
field_of(const struct verify *v, const struct question *q)
{
	return v->desk->form->field_of[q->index];
}

static const char *
node_key(const struct verify *v, node_id node)
{
	return key_of(v, desk_row_id(v->session, node),
	    field_of(v, answers_question(session_answers(v->session), node)));
}

static const char *
rows_key(const struct verify *v, node_id parent, const struct question *repeat)
{
	return key_of(v, desk_row_id(v->session, parent), field_of(v, repeat));
}

static enum verify_result
result_at(const struct verify *v, const char *key)
{
	void **slot = map_get(v->results, key);

	return slot != NULL ? (enum verify_result)(uintptr_t)*slot : VERIFY_NONE;
}

static bool
named(const struct verify *v, const struct question *q)
{
	const struct form *f = v->desk->form->form;

	for (size_t i = 0; i < f->verify_n; i++)
		if (f->verify[i] == q)
			return true;
	return f->verify_n == 0;
}

bool
verify_wants(const struct verify *v, node_id node)
{
	struct cell c;

	session_cell(v->session, node, &c);
	return c.asked && named(v, c.q) && map_get(v->untouched, node_key(v, node)) == NULL;
}

bool
verify_was_asked(const struct verify *v, node_id node)
{
	return map_get(v->asked, node_key(v, node)) != NULL;
}

bool
verify_wants_rows(const struct verify *v, node_id parent, const struct question *repeat)
{
	const struct form *f = v->desk->form->form;

	if (!session_can_add(v->session, parent, repeat))
		return false;
	for (size_t i = 0; i < f->verify_n; i++)
		for (const struct question *r = f->verify[i]->repeat; r != NULL; r = r->repeat)
			if (r == repeat)
				return true;
	return f->verify_n == 0;
}

enum verify_result
verify_of(const struct verify *v, node_id node)
{
	return result_at(v, node_key(v, node));
}

enum verify_result
verify_of_rows(const struct verify *v, node_id parent, const struct question *repeat)
{
	return result_at(v, rows_key(v, parent, repeat));
}

bool
verify_independent(const struct verify *v)
{
	return v->independent;
}

bool
verify_overtaken(const struct verify *v)
{
	return v->overtaken;
}

void
verify_counts(const struct verify *v, struct verify_counts *out)
{
	*out = v->counts;
}

/* ---- beginning ------------------------------------------------------------------------ */

bool
store_verify_own(struct store *s, const char *record, bool *own, struct err *err)
{
	int64_t n = 0;

	if (!db_int(s->db, err, &n, NULL,
		"SELECT count(*) FROM ruhu_record r WHERE r.id = ?1 AND"
		" (r.created_by = ?2 OR EXISTS (SELECT 1 FROM ruhu_head h JOIN ruhu_change c"
		"  ON c.no = h.change JOIN ruhu_name a ON a.no = c.author JOIN ruhu_name f"
		"  ON f.no = c.field WHERE h.record = r.no AND a.text = ?2 AND f.text NOT LIKE "
		"'$%'))",
		WITH(b_text(record), b_text(s->user))))
		return false;
	*own = n > 0;
	return true;
}

bool
store_verify_begun(struct store *s, const char *record, bool *begun, struct err *err)
{
	int64_t n = 0;

	if (!db_int(s->db, err, &n, NULL,
		"SELECT count(*) FROM ruhu_verify v JOIN ruhu_draft d"
		" ON d.record = v.record AND d.author = v.by WHERE v.record = ? AND v.by = ?"
		" AND v.ended_at IS NULL",
		WITH(b_text(record), b_text(s->user))))
		return false;
	*begun = n > 0;
	return true;
}

/* Unsaved answers of anyone, but for this verification's own. */
static bool
no_drafts(struct store *s, const char *record, bool begun, struct err *err)
{
	struct buf who = { 0 };
	bool found, ok;

	ok = db_text(s->db, err, &who, &found,
	    "SELECT author FROM ruhu_draft WHERE record = ?"
	    " AND (author <> ? OR NOT ?) LIMIT 1",
	    WITH(b_text(record), b_text(s->user), b_int(begun)));
	if (ok && found && strcmp(buf_str(&who), s->user) == 0)
		ok = err_set(
		    err, _("you have unsaved answers in this record; save them or throw them "
			   "away, then it can be verified"));
	else if (ok && found)
		ok = err_set(err,
		    _("%s has unsaved answers in this record; it can be verified when "
		      "they are saved"),
		    buf_str(&who));
	buf_free(&who);
	return ok;
}

static bool
others_only(struct store *s, const char *record, struct err *err)
{
	int64_t accounts = 0;
	bool own;

	if (!store_verify_own(s, record, &own, err) ||
	    !db_int(s->db, err, &accounts, NULL, "SELECT count(*) FROM ruhu_account", WITHOUT))
		return false;
	return !own || accounts == 0 ||
	       err_set(err, _("you keyed answers of this record yourself; "
			      "a second person verifies it"));
}

static bool
may_begin(struct verify *v, bool *begun, struct err *err)
{
	struct store *s = v->store;
	struct stmt *st = db_query(s->db, err,
	    "SELECT state, deleted, created_by, last_change FROM ruhu_record"
	    " WHERE id = ?",
	    WITH(b_text(v->record)));
	bool found = stmt_row(st), complete = false, deleted = false;

	if (found) {
		complete = strcmp(stmt_text(st, 0), "complete") == 0;
		deleted = stmt_int(st, 1) != 0;
		v->keyer = xstrdup(stmt_text(st, 2));
		v->seen = stmt_int(st, 3);
	}
	if (!stmt_end(st, err))
		return false;
	if (!found || deleted)
		return err_set(err, found ? _("this record is deleted; there is nothing to verify")
					  : _("only a saved record can be verified"));
	if (!complete)
		return err_set(
		    err, _("this record is incomplete; it can be verified when it is whole"));
	return store_verify_begun(s, v->record, begun, err) &&
	       no_drafts(s, v->record, *begun, err) && others_only(s, v->record, err);
}

/* What the first person was asked: of the record as it is saved. */
static bool
read_asked(struct verify *v, struct err *err)
{
	struct session *first;
	const struct answers *a;

	if (!store_session_open(v->store, v->record, false, &first, NULL, err))
		return false;
	v->session = first;
	v->desk = desk_of(v->store, first, err);
	a = session_answers(first);
	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(a, n)) {
		struct cell c;

		session_cell(first, n, &c);
		if (c.asked)
			put_key(v, v->asked, node_key(v, n), v);
	}
	store_session_close(v->store, first);
	v->session = NULL;
	return true;
}

static bool
read_untouched(struct verify *v, struct err *err)
{
	struct stmt *st = db_query(v->store->db, err,
	    "SELECT coalesce(w.id, ''), f.text FROM ruhu_record r JOIN ruhu_head h ON h.record = "
	    "r.no"
	    " JOIN ruhu_change c ON c.no = h.change JOIN ruhu_why y ON y.tx = c.tx AND y.change = c.no"
	    " AND y.why = '" WHY_DEFAULT "' JOIN ruhu_name f ON f.no = c.field"
	    " LEFT JOIN ruhu_row w ON w.no = c.row WHERE r.id = ?",
	    WITH(b_text(v->record)));

	while (stmt_row(st))
		put_key(v, v->untouched, key_of(v, stmt_text(st, 0), stmt_text(st, 1)), v);
	return stmt_end(st, err);
}

static void
count(struct verify *v, enum verify_result r, bool one_more)
{
	size_t by = one_more ? 1 : (size_t)-1;

	v->counts.n +=
	    r == VERIFY_SAME || r == VERIFY_KEYER || r == VERIFY_VERIFIER || r == VERIFY_OPEN ? by
											      : 0;
	v->counts.keyer += r == VERIFY_KEYER ? by : 0;
	v->counts.verifier += r == VERIFY_VERIFIER ? by : 0;
	v->counts.fresh += r == VERIFY_NEW ? by : 0;
	v->counts.open += r == VERIFY_OPEN ? by : 0;
}

static void
put_result(struct verify *v, const char *key, enum verify_result result)
{
	count(v, result_at(v, key), false);
	count(v, result, true);
	put_key(v, v->results, key, (void *)(uintptr_t)result);
}

/* What another person changed meanwhile is to be keyed once more. */
static bool
read_results(struct verify *v, struct err *err)
{
	struct stmt *st = db_query(v->store->db, err,
	    "SELECT f.row, f.field, f.result FROM ruhu_verify_field f WHERE f.verify = ?1 AND"
	    " NOT EXISTS (SELECT 1 FROM ruhu_record r JOIN ruhu_head h ON h.record = r.no"
	    "  JOIN ruhu_name n ON n.no = h.field LEFT JOIN ruhu_row w ON w.no = h.row"
	    "  WHERE r.id = ?2 AND n.text = f.field AND coalesce(w.id, '') = f.row"
	    "  AND h.change > f.base)",
	    WITH(b_int(v->no), b_text(v->record)));

	while (stmt_row(st))
		put_result(v, key_of(v, stmt_text(st, 0), stmt_text(st, 1)),
		    result_by_name(stmt_text(st, 2)));
	return stmt_end(st, err);
}

static bool
read_begun(struct verify *v, bool begun, struct err *err)
{
	struct stmt *st;

	if (!begun)
		return true;
	st = db_query(v->store->db, err,
	    "SELECT no, independent FROM ruhu_verify WHERE record = ?"
	    " AND by = ? AND ended_at IS NULL ORDER BY no DESC LIMIT 1",
	    WITH(b_text(v->record), b_text(v->store->user)));
	if (stmt_row(st)) {
		v->no = stmt_int(st, 0);
		v->independent = stmt_int(st, 1) != 0;
	}
	return stmt_end(st, err) && read_results(v, err);
}

/* Noted, but killed before the draft had the answer that replaces the first. */
static void
forget_lost(struct verify *v)
{
	const struct answers *a = session_answers(v->session);

	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(a, n)) {
		struct cell c;

		if (type_info(answers_question(a, n)->type)->kind == KIND_NONE ||
		    verify_of(v, n) != VERIFY_KEYER)
			continue;
		session_cell(v->session, n, &c);
		if (!c.changed)
			put_result(v, node_key(v, n), VERIFY_NONE);
	}
}

bool
store_verify_begin(struct store *s, const char *record, bool independent, struct session **session,
    struct verify **out, node_id *cursor, struct err *err)
{
	struct verify *v = xcalloc(1, sizeof *v);
	bool begun = false, ok;

	s->tick++;
	v->store = s;
	v->record = xstrdup(record);
	v->independent = independent;
	v->arena = arena_new();
	v->scratch = xcalloc(1, sizeof *v->scratch);
	v->asked = map_new();
	v->untouched = map_new();
	v->results = map_new();
	ok = may_begin(v, &begun, err) && read_asked(v, err) && read_untouched(v, err) &&
	     read_begun(v, begun, err) &&
	     store_session_open(s, record, true, &v->session, cursor, err);
	if (!ok) {
		verify_free(v);
		return false;
	}
	v->desk = desk_of(s, v->session, err);
	forget_lost(v);
	*session = v->session;
	*out = v;
	return true;
}

void
verify_free(struct verify *v)
{
	if (v == NULL)
		return;
	map_free(v->asked);
	map_free(v->untouched);
	map_free(v->results);
	arena_free(v->arena);
	if (v->scratch != NULL)
		buf_free(v->scratch);
	free(v->scratch);
	free(v->record);
	free(v->keyer);
	free(v);
}

/* ---- noting ------------------------------------------------------------------------------ */

/* One that was begun and whose draft was thrown away gives way. */
static bool
put_head(struct verify *v, struct err *err)
{
	struct store *s = v->store;
	char at[INSTANT_TEXT];

	store_stamp(s, at);
	if (!db_run(s->db, err,
		"DELETE FROM ruhu_verify WHERE record = ? AND by = ? AND"
		" ended_at IS NULL",
		WITH(b_text(v->record), b_text(s->user))) ||
	    !db_run(s->db, err,
		"INSERT INTO ruhu_verify(record, form, by, independent, started_at)"
		" VALUES(?,?,?,?,?)",
		WITH(b_text(v->record), b_text(v->desk->form->id), b_text(s->user),
		    b_int(v->independent), b_text(at))))
		return false;
	v->no = db_last_no(s->db);
	return true;
}

static bool
put_field(struct verify *v, const char *row, const char *field, enum verify_result result,
    const char *value, const char *reason, int64_t base, struct err *err)
{
	return (v->no != 0 || put_head(v, err)) &&
	       db_run(v->store->db, err,
		   "INSERT OR REPLACE INTO ruhu_verify_field(verify, row, field, result, keyer, "
		   "value,"
		   " reason, base) VALUES(?1,?2,?3,?4,coalesce((SELECT a.text FROM ruhu_change c"
		   " JOIN ruhu_name a ON a.no = c.author WHERE c.no = ?7), ?8),?5,?6,?7)",
		   WITH(b_int(v->no), b_text(row), b_text(field), b_text(result_names[result]),
		       b_text(value), b_text(reason), b_int(base), b_text(v->keyer)));
}

/* On disk with the draft's own write, which follows and waits for both. */
static bool
write_field(struct verify *v, const char *row, const char *field, enum verify_result result,
    const char *value, const char *reason, int64_t base, struct err *err)
{
	struct store *s = v->store;
	int64_t before = v->no;
	bool ok;

	if (!db_synchronous(s->db, DB_NORMAL, err))
		return false;
	ok = tx_begin(s, err) &&
	     tx_end(s, put_field(v, row, field, result, value, reason, base, err), err);
	if (!ok)
		v->no = before;
	else
		put_result(v, key_of(v, row, field), result);
	return db_synchronous(s->db, DB_FULL, err) && ok;
}

bool
store_verify_note(struct verify *v, node_id node, enum verify_result result, const char *value,
    enum missing missing, struct err *err)
{
	return write_field(v, desk_row_id(v->session, node),
	    field_of(v, answers_question(session_answers(v->session), node)), result, value,
	    missing_name(missing), desk_mark(v->desk, node), err);
}

bool
store_verify_note_rows(struct verify *v, node_id parent, const struct question *repeat,
    enum verify_result result, size_t n, struct err *err)
{
	struct buf value = { 0 };
	bool ok;

	buf_addf(&value, "%zu", n);
	ok = write_field(v, desk_row_id(v->session, parent), field_of(v, repeat), result,
	    buf_str(&value), "", 0, err);
	buf_free(&value);
	return ok;
}

/* ---- the end ------------------------------------------------------------------------------- */

/* What somebody else changed meanwhile was not compared: the record waits again. */
static bool
put_end(struct save *w, void *ctx, struct err *err)
{
	struct verify *v = ctx;
	int64_t others = 0;
	char at[INSTANT_TEXT];

	store_stamp(w->s, at);
	if (v->no == 0 && !put_head(v, err))
		return false;
	if (!db_int(w->s->db, err, &others, NULL,
		   "SELECT EXISTS (SELECT 1 FROM ruhu_change c JOIN ruhu_record r ON r.no = c.record"
		   " WHERE r.id = ? AND c.no > ? AND c.tx <> ?)",
		   WITH(b_text(v->record), b_int(v->seen), b_int(w->log.tx))))
		return false;
	v->overtaken = others != 0;
	return db_run(w->s->db, err,
		   "UPDATE ruhu_verify SET ended_at = ?1, change = iif(?4, ?5, (SELECT last_change"
		   " FROM ruhu_record WHERE id = ?2)) WHERE no = ?3",
		   WITH(b_text(at), b_text(v->record), b_int(v->no), b_int(others),
		       b_int(v->seen)));
}

/* Nothing to replace: the record itself is left as it is, times of its own and all. */
static bool
end_unchanged(struct verify *v, struct save_result *result, struct err *err)
{
	struct save w = {.s = v->store};
	bool ok =
	    tx_begin(v->store, err) &&
	    tx_end(v->store, draft_remove(v->store, v->record, err) && put_end(&w, v, err), err);

	v->desk->in_draft &= !ok;
	result->saved = ok;
	return ok;
}

bool
store_verify_end(
    struct verify *v, enum record_state state, struct save_result *result, struct err *err)
{
	const struct save_more more = {.why = WHY_VERIFY, .write = put_end, .ctx = v};

	return v->counts.keyer > 0 || v->counts.fresh > 0 || session_dirty(v->session)
		   ? save_session(v->store, v->session, state, &more, result, err)
		   : end_unchanged(v, result, err);
}

bool
store_verify_drop(struct verify *v, struct err *err)
{
	struct store *s = v->store;
	bool ok =
	    tx_begin(s, err) &&
	    tx_end(s,
		draft_remove(s, v->record, err) &&
		    db_run(s->db, err, "DELETE FROM ruhu_verify WHERE no = ?", WITH(b_int(v->no))),
		err);

	v->desk->in_draft &= !ok;
	return ok;
}
