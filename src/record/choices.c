#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "logic/dataset.h"
#include "record/state.h"

/* ---- lists as datasets -------------------------------------------------------- */

const struct dataset *
dataset_by_id(struct session *s, const char *id)
{
	void **slot;
	size_t i;

	if (!s->lists_by_id) {
		s->lists_by_id = map_new();
		s->lists = xcalloc(s->form->lists_n + 1, sizeof(struct dataset *));
		for (i = 0; i < s->form->lists_n; i++)
			map_put(s->lists_by_id, s->form->lists[i]->name, (void *)(i + 1));
	}
	slot = map_get(s->lists_by_id, id);
	if (!slot)
		return s->host.dataset ? s->host.dataset(s->host.ctx, id) : NULL;
	i = (size_t)*slot - 1;
	if (!s->lists[i]) {
		s->lists[i] = dataset_of_list(s->form, s->form->lists[i]);
		dataset_language(s->lists[i], s->lang);
	}
	return s->lists[i];
}

void
datasets_language(struct session *s)
{
	for (size_t i = 0; s->lists && i < s->form->lists_n; i++)
		if (s->lists[i])
			dataset_language(s->lists[i], s->lang);
}

void
datasets_free(struct session *s)
{
	for (size_t i = 0; s->lists && i < s->form->lists_n; i++)
		dataset_free(s->lists[i]);
	free(s->lists);
	map_free(s->lists_by_id);
}

/* ---- where a question's choices come from -------------------------------------- */

struct offer {
	const struct question *q;
	const struct expr *filter;
	const struct choice_list *list; /* the form's own; d is made for a filter only */
	const struct dataset *d;
	int value, label; /* columns of d; label -1: the value */
	/* The question whose answers are offered, and what labels them in its row. */
	const struct question *source, *words;
};

static const struct question *
row_question(const struct question *repeat, const char *name)
{
	for (const struct question *q = form_next(repeat, repeat); q; q = form_next(q, repeat))
		if (q->repeat == repeat && strcmp(q->name, name) == 0)
			return q;
	return NULL;
}

static bool
offer_find(struct session *s, const struct question *q, struct offer *o, struct err *err)
{
	const char *id = q->list ? q->list->name : q->dataset;

	*o = (struct offer){.q = q, .filter = logic_expr(s->logic, q, ASPECT_CHOICES)};
	if (q->from_repeat) {
		o->source = form_find(s->form, q->from_repeat, NULL);
		o->words = o->source && o->source->repeat && q->from_label
			       ? row_question(o->source->repeat, q->from_label)
			       : NULL;
		return o->source != NULL ||
		       err_set(err, _("There is no question \"%s\" to take choices from"),
			   q->from_repeat);
	}
	o->list = q->list;
	if (o->list && !o->filter)
		return true;
	o->d = id ? dataset_by_id(s, id) : NULL;
	if (!o->d)
		return err_set(err,
		    _("The list \"%s\" is not here; install the form or the file it comes from"),
		    q->file ? q->file
		    : id    ? id
			    : q->name);
	o->value = dataset_column(o->d, q->value_column ? q->value_column : "name");
	o->label = dataset_column(o->d, q->label_column ? q->label_column : "label");
	if (o->value < 0 && dataset_rows(o->d) > 0)
		return err_set(err, _("The list \"%s\" has no column \"%s\""), dataset_name(o->d),
		    q->value_column ? q->value_column : "name");
	if (o->value < 0)
		o->value = 0;	/* there is nothing to look for */
	return true;
}

static const char *
row_value(const struct offer *o, size_t row)
{
	return o->list ? o->list->v[row].name : dataset_cell(o->d, row, (size_t)o->value);
}

static bool
row_passes(
    struct session *s, const struct offer *o, node_id node, size_t row, bool *yes, struct err *err)
{
	struct env env;

	*yes = true;
	if (!o->filter)
		return true;
	env_at(s, node, &env);
	env.item_of = o->d;
	env.item = row;
	s->evaluations++;
	return expr_true(o->filter, &env, yes, err);
}

/* The row of code that passes the filter; several may carry one code (villages
 * numbered anew in each township). SIZE_MAX: none does. */
static bool
row_of_code(struct session *s, const struct offer *o, node_id node, const char *code, size_t *row,
    struct err *err)
{
	const struct choice *choice;
	const uint32_t *found;
	uint32_t *rows = NULL;
	bool yes = false, ok = true;
	size_t n;

	*row = SIZE_MAX;
	if (!o->d) {
		choice = choice_find(o->list, code);
		if (choice)
			*row = (size_t)(choice - o->list->v);
		return true;
	}
	n = dataset_find(o->d, (size_t)o->value, code, &found);
	if (n > 0 && !o->filter)
		*row = found[0];
	if (n == 0 || !o->filter)
		return true;
	rows = xmalloc(n * sizeof *rows);
	memcpy(rows, found, n * sizeof *rows); /* the filter may search the same table */
	for (size_t i = 0; ok && !yes && i < n; i++) {
		ok = row_passes(s, o, node, rows[i], &yes, err);
		if (ok && yes)
			*row = rows[i];
	}
	free(rows);
	return ok;
}

/* ---- choices that are answers in a repeat ---------------------------------------- */

struct answer_rows {
	node_id *v;
	size_t n, cap;
};

static bool
answer_passes(struct session *s, const struct offer *o, node_id answer, bool *yes, struct err *err)
{
	*yes = answers_value(s->answers, answer)[0] && answers_relevant(s->answers, answer);
	if (!*yes || !o->filter)
		return true;
	return eval_true(s, o->filter, answers_row_of(s->answers, answer), yes, err);
}

static bool
answers_offered(struct session *s, const struct offer *o, node_id node, struct answer_rows *out,
    struct err *err)
{
	const struct question *repeat = o->source->repeat;
	node_id scope = ANSWERS_ROOT;
	size_t n, kept = 0;
	bool yes, ok = true;

	if (repeat)
		scope = answers_seen(s->answers, node, repeat->parent);
	if (scope == NODE_NONE)
		scope = ANSWERS_ROOT;
	n = answers_all(s->answers, scope, o->source, &out->v, &out->cap);
	for (size_t i = 0; ok && i < n; i++) {
		ok = answer_passes(s, o, out->v[i], &yes, err);
		for (size_t k = 0; ok && yes && k < kept; k++)
			yes = strcmp(answers_value(s->answers, out->v[k]),
				  answers_value(s->answers, out->v[i])) != 0;
		if (ok && yes)
			out->v[kept++] = out->v[i];
	}
	out->n = kept;
	return ok;
}

static bool
answer_offered(struct session *s, const struct offer *o, node_id node, const char *code, bool *yes,
    struct err *err)
{
	struct answer_rows rows = { 0 };
	bool ok = answers_offered(s, o, node, &rows, err);

	*yes = false;
	for (size_t i = 0; ok && i < rows.n; i++)
		*yes = *yes || strcmp(answers_value(s->answers, rows.v[i]), code) == 0;
	free(rows.v);
	return ok;
}

/* ---- is a code among them --------------------------------------------------------- */

static bool
code_allowed(struct session *s, const struct offer *o, node_id node, const char *code, bool *yes,
    struct err *err)
{
	size_t row;

	if (o->source)
		return answer_offered(s, o, node, code, yes, err);
	if (!row_of_code(s, o, node, code, &row, err))
		return false;
	*yes = row != SIZE_MAX;
	return true;
}

bool
choices_allow(
    struct session *s, node_id node, const char *codes, struct buf *stranger, struct err *err)
{
	const struct question *q = answers_question(s->answers, node);
	bool several = type_info(q->type)->kind == KIND_CODES, yes = true;
	struct offer o;
	struct buf code = { 0 };

	if (!offer_find(s, q, &o, err))
		return false;
	while (yes && code_next(&codes, several, &code)) {
		if (!code_allowed(s, &o, node, buf_str(&code), &yes, err))
			yes = false;
		else if (!yes)
			buf_set_str(stranger, buf_str(&code));
	}
	buf_free(&code);
	return yes;
}

static void
add_code(struct buf *out, const char *code)
{
	if (out->len > 0)
		buf_add_char(out, ' ');
	buf_add_str(out, code);
}

/* What is offered and was not ranked. */
static bool
add_unranked(struct session *s, node_id node, struct buf *ranked, struct err *err)
{
	struct choices all;

	if (!session_choices(s, node, &all, err))
		return false;
	for (size_t i = 0; i < all.n; i++)
		if (!codes_have(buf_str(ranked), all.v[i].value))
			add_code(ranked, all.v[i].value);
	choices_free(&all);
	return true;
}

bool
choices_left(struct session *s, node_id node, const char *codes, struct buf *left, struct err *err)
{
	const struct question *q = answers_question(s->answers, node);
	bool several = type_info(q->type)->kind == KIND_CODES, yes = true, ok;
	struct buf code = { 0 };
	struct offer o;

	ok = offer_find(s, q, &o, err);
	while (ok && code_next(&codes, several, &code)) {
		ok = code_allowed(s, &o, node, buf_str(&code), &yes, err);
		if (ok && yes)
			add_code(left, buf_str(&code));
	}
	buf_free(&code);
	if (ok && q->type == Q_RANK && left->len > 0)
		ok = add_unranked(s, node, left, err);
	return ok;
}

/* ---- labels ------------------------------------------------------------------------- */

static void
row_label(struct session *s, const struct offer *o, node_id node, size_t row, struct buf *out)
{
	const char *label = "";

	if (o->list)
		label = session_text(s, node, &o->list->v[row].label);
	else if (o->label >= 0)
		label = dataset_cell(o->d, row, (size_t)o->label);
	buf_add_str(out, label[0] ? label : row_value(o, row));
}

static const char *
answer_label(const struct session *s, const struct offer *o, node_id answer)
{
	const char *label = "";

	if (o->words)
		label = answers_value(s->answers, answers_seen(s->answers, answer, o->words));
	return label[0] ? label : answers_value(s->answers, answer);
}

static bool
offered_label(
    struct session *s, const struct offer *o, node_id node, const char *code, struct buf *out)
{
	struct answer_rows rows = { 0 };
	struct err err;
	size_t i = 0;
	bool found;

	found = answers_offered(s, o, node, &rows, &err);
	while (found && i < rows.n && strcmp(answers_value(s->answers, rows.v[i]), code) != 0)
		i++;
	found = found && i < rows.n;
	if (found)
		buf_add_str(out, answer_label(s, o, rows.v[i]));
	free(rows.v);
	return found;
}

bool
choice_label(struct session *s, node_id node, const char *code, struct buf *out)
{
	const struct question *q = answers_question(s->answers, node);
	const uint32_t *rows;
	struct offer o;
	struct err err;
	size_t row;

	if (!offer_find(s, q, &o, &err))
		return false;
	if (o.source)
		return offered_label(s, &o, node, code, out);
	if (!row_of_code(s, &o, node, code, &row, &err) || row == SIZE_MAX) {
		if (!o.d || dataset_find(o.d, (size_t)o.value, code, &rows) == 0)
			return false;
		row = rows[0];
	}
	row_label(s, &o, node, row, out);
	return true;
}

/* For jr:choice-name(): a label may name answers, and ask for other labels in turn. */
bool
choice_label_from(struct session *s, const struct question *q, node_id at, const char *code,
    struct buf *out)
{
	node_id node = answers_seen(s->answers, at, q);
	size_t shown = s->shown_n;
	bool found = false;

	if (node == NODE_NONE || !code[0] || s->labelling == LABELS_DEEP)
		return false;
	s->labelling++;
	found = choice_label(s, node, code, out);
	s->labelling--;
	/* What is worked out in the midst of a change may be otherwise at its end. */
	while (s->shown_n > shown)
		free(s->shown[--s->shown_n].s);
	return found;
}

/* ---- all that may be picked ----------------------------------------------------------- */

struct gather { /* value NUL label NUL value NUL ... */
	struct buf text;
	size_t n;
};

static void
gather_add(struct gather *g, const char *value, const char *label)
{
	buf_add(&g->text, value, strlen(value) + 1);
	buf_add(&g->text, label, strlen(label) + 1);
	g->n++;
}

/* One block of memory: the array, then the texts it points to. */
static void
gather_take(struct gather *g, struct choices *out)
{
	size_t array = g->n * sizeof *out->v;
	char *at;

	out->n = g->n;
	out->v = xmalloc(array + g->text.len + 1);
	at = (char *)out->v + array;
	if (g->text.len > 0)
		memcpy(at, g->text.data, g->text.len);
	for (size_t i = 0; i < g->n; i++) {
		out->v[i].value = at;
		at += strlen(at) + 1;
		out->v[i].label = at;
		at += strlen(at) + 1;
	}
	buf_free(&g->text);
}

static bool
rows_offered(struct session *s, const struct offer *o, node_id node, uint32_t **rows, size_t *n,
    struct err *err)
{
	struct env env;

	if (o->filter) {
		env_at(s, node, &env);
		s->evaluations++;
		return expr_filter(o->filter, &env, o->d, rows, n, err);
	}
	*n = o->d ? dataset_rows(o->d) : o->list->n;
	*rows = xmalloc(*n * sizeof **rows + 1);
	for (size_t i = 0; i < *n; i++)
		(*rows)[i] = (uint32_t)i;
	return true;
}

/* Without a seed of the form's own: the same order each time this record is opened. */
static void
own_seed(const struct session *s, const struct question *q, struct buf *seed)
{
	unsigned char hash[HASH_BYTES];
	struct hash_part parts[2] = {{q->name, strlen(q->name)}, {s->id, strlen(s->id)}};
	uint32_t x = 0;

	hash_parts(parts, 2, NULL, 0, hash);
	for (int i = 0; i < 4; i++)
		x = x << 8 | hash[i];
	buf_addf(seed, "%u", x);
}

/* `randomize=true`, as randomize() does it. */
static bool
randomize(struct session *s, const struct question *q, node_id node, uint32_t *rows, size_t n,
    struct err *err)
{
	const char *on = question_parameter(q, "randomize");
	const struct expr *e = logic_seed(s->logic, q);
	struct buf seed = { 0 };
	uint32_t *before, *from;

	if (!on || strcasecmp(on, "true") != 0 || n == 0)
		return true;
	if (!e)
		own_seed(s, q, &seed);
	else if (!eval_text(s, e, node, &seed, err)) {
		buf_free(&seed);
		return false;
	}
	before = xmalloc(2 * n * sizeof *before);
	from = before + n;
	memcpy(before, rows, n * sizeof *rows);
	expr_shuffle(buf_str(&seed), from, n);
	for (size_t i = 0; i < n; i++)
		rows[i] = before[from[i]];
	free(before);
	buf_free(&seed);
	return true;
}

static bool
gather_rows(
    struct session *s, const struct offer *o, node_id node, struct gather *g, struct err *err)
{
	struct buf label = { 0 };
	uint32_t *rows = NULL;
	size_t n = 0;
	bool ok;

	if (!rows_offered(s, o, node, &rows, &n, err))
		return false;
	ok = randomize(s, o->q, node, rows, n, err);
	for (size_t i = 0; ok && i < n; i++) {
		buf_reset(&label);
		row_label(s, o, node, rows[i], &label);
		gather_add(g, row_value(o, rows[i]), buf_str(&label));
	}
	free(rows);
	buf_free(&label);
	return ok;
}

static bool
gather_answers(
    struct session *s, const struct offer *o, node_id node, struct gather *g, struct err *err)
{
	struct answer_rows rows = { 0 };
	bool ok = answers_offered(s, o, node, &rows, err) &&
		  randomize(s, o->q, node, rows.v, rows.n, err);

	for (size_t i = 0; ok && i < rows.n; i++) {
		gather_add(g, answers_value(s->answers, rows.v[i]), answer_label(s, o, rows.v[i]));
	}
	free(rows.v);
	return ok;
}

bool
session_choices(struct session *s, node_id node, struct choices *out, struct err *err)
{
	const struct question *q;
	enum kind kind;
	struct gather g = { 0 };
	struct offer o;

	if (!answers_alive(s->answers, node))
		return err_set(err, _("There is no such question here"));
	work_begin(s);
	q = answers_question(s->answers, node);
	kind = type_info(q->type)->kind;
	if (kind != KIND_CODE && kind != KIND_CODES)
		return err_set(err, _("\"%s\" has no list of choices"), q->name);
	if (!offer_find(s, q, &o, err))
		return false;
	if (o.source ? !gather_answers(s, &o, node, &g, err) : !gather_rows(s, &o, node, &g, err)) {
		buf_free(&g.text);
		return false;
	}
	gather_take(&g, out);
	return true;
}

void
choices_free(struct choices *c)
{
	free(c->v);
	*c = (struct choices){ 0 };
}
