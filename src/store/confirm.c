#include "store/confirm.h"

#include <string.h>

#include "store/desk.h"

static const struct {
	enum confirm bit;
	const char *name;
} kinds[] = {
    {CONFIRM_WARNING, "warning"},
    {CONFIRM_CONSTRAINT, "constraint"},
    {CONFIRM_REQUIRED, "required"},
    {CONFIRM_SAME, "same"},
};

#define KINDS (sizeof kinds / sizeof kinds[0])

static unsigned
kind_by_name(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return kinds[i].bit;
	return 0;
}

static const char *
field_of(const struct desk *d, node_id node)
{
	return d->form->field_of[answers_question(session_answers(d->session), node)->index];
}

void
confirms_load(struct desk *d, struct session *session,
    node_id (*find)(void *, const char *row, const char *field), void *ctx)
{
	const struct answers *a = session_answers(session);
	struct err ignored;
	struct stmt *st = db_query(d->store->db, &ignored,
	    "SELECT row, field, kind, value FROM ruhu_confirm WHERE record = ?",
	    WITH(b_text(d->record)));

	while (stmt_row(st)) {
		node_id node = find(ctx, stmt_text(st, 0), stmt_text(st, 1));

		if (node != NODE_NONE && strcmp(answers_text(a, node), stmt_text(st, 3)) == 0)
			session_confirm(session, node, kind_by_name(stmt_text(st, 2)));
	}
	stmt_end(st, &ignored);
}

static bool
put_kind(struct desk *d, node_id node, const char *kind, struct err *err)
{
	struct store *s = d->store;
	char at[INSTANT_TEXT];

	store_stamp(s, at);
	return db_run(s->db, err,
	    "INSERT OR IGNORE INTO ruhu_confirm(record, form, row, field, kind,"
	    " value, at, by) VALUES(?,?,?,?,?,?,?,?)",
	    WITH(b_text(d->record), b_text(d->form->id), b_text(desk_row_id(d->session, node)),
		b_text(field_of(d, node)), b_text(kind),
		b_text(answers_text(session_answers(d->session), node)), b_text(at),
		b_text(s->user)));
}

bool
confirm_put(struct desk *d, node_id node, struct err *err)
{
	struct cell c;

	session_cell(d->session, node, &c);
	for (size_t i = 0; i < KINDS; i++)
		if ((c.forced | (c.confirmed & CONFIRM_SAME)) & kinds[i].bit &&
		    !put_kind(d, node, kinds[i].name, err))
			return false;
	return true;
}

bool
confirms_put(struct desk *d, struct err *err)
{
	const struct answers *a = session_answers(d->session);

	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(a, n))
		if (answers_relevant(a, n) && !confirm_put(d, n, err))
			return false;
	return true;
}

bool
store_confirm(struct store *s, struct session *session, node_id node, struct err *err)
{
	struct desk *d = desk_of(s, session, err);

	return d != NULL && tx_begin(s, err) && tx_end(s, confirm_put(d, node, err), err);
}

bool
store_confirmed(struct store *s, struct session *session, node_id node,
    bool (*each)(void *, const struct confirm_info *), void *ctx, struct err *err)
{
	struct desk *d = desk_of(s, session, err);
	struct stmt *st;

	if (d == NULL)
		return false;
	st = db_query(s->db, err,
	    "SELECT kind, at, by FROM ruhu_confirm"
	    " WHERE record = ? AND row = ? AND field = ? AND value = ? ORDER BY no",
	    WITH(b_text(d->record), b_text(desk_row_id(session, node)), b_text(field_of(d, node)),
		b_text(answers_text(session_answers(session), node))));
	while (stmt_row(st)) {
		const struct confirm_info info = {.kind = kind_by_name(stmt_text(st, 0)),
		    .at = stmt_text(st, 1),
		    .by = stmt_text(st, 2)};

		if (!each(ctx, &info))
			break;
	}
	return stmt_end(st, err);
}
