/* The survey: rows as in the spreadsheet, and the nested way of writing groups
 * and repeats. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "form/form_columns.h"
#include "form/form_type_cell.h"
#include "form/form_yaml_parts.h"

#define GROUP_DEPTH 64

/* begin_... rows still open in one list of rows. */
struct open_rows {
	struct { struct question *q; int line, col; } v[GROUP_DEPTH];
	size_t n;
};

/* ---- cells ------------------------------------------------------------------- */

static void
warn_column(struct builder *b, const struct ynode *cell)
{
	char hint[HINT_TEXT];

	if (map_get(b->warned, cell->key) != NULL)
		return;
	map_put(b->warned, arena_strdup(b->arena, cell->key), NULL);
	warn(b, cell->key_line, cell->key_col, _("there is no column '%s'; it is not read%s"),
	    cell->key, did_you_mean(column_near(cell->key), hint));
}

/* One "name=value" at *p; moves on. False: broken, told. */
static bool
one_parameter(struct builder *b, const struct ynode *cell, const char **p, struct attr *out)
{
	const char *s = *p, *name = s, *value;
	size_t name_n = strcspn(s, " \t\n,;="), value_n;
	char quote = '\0';

	s += name_n;
	s += strspn(s, " \t\n");
	if (*s != '=' || name_n == 0) {
		fault(b, cell->line, cell->col,
		    _("parameters: '%.*s' is not of the form name=value"),
		    (int)(name_n > 0 ? name_n : 1), name);
		return false;
	}
	s++;
	s += strspn(s, " \t\n");
	if (*s == '"' || *s == '\'')
		quote = *s++;
	value = s;
	value_n = quote != '\0' ? strcspn(s, quote == '"' ? "\"" : "'") : strcspn(s, " \t\n,;");
	s += value_n;
	if (quote != '\0' && *s == quote)
		s++;
	out->name = arena_strndup(b->arena, name, name_n);
	out->value = arena_strndup(b->arena, value, value_n);
	*p = s;
	return true;
}

static void
read_parameters(struct builder *b, const struct ynode *cell, struct question *q)
{
	const char *text = yaml_scalar(b, cell), *p = text;
	struct attr *v;
	size_t n = 0, most = 0;

	q->parameters_line = cell->line;
	q->parameters_col = cell->col;
	for (const char *s = text; *s != '\0'; s++)
		most += *s == '=';
	v = arena_alloc(b->arena, (most + 1) * sizeof *v);
	for (;;) {
		p += strspn(p, " \t\n,;");
		if (*p == '\0' || n > most)
			break;
		if (!one_parameter(b, cell, &p, &v[n]))
			break;
		n++;
	}
	q->parameters = v;
	q->parameters_n = n;
}

static void
read_missing(struct builder *b, const struct ynode *cell, struct question *q)
{
	const char *p = yaml_scalar(b, cell);

	while (*(p += strspn(p, " \t\n,")) != '\0') {
		size_t len = strcspn(p, " \t\n,");
		char *word = arena_strndup(b->arena, p, len), hint[HINT_TEXT];
		enum missing m = missing_by_name(word);
		struct near near;

		p += len;
		q->missing |= m;
		if (m != MISSING_NONE)
			continue;
		near_start(&near, word);
		for (unsigned bit = 1; bit <= MISSING_LAST; bit *= 2)
			near_try(&near, missing_name((enum missing)bit));
		fault(b, cell->line, cell->col,
		    _("missing: '%s' is no reason; the reasons are refused, "
		      "unknown, not_applicable and unreadable%s"),
		    word, did_you_mean(near.best, hint));
	}
}

static void
read_enforce(struct builder *b, const struct ynode *cell, const char *column, enum enforce *out)
{
	const char *word = yaml_scalar(b, cell);
	char hint[HINT_TEXT];
	struct near near;

	if (*word == '\0' || enforce_by_name(word, out))
		return;
	near_start(&near, word);
	for (int e = ENFORCE_HARD; e <= ENFORCE_LOG; e++)
		near_try(&near, enforce_name((enum enforce)e));
	fault(b, cell->line, cell->col,
	    _("%s: '%s' is not known; it is hard, ask or log%s"), column, word,
	    did_you_mean(near.best, hint));
}

static void
keep_extra(struct builder *b, const struct ynode *row, const struct ynode *cell,
    struct question *q)
{
	struct attr *v = (struct attr *)(uintptr_t)q->extra;

	if (v == NULL)
		q->extra = v = arena_alloc(b->arena, row->n * sizeof *v);
	v[q->extra_n].name = arena_strdup(b->arena, cell->key);
	v[q->extra_n++].value = arena_strdup(b->arena, yaml_scalar(b, cell));
}

static void
read_cell(struct builder *b, const struct ynode *row, const struct ynode *cell,
    struct question *q)
{
	const char *lang;
	const struct column *c = column_find(cell->key, &lang);
	char *at = (char *)q + (c != NULL ? c->offset : 0);

	if (c == NULL) {
		warn_column(b, cell);
		return;
	}
	switch (c->kind) {
	case COL_TEXT:
		if (lang != NULL)
			build_text(b, (struct text *)(void *)at, build_language(b, lang),
			    yaml_scalar(b, cell));
		else
			yaml_texts(b, cell, (struct text *)(void *)at);
		break;
	case COL_SOURCE:
		if (((struct source *)(void *)at)->text != NULL)
			fault(b, cell->key_line, cell->key_col,
			    _("'%s' and another column of this row mean the same"), cell->key);
		yaml_source(b, cell, (struct source *)(void *)at);
		break;
	case COL_STRING:
		*(const char **)(void *)at = arena_strdup(b->arena, yaml_scalar(b, cell));
		if (c->offset == offsetof(struct question, save_to)) {
			q->save_to_line = cell->line;
			q->save_to_col = cell->col;
		}
		break;
	case COL_PARAMETERS:
		read_parameters(b, cell, q);
		break;
	case COL_MISSING:
		read_missing(b, cell, q);
		break;
	case COL_ENFORCE:
		read_enforce(b, cell, c->name, (enum enforce *)(void *)at);
		break;
	case COL_EXTRA:
		keep_extra(b, row, cell, q);
		break;
	default:
		break;
	}
}

/* The row's cell of a kind, or NULL. */
static const struct ynode *
cell_of(const struct ynode *row, enum column_kind kind)
{
	const char *lang;

	for (const struct ynode *c = row->first; c != NULL; c = c->next) {
		const struct column *column = column_find(c->key, &lang);

		if (column != NULL && column->kind == kind)
			return c;
	}
	return NULL;
}

/* ---- rows ---------------------------------------------------------------------- */

/* The row's name: its cell's, or one made up for a note or a group without. */
static const char *
row_name(struct builder *b, const struct ynode *row, enum qtype type, int *line, int *col)
{
	const struct ynode *cell = cell_of(row, COL_NAME);
	const char *name = cell != NULL ? yaml_scalar(b, cell) : "";
	char made[48];

	*line = row->line;
	*col = row->col;
	if (*name != '\0') {
		*line = cell->line;
		*col = cell->col;
		name_check(b, "name", name, *line, *col);
		return name;
	}
	if (type != Q_NOTE && type != Q_GROUP) {
		fault(b, row->line, row->col, "%s", _("this row has a type but no name"));
		snprintf(made, sizeof made, "_row_%d", row->line);
		return arena_strdup(b->arena, made);
	}
	snprintf(made, sizeof made, "generated_%s_name_%d", type == Q_NOTE ? "note" : "group",
	    row->line);
	return arena_strdup(b->arena, made);
}

/* The column at which word stands in the cell's first line. */
static int
word_col(const struct ynode *cell, const char *word)
{
	const char *found = strstr(cell->text, word);
	int col = cell->col;

	if (found == NULL || cell->lines_n > 0)
		return col;
	for (const char *p = cell->text; p < found; p++)
		col += ((unsigned char)*p & 0xC0) != 0x80;
	return col;
}

static void
read_select(struct builder *b, struct question *q, const struct type_cell *t,
    const struct ynode *cell)
{
	struct select_ref ref = { .q = q, .list = t->list, .line = cell->line };

	q->from_repeat = t->from_repeat;
	q->other = t->other;
	ref.col = word_col(cell, t->list != NULL ? t->list : q->name);
	if (t->file != NULL) {
		const char *dot = strrchr(t->file, '.'), *slash = strrchr(t->file, '/');
		const char *base = slash != NULL ? slash + 1 : t->file;
		bool geo = strcasecmp(dot, ".geojson") == 0;
		const char *value = question_parameter(q, "value");
		const char *label = question_parameter(q, "label");

		q->file = t->file;
		q->dataset = arena_strndup(b->arena, base, (size_t)(dot - base));
		q->value_column = value != NULL ? value : geo ? "id" : "name";
		q->label_column = label != NULL ? label : geo ? "title" : "label";
	}
	if (t->other) {
		struct buf text = { 0 };

		buf_addf(&text, "%s_other", q->name);
		ref.other = build_question(b, q->parent, Q_TEXT, buf_str(&text), q->line, q->col);
		buf_reset(&text);
		buf_addf(&text, "selected(${%s}, 'other')", q->name);
		ref.other->relevant.text = arena_strdup(b->arena, buf_str(&text));
		ref.other->relevant.line = cell->line;
		ref.other->relevant.col = cell->col;
		buf_free(&text);
	}
	if (t->list == NULL)
		return;
	b->selects = xgrow(b->selects, &b->selects_cap, b->selects_n + 1, sizeof *b->selects);
	b->selects[b->selects_n++] = ref;
}

static void
read_external(struct builder *b, struct question *q)
{
	struct buf file = { 0 };

	buf_addf(&file, "%s%s", q->name, q->type == Q_XML_EXTERNAL ? ".xml" : ".csv");
	q->dataset = q->name;
	q->file = arena_strdup(b->arena, buf_str(&file));
	q->value_column = "name";
	q->label_column = "label";
	buf_free(&file);
}

/* Makes the row's question and fills it from its cells. */
static struct question *
add_row(struct builder *b, const struct ynode *row, struct question *parent,
    const struct type_cell *t, const struct ynode *type_cell)
{
	struct question *q;
	int line, col;
	const char *name = row_name(b, row, t->type, &line, &col);

	q = build_question(b, parent, t->type, name, line, col);
	for (const struct ynode *c = row->first; c != NULL; c = c->next)
		read_cell(b, row, c, q);
	if (t->list != NULL || t->file != NULL || t->from_repeat != NULL)
		read_select(b, q, t, type_cell);
	if (t->type == Q_XML_EXTERNAL || t->type == Q_CSV_EXTERNAL)
		read_external(b, q);
	return q;
}

static const char *
marker_name(enum qtype type, bool begin)
{
	if (type == Q_REPEAT)
		return begin ? "begin_repeat" : "end_repeat";
	return begin ? "begin_group" : "end_group";
}

static void
close_row(struct builder *b, const struct ynode *cell, enum qtype type, struct open_rows *open)
{
	const char *end = marker_name(type, false);
	char at[PLACE_TEXT];

	if (open->n == 0) {
		fault(b, cell->line, cell->col, _("%s without a %s above it"), end,
		    marker_name(type, true));
		return;
	}
	open->n--;
	if (open->v[open->n].q->type != type)
		fault(b, cell->line, cell->col,
		    _("%s here, but what is open is the %s '%s' of %s"), end,
		    marker_name(open->v[open->n].q->type, true), open->v[open->n].q->name,
		    place_text(b, open->v[open->n].line, open->v[open->n].col, at));
}

static void
open_row(struct builder *b, struct question *q, const struct ynode *cell,
    struct open_rows *open)
{
	if (q->depth >= GROUP_DEPTH || open->n == GROUP_DEPTH) {
		fault(b, cell->line, cell->col, _("groups nested more than %d deep"), GROUP_DEPTH);
		return;
	}
	open->v[open->n].q = q;
	open->v[open->n].line = cell->line;
	open->v[open->n++].col = cell->col;
}

static void read_rows(struct builder *, const struct ynode *, struct question *parent);

/* `- group: place` with its own survey. */
static void
read_nested(struct builder *b, const struct ynode *row, const struct ynode *nest,
    struct question *parent)
{
	bool repeat = strcasecmp(nest->key, "repeat") == 0;
	const struct ynode *inside = cell_of(row, COL_INSIDE), *extra;
	const char *name = yaml_scalar(b, nest);
	struct question *q;

	for (size_t i = 0; i < 2; i++) {
		extra = cell_of(row, i == 0 ? COL_TYPE : COL_NAME);
		if (extra != NULL)
			fault(b, extra->key_line, extra->key_col,
			    _("'%s' does not go with '%s: %s', "
			      "which is type and name in one"),
			    extra->key, nest->key, name);
	}
	name_check(b, nest->key, name, nest->line, nest->col);
	q = build_question(b, parent, repeat ? Q_REPEAT : Q_GROUP, *name != '\0' ? name : "_",
	    nest->line, nest->col);
	for (const struct ynode *c = row->first; c != NULL; c = c->next)
		read_cell(b, row, c, q);
	if (inside == NULL)
		fault(b, nest->key_line, nest->key_col,
		    _("%s '%s' has no 'survey' with its questions"), nest->key, name);
	else
		read_rows(b, inside, q);
}

/* A row of comments only: nothing but '#', notes, or empty cells. */
static bool
comment_row(const struct ynode *row)
{
	const char *lang;

	for (const struct ynode *c = row->first; c != NULL; c = c->next) {
		const struct column *column = column_find(c->key, &lang);

		if (column != NULL && column->kind == COL_IGNORED)
			continue;
		if (c->kind != Y_TEXT || *c->text != '\0')
			return false;
	}
	return true;
}

/* As XLSForm has it, a row without type, name and label is somebody's note. */
static void
row_without_type(struct builder *b, const struct ynode *row)
{
	const char *lang;

	for (const struct ynode *c = row->first; c != NULL; c = c->next) {
		const struct column *column = column_find(c->key, &lang);

		if (column == NULL)
			warn_column(b, c);
		else if (column->kind == COL_NAME || (column->kind == COL_TEXT &&
		    column->offset == offsetof(struct question, label))) {
			fault(b, row->line, row->col, "%s", _("this row has no type"));
			return;
		}
	}
	warn(b, row->line, row->col, "%s",
	    _("this row has neither type nor name nor label; it is not read"));
}

static void
read_row(struct builder *b, const struct ynode *row, struct question *parent,
    struct open_rows *open)
{
	const struct ynode *cell, *nest, *inside;
	struct type_cell t = { 0 };
	struct question *q;
	struct err err;

	if (row->kind != Y_MAP) {
		fault(b, row->line, row->col, _("a row must be a map of columns; here is %s"),
		    ynode_kind_name(row));
		return;
	}
	cell = cell_of(row, COL_DISABLED);
	if (comment_row(row) || (cell != NULL && yaml_flag(b, cell)))
		return;
	if (open->n > 0)
		parent = open->v[open->n - 1].q;
	nest = cell_of(row, COL_NEST);
	if (nest != NULL) {
		read_nested(b, row, nest, parent);
		return;
	}
	cell = cell_of(row, COL_TYPE);
	if (cell == NULL || *yaml_scalar(b, cell) == '\0') {
		if (cell == NULL || cell->kind == Y_TEXT)
			row_without_type(b, row);
		return;
	}
	inside = cell_of(row, COL_INSIDE);
	if (inside != NULL)
		fault(b, inside->key_line, inside->key_col, "%s",
		    _("'survey' goes into a row that begins with 'group:' or 'repeat:'"));
	if (!type_cell_parse(cell->text, b->arena, &t, &err)) {
		fault(b, cell->line, cell->col, _("type: %s"), err.text);
		t.type = t.what == CELL_BEGIN ? t.type : Q_TEXT;
	}
	if (t.what == CELL_END) {
		close_row(b, cell, t.type, open);
		return;
	}
	q = add_row(b, row, parent, &t, cell);
	if (t.what == CELL_BEGIN)
		open_row(b, q, cell, open);
}

static void
read_rows(struct builder *b, const struct ynode *list, struct question *parent)
{
	struct open_rows open = { .n = 0 };

	if (list->kind != Y_LIST) {
		if (list->kind != Y_TEXT || *list->text != '\0')
			fault(b, list->line, list->col,
			    _("'survey' must be a list of rows; here is %s"),
			    ynode_kind_name(list));
		return;
	}
	for (const struct ynode *row = list->first; row != NULL; row = row->next)
		read_row(b, row, parent, &open);
	while (open.n-- > 0)
		fault(b, open.v[open.n].line, open.v[open.n].col,
		    _("the %s '%s' is never closed by an %s"),
		    marker_name(open.v[open.n].q->type, true), open.v[open.n].q->name,
		    marker_name(open.v[open.n].q->type, false));
}

void
yaml_survey(struct builder *b, const struct ynode *node, struct question *root)
{
	read_rows(b, node, root);
}
