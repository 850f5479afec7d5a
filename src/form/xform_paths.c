/* ${name} as XPath: what pyxform's converter does to an XLSForm. */
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "form/xform_out.h"

/* ---- texts -------------------------------------------------------------------- */

void
xo_list(struct buf *out, const char *name)
{
	for (name += *name == '/'; *name != '\0'; name++)
		buf_add_char(out, strchr("/:'\"<>& ", *name) != NULL ? '_' : *name);
}

bool
xo_name(const char *s)
{
	static const char *const prefixes[] = { "jr:", "odk:", "orx:", "entities:", "ev:" };

	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		if (strncmp(s, prefixes[i], strlen(prefixes[i])) == 0) {
			s += strlen(prefixes[i]);
			break;
		}
	if (!isalpha((unsigned char)*s) && *s != '_' && (unsigned char)*s < 0x80)
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("_-.", *s) == NULL &&
		    (unsigned char)*s < 0x80)
			return false;
	return true;
}

/* A reference, a call or an operator; "Yes (once)" and a date are none. */
bool
xo_dynamic(const char *text)
{
	static const char *const signs[] = {"${", " + ", " * ", " div ", " mod ", " | "};

	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
		if (strstr(text, signs[i]) != NULL)
			return true;
	for (const char *p = strchr(text, '('); p != NULL; p = strchr(p + 1, '('))
		if (p > text && (islower((unsigned char)p[-1]) || isdigit((unsigned char)p[-1])))
			return true;
	return false;
}

/* ---- paths --------------------------------------------------------------------- */

static bool
within(const struct question *q, const struct question *top)
{
	while (q != NULL && q != top)
		q = q->parent;
	return q != NULL;
}

static void
down(const struct question *from, const struct question *to, struct buf *out)
{
	if (to == from)
		return;
	down(from, to->parent, out);
	buf_addf(out, "%s%s", out->len > 0 && out->data[out->len - 1] != '/' ? "/" : "", to->name);
}

static void
relative(const struct question *at, const struct question *to, struct buf *out)
{
	struct buf path = { 0 };

	while (!within(to, at) || at == to) {
		buf_add_str(&path, path.len > 0 ? "/.." : "..");
		at = at->parent;
	}
	if (path.len == 0)
		buf_add_str(&path, ".");
	down(at, to, &path);
	buf_add_str(out, buf_str(&path));
	buf_free(&path);
}

void
xo_path(const struct question *at, const struct question *to, struct buf *out)
{
	if (to->repeat != NULL && at != to->repeat && within(at, to->repeat))
		relative(at, to, out);
	else
		buf_add_str(out, to->path);
}

/* ---- expressions ---------------------------------------------------------------- */

#define CALLS 64

struct scan {
	const struct xout *x;
	const struct question *at;
	const struct question *base[CALLS]; /* what a bracket's predicate is asked of */
	const struct question *last;        /* the reference just before this place */
	int argument[CALLS];                /* of indexed-repeat(); -1 in other brackets */
	int depth, brackets;
};

static bool
stays_absolute(const struct scan *s)
{
	int n = s->depth > 0 && s->depth <= CALLS ? s->argument[s->depth - 1] : -1;

	return n == 0 || n == 1 || n == 3 || n == 5;
}

static void
reference(struct scan *s, const char *name, size_t len, struct buf *out)
{
	struct buf word = { 0 };
	const struct question *to, *base;

	buf_add(&word, name, len);
	if (strncmp(buf_str(&word), "last-saved#", 11) == 0) {
		to = form_find(s->x->form, buf_str(&word) + 11, NULL);
		buf_addf(out, " instance('__last-saved')%s ", to != NULL ? to->path : "");
		buf_free(&word);
		return;
	}
	to = form_find(s->x->form, buf_str(&word), NULL);
	base = s->depth > 0 && s->depth <= CALLS ? s->base[s->depth - 1] : NULL;
	if (to == NULL) {
		buf_addf(out, "${%.*s}", (int)len, name);
	} else if (stays_absolute(s)) {
		buf_addf(out, " %s ", to->path);
	} else if (s->brackets > 0 && base != NULL && to->repeat != NULL &&
		   !within(s->at, to->repeat) && within(base, to->repeat)) {
		/* A question of the row that the predicate is asked of. */
		buf_add_char(out, ' ');
		relative(base, to, out);
		buf_add_char(out, ' ');
	} else {
		struct buf path = { 0 };

		xo_path(s->at, to, &path);
		buf_addf(out, " %s%s ", s->brackets > 0 && path.data[0] == '.' ? "current()/" : "",
		    buf_str(&path));
		buf_free(&path);
	}
	s->last = to;
	buf_free(&word);
}

static void
open_bracket(struct scan *s, const char *text, const char *p)
{
	static const char call[] = "indexed-repeat";
	size_t n = strlen(call);

	if (s->depth++ >= CALLS)
		return;
	s->argument[s->depth - 1] =
	    *p == '(' && p >= text + n && strncmp(p - n, call, n) == 0 ? 0 : -1;
	s->base[s->depth - 1] = *p == '[' ? s->last : s->depth > 1 ? s->base[s->depth - 2] : NULL;
	s->brackets += *p == '[';
}

static void
mark(struct scan *s, const char *text, const char *p)
{
	int *argument = s->depth > 0 && s->depth <= CALLS ? &s->argument[s->depth - 1] : NULL;

	if (*p == '(' || *p == '[')
		open_bracket(s, text, p);
	else if ((*p == ')' || *p == ']') && s->depth > 0)
		s->depth--, s->brackets -= *p == ']';
	else if (*p == ',' && argument != NULL && *argument >= 0)
		++*argument;
	if (*p != ' ')
		s->last = NULL;
}

void
xo_node(const struct question *q, struct buf *out)
{
	if (q->attribute == NULL)
		buf_add_str(out, q->path);
	else
		buf_addf(out, "%s/@%s%s%s", q->attribute_of->path, q->prefix != NULL ? q->prefix : "",
		    q->prefix != NULL ? ":" : "", q->attribute);
}

void
xo_paths(const struct xout *x, const struct question *at, const char *text, struct buf *out)
{
	struct scan s = {.x = x, .at = at};
	const char *end;
	char quote = '\0';

	for (const char *p = text; *p != '\0'; p++) {
		if (strncmp(p, "${", 2) == 0 && (end = strchr(p, '}')) != NULL) {
			reference(&s, p + 2, (size_t)(end - p - 2), out);
			p = end;
			continue;
		}
		if (quote != '\0')
			quote = *p == quote ? '\0' : quote;
		else if (*p == '\'' || *p == '"')
			quote = *p;
		else
			mark(&s, text, p);
		buf_add_char(out, *p);
	}
}

void
xo_rich(const struct xout *x, const struct question *at, const char *text, struct buf *out)
{
	struct buf value = { 0 }, plain = { 0 };
	const char *open, *end;

	while ((open = strstr(text, "${")) != NULL && (end = strchr(open, '}')) != NULL) {
		buf_reset(&plain);
		buf_add(&plain, text, (size_t)(open - text));
		buf_add_xml(out, buf_str(&plain));
		buf_reset(&plain);
		buf_add(&plain, open, (size_t)(end + 1 - open));
		buf_reset(&value);
		xo_paths(x, at, buf_str(&plain), &value);
		/* An XForm's own expression. */
		if (strncmp(buf_str(&value), "${", 2) == 0) {
			buf_reset(&plain);
			buf_add(&plain, open + 2, (size_t)(end - open - 2));
			buf_set_str(&value, buf_str(&plain));
		}
		buf_add_str(out, "<output value=\"");
		buf_add_xml(out, buf_str(&value));
		buf_add_str(out, "\"/>");
		text = end + 1;
	}
	buf_add_xml(out, text);
	buf_free(&value);
	buf_free(&plain);
}
