#include "tui/field.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/edit.h"
#include "base/utf8.h"
#include "tui/pattern.h"

#define LONG_CODE 5		/* a code this long is looked up, not known by heart */

static bool
folds(const struct question *q)
{
	enum kind kind = type_info(q->type)->kind;

	return (kind != KIND_STRING && kind != KIND_NONE) || question_appearance(q, "numbers") ||
	    question_appearance(q, "idcard") || q->type == Q_PHONENUMBER;
}

/* Digits of the largest number that the form allows; 0: it does not say. Fewer digits
 * wait for Enter even where none could follow: a digit struck twice must be seen, not
 * go to the next question. */
static int
number_length(const struct question *q)
{
	long most;
	int n = 0;

	if (q->constraint.text == NULL || q->enforce != ENFORCE_HARD ||
	    !constraint_most(q->constraint.text, &most))
		return 0;
	for (; most > 0; most /= 10)
		n++;
	return n;
}

static int
full_length(const struct question *q)
{
	if (question_appearance(q, "confirm"))
		return 0;
	switch (type_info(q->type)->kind) {
	case KIND_DATE:
		return 8;
	case KIND_INTEGER:
		return number_length(q);
	case KIND_STRING:
		if (question_appearance(q, "idcard"))
			return 18;
		return q->constraint.text != NULL ? constraint_length(q->constraint.text) : 0;
	default:
		return 0;
	}
}

bool
field_open(struct field *f, struct session *s, node_id node, struct err *err)
{
	struct cell c;
	enum kind kind;
	bool ok = true;

	field_close(f);
	session_cell(s, node, &c);
	kind = type_info(c.q->type)->kind;
	f->q = c.q;
	f->node = node;
	f->edit = edit_new(0);
	edit_set(f->edit, c.value);
	f->several = kind == KIND_CODES;
	f->coded = f->several || kind == KIND_CODE;
	f->numeric = kind == KIND_INTEGER || kind == KIND_DECIMAL;
	f->folds = folds(c.q);
	f->full = full_length(c.q);
	f->fresh = c.value[0] != '\0' || c.missing != MISSING_NONE;
	if (f->coded)
		ok = session_choices(s, node, &f->choices, err);
	return ok;
}

void
field_close(struct field *f)
{
	edit_free(f->edit);
	choices_free(&f->choices);
	*f = (struct field){ .node = NODE_NONE };
}

size_t
field_choice(const struct field *f, const char *value)
{
	size_t i = 0;

	while (i < f->choices.n && strcmp(f->choices.v[i].value, value) != 0)
		i++;
	return i;
}

static const char *
skip_zeros(const char *s)
{
	while (s[0] == '0' && s[1] != '\0')
		s++;
	return s;
}

/* The one choice that a typed text means; NULL: none or more than one. */
static const char *
meant(const struct field *f, const char *typed)
{
	const char *found = NULL;
	bool digits = typed[0] != '\0' && typed[strspn(typed, "0123456789")] == '\0';

	for (size_t i = 0; i < f->choices.n; i++)
		if (strcasecmp(f->choices.v[i].value, typed) == 0 ||
		    strcmp(f->choices.v[i].label, typed) == 0)
			return f->choices.v[i].value;
	for (size_t i = 0; digits && i < f->choices.n; i++)
		if (strcmp(skip_zeros(f->choices.v[i].value), skip_zeros(typed)) == 0) {
			if (found != NULL)
				return NULL;
			found = f->choices.v[i].value;
		}
	return found;
}

/* How many choices' codes start with this, and whether one is just this. */
static size_t
starting(const struct field *f, const char *typed, bool *whole)
{
	size_t len = strlen(typed), n = 0;

	*whole = false;
	for (size_t i = 0; i < f->choices.n; i++)
		if (strncasecmp(f->choices.v[i].value, typed, len) == 0) {
			n++;
			*whole |= f->choices.v[i].value[len] == '\0';
		}
	return n;
}

static enum typed
typed_code(struct field *f)
{
	const char *text = edit_text(f->edit);
	bool whole;
	size_t n;

	if (f->several)
		return TYPED_IN;
	n = starting(f, text, &whole);
	/* A number with its zeros left out ("2" for 02) waits for Enter. */
	if (n == 0)
		return meant(f, text) != NULL ? TYPED_IN : TYPED_NARROWS;
	if (whole && n == 1 && !question_appearance(f->q, "confirm"))
		return TYPED_FULL;
	return !whole && strlen(f->choices.v[0].value) >= LONG_CODE ? TYPED_NARROWS : TYPED_IN;
}

/* Several codes: digits, letters and blanks are typed in; anything a code cannot
 * hold searches the list. */
static bool
part_of_codes(const struct field *f, const char *c, size_t len)
{
	if (c[0] == ' ' || c[0] == ',' || c[0] == ';')
		return true;
	for (size_t i = 0; i < f->choices.n; i++)
		for (const char *v = f->choices.v[i].value; *v != '\0'; v++)
			if (len == 1 && strncasecmp(v, c, 1) == 0)
				return true;
	return false;
}

static bool
part_of_number(const struct field *f, char c)
{
	if (c >= '0' && c <= '9')
		return true;
	return c == '-' || (c == '.' && f->q->type != Q_INTEGER);
}

static size_t
fold_one(const struct field *f, uint32_t cp, char out[8])
{
	struct buf folded = { 0 };
	size_t n = utf8_encode(cp, out);

	out[n] = '\0';
	if (!f->folds)
		return n;
	utf8_fold(out, &folded);
	n = folded.len < 8 ? folded.len : 0;
	memcpy(out, buf_str(&folded), n);
	out[n] = '\0';
	buf_free(&folded);
	return n;
}

/* A blank, a hyphen or a comma that the copied text was laid out with. */
static bool
laid_out(const struct field *f, const char *c)
{
	bool whole;

	if (strchr(" -,", c[0]) == NULL)
		return false;
	if (f->coded && !f->several)
		return c[0] == ' ' && (f->fresh || edit_text(f->edit)[0] == '\0' ||
		    (starting(f, edit_text(f->edit), &whole) > 0 && whole));
	return !f->coded && type_info(f->q->type)->kind == KIND_STRING && question_lacks(f->q, c[0]);
}

enum typed
field_type(struct field *f, uint32_t cp, bool pasted)
{
	char c[8];
	size_t n = fold_one(f, cp, c);

	if (pasted && n == 1 && laid_out(f, c))
		return TYPED_IN;
	if (f->numeric && !(n == 1 && part_of_number(f, c[0])))
		return pasted && (c[0] == ' ' || c[0] == ',') ? TYPED_IN : TYPED_REFUSED;
	if (f->several && !part_of_codes(f, c, n))
		return TYPED_NARROWS;
	if (f->fresh && !(f->several && f->dirty)) {
		edit_set(f->edit, "");
		f->fresh = false;
	}
	if (!edit_insert(f->edit, c, n))
		return TYPED_REFUSED;
	f->dirty = true;
	if (f->coded)
		return typed_code(f);
	if (f->full > 0 && utf8_length(edit_text(f->edit)) == (size_t)f->full &&
	    !(f->numeric && edit_text(f->edit)[0] == '-') &&
	    edit_cursor(f->edit) == strlen(edit_text(f->edit)))
		return TYPED_FULL;
	return TYPED_IN;
}

bool
question_lacks(const struct question *q, char c)
{
	enum kind kind = type_info(q->type)->kind;

	if (kind == KIND_INTEGER || kind == KIND_DECIMAL)
		return !((c >= '0' && c <= '9') || c == '-' || c == '.');
	return kind == KIND_STRING && q->enforce == ENFORCE_HARD && q->constraint.text != NULL &&
	    constraint_forbids(q->constraint.text, c);
}

bool
field_lacks(const struct field *f, char c)
{
	if (!f->coded)
		return question_lacks(f->q, c);
	for (size_t i = 0; i < f->choices.n; i++)
		if (strchr(f->choices.v[i].value, c) != NULL)
			return false;
	return f->choices.n > 0;
}

void
field_replace(struct field *f, const char *text)
{
	edit_set(f->edit, text);
	f->fresh = false;
	f->dirty = true;
}

void
field_restore(struct field *f, const char *stored)
{
	edit_set(f->edit, stored);
	f->fresh = stored[0] != '\0';
	f->dirty = false;
}

/* All codes have one length: then digits typed in a row fall apart by it. */
static size_t
code_length(const struct field *f)
{
	size_t len = f->choices.n > 0 ? strlen(f->choices.v[0].value) : 0;

	for (size_t i = 1; i < f->choices.n; i++)
		if (strlen(f->choices.v[i].value) != len)
			return 0;
	return len;
}

static void
add_code(const struct field *f, const char *word, size_t len, struct buf *out)
{
	size_t each = code_length(f);
	size_t step = each > 0 && len > each && len % each == 0 ? each : len;

	for (size_t at = 0; at < len; at += step) {
		char code[256];
		const char *value;

		if (step >= sizeof code)
			step = sizeof code - 1;
		memcpy(code, word + at, step);
		code[step] = '\0';
		value = meant(f, code);
		if (out->len > 0)
			buf_add_char(out, ' ');
		buf_add_str(out, value != NULL ? value : code);
	}
}

void
field_answer(const struct field *f, struct buf *out)
{
	const char *text = edit_text(f->edit), *value;

	if (f->several) {
		for (const char *p = text; *p != '\0';) {
			size_t n;

			p += strspn(p, " ,;");
			n = strcspn(p, " ,;");
			if (n > 0)
				add_code(f, p, n, out);
			p += n;
		}
		return;
	}
	value = f->coded ? meant(f, text) : NULL;
	buf_add_str(out, value != NULL ? value : text);
}

static int
code_width(const struct choice_list *list)
{
	int width = 1;

	for (size_t i = 0; list != NULL && i < list->n; i++) {
		int w = utf8_width(list->v[i].name, AMBIGUOUS_WIDE);

		width = w > width ? w : width;
	}
	return width > 30 ? 30 : width;
}

int
field_width(const struct question *q)
{
	int full = full_length(q);

	if (q->type == Q_ACKNOWLEDGE)
		return 2;
	switch (type_info(q->type)->kind) {
	case KIND_INTEGER:
	case KIND_TIME:
		return 8;
	case KIND_DECIMAL:
		return 12;
	case KIND_DATE:
		return 10;
	case KIND_DATETIME:
		return 20;
	case KIND_CODE:
		return q->list != NULL ? code_width(q->list) : 24;
	case KIND_CODES:		/* four of them and what stands between; more scroll */
		return q->list != NULL && code_width(q->list) < 5 ? 4 * code_width(q->list) + 3 : 24;
	default:
		if (question_appearance(q, "idcard"))
			return 22;
		if (question_appearance(q, "multiline"))
			return 60;
		return full > 0 ? full : 30;
	}
}
