/* entry_unique.c: a new record whose key exists already: one is asked at the question
 * that makes the key, not at the end, and goes to the record that has it. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/expr.h"
#include "logic/logic.h"
#include "tui/entry.h"

/* Is q the key, or read by what the key is calculated from? */
static bool
feeds(const struct logic *logic, const struct question *q, const struct question *key, int depth)
{
	static const enum aspect aspects[] = { ASPECT_CALCULATION, ASPECT_DEFAULT };

	if (q == key)
		return true;
	for (size_t a = 0; depth > 0 && a < sizeof aspects / sizeof *aspects; a++) {
		const struct expr *e = logic_expr(logic, key, aspects[a]);
		const struct expr_reads *reads = e != NULL ? expr_reads(e) : NULL;

		for (size_t i = 0; reads != NULL && i < reads->questions_n; i++)
			if (feeds(logic, q, reads->questions[i], depth - 1))
				return true;
	}
	return false;
}

/* Has this person answered nothing but what makes the key? */
static bool
only_key(struct entry *e, const struct question *key)
{
	const struct logic *logic = session_logic(e->session);

	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(e->answers, n)) {
		struct cell c;

		if (answers_row_of(e->answers, n) == n)
			return false;
		session_cell(e->session, n, &c);
		if (c.touched && c.asked && !feeds(logic, c.q, key, 4))
			return false;
	}
	return true;
}

bool
entry_ask_duplicate(struct entry *e)
{
	struct ui *ui = e->view.ui;

	if (!e->was_new)
		return false;
	for (size_t i = 0; i < e->form->unique_n; i++) {
		const struct question *key = e->form->unique[i];
		node_id node = key->repeat == NULL ? answers_seen(e->answers, ANSWERS_ROOT, key)
		    : NODE_NONE;
		struct buf id = { 0 };
		struct err ignored;
		struct cell c;

		if (node == NODE_NONE)
			continue;
		session_cell(e->session, node, &c);
		if (c.problem != PROBLEM_UNIQUE || !c.relevant ||
		    (e->duplicate != NULL && strcmp(e->duplicate, c.value) == 0))
			continue;
		if (!store_find(ui->store, e->form->id, c.value, &id, &ignored) || id.len == 0) {
			buf_free(&id);
			continue;
		}
		free(e->duplicate);
		free(e->duplicate_id);
		e->duplicate = xstrdup(c.value);
		e->duplicate_id = buf_take(&id);
		e->duplicate_key = key;
		ui_ask(ui, &e->view, ASK_DUPLICATE, "\rgGeE",
		    _("%s. G or Enter goes to it, E changes the key"),
		    c.problem_text);
		ui->ring = ui->flush = true;
		return true;
	}
	return false;
}

void
entry_duplicate_answered(struct entry *e, int choice)
{
	struct ui *ui = e->view.ui;
	bool dropped = only_key(e, e->duplicate_key);
	char *id;
	struct err err;

	if (choice != '\r' && choice != 'g' && choice != 'G')
		return;
	/* What else was typed stays, as a draft. */
	if (dropped && !store_draft_drop(ui->store, session_record(e->session), &err)) {
		ui_fail(ui, &err);
		return;
	}
	if (!dropped && !entry_kept(e))
		return;
	id = xstrdup(e->duplicate_id);
	ui_pop(ui, &e->view);
	if (!entry_resume(ui, id, &err))
		ui_fail(ui, &err);
	else if (!dropped && !ui->ask.open)
		ui_say(ui, _("What you had begun is kept as a draft; it is listed on the first screen."));
	free(id);
	ui_count(ui);
}
