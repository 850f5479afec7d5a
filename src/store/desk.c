#include "store/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "store/host.h"
#include "store/lists.h"

struct desk *
desk_new(struct store *s, const struct loaded *form, const char *record)
{
	struct desk *d = xcalloc(1, sizeof *d);

	d->store = s;
	d->form = form;
	snprintf(d->record, sizeof d->record, "%s", record);
	host_fill(d);
	return d;
}

static struct desk **
place_of(struct store *s, const struct session *session)
{
	struct desk **p = &s->desks;

	while (*p != NULL && (*p)->session != session)
		p = &(*p)->next;
	return p;
}

struct desk *
desk_of(struct store *s, const struct session *session, struct err *err)
{
	struct desk *d = *place_of(s, session);

	if (d == NULL || strcmp(d->record, session_record(session)) != 0) {
		err_set(err, _("This record was not opened from the database"));
		return NULL;
	}
	return d;
}

void
desk_keep(struct desk *d, struct session *session)
{
	struct desk **p = place_of(d->store, session), *old = *p;

	if (old != NULL) {
		*p = old->next;
		desk_free(old);
	}
	d->session = session;
	d->next = d->store->desks;
	d->store->desks = d;
}

void
desk_forget_given(struct desk *d, size_t i)
{
	free(d->given[i].mine);
	d->given[i] = d->given[--d->given_n];
}

void
desk_free(struct desk *d)
{
	if (d == NULL)
		return;
	lists_free(d->lists);
	while (d->given_n > 0)
		desk_forget_given(d, d->given_n - 1);
	free(d->given);
	free(d->owed);
	free(d->marks);
	free(d->journalled);
	free(d);
}

void
desks_free(struct store *s)
{
	struct desk *next;

	for (struct desk *d = s->desks; d != NULL; d = next) {
		next = d->next;
		desk_free(d);
	}
	s->desks = NULL;
}

void
store_session_close(struct store *s, struct session *session)
{
	struct desk **p = place_of(s, session), *d = *p;

	session_close(session);		/* first: it reads the desk's lists */
	if (session == NULL || d == NULL)
		return;
	*p = d->next;
	desk_free(d);
}

int64_t
desk_mark(const struct desk *d, node_id node)
{
	return node < d->marks_n ? d->marks[node] : 0;
}

void
desk_set_mark(struct desk *d, node_id node, int64_t no)
{
	if (node >= d->marks_n) {
		size_t n = d->marks_n > 0 ? d->marks_n : 64;

		while (n <= node)
			n *= 2;
		d->marks = xrealloc_array(d->marks, n, sizeof *d->marks);
		d->journalled = xrealloc_array(d->journalled, n, sizeof *d->journalled);
		memset(d->marks + d->marks_n, 0, (n - d->marks_n) * sizeof *d->marks);
		memset(d->journalled + d->marks_n, 0, (n - d->marks_n) * sizeof *d->journalled);
		d->marks_n = n;
	}
	d->marks[node] = no;
}

node_id
desk_parent(const struct session *s, node_id at, const struct question *q)
{
	return answers_seen(session_answers(s), at, q->parent);
}

const char *
desk_row_id(const struct session *s, node_id node)
{
	const struct answers *a = session_answers(s);
	node_id row = answers_row_of(a, node);

	return row == NODE_NONE ? "" : answers_row_id(a, row);
}
