/* report_read.c: a file of figures, read. Names of forms and questions are looked up
 * when it is asked (report.c). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/tr.h"
#include "form/yaml_tree.h"
#include "report/report.h"

#define COUNT(v) (sizeof (v) / sizeof (v)[0])

enum {
	DIGITS_LIMIT = 64,
	DECIMALS_LIMIT = 6,
	COUNTS_LIMIT = 1000,		/* each is a column of what the database is asked */
	CONDITIONS_LIMIT = 100		/* of one count; each is a level of its expression */
};

static const char *const top_keys[] = { "label", "areas", "counts", "figures" };
static const char *const level_keys[] = { "name", "label", "digits", "form", "list" };
static const char *const count_keys[] = { "name", "form", "rows", "among", "where", "sum" };
static const char *const line_keys[] = { "heading", "name", "label", "unit", "note", "value",
	"decimals", "target" };

static void
need(struct yaml_cells *r, const struct ynode *n, const char *const *keys, size_t keys_n)
{
	for (size_t i = 0; i < keys_n; i++)
		if (ynode_get(n, keys[i]) == NULL)
			cell_wrong(r, n, _("here `%s` is missing"), keys[i]);
}

static long
whole_number(struct yaml_cells *r, const struct ynode *n, long most, long without)
{
	double v;

	if (n == NULL || !cell_is(r, n, Y_TEXT, _("a text")))
		return without;
	v = num_parse(n->text);
	if (v >= 0 && v <= (double)most && v == floor(v))
		return (long)v;
	cell_wrong(r, n, _("'%s' should be a whole number up to %ld"), n->key, most);
	return without;
}

/* The children of a list that must be maps, as an array of so many elements. */
static void *
elements(struct yaml_cells *r, const struct ynode *list, size_t size)
{
	if (list == NULL || !cell_is(r, list, Y_LIST, _("a list")))
		return NULL;
	return arena_alloc(r->arena, (list->n + 1) * size);
}

/* ---- areas ------------------------------------------------------------------------- */

static void
read_levels(struct yaml_cells *r, const struct ynode *list, struct report *out)
{
	struct report_level *v = elements(r, list, sizeof *v);

	out->levels = v;
	for (const struct ynode *n = v != NULL ? list->first : NULL; n != NULL; n = n->next) {
		struct report_level *l = &v[out->levels_n];

		if (!cell_is(r, n, Y_MAP, _("a map")))
			continue;
		cell_keys(r, n, level_keys, COUNT(level_keys));
		need(r, n, level_keys, COUNT(level_keys));
		cell_name(r, ynode_get(n, "name"), &l->name);
		cell_words(r, ynode_get(n, "label"), &l->label);
		cell_word(r, ynode_get(n, "form"), &l->form);
		cell_word(r, ynode_get(n, "list"), &l->list);
		l->digits = (size_t)whole_number(r, ynode_get(n, "digits"), DIGITS_LIMIT, 1);
		out->levels_n++;
	}
}

/* ---- counts ------------------------------------------------------------------------ */

static size_t
find_count(const struct report *out, const char *name, size_t len)
{
	for (size_t i = 0; i < out->counts_n; i++)
		if (out->names[i].text != NULL && strlen(out->names[i].text) == len &&
		    strncmp(out->names[i].text, name, len) == 0)
			return i;
	return SIZE_MAX;
}

/* What it is part of gives it form and rows, and conditions that hold beside its own. */
static void
take_among(struct yaml_cells *r, const struct ynode *n, const struct report *out, struct figure *f)
{
	struct word among = { 0 };
	size_t i;

	cell_word(r, n, &among);
	if (among.text == NULL)
		return;
	i = find_count(out, among.text, strlen(among.text));
	if (i == SIZE_MAX)
		cell_wrong(r, n, _("no count above is called '%s'"), among.text);
	else if (out->counts[i].where_n == CONDITIONS_LIMIT)
		cell_wrong(r, n, _("a count of more than %d conditions"), CONDITIONS_LIMIT);
	else
		*f = (struct figure){ .form = out->counts[i].form, .rows = out->counts[i].rows,
			.where = out->counts[i].where, .where_n = out->counts[i].where_n };
}

static void
add_condition(struct yaml_cells *r, const struct ynode *n, struct figure *f)
{
	struct source *v = arena_alloc(r->arena, (f->where_n + 1) * sizeof *v);

	if (f->where_n > 0)
		memcpy(v, f->where, f->where_n * sizeof *v);
	cell_source(r, n, &v[f->where_n]);
	f->where = v;
	f->where_n += v[f->where_n].text != NULL;
}

static void
read_count(struct yaml_cells *r, const struct ynode *n, const struct report *out, struct word *name,
    struct figure *f)
{
	const struct ynode *among = ynode_get(n, "among"), *form = ynode_get(n, "form");

	cell_keys(r, n, count_keys, COUNT(count_keys));
	need(r, n, count_keys, 1);
	cell_name(r, ynode_get(n, "name"), name);
	if ((among == NULL) == (form == NULL))
		cell_wrong(r, n, _("a count has either `form` or `among`"));
	if (among != NULL && ynode_get(n, "rows") != NULL)
		cell_wrong(r, ynode_get(n, "rows"), _("a count `among` another has the same rows"));
	take_among(r, among, out, f);
	cell_word(r, form, &f->form);
	cell_word(r, ynode_get(n, "rows"), &f->rows);
	cell_source(r, ynode_get(n, "sum"), &f->sum);
	if (ynode_get(n, "where") != NULL)
		add_condition(r, ynode_get(n, "where"), f);
	if (name->text != NULL && find_count(out, name->text, strlen(name->text)) != SIZE_MAX)
		cell_wrong(r, n, _("a count above is called '%s', too"), name->text);
}

static void
read_counts(struct yaml_cells *r, const struct ynode *list, struct report *out)
{
	struct figure *v = elements(r, list, sizeof *v);
	struct word *names = elements(r, list, sizeof *names);

	if (list->n > COUNTS_LIMIT) {
		cell_wrong(r, list, _("%zu counts; a report has %d at most"), list->n, COUNTS_LIMIT);
		return;
	}
	out->counts = v;
	out->names = names;
	for (const struct ynode *n = names != NULL ? list->first : NULL; n != NULL; n = n->next) {
		if (!cell_is(r, n, Y_MAP, _("a map")))
			continue;
		read_count(r, n, out, &names[out->counts_n], &v[out->counts_n]);
		out->counts_n++;
	}
}

/* ---- figures ----------------------------------------------------------------------- */

static void
read_target(struct yaml_cells *r, const struct ynode *n, struct report_line *l)
{
	static const struct { const char *sign; enum report_op op; } signs[] = {
		{ ">=", TARGET_AT_LEAST }, { "<=", TARGET_AT_MOST }, { ">", TARGET_MORE },
		{ "<", TARGET_LESS }, { "=", TARGET_EXACTLY },
	};

	l->target_text = "";
	if (n == NULL || !cell_is(r, n, Y_TEXT, _("a text")))
		return;
	l->target_text = arena_strdup(r->arena, n->text);
	for (size_t i = 0; i < COUNT(signs) && l->op == TARGET_NONE; i++)
		if (strncmp(n->text, signs[i].sign, strlen(signs[i].sign)) == 0) {
			l->op = signs[i].op;
			l->target = num_parse(n->text + strlen(signs[i].sign));
		}
	if (l->op == TARGET_NONE || !isfinite(l->target))
		cell_wrong(r, n, _("'%s' is no target; one is >= 95, <= 5, > 0, < 1 or = 100"), n->text);
}

/* Each ${name} must be a count. */
static void
check_names(struct yaml_cells *r, const struct ynode *n, const struct report *out,
    const struct source *value)
{
	for (const char *p = value->text; p != NULL && (p = strstr(p, "${")) != NULL; p++) {
		const char *end = strchr(p, '}');

		if (end == NULL || find_count(out, p + 2, (size_t)(end - p - 2)) == SIZE_MAX) {
			cell_wrong(r, n, _("'%.*s' is no count of this report"),
			    (int)(end != NULL ? end - p - 2 : 0), p + 2);
			return;
		}
	}
}

static void
read_line(struct yaml_cells *r, const struct ynode *n, const struct report *out,
    struct report_line *l)
{
	static const char *const needed[] = { "name", "label", "value" };

	cell_keys(r, n, line_keys, COUNT(line_keys));
	cell_words(r, ynode_get(n, "heading"), &l->heading);
	l->target_text = "";
	if (l->heading.n > 0)
		return;
	need(r, n, needed, COUNT(needed));
	cell_name(r, ynode_get(n, "name"), &l->name);
	cell_words(r, ynode_get(n, "label"), &l->label);
	cell_words(r, ynode_get(n, "unit"), &l->unit);
	cell_words(r, ynode_get(n, "note"), &l->note);
	cell_source(r, ynode_get(n, "value"), &l->value);
	if (l->value.text != NULL)
		check_names(r, ynode_get(n, "value"), out, &l->value);
	l->decimals = (int)whole_number(r, ynode_get(n, "decimals"), DECIMALS_LIMIT, 2);
	read_target(r, ynode_get(n, "target"), l);
}

static void
read_lines(struct yaml_cells *r, const struct ynode *list, struct report *out)
{
	struct report_line *v = elements(r, list, sizeof *v);

	out->lines = v;
	for (const struct ynode *n = v != NULL ? list->first : NULL; n != NULL; n = n->next)
		if (cell_is(r, n, Y_MAP, _("a map")))
			read_line(r, n, out, &v[out->lines_n++]);
}

/* ---- the file ---------------------------------------------------------------------- */

static void
read_all(struct yaml_cells *r, const struct ynode *top, struct report *out)
{
	static const char *const needed[] = { "label", "counts", "figures" };

	if (!cell_is(r, top, Y_MAP, _("a map")))
		return;
	cell_keys(r, top, top_keys, COUNT(top_keys));
	need(r, top, needed, COUNT(needed));
	cell_words(r, ynode_get(top, "label"), &out->label);
	if (ynode_get(top, "areas") != NULL)
		read_levels(r, ynode_get(top, "areas"), out);
	if (ynode_get(top, "counts") != NULL)
		read_counts(r, ynode_get(top, "counts"), out);
	if (ynode_get(top, "figures") != NULL)
		read_lines(r, ynode_get(top, "figures"), out);
}

struct report *
report_read(const char *file, const char *text, size_t len, struct faults *faults)
{
	struct arena *arena = arena_new();
	struct report *out = arena_alloc(arena, sizeof *out);
	struct yaml_cells r = { arena_strdup(arena, file), arena, faults, N_("a report") };
	size_t errors = faults->errors;
	const struct ynode *top = yaml_tree_read(file, text, len, arena, faults);

	out->arena = arena;
	out->file = r.file;
	if (top != NULL)
		read_all(&r, top, out);
	else if (faults->errors == errors)
		faults_add(faults, FAULT_ERROR, file, 1, 1, _("the file is empty"));
	if (faults->errors == errors)
		return out;
	arena_free(arena);
	return NULL;
}

void
report_free(struct report *r)
{
	if (r != NULL)
		arena_free(r->arena);
}
