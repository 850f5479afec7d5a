#include "form/form_build.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "form/form_outside.h"
#include "form/xlsx.h"

#define NAME_LIMIT 100			/* bytes; longer ones are a slip */
#define IDENTITY_LIMIT 127		/* bytes of a form's id or version in a sync file */
#define INDEX_FROM 16			/* choices; fewer are found by looking */

static void
add_fault(struct builder *b, enum severity severity, int line, int col, const char *fmt,
    va_list ap)
{
	struct buf text = { 0 };

	buf_vaddf(&text, fmt, ap);
	faults_add(b->faults, severity, b->file, line, col, "%s", buf_str(&text));
	buf_free(&text);
}

void
fault(struct builder *b, int line, int col, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_fault(b, FAULT_ERROR, line, col, fmt, ap);
	va_end(ap);
}

void
warn(struct builder *b, int line, int col, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_fault(b, FAULT_WARNING, line, col, fmt, ap);
	va_end(ap);
}

const char *
did_you_mean(const char *best, char out[HINT_TEXT])
{
	out[0] = '\0';
	if (best != NULL)
		snprintf(out, HINT_TEXT, _(" (did you mean '%s'?)"), best);
	return out;
}

const char *
place_text(const struct builder *b, int line, int col, char out[PLACE_TEXT])
{
	if (b->spreadsheet)
		return xlsx_place(line, col, out);
	snprintf(out, PLACE_TEXT, "%d:%d", line, col);
	return out;
}

/* ---- names ------------------------------------------------------------------ */

static bool
name_start(uint32_t c)
{
	if (c < 0x80)
		return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	return (c >= 0xC0 && c <= 0x2FF && c != 0xD7 && c != 0xF7) ||
	    (c >= 0x370 && c <= 0x1FFF && c != 0x37E) || c == 0x200C || c == 0x200D ||
	    (c >= 0x2070 && c <= 0x218F) || (c >= 0x2C00 && c <= 0x2FEF) ||
	    (c >= 0x3001 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFDCF) ||
	    (c >= 0xFDF0 && c <= 0xFFFC) || (c >= 0x10000 && c <= 0xEFFFF);
}

static bool
name_more(uint32_t c)
{
	return name_start(c) || c == '-' || c == '.' || (c >= '0' && c <= '9') || c == 0xB7 ||
	    (c >= 0x300 && c <= 0x36F) || c == 0x203F || c == 0x2040;
}

bool
name_valid(const char *s)
{
	size_t len = strlen(s), used, at = 0;

	if (len == 0 || !name_start(utf8_next(s, len, &used)))
		return false;
	for (at = used; at < len; at += used)
		if (!name_more(utf8_next(s + at, len - at, &used)))
			return false;
	return true;
}

bool
name_check(struct builder *b, const char *what, const char *name, int line, int col)
{
	if (strlen(name) > NAME_LIMIT) {
		fault(b, line, col, _("%s: longer than %d bytes"), what, NAME_LIMIT);
		return false;
	}
	if (name_valid(name))
		return true;
	fault(b, line, col, _("%s: '%s' cannot be a name; a name begins with a letter or _ and "
	    "goes on with letters, digits, _ - and ."), what, name);
	return false;
}

const char *
build_identity(struct builder *b, const char *what, const char *text, int line, int col)
{
	char *one;
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	one = arena_alloc(b->arena, len + 1);
	memcpy(one, text, len);
	one[len] = '\0';
	if (len > IDENTITY_LIMIT)
		fault(b, line, col, _("%s: longer than %d bytes"), what, IDENTITY_LIMIT);
	for (const char *p = one; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7F) {
			fault(b, line, col,
			    _("%s: a control character or a second line in it; take it out"), what);
			break;
		}
	return one;
}

/* ---- languages and texts ------------------------------------------------------ */

/* "zh" of "中文 (zh)", else the name itself; len its length. */
static const char *
language_code(const char *name, size_t *len)
{
	size_t n = strlen(name);
	const char *open = strrchr(name, '(');

	if (n > 0 && name[n - 1] == ')' && open != NULL && open + 1 < name + n - 1) {
		*len = (size_t)(name + n - 1 - (open + 1));
		return open + 1;
	}
	*len = n;
	return name;
}

int
build_language_known(const struct builder *b, const char *name)
{
	size_t len, n;
	const char *code = language_code(name, &len);

	for (size_t i = 0; i < b->languages_n; i++) {
		const char *c = language_code(b->languages[i], &n);

		if (n == len && strncasecmp(c, code, n) == 0)
			return (int)i;
	}
	return -1;
}

size_t
build_language(struct builder *b, const char *name)
{
	int known = build_language_known(b, name);

	if (known >= 0) {
		/* default_language: zh, then label::中文 (zh): the fuller name stays. */
		if (strlen(name) > strlen(b->languages[known]))
			b->languages[known] = arena_strdup(b->arena, name);
		return (size_t)known;
	}
	b->languages = xgrow(b->languages, &b->languages_cap, b->languages_n + 1,
	    sizeof *b->languages);
	b->languages[b->languages_n] = arena_strdup(b->arena, name);
	return b->languages_n++;
}

size_t
build_plain_language(struct builder *b)
{
	return build_language(b, b->default_language != NULL ? b->default_language : "default");
}

void
build_text(struct builder *b, struct text *t, size_t lang, const char *s)
{
	size_t i = b->texts_n;

	if (*s == '\0')
		return;
	/* The text being filled is nearly always the last one begun. */
	if (t->in != NULL)
		while (b->texts[i - 1].text != t)
			i--;
	else {
		b->texts = xgrow(b->texts, &b->texts_cap, b->texts_n + 1, sizeof *b->texts);
		b->texts[b->texts_n++] = (struct text_slot){ t, 0 };
		i = b->texts_n;
	}
	if (lang >= b->texts[i - 1].n) {
		size_t n = lang < b->languages_n ? b->languages_n : lang + 1;
		const char **in = arena_alloc(b->arena, n * sizeof *in);

		if (t->in != NULL)
			memcpy(in, t->in, b->texts[i - 1].n * sizeof *in);
		t->in = in;
		b->texts[i - 1].n = n;
	}
	t->in[lang] = arena_strdup(b->arena, s);
}

static void
finish_texts(struct builder *b)
{
	struct form *f = b->form;

	if (b->languages_n == 0)
		build_plain_language(b);
	for (size_t i = 0; i < b->texts_n; i++) {
		struct text_slot *slot = &b->texts[i];
		const char **in;

		if (slot->n >= b->languages_n)
			continue;
		in = arena_alloc(b->arena, b->languages_n * sizeof *in);
		memcpy(in, slot->text->in, slot->n * sizeof *in);
		slot->text->in = in;
	}
	f->languages = arena_alloc(b->arena, b->languages_n * sizeof *f->languages);
	memcpy(f->languages, b->languages, b->languages_n * sizeof *f->languages);
	f->languages_n = b->languages_n;
	f->default_language = 0;
	if (b->default_language != NULL)
		f->default_language = (size_t)build_language_known(b, b->default_language);
	else if (build_language_known(b, "default") >= 0)
		f->default_language = (size_t)build_language_known(b, "default");
}

/* ---- questions and lists -------------------------------------------------------- */

struct question *
build_question(struct builder *b, struct question *parent, enum qtype type, const char *name,
    int line, int col)
{
	struct question *q = arena_alloc(b->arena, sizeof *q);

	q->type = type;
	q->name = arena_strdup(b->arena, name);
	q->appearance = "";
	q->line = line;
	q->col = col;
	q->parent = parent;
	b->questions = xgrow(b->questions, &b->questions_cap, b->questions_n + 1,
	    sizeof *b->questions);
	b->questions[b->questions_n++] = q;
	if (parent == NULL)
		return q;
	q->depth = parent->depth + 1;
	q->repeat = parent->type == Q_REPEAT ? parent : parent->repeat;
	if (parent->last != NULL)
		parent->last->next = q;
	else
		parent->first = q;
	parent->last = q;
	return q;
}

struct choice_list *
build_list(struct builder *b, const char *name, int line, int col)
{
	struct choice_list *list = arena_alloc(b->arena, sizeof *list);

	list->name = arena_strdup(b->arena, name);
	list->v = arena_alloc(b->arena, sizeof *list->v);	/* or_other may add one */
	list->line = line;
	list->col = col;
	b->lists = xgrow(b->lists, &b->lists_cap, b->lists_n + 1, sizeof *b->lists);
	b->lists[b->lists_n++] = list;
	return list;
}

/* Document order, paths, and the table of names. */
static void
finish_questions(struct builder *b)
{
	struct form *f = b->form;
	struct question *root = b->questions[0];
	size_t n = 0;

	f->questions = arena_alloc(b->arena, b->questions_n * sizeof *f->questions);
	for (const struct question *at = root; at != NULL; at = form_next(at, root)) {
		struct question *q = (struct question *)(uintptr_t)at;
		const char *above = q->parent != NULL ? q->parent->path : "";
		char *path = arena_alloc(b->arena, strlen(above) + strlen(q->name) + 2);

		sprintf(path, "%s/%s", above, q->name);
		q->path = path;
		q->index = (uint32_t)n;
		f->questions[n++] = q;
	}
	f->questions_n = n;
	f->by_name = map_new();
	for (size_t i = 1; i < n; i++)
		if (!f->questions[i]->of_entity &&
		    !map_put(f->by_name, f->questions[i]->name, f->questions[i]))
			map_put(f->by_name, f->questions[i]->name, root);
}

/* The first of two with one name is the one that counts. */
static int
choice_order(const void *a, const void *b)
{
	const struct choice *x = *(const struct choice *const *)a;
	const struct choice *y = *(const struct choice *const *)b;
	int order = strcmp(x->name, y->name);

	return order != 0 ? order : (x > y) - (x < y);
}

static void
finish_lists(struct builder *b)
{
	struct form *f = b->form;

	f->lists = arena_alloc(b->arena, b->lists_n * sizeof *f->lists);
	for (size_t i = 0; i < b->lists_n; i++) {
		struct choice_list *list = b->lists[i];

		f->lists[i] = list;
		if (list->n < INDEX_FROM)
			continue;
		list->by_name = arena_alloc(b->arena, list->n * sizeof *list->by_name);
		for (size_t k = 0; k < list->n; k++)
			list->by_name[k] = &list->v[k];
		qsort(list->by_name, list->n, sizeof *list->by_name, choice_order);
	}
	f->lists_n = b->lists_n;
}

void
build_finish(struct builder *b, const char *root_name)
{
	if (root_name != NULL)
		b->questions[0]->name = arena_strdup(b->arena, root_name);
	build_entities(b);
	finish_texts(b);
	finish_questions(b);
	finish_lists(b);
	outside_pulled(b);
}
