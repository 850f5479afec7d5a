#include "logic/logic.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"
#include "logic/logic_graph.h"
#include "logic/logic_label.h"

const char *
aspect_column(enum aspect aspect)
{
	static const char *const names[ASPECTS] = { "relevant", "calculation", "required",
		"read_only", "repeat_count", "choice_filter", "constraint", "warning", "default",
		"label" };

	return names[aspect];
}

const struct source *
aspect_source(const struct question *q, enum aspect aspect)
{
	static const size_t at[ASPECTS] = {
		[ASPECT_RELEVANT] = offsetof(struct question, relevant),
		[ASPECT_CALCULATION] = offsetof(struct question, calculation),
		[ASPECT_REQUIRED] = offsetof(struct question, required),
		[ASPECT_READ_ONLY] = offsetof(struct question, read_only),
		[ASPECT_REPEAT_COUNT] = offsetof(struct question, repeat_count),
		[ASPECT_CHOICES] = offsetof(struct question, choice_filter),
		[ASPECT_CONSTRAINT] = offsetof(struct question, constraint),
		[ASPECT_WARNING] = offsetof(struct question, warning),
		[ASPECT_DEFAULT] = offsetof(struct question, default_),
	};

	return (const struct source *)((const char *)q + at[aspect]);
}

/* ---- compiling -------------------------------------------------------------------------- */

/* At the place in the file of the very character. */
static void
add_fault(struct faults *faults, const struct form *form, const struct source *at,
    const char *column, const struct err *err)
{
	int line, col;

	source_place(at, err->col ? err->col : 1, &line, &col);
	faults_add(faults, FAULT_ERROR, form->file, line, col, "%s: %s", column, err->text);
}

/* XLSForm's ways to write a truth. NULL: it is an expression. */
static const char *
truth(const char *text)
{
	static const char *const yes[] = { "yes", "Yes", "YES", "true", "True", "TRUE" };
	static const char *const no[] = { "no", "No", "NO", "false", "False", "FALSE" };

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		if (!strcmp(text, yes[i]))
			return "true()";
		if (!strcmp(text, no[i]))
			return "false()";
	}
	return NULL;
}

static struct expr *
compile(struct logic *l, struct faults *faults, const struct source *source,
    const char *column, const struct expr_scope *scope)
{
	struct err err;
	const char *text = source->text;
	struct expr *e;

	if (!text || !text[strspn(text, " \t\r\n")])
		return NULL;
	if (strcmp(column, "calculation") && strcmp(column, "default") && truth(text))
		text = truth(text);
	e = expr_compile(text, scope, l->arena, &err);
	if (!e)
		add_fault(faults, l->form, source, column, &err);
	return e;
}

/* A default is an expression when it refers, calls or reckons; any other text is
 * itself: 2026-01-01, A-3, Smith (junior). As pyxform decides it. */
static bool
is_dynamic(const char *text)
{
	size_t n;
	const struct expr_function *fn = expr_functions(&n);

	if (strstr(text, "${") || strstr(text, " + ") || strstr(text, " * ") ||
	    strstr(text, " div ") || strstr(text, " mod ") || strstr(text, " | "))
		return true;
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(fn[i].name);
		const char *at = strstr(text, fn[i].name);

		for (; at; at = strstr(at + 1, fn[i].name))
			if (at[len] == '(' && (at == text || strchr(" (,+*-", at[-1])))
				return true;
	}
	return false;
}

/* What an author calls it: the columns of the sheet `entities` for an entity's own. */
static const char *
column_of(const struct question *q, enum aspect aspect)
{
	if (!q->of_entity)
		return aspect_column(aspect);
	return strcmp(q->name, "id") == 0 ? "entity_id" :
	    strcmp(q->name, "create") == 0 ? "create_if" :
	    strcmp(q->name, "update") == 0 ? "update_if" :
	    strcmp(q->name, "label") == 0 ? "label" : aspect_column(aspect);
}

/* `seed=42` or `seed=${x}` among the parameters of a select. */
static void
compile_seed(struct logic *l, const struct question *q, struct faults *faults)
{
	const char *on = question_parameter(q, "randomize");
	struct source seed = { question_parameter(q, "seed"), q->parameters_line,
		q->parameters_col, NULL, 0 };
	struct expr_scope scope = { .form = l->form, .at = q };
	struct err err;

	if (!on || strcasecmp(on, "true") != 0 || !seed.text)
		return;
	l->seeds[q->index] = expr_compile(seed.text, &scope, l->arena, &err);
	err.col = 0;
	if (!l->seeds[q->index])
		add_fault(faults, l->form, &seed, "parameters", &err);
}

static void
compile_question(struct logic *l, const struct question *q, struct faults *faults)
{
	for (int i = 0; i < ASPECT_LABEL; i++) {
		enum aspect aspect = (enum aspect)i;
		const struct source *source = aspect_source(q, aspect);
		struct expr_scope scope = { .form = l->form, .at = q };

		if (!source->text)
			continue;
		if (aspect == ASPECT_DEFAULT && (q->default_kind == DEFAULT_LITERAL ||
		    (q->default_kind == DEFAULT_GUESS && !is_dynamic(source->text)))) {
			l->literals[q->index] = source->text;
			continue;
		}
		if (aspect == ASPECT_CHOICES)
			scope.list_of = q;
		/* A count is asked once for all rows, beside them. */
		if (aspect == ASPECT_REPEAT_COUNT)
			scope.at = q->parent;
		l->exprs[vertex_id(q, aspect)] = compile(l, faults, source,
		    column_of(q, aspect), &scope);
	}
}

/* ---- triggers ------------------------------------------------------------------------------ */

struct triggers {
	struct { const struct question *watched, *q; } *v;
	size_t n, cap;
};

static void
trigger_fault(struct logic *l, struct faults *faults, const struct question *q, size_t at,
    const char *name)
{
	struct near near;
	struct err err;
	int col = 1;

	for (size_t i = 0; i < at; i++)
		col += (q->trigger.text[i] & 0xC0) != 0x80;
	near_start(&near, name);
	for (size_t i = 1; i < l->form->questions_n; i++)
		near_try(&near, l->form->questions[i]->name);
	if (near.best)
		err_at(&err, NULL, 0, col, _("no question is called '%s' (did you mean '%s'?)"),
		    name, near.best);
	else
		err_at(&err, NULL, 0, col, _("no question is called '%s'"), name);
	add_fault(faults, l->form, &q->trigger, "trigger", &err);
}

/* "${a}, ${b}" */
static void
read_trigger(struct logic *l, const struct question *q, struct triggers *t,
    struct faults *faults)
{
	const char *text = q->trigger.text, *s = text;
	bool any = false;

	while ((s = strstr(s, "${"))) {
		size_t len = strcspn(s + 2, "}");
		char *name = arena_strndup(l->arena, s + 2, len);
		const struct question *watched;

		while (*name == ' ')
			name++;
		while (len && name[0] && name[strlen(name) - 1] == ' ')
			name[strlen(name) - 1] = '\0';
		watched = form_find(l->form, name, NULL);
		if (watched) {
			t->v = xgrow(t->v, &t->cap, t->n + 1, sizeof *t->v);
			t->v[t->n].watched = watched;
			t->v[t->n++].q = q;
		} else {
			trigger_fault(l, faults, q, (size_t)(s - text), name);
		}
		any = true;
		s += 2 + len;
	}
	if (!any) {
		faults_add(faults, FAULT_ERROR, l->form->file, q->trigger.line, q->trigger.col,
		    _("trigger: '%s' names no question; it is written ${name}, several with a "
		      "comma between"), text);
	}
}

static void
make_triggers(struct logic *l, struct faults *faults)
{
	size_t n = l->form->questions_n, at = 0;
	struct triggers t = { 0 };

	for (size_t i = 0; i < n; i++)
		if (l->form->questions[i]->trigger.text)
			read_trigger(l, l->form->questions[i], &t, faults);
	l->triggered = arena_alloc(l->arena, (t.n + 1) * sizeof *l->triggered);
	l->triggered_at = arena_alloc(l->arena, (n + 1) * sizeof *l->triggered_at);
	for (size_t i = 0; i < n; i++) {
		l->triggered_at[i] = at;
		for (size_t k = 0; k < t.n; k++)
			if (t.v[k].watched->index == i)
				l->triggered[at++] = t.v[k].q;
	}
	l->triggered_at[n] = at;
	free(t.v);
}

/* ---- the whole --------------------------------------------------------------------------- */

struct logic *
logic_compile(const struct form *form, struct faults *faults)
{
	struct logic *l = xcalloc(1, sizeof *l);
	size_t n = form->questions_n, errors = faults->errors;
	struct expr_scope top = { .form = form };

	l->form = form;
	l->arena = arena_new();
	l->exprs = arena_alloc(l->arena, n * ASPECTS * sizeof *l->exprs);
	l->literals = arena_alloc(l->arena, n * sizeof *l->literals);
	l->seeds = arena_alloc(l->arena, n * sizeof *l->seeds);
	for (size_t i = 0; i < n; i++) {
		compile_question(l, form->questions[i], faults);
		compile_seed(l, form->questions[i], faults);
	}
	l->instance_name = compile(l, faults, &form->instance_name, "instance_name", &top);
	l->scope = compile(l, faults, &form->scope, "scope", &top);
	logic_labels_make(l, faults);
	make_triggers(l, faults);
	logic_graph_make(l, faults);
	if (faults->errors == errors)
		return l;
	logic_free(l);
	return NULL;
}

void
logic_free(struct logic *l)
{
	if (!l)
		return;
	arena_free(l->arena);
	free(l);
}

const struct form *
logic_form(const struct logic *l)
{
	return l->form;
}

const struct expr *
logic_expr(const struct logic *l, const struct question *q, enum aspect aspect)
{
	return l->exprs[vertex_id(q, aspect)];
}

const char *
logic_default_literal(const struct logic *l, const struct question *q)
{
	return l->literals[q->index];
}

const struct expr *
logic_seed(const struct logic *l, const struct question *q)
{
	return l->seeds[q->index];
}

const struct expr *
logic_instance_name(const struct logic *l)
{
	return l->instance_name;
}

const struct expr *
logic_scope(const struct logic *l)
{
	return l->scope;
}

bool
vertex_exists(const struct logic *l, struct vertex v)
{
	if (v.aspect == ASPECT_LABEL)
		return logic_label_reads(l, v.q, 0) != NULL;
	if (v.aspect == ASPECT_CHOICES && v.q->dataset && !v.q->list)
		return true;
	return l->exprs[vertex_id(v.q, v.aspect)] != NULL;
}

const struct expr_reads *
vertex_reads(const struct logic *l, struct vertex v, size_t nth)
{
	const struct expr *e;

	if (v.aspect == ASPECT_LABEL)
		return logic_label_reads(l, v.q, nth);
	e = l->exprs[vertex_id(v.q, v.aspect)];
	return e && nth == 0 ? expr_reads(e) : NULL;
}

const struct vertex *
logic_order(const struct logic *l, size_t *n)
{
	*n = l->order_n;
	return l->order;
}

size_t
logic_rank(const struct logic *l, const struct question *q, enum aspect aspect)
{
	return l->rank[vertex_id(q, aspect)];
}

const struct vertex *
logic_readers(const struct logic *l, const struct question *q, size_t *n)
{
	size_t at = l->readers.at[q->index];

	*n = l->readers.at[q->index + 1] - at;
	return l->readers.v + at;
}

const struct vertex *
logic_clock_readers(const struct logic *l, size_t *n)
{
	*n = l->clock_n;
	return l->clock;
}

const struct vertex *
logic_dataset_readers(const struct logic *l, const char *name, size_t *n)
{
	for (size_t i = 0; i < l->datasets_n; i++) {
		const struct dataset_slice *s = &l->datasets[i];

		if (!name ? !s->name : s->name && !strcmp(s->name, name)) {
			*n = s->n;
			return s->v;
		}
	}
	*n = 0;
	return NULL;
}

const struct question *const *
logic_triggered(const struct logic *l, const struct question *q, size_t *n)
{
	size_t at = l->triggered_at[q->index];

	*n = l->triggered_at[q->index + 1] - at;
	return l->triggered + at;
}
