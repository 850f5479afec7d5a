#include "logic/logic_label.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "logic/logic_graph.h"

/* One text in one language. */
struct label {
	const struct text *text;
	size_t lang;
	struct label_piece *pieces;
	size_t n;
};

struct maker {
	struct logic *l;
	struct faults *faults;
	struct label *v;
	size_t n, cap;
	const struct expr_reads **reads;
	size_t reads_n, reads_cap;
};

static struct label_piece *
piece_add(struct label *label, struct arena *arena)
{
	if (label->n % 8 == 0) {
		struct label_piece *v = arena_alloc(arena, (label->n + 8) * sizeof *v);

		if (label->n)
			memcpy(v, label->pieces, label->n * sizeof *v);
		label->pieces = v;
	}
	return &label->pieces[label->n++];
}

/* "${name}" alone is an expression of its own, so that the evaluator does the
 * rest; what else is within the braces is one as it stands. */
static bool
piece_expr(struct maker *m, const struct question *q, const char *s, size_t len,
    struct label *label)
{
	struct expr_scope scope = { .form = m->l->form, .at = q };
	struct err err;
	struct expr *e;

	if (text_is_expression(m->l->form, s + 2, len - 3)) {
		s += 2;
		len -= 3;
	}
	e = expr_compile(arena_strndup(m->l->arena, s, len), &scope, m->l->arena, &err);
	if (!e) {
		faults_add(m->faults, FAULT_ERROR, m->l->form->file, q->line, q->col,
		    _("a text of '%s': %s"), q->name, err.text);
		return false;
	}
	piece_add(label, m->l->arena)->expr = e;
	m->reads = xgrow(m->reads, &m->reads_cap, m->reads_n + 1, sizeof *m->reads);
	m->reads[m->reads_n++] = expr_reads(e);
	return true;
}

static void
take_apart(struct maker *m, const struct question *q, const struct text *text, size_t lang)
{
	const char *s = text->in[lang], *from = s, *open;
	struct label label = { .text = text, .lang = lang };

	while ((open = strstr(from, "${"))) {
		const char *close = strchr(open, '}');

		if (!close)
			break;
		if (open > from)
			piece_add(&label, m->l->arena)->text =
			    arena_strndup(m->l->arena, from, (size_t)(open - from));
		if (!piece_expr(m, q, open, (size_t)(close + 1 - open), &label))
			return;
		from = close + 1;
	}
	if (!label.n)
		return;
	if (*from)
		piece_add(&label, m->l->arena)->text = arena_strdup(m->l->arena, from);
	m->v = xgrow(m->v, &m->cap, m->n + 1, sizeof *m->v);
	m->v[m->n++] = label;
}

static void
take_text(struct maker *m, const struct question *q, const struct text *text)
{
	for (size_t i = 0; text->in && i < m->l->form->languages_n; i++)
		if (text->in[i] && strstr(text->in[i], "${"))
			take_apart(m, q, text, i);
}

/* Labels of choices are shown beside the question that asks them. */
static void
take_list(struct maker *m, const struct question *q)
{
	for (size_t i = 0; q->list && i < q->list->n; i++) {
		const struct text *text = &q->list->v[i].label;
		bool known = false;

		for (size_t k = 0; k < m->n && !known; k++)
			known = m->v[k].text == text;
		if (!known)
			take_text(m, q, text);
	}
}

static int
by_text(const void *a, const void *b)
{
	const struct label *x = a, *y = b;
	uintptr_t p = (uintptr_t)x->text, q = (uintptr_t)y->text;

	if (p != q)
		return p < q ? -1 : 1;
	return (x->lang > y->lang) - (x->lang < y->lang);
}

void
logic_labels_make(struct logic *l, struct faults *faults)
{
	struct maker m = { .l = l, .faults = faults };

	l->labels_at = arena_alloc(l->arena, (l->form->questions_n + 1) * sizeof *l->labels_at);
	for (size_t i = 0; i < l->form->questions_n; i++) {
		const struct question *q = l->form->questions[i];
		const struct text *texts[] = { &q->label, &q->hint, &q->guidance_hint,
			&q->required_message, &q->constraint_message, &q->warning_message };

		l->labels_at[i] = m.reads_n;
		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
			take_text(&m, q, texts[k]);
		take_list(&m, q);
	}
	l->labels_at[l->form->questions_n] = m.reads_n;
	l->labels_read = arena_alloc(l->arena, (m.reads_n + 1) * sizeof *l->labels_read);
	if (m.reads_n)
		memcpy(l->labels_read, m.reads, m.reads_n * sizeof *l->labels_read);
	l->labels = arena_alloc(l->arena, (m.n + 1) * sizeof *l->labels);
	if (m.n)
		memcpy(l->labels, m.v, m.n * sizeof *l->labels);
	l->labels_n = m.n;
	qsort(l->labels, l->labels_n, sizeof *l->labels, by_text);
	free(m.v);
	free(m.reads);
}

const struct expr_reads *
logic_label_reads(const struct logic *l, const struct question *q, size_t nth)
{
	size_t at = l->labels_at[q->index] + nth;

	return at < l->labels_at[q->index + 1] ? l->labels_read[at] : NULL;
}

const struct label_piece *
logic_label(const struct logic *l, const struct text *text, size_t lang, size_t *n)
{
	struct label key = { .text = text, .lang = lang };
	const struct label *found;

	/* The language that text_in() would take. */
	if (text->in && (lang >= l->form->languages_n || !text->in[lang]))
		key.lang = l->form->default_language;
	if (text->in && !text->in[key.lang])
		for (key.lang = 0; key.lang + 1 < l->form->languages_n && !text->in[key.lang];
		     key.lang++)
			;
	found = l->labels_n ? bsearch(&key, l->labels, l->labels_n, sizeof key, by_text) : NULL;
	*n = found ? found->n : 0;
	return found ? found->pieces : NULL;
}
