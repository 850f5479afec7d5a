#include "tui/coach.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "form/form.h"
#include "form/form_yaml.h"
#include "store/store.h"
#include "tui/entry.h"
#include "tui/screen.h"
#include "tui/ui.h"
#include "tutor_form.h"

struct step {
	enum until until;
	const char *question, *value, *text;
};

static const struct step steps[] = {
#define STEP(until, question, value, text) { UNTIL_##until, question, value, text },
#include "tui/coach.def"
#undef STEP
};

#define STEPS (sizeof steps / sizeof steps[0])

struct coach {
	size_t at;
	struct buf text;	/* of the step, numbered, as last drawn */
};

/* ---- what the lesson begins with ---------------------------------------------------- */

static const char *const households[][2][2] = {
	{ { "head_name", "吴国平" }, { "phone", "19900000012" } },
	{ { "head_name", "马秀兰" }, { "phone", "19900000013" } },
};

static bool
set(struct session *s, const char *question, const char *value, struct err *err)
{
	struct changed changed;
	node_id node;

	return session_find(s, question, NODE_NONE, &node, err) &&
	    session_set(s, node, value, &changed, err);
}

static bool
prepare_record(struct store *store, const char *const answers[2][2], struct err *err)
{
	struct save_result result = { 0 };
	struct session *s;
	bool ok;

	if (!store_session_new(store, COACH_FORM, &s, err))
		return false;
	ok = set(s, answers[0][0], answers[0][1], err) && set(s, answers[1][0], answers[1][1], err) &&
	    set(s, "village_code", "1", err) && set(s, "house", "1", err);
	session_finish(s);
	ok = ok && store_save(store, s, RECORD_COMPLETE, &result, err);
	save_result_free(&result);
	store_session_close(store, s);
	return ok;
}

bool
coach_prepare(struct store *store, struct err *err)
{
	struct faults faults = { 0 };
	struct buf report = { 0 };
	bool ok = store_form_add(store, "tutor.yaml", (const char *)tutor_form, sizeof tutor_form,
	    NULL, &report, &faults, err);

	for (size_t i = 0; ok && i < sizeof households / sizeof households[0]; i++)
		ok = prepare_record(store, households[i], err);
	faults_free(&faults);
	buf_free(&report);
	return ok;
}

/* ---- the step --------------------------------------------------------------------------- */

struct coach *
coach_new(void)
{
	return xcalloc(1, sizeof(struct coach));
}

void
coach_free(struct coach *c)
{
	if (c == NULL)
		return;
	buf_free(&c->text);
	free(c);
}

/* The node of a question, of the newest row where it is in a repeat. */
static node_id
newest(const struct entry *e, const char *question)
{
	node_id found = NODE_NONE;

	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(e->answers, n))
		if (strcmp(answers_question(e->answers, n)->name, question) == 0 &&
		    answers_question(e->answers, n)->type != Q_REPEAT)
			found = n;
	return found;
}

static bool
answered(const struct entry *e, const struct step *s)
{
	node_id node = newest(e, s->question);
	const char *text;

	/* What is still being typed there is no answer yet. */
	if (node == NODE_NONE || (e->field.node == node && e->field.dirty))
		return false;
	if (s->until == UNTIL_MISSING)
		return answers_missing(e->answers, node) == missing_by_name(s->value);
	text = answers_value(e->answers, node);
	return s->value != NULL ? strcmp(text, s->value) == 0 : text[0] != '\0';
}

static bool
stands_at(const struct entry *e, const struct step *s)
{
	return e->at.item.kind == ITEM_FIELD && strcmp(e->at.item.q->name, s->question) == 0;
}

static bool
rows(const struct entry *e, const struct step *s)
{
	size_t n = 0;

	for (node_id row = ANSWERS_ROOT; row != NODE_NONE; row = answers_walk(e->answers, row))
		n += answers_question(e->answers, row)->type == Q_REPEAT;
	return n >= (size_t)atoi(s->value);
}

static bool
reached(int64_t have, const struct step *s)
{
	return have == atoi(s->value);
}

static bool
in_record(const struct step *s, const struct ui *ui, const struct entry *e)
{
	switch (s->until) {
	case UNTIL_ANSWER:
	case UNTIL_MISSING:
		return answered(e, s);
	case UNTIL_AT:
		return stands_at(e, s);
	case UNTIL_FAULT:
		return stands_at(e, s) && ui->kind == MESSAGE_ERROR;
	case UNTIL_ROWS:
		return rows(e, s);
	case UNTIL_OPENED:
		return !ui->ask.open;
	default:
		return false;
	}
}

static bool
done(const struct step *s, struct ui *ui, enum action acted)
{
	const struct entry *e = entry_on_top(ui);

	switch (s->until) {
	case UNTIL_READ:
		return false;
	case UNTIL_FLAGS:
		return reached(ui->counts.flags, s);
	case UNTIL_RECORDS:
		return reached(ui->counts.records, s);
	case UNTIL_DRAFTS:
		ui_count(ui);
		return reached(ui->counts.drafts, s);
	case UNTIL_ACTION:
		return acted != ACT_NONE && strcasecmp(action_info(acted)->name, s->value) == 0;
	case UNTIL_LISTED:
		return e == NULL;
	default:
		return e != NULL && in_record(s, ui, e);
	}
}

static void
next(struct coach *c, struct ui *ui)
{
	if (c->at + 1 < STEPS) {
		c->at++;
	} else {
		ui_end(ui);
	}
}

bool
coach_takes(struct coach *c, struct ui *ui, const struct key *k)
{
	if (steps[c->at].until != UNTIL_READ || k->code != K_ENTER || ui->ask.open)
		return false;
	next(c, ui);
	return true;
}

void
coach_look(struct coach *c, struct ui *ui, enum action acted)
{
	if (ui_running(ui) && done(&steps[c->at], ui, acted))
		next(c, ui);
}

/* ---- on the screen ------------------------------------------------------------------------ */

/* Made anew each time: the language may have been switched. */
static const char *
step_text(struct coach *c)
{
	buf_reset(&c->text);
	buf_addf(&c->text, "%zu/%zu ", c->at + 1, STEPS);
	buf_add_str(&c->text, _(steps[c->at].text));
	return buf_str(&c->text);
}

int
coach_draw(struct coach *c, struct screen *s)
{
	const char *p = step_text(c);
	int row = 0;

	while (*p != '\0') {
		size_t next_line, len = utf8_wrap(p, s->cols - 2, s->ambiguous, &next_line);
		char *line = xstrndup(p, len);

		screen_put(s, row++, 1, s->cols - 2, ATTR_BOLD, line);
		free(line);
		p += next_line;
	}
	screen_fill(s, row++, 0, s->cols, ATTR_PLAIN, '=');
	return row;
}
