/* entry_flags.c: questions of this record that wait to be put right. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "form/form.h"
#include "tui/entry.h"
#include "tui/views.h"

const char *
entry_field_name(const struct entry *e, const struct question *q)
{
	bool many;

	return form_find(e->form, q->name, &many) == NULL && many
	    ? q->path + strlen(e->form->questions[0]->path) + 1
	    : q->name;
}

node_id
entry_node(const struct entry *e, const char *row_id, const char *field)
{
	return view_answer_node(e->answers, row_id, field);
}

static bool
add(void *ctx, const struct flag_info *info)
{
	struct entry *e = ctx;
	node_id node = entry_node(e, info->row, info->field);
	struct buf text = { 0 };

	if (node == NODE_NONE)
		return true;
	buf_addf(&text, "%s  (%s ", info->note, info->raised_by);
	view_time_text(info->raised_at, &text);
	buf_add_char(&text, ')');
	e->flags = xrealloc_array(e->flags, e->flags_n + 1, sizeof *e->flags);
	e->flags[e->flags_n].node = node;
	e->flags[e->flags_n++].note = buf_take(&text);
	return true;
}

void
entry_flags_free(struct entry *e)
{
	for (size_t i = 0; i < e->flags_n; i++)
		free(e->flags[i].note);
	free(e->flags);
	e->flags = NULL;
	e->flags_n = 0;
}

void
entry_flags_read(struct entry *e)
{
	struct err ignored;

	entry_flags_free(e);
	(void)store_flags(
	    e->view.ui->store, e->form->id, session_record(e->session), false, add, e, &ignored);
}

const char *
entry_flag(const struct entry *e, node_id node)
{
	for (size_t i = 0; i < e->flags_n; i++)
		if (e->flags[i].node == node)
			return e->flags[i].note;
	return NULL;
}
