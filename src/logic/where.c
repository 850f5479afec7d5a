#include "logic/where.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/num.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/xdate.h"
#include "logic/xeval.h"

enum sql_type { SQL_TEXT, SQL_NUMBER, SQL_DATE, SQL_BOOL };

/* A value on its way into the SQL. */
struct part {
	enum sql_type type;
	bool fixed;		/* a literal; text holds it */
	bool answer;		/* of a question, as it is: beside another, or a text, a text */
	struct buf sql, text;
};

struct writer {
	const struct expr *e;
	const struct where_names *names;
	struct err *err;
	const struct question *inside;	/* the repeat a predicate is asked of, alias n; or NULL */
};

static bool value(struct writer *, const struct xnode *, struct part *);
static bool holds(struct writer *, const struct xnode *, bool top, struct buf *);

static void
part_free(struct part *p)
{
	buf_free(&p->sql);
	buf_free(&p->text);
}

static bool
refuse(struct writer *w, const struct xnode *x, const char *what)
{
	return xerr(w->err, w->e->text, x->at,
	    _("%s cannot be asked of a whole table at once; docs/worklists.md lists what can"), what);
}

/* As SQL has it: between two marks, each mark inside written twice. */
static void
add_between(struct buf *out, char mark, const char *text)
{
	buf_add_char(out, mark);
	for (; *text != '\0'; text++) {
		if (*text == mark)
			buf_add_char(out, mark);
		buf_add_char(out, *text);
	}
	buf_add_char(out, mark);
}

static void
add_name(struct buf *out, const char *alias, const char *column)
{
	buf_addf(out, "%s.", alias);
	add_between(out, '"', column);
}

/* ---- what is the same for every record ---------------------------------------------- */

static bool
is_fixed(const struct xnode *x)
{
	static const char *const bare[] = { "true", "false", "today", "now", "pi" };
	static const char *const never[] = { "random", "randomize", "uuid", "once", "lang",
		"pulldata", "instance", "current", "previous", "position", "last", "itext" };

	if (x == NULL || x->kind == X_STRING || x->kind == X_NUMBER)
		return true;
	if (x->kind == X_CALL) {
		for (size_t i = 0; i < sizeof never / sizeof *never; i++)
			if (x_is_call(x, never[i]))
				return false;
		for (size_t i = 0; i < x->args_n; i++)
			if (!is_fixed(x->args[i]))
				return false;
		for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
			if (x_is_call(x, bare[i]))
				return true;
		return x->args_n > 0;
	}
	if (x->kind < X_OR || x->kind > X_NEG)
		return false;
	return is_fixed(x->a) && is_fixed(x->b);
}

static bool
fixed_value(struct writer *w, const struct xnode *x, struct part *p)
{
	struct env env = { .clock = w->names->clock, .lang = w->names->lang };
	struct ctx ctx = { .position = 1 };
	struct run run;
	struct xval v;
	struct str s;
	bool ok;

	run_start(&run, w->e, &env, w->err);
	ok = xeval(&run, x, &ctx, &v);
	if (ok) {
		s = val_to_str(&run, &v);
		p->fixed = true;
		p->type = v.type == V_NUMBER ? SQL_NUMBER : v.type == V_BOOLEAN ? SQL_BOOL
		    : v.type == V_DATE ? SQL_DATE : SQL_TEXT;
		if (v.type == V_BOOLEAN)
			buf_add_char(&p->sql, v.boolean ? '1' : '0');
		else if (v.type == V_NUMBER && !isfinite(v.number))
			buf_add_str(&p->sql, "NULL");
		else if (v.type == V_NUMBER)
			buf_add(&p->sql, s.s, s.len);
		else
			add_between(&p->sql, '\'', s.s);
		buf_add(&p->text, s.s, s.len);
		ok = memchr(s.s, '\0', s.len) == NULL || refuse(w, x, _("a NUL character"));
	}
	run_end(&run);
	return ok;
}

/* ---- questions ------------------------------------------------------------------------ */

static void
set_type(struct part *p, const struct question *q)
{
	enum kind kind = type_info(q->type)->kind;

	p->type = kind == KIND_INTEGER || kind == KIND_DECIMAL ? SQL_NUMBER
	    : kind == KIND_DATE ? SQL_DATE : SQL_TEXT;
}

/* The column of q as seen from the row that is asked. */
static bool
column(struct writer *w, const struct xnode *x, const struct question *q, bool bare,
    struct part *p)
{
	const char *table, *name, *alias;

	if (q->repeat == NULL) {
		alias = "r";
	} else if (bare && q->repeat == w->inside) {
		alias = "n";
	} else if (q->repeat == w->names->rows && !bare) {
		alias = "t";
	} else {
		return xerr(w->err, w->e->text, x->at, _("'%s' has an answer in each row of a table; "
		    "count, sum, min and max make one of them"), q->name);
	}
	if (!w->names->column(w->names->ctx, q, &table, &name) || name == NULL)
		return refuse(w, x, _("a question without an answer"));
	add_name(&p->sql, alias, name);
	set_type(p, q);
	p->answer = true;
	return true;
}

/* A bare name inside [...]: a question of the row there. */
static const struct question *
bare_question(const struct writer *w, const struct xnode *x)
{
	if (w->inside == NULL || !x_is_bare_name(x))
		return NULL;
	for (const struct question *q = form_next(w->inside, w->inside); q != NULL;
	    q = form_next(q, w->inside))
		if (q->repeat == w->inside && strcmp(q->name, x->steps[0].name) == 0)
			return q;
	return NULL;
}

/* ${repeat}, ${repeat}[...], ${repeat}/x, ${repeat}[...]/x, or ${x} of a repeat. */
struct rows {
	const struct question *repeat, *of;	/* of: whose answers; NULL: the rows */
	const struct xnode *filter;		/* with predicates; NULL: all rows */
};

static bool
rows_of(const struct xnode *x, struct rows *rows)
{
	*rows = (struct rows){ 0 };
	if (x->kind == X_PATH) {
		if (x->absolute || x->a == NULL || x->steps_n != 1 || x->steps[0].preds_n > 0 ||
		    x->steps[0].q == NULL)
			return false;
		rows->of = x->steps[0].q;
		x = x->a;
	}
	if (x->kind == X_FILTER) {
		rows->filter = x;
		x = x->a;
	}
	if (x->kind != X_REF || x->q == NULL)
		return false;
	if (x->q->type == Q_REPEAT) {
		rows->repeat = x->q;
	} else if (rows->of == NULL && rows->filter == NULL) {
		rows->of = x->q;
		rows->repeat = x->q->repeat;
	}
	return rows->repeat != NULL && (rows->of == NULL || rows->of->repeat == rows->repeat);
}

/* FROM the repeat's table, of this record (or row), where the predicates hold. */
static bool
from_rows(struct writer *w, const struct xnode *x, const struct rows *rows, const char *what,
    struct part *p)
{
	const struct question *was = w->inside, *up = rows->repeat->repeat;
	const char *table, *name = NULL, *of = NULL;
	bool ok = true;

	if (was != NULL || (up != NULL && up != w->names->rows))
		return refuse(w, x, _("a table inside another one"));
	if (!w->names->column(w->names->ctx, rows->repeat, &table, &name) ||
	    (rows->of != NULL && !w->names->column(w->names->ctx, rows->of, &table, &of)))
		return refuse(w, x, _("a question without an answer"));
	w->inside = rows->repeat;
	buf_addf(&p->sql, "(SELECT %s(", what);
	if (of != NULL)
		add_name(&p->sql, "n", of);
	else
		buf_add_char(&p->sql, '*');
	buf_add_str(&p->sql, ") FROM ");
	add_between(&p->sql, '"', table);
	buf_addf(&p->sql, " n WHERE n.record_no = r.record_no%s",
	    up != NULL ? " AND n.parent_id = t.row_id" : "");
	for (size_t i = 0; ok && rows->filter != NULL && i < rows->filter->args_n; i++) {
		buf_add_str(&p->sql, " AND ");
		ok = holds(w, rows->filter->args[i], true, &p->sql);
	}
	buf_add_char(&p->sql, ')');
	w->inside = NULL;
	return ok;
}

/* ---- functions ---------------------------------------------------------------------------- */

static bool
aggregate(struct writer *w, const struct xnode *x, struct part *p)
{
	struct rows rows;
	const char *what = x_is_call(x, "count") || x_is_call(x, "count-non-empty") ? "count"
	    : x_is_call(x, "sum") ? "total" : x_is_call(x, "min") ? "min" : "max";

	if (x->args_n != 1 || !rows_of(x->args[0], &rows) ||
	    (rows.of != NULL && x_is_call(x, "count")))
		return xerr(w->err, w->e->text, x->at, "%s", _("count is asked of ${table} or "
		    "${table}[...]; sum, min and max of ${table}/question"));
	/* Seen from a row, ${x} is its own. */
	if (x->args[0]->kind == X_REF && rows.of != NULL && rows.repeat == w->names->rows)
		return refuse(w, x, _("a sum of one row's answer"));
	if (rows.of == NULL && what[0] != 'c')
		return refuse(w, x, _("a sum of rows"));
	if (rows.of != NULL)
		set_type(p, rows.of);
	if (what[0] == 'c' || what[0] == 't')
		p->type = SQL_NUMBER;
	if (p->type == SQL_TEXT)
		return refuse(w, x, _("the greatest or least of texts"));
	return from_rows(w, x, &rows, what, p);
}

static bool
number(struct writer *w, const struct xnode *x, const struct part *p, struct buf *out)
{
	if (p->type == SQL_NUMBER) {
		buf_add(out, p->sql.data, p->sql.len);
	} else if (p->type == SQL_TEXT && p->fixed) {
		double n = num_parse(buf_str(&p->text));

		if (!isfinite(n))
			return refuse(w, x, _("a text as a number"));
		buf_add_str(out, buf_str(&p->text));
	} else if (p->type == SQL_TEXT) {
		/* What is no plain number is no number, as in the evaluator. */
		buf_addf(out, "CASE WHEN %s GLOB '*[0-9]*' AND %s NOT GLOB '*[^0-9.-]*' THEN "
		    "CAST(%s AS REAL) END", p->sql.data, p->sql.data, p->sql.data);
	} else if (p->type == SQL_DATE) {
		buf_addf(out, "CAST(round(julianday(%s) - 2440587.5) AS INTEGER)", p->sql.data);
	} else {
		return refuse(w, x, _("a condition as a number"));
	}
	return true;
}

static bool
fixed_text(struct writer *w, const struct xnode *call, size_t i, struct part *p)
{
	if (is_fixed(call->args[i]))
		return fixed_value(w, call->args[i], p);
	return xerr(w->err, w->e->text, call->args[i]->at, "%s",
	    _("this must be the same for every record: a text written out"));
}

/* selected, starts-with, contains: of an answer, with a text that is written out. */
static bool
word_test(struct writer *w, const struct xnode *x, struct part *p)
{
	struct part text = { 0 }, word = { 0 };
	bool ok = value(w, x->args[0], &text) && fixed_text(w, x, 1, &word);

	p->type = SQL_BOOL;
	if (!ok) {
		;
	} else if (x_is_call(x, "selected")) {
		buf_addf(&p->sql, "instr(' ' || ifnull(%s, '') || ' ', ' ' || %s || ' ') > 0",
		    text.sql.data, word.sql.data);
	} else if (x_is_call(x, "contains")) {
		buf_addf(&p->sql, "instr(ifnull(%s, ''), %s) > 0", text.sql.data, word.sql.data);
	} else {
		buf_addf(&p->sql, "substr(ifnull(%s, ''), 1, length(%s)) = %s", text.sql.data,
		    word.sql.data, word.sql.data);
	}
	part_free(&text);
	part_free(&word);
	return ok;
}

static bool
pulled(struct writer *w, const struct xnode *x, struct part *p)
{
	struct part a[4] = { 0 };
	struct err why;
	bool ok = x->args_n == 4 || refuse(w, x, _("pulldata with other than four arguments"));

	for (size_t i = 0; ok && i < 4; i++)
		ok = i < 3 ? fixed_text(w, x, i, &a[i]) : value(w, x->args[i], &a[i]);
	p->type = SQL_TEXT;
	if (ok && !w->names->look_up(w->names->ctx, buf_str(&a[0].text), buf_str(&a[1].text),
	    buf_str(&a[2].text), buf_str(&a[3].sql), &p->sql, &why))
		ok = xerr(w->err, w->e->text, x->at, "%s", why.text);
	for (size_t i = 0; i < 4; i++)
		part_free(&a[i]);
	return ok;
}

/* Parts that mean the same to ODK and to strftime. */
static bool
formatted(struct writer *w, const struct xnode *x, struct part *p)
{
	struct part date = { 0 }, format = { 0 };
	bool ok = value(w, x->args[0], &date) && fixed_text(w, x, 1, &format);

	for (const char *f = buf_str(&format.text); ok && *f != '\0'; f++)
		if (*f == '%' && (f[1] == '\0' || strchr("Ymd", *++f) == NULL))
			ok = refuse(w, x->args[1], _("format-date with more than the year, the month and the day"));
	if (ok && date.type != SQL_DATE)
		ok = refuse(w, x->args[0], _("format-date of what is no date"));
	if (ok)
		buf_addf(&p->sql, "strftime(%s, %s)", format.sql.data, date.sql.data);
	p->type = SQL_TEXT;
	part_free(&date);
	part_free(&format);
	return ok;
}

/* coalesce, concat, if: several values side by side. */
static bool
several(struct writer *w, const struct xnode *x, struct part *p)
{
	bool concat = x_is_call(x, "concat"), choice = x_is_call(x, "if"), ok = true;

	buf_add_str(&p->sql, choice ? "CASE WHEN " : concat ? "(" : "coalesce(");
	for (size_t i = 0; ok && i < x->args_n; i++) {
		struct part a = { 0 };

		if (choice && i == 0) {
			ok = holds(w, x->args[0], true, &p->sql);
			buf_add_str(&p->sql, " THEN ");
			continue;
		}
		ok = value(w, x->args[i], &a);
		if (ok && i > (choice ? 1 : 0))
			buf_add_str(&p->sql, choice ? " ELSE " : concat ? " || " : ", ");
		/* A blank is NULL in the tables and '' in an expression. */
		if (ok)
			buf_addf(&p->sql, concat ? "ifnull(%s, '')" : "nullif(%s, '')", a.sql.data);
		p->type = !concat && (i == (choice ? 1u : 0u) || a.type == p->type) ? a.type : SQL_TEXT;
		part_free(&a);
	}
	buf_add_str(&p->sql, choice ? " END" : ")");
	return ok;
}

static bool
one_argument(struct writer *w, const struct xnode *x, struct part *p)
{
	struct part a = { 0 };
	bool ok = x->args_n == 1 ? value(w, x->args[0], &a)
	    : refuse(w, x, _("a function without its argument"));

	p->type = SQL_NUMBER;
	if (ok && x_is_call(x, "string-length")) {
		buf_addf(&p->sql, "length(ifnull(%s, ''))", a.sql.data);
	} else if (ok && x_is_call(x, "number")) {
		ok = number(w, x->args[0], &a, &p->sql);
	} else if (ok) {
		bool date = x_is_call(x, "date");

		p->type = date ? SQL_DATE : a.type;
		buf_addf(&p->sql, date && a.type != SQL_DATE ? "date(%s)" : "%s", a.sql.data);
	}
	part_free(&a);
	return ok;
}

static bool
call(struct writer *w, const struct xnode *x, struct part *p)
{
	static const struct {
		const char *name;
		bool (*write)(struct writer *, const struct xnode *, struct part *);
	} table[] = {
		{ "count", aggregate }, { "count-non-empty", aggregate }, { "sum", aggregate },
		{ "min", aggregate }, { "max", aggregate },
		{ "selected", word_test }, { "starts-with", word_test }, { "contains", word_test },
		{ "pulldata", pulled }, { "format-date", formatted }, { "coalesce", several },
		{ "concat", several }, { "if", several }, { "string-length", one_argument },
		{ "number", one_argument }, { "string", one_argument }, { "date", one_argument },
	};
	char what[80];

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (x_is_call(x, table[i].name))
			return table[i].write(w, x, p);
	if (x_is_call(x, "not")) {
		p->type = SQL_BOOL;
		buf_add_str(&p->sql, "NOT ");
		return holds(w, x->args[0], false, &p->sql);
	}
	snprintf(what, sizeof what, "%.70s()", x->text);
	return refuse(w, x, what);
}

/* ---- operators ------------------------------------------------------------------------------ */

/* Days more or less than a date, days between two, sums of numbers. */
static bool
arithmetic(struct writer *w, const struct xnode *x, struct part *p)
{
	static const char *const sign[] = { "+", "-", "*", "* 1.0 /" };
	struct part a = { 0 }, b = { 0 };
	bool ok = x->kind <= X_DIV || refuse(w, x, "mod");

	ok = ok && value(w, x->a, &a) && value(w, x->b, &b);
	if (ok && a.type == SQL_DATE && b.type == SQL_NUMBER && x->kind <= X_SUB) {
		buf_addf(&p->sql, "date(%s, (%s%s) || ' days')", a.sql.data,
		    x->kind == X_SUB ? "-" : "", b.sql.data);
		p->type = SQL_DATE;
	} else if (ok) {
		p->type = SQL_NUMBER;
		buf_add_char(&p->sql, '(');
		ok = number(w, x->a, &a, &p->sql);
		buf_addf(&p->sql, " %s ", sign[x->kind - X_ADD]);
		/* SQL knows no infinity. */
		if (x->kind == X_DIV && (!b.fixed || num_parse(buf_str(&b.text)) == 0))
			ok = refuse(w, x, _("a division by what may be nothing"));
		ok = ok && number(w, x->b, &b, &p->sql);
		buf_add_char(&p->sql, ')');
	}
	part_free(&a);
	part_free(&b);
	return ok;
}

static bool
is_date(const struct part *p)
{
	struct date d;

	return p->type == SQL_DATE || (p->fixed && p->type == SQL_TEXT &&
	    date_parse(buf_str(&p->text), &d, NULL));
}

/* today() + 7 is a number of days: beside a date it is that day. */
static void
day_of(struct part *p)
{
	double n = p->fixed && p->type == SQL_NUMBER ? num_parse(buf_str(&p->text)) : NAN;
	struct date d;

	if (!(fabs(n) < 1e6))
		return;
	d = xdate_local(n);
	if (fabs(xdate_from_date(d) - n) > 1e-6)
		return;
	p->type = SQL_DATE;
	buf_reset(&p->sql);
	buf_addf(&p->sql, "'%04d-%02d-%02d'", d.year, d.month, d.day);
}

/* A date beside a number of days. */
static void
both_days(struct part *a, struct part *b)
{
	if (is_date(a))
		day_of(b);
	else if (is_date(b))
		day_of(a);
}

/* Equality never gives NULL: IS is SQLite's `=` to which a blank is a value. */
static bool
equal(struct writer *w, const struct xnode *x, const struct part *a, const struct part *b,
    struct buf *out)
{
	bool texts = (a->answer || a->type == SQL_TEXT) && (b->answer || b->type == SQL_TEXT);
	bool numbers = !texts && (a->type == SQL_NUMBER || b->type == SQL_NUMBER), ok = true;
	const struct part *blank = a->fixed && a->text.len == 0 ? a
	    : b->fixed && b->text.len == 0 ? b : NULL;

	if (a->type == SQL_BOOL || b->type == SQL_BOOL)
		return refuse(w, x, _("a comparison with a condition"));
	if (numbers && (a->type == SQL_DATE || b->type == SQL_DATE))
		return refuse(w, x, _("whether a date is a number"));
	if (blank != NULL) {
		buf_addf(out, "nullif(%s, '') IS %sNULL", (blank == a ? b : a)->sql.data,
		    x->kind == X_NE ? "NOT " : "");
		return true;
	}
	if (texts && (a->type == SQL_NUMBER || b->type == SQL_NUMBER)) {
		buf_addf(out, "CAST(%s AS TEXT) IS %sCAST(%s AS TEXT)", a->sql.data,
		    x->kind == X_NE ? "NOT " : "", b->sql.data);
		return true;
	}
	if (!numbers || a->fixed || b->fixed) {
		ok = numbers ? number(w, x->a, a, out) : (buf_add_str(out, a->sql.data), true);
		buf_add_str(out, x->kind == X_EQ ? " IS " : " IS NOT ");
		return ok && (numbers ? number(w, x->b, b, out) : (buf_add_str(out, b->sql.data), true));
	}
	buf_add_str(out, "ifnull(");
	ok = number(w, x->a, a, out);
	buf_add_str(out, x->kind == X_EQ ? " = " : " <> ");
	ok = ok && number(w, x->b, b, out);
	buf_add_str(out, x->kind == X_EQ ? ", 0)" : ", 1)");
	return ok;
}

static bool
compare(struct writer *w, const struct xnode *x, bool top, struct buf *out)
{
	static const char *const sign[] = { "<", "<=", ">", ">=" };
	struct part a = { 0 }, b = { 0 };
	bool ok = value(w, x->a, &a) && value(w, x->b, &b);

	if (ok)
		both_days(&a, &b);
	if (ok && (x->kind == X_EQ || x->kind == X_NE)) {
		ok = equal(w, x, &a, &b, out);
	} else if (ok) {
		bool dates = is_date(&a) || is_date(&b);

		/* A blank makes it false: at the top NULL is as good, and an index may be
		 * used. */
		buf_add_str(out, top ? "" : "ifnull(");
		if (dates && (a.type == SQL_NUMBER || b.type == SQL_NUMBER))
			ok = refuse(w, x, _("whether a date is more than a number"));
		else if (a.type == SQL_BOOL || b.type == SQL_BOOL)
			ok = refuse(w, x, _("a comparison with a condition"));
		else if (dates)
			buf_addf(out, "%s %s %s", a.sql.data, sign[x->kind - X_LT], b.sql.data);
		else {
			ok = number(w, x->a, &a, out);
			buf_addf(out, " %s ", sign[x->kind - X_LT]);
			ok = ok && number(w, x->b, &b, out);
		}
		buf_add_str(out, top ? "" : ", 0)");
	}
	part_free(&a);
	part_free(&b);
	return ok;
}

static bool
value(struct writer *w, const struct xnode *x, struct part *p)
{
	const struct question *q;

	if (is_fixed(x))
		return fixed_value(w, x, p);
	switch (x->kind) {
	case X_REF:
		if (x->q == NULL)
			break;
		return column(w, x, x->q, false, p);
	case X_PATH:
		q = bare_question(w, x);
		if (q == NULL)
			break;
		return column(w, x, q, true, p);
	case X_CALL:
		return call(w, x, p);
	case X_OR: case X_AND: case X_EQ: case X_NE: case X_LT: case X_LE: case X_GT: case X_GE:
		p->type = SQL_BOOL;
		return holds(w, x, false, &p->sql);
	case X_ADD: case X_SUB: case X_MUL: case X_DIV: case X_MOD:
		return arithmetic(w, x, p);
	default:
		break;
	}
	return refuse(w, x, x->kind == X_SAVED ? _("the answer saved last") : _("this path"));
}

static bool
holds(struct writer *w, const struct xnode *x, bool top, struct buf *out)
{
	struct part p = { 0 };
	bool ok;

	buf_add_char(out, '(');
	if (!is_fixed(x) && (x->kind == X_AND || x->kind == X_OR)) {
		ok = holds(w, x->a, top, out);
		buf_add_str(out, x->kind == X_AND ? " AND " : " OR ");
		ok = ok && holds(w, x->b, top, out);
	} else if (!is_fixed(x) && x->kind >= X_EQ && x->kind <= X_GE) {
		ok = compare(w, x, top, out);
	} else {
		ok = value(w, x, &p);
		if (ok && p.type == SQL_BOOL)
			buf_add_str(out, p.sql.data);
		else if (ok && p.type == SQL_NUMBER && x->kind != X_REF)
			buf_addf(out, "ifnull(%s <> 0, 0)", p.sql.data);
		else if (ok)
			buf_addf(out, "nullif(%s, '') IS NOT NULL", p.sql.data);
	}
	buf_add_char(out, ')');
	part_free(&p);
	return ok;
}

bool
where_holds(const struct expr *e, const struct where_names *names, struct buf *sql,
    struct err *err)
{
	struct writer w = { .e = e, .names = names, .err = err };

	return holds(&w, e->top, true, sql);
}

bool
where_value(const struct expr *e, const struct where_names *names, struct buf *sql,
    struct err *err)
{
	struct writer w = { .e = e, .names = names, .err = err };
	struct part p = { 0 };
	bool ok = value(&w, e->top, &p);

	if (ok)
		buf_add_str(sql, buf_str(&p.sql));
	part_free(&p);
	return ok;
}
