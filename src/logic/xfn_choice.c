/* Functions of choices and of lists. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/answers.h"
#include "logic/dataset.h"
#include "logic/xfn.h"

static struct str
trimmed(struct run *r, struct str s)
{
	size_t from = 0, to = s.len;

	while (from < to && strchr(" \t\n\r", s.s[from]))
		from++;
	while (to > from && strchr(" \t\n\r", s.s[to - 1]))
		to--;
	return (struct str){ run_text(r, s.s + from, to - from), to - from };
}

bool
fn_selected(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str list, want, word;
	size_t at = 0;

	if (!arg_str(r, call, 0, ctx, &list) || !arg_str(r, call, 1, ctx, &want))
		return false;
	want = trimmed(r, want);
	/* Nothing is chosen: that is what '' asks for (JavaRosa). */
	if (!want.len)
		return val_bool(out, !trimmed(r, list).len);
	while ((word = xfn_word(list, &at)).len)
		if (str_is(word, want))
			return val_bool(out, true);
	return val_bool(out, false);
}

bool
fn_selected_at(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct str list, word;
	double n;
	size_t at = 0;

	if (!arg_str(r, call, 0, ctx, &list) || !arg_num(r, call, 1, ctx, &n))
		return false;
	if (isnan(n) || n < 0)
		return val_string(out, "", 0);
	for (n = floor(n); (word = xfn_word(list, &at)).len; n--)
		if (n == 0)
			return val_string(out, run_text(r, word.s, word.len), word.len);
	return val_string(out, "", 0);
}

bool
fn_count_selected(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct str list;
	size_t at = 0;
	double n = 0;

	if (!arg_str(r, call, 0, ctx, &list))
		return false;
	while (xfn_word(list, &at).len)
		n++;
	return val_number(out, n);
}

/* ---- look-ups ----------------------------------------------------------------------- */

static bool
pull_from_table(struct run *r, const struct dataset *d, struct str want, struct str column,
    struct str key, struct xval *out)
{
	int want_at = dataset_column(d, want.s), key_at = dataset_column(d, column.s);
	const uint32_t *rows;

	if (want_at < 0 || key_at < 0 || !dataset_find(d, (size_t)key_at, key.s, &rows))
		return val_string(out, "", 0);
	return val_copy(r, out, dataset_cell(d, rows[0], (size_t)want_at));
}

static node_id
child_called(struct node node, const char *name)
{
	const struct tree_ops *ops = node.tree->ops;
	node_id c = ops->first(node.tree, node.id);

	while (c != NODE_NONE && (ops->kind(node.tree, c) != NODE_ELEMENT ||
	    strcmp(ops->name(node.tree, c), name)))
		c = ops->next(node.tree, c);
	return c;
}

/* root/item[column = key]/want, walked: an instance in XML. */
static bool
pull_from_tree(struct run *r, const struct xnode *call, struct node top, struct str want,
    struct str column, struct str key, struct xval *out)
{
	const struct tree *tree = top.tree;
	node_id root = child_called(top, "root"), cell;

	if (root == NODE_NONE)
		return val_string(out, "", 0);
	for (node_id c = tree->ops->first(tree, root); c != NODE_NONE;
	     c = tree->ops->next(tree, c)) {
		struct node item = { tree, c };

		if (!run_step(r, call))
			return false;
		cell = child_called(item, column.s);
		if (cell == NODE_NONE || !str_is(node_str(r, (struct node){ tree, cell }), key))
			continue;
		cell = child_called(item, want.s);
		if (cell == NODE_NONE)
			return val_string(out, "", 0);
		return val_str(out, node_str(r, (struct node){ tree, cell }));
	}
	return val_string(out, "", 0);
}

bool
fn_pulldata(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str id, want, column, key;
	const struct dataset *d;
	struct node top;

	if (!arg_str(r, call, 0, ctx, &id) || !arg_str(r, call, 1, ctx, &want) ||
	    !arg_str(r, call, 2, ctx, &column) || !arg_str(r, call, 3, ctx, &key))
		return false;
	/* A blank key is nobody's. */
	if (str_blank(key))
		return val_string(out, "", 0);
	d = r->env->dataset ? r->env->dataset(r->env->ctx, id.s) : NULL;
	if (d)
		return pull_from_table(r, d, want, column, key, out);
	if (!xpath_instance(r, id.s, &top))
		return val_string(out, "", 0);
	return pull_from_tree(r, call, top, want, column, key, out);
}

/* ---- labels -------------------------------------------------------------------------- */

static bool
label_in_table(struct run *r, const struct question *q, struct str value, struct xval *out)
{
	const struct dataset *d = r->env->dataset ? r->env->dataset(r->env->ctx, q->dataset) : NULL;

	if (!d)
		return val_string(out, "", 0);
	return pull_from_table(r, d,
	    (struct str){ q->label_column ? q->label_column : "label", 0 },
	    (struct str){ q->value_column ? q->value_column : "name", 0 }, value, out);
}

static bool
label_asked(struct run *r, const struct question *q, struct str value, struct xval *out, bool *ok)
{
	const struct env *env = r->env;
	node_id at = env->context.tree == answers_tree(env->answers) ? env->context.id & 0x7fffffffu
								     : ANSWERS_ROOT;
	struct buf label = { 0 };
	bool found = env->choice_label &&
	    env->choice_label(env->ctx, q, at ? at : ANSWERS_ROOT, value.s, &label);

	if (found)
		*ok = val_copy(r, out, buf_str(&label));
	buf_free(&label);
	return found;
}

bool
fn_choice_name(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	const struct question *q = call->q;
	const struct choice *choice;
	struct str value;
	bool ok;

	if (!q || !r->env->answers)
		return run_fail(r, call, "%s", _("jr:choice-name() needs a form, and there is none here"));
	if (!arg_str(r, call, 0, ctx, &value))
		return false;
	value = trimmed(r, value);
	if (label_asked(r, q, value, out, &ok))
		return ok;
	if (q->list) {
		choice = choice_find(q->list, value.s);
		return val_copy(r, out, choice ? text_in(answers_form(r->env->answers),
		    &choice->label, r->env->form_lang) : "");
	}
	if (q->from_repeat)
		return val_str(out, value);
	if (q->dataset)
		return label_in_table(r, q, value, out);
	return val_string(out, "", 0);
}

bool
fn_itext(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str id;
	const char *text;
	struct nodes set = { 0 };
	struct node *found = NULL;
	size_t n = 0;

	if (!arg_str(r, call, 0, ctx, &id))
		return false;
	if (r->env->itext_nodes &&
	    r->env->itext_nodes(r->env->ctx, id.s, r->env->lang, &found, &n)) {
		for (size_t i = 0; i < n; i++)
			nodes_add(r, &set, found[i]);
		free(found);
		return val_set(out, &set);
	}
	text = r->env->itext ? r->env->itext(r->env->ctx, id.s, r->env->lang) : id.s;
	return val_copy(r, out, text ? text : "");
}
