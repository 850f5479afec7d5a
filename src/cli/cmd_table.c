/* ruhu table: the saved answers of a form as CSV, a workbook or lines of JSON. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/num.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "cli/sheet.h"
#include "cli/table_xml.h"
#include "form/form.h"
#include "logic/logic.h"
#include "store/db.h"
#include "store/store.h"
#include "sync/jcs.h"
#include "sync/out_file.h"

/* More figures than a spreadsheet program shows of a number. */
enum { NUMBER_FIGURES = 10 };

/* Where a column stands: alias in the query. */
enum column_of { OF_ROW = 'a', OF_RECORD = 'm', OF_PROGRAM = 'r' };

/* A column of the answer tables and what it becomes. */
struct column {
	char *name;               /* in the table */
	const struct question *q; /* NULL: the program's own column */
	enum column_of of;
	const char *label;        /* of the program's own, N_() */
};

/* The program's own columns, in their order; those of rows only where there are rows.
 * The last one stands behind the questions. */
static const struct column own_columns[] = {
	{"record_id", NULL, OF_ROW, N_("record")},
	{"row_id", NULL, OF_ROW, N_("row")},
	{"parent_id", NULL, OF_ROW, N_("row above")},
	{"row_position", NULL, OF_ROW, N_("number of the row")},
	{"state", NULL, OF_PROGRAM, N_("state")},
	{"changed_at", NULL, OF_PROGRAM, N_("changed at")},
	{"changed_by", NULL, OF_PROGRAM, N_("changed by")},
	{"missing_reasons", NULL, OF_ROW, N_("reasons for no answer")},
};
enum { OWN_COLUMNS = sizeof own_columns / sizeof *own_columns, ROWS_FIRST = 1, ROWS_LAST = 3 };

struct table {
	const struct form *form;
	size_t lang;
	bool json, labels;
	bool screen; /* a terminal reads it: what people typed must not steer that */
	const struct question *rows;  /* a line is a row of this repeat; NULL: a record */
	struct buf name, record_name; /* of the answer tables: of the lines, of the records */
	struct column *columns;
	size_t columns_n, cap;
	struct sheet *sheet;
	struct out_file *out; /* of JSON, with the line that is made */
	struct buf line;
};

static void
add_column(struct table *t, const struct column *c, const char *name)
{
	t->columns = xgrow(t->columns, &t->cap, t->columns_n + 1, sizeof *t->columns);
	t->columns[t->columns_n] = *c;
	t->columns[t->columns_n++].name = xstrdup(name);
}

static void
add_own(struct table *t, size_t i)
{
	if (t->rows != NULL || i < ROWS_FIRST || i > ROWS_LAST)
		add_column(t, &own_columns[i], own_columns[i].name);
}

/* A question of the record or of its rows; one without answers is left out. */
static bool
add_question(struct table *t, struct store *store, const struct question *q, struct err *err)
{
	struct column c = {NULL, q, q->repeat == t->rows ? OF_ROW : OF_RECORD, NULL};
	struct buf table = { 0 }, column = { 0 };
	bool ok = store_column(store, t->form->id, q->name, &table, &column, err);

	if (ok && column.len > 0)
		add_column(t, &c, buf_str(&column));
	buf_free(&table);
	buf_free(&column);
	return ok;
}

/* All of the record's, or of the repeat's, in the order of the form. */
static bool
all_columns(struct table *t, struct store *store, struct err *err)
{
	bool ok = true;

	for (size_t i = 0; i < OWN_COLUMNS - 1; i++)
		add_own(t, i);
	for (size_t i = 1; ok && i < t->form->questions_n; i++) {
		const struct question *q = t->form->questions[i];

		if (q->repeat == t->rows && type_info(q->type)->kind != KIND_NONE)
			ok = add_question(t, store, q, err);
	}
	add_own(t, OWN_COLUMNS - 1);
	return ok;
}

static bool
unknown_column(const struct table *t, const char *name, struct err *err)
{
	struct near near;

	near_start(&near, name);
	for (size_t i = 1; i < t->form->questions_n; i++)
		if (t->form->questions[i]->repeat == t->rows ||
		    t->form->questions[i]->repeat == NULL)
			near_try(&near, t->form->questions[i]->name);
	if (near.best != NULL)
		return err_set(err, _("there is no column '%s' (did you mean '%s'?)"), name, near.best);
	return err_set(err, _("there is no column '%s'"), name);
}

static bool
named_column(struct table *t, struct store *store, const char *name, struct err *err)
{
	const struct question *found = NULL;

	for (size_t i = 0; i < OWN_COLUMNS; i++)
		if (strcmp(own_columns[i].name, name) == 0) {
			add_own(t, i);
			return true;
		}
	for (size_t i = 1; i < t->form->questions_n; i++) {
		const struct question *q = t->form->questions[i];

		if (strcmp(q->name, name) == 0 && type_info(q->type)->kind != KIND_NONE &&
		    (q->repeat == t->rows || (q->repeat == NULL && found == NULL)))
			found = q;
	}
	return found != NULL ? add_question(t, store, found, err) : unknown_column(t, name, err);
}

/* Those of a list with commas, in its order; of a row also those of its record. */
static bool
some_columns(struct table *t, struct store *store, const char *names, struct err *err)
{
	bool ok, more;

	do {
		size_t n = strcspn(names, ",");
		char *name = xstrndup(names, n);

		ok = named_column(t, store, name, err);
		free(name);
		more = names[n] == ',';
		names += n + more;
	} while (ok && more);
	return ok;
}

/* The table that answers to the questions of the repeat, or of the record, stand in;
 * empty where there are none. */
static bool
find_table(const struct table *t, struct store *store, const struct question *repeat,
    struct buf *table, struct err *err)
{
	struct buf column = { 0 };
	bool ok = true;

	for (size_t i = 1; ok && column.len == 0 && i < t->form->questions_n; i++) {
		const struct question *q = t->form->questions[i];

		if (q->repeat == repeat && type_info(q->type)->kind != KIND_NONE)
			ok = store_column(store, t->form->id, q->name, table, &column, err);
	}
	buf_free(&column);
	return ok;
}

static bool
choose_columns(struct table *t, struct store *store, const char *names, struct err *err)
{
	if (!find_table(t, store, NULL, &t->record_name, err) ||
	    !find_table(t, store, t->rows, &t->name, err))
		return false;
	if (t->name.len == 0)
		return err_set(
		    err, _("form %s has nothing that could stand in a table"), t->form->id);
	return names != NULL ? some_columns(t, store, names, err) : all_columns(t, store, err);
}

static void
query(const struct table *t, struct buf *sql)
{
	buf_add_str(sql, "SELECT ");
	for (size_t i = 0; i < t->columns_n; i++) {
		buf_addf(sql, "%s%c.", i > 0 ? ", " : "", (char)t->columns[i].of);
		sql_name(sql, t->columns[i].name);
	}
	buf_add_str(sql, " FROM ");
	sql_name(sql, buf_str(&t->name));
	buf_add_str(sql, " a JOIN ruhu_record r ON r.no = a.record_no");
	if (t->rows != NULL && t->record_name.len > 0) {
		buf_add_str(sql, " JOIN ");
		sql_name(sql, buf_str(&t->record_name));
		buf_add_str(sql, " m ON m.record_no = a.record_no");
	}
	buf_add_str(sql, " ORDER BY a.record_no");
	if (t->rows != NULL)
		buf_add_str(sql, ", a.parent_id, a.row_position");
}

static const char *
label_of(const struct table *t, const struct question *q, const char *code)
{
	const struct choice *c = choice_find(q->list, code);

	return c != NULL ? text_in(t->form, &c->label, t->lang) : code;
}

/* Codes become labels, several joined by "; ". */
static void
labelled(const struct table *t, const struct question *q, const char *value, struct buf *out)
{
	while (*value != '\0') {
		size_t n = strcspn(value, " ");
		char *code = xstrndup(value, n);

		if (out->len > 0)
			buf_add_str(out, "; ");
		buf_add_str(out, label_of(t, q, code));
		free(code);
		value += n + (value[n] == ' ');
	}
}

/* The program's own, as people read it: a word, the time where they are. */
static void
own_text(const struct column *c, const char *value, struct buf *out)
{
	char at[INSTANT_TEXT];
	int64_t ms;

	if (strcmp(c->name, "state") == 0) {
		buf_add_str(out, strcmp(value, "complete") == 0 ? _("complete") : _("incomplete"));
	} else if (strcmp(c->name, "changed_at") == 0 && instant_parse(value, &ms, NULL)) {
		instant_format(ms, at);
		at[strlen("2026-11-23")] = ' ';
		buf_add(out, at, strlen("2026-11-23 08:00"));
	} else {
		buf_add_str(out, value);
	}
}

static void
value_text(const struct table *t, const struct column *c, struct stmt *st, int at, struct buf *out)
{
	char number[NUM_TEXT];

	buf_reset(out);
	if (stmt_is_real(st, at)) {
		num_format(stmt_real(st, at), number);
		buf_add_str(out, number);
	} else if (t->labels && c->q == NULL) {
		own_text(c, stmt_text(st, at), out);
	} else if (t->labels && c->q->list != NULL) {
		labelled(t, c->q, stmt_text(st, at), out);
	} else {
		buf_add_str(out, stmt_text(st, at));
	}
}
static const char *
heading(const struct table *t, const struct column *c)
{
	const char *label = "";

	if (t->labels)
		label = c->q != NULL ? text_in(t->form, &c->q->label, t->lang) : tr(c->label);
	return label[0] != '\0' ? label : c->q != NULL ? c->q->name : c->name;
}

static bool
put_heading(struct table *t, struct err *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < t->columns_n; i++)
		ok = sheet_put(t->sheet, heading(t, &t->columns[i]), SHEET_HEADING, err);
	return ok && sheet_next(t->sheet, err);
}

/* What the program worked out may be a number, too: one that a spreadsheet program keeps
 * as it is. */
static enum sheet_cell
kind_of(const struct column *c, const char *value)
{
	char number[NUM_TEXT];

	if (c->q == NULL)
		return strcmp(c->name, "row_position") == 0 ? SHEET_NUMBER : SHEET_TEXT;
	if (type_info(c->q->type)->kind != KIND_STRING && c->q->list == NULL)
		return SHEET_NUMBER;
	if (c->q->type != Q_CALCULATE || strlen(value) > NUMBER_FIGURES)
		return SHEET_TEXT;
	num_format(num_parse(value), number);
	return strcmp(number, value) == 0 ? SHEET_NUMBER : SHEET_TEXT;
}

static bool
put_line(struct table *t, struct stmt *st, struct buf *value, struct err *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < t->columns_n; i++) {
		value_text(t, &t->columns[i], st, (int)i, value);
		ok = sheet_put(t->sheet, buf_str(value), kind_of(&t->columns[i], buf_str(value)), err);
	}
	return ok && sheet_next(t->sheet, err);
}

/* Numbers stay text: an ID number or 0.10 would not survive otherwise. */
static bool
json_line(struct table *t, struct stmt *st, struct buf *value, struct err *err)
{
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);
	bool ok;

	jcs_open(&j, '{');
	for (size_t i = 0; i < t->columns_n; i++) {
		if (stmt_is_null(st, (int)i))
			continue;
		value_text(t, &t->columns[i], st, (int)i, value);
		jcs_key_str(&j, heading(t, &t->columns[i]), buf_str(value));
	}
	jcs_close(&j, '}');
	buf_reset(&t->line);
	if (t->screen)
		utf8_harmless(buf_str(&line), &t->line);
	else
		buf_add(&t->line, buf_str(&line), line.len);
	buf_add_char(&t->line, '\n');
	ok = out_file_write(t->out, t->line.data, t->line.len, err);
	buf_free(&line);
	return ok;
}

static bool
put_rows(struct table *t, struct store *store, struct err *err)
{
	struct buf sql = { 0 }, value = { 0 };
	struct stmt *st;
	bool ok = true;

	query(t, &sql);
	st = db_query(store_db(store), err, buf_str(&sql), WITHOUT);
	while (ok && st != NULL && stmt_row(st))
		ok = (t->json ? json_line : put_line)(t, st, &value, err);
	if (ok) {
		ok = stmt_end(st, err);
	} else {
		struct err ignored;

		stmt_end(st, &ignored);
	}
	buf_free(&sql);
	buf_free(&value);
	return ok;
}

static bool
write_sheet(struct table *t, struct store *store, const struct args *args, struct err *err)
{
	struct sheet_options o = {.path = args_option(args, "output"), .name = t->form->id,
	    .no_bom = args_option(args, "no-bom") != NULL, .headings = 1};

	if (!sheet_open(&o, &t->sheet, err))
		return false;
	if (!put_heading(t, err) || !put_rows(t, store, err)) {
		sheet_drop(t->sheet);
		return false;
	}
	return sheet_close(t->sheet, err);
}

static bool
write_json(struct table *t, struct store *store, const struct args *args, struct err *err)
{
	const char *path = args_option(args, "output");

	t->screen = path == NULL && isatty(STDOUT_FILENO);
	if (!out_file_open(path != NULL ? path : "-", &t->out, err))
		return false;
	if (!put_rows(t, store, err)) {
		out_file_abort(t->out);
		return false;
	}
	return out_file_commit(t->out, NULL, err);
}

static bool
find_repeat(
    const struct form *form, const char *name, const struct question **repeat, struct err *err)
{
	*repeat = NULL;
	for (size_t i = 1; name != NULL && i < form->questions_n; i++)
		if (form->questions[i]->type == Q_REPEAT &&
		    strcmp(form->questions[i]->name, name) == 0)
			*repeat = form->questions[i];
	if (name != NULL && *repeat == NULL)
		return err_set(err, _("form %s has no repeat called '%s'"), form->id, name);
	return true;
}

static int
write_xml(struct store *store, const char *form, const char *folder)
{
	struct table_xml n;
	struct err err;

	if (!table_xml(store, form, folder, &n, &err))
		return fail(CMD_UNABLE, &err);
	say(_("%zu files written to %s, %zu as they were, %zu incomplete records left out\n"),
	    n.written, folder, n.unchanged, n.incomplete);
	return CMD_DONE;
}

static int
run(struct cli *cli, const struct args *args)
{
	struct table t = {.json = args_option(args, "jsonl") != NULL,
	    .labels = args_option(args, "labels") != NULL};
	const struct logic *logic;
	struct store *store;
	struct err err;
	int code = CMD_DONE;

	if (t.json && args_option(args, "csv") != NULL) {
		err_set(&err, _("--csv and --jsonl exclude each other"));
		return fail(CMD_USAGE, &err);
	}
	if (!cli_open(cli, OPEN_READ_ONLY, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!cli_form(store, args->v[0], &logic, &err)) {
		code = fail(CMD_FAULTS, &err);
	} else if (args_option(args, "xml") != NULL) {
		code = write_xml(store, args->v[0], args_option(args, "xml"));
	} else {
		t.form = logic_form(logic);
		t.lang = form_language(t.form, tr_lang());
		if (!find_repeat(t.form, args_option(args, "rows"), &t.rows, &err) ||
		    !choose_columns(&t, store, args_option(args, "columns"), &err))
			code = fail(CMD_FAULTS, &err);
		else if (!(t.json ? write_json : write_sheet)(&t, store, args, &err))
			code = fail(CMD_UNABLE, &err);
	}
	for (size_t i = 0; i < t.columns_n; i++)
		free(t.columns[i].name);
	free(t.columns);
	buf_free(&t.name);
	buf_free(&t.record_name);
	buf_free(&t.line);
	store_close(store);
	return code;
}

static const struct option options[] = {{"csv", 0, NULL, N_("comma-separated values, the default")},
    {"jsonl", 0, NULL, N_("a JSON object a line; blank answers are left out")},
    {"xml", 0, "DIR",
	N_("a file for each complete record into this folder, as ODK Central takes them")},
    {"rows", 0, "REPEAT", N_("a line for each row of this repeat, not for each record")},
    {"columns", 0, "NAMES",
	N_("only these, in this order, with commas between; of rows also questions of their record")},
    {"labels", 0, NULL, N_("questions and codes by their labels")},
    {"no-bom", 0, NULL,
	N_("no mark at the beginning of a .csv file (it tells spreadsheet programs that the file "
	   "is UTF-8)")},
    {"output", 'o', "FILE",
	N_("into a file: a workbook when its name ends in .xlsx, compressed when in .zst")}, {0}};

const struct cmd cmd_table = {"table", "FORM", 1, 1, N_("the saved answers as a table"),
    N_("Incomplete records are in it too: see the column 'state'. A text that a spreadsheet "
       "program would take for a formula gets an apostrophe before it. A spreadsheet program that "
       "opens a .csv loses the last digits of ID numbers; in an .xlsx they stay."),
    options, run};
