#include "store/layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "store/inside.h"

/* ---- reading ------------------------------------------------------------------- */

static struct layout_table *
add_table(struct layout *l, const char *field, const char *parent, const char *name)
{
	struct layout_table *t;

	l->tables = xgrow(l->tables, &l->tables_cap, l->tables_n + 1, sizeof *l->tables);
	t = &l->tables[l->tables_n++];
	memset(t, 0, sizeof *t);
	t->field = xstrdup(field);
	t->parent = xstrdup(parent);
	t->name = xstrdup(name);
	return t;
}

static struct layout_table *
table_by_name(struct layout *l, const char *name)
{
	for (size_t i = 0; i < l->tables_n; i++)
		if (strcmp(l->tables[i].name, name) == 0)
			return &l->tables[i];
	return NULL;
}

static void
add_column(struct layout_table *t, const char *field, const char *name, const char *kind,
    const char *version)
{
	struct layout_column *c;

	t->columns = xgrow(t->columns, &t->cap, t->columns_n + 1, sizeof *t->columns);
	c = &t->columns[t->columns_n++];
	c->field = xstrdup(field);
	c->name = xstrdup(name);
	c->kind = xstrdup(kind);
	c->version = xstrdup(version);
}

static void
add_alias(struct layout *l, const char *was, const char *now)
{
	l->alias = xgrow(l->alias, &l->alias_cap, l->alias_n + 2, sizeof *l->alias);
	l->alias[l->alias_n++] = xstrdup(was);
	l->alias[l->alias_n++] = xstrdup(now);
	map_put(l->now, l->alias[l->alias_n - 2], l->alias[l->alias_n - 1]);
}

/* Tables come first, then columns in their order. */
static bool
read_questions(struct store *s, struct layout *l, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT field, repeat, tbl, col, kind, version, now FROM ruhu_question"
	    " WHERE form = ? ORDER BY col IS NOT NULL, n", WITH(b_text(l->form)));

	while (stmt_row(st)) {
		struct layout_table *t = table_by_name(l, stmt_text(st, 2));

		if (!stmt_is_null(st, 6))
			add_alias(l, stmt_text(st, 0), stmt_text(st, 6));
		else if (stmt_is_null(st, 3))
			add_table(l, stmt_text(st, 0), stmt_text(st, 1), stmt_text(st, 2));
		else if (t != NULL)
			add_column(t, stmt_text(st, 0), stmt_text(st, 3), stmt_text(st, 4),
			    stmt_text(st, 5));
	}
	return stmt_end(st, err);
}

/* INSERT with every column. */
static void
make_insert(struct layout_table *t)
{
	struct buf sql = { 0 };
	size_t own = t->field[0] == '\0' ? 3 : 7;

	sql_name(&sql, t->name);
	buf_add_str(&sql, t->field[0] == '\0' ? "(record_no, record_id, missing_reasons" :
	    "(row_no, record_no, record_id, row_id, parent_id, row_position, missing_reasons");
	for (size_t i = 0; i < t->columns_n; i++) {
		buf_add_char(&sql, ',');
		sql_name(&sql, t->columns[i].name);
	}
	buf_add_str(&sql, ") VALUES(?");
	for (size_t i = 1; i < own + t->columns_n; i++)
		buf_add_str(&sql, ",?");
	buf_add_char(&sql, ')');
	t->insert = buf_take(&sql);
}

static void
index_columns(struct layout *l)
{
	l->by_field = map_new();
	for (size_t i = 0; i < l->tables_n; i++) {
		struct layout_table *t = &l->tables[i];

		make_insert(t);
		for (size_t j = 0; j < t->columns_n; j++) {
			t->columns[j].table = i;
			map_put(l->by_field, t->columns[j].field, &t->columns[j]);
		}
	}
}

bool
layout_get(struct store *s, const char *form, const struct layout **out, struct err *err)
{
	struct layout *l;
	int64_t newest = 0;

	if (!db_int(s->db, err, &newest, NULL, "SELECT max(no) FROM ruhu_form WHERE id = ?",
	    WITH(b_text(form))))
		return false;
	for (l = s->layouts; l != NULL; l = l->next)
		if (l->newest == newest && strcmp(l->form, form) == 0) {
			*out = l;
			return true;
		}
	l = xcalloc(1, sizeof *l);
	l->form = xstrdup(form);
	l->newest = newest;
	l->now = map_new();
	l->next = s->layouts;
	s->layouts = l;
	if (!read_questions(s, l, err)) {
		l->newest = -1;		/* never found again */
		return false;
	}
	index_columns(l);
	*out = l;
	return true;
}

static void
table_free(struct layout_table *t)
{
	for (size_t i = 0; i < t->columns_n; i++) {
		free(t->columns[i].field);
		free(t->columns[i].name);
		free(t->columns[i].kind);
		free(t->columns[i].version);
	}
	free(t->columns);
	free(t->field);
	free(t->parent);
	free(t->name);
	free(t->insert);
}

void
layouts_free(struct store *s)
{
	struct layout *next;

	for (struct layout *l = s->layouts; l != NULL; l = next) {
		next = l->next;
		for (size_t i = 0; i < l->tables_n; i++)
			table_free(&l->tables[i]);
		for (size_t i = 0; i < l->alias_n; i++)
			free(l->alias[i]);
		free(l->tables);
		free(l->alias);
		map_free(l->by_field);
		map_free(l->now);
		free(l->form);
		free(l);
	}
	s->layouts = NULL;
}

void
layouts_forget(struct store *s)
{
	for (struct layout *l = s->layouts; l != NULL; l = l->next)
		l->newest = -1;
}

const struct layout_table *
layout_table(const struct layout *l, const char *field)
{
	for (size_t i = 0; i < l->tables_n; i++)
		if (strcmp(l->tables[i].field, field) == 0)
			return &l->tables[i];
	return NULL;
}

const char *
layout_today(const struct layout *l, const char *field)
{
	void **slot = map_get(l->now, field);

	return slot != NULL ? *slot : field;
}

bool
layout_renames(struct store *s, bool *any, struct err *err)
{
	return db_exists(s->db, err, any, "SELECT 1 FROM ruhu_question"
	    " WHERE now IS NOT NULL LIMIT 1", WITHOUT);
}

const struct layout_column *
layout_column(const struct layout *l, const char *field, const struct layout_table **table)
{
	void **slot = map_get(l->by_field, layout_today(l, field));
	const struct layout_column *c = slot != NULL ? *slot : NULL;

	if (c != NULL)
		*table = &l->tables[c->table];
	return c;
}

/* ---- making tables ------------------------------------------------------------------ */

static const char *
sql_type(const char *kind)
{
	if (strcmp(kind, "integer") == 0)
		return "INTEGER";
	return strcmp(kind, "decimal") == 0 ? "NUMERIC" : "TEXT";
}

static const char *const form_columns[] = { "record_no", "record_id", "missing_reasons", NULL };
static const char *const row_columns[] = { "row_no", "record_no", "record_id", "row_id",
	"parent_id", "row_position", "missing_reasons", NULL };

static bool
has_column(struct store *s, const char *table, const char *column, bool *has, struct err *err)
{
	return db_exists(s->db, err, has, "SELECT 1 FROM pragma_table_info(?, 'main')"
	    " WHERE name = ? COLLATE NOCASE", WITH(b_text(table), b_text(column)));
}

bool
layout_stands(struct store *s, const struct layout_table *t, bool *stands, struct err *err)
{
	const char *const *own = t->field[0] == '\0' ? form_columns : row_columns;
	bool ok = true;

	*stands = true;
	for (size_t i = 0; ok && *stands && own[i] != NULL; i++)
		ok = has_column(s, t->name, own[i], stands, err);
	for (size_t i = 0; ok && *stands && i < t->columns_n; i++)
		ok = has_column(s, t->name, t->columns[i].name, stands, err);
	return ok;
}

bool
layout_create(struct store *s, const struct layout_table *t, const char *schema, struct err *err)
{
	struct buf sql = { 0 };
	bool ok;

	buf_addf(&sql, "CREATE TABLE %s.", schema);
	sql_name(&sql, t->name);
	buf_add_str(&sql, t->field[0] == '\0' ?
	    "(record_no INTEGER PRIMARY KEY, record_id TEXT NOT NULL, missing_reasons TEXT" :
	    "(row_no INTEGER PRIMARY KEY, record_no INTEGER NOT NULL, record_id TEXT NOT NULL,"
	    " row_id TEXT NOT NULL, parent_id TEXT, row_position INTEGER NOT NULL,"
	    " missing_reasons TEXT");
	for (size_t i = 0; i < t->columns_n; i++) {
		buf_add_str(&sql, ", ");
		sql_name(&sql, t->columns[i].name);
		buf_addf(&sql, " %s", sql_type(t->columns[i].kind));
	}
	buf_add_char(&sql, ')');
	ok = db_run(s->db, err, sql.data, WITHOUT);
	buf_free(&sql);
	if (ok && t->field[0] != '\0' && strcmp(schema, "main") == 0)
		ok = layout_index(s, t->name, "record_no", NULL, err);
	return ok;
}

bool
layout_index(struct store *s, const char *table, const char *column, const char *second,
    struct err *err)
{
	struct buf sql = { 0 }, name = { 0 };
	bool ok;

	buf_addf(&name, "%s by %s", table, column);
	if (second != NULL)
		buf_addf(&name, ", %s", second);
	buf_add_str(&sql, "CREATE INDEX IF NOT EXISTS ");
	sql_name(&sql, name.data);
	buf_add_str(&sql, " ON ");
	sql_name(&sql, table);
	buf_add_char(&sql, '(');
	sql_name(&sql, column);
	if (second != NULL) {
		buf_add_char(&sql, ',');
		sql_name(&sql, second);
	}
	buf_add_char(&sql, ')');
	ok = db_run(s->db, err, sql.data, WITHOUT);
	buf_free(&name);
	buf_free(&sql);
	return ok;
}
