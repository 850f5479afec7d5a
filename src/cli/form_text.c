/* A form as a codebook and as a blank paper, printed. */
#include "cli/form_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "cli/out.h"
#include "form/form.h"

static void
say_source(const char *what, const struct source *s, int indent, int cols)
{
	struct buf b = { 0 };

	if (s->text == NULL)
		return;
	buf_addf(&b, "%s: %s", what, s->text);
	say_wrapped(buf_str(&b), indent, cols);
	buf_free(&b);
}

static void
say_message(const struct form *f, const struct text *t, size_t lang, int indent, int cols)
{
	const char *text = text_in(f, t, lang);

	if (text[0] != '\0')
		say_wrapped(text, indent + 2, cols);
}

static void
codebook_question(const struct form *f, const struct question *q, int number, size_t lang,
    int cols)
{
	int indent = 2 * (q->depth - 1);
	struct buf head = { 0 }, type = { 0 };

	form_type_text(q, &type);
	buf_addf(&head, "%d  %s  [%s]", number, q->name, buf_str(&type));
	say_wrapped(buf_str(&head), indent, cols);
	indent += 4;
	say_message(f, &q->label, lang, indent - 2, cols);
	say_message(f, &q->hint, lang, indent - 2, cols);
	say_source(_("asked when"), &q->relevant, indent, cols);
	say_source(q->enforce_required == ENFORCE_HARD ? _("required") :
	    q->enforce_required == ENFORCE_ASK ? _("asked for, may be left blank")
	                                       : _("may be left blank, which is noted"),
	    &q->required, indent, cols);
	say_message(f, &q->required_message, lang, indent, cols);
	say_source(q->enforce == ENFORCE_HARD ? _("must be") :
	    q->enforce == ENFORCE_ASK ? _("should be, or is confirmed")
	                              : _("should be, or is noted"),
	    &q->constraint, indent, cols);
	say_message(f, &q->constraint_message, lang, indent, cols);
	say_source(_("doubtful unless"), &q->warning, indent, cols);
	say_message(f, &q->warning_message, lang, indent, cols);
	say_source(_("computed as"), &q->calculation, indent, cols);
	say_source(_("computed when this changes"), &q->trigger, indent, cols);
	say_source(_("begins as"), &q->default_, indent, cols);
	say_source(_("read only"), &q->read_only, indent, cols);
	say_source(_("choices where"), &q->choice_filter, indent, cols);
	say_source(_("number of rows"), &q->repeat_count, indent, cols);
	buf_free(&head);
	buf_free(&type);
}

static void
codebook_list(const struct form *f, const struct choice_list *list, size_t lang)
{
	int width = 0;

	say_text(list->name, 0);
	say(_(": %zu choices\n"), list->n);
	for (size_t i = 0; i < list->n; i++) {
		int w = utf8_width(list->v[i].name, AMBIGUOUS_NARROW);

		width = w > width ? w : width;
	}
	for (size_t i = 0; i < list->n; i++) {
		say("  ");
		say_text(list->v[i].name, width + 2);
		say_text(text_in(f, &list->v[i].label, lang), 0);
		say("\n");
	}
	say("\n");
}

/* Which lists other forms can read of it. */
static void
codebook_entity(const struct entity *e)
{
	say(!e->updates ? _("makes entities of the list %s:") :
	    e->creates ? _("makes and changes entities of the list %s:") :
	    _("changes entities of the list %s:"), e->list);
	for (size_t i = 0; i < e->saved_n; i++)
		say("%s %s", i > 0 ? "," : "", e->saved[i]->save_to);
	if (e->at->type == Q_REPEAT)
		say(_(" (a row of '%s' each)"), e->at->name);
	say("\n");
}

static void
codebook_lists(const struct form *f)
{
	for (size_t i = 0; i < f->publish_n; i++)
		say(_("publishes the list %s, by %s\n"), f->publish[i].name,
		    f->publish[i].key->name);
	for (size_t i = 0; i < f->entities_n; i++)
		codebook_entity(f->entities[i]);
}

void
form_codebook(const struct form *f, size_t lang, int cols)
{
	say_text(text_in(f, &f->title, lang), 0);
	say("  (%s %s)\n", f->id, f->version);
	codebook_lists(f);
	say("\n");
	for (size_t i = 1; i < f->questions_n; i++)
		if (!f->questions[i]->of_entity)
			codebook_question(f, f->questions[i], (int)i, lang, cols);
	if (f->lists_n > 0)
		say("\n");
	for (size_t i = 0; i < f->lists_n; i++)
		codebook_list(f, f->lists[i], lang);
}

/* ---- the blank paper ------------------------------------------------------ */

enum { SHORT_LIST = 12 };	/* longer lists are an appendix, the code is written */

/* Boxes for the choices of a short list, as many on a line as fit. */
static void
paper_choices(const struct form *f, const struct choice_list *list, size_t lang, int indent,
    int cols)
{
	int at = cols;

	for (size_t i = 0; i < list->n; i++) {
		struct buf b = { 0 }, clean = { 0 };
		int width;

		buf_addf(&b, "[ ] %s %s", list->v[i].name, text_in(f, &list->v[i].label, lang));
		utf8_harmless(buf_str(&b), &clean);
		width = utf8_width(buf_str(&clean), AMBIGUOUS_NARROW);
		if (i > 0 && at + 3 + width <= cols) {
			say("   %s", buf_str(&clean));
			at += 3 + width;
		} else {
			say("%s%*s%s", i > 0 ? "\n" : "", indent, "", buf_str(&clean));
			at = indent + width;
		}
		buf_free(&b);
		buf_free(&clean);
	}
	say("\n");
}

static void
paper_blank(const struct question *q, int indent)
{
	switch (type_info(q->type)->kind) {
	case KIND_DATE:
		say("%*s____-__-__\n", indent, "");
		break;
	case KIND_TIME:
		say("%*s__:__\n", indent, "");
		break;
	case KIND_INTEGER:
	case KIND_DECIMAL:
		say("%*s____________\n", indent, "");
		break;
	default:
		say("%*s________________________________\n", indent, "");
	}
}

/* A condition as a person on paper can follow it: "#7 = '1'". */
static void
paper_condition(const struct form *f, const int *numbers, const char *text, int cols)
{
	struct buf b = { 0 };

	buf_addf(&b, "%s: ", _("only when"));
	for (const char *p = text; *p != '\0';) {
		size_t n = strncmp(p, "${", 2) == 0 ? strcspn(p, "}") : 0;
		char *name = n > 2 && p[n] == '}' ? xstrndup(p + 2, n - 2) : NULL;
		const struct question *q = name != NULL ? form_find(f, name, NULL) : NULL;

		if (q != NULL && numbers[q->index] > 0) {
			buf_addf(&b, "#%d", numbers[q->index]);
			p += n + 1;
		} else {
			buf_add_char(&b, *p++);
		}
		free(name);
	}
	say_wrapped(buf_str(&b), 4, cols);
	buf_free(&b);
}

static void
paper_question(const struct form *f, const struct question *q, const int *numbers, size_t lang,
    int cols)
{
	const char *hint = text_in(f, &q->hint, lang);
	struct buf head = { 0 };

	if (q->type == Q_GROUP || q->type == Q_REPEAT) {
		say("\n");
		buf_addf(&head, q->type == Q_REPEAT ? _("%s (one block for each)") : "%s",
		    text_in(f, &q->label, lang));
		say_wrapped(buf_str(&head), 0, cols);
		for (int i = 0; i < cols; i++)
			say("-");
		say("\n");
		if (q->relevant.text != NULL)
			paper_condition(f, numbers, q->relevant.text, cols);
	} else if (q->type == Q_NOTE) {
		say_wrapped(text_in(f, &q->label, lang), 4, cols);
	} else if (numbers[q->index] > 0) {
		buf_addf(&head, "%d. %s%s", numbers[q->index], text_in(f, &q->label, lang),
		    q->required.text != NULL ? " *" : "");
		say_wrapped(buf_str(&head), 0, cols);
		if (hint[0] != '\0')
			say_wrapped(hint, 4, cols);
		if (q->relevant.text != NULL)
			paper_condition(f, numbers, q->relevant.text, cols);
		if (q->list != NULL && q->list->n <= SHORT_LIST)
			paper_choices(f, q->list, lang, 4, cols);
		else
			paper_blank(q, 4);
	}
	buf_free(&head);
}

static bool
on_paper(const struct form *f, const struct choice_list *list)
{
	if (list->n <= SHORT_LIST)
		return false;
	for (size_t i = 1; i < f->questions_n; i++)
		if (f->questions[i]->list == list)
			return true;
	return false;
}

void
form_paper(const struct form *f, size_t lang, int cols)
{
	int *numbers = xcalloc(f->questions_n, sizeof *numbers), number = 0;

	for (size_t i = 1; i < f->questions_n; i++)
		if (f->questions[i]->type != Q_NOTE && type_info(f->questions[i]->type)->asked)
			numbers[i] = ++number;
	say_text(text_in(f, &f->title, lang), 0);
	say("  (%s %s)\n", f->id, f->version);
	say(_("* must be answered. Long lists of codes are at the end.\n"));
	for (size_t i = 1; i < f->questions_n; i++)
		paper_question(f, f->questions[i], numbers, lang, cols);
	free(numbers);
	say("\n");
	for (size_t i = 0; i < f->lists_n; i++)
		if (on_paper(f, f->lists[i]))
			codebook_list(f, f->lists[i], lang);
}
