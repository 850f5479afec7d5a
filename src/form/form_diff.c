#include "form/form_diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"

#define SHOWN 8				/* choices named in one line */

/* Does the question keep something in the database? */
static bool
kept(const struct question *q)
{
	return q->type == Q_REPEAT || type_info(q->type)->kind != KIND_NONE;
}

/* The kept question of that name in the repeat (NULL: none); where several
 * groups have one, that with the same path. */
static const struct question *
find_in(const struct form *f, const struct question *repeat, const char *name,
    const char *path)
{
	const struct question *only = NULL;
	size_t n = 0;
	bool many;

	only = form_find(f, name, &many);
	if (!many)
		return only != NULL && kept(only) && only->repeat == repeat ? only : NULL;
	for (size_t i = 1; i < f->questions_n; i++) {
		const struct question *q = f->questions[i];

		if (strcmp(q->name, name) != 0 || !kept(q) || q->repeat != repeat)
			continue;
		if (strcmp(q->path, path) == 0)
			return q;
		only = q;
		n++;
	}
	return n == 1 ? only : NULL;
}

static const struct question *
before_named(const struct form *was, const struct form *now, const struct question *q,
    const char *name)
{
	const struct question *r = NULL;

	if (q->repeat != NULL && (r = form_diff_before(was, now, q->repeat)) == NULL)
		return NULL;
	return find_in(was, r, name, q->path);
}

const struct question *
form_diff_before(const struct form *was, const struct form *now, const struct question *q)
{
	const struct question *b = before_named(was, now, q, q->name);

	/* A name taken over by another question does not carry its answers on. */
	if (b == NULL && q->was != NULL && *q->was != '\0' &&
	    find_in(now, q->repeat, q->was, q->path) == NULL)
		b = before_named(was, now, q, q->was);
	return b;
}

static bool
same_source(const struct source *a, const struct source *b)
{
	if (a->text == NULL || b->text == NULL)
		return a->text == b->text;
	return strcmp(a->text, b->text) == 0;
}

static void
place(const struct question *q, struct buf *out)
{
	buf_addf(out, "'%s'", q->name);
	if (q->repeat != NULL)
		buf_addf(out, _(" in '%s'"), q->repeat->name);
}

/* Kinds that every stored text of the other kind fits. */
static bool
widens(enum kind was, enum kind now)
{
	return now == KIND_STRING || (was == KIND_INTEGER && now == KIND_DECIMAL) ||
	    (was == KIND_CODE && now == KIND_CODES);
}

static void
diff_type(const struct question *a, const struct question *b, const char *name,
    struct buf *out)
{
	enum kind was = type_info(a->type)->kind, now = type_info(b->type)->kind;

	if (a->type == b->type || was == now)
		return;
	if (widens(was, now))
		buf_addf(out, _("widens %s from %s to %s\n"), name, type_info(a->type)->name,
		    type_info(b->type)->name);
	else
		buf_addf(out,
		    _("narrows %s from %s to %s; stored answers that do not fit are kept, "
		      "'ruhu check' lists them\n"),
		    name, type_info(a->type)->name, type_info(b->type)->name);
}

/* Names of a's choices that b does not have; how many. */
static size_t
missing_choices(const struct choice_list *a, const struct choice_list *b, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++) {
		if (b != NULL && choice_find(b, a->v[i].name) != NULL)
			continue;
		if (n < SHOWN)
			buf_addf(out, "%s%s", n > 0 ? ", " : "", a->v[i].name);
		n++;
	}
	if (n > SHOWN)
		buf_addf(out, _(" and %zu more"), n - SHOWN);
	return n;
}

static void
diff_choices(const struct question *a, const struct question *b, const char *name,
    struct buf *out)
{
	struct buf names = { 0 };

	if (a->list == NULL || b->list == NULL)
		return;
	if (missing_choices(b->list, a->list, &names) > 0)
		buf_addf(out, _("adds choices to %s: %s\n"), name, buf_str(&names));
	buf_reset(&names);
	if (missing_choices(a->list, b->list, &names) > 0)
		buf_addf(out,
		    _("narrows %s: no longer offers %s; stored answers with them are kept\n"), name,
		    buf_str(&names));
	buf_free(&names);
}

static void
diff_rules(const struct question *a, const struct question *b, const char *name,
    struct buf *out)
{
	if (!same_source(&a->required, &b->required) && b->required.text != NULL)
		buf_addf(out, _("narrows %s: required is now '%s'\n"), name, b->required.text);
	if (!same_source(&a->constraint, &b->constraint)) {
		if (b->constraint.text == NULL)
			buf_addf(out, _("widens %s: no constraint any more\n"), name);
		else
			buf_addf(out, _("narrows %s: constraint is now '%s'\n"), name,
			    b->constraint.text);
	}
	if (!same_source(&a->relevant, &b->relevant))
		buf_addf(out, _("asks %s under another condition: %s\n"), name,
		    b->relevant.text != NULL ? b->relevant.text : _("always"));
}

/* a: what q goes on from; NULL: it is new. */
static void
diff_question(const struct question *a, const struct question *q, struct buf *out)
{
	struct buf name = { 0 };

	place(q, &name);
	if (a == NULL) {
		buf_addf(out, _("adds %s (%s)\n"), buf_str(&name), type_info(q->type)->name);
	} else {
		if (strcmp(a->name, q->name) != 0)
			buf_addf(out, _("renames '%s' to %s\n"), a->name, buf_str(&name));
		diff_type(a, q, buf_str(&name), out);
		diff_choices(a, q, buf_str(&name), out);
		diff_rules(a, q, buf_str(&name), out);
	}
	buf_free(&name);
}

static bool
is_unique(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->unique_n; i++)
		if (strcmp(f->unique[i]->name, name) == 0)
			return true;
	return false;
}

static void
diff_settings(const struct form *was, const struct form *now, struct buf *out)
{
	for (size_t i = 0; i < now->unique_n; i++) {
		const struct question *a = form_diff_before(was, now, now->unique[i]);

		if (a != NULL && !is_unique(was, a->name))
			buf_addf(out,
			    _("narrows '%s': it is now unique; records that share one stay, "
			      "'ruhu check' lists them\n"),
			    now->unique[i]->name);
	}
	if (!same_source(&was->scope, &now->scope))
		buf_addf(out, _("changes who may see a record (scope): %s\n"),
		    now->scope.text != NULL ? now->scope.text : _("everyone"));
}

static void
diff_removed(const struct question *a, struct buf *out)
{
	struct buf name = { 0 };

	place(a, &name);
	buf_addf(out, _("removes %s (%s); its stored answers are kept\n"), buf_str(&name),
	    type_info(a->type)->name);
	buf_free(&name);
}

void
form_diff(const struct form *was, const struct form *now, struct buf *report)
{
	bool *goes_on = xcalloc(was->questions_n, sizeof *goes_on);

	for (size_t i = 1; i < now->questions_n; i++) {
		const struct question *q = now->questions[i], *a;

		if (!kept(q))
			continue;
		a = form_diff_before(was, now, q);
		if (a != NULL)
			goes_on[a->index] = true;
		diff_question(a, q, report);
	}
	diff_settings(was, now, report);
	for (size_t i = 1; i < was->questions_n; i++)
		if (kept(was->questions[i]) && !goes_on[i])
			diff_removed(was->questions[i], report);
	free(goes_on);
}
