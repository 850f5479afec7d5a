#include "store/lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "form/form_table.h"
#include "logic/dataset.h"
#include "store/cell.h"
#include "store/desk.h"
#include "store/entities.h"
#include "store/layout.h"

enum { INDEX_FROM = 500 };	/* rows from which a searched column gets an index */

struct item { int64_t row, record; };	/* row: row_no, or record_no of a record's item */

struct list_column {
	const char *name;		/* as expressions say it; lent by the layout */
	const char *sql;		/* column name */
	bool of_row;			/* in the repeat's table, else the record's */
	bool indexed;			/* seen to */
};

struct list {
	struct desk *desk;
	char *id;
	struct dataset *set;
	struct list *next;
	/* a table beside the form */
	struct arena *arena;
	const struct table *table;
	/* or saved records */
	char *form;
	const struct layout_table *record, *row;	/* row NULL: an item a record */
	const struct layout_column *key, *latest;
	bool latest_of_row;
	struct list_column *columns;
	size_t columns_n, columns_cap;
	char *select;			/* all columns of one item */
	struct item *items;		/* by key */
	uint32_t *by_row;		/* indexes into items, by row number */
	size_t items_n, items_cap;
	uint64_t tick;
	int64_t version, made_at;	/* of ruhu_data; when items were made */
	bool made;
	size_t at;			/* item whose cells are in cells */
	struct buf *cells;
	uint32_t *found;
	size_t found_cap;
};

/* ---- a table beside the form ----------------------------------------------------- */

static size_t
table_rows(void *ctx)
{
	return ((struct list *)ctx)->table->rows_n;
}

static const char *
table_cell(void *ctx, size_t row, size_t column)
{
	return ((struct list *)ctx)->table->rows[row].cells[column];
}

static const struct dataset_ops table_ops = { .rows = table_rows, .cell = table_cell };

static bool
open_table(struct list *l, const char *name)
{
	struct store *s = l->desk->store;
	struct buf text = { 0 };
	struct faults faults = { 0 };
	struct err ignored;
	bool found;

	if (db_text(s->db, &ignored, &text, &found,
	    "SELECT text FROM ruhu_form_file WHERE form = ? AND name = ?",
	    WITH(b_int(l->desk->form->no), b_text(name))) && found) {
		l->arena = arena_new();
		l->table = table_read(name, buf_str(&text), text.len, l->arena, &faults);
	}
	buf_free(&text);
	faults_free(&faults);
	if (l->table == NULL)
		return false;
	l->set = dataset_new(l->id, l->table->columns, l->table->columns_n, &table_ops, l);
	return true;
}

/* ---- saved records: which rows ------------------------------------------------------ */

/* Has anybody saved a record of that form since? Asked once per call into the
 * store, not once per cell. */
static uint64_t
list_version(void *ctx)
{
	struct list *l = ctx;
	struct store *s = l->desk->store;
	struct err ignored;

	if (l->tick != s->tick) {
		l->tick = s->tick;
		db_int(s->db, &ignored, &l->version, NULL,
		    "SELECT version FROM ruhu_data WHERE form = ?", WITH(b_text(l->form)));
	}
	return (uint64_t)l->version;
}

static int64_t
last_change(struct list *l, int64_t record)
{
	struct err ignored;
	int64_t no = 0;

	db_int(l->desk->store->db, &ignored, &no, NULL,
	    "SELECT last_change FROM ruhu_record WHERE no = ?", WITH(b_int(record)));
	return no;
}

static void
items_sql(const struct list *l, struct buf *sql)
{
	const struct layout_table *t = l->row != NULL ? l->row : l->record;

	buf_addf(sql, "SELECT t.%s, t.record_no, t.", l->row != NULL ? "row_no" : "record_no");
	sql_name(sql, l->key->name);
	if (l->latest != NULL) {
		buf_add_str(sql, l->latest_of_row ? ", t." : ", r.");
		sql_name(sql, l->latest->name);
	} else {
		buf_add_str(sql, ", ''");
	}
	buf_add_str(sql, " FROM ");
	sql_name(sql, t->name);
	buf_add_str(sql, " t");
	if (l->latest != NULL && !l->latest_of_row) {
		buf_add_str(sql, " JOIN ");
		sql_name(sql, l->record->name);
		buf_add_str(sql, " r ON r.record_no = t.record_no");
	}
	buf_add_str(sql, " WHERE t.");
	sql_name(sql, l->key->name);
	buf_add_str(sql, " <> '' AND t.record_no <> ? ORDER BY t.");
	sql_name(sql, l->key->name);
}

/* Of two items with one key the newer stays: by the date asked for, then by the
 * time of saving, then by order. */
static bool
newer(struct list *l, const struct buf *latest, const char *than, int64_t record, int64_t other)
{
	int c = strcmp(than, buf_str(latest));

	if (c != 0)
		return c > 0;
	return record == other || last_change(l, record) >= last_change(l, other);
}

static int
by_row_no(const void *pa, const void *pb, void *ctx)
{
	const struct list *l = ctx;
	int64_t a = l->items[*(const uint32_t *)pa].row, b = l->items[*(const uint32_t *)pb].row;

	return (a > b) - (a < b);
}

static void
make_items(struct list *l)
{
	struct buf sql = { 0 }, key = { 0 }, latest = { 0 };
	struct err ignored;
	struct stmt *st;

	l->items_n = 0;
	items_sql(l, &sql);
	st = db_query(l->desk->store->db, &ignored, sql.data, WITH(b_int(l->desk->record_no)));
	while (stmt_row(st)) {
		struct item item = { stmt_int(st, 0), stmt_int(st, 1) };
		const char *this_key = stmt_text(st, 2), *this_latest = stmt_text(st, 3);

		if (l->items_n == 0 || strcmp(buf_str(&key), this_key) != 0) {
			l->items = xgrow(l->items, &l->items_cap, l->items_n + 1,
			    sizeof *l->items);
			l->items_n++;
			buf_set_str(&key, this_key);
		} else if (!newer(l, &latest, this_latest, item.record,
		    l->items[l->items_n - 1].record)) {
			continue;
		}
		l->items[l->items_n - 1] = item;
		buf_set_str(&latest, this_latest);
	}
	stmt_end(st, &ignored);
	l->by_row = xrealloc_array(l->by_row, l->items_n + 1, sizeof *l->by_row);
	for (size_t i = 0; i < l->items_n; i++)
		l->by_row[i] = (uint32_t)i;
	qsort_r(l->by_row, l->items_n, sizeof *l->by_row, by_row_no, l);
	buf_free(&sql);
	buf_free(&key);
	buf_free(&latest);
}

static void
items_now(struct list *l)
{
	int64_t version = (int64_t)list_version(l);

	if (l->made && l->made_at == version)
		return;
	l->made = true;
	l->made_at = version;
	l->at = SIZE_MAX;
	make_items(l);
}

static size_t
list_rows(void *ctx)
{
	struct list *l = ctx;

	items_now(l);
	return l->items_n;
}

/* ---- saved records: cells ------------------------------------------------------------- */

static void
read_item(struct list *l, size_t row)
{
	struct err ignored;
	struct stmt *st = db_query(l->desk->store->db, &ignored, l->select,
	    WITH(b_int(l->items[row].row)));

	for (size_t i = 0; i < l->columns_n; i++)
		buf_reset(&l->cells[i]);
	if (stmt_row(st))
		for (size_t i = 0; i < l->columns_n; i++)
			cell_text(st, (int)i, &l->cells[i]);
	stmt_end(st, &ignored);
	l->at = row;
}

static const char *
list_cell(void *ctx, size_t row, size_t column)
{
	struct list *l = ctx;

	items_now(l);
	if (row >= l->items_n)
		return "";
	if (l->at != row)
		read_item(l, row);
	return buf_str(&l->cells[column]);
}

/* A column that is searched gets an index, once, when the table is long and nobody
 * else is writing just now. */
static void
index_column(struct list *l, struct list_column *c)
{
	struct store *s = l->desk->store;
	const struct layout_table *t = l->row != NULL && c->of_row ? l->row : l->record;
	struct err ignored;
	int wait = s->wait_ms;

	if (c->indexed || l->items_n < INDEX_FROM || s->read_only || s->in_tx)
		return;
	c->indexed = true;
	s->wait_ms = 0;
	if (tx_begin(s, &ignored))
		tx_end(s, layout_index(s, t->name, c->sql, NULL, &ignored), &ignored);
	s->wait_ms = wait;
}

static void
find_sql(const struct list *l, const struct list_column *c, const char *text, struct buf *sql)
{
	bool join = l->row != NULL && !c->of_row;

	buf_addf(sql, "SELECT t.%s FROM ", l->row != NULL ? "row_no" : "record_no");
	sql_name(sql, l->row != NULL ? l->row->name : l->record->name);
	buf_add_str(sql, " t");
	if (join) {
		buf_add_str(sql, " JOIN ");
		sql_name(sql, l->record->name);
		buf_add_str(sql, " r ON r.record_no = t.record_no");
	}
	buf_add_str(sql, join ? " WHERE r." : " WHERE t.");
	sql_name(sql, c->sql);
	buf_add_str(sql, text[0] != '\0' ? " = ?" : " IS NULL AND ? = ''");
}

static bool
item_of_row(const struct list *l, int64_t row, uint32_t *item)
{
	size_t low = 0, high = l->items_n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (l->items[l->by_row[mid]].row < row)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == l->items_n || l->items[l->by_row[low]].row != row)
		return false;
	*item = l->by_row[low];
	return true;
}

static int
ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static size_t
list_find(void *ctx, size_t column, const char *text, const uint32_t **rows)
{
	struct list *l = ctx;
	struct list_column *c = &l->columns[column];
	struct buf sql = { 0 };
	struct err ignored;
	struct stmt *st;
	size_t n = 0;
	uint32_t item;

	items_now(l);
	index_column(l, c);
	find_sql(l, c, text, &sql);
	st = db_query(l->desk->store->db, &ignored, sql.data, WITH(b_text(text)));
	while (stmt_row(st))
		if (item_of_row(l, stmt_int(st, 0), &item)) {
			l->found = xgrow(l->found, &l->found_cap, n + 1, sizeof *l->found);
			l->found[n++] = item;
		}
	stmt_end(st, &ignored);
	buf_free(&sql);
	if (n > 1)
		qsort(l->found, n, sizeof *l->found, ascending);
	*rows = l->found;
	return n;
}

static const struct dataset_ops list_ops = {
	.rows = list_rows, .cell = list_cell, .find = list_find, .version = list_version
};

/* ---- saved records: columns -------------------------------------------------------------- */

static bool
has_column(const struct list *l, const char *name)
{
	for (size_t i = 0; i < l->columns_n; i++)
		if (strcmp(l->columns[i].name, name) == 0)
			return true;
	return false;
}

static void
add_column(struct list *l, const char *name, const char *sql, bool of_row)
{
	if (has_column(l, name))
		return;
	l->columns = xgrow(l->columns, &l->columns_cap, l->columns_n + 1, sizeof *l->columns);
	l->columns[l->columns_n++] = (struct list_column){ name, sql, of_row, false };
}

/* The row's questions go before the record's of the same name. */
static void
add_columns(struct list *l, const struct layout_table *t, bool of_row)
{
	for (size_t i = 0; t != NULL && i < t->columns_n; i++) {
		const char *name = strrchr(t->columns[i].field, '/');

		add_column(l, name != NULL ? name + 1 : t->columns[i].field, t->columns[i].name,
		    of_row);
	}
}

static void
make_select(struct list *l)
{
	struct buf sql = { 0 };

	buf_add_str(&sql, "SELECT ");
	for (size_t i = 0; i < l->columns_n; i++) {
		buf_addf(&sql, "%s%s.", i > 0 ? ", " : "",
		    l->row != NULL && !l->columns[i].of_row ? "r" : "t");
		sql_name(&sql, l->columns[i].sql);
	}
	buf_add_str(&sql, " FROM ");
	sql_name(&sql, l->row != NULL ? l->row->name : l->record->name);
	buf_add_str(&sql, " t");
	if (l->row != NULL) {
		buf_add_str(&sql, " JOIN ");
		sql_name(&sql, l->record->name);
		buf_add_str(&sql, " r ON r.record_no = t.record_no WHERE t.row_no = ?");
	} else {
		buf_add_str(&sql, " WHERE t.record_no = ?");
	}
	l->select = buf_take(&sql);
}

struct published { char form[256], repeat[256], key[256], latest[256], label[256]; };

static bool
read_published(struct store *s, const char *id, struct published *p)
{
	struct err ignored;
	struct stmt *st = db_query(s->db, &ignored,
	    "SELECT form, repeat, key, latest, label FROM ruhu_list WHERE name = ?"
	    " AND entity IS NULL",
	    WITH(b_text(id)));
	bool found = stmt_row(st);

	if (found) {
		snprintf(p->form, sizeof p->form, "%s", stmt_text(st, 0));
		snprintf(p->repeat, sizeof p->repeat, "%s", stmt_text(st, 1));
		snprintf(p->key, sizeof p->key, "%s", stmt_text(st, 2));
		snprintf(p->latest, sizeof p->latest, "%s", stmt_text(st, 3));
		snprintf(p->label, sizeof p->label, "%s", stmt_text(st, 4));
	}
	return stmt_end(st, &ignored) && found;
}

static bool
open_published(struct list *l)
{
	struct store *s = l->desk->store;
	const struct layout_table *of = NULL;
	const struct layout_column *label;
	const struct layout *layout;
	struct published p;
	struct err ignored;
	const char **names;

	if (!read_published(s, l->id, &p) || !layout_get(s, p.form, &layout, &ignored))
		return false;
	l->form = xstrdup(p.form);
	l->record = layout_table(layout, "");
	l->row = p.repeat[0] != '\0' ? layout_table(layout, p.repeat) : NULL;
	l->key = layout_column(layout, p.key, &of);
	if (l->record == NULL || l->key == NULL || of != (l->row != NULL ? l->row : l->record))
		return false;
	l->latest = p.latest[0] != '\0' ? layout_column(layout, p.latest, &of) : NULL;
	l->latest_of_row = l->latest != NULL && of == (l->row != NULL ? l->row : l->record);
	add_columns(l, l->row, true);
	add_columns(l, l->record, l->row == NULL);
	add_column(l, "name", l->key->name, true);
	label = p.label[0] != '\0' ? layout_column(layout, p.label, &of) : NULL;
	if (label != NULL)
		add_column(l, "label", label->name, l->row == NULL || of == l->row);
	else
		add_column(l, "label", l->key->name, true);
	make_select(l);
	l->cells = xcalloc(l->columns_n, sizeof *l->cells);
	names = xcalloc(l->columns_n, sizeof *names);
	for (size_t i = 0; i < l->columns_n; i++)
		names[i] = l->columns[i].name;
	l->set = dataset_new(l->id, names, l->columns_n, &list_ops, l);
	free(names);
	return true;
}

/* ---- all lists of a session ------------------------------------------------------------------ */

/* An XForm calls a list one thing and its file another. */
static bool
open_named(struct list *l)
{
	const struct form *form = l->desk->form->form;

	for (size_t i = 0; i < form->questions_n; i++) {
		const struct question *q = form->questions[i];

		if (q->dataset != NULL && q->file != NULL && strcmp(q->dataset, l->id) == 0 &&
		    open_table(l, q->file))
			return true;
	}
	for (size_t i = 0; i < form->outside_n; i++)
		if (strcmp(form->outside[i].id, l->id) == 0 &&
		    open_table(l, form->outside[i].file))
			return true;
	return false;
}

static bool
open_entities(struct list *l)
{
	l->set = entities_open(l->desk, l->id);
	return l->set != NULL;
}

static bool
open_list(struct list *l)
{
	static const char *const endings[] = { ".csv", ".tsv", ".xml", ".geojson" };
	struct buf name = { 0 };
	bool ok = false;

	for (size_t i = 0; !ok && i < sizeof endings / sizeof endings[0]; i++) {
		buf_reset(&name);
		buf_addf(&name, "%s%s", l->id, endings[i]);
		ok = open_table(l, name.data);
	}
	buf_free(&name);
	return ok || open_named(l) || open_published(l) || open_entities(l);
}

const struct dataset *
lists_get(struct desk *d, const char *id)
{
	struct list *l;

	for (l = d->lists; l != NULL; l = l->next)
		if (strcmp(l->id, id) == 0)
			return l->set;
	l = xcalloc(1, sizeof *l);
	l->desk = d;
	l->id = xstrdup(id);
	l->at = SIZE_MAX;
	l->next = d->lists;
	d->lists = l;		/* one that is not there is remembered too */
	open_list(l);
	return l->set;
}

void
lists_free(struct list *l)
{
	struct list *next;

	for (; l != NULL; l = next) {
		next = l->next;
		dataset_free(l->set);
		arena_free(l->arena);
		for (size_t i = 0; l->cells != NULL && i < l->columns_n; i++)
			buf_free(&l->cells[i]);
		free(l->cells);
		free(l->columns);
		free(l->items);
		free(l->by_row);
		free(l->found);
		free(l->select);
		free(l->form);
		free(l->id);
		free(l);
	}
}
