#include "store/rebuild.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/answer_tables.h"
#include "store/changes.h"
#include "store/conflicts.h"
#include "store/held.h"
#include "store/inside.h"
#include "store/layout.h"
#include "store/stored.h"

/* ---- heads ------------------------------------------------------------------- */

/* "epoch:seq:chain epoch:seq:chain": every change named is covered by a later one. */
static bool
cover(struct store *s, const char *list, struct err *err)
{
	const char *p = list;
	bool ok = true;

	while (ok && *p != '\0') {
		char *end;
		int64_t epoch = strtoll(p, &end, 10);
		int64_t seq = *end == ':' ? strtoll(end + 1, &end, 10) : 0;

		ok = db_run(s->db, err, "INSERT OR IGNORE INTO temp.covered(no) SELECT no"
		    " FROM main.ruhu_change WHERE epoch = ? AND seq = ?"
		    " AND lower(substr(hex(chain), 1, 8)) = ?",
		    WITH(b_int(epoch), b_int(seq), b_bytes(*end == ':' ? end + 1 : "", *end == ':' ?
		    strcspn(end + 1, " ") : 0)));
		p = end + strcspn(end, " ");
		p += strspn(p, " ");
	}
	return ok;
}

/* What is held back (held.h) covers nothing, and is no head. of: " AND record = 7", or all. */
static bool
make_heads(struct store *s, const char *schema, const char *of, struct err *err)
{
	struct buf sql = { 0 };
	struct stmt *st;
	bool ok = db_script(s->db, err, "DROP TABLE IF EXISTS temp.covered;"
	    "CREATE TABLE temp.covered(no INTEGER PRIMARY KEY);"
	    "INSERT INTO temp.covered SELECT change FROM main.ruhu_covered WHERE NOT" IS_HELD("by"));

	if (!ok)
		return false;
	buf_addf(&sql, "SELECT prev FROM main.ruhu_change WHERE prev IS NOT NULL AND NOT" IS_HELD("no")
	    "%s", of);
	st = db_query(s->db, err, sql.data, WITHOUT);
	while (ok && stmt_row(st))
		ok = cover(s, stmt_text(st, 0), err);
	ok = ok ? stmt_end(st, err) : (stmt_end(st, &(struct err){ 0 }), false);
	buf_reset(&sql);
	buf_addf(&sql, "DELETE FROM %s.ruhu_head WHERE 1%s; INSERT INTO %s.ruhu_head(record, row, field,"
	    " change) SELECT record, coalesce(row, 0), field, no FROM main.ruhu_change"
	    " WHERE no NOT IN (SELECT no FROM temp.covered) AND NOT" IS_HELD("no") "%s;"
	    " DROP TABLE temp.covered", schema, of, schema, of);
	ok = ok && db_script(s->db, err, sql.data);
	buf_free(&sql);
	return ok;
}

bool
rebuild_heads(struct store *s, const char *schema, struct err *err)
{
	return make_heads(s, schema, "", err);
}

bool
rebuild_heads_of(struct store *s, int64_t record, struct err *err)
{
	char of[48];

	snprintf(of, sizeof of, " AND record = %lld", (long long)record);
	return make_heads(s, "main", of, err);
}

/* ---- answer tables -------------------------------------------------------------- */

static bool
empty_tables(struct store *s, const struct layout *l, bool anew, struct err *err)
{
	struct buf sql = { 0 };
	bool ok = true, there = false, stands;

	for (size_t i = 0; ok && i < l->tables_n; i++) {
		const struct layout_table *t = &l->tables[i];

		ok = db_exists(s->db, err, &there,
		    "SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name = ?",
		    WITH(b_text(t->name))) && layout_stands(s, t, &stands, err);
		stands = ok && stands && !anew;
		buf_reset(&sql);
		buf_add_str(&sql, stands ? "DELETE FROM main." : "DROP TABLE main.");
		sql_name(&sql, t->name);
		ok = ok && (!there || db_run(s->db, err, sql.data, WITHOUT)) &&
		    (stands || layout_create(s, t, "main", err));
	}
	buf_free(&sql);
	return ok;
}

static const char *
value_of(const struct stored *r, const char *name)
{
	const struct stored_field *f = stored_field(&r->rows[0], name);

	return f != NULL ? f->value : "";
}

/* What ruhu_record says of a record is made from the log too, but for its label. */
static bool
rebuild_record(struct store *s, const struct stored *r, struct err *err)
{
	const char *state = value_of(r, FIELD_STATE);

	return db_run(s->db, err, "UPDATE ruhu_record SET deleted = ?, state = ?, scope = ?"
	    " WHERE no = ?", WITH(b_int(r->gone),
	    b_text(strcmp(state, "complete") == 0 ? "complete" : "incomplete"),
	    b_text(value_of(r, FIELD_SCOPE)), b_int(r->no)));
}

static bool
rebuild_one(struct store *s, const struct layout *l, const struct loaded *form, int64_t no,
    struct err *err)
{
	struct stored r;
	bool ok;

	if (!conflicts_read(s, no, form, &r, err))
		return false;
	r.deleted = r.gone;
	ok = rebuild_record(s, &r, err) && answers_write(s, l, &r, "main", err);
	stored_free(&r);
	return ok;
}

bool
rebuild_form(struct store *s, const char *form, bool anew, struct err *err)
{
	const struct loaded *loaded = NULL;
	const struct layout *l;
	int64_t no = 0;
	bool found = true, ok;

	ok = layout_get(s, form, &l, err) && empty_tables(s, l, anew, err) &&
	    form_current(s, form, &no, err) && (no == 0 || form_load(s, form, NULL, &loaded, err));
	no = 0;
	while (ok && found) {
		ok = db_int(s->db, err, &no, &found,
		    "SELECT min(no) FROM ruhu_record WHERE form = ? AND no > ?",
		    WITH(b_text(form), b_int(no)));
		if (ok && found)
			ok = rebuild_one(s, l, loaded, no, err);
	}
	return ok;
}

struct ids { char **v; size_t n, cap; };

static bool
form_ids(struct store *s, struct ids *ids, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT DISTINCT id FROM ruhu_form ORDER BY id",
	    WITHOUT);

	while (stmt_row(st)) {
		ids->v = xgrow(ids->v, &ids->cap, ids->n + 1, sizeof *ids->v);
		ids->v[ids->n++] = xstrdup(stmt_text(st, 0));
	}
	return stmt_end(st, err);
}

bool
store_rebuild(struct store *s, struct err *err)
{
	struct ids ids = { 0 };
	const struct loaded *form;
	int64_t current;
	bool ok;

	if (!tx_begin(s, err))
		return false;
	ok = rebuild_heads(s, "main", err) && form_ids(s, &ids, err);
	for (size_t i = 0; ok && i < ids.n; i++)
		ok = rebuild_form(s, ids.v[i], false, err) &&
		    form_current(s, ids.v[i], &current, err) && (current == 0 ||
		    (form_load(s, ids.v[i], NULL, &form, err) &&
		    layout_index_form(s, form, err))) && data_changed(s, ids.v[i], err);
	for (size_t i = 0; i < ids.n; i++)
		free(ids.v[i]);
	free(ids.v);
	ok = ok && event_add(s, "rebuild", "", err);
	return tx_end(s, ok, err);
}
