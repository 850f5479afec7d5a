/* settings.ruhu.conflict: what is shown of answers that two sites wrote apart. */
#include <string.h>

#include "base/near.h"
#include "base/tr.h"
#include "form/form_yaml_parts.h"

static bool
read_policy(struct builder *b, const struct ynode *k, enum apart *out)
{
	const char *word = yaml_scalar(b, k);
	struct near near;
	char hint[HINT_TEXT];

	if (apart_by_name(word, out))
		return true;
	near_start(&near, word);
	for (int i = APART_ASK; i <= APART_UNION; i++)
		near_try(&near, apart_name((enum apart)i));
	fault(b, k->line, k->col, _("conflict: '%s' is none of ask, latest, max, min, union%s"),
	    word, did_you_mean(near.best, hint));
	return false;
}

static bool
has_order(enum kind kind)
{
	return kind == KIND_INTEGER || kind == KIND_DECIMAL || kind == KIND_DATE ||
	       kind == KIND_DATETIME;
}

/* Whoever is one of two people is not found out by a rule. */
static bool
is_unique(const struct form *f, const struct question *q)
{
	for (size_t i = 0; i < f->unique_n; i++)
		if (f->unique[i] == q)
			return true;
	return false;
}

static bool
fits(struct builder *b, const struct ynode *k, const struct question *q, enum apart apart)
{
	const struct type_info *info = type_info(q->type);

	if (!info->asked || info->kind == KIND_NONE)
		fault(b, k->key_line, k->key_col, _("conflict: nobody answers '%s'; it is a %s"),
		    q->name, info->name);
	else if (apart != APART_ASK && is_unique(b->form, q))
		fault(b, k->line, k->col,
		    _("conflict: '%s' is unique, so it tells records apart; "
		      "only a person can say which is right: ask"),
		    q->name);
	else if ((apart == APART_MAX || apart == APART_MIN) && !has_order(info->kind))
		fault(b, k->line, k->col, _("conflict: '%s' is a %s; %s is for numbers and dates"),
		    q->name, info->name, apart_name(apart));
	else if (apart == APART_UNION && q->type != Q_SELECT_MULTIPLE)
		fault(b, k->line, k->col, _("conflict: '%s' is a %s; union is for select_multiple"),
		    q->name, info->name);
	else
		return true;
	return false;
}

void
yaml_conflict(struct builder *b, const struct ynode *node)
{
	enum apart apart;

	if (node->kind != Y_MAP) {
		fault(b, node->line, node->col,
		    _("'conflict' must be a map of questions, as in "
		      "{visits: max}; here is %s"),
		    ynode_kind_name(node));
		return;
	}
	for (const struct ynode *k = node->first; k != NULL; k = k->next) {
		const struct question *q =
		    yaml_question(b, "conflict", k->key, k->key_line, k->key_col);

		if (read_policy(b, k, &apart) && q != NULL && fits(b, k, q, apart))
			b->form->questions[q->index]->apart = apart;
	}
}
