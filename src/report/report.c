/* report.c: the counts of a report asked of the database, and its lines reckoned. */
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/tr.h"
#include "logic/expr.h"
#include "logic/logic.h"
#include "store/db.h"
#include "store/store.h"

/* The counts of one area. */
struct tally {
	char *area;
	double *counts;
};

struct asking {
	const struct report *report;
	struct tally *v;		/* in order of their areas */
	size_t n, cap;
	double *whole;			/* counts of all together */
};

/* ---- counts ------------------------------------------------------------------------ */

static struct tally *
tally_of(struct asking *a, const char *area)
{
	size_t at = 0;

	while (at < a->n && strcmp(a->v[at].area, area) < 0)
		at++;
	if (at < a->n && strcmp(a->v[at].area, area) == 0)
		return &a->v[at];
	a->v = xgrow(a->v, &a->cap, a->n + 1, sizeof *a->v);
	memmove(a->v + at + 1, a->v + at, (a->n - at) * sizeof *a->v);
	a->n++;
	a->v[at] = (struct tally){ xstrdup(area),
		xcalloc(a->report->counts_n + 1, sizeof(double)) };
	return &a->v[at];
}

static void
take_count(void *ctx, size_t count, const char *area, double value)
{
	struct asking *a = ctx;

	tally_of(a, area)->counts[count] = value;
	a->whole[count] = num_significant(a->whole[count] + value, 15);
}

/* ---- lines ------------------------------------------------------------------------- */

/* The expression with each ${count} replaced by its number. */
static void
filled_in(const struct report *r, const struct source *value, const double *counts,
    struct buf *out)
{
	char number[NUM_TEXT];

	for (const char *p = value->text; *p != '\0'; p++) {
		const char *end = strncmp(p, "${", 2) == 0 ? strchr(p, '}') : NULL;
		size_t len = end != NULL ? (size_t)(end - p - 2) : 0;

		if (end == NULL) {
			buf_add_char(out, *p);
			continue;
		}
		for (size_t i = 0; i < r->counts_n; i++)
			if (strlen(r->names[i].text) == len &&
			    strncmp(r->names[i].text, p + 2, len) == 0) {
				num_format(counts[i], number);
				buf_addf(out, "(%s)", number);
			}
		p = end;
	}
}

/* What divides by nothing, or is a text, has no value: never 0. */
static bool
reckon(const struct report *r, const struct report_line *l, const double *counts,
    const struct clock *clock, double *out, struct faults *faults)
{
	struct arena *arena = arena_new();
	struct env env = { .clock = clock, .lang = tr_lang() };
	struct expr_scope scope = { 0 };
	struct buf text = { 0 };
	struct expr *e;
	struct err why;
	bool ok;

	filled_in(r, &l->value, counts, &text);
	e = expr_compile(buf_str(&text), &scope, arena, &why);
	ok = e != NULL && expr_number(e, &env, out, &why);
	if (!ok)
		faults_add(faults, FAULT_ERROR, r->file, l->value.line, l->value.col, "%s",
		    why.text);
	else if (!isfinite(*out))
		*out = NAN;
	else
		*out = num_round(num_significant(*out, 15), l->decimals);
	buf_free(&text);
	arena_free(arena);
	return ok;
}

static bool
faulty(const struct report *r, const struct faults *faults, struct err *err)
{
	if (faults->errors > 0)
		err_set(err, _("%s has %zu faults"), r->file, faults->errors);
	return faults->errors > 0;
}

static bool
reckon_all(const struct report *r, const double *counts, const struct clock *clock, double **out,
    struct faults *faults, struct err *err)
{
	*out = xcalloc(r->lines_n + 1, sizeof **out);
	for (size_t i = 0; i < r->lines_n; i++)
		if (r->lines[i].heading.n == 0)
			reckon(r, &r->lines[i], counts, clock, &(*out)[i], faults);
	return !faulty(r, faults, err);
}

/* ---- areas ------------------------------------------------------------------------- */

static bool
choices_of(struct store *s, const struct report_level *by, const struct form **form,
    const struct choice_list **list, struct err *err)
{
	const struct logic *logic;

	if (!store_form(s, by->form.text, NULL, &logic, err))
		return false;
	*form = logic_form(logic);
	*list = form_list(*form, by->list.text);
	return *list != NULL || err_set(err, _("form %s has no list of choices called '%s'"),
	    by->form.text, by->list.text);
}

/* Those that nobody asked by, too. */
static void
check_areas(struct store *s, const struct report *r, struct faults *faults)
{
	for (size_t i = 0; i < r->levels_n; i++) {
		const struct report_level *by = &r->levels[i];
		const struct choice_list *list;
		const struct form *form;
		struct err why;

		if (!choices_of(s, by, &form, &list, &why))
			faults_add(faults, FAULT_ERROR, r->file, by->form.line, by->form.col, "%s",
			    why.text);
	}
}

static bool
name_areas(struct store *s, const struct report *r, const struct report_question *q,
    struct asking *a, struct report_answer *out, struct faults *faults, struct err *err)
{
	const struct choice_list *list = NULL;
	const struct form *form = NULL;
	bool ok = q->by == NULL || choices_of(s, q->by, &form, &list, err);

	for (size_t i = 0; ok && q->by != NULL && i < a->n; i++) {
		const char *code = a->v[i].area;
		const struct choice *c = choice_find(list, code);
		const char *label = c != NULL
		    ? text_in(form, &c->label, form_language(form, tr_lang())) : "";
		struct report_area *area;

		if (label[0] == '\0')
			label = code[0] != '\0' ? code : _("(no area)");

		out->areas = xgrow(out->areas, &out->areas_cap, out->areas_n + 1,
		    sizeof *out->areas);
		area = &out->areas[out->areas_n++];
		*area = (struct report_area){ xstrdup(code), xstrdup(label), NULL };
		ok = reckon_all(r, a->v[i].counts, q->clock, &area->values, faults, err);
	}
	return ok;
}

/* Of the forms that the counts ask. */
static bool
count_records(struct store *s, const struct report *r, const char *within,
    struct report_answer *out, struct err *err)
{
	struct bind *values = xcalloc(r->counts_n + 1, sizeof *values);
	struct buf sql = { 0 };
	struct stmt *st;

	buf_add_str(&sql, "SELECT count(*), total(state = 'incomplete') FROM ruhu_record WHERE"
	    " deleted = 0 AND substr(scope, 1, length(?1)) = ?1 AND form IN (''");
	values[0] = b_text(within);
	for (size_t i = 0; i < r->counts_n; i++) {
		buf_addf(&sql, ", ?%zu", i + 2);
		values[i + 1] = b_text(r->counts[i].form.text);
	}
	buf_add_char(&sql, ')');
	st = db_query(store_db(s), err, buf_str(&sql), values, r->counts_n + 1);
	if (stmt_row(st)) {
		out->records = stmt_int(st, 0);
		out->incomplete = stmt_int(st, 1);
	}
	buf_free(&sql);
	free(values);
	return stmt_end(st, err);
}

/* ---- the report -------------------------------------------------------------------- */

static bool
answer(struct store *s, const struct report *r, const struct report_question *q,
    struct asking *a, struct report_answer *out, struct faults *faults, struct err *err)
{
	return reckon_all(r, a->whole, q->clock, &out->whole, faults, err) &&
	    name_areas(s, r, q, a, out, faults, err) && count_records(s, r, q->within, out, err);
}

bool
report_ask(struct store *s, const struct report *r, const struct report_question *q,
    struct report_answer *out, struct faults *faults, struct err *err)
{
	struct figure_ask ask = { r->file, r->counts, r->counts_n,
		q->by != NULL ? q->by->digits : 0, q->within };
	struct asking a = { .report = r, .whole = xcalloc(r->counts_n + 1, sizeof(double)) };
	bool ok;

	*out = (struct report_answer){ 0 };
	ok = store_figures(s, &ask, q->check ? NULL : take_count, &a, faults, err);
	if (ok && q->check)
		check_areas(s, r, faults);
	ok = ok && answer(s, r, q, &a, out, faults, err);
	for (size_t i = 0; i < a.n; i++) {
		free(a.v[i].area);
		free(a.v[i].counts);
	}
	free(a.v);
	free(a.whole);
	if (!ok)
		report_answer_free(out);
	return ok;
}

void
report_answer_free(struct report_answer *answer)
{
	for (size_t i = 0; i < answer->areas_n; i++) {
		free(answer->areas[i].code);
		free(answer->areas[i].label);
		free(answer->areas[i].values);
	}
	free(answer->areas);
	free(answer->whole);
	*answer = (struct report_answer){ 0 };
}

const char *
report_value(double value, char out[NUM_TEXT])
{
	if (isnan(value))
		out[0] = '\0';
	else
		num_format(value, out);
	return out;
}

int
report_met(const struct report_line *l, double value)
{
	if (l->op == TARGET_NONE || isnan(value))
		return -1;
	switch (l->op) {
	case TARGET_AT_LEAST:
		return value >= l->target;
	case TARGET_AT_MOST:
		return value <= l->target;
	case TARGET_MORE:
		return value > l->target;
	case TARGET_LESS:
		return value < l->target;
	default:
		return value == l->target;
	}
}
