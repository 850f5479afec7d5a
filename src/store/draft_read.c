#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/draft.h"
#include "store/inside.h"

static bool
read_head(struct store *s, const char *record, struct draft *d, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT form, cursor_row, cursor_field FROM ruhu_draft WHERE record = ? AND author = ?",
	    WITH(b_text(record), b_text(s->user)));

	if (stmt_row(st)) {
		d->found = true;
		d->form = arena_strdup(d->arena, stmt_text(st, 0));
		d->cursor_row = arena_strdup(d->arena, stmt_text(st, 1));
		d->cursor_field = arena_strdup(d->arena, stmt_text(st, 2));
	}
	return stmt_end(st, err);
}

static bool
read_answers(struct store *s, const char *record, struct draft *d, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT row, field, value, reason, base FROM ruhu_draft_answer"
	    " WHERE record = ? AND author = ?", WITH(b_text(record), b_text(s->user)));

	while (stmt_row(st)) {
		d->answers = xgrow(d->answers, &d->answers_cap, d->answers_n + 1,
		    sizeof *d->answers);
		d->answers[d->answers_n++] = (struct draft_answer){
			.row = arena_strdup(d->arena, stmt_text(st, 0)),
			.field = arena_strdup(d->arena, stmt_text(st, 1)),
			.value = arena_strdup(d->arena, stmt_text(st, 2)),
			.reason = arena_strdup(d->arena, stmt_text(st, 3)),
			.base = stmt_int(st, 4) < 0 ? 0 : stmt_int(st, 4),
			.touched = stmt_int(st, 4) >= 0
		};
	}
	return stmt_end(st, err);
}

static bool
read_lists(struct store *s, const char *record, struct draft *d, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT parent, repeat, ids FROM ruhu_draft_rows WHERE record = ? AND author = ?",
	    WITH(b_text(record), b_text(s->user)));

	while (stmt_row(st)) {
		d->lists = xgrow(d->lists, &d->lists_cap, d->lists_n + 1, sizeof *d->lists);
		d->lists[d->lists_n++] = (struct draft_list){
			.parent = arena_strdup(d->arena, stmt_text(st, 0)),
			.repeat = arena_strdup(d->arena, stmt_text(st, 1)),
			.ids = arena_strdup(d->arena, stmt_text(st, 2))
		};
	}
	return stmt_end(st, err);
}

static bool
read_gone(struct store *s, const char *record, struct draft *d, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT row FROM ruhu_draft_gone WHERE record = ? AND author = ?",
	    WITH(b_text(record), b_text(s->user)));

	while (stmt_row(st)) {
		d->gone = xgrow(d->gone, &d->gone_cap, d->gone_n + 1, sizeof *d->gone);
		d->gone[d->gone_n++] = arena_strdup(d->arena, stmt_text(st, 0));
	}
	return stmt_end(st, err);
}

bool
draft_has_gone(const struct draft *d, const char *row)
{
	for (size_t i = 0; i < d->gone_n; i++)
		if (strcmp(d->gone[i], row) == 0)
			return true;
	return false;
}

bool
draft_read(struct store *s, const char *record, struct draft *d, struct err *err)
{
	memset(d, 0, sizeof *d);
	d->arena = arena_new();
	d->form = d->cursor_row = d->cursor_field = "";
	return read_head(s, record, d, err) && read_answers(s, record, d, err) &&
	    read_lists(s, record, d, err) && read_gone(s, record, d, err);
}

void
draft_free(struct draft *d)
{
	arena_free(d->arena);
	free(d->answers);
	free(d->lists);
	free(d->gone);
	memset(d, 0, sizeof *d);
}

const char *
draft_rows(const struct draft *d, const char *parent, const char *repeat)
{
	for (size_t i = 0; i < d->lists_n; i++)
		if (strcmp(d->lists[i].parent, parent) == 0 &&
		    strcmp(d->lists[i].repeat, repeat) == 0)
			return d->lists[i].ids;
	return NULL;
}

bool
draft_remove(struct store *s, const char *record, struct err *err)
{
	return db_run(s->db, err, "DELETE FROM ruhu_draft WHERE record = ? AND author = ?",
	    WITH(b_text(record), b_text(s->user)));
}

bool
store_draft_drop(struct store *s, const char *record_id, struct err *err)
{
	return tx_begin(s, err) && tx_end(s, draft_remove(s, record_id, err), err);
}
