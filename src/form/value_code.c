/* Choice names: one, or several in the order of their list. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "form/value_kinds.h"

struct names {
	const char **v;			/* words of a text that was cut up, or of the list */
	size_t n, cap;
};

static const char *
in_list(const struct choice_list *list, const char *name)
{
	const struct choice *c = list != NULL ? choice_find(list, name) : NULL;

	return c != NULL ? c->name : NULL;
}

static bool
controls(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7F)
			return true;
	return false;
}

/* As typed when the list has it so; else folded (an input method's ０１). */
bool
value_code(const struct question *q, const char *typed, struct buf *out, struct err *err)
{
	struct buf folded = { 0 };
	const char *s;
	char shown[QUOTE_TEXT];
	size_t len;

	utf8_fold(typed, &folded);
	s = buf_str(&folded);
	s += strspn(s, " \t\n");
	len = strlen(s);
	while (len > 0 && strchr(" \t\n", s[len - 1]) != NULL)
		len--;
	buf_reset(out);
	if (in_list(q->list, typed) != NULL)
		buf_add_str(out, typed);
	else
		buf_add(out, s, len);
	buf_free(&folded);
	if (controls(buf_str(out)))
		return err_set(err, _("a choice's name has no control characters"));
	if (q->list != NULL && in_list(q->list, buf_str(out)) == NULL &&
	    strchr(buf_str(out), ' ') != NULL)
		return err_set(err, _("'%s': one choice is asked here, not several"),
		    quote(buf_str(out), shown));
	return true;
}

static void
push(struct names *names, const char *name)
{
	names->v = xgrow(names->v, &names->cap, names->n + 1, sizeof *names->v);
	names->v[names->n++] = name;
}

static bool
has(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->v[i], name) == 0)
			return true;
	return false;
}

/* Cuts text at its spaces; a word the list does not have also at commas, which
 * people type between codes. */
static bool
cut(char *text, const struct question *q, struct names *names, struct err *err)
{
	char *save = NULL, *inner;

	for (char *w = strtok_r(text, " \t\n", &save); w != NULL;
	     w = strtok_r(NULL, " \t\n", &save)) {
		if (in_list(q->list, w) != NULL || strchr(w, ',') == NULL) {
			if (!has(names, w))
				push(names, w);
			else if (q->type == Q_RANK)
				return err_set(err, _("'%s' is ranked twice"), w);
			continue;
		}
		inner = NULL;
		for (char *c = strtok_r(w, ",", &inner); c != NULL;
		     c = strtok_r(NULL, ",", &inner)) {
			if (!has(names, c))
				push(names, c);
			else if (q->type == Q_RANK)
				return err_set(err, _("'%s' is ranked twice"), c);
		}
	}
	return true;
}

/* In the list's order; names it does not have keep theirs, at the end. */
static void
order(const struct question *q, struct names *names)
{
	struct names sorted = { 0 };

	if (q->list == NULL || q->type == Q_RANK)
		return;
	for (size_t i = 0; i < q->list->n; i++)
		if (has(names, q->list->v[i].name))
			push(&sorted, q->list->v[i].name);
	for (size_t i = 0; i < names->n; i++)
		if (!has(&sorted, names->v[i]))
			push(&sorted, names->v[i]);
	free(names->v);
	*names = sorted;
}

/* Do all words of the text stand in the list as they are? */
static bool
all_listed(const struct question *q, const char *typed)
{
	char *text = xstrdup(typed), *save = NULL;
	bool all = q->list != NULL;

	for (char *w = strtok_r(text, " \t\n", &save); all && w != NULL;
	    w = strtok_r(NULL, " \t\n", &save))
		all = in_list(q->list, w) != NULL;
	free(text);
	return all;
}

/* The Chinese enumeration comma separates like the other one. */
static void
plain_commas(char *text)
{
	static const char comma[] = "\xE3\x80\x81";

	for (char *p = strstr(text, comma); p != NULL; p = strstr(p, comma))
		memcpy(p, ",  ", 3);
}

bool
value_codes(const struct question *q, const char *typed, struct buf *out, struct err *err)
{
	struct buf folded = { 0 };
	struct names names = { 0 };
	char *text;
	bool ok;

	if (all_listed(q, typed))
		buf_add_str(&folded, typed);
	else
		utf8_fold(typed, &folded);
	text = xstrdup(buf_str(&folded));
	if (!all_listed(q, typed))
		plain_commas(text);
	ok = cut(text, q, &names, err);
	buf_reset(out);
	if (ok) {
		order(q, &names);
		for (size_t i = 0; i < names.n; i++) {
			if (i > 0)
				buf_add_char(out, ' ');
			buf_add_str(out, names.v[i]);
		}
		if (controls(buf_str(out)))
			ok = err_set(err, _("a choice's name has no control characters"));
	}
	free(names.v);
	free(text);
	buf_free(&folded);
	return ok;
}
