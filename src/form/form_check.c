/* What a notation cannot say by itself: names that clash, selects of rows that
 * are not there, languages without texts. Single cells: form_check_cells.c. */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"
#include "form/form_build.h"

/* ---- names ---------------------------------------------------------------------- */

/* A name is there once in its group; elsewhere it may be again, and ${name} is
 * then what is ambiguous (logic/ says so). */
static void
check_names(struct builder *b)
{
	const struct form *f = b->form;
	struct map *map = map_new();
	struct buf key = { 0 };
	char at[PLACE_TEXT];

	for (size_t i = 1; i < f->questions_n; i++) {
		const struct question *q = f->questions[i], *before;
		void **slot;

		buf_reset(&key);
		buf_addf(&key, "%u %s", (unsigned)q->parent->index, q->name);
		slot = map_get(map, buf_str(&key));
		before = slot != NULL ? *slot : NULL;
		if (before == NULL)
			map_put(map, arena_strdup(b->arena, buf_str(&key)), (void *)(uintptr_t)q);
		else
			fault(b, q->line, q->col,
			    _("name: '%s' is there twice; the first is at %s"), q->name,
			    place_text(b, before->line, before->col, at));
		if (q->parent->type == Q_FORM && !q->of_entity && strcmp(q->name, "meta") == 0)
			fault(b, q->line, q->col, "%s",
			    _("name: 'meta' is the record's own part; choose another name"));
	}
	buf_free(&key);
	map_free(map);
}

/* `was` names what is no longer there, and once only. */
static void
check_was(struct builder *b)
{
	const struct form *f = b->form;

	for (size_t i = 1; i < f->questions_n; i++) {
		const struct question *q = f->questions[i], *other;
		char at[PLACE_TEXT];

		if (q->was == NULL || *q->was == '\0')
			continue;
		other = form_find(f, q->was, NULL);
		if (other != NULL && other->repeat == q->repeat)
			fault(b, q->line, q->col,
			    _("was: '%s' is still a question of this form (%s)"), q->was,
			    place_text(b, other->line, other->col, at));
		for (size_t k = 1; k < i; k++)
			if (f->questions[k]->was != NULL && f->questions[k]->repeat == q->repeat &&
			    strcmp(f->questions[k]->was, q->was) == 0)
				fault(b, q->line, q->col,
				    _("was: '%s' goes on from '%s' already (%s)"),
				    f->questions[k]->name, q->was,
				    place_text(b, f->questions[k]->line, f->questions[k]->col, at));
	}
}

/* ---- lists ------------------------------------------------------------------------ */

/* select_one ${question}: its answers in a repeat are the choices. */
static void
check_from_repeat(struct builder *b, const struct question *q)
{
	const struct form *f = b->form;
	const struct question *from;
	struct near near;
	char hint[HINT_TEXT];
	bool many;

	from = form_find(f, q->from_repeat, &many);
	if (from == NULL) {
		near_start(&near, q->from_repeat);
		for (size_t i = 1; i < f->questions_n; i++)
			near_try(&near, f->questions[i]->name);
		if (many)
			fault(b, q->line, q->col, _("type: several questions are called '%s'"),
			    q->from_repeat);
		else
			fault(b, q->line, q->col, _("type: no question is called '%s'%s"),
			    q->from_repeat, did_you_mean(near.best, hint));
	} else if (from->repeat == NULL) {
		fault(b, q->line, q->col,
		    _("type: '%s' is in no repeat, so it has no list of answers"), q->from_repeat);
	}
}

/* Names of several choices stand in one text with spaces between them. */
static void
check_list_names(struct builder *b, const struct question *q, struct map *told)
{
	if (map_get(told, q->list->name) != NULL)
		return;
	for (size_t i = 0; i < q->list->n; i++) {
		const char *name = q->list->v[i].name;

		if (name[strcspn(name, " \t\n")] == '\0')
			continue;
		fault(b, q->list->line, q->list->col,
		    _("choices: '%s' of the list '%s' holds a space; "
		      "%s '%s' keeps several names in one text, so none may"),
		    name, q->list->name, type_info(q->type)->name, q->name);
		map_put(told, q->list->name, NULL);
		return;
	}
}

static void
check_lists(struct builder *b)
{
	const struct form *f = b->form;
	struct map *told = map_new();

	for (size_t i = 1; i < f->questions_n; i++) {
		const struct question *q = f->questions[i];

		if (q->from_repeat != NULL)
			check_from_repeat(b, q);
		if (q->list != NULL && type_info(q->type)->kind == KIND_CODES)
			check_list_names(b, q, told);
		if (q->dataset != NULL && form_list(f, q->dataset) != NULL)
			fault(b, q->line, q->col,
			    _("type: '%s' is also a list in choices; instance('%s') "
			      "would mean both"),
			    q->dataset, q->dataset);
		if (q->file != NULL && (*q->file == '/' || strstr(q->file, "..") != NULL))
			fault(b, q->line, q->col, _("type: the file '%s' must lie beside the form"),
			    q->file);
	}
	map_free(told);
}

/* ---- structure and labels ------------------------------------------------------------ */

static bool
has_media(const struct question *q)
{
	for (size_t i = 0; i < q->extra_n; i++)
		if (strncmp(q->extra[i].name, "media::", 7) == 0)
			return true;
	return false;
}

static void
check_shape(struct builder *b)
{
	const struct form *f = b->form;

	if (f->questions_n == 1 && b->faults->errors == 0)
		fault(b, f->questions[0]->line, f->questions[0]->col, "%s",
		    _("'survey' has no questions"));
	for (size_t i = 1; i < f->questions_n; i++) {
		const struct question *q = f->questions[i];
		bool seen = type_info(q->type)->asked || q->type == Q_NOTE;

		if (q->type == Q_REPEAT && q->first == NULL)
			warn(b, q->line, q->col, _("the repeat '%s' has no questions"), q->name);
		/* Without a label a calculation is not meant to be seen. */
		if (seen && q->label.in == NULL && q->hint.in == NULL && !has_media(q) &&
		    q->calculation.text == NULL)
			warn(
			    b, q->line, q->col, _("'%s' has no label; its name is shown"), q->name);
	}
}

/* Labels that other languages have and this one does not: told once each. */
static void
check_translations(struct builder *b, size_t lang)
{
	const struct form *f = b->form;
	const struct question *first = NULL;
	size_t n = 0;

	for (size_t i = 1; i < f->questions_n; i++) {
		const struct question *q = f->questions[i];

		if (q->label.in == NULL || q->label.in[lang] != NULL)
			continue;
		if (n++ == 0)
			first = q;
	}
	if (n > 0)
		warn(b, first->line, first->col,
		    _("labels without a text in '%s': %zu; the first is "
		      "that of '%s'"),
		    f->languages[lang], n, first->name);
	for (size_t i = 0; i < f->lists_n; i++) {
		const struct choice_list *list = f->lists[i];

		n = 0;
		for (size_t k = 0; k < list->n; k++)
			n += list->v[k].label.in != NULL && list->v[k].label.in[lang] == NULL;
		if (n > 0)
			warn(b, list->line, list->col,
			    _("choices: labels of the list '%s' without a text in '%s': %zu"),
			    list->name, f->languages[lang], n);
	}
}

static bool
language_used(const struct builder *b, size_t lang)
{
	for (size_t i = 0; i < b->texts_n; i++)
		if (b->texts[i].text->in[lang] != NULL && b->texts[i].text != &b->form->title)
			return true;
	return false;
}

static void
check_languages(struct builder *b)
{
	const struct form *f = b->form;
	struct buf all = { 0 };

	if (f->languages_n < 2)
		return;
	for (size_t i = 0; i < f->languages_n; i++) {
		if (language_used(b, i)) {
			if (strcmp(f->languages[i], "default") != 0)
				check_translations(b, i);
			continue;
		}
		if (b->default_language == NULL || i != f->default_language)
			continue;
		for (size_t k = 0; k < f->languages_n; k++)
			if (k != i)
				buf_addf(&all, "%s%s", all.len > 0 ? ", " : "", f->languages[k]);
		warn(b, b->default_line, b->default_col,
		    _("default_language: no text is in '%s'; there "
		      "are texts in %s"),
		    f->languages[i], buf_str(&all));
	}
	buf_free(&all);
}

void
form_check(struct builder *b)
{
	check_names(b);
	check_was(b);
	check_lists(b);
	check_shape(b);
	check_languages(b);
	form_check_cells(b);
}
