#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/state.h"

static void
add_piece(struct session *s, node_id node, const struct label_piece *p, struct buf *out)
{
	struct buf value = { 0 };
	struct err err;

	if (p->text)
		buf_add_str(out, p->text);
	else if (eval_words(s, p->expr, node, &value, &err))
		buf_add_str(out, buf_str(&value));
	buf_free(&value);
}

/* Kept until the next change, so that a screen drawn again asks nothing anew. */
static const char *
keep(struct session *s, node_id node, const struct text *text, char *filled)
{
	s->shown = xgrow(s->shown, &s->shown_cap, s->shown_n + 1, sizeof *s->shown);
	s->shown[s->shown_n++] = (struct shown){node, text, filled};
	return filled;
}

const char *
text_lend(struct session *s, char *text)
{
	bury(s, text);
	return text;
}

const char *
session_text(struct session *s, node_id node, const struct text *text)
{
	const struct label_piece *p;
	struct buf out = { 0 };
	size_t n;

	if (!text || !text->in)
		return "";
	p = logic_label(s->logic, text, s->lang, &n);
	if (!p)
		return text_in(s->form, text, s->lang);
	for (size_t i = 0; i < s->shown_n; i++)
		if (s->shown[i].node == node && s->shown[i].text == text)
			return s->shown[i].s;
	for (size_t i = 0; i < n; i++)
		add_piece(s, node, &p[i], &out);
	buf_add_str(&out, "");
	return keep(s, node, text, buf_take(&out));
}

const char *
question_label(const struct session *s, const struct question *q)
{
	const char *label = text_in(s->form, &q->label, s->lang);

	return label[0] ? label : q->name;
}

bool
code_next(const char **codes, bool several, struct buf *code)
{
	size_t len;

	buf_reset(code);
	if (several)
		*codes += strspn(*codes, " ");
	len = several ? strcspn(*codes, " ") : strlen(*codes);
	buf_add(code, *codes, len);
	*codes += len;
	return len > 0;
}

bool
codes_have(const char *codes, const char *code)
{
	size_t len = strlen(code), n;

	for (codes += strspn(codes, " "); *codes; codes += n, codes += strspn(codes, " ")) {
		n = strcspn(codes, " ");
		if (n == len && memcmp(codes, code, n) == 0)
			return true;
	}
	return false;
}

void
session_display(struct session *s, node_id node, struct buf *out)
{
	const char *text = answers_value(s->answers, node);
	enum kind kind = type_info(answers_question(s->answers, node)->type)->kind;
	struct buf code = { 0 };
	bool first = true;

	if (kind != KIND_CODE && kind != KIND_CODES) {
		buf_add_str(out, text);
		return;
	}
	while (code_next(&text, kind == KIND_CODES, &code)) {
		if (!first)
			buf_add_char(out, ' ');
		first = false;
		if (!choice_label(s, node, buf_str(&code), out))
			buf_add_str(out, buf_str(&code));
	}
	buf_free(&code);
}

void
session_language(struct session *s, size_t lang)
{
	if (lang >= s->form->languages_n)
		return;
	change_begin(s);
	s->lang = lang;
	datasets_language(s);
	/* Messages are of a language, too. */
	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(s->answers, n))
		node_state(s, n)->checked = false;
	queue_vertices(s, s->language, s->language_n);
	drain(s);
}

size_t
session_lang(const struct session *s)
{
	return s->lang;
}

static const char *
of_record(struct session *s, const struct expr *e, struct buf *out)
{
	struct err err;

	buf_reset(out);
	if (e && !eval_words(s, e, ANSWERS_ROOT, out, &err))
		buf_reset(out);
	return buf_str(out);
}

const char *
session_instance_name(struct session *s)
{
	return of_record(s, logic_instance_name(s->logic), &s->instance_name);
}

const char *
session_scope(struct session *s)
{
	return of_record(s, logic_scope(s->logic), &s->scope);
}
