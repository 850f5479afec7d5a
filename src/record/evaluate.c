/* What an expression may ask for in a record, and the faults that evaluating meets. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "form/form.h"
#include "logic/dataset.h"
#include "record/state.h"

static const struct tree *
env_instance(void *ctx, const char *id)
{
	const struct dataset *d = dataset_by_id(ctx, id);

	return d ? dataset_tree(d) : NULL;
}

static const struct dataset *
env_dataset(void *ctx, const char *id)
{
	return dataset_by_id(ctx, id);
}

static bool
env_last_saved(void *ctx, const char *name, struct buf *out)
{
	const struct session *s = ctx;

	return s->host.last_saved && s->host.last_saved(s->host.ctx, name, out);
}

/* Names of months and days: Chinese in a Chinese form, else English. */
static const char *
month_language(const struct session *s)
{
	const char *name = s->form->languages[s->lang];

	return strstr(name, "zh") || strncmp(name, "中", strlen("中")) == 0 ? "zh" : "en";
}

static bool
env_choice_label(void *ctx, const struct question *q, node_id at, const char *code,
    struct buf *out)
{
	return choice_label_from(ctx, q, at, code, out);
}

static const char *
env_itext(void *ctx, const char *id, const char *lang)
{
	const struct session *s = ctx;
	const struct text *text = text_named(s->form, id);

	(void)lang;
	return text ? text_in(s->form, text, s->lang) : "";
}

void
env_at(struct session *s, node_id node, struct env *env)
{
	const struct tree *tree = answers_tree(s->answers);

	*env = (struct env){
	    .context = {tree, node},
	    .root = {tree, 0},
	    .answers = s->answers,
	    .clock = s->host.clock,
	    .lang = month_language(s),
	    .form_lang = s->lang,
	    .changed = s->by,
	    .user = s->host.user,
	    .device = s->host.device,
	    .once = answers_value(s->answers, node),
	    .budget = &s->budget,
	    .ctx = s,
	    .instance = env_instance,
	    .dataset = env_dataset,
	    .last_saved = env_last_saved,
	    .choice_label = env_choice_label,
	    .itext = env_itext,
	};
}

bool
eval_text(struct session *s, const struct expr *e, node_id node, struct buf *out, struct err *err)
{
	struct env env;

	env_at(s, node, &env);
	s->evaluations++;
	return expr_text(e, &env, out, err);
}

bool
eval_words(struct session *s, const struct expr *e, node_id node, struct buf *out, struct err *err)
{
	long left = s->budget;
	bool ok;

	work_begin(s);
	ok = eval_text(s, e, node, out, err);
	s->budget = left;
	return ok;
}

bool
eval_true(struct session *s, const struct expr *e, node_id node, bool *out, struct err *err)
{
	struct env env;

	if (expr_constant(e, out))
		return true;
	env_at(s, node, &env);
	s->evaluations++;
	return expr_true(e, &env, out, err);
}

void
fault_set(struct session *s, node_id node, enum aspect aspect, const char *text)
{
	struct fault_at *f;
	size_t i = 0;

	while (i < s->faults_n && (s->faults[i].node != node || s->faults[i].aspect != aspect))
		i++;
	if (i == s->faults_n && !text)
		return;
	uncheck(s, node);
	if (i == s->faults_n) {
		s->faults = xgrow(s->faults, &s->faults_cap, s->faults_n + 1, sizeof *s->faults);
		s->faults[s->faults_n++] = (struct fault_at){node, aspect, NULL};
	}
	f = &s->faults[i];
	free(f->text);
	f->text = text ? xstrdup(text) : NULL;
	if (!text)
		*f = s->faults[--s->faults_n];
}

const char *
fault_get(const struct session *s, node_id node)
{
	for (size_t i = 0; i < s->faults_n; i++)
		if (s->faults[i].node == node)
			return s->faults[i].text;
	return NULL;
}
