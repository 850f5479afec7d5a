#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cli/form_text.h"
#include "form/form.h"
#include "sync/jcs.h"

void
form_type_text(const struct question *q, struct buf *out)
{
	const char *name = type_info(q->type)->name;

	buf_reset(out);
	if (q->type == Q_GROUP || q->type == Q_REPEAT)
		buf_addf(out, "begin_%s", q->type == Q_GROUP ? "group" : "repeat");
	else if (q->file != NULL && (q->type == Q_SELECT_ONE || q->type == Q_SELECT_MULTIPLE))
		buf_addf(out, "%s_from_file %s", name, q->file);
	else if (q->from_repeat != NULL)
		buf_addf(out, "%s ${%s}", name, q->from_repeat);
	else if (q->list != NULL)
		buf_addf(out, "%s %s", name, q->list->name);
	else
		buf_add_str(out, name);
	if (q->other)
		buf_add_str(out, " or_other");
}

static void
put_text(struct jcs *j, const struct form *f, const char *key, const struct text *t)
{
	bool any = false;

	for (size_t i = 0; t->in != NULL && i < f->languages_n; i++)
		any |= t->in[i] != NULL;
	if (!any)
		return;
	jcs_key(j, key);
	jcs_open(j, '{');
	for (size_t i = 0; i < f->languages_n; i++)
		if (t->in[i] != NULL)
			jcs_key_str(j, f->languages[i], t->in[i]);
	jcs_close(j, '}');
}

static void
put_source(struct jcs *j, const char *key, const struct source *s)
{
	if (s->text != NULL)
		jcs_key_str(j, key, s->text);
}

static void
put_attrs(struct jcs *j, const char *key, const struct attr *v, size_t n)
{
	if (n == 0)
		return;
	jcs_key(j, key);
	jcs_open(j, '{');
	for (size_t i = 0; i < n; i++)
		jcs_key_str(j, v[i].name, v[i].value);
	jcs_close(j, '}');
}

static void
put_missing(struct jcs *j, unsigned bits)
{
	if (bits == 0)
		return;
	jcs_key(j, "missing");
	jcs_open(j, '[');
	for (unsigned bit = 1; bit <= MISSING_LAST; bit <<= 1)
		if (bits & bit)
			jcs_str(j, missing_name((enum missing)bit));
	jcs_close(j, ']');
}

static void
put_question(struct jcs *j, const struct form *f, const struct question *q)
{
	struct buf type = { 0 };

	form_type_text(q, &type);
	jcs_open(j, '{');
	jcs_key_str(j, "path", q->path);
	jcs_key_str(j, "name", q->name);
	jcs_key_str(j, "type", buf_str(&type));
	if (q->repeat != NULL)
		jcs_key_str(j, "repeat", q->repeat->name);
	put_text(j, f, "label", &q->label);
	put_text(j, f, "hint", &q->hint);
	put_text(j, f, "guidance_hint", &q->guidance_hint);
	put_source(j, "required", &q->required);
	put_text(j, f, "required_message", &q->required_message);
	put_source(j, "relevant", &q->relevant);
	put_source(j, "constraint", &q->constraint);
	put_text(j, f, "constraint_message", &q->constraint_message);
	put_source(j, "warning", &q->warning);
	put_text(j, f, "warning_message", &q->warning_message);
	put_source(j, "calculation", &q->calculation);
	put_source(j, "trigger", &q->trigger);
	put_source(j, "default", &q->default_);
	put_source(j, "read_only", &q->read_only);
	put_source(j, "choice_filter", &q->choice_filter);
	put_source(j, "repeat_count", &q->repeat_count);
	if (q->appearance != NULL && q->appearance[0] != '\0')
		jcs_key_str(j, "appearance", q->appearance);
	put_attrs(j, "parameters", q->parameters, q->parameters_n);
	put_missing(j, q->missing);
	if (q->enforce != ENFORCE_HARD)
		jcs_key_str(j, "enforce", enforce_name(q->enforce));
	if (q->enforce_required != ENFORCE_HARD)
		jcs_key_str(j, "enforce_required", enforce_name(q->enforce_required));
	put_attrs(j, "extra", q->extra, q->extra_n);
	jcs_close(j, '}');
	buf_free(&type);
}

static void
put_list(struct jcs *j, const struct form *f, const struct choice_list *list)
{
	jcs_key(j, list->name);
	jcs_open(j, '[');
	for (size_t i = 0; i < list->n; i++) {
		const struct choice *c = &list->v[i];

		jcs_open(j, '{');
		jcs_key_str(j, "name", c->name);
		put_text(j, f, "label", &c->label);
		for (size_t k = 0; k < list->columns_n; k++)
			if (c->cells != NULL && c->cells[k] != NULL)
				jcs_key_str(j, list->columns[k], c->cells[k]);
		jcs_close(j, '}');
	}
	jcs_close(j, ']');
}

static void
put_published(struct jcs *j, const struct form *f)
{
	jcs_key(j, "publish");
	jcs_open(j, '[');
	for (size_t i = 0; i < f->publish_n; i++) {
		const struct publish *p = &f->publish[i];

		jcs_open(j, '{');
		jcs_key_str(j, "list", p->name);
		if (p->repeat != NULL)
			jcs_key_str(j, "repeat", p->repeat->name);
		jcs_key_str(j, "key", p->key->name);
		if (p->latest != NULL)
			jcs_key_str(j, "latest", p->latest->name);
		if (p->label != NULL)
			jcs_key_str(j, "label", p->label->name);
		jcs_close(j, '}');
	}
	jcs_close(j, ']');
}

static void
put_entity(struct jcs *j, const struct entity *e)
{
	jcs_open(j, '{');
	jcs_key_str(j, "list", e->list);
	jcs_key_str(j, "at", e->at->path);
	put_source(j, "label", &e->label_);
	put_source(j, "entity_id", &e->entity_id);
	put_source(j, "create_if", &e->create_if);
	put_source(j, "update_if", &e->update_if);
	jcs_key(j, "properties");
	jcs_open(j, '{');
	for (size_t i = 0; i < e->saved_n; i++)
		jcs_key_str(j, e->saved[i]->save_to, e->saved[i]->path);
	jcs_close(j, '}');
	jcs_close(j, '}');
}

void
form_json(const struct form *f, struct buf *out)
{
	struct jcs j = jcs_into(out);

	jcs_open(&j, '{');
	jcs_key_str(&j, "form_id", f->id);
	jcs_key_str(&j, "version", f->version);
	put_text(&j, f, "title", &f->title);
	jcs_key(&j, "languages");
	jcs_open(&j, '[');
	for (size_t i = 0; i < f->languages_n; i++)
		jcs_str(&j, f->languages[i]);
	jcs_close(&j, ']');
	jcs_key_str(&j, "default_language", f->languages[f->default_language]);
	if (f->publish_n > 0)
		put_published(&j, f);
	if (f->entities_n > 0) {
		jcs_key(&j, "entities");
		jcs_open(&j, '[');
		for (size_t i = 0; i < f->entities_n; i++)
			put_entity(&j, f->entities[i]);
		jcs_close(&j, ']');
	}
	jcs_key(&j, "questions");
	jcs_open(&j, '[');
	for (size_t i = 1; i < f->questions_n; i++)
		if (!f->questions[i]->of_entity)
			put_question(&j, f, f->questions[i]);
	jcs_close(&j, ']');
	jcs_key(&j, "lists");
	jcs_open(&j, '{');
	for (size_t i = 0; i < f->lists_n; i++)
		put_list(&j, f, f->lists[i]);
	jcs_close(&j, '}');
	jcs_close(&j, '}');
}
