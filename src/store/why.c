#include "store/why.h"

#include "store/desk.h"
#include "store/save.h"

static bool
add(struct save *w, int64_t change, const char *why, struct err *err)
{
	return db_run(w->s->db, err,
	    "INSERT OR IGNORE INTO ruhu_why(tx, change, why)"
	    " VALUES(?,?,?)",
	    WITH(b_int(w->log.tx), b_int(change), b_text(why)));
}

/* The change that a node's answer stands on: of this saving, or from before. */
static int64_t
change_of(const struct save *w, node_id node)
{
	for (size_t i = w->written_n; i > 0; i--)
		if (w->written[i - 1].node == node)
			return w->written[i - 1].no;
	return desk_mark(w->d, node);
}

static bool
add_default(struct save *w, const struct cell *c, struct err *err)
{
	int64_t change = change_of(w, c->node);

	return change < w->log.tx || add(w, change, WHY_DEFAULT, err);
}

bool
why_write(struct save *w, struct err *err)
{
	const struct answers *a = session_answers(w->d->session);

	if (w->why != NULL && !add(w, 0, w->why, err))
		return false;
	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(a, n)) {
		const struct question *q = answers_question(a, n);
		struct cell c;

		if (q->default_.text == NULL)
			continue;
		session_cell(w->d->session, n, &c);
		if (c.asked && !c.touched && c.value[0] != '\0' &&
		    !add_default(w, &c, err))
			return false;
	}
	return true;
}
