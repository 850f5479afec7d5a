#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "base/tr.h"
#include "record/state.h"

/* One step of a path: name, name[3]. */
struct step {
	char name[256];
	size_t row; /* 0: none was written */
};

struct walk {
	struct session *s;
	const char *path; /* whole, for messages */
	const char *rest;
	struct err *err;
};

static bool
bad_path(const struct walk *w)
{
	return err_set(w->err,
	    _("\"%s\" is no path; write name, member[2]/name or /data/member[2]/name"), w->path);
}

/* Reads the next step; at the end of the path name is "". */
static bool
next_step(struct walk *w, struct step *st)
{
	size_t len = strcspn(w->rest, "/[");
	char *end;

	st->row = 0;
	if (len >= sizeof st->name)
		return bad_path(w);
	memcpy(st->name, w->rest, len);
	st->name[len] = '\0';
	w->rest += len;
	if (*w->rest == '[') {
		if (w->rest[1] < '1' || w->rest[1] > '9')
			return bad_path(w);
		st->row = strtoul(w->rest + 1, &end, 10);
		if (*end != ']')
			return bad_path(w);
		w->rest = end + 1;
	}
	if (*w->rest == '/') {
		w->rest++;
		if (!*w->rest)
			return bad_path(w);
	} else if (*w->rest) {
		return bad_path(w);
	}
	return len > 0 || bad_path(w);
}

static bool
unknown(const struct walk *w, const char *name)
{
	const struct form *f = w->s->form;
	struct near near;

	near_start(&near, name);
	for (size_t i = 1; i < f->questions_n; i++)
		near_try(&near, f->questions[i]->name);
	if (near.best)
		return err_set(w->err, _("There is no question \"%s\" (did you mean \"%s\"?)"),
		    name, near.best);
	return err_set(w->err, _("There is no question \"%s\""), name);
}

/* A question below top, of that name: a child, else the only one further down
 * that no other repeat lies between. */
static const struct question *
below(const struct question *top, const char *name)
{
	const struct question *q, *found = NULL;
	const struct question *row = top->type == Q_REPEAT ? top : top->repeat;

	if (name[0] == '@')
		return question_attribute(top, name + 1);
	for (q = top->first; q; q = q->next)
		if (strcmp(q->name, name) == 0)
			return q;
	for (q = form_next(top, top); q; q = form_next(q, top)) {
		if (q->repeat != row || strcmp(q->name, name) != 0)
			continue;
		if (found)
			return NULL;
		found = q;
	}
	return found;
}

/* The node of q in the row that `at` lies in, or of row number `row` of it. */
static bool
step_to(const struct walk *w, node_id at, const struct question *q, size_t row, node_id *out)
{
	const struct answers *a = w->s->answers;
	node_id parent;

	if (q->type != Q_REPEAT) {
		if (row > 1)
			return err_set(
			    w->err, _("\"%s\" does not repeat; leave out [%zu]"), q->name, row);
		*out = answers_seen(a, at, q);
		if (*out != NODE_NONE)
			return true;
		return err_set(w->err,
		    _("\"%s\" is asked in each row of \"%s\"; say which: %s[1]/%s"), q->name,
		    q->repeat->name, q->repeat->name, q->name);
	}
	parent = answers_seen(a, at, q->parent);
	if (parent == NODE_NONE)
		return err_set(w->err, _("\"%s\" lies in each row of \"%s\"; say which: %s[1]/%s"),
		    q->name, q->repeat->name, q->repeat->name, q->name);
	if (row == 0)
		return err_set(
		    w->err, _("\"%s\" repeats; say which row, as in %s[1]"), q->name, q->name);
	*out = answers_row(a, parent, q, row);
	if (*out != NODE_NONE)
		return true;
	return err_set(w->err, _("\"%s\" has %zu rows; there is no row %zu"), q->name,
	    answers_rows(a, parent, q), row);
}

/* The first step of a path that does not begin at the root. */
static bool
first_question(const struct walk *w, const char *name, node_id near, const struct question **q)
{
	const struct form *f = w->s->form;
	bool many = false;

	if (near == NODE_NONE)
		near = ANSWERS_ROOT;
	for (node_id n = near; n != NODE_NONE; n = answers_parent(w->s->answers, n)) {
		*q = below(answers_question(w->s->answers, n), name);
		if (*q)
			return true;
	}
	*q = form_find(f, name, &many);
	if (*q)
		return true;
	if (many)
		return err_set(w->err,
		    _("Several questions are called \"%s\"; write the whole path, "
		      "as in %s/group/%s"),
		    name, f->questions[0]->path, name);
	return unknown(w, name);
}

/* Walks to the question the path names, and the node before its last step. */
static bool
walk_path(struct walk *w, node_id near, node_id *at, const struct question **q, size_t *row)
{
	struct step st;
	bool absolute = w->path[0] == '/';

	*at = near == NODE_NONE ? ANSWERS_ROOT : near;
	if (absolute) {
		w->rest++;
		if (!next_step(w, &st))
			return false;
		*at = ANSWERS_ROOT;
		*q = w->s->form->questions[0];
		*row = 0;
		if (strcmp(st.name, (*q)->path + 1) != 0)
			return err_set(w->err, _("\"%s\" begins with /%s here, not %s"), w->path,
			    st.name, (*q)->path);
	} else {
		if (!next_step(w, &st) || !first_question(w, st.name, near, q))
			return false;
		*row = st.row;
	}
	while (*w->rest) {
		const struct question *parent = *q;

		if (!step_to(w, *at, *q, *row, at) || !next_step(w, &st))
			return false;
		*q = below(parent, st.name);
		*row = st.row;
		if (!*q)
			return unknown(w, st.name);
	}
	return true;
}

bool
session_find(struct session *s, const char *path, node_id near, node_id *out, struct err *err)
{
	struct walk w = {s, path, path, err};
	const struct question *q;
	node_id at;
	size_t row;

	if (near != NODE_NONE && !answers_alive(s->answers, near))
		near = NODE_NONE;
	return walk_path(&w, near, &at, &q, &row) && step_to(&w, at, q, row, out);
}

bool
session_find_repeat(struct session *s, const char *path, node_id *parent,
    const struct question **repeat, struct err *err)
{
	struct walk w = {s, path, path, err};
	const struct question *q;
	node_id at, found;
	size_t row;

	if (!walk_path(&w, NODE_NONE, &at, &q, &row))
		return false;
	if (q->type != Q_REPEAT)
		return err_set(err, _("\"%s\" does not repeat"), q->name);
	if (row != 0)
		return err_set(err, _("Write the repeat without a row number: %s"), q->name);
	found = answers_seen(s->answers, at, q->parent);
	if (found == NODE_NONE)
		return err_set(err, _("\"%s\" lies in each row of \"%s\"; say which: %s[1]/%s"),
		    q->name, q->repeat->name, q->repeat->name, q->name);
	*parent = found;
	*repeat = q;
	return true;
}

void
session_path(const struct session *s, node_id node, struct buf *out)
{
	const struct question *q = answers_question(s->answers, node);

	if (node == ANSWERS_ROOT) {
		buf_add_str(out, q->path);
		return;
	}
	session_path(s, answers_parent(s->answers, node), out);
	buf_addf(out, "/%s", q->name);
	if (q->type == Q_REPEAT)
		buf_addf(out, "[%zu]", answers_position(s->answers, node));
}
