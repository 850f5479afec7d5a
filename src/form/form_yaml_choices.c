/* The choices: rows as in the spreadsheet, a map a list, or a list in a file. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"
#include "form/form_columns.h"
#include "form/form_table.h"
#include "form/form_yaml.h"
#include "form/form_yaml_parts.h"

/* A list while its choices are read. The number of choices is known from the
 * start: texts point into list->v, which must not move. */
struct maker {
	struct choice_list *list;
	const char *file;		/* where its choices stand */
	const char **columns;
	size_t columns_n, columns_cap;
	struct map *seen;		/* name -> its place, line and column in one number */
	bool duplicates;		/* are fine */
	bool by_value;			/* rows with no column 'name' are named by 'value' */
	size_t no_label;
};

static void
start(struct maker *m, struct builder *b, struct choice_list *list, size_t n)
{
	memset(m, 0, sizeof *m);
	m->list = list;
	m->file = b->file;
	m->seen = map_new();
	m->duplicates = b->choice_duplicates;
	list->v = arena_alloc(b->arena, (n + 1) * sizeof *list->v);	/* 1: or_other's */
}

static size_t
column(struct maker *m, const char *name)
{
	for (size_t i = 0; i < m->columns_n; i++)
		if (strcmp(m->columns[i], name) == 0)
			return i;
	m->columns = xgrow(m->columns, &m->columns_cap, m->columns_n + 1, sizeof *m->columns);
	m->columns[m->columns_n] = name;
	return m->columns_n++;
}

/* Once all rows were looked at: the columns stay as they are. */
static void
keep_columns(struct maker *m, struct builder *b)
{
	struct choice_list *list = m->list;

	list->columns_n = m->columns_n;
	list->columns = arena_alloc(b->arena, (m->columns_n + 1) * sizeof *list->columns);
	for (size_t i = 0; i < m->columns_n; i++)
		list->columns[i] = arena_strdup(b->arena, m->columns[i]);
}

/* A new choice; NULL when its name is empty or taken (told). */
static struct choice *
add_choice(struct maker *m, struct builder *b, const char *name, int line, int col)
{
	struct choice *c;
	char at[PLACE_TEXT];
	void **before;

	if (*name == '\0') {
		faults_add(b->faults, FAULT_ERROR, m->file, line, col,
		    _("choices: a choice of '%s' has no name"), m->list->name);
		return NULL;
	}
	before = map_get(m->seen, name);
	if (before != NULL && !m->duplicates) {
		faults_add(b->faults, FAULT_ERROR, m->file, line, col,
		    _("choices: '%s' is twice in the list '%s'; the first is at %s"), name,
		    m->list->name, place_text(b, (int)((intptr_t)*before >> 32),
		    (int)((intptr_t)*before & 0x7FFFFFFF), at));
		return NULL;
	}
	c = &m->list->v[m->list->n++];
	c->name = arena_strdup(b->arena, name);
	c->cells = arena_alloc(b->arena, (m->list->columns_n + 1) * sizeof *c->cells);
	if (before == NULL)
		map_put(m->seen, c->name, (void *)(((intptr_t)line << 32) | col));
	return c;
}

static void
set_cell(struct maker *m, struct builder *b, struct choice *c, const char *name,
    const char *text)
{
	if (*text != '\0')
		c->cells[column(m, name)] = arena_strdup(b->arena, text);
}

static void
finish(struct maker *m, struct builder *b)
{
	for (size_t i = 0; i < m->list->n; i++)
		m->no_label += m->list->v[i].label.in == NULL;
	if (m->no_label > 0)
		warn(b, m->list->line, m->list->col,
		    _("choices: names of the list '%s' without a label: %zu; the names are shown"),
		    m->list->name, m->no_label);
	map_free(m->seen);
	free(m->columns);
}

/* ---- a map a list ---------------------------------------------------------------- */

static bool
two_letters(const char *s)
{
	return s[0] >= 'a' && s[0] <= 'z' && s[1] >= 'a' && s[1] <= 'z' && s[2] == '\0';
}

static bool
in_brackets(const char *s)
{
	size_t n = strlen(s);

	return n > 4 && s[n - 1] == ')' && strrchr(s, '(') != NULL;
}

/* What a key of a choice is. */
enum key { KEY_NAME, KEY_LABEL, KEY_LANGUAGE, KEY_COLUMN, KEY_IGNORED };

static bool
whole(const char *key, const char *name)
{
	return strchr(key, ':') == NULL && column_named(key, name);
}

static enum key
key_kind(const struct builder *b, const char *key, const char **lang)
{
	*lang = NULL;
	if (strcmp(key, "#") == 0 || whole(key, "list_name"))
		return KEY_IGNORED;
	if (whole(key, "name"))
		return KEY_NAME;
	if (column_named(key, "label") || column_named(key, "caption")) {
		*lang = key + strcspn(key, ":");
		*lang += strspn(*lang, ": ");
		return **lang != '\0' ? KEY_LANGUAGE : KEY_LABEL;
	}
	if (build_language_known(b, key) >= 0) {
		*lang = key;
		return KEY_LANGUAGE;
	}
	return KEY_COLUMN;
}

/* As above, for a choice written as a map: a language need not be known yet. */
static enum key
map_key_kind(const struct builder *b, const char *key, const char **lang)
{
	enum key k = key_kind(b, key, lang);

	if (k == KEY_COLUMN && (two_letters(key) || in_brackets(key))) {
		*lang = key;
		return KEY_LANGUAGE;
	}
	return k == KEY_NAME ? KEY_COLUMN : k;
}

static void
map_columns(struct maker *m, const struct builder *b, const struct ynode *list)
{
	const char *lang;

	for (const struct ynode *c = list->first; c != NULL; c = c->next)
		for (const struct ynode *k = c->first; c->kind == Y_MAP && k != NULL; k = k->next)
			if (map_key_kind(b, k->key, &lang) == KEY_COLUMN)
				column(m, k->key);
}

static void
read_map(struct builder *b, struct choice_list *list, const struct ynode *node)
{
	struct maker m;
	const char *lang;

	start(&m, b, list, node->n);
	map_columns(&m, b, node);
	keep_columns(&m, b);
	for (const struct ynode *c = node->first; c != NULL; c = c->next) {
		struct choice *choice = add_choice(&m, b, c->key, c->key_line, c->key_col);

		if (choice == NULL)
			continue;
		if (c->kind != Y_MAP) {
			yaml_texts(b, c, &choice->label);
			continue;
		}
		for (const struct ynode *k = c->first; k != NULL; k = k->next) {
			switch (map_key_kind(b, k->key, &lang)) {
			case KEY_LABEL:
				yaml_texts(b, k, &choice->label);
				break;
			case KEY_LANGUAGE:
				build_text(b, &choice->label, build_language(b, lang),
				    yaml_scalar(b, k));
				break;
			case KEY_COLUMN:
				set_cell(&m, b, choice, k->key, yaml_scalar(b, k));
				break;
			default:
				break;
			}
		}
	}
	finish(&m, b);
}

/* ---- rows -------------------------------------------------------------------------- */

struct row_list {
	const char *name;
	int line, col;
	const struct ynode **rows;
	size_t n, cap;
};

static const struct ynode *
cell_named(const struct ynode *row, const char *name)
{
	for (const struct ynode *k = row->first; k != NULL; k = k->next)
		if (whole(k->key, name))
			return k;
	return NULL;
}

static const struct ynode *
name_cell(const struct maker *m, const struct ynode *row)
{
	return cell_named(row, m->by_value ? "value" : "name");
}

static enum key
row_key_kind(const struct maker *m, const struct builder *b, const char *key, const char **lang)
{
	enum key k = key_kind(b, key, lang);

	if (m->by_value && whole(key, "value"))
		return KEY_NAME;
	/* In rows a language stands behind "label::" only. */
	return k == KEY_LANGUAGE && *lang == key ? KEY_COLUMN : k;
}

static void
read_choice_row(struct builder *b, struct maker *m, const struct ynode *row)
{
	const struct ynode *name = name_cell(m, row);
	const char *lang;
	struct choice *choice = add_choice(m, b, name != NULL ? yaml_scalar(b, name) : "",
	    name != NULL ? name->line : row->line, name != NULL ? name->col : row->col);

	if (choice == NULL)
		return;
	for (const struct ynode *k = row->first; k != NULL; k = k->next) {
		switch (row_key_kind(m, b, k->key, &lang)) {
		case KEY_LABEL:
			yaml_texts(b, k, &choice->label);
			break;
		case KEY_LANGUAGE:
			build_text(b, &choice->label, build_language(b, lang), yaml_scalar(b, k));
			break;
		case KEY_COLUMN:
			set_cell(m, b, choice, k->key, yaml_scalar(b, k));
			break;
		default:
			break;
		}
	}
}

static void
read_row_list(struct builder *b, const struct row_list *r)
{
	struct maker m;
	const char *lang;

	start(&m, b, build_list(b, r->name, r->line, r->col), r->n);
	m.by_value = true;
	for (size_t i = 0; i < r->n && m.by_value; i++)
		m.by_value = cell_named(r->rows[i], "name") == NULL;
	for (size_t i = 0; i < r->n; i++)
		for (const struct ynode *k = r->rows[i]->first; k != NULL; k = k->next)
			if (row_key_kind(&m, b, k->key, &lang) == KEY_COLUMN)
				column(&m, k->key);
	keep_columns(&m, b);
	for (size_t i = 0; i < r->n; i++)
		read_choice_row(b, &m, r->rows[i]);
	finish(&m, b);
}

static void
push_row(struct row_list *r, const struct ynode *row)
{
	r->rows = xgrow(r->rows, &r->cap, r->n + 1, sizeof *r->rows);
	r->rows[r->n++] = row;
}

/* Is there anything but comments in the row? */
static bool
empty_row(const struct ynode *row)
{
	for (const struct ynode *k = row->first; k != NULL; k = k->next)
		if (strcmp(k->key, "#") != 0 && (k->kind != Y_TEXT || *k->text != '\0'))
			return false;
	return true;
}

/* As in the survey: a row that names no choice either is somebody's note. */
static void
row_without_list(struct builder *b, const struct ynode *row)
{
	for (const struct ynode *k = row->first; k != NULL; k = k->next)
		if (whole(k->key, "name") || whole(k->key, "value") ||
		    column_named(k->key, "label")) {
			fault(b, row->line, row->col, "%s",
			    _("choices: this row has no list_name"));
			return;
		}
	warn(b, row->line, row->col, "%s",
	    _("choices: this row has neither list_name nor name nor label; it is not read"));
}

/* The spreadsheet's one long list of rows, sorted into lists by list_name. */
static void
read_sheet(struct builder *b, const struct ynode *node)
{
	struct row_list *lists = NULL;
	size_t n = 0, cap = 0;
	struct map *by_name = map_new();

	for (const struct ynode *row = node->first; row != NULL; row = row->next) {
		const struct ynode *cell;
		const char *name;
		void **slot;

		if (row->kind != Y_MAP) {
			fault(b, row->line, row->col,
			    _("a row must be a map of columns; here is %s"), ynode_kind_name(row));
			continue;
		}
		if (empty_row(row))
			continue;
		cell = cell_named(row, "list_name");
		name = cell != NULL ? yaml_scalar(b, cell) : "";
		if (*name == '\0') {
			row_without_list(b, row);
			continue;
		}
		slot = map_get(by_name, name);
		if (slot == NULL) {
			lists = xgrow(lists, &cap, n + 1, sizeof *lists);
			lists[n] = (struct row_list){ .name = name, .line = cell->line,
				.col = cell->col };
			map_put(by_name, name, (void *)(uintptr_t)++n);
			slot = map_get(by_name, name);
		}
		push_row(&lists[(uintptr_t)*slot - 1], row);
	}
	for (size_t i = 0; i < n; i++) {
		read_row_list(b, &lists[i]);
		free(lists[i].rows);
	}
	free(lists);
	map_free(by_name);
}

/* ---- a list in a file ---------------------------------------------------------------- */

static int
name_column(const struct table *t)
{
	static const char *const names[] = { "name", "code", "value" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (table_column(t, names[i]) >= 0)
			return table_column(t, names[i]);
	return -1;
}

/* What each column of the file is. A file that has no label in a language the
 * form knows may bring its own: columns of two letters. */
static void
table_kinds(const struct builder *b, const struct table *t, int name, enum key *kinds,
    const char **langs)
{
	bool label = false;

	for (size_t i = 0; i < t->columns_n; i++) {
		kinds[i] = key_kind(b, t->columns[i], &langs[i]);
		if (kinds[i] == KEY_COLUMN && in_brackets(t->columns[i])) {
			kinds[i] = KEY_LANGUAGE;
			langs[i] = t->columns[i];
		}
		label |= kinds[i] == KEY_LABEL || kinds[i] == KEY_LANGUAGE;
		if ((int)i == name)
			kinds[i] = KEY_NAME;
		else if (kinds[i] == KEY_NAME || *t->columns[i] == '\0')
			kinds[i] = KEY_IGNORED;
	}
	for (size_t i = 0; !label && i < t->columns_n; i++)
		if (kinds[i] == KEY_COLUMN && two_letters(t->columns[i])) {
			kinds[i] = KEY_LANGUAGE;
			langs[i] = t->columns[i];
		}
}

static void
fill_from_table(struct builder *b, struct choice_list *list, const char *file,
    const struct table *t)
{
	enum key *kinds = xcalloc(t->columns_n, sizeof *kinds);
	const char **langs = xcalloc(t->columns_n, sizeof *langs);
	int name = name_column(t);
	struct maker m;

	start(&m, b, list, t->rows_n);
	m.file = file;
	if (name < 0)
		faults_add(b->faults, FAULT_ERROR, file, 1, 1,
		    _("no column 'name' or 'code' in '%s'"), file);
	table_kinds(b, t, name, kinds, langs);
	for (size_t i = 0; i < t->columns_n; i++)
		if (kinds[i] == KEY_COLUMN)
			column(&m, t->columns[i]);
	keep_columns(&m, b);
	for (size_t r = 0; name >= 0 && r < t->rows_n; r++) {
		const struct table_row *row = &t->rows[r];
		struct choice *c = add_choice(&m, b, row->cells[name], row->line, 1);

		for (size_t i = 0; c != NULL && i < t->columns_n; i++) {
			if (kinds[i] == KEY_LABEL)
				build_text(b, &c->label, build_plain_language(b), row->cells[i]);
			else if (kinds[i] == KEY_LANGUAGE)
				build_text(
				    b, &c->label, build_language(b, langs[i]), row->cells[i]);
			else if (kinds[i] == KEY_COLUMN)
				set_cell(&m, b, c, t->columns[i], row->cells[i]);
		}
	}
	finish(&m, b);
	free(kinds);
	free(langs);
}

static void
read_file(struct builder *b, struct choice_list *list, const struct ynode *node)
{
	const char *name = node->text;
	struct arena *arena;
	struct table *t;
	struct buf text = { 0 };
	struct err err;

	if (b->files == NULL) {
		fault(b, node->line, node->col,
		    _("the list '%s' is in the file '%s', and no files can "
		      "be read here"),
		    list->name, name);
		return;
	}
	if (!b->files->read(b->files->ctx, name, &text, &err)) {
		fault(b, node->line, node->col, "%s", err.text);
		buf_free(&text);
		return;
	}
	arena = arena_new();
	t = table_read(name, buf_str(&text), text.len, arena, b->faults);
	if (t != NULL)
		fill_from_table(b, list, arena_strdup(b->arena, name), t);
	arena_free(arena);
	buf_free(&text);
}

/* ---- all lists -------------------------------------------------------------------------- */

static bool
is_file(const struct ynode *node)
{
	return node->kind == Y_MAP && node->n == 1 && node->first->kind == Y_TEXT &&
	    strcmp(node->first->key, "file") == 0;
}

static void
read_list(struct builder *b, const struct ynode *node)
{
	struct row_list r = { .name = node->key, .line = node->key_line, .col = node->key_col };

	if (*node->key == '\0') {
		fault(b, node->key_line, node->key_col, "%s", _("choices: a list without a name"));
		return;
	}
	if (is_file(node)) {
		read_file(b, build_list(b, node->key, node->key_line, node->key_col), node->first);
	} else if (node->kind == Y_MAP) {
		read_map(b, build_list(b, node->key, node->key_line, node->key_col), node);
	} else if (node->kind == Y_LIST) {
		for (const struct ynode *row = node->first; row != NULL; row = row->next) {
			if (row->kind != Y_MAP)
				fault(b, row->line, row->col,
				    _("a row must be a map of columns; here is %s"),
				    ynode_kind_name(row));
			else if (!empty_row(row))
				push_row(&r, row);
		}
		read_row_list(b, &r);
		free(r.rows);
	} else {
		fault(b, node->line, node->col,
		    _("choices: the list '%s' must be a map of choices or "
		      "{file: NAME.tsv}; here is %s"),
		    node->key, ynode_kind_name(node));
	}
}

void
yaml_choices(struct builder *b, const struct ynode *node)
{
	if (node->kind == Y_LIST) {
		read_sheet(b, node);
	} else if (node->kind == Y_MAP) {
		for (const struct ynode *list = node->first; list != NULL; list = list->next)
			read_list(b, list);
	} else if (*node->text != '\0') {
		fault(b, node->line, node->col, "%s",
		    _("'choices' must be a map of lists; here is a "
		      "text"));
	}
}

/* ---- what selects ask for ------------------------------------------------------------------ */

static const char *
word_in(const char *language, const char *zh, const char *en)
{
	size_t n = strlen(language);

	if (strncmp(language, "zh", 2) == 0 ||
	    (n > 4 && strncmp(language + n - 4, "(zh", 3) == 0) || strstr(language, "(zh") != NULL)
		return zh;
	return en;
}

static void
add_other(struct builder *b, const struct select_ref *ref, struct choice_list *list)
{
	size_t langs = b->languages_n;
	bool there = choice_find(list, "other") != NULL;
	struct choice *c = there ? NULL : &list->v[list->n++];

	if (ref->q->choice_filter.text != NULL)
		fault(b, ref->line, ref->col, "%s", _("type: or_other does not go with a "
		    "choice_filter; put 'other' into the list"));
	if (c != NULL) {
		c->name = "other";
		c->cells = arena_alloc(b->arena, (list->columns_n + 1) * sizeof *c->cells);
	}
	if (langs == 0)
		langs = build_plain_language(b) + 1;
	for (size_t i = 0; i < langs; i++) {
		if (c != NULL)
			build_text(b, &c->label, i, word_in(b->languages[i], "其他", "Other"));
		build_text(b, &ref->other->label, i,
		    word_in(b->languages[i], "请说明", "Please specify"));
	}
}

void
yaml_selects(struct builder *b)
{
	struct map *by_name = map_new();

	for (size_t i = 0; i < b->lists_n; i++)
		map_put(by_name, b->lists[i]->name, b->lists[i]);
	for (size_t i = 0; i < b->selects_n; i++) {
		const struct select_ref *ref = &b->selects[i];
		void **slot = map_get(by_name, ref->list);
		struct near near;
		char hint[HINT_TEXT];

		if (slot != NULL) {
			ref->q->list = *slot;
			if (ref->q->other)
				add_other(b, ref, *slot);
			continue;
		}
		near_start(&near, ref->list);
		for (size_t k = 0; k < b->lists_n; k++)
			near_try(&near, b->lists[k]->name);
		if (near.best == NULL && strchr(ref->list, '.') != NULL)
			fault(b, ref->line, ref->col,
			    _("type: there is no list '%s' in choices; a list "
			      "in a file of its own is select_one_from_file"),
			    ref->list);
		else
			fault(b, ref->line, ref->col, _("type: there is no list '%s' in choices%s"),
			    ref->list, did_you_mean(near.best, hint));
	}
	map_free(by_name);
}
