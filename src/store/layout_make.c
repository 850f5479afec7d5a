#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "store/inside.h"
#include "store/layout.h"

/* One installation: the tables of a form grow by what its new version asks. */
struct make {
	struct store *s;
	const struct loaded *form;
	struct faults *faults;
	struct err *err;
	bool rebuild;
	int64_t n;			/* order of the next column */
	char (*fresh)[512];		/* tables that are made at the end, whole */
	size_t fresh_n, fresh_cap;
};

/* A row of ruhu_question. */
struct spot {
	bool found;
	int64_t n;			/* order; 0: at the end */
	char repeat[256], table[512], column[256], kind[32];
};

static const char *
kind_word(const struct question *q)
{
	switch (type_info(q->type)->kind) {
	case KIND_INTEGER: return "integer";
	case KIND_DECIMAL: return "decimal";
	case KIND_DATE: return "date";
	case KIND_TIME: return "time";
	case KIND_DATETIME: return "datetime";
	case KIND_CODE: return "code";
	case KIND_CODES: return "codes";
	default: return "text";
	}
}

static bool
find_spot(struct make *m, const char *field, struct spot *spot)
{
	struct stmt *st = db_query(m->s->db, m->err,
	    "SELECT repeat, tbl, coalesce(col, ''), kind, n FROM ruhu_question"
	    " WHERE form = ? AND field = ? AND now IS NULL",
	    WITH(b_text(m->form->id), b_text(field)));

	memset(spot, 0, sizeof *spot);
	if (stmt_row(st)) {
		spot->found = true;
		snprintf(spot->repeat, sizeof spot->repeat, "%s", stmt_text(st, 0));
		snprintf(spot->table, sizeof spot->table, "%s", stmt_text(st, 1));
		snprintf(spot->column, sizeof spot->column, "%s", stmt_text(st, 2));
		snprintf(spot->kind, sizeof spot->kind, "%s", stmt_text(st, 3));
		spot->n = stmt_int(st, 4);
	}
	return stmt_end(st, m->err);
}

static bool
put_spot(struct make *m, const char *field, const struct spot *spot)
{
	return db_run(m->s->db, m->err,
	    "INSERT INTO ruhu_question(form, field, repeat, tbl, col, kind, version, n)"
	    " VALUES(?,?,?,?,?,?,?,?) ON CONFLICT(form, field) DO UPDATE SET"
	    " repeat = excluded.repeat, tbl = excluded.tbl, col = excluded.col,"
	    " kind = excluded.kind, version = excluded.version, now = NULL",
	    WITH(b_text(m->form->id), b_text(field), b_text(spot->repeat), b_text(spot->table),
	    b_text_or_null(spot->column), b_text(spot->kind), b_text(m->form->version),
	    b_int(spot->n > 0 ? spot->n : m->n++)));
}

/* Runs "ALTER TABLE "table" <words> "a"[ TO "b"]<rest>". */
static bool
alter(struct make *m, const char *table, const char *words, const char *a, const char *b,
    const char *rest)
{
	struct buf sql = { 0 };
	bool ok;

	buf_add_str(&sql, "ALTER TABLE ");
	sql_name(&sql, table);
	buf_addf(&sql, " %s ", words);
	sql_name(&sql, a);
	if (b != NULL) {
		buf_add_str(&sql, " TO ");
		sql_name(&sql, b);
	}
	buf_add_str(&sql, rest);
	ok = db_run(m->s->db, m->err, sql.data, WITHOUT);
	buf_free(&sql);
	return ok;
}

/* ---- tables ------------------------------------------------------------------------ */

static bool
table_taken(struct make *m, const char *name, bool *taken)
{
	return db_exists(m->s->db, m->err, taken,
	    "SELECT 1 FROM sqlite_master WHERE name = ?1 COLLATE NOCASE UNION ALL"
	    " SELECT 1 FROM ruhu_question WHERE tbl = ?1 COLLATE NOCASE LIMIT 1",
	    WITH(b_text(name)));
}

/* wanted, or wanted_2, wanted_3 ... */
static bool
free_table_name(struct make *m, const char *wanted, char *out, size_t size)
{
	bool taken = true;

	snprintf(out, size, "%s", wanted);
	for (int i = 2; table_taken(m, out, &taken); i++) {
		if (!taken)
			return true;
		snprintf(out, size, "%s_%d", wanted, i);
	}
	return false;
}

/* Made at the end, when all its columns are known: adding them one by one would
 * take time in the square of their number. */
static bool
new_table(struct make *m, const char *field, const char *wanted, struct spot *spot)
{
	snprintf(spot->kind, sizeof spot->kind, "%s", field[0] == '\0' ? "form" : "repeat");
	if (!free_table_name(m, wanted, spot->table, sizeof spot->table))
		return false;
	m->fresh = xgrow(m->fresh, &m->fresh_cap, m->fresh_n + 1, sizeof *m->fresh);
	memcpy(m->fresh[m->fresh_n++], spot->table, sizeof spot->table);
	return true;
}

static bool
is_fresh(const struct make *m, const char *table)
{
	for (size_t i = 0; i < m->fresh_n; i++)
		if (strcmp(m->fresh[i], table) == 0)
			return true;
	return false;
}

static bool
create_fresh(struct make *m)
{
	const struct layout *l;

	if (m->fresh_n == 0)
		return true;
	if (!layout_get(m->s, m->form->id, &l, m->err))
		return false;
	for (size_t i = 0; i < l->tables_n; i++)
		if (is_fresh(m, l->tables[i].name) &&
		    !layout_create(m->s, &l->tables[i], "main", m->err))
			return false;
	return true;
}

static bool
rename_table(struct make *m, const char *was, const char *field, const char *wanted,
    struct spot *spot)
{
	char name[sizeof spot->table];
	struct db *db = m->s->db;

	return free_table_name(m, wanted, name, sizeof name) &&
	    alter(m, spot->table, "RENAME TO", name, NULL, "") &&
	    db_run(db, m->err, "UPDATE ruhu_question SET tbl = ? WHERE tbl = ?",
	    WITH(b_text(name), b_text(spot->table))) &&
	    db_run(db, m->err, "UPDATE ruhu_question SET repeat = ? WHERE form = ? AND repeat = ?",
	    WITH(b_text(field), b_text(m->form->id), b_text(was))) &&
	    db_run(db, m->err, "UPDATE ruhu_question SET now = ? WHERE form = ? AND"
	    " (field = ? OR now = ?)",
	    WITH(b_text(field), b_text(m->form->id), b_text(was), b_text(was))) &&
	    snprintf(spot->table, sizeof spot->table, "%s", name) > 0;
}

/* Does this version still ask a question of that name? Then `was` names another. */
static bool
still_asked(const struct make *m, const char *was)
{
	return form_find(m->form->form, was, NULL) != NULL;
}

static bool
install_table(struct make *m, const struct question *q, const char *field, const char *repeat)
{
	struct buf wanted = { 0 };
	struct spot spot, was = { 0 };
	bool ok;

	buf_add_str(&wanted, m->form->id);
	if (q->parent != NULL)
		buf_addf(&wanted, "__%s", q->name);
	ok = find_spot(m, field, &spot);
	if (ok && !spot.found && q->was != NULL && !still_asked(m, q->was))
		ok = find_spot(m, q->was, &was);
	if (ok && was.found && was.column[0] == '\0') {
		spot = was;
		ok = rename_table(m, q->was, field, wanted.data, &spot);
	} else if (ok && !spot.found) {
		ok = new_table(m, field, wanted.data, &spot);
	}
	snprintf(spot.repeat, sizeof spot.repeat, "%s", repeat);
	ok = ok && put_spot(m, field, &spot);
	buf_free(&wanted);
	return ok;
}

/* ---- columns ------------------------------------------------------------------------- */

static bool
own_column(const char *name)
{
	static const char *const own[] = { "record_no", "record_id", "row_no", "row_id",
		"parent_id", "row_position", "missing_reasons" };

	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		if (strcasecmp(own[i], name) == 0)
			return true;
	return false;
}

static bool
free_column_name(struct make *m, const struct question *q, struct spot *spot)
{
	bool taken = true;

	snprintf(spot->column, sizeof spot->column, "%s%s", own_column(q->name) ? "q_" : "",
	    q->name);
	for (int i = 2; taken; i++) {
		if (!db_exists(m->s->db, m->err, &taken,
		    "SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2 COLLATE NOCASE UNION ALL"
		    " SELECT 1 FROM ruhu_question WHERE form = ?3 AND tbl = ?1 AND"
		    " col = ?2 COLLATE NOCASE LIMIT 1",
		    WITH(b_text(spot->table), b_text(spot->column), b_text(m->form->id))))
			return false;
		if (taken)
			snprintf(spot->column, sizeof spot->column, "%s_%d", q->name, i);
	}
	return true;
}

static bool
count_columns(struct make *m, const struct question *q, const char *table)
{
	int64_t n = 0;

	if (!db_int(m->s->db, m->err, &n, NULL, "SELECT max((SELECT count(*) FROM"
	    " pragma_table_info(?1)), (SELECT count(*) FROM ruhu_question WHERE form = ?2 AND"
	    " tbl = ?1 AND col IS NOT NULL AND now IS NULL))",
	    WITH(b_text(table), b_text(m->form->id))))
		return false;
	if (n < LAYOUT_COLUMNS)
		return true;
	faults_add(m->faults, FAULT_ERROR, m->form->form->file, q->line, q->col,
	    _("with %s, table %s would need more than %d columns; move some of its questions "
	    "into a repeat or another form (columns of earlier versions count)"),
	    q->name, table, LAYOUT_COLUMNS);
	return err_set(m->err, _("Form %s has too many questions for one table"), m->form->id);
}

static bool
add_column(struct make *m, const struct question *q, const char *repeat, struct spot *spot)
{
	struct spot table;
	const char *type;

	if (!find_spot(m, repeat, &table) || !count_columns(m, q, table.table))
		return false;
	memcpy(spot->table, table.table, sizeof spot->table);
	type = strcmp(spot->kind, "integer") == 0 ? " INTEGER" :
	    strcmp(spot->kind, "decimal") == 0 ? " NUMERIC" : " TEXT";
	return free_column_name(m, q, spot) && (is_fresh(m, spot->table) ||
	    alter(m, spot->table, "ADD COLUMN", spot->column, NULL, type));
}

static bool
rename_column(struct make *m, const struct question *q, const char *field, struct spot *spot)
{
	char was[sizeof spot->column];

	memcpy(was, spot->column, sizeof was);
	return free_column_name(m, q, spot) &&
	    alter(m, spot->table, "RENAME COLUMN", was, spot->column, "") &&
	    db_run(m->s->db, m->err, "UPDATE ruhu_question SET col = ?, now = ?"
	    " WHERE form = ? AND (field = ? OR now = ?)",
	    WITH(b_text(spot->column), b_text(field), b_text(m->form->id), b_text(q->was),
	    b_text(q->was)));
}

static bool
install_column(struct make *m, const struct question *q, const char *field, const char *repeat)
{
	const char *kind = kind_word(q);
	struct spot spot, was = { 0 };
	bool ok;

	if (!find_spot(m, field, &spot))
		return false;
	if (!spot.found && q->was != NULL && !still_asked(m, q->was) &&
	    !find_spot(m, q->was, &was))
		return false;
	if (was.found && was.column[0] != '\0' && strcmp(was.repeat, repeat) == 0) {
		spot = was;
		m->rebuild |= strcmp(spot.kind, kind) != 0;
		snprintf(spot.kind, sizeof spot.kind, "%s", kind);
		ok = rename_column(m, q, field, &spot);
	} else if (spot.found && strcmp(spot.repeat, repeat) == 0) {
		m->rebuild |= strcmp(spot.kind, kind) != 0;
		snprintf(spot.kind, sizeof spot.kind, "%s", kind);
		ok = true;
	} else {
		/* New, or moved into or out of a repeat: answers of the old place stay there. */
		m->rebuild |= spot.found;
		snprintf(spot.kind, sizeof spot.kind, "%s", kind);
		snprintf(spot.repeat, sizeof spot.repeat, "%s", repeat);
		ok = add_column(m, q, repeat, &spot);
	}
	return ok && put_spot(m, field, &spot);
}

/* ---- the whole form --------------------------------------------------------------------- */

/* Keys are searched for; with the date beside it the newest of each key is found in
 * the index alone. */
static bool
index_question(struct make *m, const struct question *q, const struct question *latest)
{
	struct spot spot, second = { 0 };
	bool same;

	if (!find_spot(m, m->form->field_of[q->index], &spot) ||
	    (latest != NULL && !find_spot(m, m->form->field_of[latest->index], &second)))
		return false;
	same = second.found && strcmp(second.table, spot.table) == 0;
	return !spot.found || spot.column[0] == '\0' ||
	    layout_index(m->s, spot.table, spot.column, same ? second.column : NULL, m->err);
}

bool
layout_index_form(struct store *s, const struct loaded *form, struct err *err)
{
	struct make m = { .s = s, .form = form, .err = err };
	const struct form *f = form->form;

	for (size_t i = 0; i < f->unique_n; i++)
		if (!index_question(&m, f->unique[i], NULL))
			return false;
	for (size_t i = 0; i < f->publish_n; i++)
		if (f->publish[i].key != NULL &&
		    !index_question(&m, f->publish[i].key, f->publish[i].latest))
			return false;
	for (size_t i = 0; i < f->entities_n; i++)
		if (!index_question(&m, f->entities[i]->id, NULL))
			return false;
	return true;
}

static bool
install_questions(struct make *m)
{
	const struct form *f = m->form->form;

	for (size_t i = 0; i < f->questions_n; i++) {
		const struct question *q = f->questions[i];
		const char *repeat = q->repeat != NULL ? m->form->field_of[q->repeat->index] : "";
		bool ok = true;

		if (q->type == Q_FORM || q->type == Q_REPEAT)
			ok = install_table(m, q, q->type == Q_FORM ? "" : m->form->field_of[i],
			    repeat);
		else if (type_info(q->type)->kind != KIND_NONE)
			ok = install_column(m, q, m->form->field_of[i], repeat);
		if (!ok)
			return false;
	}
	return create_fresh(m);
}

bool
layout_install(struct store *s, const struct loaded *form, bool *rebuild, struct faults *faults,
    struct err *err)
{
	struct make m = { .s = s, .form = form, .faults = faults, .err = err };
	bool ok;

	ok = db_int(s->db, err, &m.n, NULL,
	    "SELECT coalesce(max(n), 0) + 1 FROM ruhu_question WHERE form = ?",
	    WITH(b_text(form->id))) && install_questions(&m);
	*rebuild = m.rebuild;
	free(m.fresh);
	return ok;
}
