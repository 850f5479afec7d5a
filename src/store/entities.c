#include "store/entities.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "logic/dataset.h"
#include "store/cell.h"
#include "store/clockfix.h"
#include "store/desk.h"
#include "store/layout.h"

enum { INDEX_FROM = 500 }; /* entities from which a searched column gets an index */
enum { COL_ENTITY, COL_LABEL, COL_VERSION, COL_PROPERTIES };

struct maker { /* a form that makes or changes them */
	char *form;
	const struct layout *layout;
	const struct layout_table *table;
	bool rows; /* of a repeat: each of them makes one */
	const struct layout_column *id, *create, *update, *sent;
	const struct layout_column **of; /* by column of the list; NULL: not told here */
	size_t of_n, of_cap;
	char *select; /* its records of one entity */
};

struct record { /* that makes or changes the entity at hand; or a row of one */
	const struct maker *source;
	int64_t no, row; /* row: 0 of the record itself */
	char id[40];
	struct buf sent;   /* " species size " */
	struct buf *cells; /* by column */
	int64_t *times;    /* when each was said; HLC */
};

struct entities {
	struct desk *desk;
	struct maker *sources;
	size_t sources_n, sources_cap;
	char **columns;
	size_t columns_n, columns_cap;
	char **ids; /* in order of their making */
	size_t n, cap;
	struct map *by_id; /* index + 1 */
	uint64_t tick;
	int64_t version, made_at; /* of ruhu_data; when ids were read */
	bool made;
	size_t at; /* entity whose cells are in cells */
	struct buf *cells;
	int64_t *times; /* of cells */
	struct record *records;
	size_t records_n, records_cap;
	uint32_t *found;
	size_t found_cap;
	bool *indexed; /* by column */
};

/* ---- which there are --------------------------------------------------------------- */

static uint64_t
entities_version(void *ctx)
{
	struct entities *e = ctx;
	struct store *s = e->desk->store;
	struct err ignored;

	if (e->tick == s->tick)
		return (uint64_t)e->version;
	e->tick = s->tick;
	e->version = 0;
	for (size_t i = 0; i < e->sources_n; i++) {
		int64_t version = 0;

		db_int(s->db, &ignored, &version, NULL,
		    "SELECT version FROM ruhu_data WHERE form = ?",
		    WITH(b_text(e->sources[i].form)));
		e->version += version;
	}
	return (uint64_t)e->version;
}

static void
ids_sql(const struct entities *e, struct buf *sql)
{
	for (size_t i = 0; i < e->sources_n; i++) {
		const struct maker *s = &e->sources[i];

		if (s->create == NULL)
			continue;
		buf_add_str(sql, sql->len > 0 ? " UNION ALL SELECT t." : "SELECT t.");
		sql_name(sql, s->id->name);
		buf_addf(sql, " AS entity, r.id AS made, %s AS place, %s AS row FROM ",
		    s->rows ? "t.row_position" : "0", s->rows ? "t.row_id" : "''");
		sql_name(sql, s->table->name);
		buf_add_str(sql, " t JOIN ruhu_record r ON r.no = t.record_no WHERE t.");
		sql_name(sql, s->id->name);
		buf_add_str(sql, " <> '' AND t.record_no <> ?1 AND t.");
		sql_name(sql, s->create->name);
		buf_add_str(sql, " IN ('1', 'true')");
	}
	if (sql->len > 0)
		/* UUIDv7: by time, at every site; rows of a record as they stand in it. */
		buf_add_str(sql, " ORDER BY made, place, row");
}

static void
forget_ids(struct entities *e)
{
	for (size_t i = 0; i < e->n; i++)
		free(e->ids[i]);
	e->n = 0;
	map_free(e->by_id);
	e->by_id = map_new();
	e->at = SIZE_MAX;
}

static void
entities_now(struct entities *e)
{
	int64_t version = (int64_t)entities_version(e);
	struct buf sql = { 0 };
	struct err ignored;
	struct stmt *st;

	if (e->made && e->made_at == version)
		return;
	e->made = true;
	e->made_at = version;
	forget_ids(e);
	ids_sql(e, &sql);
	if (sql.len > 0) {
		st = db_query(
		    e->desk->store->db, &ignored, sql.data, WITH(b_int(e->desk->record_no)));
		while (stmt_row(st)) {
			if (map_get(e->by_id, stmt_text(st, 0)) != NULL)
				continue;
			e->ids = xgrow(e->ids, &e->cap, e->n + 1, sizeof *e->ids);
			e->ids[e->n] = xstrdup(stmt_text(st, 0));
			map_put(e->by_id, e->ids[e->n], (void *)(uintptr_t)(e->n + 1));
			e->n++;
		}
		stmt_end(st, &ignored);
	}
	buf_free(&sql);
}

static size_t
entities_rows(void *ctx)
{
	struct entities *e = ctx;

	entities_now(e);
	return e->n;
}

/* ---- one entity ----------------------------------------------------------------------- */

static void
record_clear(struct record *r, size_t columns)
{
	for (size_t i = 0; r->cells != NULL && i < columns; i++)
		buf_free(&r->cells[i]);
	free(r->cells);
	free(r->times);
	buf_free(&r->sent);
	*r = (struct record){ 0 };
}

static void
records_clear(struct entities *e)
{
	for (size_t i = 0; i < e->records_n; i++)
		record_clear(&e->records[i], e->columns_n);
	e->records_n = 0;
}

static void
add_record(struct entities *e, const struct maker *s, struct stmt *st)
{
	struct record *r;

	e->records = xgrow(e->records, &e->records_cap, e->records_n + 1, sizeof *e->records);
	r = &e->records[e->records_n++];
	*r = (struct record){.source = s, .no = stmt_int(st, 0), .row = stmt_int(st, 3)};
	strncpy(r->id, stmt_text(st, 1), sizeof r->id - 1);
	buf_addf(&r->sent, " %s ", stmt_text(st, 2));
	r->cells = xcalloc(e->columns_n, sizeof *r->cells);
	r->times = xcalloc(e->columns_n, sizeof *r->times);
	for (size_t i = 0; i < s->of_n; i++)
		if (s->of[i] != NULL)
			cell_text(st, (int)i + 4, &r->cells[i]);
}

static int
by_record_id(const void *pa, const void *pb)
{
	const struct record *a = pa, *b = pb;

	return strcmp(a->id, b->id);
}

static void
find_records(struct entities *e, const char *id)
{
	struct err ignored;

	records_clear(e);
	for (size_t i = 0; i < e->sources_n; i++) {
		struct stmt *st = db_query(e->desk->store->db, &ignored, e->sources[i].select,
		    WITH(b_text(id), b_int(e->desk->record_no)));

		while (stmt_row(st))
			add_record(e, &e->sources[i], st);
		stmt_end(st, &ignored);
	}
	if (e->records_n > 1)
		qsort(e->records, e->records_n, sizeof *e->records, by_record_id);
}

/* When each answer was given; none before the record spoke of this entity. An answer
 * that was blank from the start is in no change, so it is as old as that. */
static void
find_times(struct entities *e, struct record *r)
{
	const struct maker *s = r->source;
	struct clockfixes *clocks = NULL;
	struct err ignored;
	struct stmt *st = db_query(e->desk->store->db, &ignored, "SELECT n.text, " CLOCK_EPOCH
	    ", c.seq, c.hlc FROM ruhu_head h JOIN ruhu_name n ON n.no = h.field"
	    " JOIN ruhu_change c ON c.no = h.change JOIN ruhu_epoch e ON e.no = c.epoch"
	    " WHERE h.record = ? AND h.row = ?", WITH(b_int(r->no), b_int(r->row)));
	int64_t since = 0;

	clockfix_read(e->desk->store, r->no, &clocks, &ignored);

	while (stmt_row(st)) {
		const struct layout_column *c =
		    layout_column(s->layout, stmt_text(st, 0), &(const struct layout_table *){ 0 });
		int64_t at = (int64_t)clockfix_right(clocks, stmt_text(st, 1), stmt_int(st, 2),
		    (uint64_t)stmt_int(st, 3));

		if (c == NULL)
			continue;
		if (c == s->id && at > since)
			since = at;
		for (size_t i = 0; i < s->of_n; i++)
			if (s->of[i] == c && at > r->times[i])
				r->times[i] = at;
	}
	stmt_end(st, &ignored);
	clockfix_free(clocks);
	for (size_t i = 0; i < e->columns_n; i++)
		if (r->times[i] < since)
			r->times[i] = since;
}

static bool
tells(const struct entities *e, const struct record *r, size_t column)
{
	struct buf word = { 0 };
	bool told;

	if (column >= r->source->of_n || r->source->of[column] == NULL)
		return false;
	if (column == COL_LABEL)
		return r->cells[COL_LABEL].len > 0;
	buf_addf(&word, " %s ", e->columns[column]);
	told = strstr(buf_str(&r->sent), buf_str(&word)) != NULL;
	buf_free(&word);
	return told;
}

static void
take(struct entities *e, const struct record *r)
{
	for (size_t i = COL_LABEL; i < e->columns_n; i++)
		if (i != COL_VERSION && tells(e, r, i) && r->times[i] >= e->times[i]) {
			buf_set_str(&e->cells[i], buf_str(&r->cells[i]));
			e->times[i] = r->times[i];
		}
}

static void
read_entity(struct entities *e, size_t row)
{
	for (size_t i = 0; i < e->columns_n; i++)
		buf_reset(&e->cells[i]);
	memset(e->times, 0, e->columns_n * sizeof *e->times);
	find_records(e, e->ids[row]);
	for (size_t i = 0; i < e->records_n; i++) {
		if (e->records_n > 1)
			find_times(e, &e->records[i]);
		take(e, &e->records[i]);
	}
	buf_add_str(&e->cells[COL_ENTITY], e->ids[row]);
	buf_addf(&e->cells[COL_VERSION], "%zu", e->records_n);
	e->at = row;
}

static const char *
entities_cell(void *ctx, size_t row, size_t column)
{
	struct entities *e = ctx;

	entities_now(e);
	if (row >= e->n)
		return "";
	if (column == COL_ENTITY)
		return e->ids[row];
	if (e->at != row)
		read_entity(e, row);
	return buf_str(&e->cells[column]);
}

/* ---- searching -------------------------------------------------------------------------- */

static void
index_column(struct entities *e, size_t column)
{
	struct store *s = e->desk->store;
	struct err ignored;
	int wait = s->wait_ms;
	bool ok;

	if (e->indexed[column] || e->n < INDEX_FROM || s->read_only || s->in_tx)
		return;
	e->indexed[column] = true;
	s->wait_ms = 0;
	if (tx_begin(s, &ignored)) {
		ok = true;
		for (size_t i = 0; ok && i < e->sources_n; i++)
			if (column < e->sources[i].of_n && e->sources[i].of[column] != NULL)
				ok = layout_index(s, e->sources[i].table->name,
				    e->sources[i].of[column]->name, NULL, &ignored);
		tx_end(s, ok, &ignored);
	}
	s->wait_ms = wait;
}

static void
add_found(struct entities *e, size_t *n, uint32_t row)
{
	e->found = xgrow(e->found, &e->found_cap, *n + 1, sizeof *e->found);
	e->found[(*n)++] = row;
}

/* Entities of which some record says so: another may have said otherwise since. */
static void
candidates(struct entities *e, const struct maker *s, size_t column, const char *text, size_t *n)
{
	struct buf sql = { 0 };
	struct err ignored;
	struct stmt *st;

	buf_add_str(&sql, "SELECT ");
	sql_name(&sql, s->id->name);
	buf_add_str(&sql, " FROM ");
	sql_name(&sql, s->table->name);
	buf_add_str(&sql, " WHERE ");
	sql_name(&sql, s->of[column]->name);
	buf_add_str(&sql, " = ?");
	st = db_query(e->desk->store->db, &ignored, sql.data, WITH(b_text(text)));
	while (stmt_row(st)) {
		void **slot = map_get(e->by_id, stmt_text(st, 0));

		if (slot != NULL)
			add_found(e, n, (uint32_t)((uintptr_t)*slot - 1));
	}
	stmt_end(st, &ignored);
	buf_free(&sql);
}

static int
ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static size_t
find_all(struct entities *e, size_t column, const char *text)
{
	size_t n = 0;

	if (column == COL_ENTITY) {
		void **slot = map_get(e->by_id, text);

		if (slot != NULL)
			add_found(e, &n, (uint32_t)((uintptr_t)*slot - 1));
	} else if (column == COL_VERSION || *text == '\0') {
		for (uint32_t i = 0; i < e->n; i++)
			add_found(e, &n, i);
	} else {
		index_column(e, column);
		for (size_t i = 0; i < e->sources_n; i++)
			if (column < e->sources[i].of_n && e->sources[i].of[column] != NULL)
				candidates(e, &e->sources[i], column, text, &n);
	}
	return n;
}

static size_t
entities_find(void *ctx, size_t column, const char *text, const uint32_t **rows)
{
	struct entities *e = ctx;
	size_t n, kept = 0;

	entities_now(e);
	n = find_all(e, column, text);
	if (n > 1)
		qsort(e->found, n, sizeof *e->found, ascending);
	for (size_t i = 0; i < n; i++)
		if ((kept == 0 || e->found[kept - 1] != e->found[i]) &&
		    strcmp(entities_cell(e, e->found[i], column), text) == 0)
			e->found[kept++] = e->found[i];
	*rows = e->found;
	return kept;
}

/* ---- opening ------------------------------------------------------------------------------ */

static void
entities_free(void *ctx)
{
	struct entities *e = ctx;

	records_clear(e);
	forget_ids(e);
	map_free(e->by_id);
	for (size_t i = 0; i < e->sources_n; i++) {
		free(e->sources[i].form);
		free(e->sources[i].of);
		free(e->sources[i].select);
	}
	for (size_t i = 0; i < e->columns_n; i++) {
		free(e->columns[i]);
		if (e->cells != NULL)
			buf_free(&e->cells[i]);
	}
	free(e->sources);
	free(e->columns);
	free(e->cells);
	free(e->times);
	free(e->indexed);
	free(e->records);
	free(e->found);
	free(e->ids);
	free(e);
}

static const struct dataset_ops entity_ops = {.rows = entities_rows,
    .cell = entities_cell,
    .find = entities_find,
    .version = entities_version,
    .free = entities_free};

static size_t
column_called(struct entities *e, const char *name)
{
	for (size_t i = 0; i < e->columns_n; i++)
		if (strcmp(e->columns[i], name) == 0)
			return i;
	e->columns = xgrow(e->columns, &e->columns_cap, e->columns_n + 1, sizeof *e->columns);
	e->columns[e->columns_n] = xstrdup(name);
	return e->columns_n++;
}

static void
tell_column(struct maker *s, size_t column, const struct layout_column *of)
{
	for (; s->of_n <= column; s->of_n++) {
		s->of = xgrow(s->of, &s->of_cap, s->of_n + 1, sizeof *s->of);
		s->of[s->of_n] = NULL;
	}
	s->of[column] = of;
}

static const struct layout_column *
column_of(const struct maker *s, const char *field)
{
	const struct layout_table *table;
	const struct layout_column *c =
	    *field != '\0' ? layout_column(s->layout, field, &table) : NULL;

	return c != NULL && table == s->table ? c : NULL;
}

/* What stands beside meta/entity/id. */
static const struct layout_column *
beside(const struct maker *s, const char *id, const char *name)
{
	const char *slash = strrchr(id, '/');
	struct buf field = { 0 };
	const struct layout_column *c;

	buf_add(&field, id, slash != NULL ? (size_t)(slash + 1 - id) : 0);
	buf_add_str(&field, name);
	c = column_of(s, buf_str(&field));
	buf_free(&field);
	return c;
}

/* "property TAB field" a line. */
static void
read_properties(struct entities *e, struct maker *s, const char *lines)
{
	struct buf name = { 0 }, field = { 0 };

	while (*lines != '\0') {
		size_t tab = strcspn(lines, "\t\n"), end = strcspn(lines, "\n");

		buf_reset(&name);
		buf_reset(&field);
		buf_add(&name, lines, tab);
		if (tab < end)
			buf_add(&field, lines + tab + 1, end - tab - 1);
		tell_column(s, column_called(e, buf_str(&name)), column_of(s, buf_str(&field)));
		lines += end + (lines[end] == '\n');
	}
	buf_free(&name);
	buf_free(&field);
}

static void
add_cell(struct buf *sql, const struct layout_column *c)
{
	if (c == NULL) {
		buf_add_str(sql, "''");
		return;
	}
	buf_add_str(sql, "t.");
	sql_name(sql, c->name);
}

static void
done_sql(struct buf *sql, const struct layout_column *c, const char * or)
{
	if (c == NULL)
		return;
	buf_addf(sql, "%st.", or);
	sql_name(sql, c->name);
	buf_add_str(sql, " IN ('1', 'true')");
}

static void
make_select(struct maker *s)
{
	struct buf sql = { 0 };

	buf_addf(&sql, "SELECT t.record_no, %s, ", s->rows ? "t.row_id" : "r.id");
	add_cell(&sql, s->sent);
	buf_add_str(&sql, s->rows ? ", t.row_no" : ", 0");
	for (size_t i = 0; i < s->of_n; i++) {
		buf_add_str(&sql, ", ");
		add_cell(&sql, s->of[i]);
	}
	buf_add_str(&sql, " FROM ");
	sql_name(&sql, s->table->name);
	buf_add_str(&sql, " t JOIN ruhu_record r ON r.no = t.record_no WHERE t.");
	sql_name(&sql, s->id->name);
	buf_add_str(&sql, " = ?1 AND t.record_no <> ?2 AND (");
	done_sql(&sql, s->create, "");
	done_sql(&sql, s->update, s->create != NULL ? " OR " : "");
	buf_add_char(&sql, ')');
	s->select = buf_take(&sql);
}

static void
add_source(struct entities *e, struct stmt *st)
{
	struct maker s = { 0 };
	const char *id = stmt_text(st, 1), *label = stmt_text(st, 2);
	struct err ignored;

	if (!layout_get(e->desk->store, stmt_text(st, 0), &s.layout, &ignored))
		return;
	s.rows = stmt_text(st, 4)[0] != '\0';
	s.table = layout_table(s.layout, stmt_text(st, 4));
	s.id = s.table != NULL ? column_of(&s, id) : NULL;
	if (s.id == NULL)
		return;
	s.create = beside(&s, id, "create");
	s.update = beside(&s, id, "update");
	s.sent = beside(&s, id, "properties");
	if (s.create == NULL && s.update == NULL)
		return;
	s.form = xstrdup(stmt_text(st, 0));
	tell_column(&s, COL_LABEL, column_of(&s, label));
	read_properties(e, &s, stmt_text(st, 3));
	make_select(&s);
	e->sources = xgrow(e->sources, &e->sources_cap, e->sources_n + 1, sizeof *e->sources);
	e->sources[e->sources_n++] = s;
}

struct dataset *
entities_open(struct desk *d, const char *list)
{
	struct entities *e = xcalloc(1, sizeof *e);
	struct err ignored;
	struct stmt *st;

	e->desk = d;
	e->by_id = map_new();
	e->at = SIZE_MAX;
	column_called(e, "name");
	column_called(e, "label");
	column_called(e, "__version");
	st = db_query(d->store->db, &ignored,
	    "SELECT form, key, label, entity, repeat FROM ruhu_list"
	    " WHERE name = ? AND entity IS NOT NULL ORDER BY form",
	    WITH(b_text(list)));
	while (stmt_row(st))
		add_source(e, st);
	stmt_end(st, &ignored);
	if (e->sources_n == 0) {
		entities_free(e);
		return NULL;
	}
	e->cells = xcalloc(e->columns_n, sizeof *e->cells);
	e->times = xcalloc(e->columns_n, sizeof *e->times);
	e->indexed = xcalloc(e->columns_n, sizeof *e->indexed);
	return dataset_new(list, (const char *const *)e->columns, e->columns_n, &entity_ops, e);
}
