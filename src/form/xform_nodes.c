/* Walking an XForm: children, paths, texts in their languages. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/xform_parts.h"

const char *
xf_attr(const struct xform *x, uint32_t node, const char *name)
{
	for (uint32_t a = x->xml.v[node].attribute; a != XML_NONE; a = x->xml.v[a].next)
		if (strcmp(x->xml.v[a].name, name) == 0)
			return x->xml.v[a].value;
	return "";
}

bool
xf_has_attr(const struct xform *x, uint32_t node, const char *name)
{
	for (uint32_t a = x->xml.v[node].attribute; a != XML_NONE; a = x->xml.v[a].next)
		if (strcmp(x->xml.v[a].name, name) == 0)
			return true;
	return false;
}

bool
xf_is(const struct xform *x, uint32_t node, const char *name)
{
	return x->xml.v[node].kind == XML_ELEM && strcmp(x->xml.v[node].name, name) == 0;
}

static uint32_t
from(const struct xform *x, uint32_t node, const char *name)
{
	for (; node != XML_NONE; node = x->xml.v[node].next)
		if (x->xml.v[node].kind == XML_ELEM && (name == NULL || xf_is(x, node, name)))
			return node;
	return XML_NONE;
}

uint32_t
xf_child(const struct xform *x, uint32_t parent, const char *name)
{
	return from(x, x->xml.v[parent].first, name);
}

uint32_t
xf_next(const struct xform *x, uint32_t node, const char *name)
{
	return from(x, x->xml.v[node].next, name);
}

int
xf_line(const struct xform *x, uint32_t node)
{
	return x->xml.v[node].line;
}

static void
add_trimmed(struct buf *out, const char *s)
{
	size_t len;

	s += strspn(s, " \t\r\n");
	len = strlen(s);
	while (len > 0 && strchr(" \t\r\n", s[len - 1]) != NULL)
		len--;
	buf_add(out, s, len);
}

static void
add_text(const struct xform *x, uint32_t node, struct buf *out)
{
	for (uint32_t c = x->xml.v[node].first; c != XML_NONE; c = x->xml.v[c].next) {
		if (x->xml.v[c].kind == XML_CHARS)
			buf_add_str(out, x->xml.v[c].value);
		else if (x->xml.v[c].kind == XML_ELEM)
			add_text(x, c, out);
	}
}

const char *
xf_text(struct xform *x, uint32_t node)
{
	struct buf all = { 0 }, trimmed = { 0 };
	const char *s;

	add_text(x, node, &all);
	add_trimmed(&trimmed, buf_str(&all));
	s = arena_strdup(x->b.arena, buf_str(&trimmed));
	buf_free(&all);
	buf_free(&trimmed);
	return s;
}

/* ---- paths ---------------------------------------------------------------------- */

static void
drop_step(struct buf *path)
{
	size_t n = path->len;

	while (n > 0 && path->data[n - 1] != '/')
		n--;
	buf_cut(path, n > 0 ? n - 1 : 0);
}

/* Skips "[...]" with what is nested and quoted in it. */
static const char *
after_predicate(const char *p)
{
	int depth = 0;

	for (; *p != '\0'; p++) {
		if (*p == '"' || *p == '\'') {
			const char *end = strchr(p + 1, *p);

			if (end == NULL)
				return p + strlen(p);
			p = end;
		}
		depth += (*p == '[') - (*p == ']');
		if (depth == 0)
			return p + 1;
	}
	return p;
}

void
xf_resolve(const char *context, const char *ref, struct buf *out)
{
	const char *p = ref + strspn(ref, " \t\r\n");

	buf_reset(out);
	if (strncmp(p, "current()", 9) == 0) {
		p += 9;
		p += *p == '/';
		buf_add_str(out, context);
	} else if (*p == '/') {
		p++;
	} else {
		buf_add_str(out, context);
	}
	while (*p != '\0') {
		size_t n = strcspn(p, "/[ \t\r\n");
		const char *colon = memchr(p, ':', n);

		if (n == 2 && strncmp(p, "..", 2) == 0) {
			drop_step(out);
		} else if (n > 0 && !(n == 1 && *p == '.')) {
			const char *name = colon != NULL ? colon + 1 : p;

			buf_add_str(out, colon != NULL && *p == '@' ? "/@" : "/");
			buf_add(out, name, n - (size_t)(name - p));
		}
		p += n;
		p += strspn(p, " \t\r\n");
		while (*p == '[')
			p = after_predicate(p);
		p += strspn(p, "/ \t\r\n");
	}
}

struct xq *
xf_find(const struct xform *x, const char *context, const char *ref)
{
	struct buf path = { 0 };
	void **slot;

	xf_resolve(context, ref, &path);
	slot = map_get(x->by_path, buf_str(&path));
	buf_free(&path);
	return slot != NULL ? *slot : NULL;
}

/* ---- texts ------------------------------------------------------------------------ */

/* <output value="path"/> as the ${name} that texts of forms have. */
static void
add_output(struct xform *x, uint32_t node, const char *context, struct buf *out)
{
	const char *ref = *xf_attr(x, node, "value") != '\0' ? xf_attr(x, node, "value") :
	    xf_attr(x, node, "ref");
	const struct xq *q = xf_find(x, context, ref);
	void **slot = q != NULL ? map_get(x->names, q->q->name) : NULL;

	if (slot != NULL && (intptr_t)*slot == 1)
		buf_addf(out, "${%s}", q->q->name);
	else if (strpbrk(ref, "{}") == NULL && (q != NULL || strpbrk(ref, "(+*=<>|'\"") != NULL))
		buf_addf(out, "${%s}", ref + strspn(ref, " \t\r\n"));
	else
		warn(&x->b, xf_line(x, node), 1, _("output: there is no question '%s'"), ref);
}

static void
add_rich(struct xform *x, uint32_t node, const char *context, struct buf *out)
{
	for (uint32_t c = x->xml.v[node].first; c != XML_NONE; c = x->xml.v[c].next) {
		if (x->xml.v[c].kind == XML_CHARS)
			buf_add_str(out, x->xml.v[c].value);
		else if (xf_is(x, c, "output"))
			add_output(x, c, context, out);
		else if (x->xml.v[c].kind == XML_ELEM)
			add_rich(x, c, context, out);
	}
}

static void
rich_text(struct xform *x, uint32_t node, const char *context, size_t lang, struct text *out)
{
	struct buf all = { 0 }, trimmed = { 0 };

	add_rich(x, node, context, &all);
	add_trimmed(&trimmed, buf_str(&all));
	build_text(&x->b, out, lang, buf_str(&trimmed));
	buf_free(&all);
	buf_free(&trimmed);
}

bool
xf_itext(struct xform *x, const char *id, const char *context, struct text *out)
{
	struct buf key = { 0 };
	bool found = false;

	for (size_t lang = 0; lang < x->b.languages_n; lang++) {
		void **slot;

		buf_reset(&key);
		buf_addf(&key, "%zu %s", lang, id);
		slot = map_get(x->itext, buf_str(&key));
		if (slot == NULL)
			continue;
		found = true;
		for (uint32_t v = xf_child(x, (uint32_t)(uintptr_t)*slot - 1, "value");
		     v != XML_NONE; v = xf_next(x, v, "value"))
			if (!xf_has_attr(x, v, "form") ||
			    strcmp(xf_attr(x, v, "form"), "long") == 0)
				rich_text(x, v, context, lang, out);
	}
	buf_free(&key);
	return found;
}

static bool
asks_texts(const struct builder *b)
{
	const struct source *s;

	for (size_t i = 0; i < b->questions_n; i++)
		for (size_t k = 0; (s = question_source(b->questions[i], k)) != NULL; k++)
			if (s->text != NULL && strstr(s->text, "jr:itext(") != NULL)
				return true;
	return false;
}

/* Which text an expression asks for may only show when it is asked: all are kept. */
void
xf_texts(struct xform *x)
{
	uint32_t itext = xf_child(x, x->model, "itext"), t, i;
	struct form *f = x->b.form;
	struct map *seen = map_new();
	struct named_text *v = NULL;
	size_t cap = 0;

	t = itext != XML_NONE && asks_texts(&x->b) ? xf_child(x, itext, "translation") : XML_NONE;
	for (; t != XML_NONE; t = xf_next(x, t, "translation"))
		for (i = xf_child(x, t, "text"); i != XML_NONE; i = xf_next(x, i, "text")) {
			if (!map_put(seen, xf_attr(x, i, "id"), NULL))
				continue;
			v = xgrow(v, &cap, f->texts_n + 1, sizeof *v);
			v[f->texts_n++].id = arena_strdup(x->b.arena, xf_attr(x, i, "id"));
		}
	map_free(seen);
	f->texts = arena_alloc(x->b.arena, (f->texts_n + 1) * sizeof *f->texts);
	for (size_t k = 0; k < f->texts_n; k++) {
		f->texts[k].id = v[k].id;
		xf_itext(x, v[k].id, x->v[0]->path, &f->texts[k].text);
	}
	free(v);
}

/* The id in jr:itext('id'), also where concat() makes it of several literals; in
 * the form's arena; NULL: it is not that. */
static const char *
itext_id(struct xform *x, const char *ref)
{
	const char *p = ref + strspn(ref, " \t"), *end;
	struct buf id = { 0 };

	if (strncmp(p, "jr:itext(", 9) != 0)
		return NULL;
	p += 9;
	p += strspn(p, " \t");
	if (strncmp(p, "concat(", 7) == 0)
		p += 7;
	for (;;) {
		p += strspn(p, " \t,");
		if (*p != '\'' && *p != '"')
			break;
		end = strchr(p + 1, *p);
		if (end == NULL)
			break;
		buf_add(&id, p + 1, (size_t)(end - p - 1));
		p = end + 1;
	}
	end = *p == ')' && id.len > 0 ? arena_strdup(x->b.arena, buf_str(&id)) : NULL;
	buf_free(&id);
	return end;
}

void
xf_message(struct xform *x, const char *value, const char *context, struct text *out)
{
	const char *id = itext_id(x, value);

	if (id != NULL && xf_itext(x, id, context, out))
		return;
	build_text(&x->b, out, build_plain_language(&x->b), id != NULL ? id : value);
}

void
xf_label(struct xform *x, uint32_t element, const char *context, struct text *out)
{
	const char *ref = xf_attr(x, element, "ref");
	const struct xq *q;

	if (itext_id(x, ref) != NULL) {
		xf_message(x, ref, context, out);
	} else if (*ref != '\0') {
		struct buf text = { 0 };

		q = xf_find(x, context, ref);
		buf_addf(&text, "${%s}", q != NULL ? q->q->name : "");
		if (q != NULL)
			build_text(&x->b, out, build_plain_language(&x->b), buf_str(&text));
		buf_free(&text);
	} else {
		rich_text(x, element, context, build_plain_language(&x->b), out);
	}
}

void
xf_extra(struct xform *x, struct question *q, const char *name, const char *value)
{
	struct attr *v = arena_alloc(x->b.arena, (q->extra_n + 1) * sizeof *v);

	if (q->extra_n > 0)
		memcpy(v, q->extra, q->extra_n * sizeof *v);
	v[q->extra_n++] =
	    (struct attr){ arena_strdup(x->b.arena, name), arena_strdup(x->b.arena, value) };
	q->extra = v;
}

static void
beside_in(struct xform *x, uint32_t text, const char *context, size_t lang, struct question *q)
{
	struct buf name = { 0 };

	for (uint32_t v = xf_child(x, text, "value"); v != XML_NONE; v = xf_next(x, v, "value")) {
		const char *form = xf_attr(x, v, "form"), *file = xf_text(x, v),
		           *slash = strrchr(file, '/');

		if (strcmp(form, "guidance") == 0) {
			rich_text(x, v, context, lang, &q->guidance_hint);
		} else if (strcmp(form, "image") == 0 || strcmp(form, "big-image") == 0 ||
		    strcmp(form, "audio") == 0 || strcmp(form, "video") == 0) {
			buf_set_str(&name, "media::");
			buf_add_str(&name, form);
			if (x->b.languages_n > 1)
				buf_addf(&name, "::%s", x->b.languages[lang]);
			xf_extra(x, q, buf_str(&name), slash != NULL ? slash + 1 : file);
		}
	}
	buf_free(&name);
}

void
xf_beside(struct xform *x, uint32_t element, const char *context, struct question *q)
{
	const char *id = itext_id(x, xf_attr(x, element, "ref"));
	struct buf key = { 0 };

	for (size_t lang = 0; id != NULL && lang < x->b.languages_n; lang++) {
		void **slot;

		buf_reset(&key);
		buf_addf(&key, "%zu %s", lang, id);
		slot = map_get(x->itext, buf_str(&key));
		if (slot != NULL)
			beside_in(x, (uint32_t)(uintptr_t)*slot - 1, context, lang, q);
	}
	buf_free(&key);
}

void
xf_source(struct xform *x, uint32_t node, const char *text, struct source *out)
{
	text += strspn(text, " \t\r\n");
	if (*text == '\0')
		return;
	out->text = arena_strdup(x->b.arena, text);
	out->line = xf_line(x, node);
	out->col = 1;
}
