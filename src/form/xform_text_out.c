/* What an XForm says in words: the texts of questions and choices in each language,
 * and the lists and tables that choices come from. */
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "form/form_outside.h"
#include "form/xform_out.h"

void
xo_line(struct xout *x, const char *before, const char *text, const char *after)
{
	buf_add_str(x->out, before);
	buf_add_xml(x->out, text);
	buf_add_str(x->out, after);
}

/* ---- texts in their languages -------------------------------------------------------- */

const char *
xo_given(const struct form *f, const struct text *t, size_t lang)
{
	const char *s = t->in != NULL ? t->in[lang] : NULL;

	if ((s == NULL || *s == '\0') && lang == f->default_language)
		s = text_in(f, t, lang);
	return s != NULL && *s != '\0' ? s : NULL;
}

static void
value(struct xout *x, const struct question *q, const char *form, const char *text)
{
	if (text == NULL)
		return;
	buf_add_str(x->out, "<value");
	if (form != NULL)
		buf_addf(x->out, " form=\"%s\"", form);
	buf_add_char(x->out, '>');
	xo_rich(x, q, text, x->out);
	buf_add_str(x->out, "</value>");
}

static void
text_entry(struct xout *x, const struct question *q, const char *what, const char *text)
{
	if (text == NULL)
		return;
	buf_addf(x->out, "<text id=\"%s:%s\">", q->path, what);
	value(x, q, NULL, text);
	buf_add_str(x->out, "</text>\n");
}

/* media::image, media::image::French: a file for the label in this language. */
static void
media(struct xout *x, const struct question *q, size_t lang)
{
	for (size_t i = 0; i < q->extra_n; i++) {
		const char *kind = q->extra[i].name, *tail;
		struct buf uri = { 0 };
		bool big;

		if (strncmp(kind, "media::", 7) == 0)
			kind += 7;
		tail = strstr(kind, "::");
		if (tail != NULL && strcmp(tail + 2, x->form->languages[lang]) != 0)
			continue;
		big = strncmp(kind, "big", 3) == 0;
		if (!big && strncmp(kind, "image", 5) != 0 && strncmp(kind, "audio", 5) != 0 &&
		    strncmp(kind, "video", 5) != 0)
			continue;
		buf_addf(&uri, "jr://%s/%s",
		    big || *kind == 'i' ? "images"
		    : *kind == 'a'      ? "audio"
					: "video",
		    q->extra[i].value);
		buf_addf(x->out, "<value form=\"%s\">",
		    big            ? "big-image"
		    : *kind == 'i' ? "image"
		    : *kind == 'a' ? "audio"
				   : "video");
		buf_add_xml(x->out, buf_str(&uri));
		buf_add_str(x->out, "</value>");
		buf_free(&uri);
	}
}

static void
texts(struct xout *x, const struct question *q, size_t lang)
{
	const char *label = xo_given(x->form, &q->label, lang), *hint = xo_given(x->form, &q->hint, lang),
		   *guidance = xo_given(x->form, &q->guidance_hint, lang);

	if (label != NULL) {
		buf_addf(x->out, "<text id=\"%s:label\">", q->path);
		value(x, q, NULL, label);
		media(x, q, lang);
		buf_add_str(x->out, "</text>\n");
	}
	if (hint != NULL || guidance != NULL) {
		buf_addf(x->out, "<text id=\"%s:hint\">", q->path);
		value(x, q, NULL, hint);
		value(x, q, "guidance", guidance);
		buf_add_str(x->out, "</text>\n");
	}
	text_entry(x, q, "jr:constraintMsg", xo_given(x->form, &q->constraint_message, lang));
	text_entry(x, q, "jr:requiredMsg", xo_given(x->form, &q->required_message, lang));
}

/* Choices are shown beside a question: ${} in their labels is seen from there. */
static const struct question *
asker(const struct form *f, const struct choice_list *list)
{
	for (size_t i = 1; i < f->questions_n; i++)
		if (f->questions[i]->list == list)
			return f->questions[i];
	return f->questions[0];
}

static void
choice_texts(struct xout *x, const struct choice_list *list, size_t lang)
{
	const struct question *q = asker(x->form, list);

	for (size_t i = 0; i < list->n; i++) {
		const char *label = xo_given(x->form, &list->v[i].label, lang);

		if (label == NULL)
			continue;
		buf_add_str(x->out, "<text id=\"");
		xo_list(x->out, list->name);
		buf_addf(x->out, "-%zu\">", i);
		value(x, q, NULL, label);
		buf_add_str(x->out, "</text>\n");
	}
}

/* A text that only expressions ask for. */
static void
named_text(struct xout *x, const struct named_text *t, size_t lang)
{
	const char *text = xo_given(x->form, &t->text, lang);

	if (text == NULL || text_by_path(x->form, t->id) != NULL)
		return;
	xo_line(x, "<text id=\"", t->id, "\">");
	value(x, x->form->questions[0], NULL, text);
	buf_add_str(x->out, "</text>\n");
}

void
xo_itext(struct xout *x)
{
	const struct form *f = x->form;

	buf_add_str(x->out, "<itext>\n");
	for (size_t lang = 0; lang < f->languages_n; lang++) {
		xo_line(x, "<translation lang=\"", f->languages[lang], "\"");
		buf_addf(x->out, "%s>\n", lang == f->default_language ? " default=\"true()\"" : "");
		for (size_t i = 1; i < f->questions_n; i++)
			texts(x, f->questions[i], lang);
		for (size_t i = 0; i < f->lists_n; i++)
			choice_texts(x, f->lists[i], lang);
		for (size_t i = 0; i < f->texts_n; i++)
			named_text(x, &f->texts[i], lang);
		buf_add_str(x->out, "</translation>\n");
	}
	buf_add_str(x->out, "</itext>\n");
}

/* ---- instances ------------------------------------------------------------------------ */

static void
list_instance(struct xout *x, const struct choice_list *list)
{
	const char *root = list->root ? list->root : "root";
	const char *item = list->item ? list->item : "item";

	buf_add_str(x->out, "<instance id=\"");
	xo_list(x->out, list->name);
	buf_addf(x->out, "\"><%s>\n", root);
	for (size_t i = 0; i < list->n; i++) {
		const struct choice *c = &list->v[i];

		buf_addf(x->out, "<%s><itextId>", item);
		xo_list(x->out, list->name);
		buf_addf(x->out, "-%zu</itextId>", i);
		xo_line(x, "<name>", c->name, "</name>");
		for (size_t k = 0; k < list->columns_n; k++) {
			const char *column = list->columns[k];

			if (c->cells[k] == NULL || strcmp(column, "itextId") == 0 ||
			    strcmp(column, "name") == 0 || !xo_name(column))
				continue;
			buf_addf(x->out, "<%s>", column);
			buf_add_xml(x->out, c->cells[k]);
			buf_addf(x->out, "</%s>", column);
		}
		buf_addf(x->out, "</%s>\n", item);
	}
	buf_addf(x->out, "</%s></instance>\n", root);
}

static void
outside(struct xout *x, struct map *seen, const char *id, const char *file)
{
	const char *dot = file != NULL ? strrchr(file, '.') : NULL;
	bool csv = dot == NULL || strcmp(dot, ".csv") == 0 || strcmp(dot, ".tsv") == 0;

	if (form_list(x->form, id) != NULL || !map_put(seen, id, NULL))
		return;
	xo_line(x, "<instance id=\"", id, "\" src=\"jr://file");
	xo_line(x, csv ? "-csv/" : "/", file != NULL ? file : id, "");
	buf_addf(x->out, "%s\"/>\n", dot == NULL ? ".csv" : "");
}

/* The first argument of every instance() and pulldata() in an expression. */
static void
instances_of(struct xout *x, struct map *seen, struct arena *names, const char *text)
{
	static const char *const calls[] = {"instance(", "pulldata("};
	const char *id, *at;
	size_t len;

	for (size_t i = 0; i < 2; i++)
		for (at = text; (id = outside_named(&at, calls[i], &len)) != NULL;)
			if (strncmp(id, "__last-saved", 12) != 0)
				outside(x, seen, arena_strndup(names, id, len), NULL);
}

void
xo_instances(struct xout *x)
{
	const struct form *f = x->form;
	struct map *seen = map_new();
	struct arena *names = arena_new();
	bool last_saved = false;

	for (size_t i = 0; i < f->lists_n; i++)
		list_instance(x, f->lists[i]);
	for (size_t i = 1; i < f->questions_n; i++)
		if (f->questions[i]->dataset != NULL)
			outside(x, seen, f->questions[i]->dataset, f->questions[i]->file);
	for (size_t i = 0; i < f->outside_n; i++)
		outside(x, seen, f->outside[i].id, f->outside[i].file);
	for (size_t i = 1; i < f->questions_n; i++) {
		const struct source *s;

		for (size_t k = 0; (s = question_source(f->questions[i], k)) != NULL; k++) {
			if (s->text == NULL)
				continue;
			instances_of(x, seen, names, s->text);
			last_saved = last_saved || strstr(s->text, "last-saved") != NULL;
		}
	}
	if (last_saved)
		buf_add_str(
		    x->out, "<instance id=\"__last-saved\" src=\"jr://instance/last-saved\"/>\n");
	map_free(seen);
	arena_free(names);
}
