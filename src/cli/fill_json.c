#include "cli/fill.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/tr.h"
#include "record/session.h"
#include "store/store.h"

const char *
problem_name(int kind)
{
	static const char *const names[] = {
		[PROBLEM_NONE] = "", [PROBLEM_REQUIRED] = "required",
		[PROBLEM_CONSTRAINT] = "constraint", [PROBLEM_CHOICE] = "choice",
		[PROBLEM_UNIQUE] = "unique", [PROBLEM_WARNING] = "warning",
		[PROBLEM_EXPRESSION] = "expression",
	};

	return kind >= 0 && (size_t)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "";
}

void
fill_json_path(struct fill *f, const char *key, node_id node)
{
	struct buf path = { 0 };

	session_path(f->session, node, &path);
	if (key != NULL)
		jcs_key(&f->json, key);
	jcs_str(&f->json, buf_str(&path));
	buf_free(&path);
}

static void
put_missing(struct jcs *j, enum missing missing)
{
	if (missing != MISSING_NONE)
		jcs_key_str(j, "missing", missing_name(missing));
}

static void
put_problem(struct fill *f, const struct cell *c)
{
	struct jcs *j = &f->json;
	const char *held = session_held(f->session, c->node);

	if (held[0] != '\0')
		jcs_key_str(j, "held", held);
	if (c->problem != PROBLEM_NONE) {
		jcs_key_str(j, "problem", c->problem_text);
		jcs_key_str(j, "kind", problem_name(c->problem));
	}
	/* A warning that was accepted is no problem any more. */
	if (c->problem == PROBLEM_WARNING || c->accepted)
		jcs_key_bool(j, "accepted", c->accepted);
}

void
fill_json_set(struct fill *f, node_id node, const struct changed *changed)
{
	struct cell c;

	/* The list is lent until the session is touched again: paths only. */
	jcs_key(&f->json, "changed");
	jcs_open(&f->json, '[');
	for (size_t i = 0; i < changed->n; i++)
		if (answers_alive(session_answers(f->session), changed->v[i]))
			fill_json_path(f, NULL, changed->v[i]);
	jcs_close(&f->json, ']');
	session_cell(f->session, node, &c);
	fill_json_path(f, "path", node);
	jcs_key_str(&f->json, "value", c.value);
	put_missing(&f->json, c.missing);
	jcs_key_bool(&f->json, "valid", c.valid);
	put_problem(f, &c);
}

void
fill_json_cell(struct fill *f, node_id node)
{
	const char *typed = answers_text(session_answers(f->session), node), *value;
	struct cell c;
	struct jcs *j = &f->json;
	struct buf shown = { 0 };

	session_cell(f->session, node, &c);
	fill_json_path(f, "path", node);
	/* What is not relevant, or not in its list now, is blank to all that reads it. */
	value = c.relevant ? c.value : "";
	jcs_key_str(j, "value", value);
	if (strcmp(typed, value) != 0)
		jcs_key_str(j, "kept", typed);
	put_missing(j, c.missing);
	session_display(f->session, node, &shown);
	if (strcmp(buf_str(&shown), c.value) != 0)
		jcs_key_str(j, "display", buf_str(&shown));
	buf_free(&shown);
	jcs_key_bool(j, "relevant", c.relevant);
	jcs_key_bool(j, "required", c.required);
	jcs_key_bool(j, "readonly", c.read_only);
	jcs_key_bool(j, "asked", c.asked);
	jcs_key_bool(j, "valid", c.valid);
	put_problem(f, &c);
	jcs_key_str(j, "label", session_text(f->session, node, &c.q->label));
}

void
fill_json_rows(struct fill *f, node_id parent, const struct question *repeat)
{
	struct jcs *j = &f->json;
	struct buf path = { 0 };

	session_path(f->session, parent, &path);
	buf_addf(&path, "/%s", repeat->name);
	jcs_key_str(j, "path", buf_str(&path));
	buf_free(&path);
	jcs_key_int(j, "rows", (int64_t)answers_rows(session_answers(f->session), parent, repeat));
	jcs_key_bool(j, "can_add", session_can_add(f->session, parent, repeat));
	jcs_key_str(j, "label", session_text(f->session, parent, &repeat->label));
}

void
fill_json_answers(struct fill *f)
{
	const struct answers *a = session_answers(f->session);
	struct jcs *j = &f->json;

	jcs_key(j, "answers");
	jcs_open(j, '[');
	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(a, n)) {
		const struct question *q = answers_question(a, n);
		struct buf shown = { 0 };
		struct cell c;

		if (type_info(q->type)->kind == KIND_NONE || !answers_relevant(a, n))
			continue;
		session_cell(f->session, n, &c);
		jcs_open(j, '{');
		fill_json_path(f, "path", n);
		jcs_key_str(j, "value", c.value);
		put_missing(j, c.missing);
		session_display(f->session, n, &shown);
		if (strcmp(buf_str(&shown), c.value) != 0)
			jcs_key_str(j, "display", buf_str(&shown));
		if (!c.valid || session_held(f->session, n)[0] != '\0')
			put_problem(f, &c);
		jcs_close(j, '}');
		buf_free(&shown);
	}
	jcs_close(j, ']');
}

void
fill_json_problems(struct fill *f, bool errors_only)
{
	const struct problem *list;
	size_t n = session_problems(f->session, &list);
	struct jcs *j = &f->json;

	jcs_key(j, "problems");
	jcs_open(j, '[');
	for (size_t i = 0; i < n; i++) {
		if (errors_only && list[i].kind == PROBLEM_WARNING)
			continue;
		jcs_open(j, '{');
		fill_json_path(f, "path", list[i].node);
		jcs_key_str(j, "kind", problem_name(list[i].kind));
		jcs_key_str(j, "text", list[i].text);
		jcs_close(j, '}');
	}
	jcs_close(j, ']');
}

void
fill_json_dropped(struct fill *f, const node_id *list, size_t n)
{
	jcs_key(&f->json, "dropped");
	jcs_open(&f->json, '[');
	for (size_t i = 0; i < n; i++)
		fill_json_path(f, NULL, list[i]);
	jcs_close(&f->json, ']');
}

void
fill_json_collisions(struct fill *f, const struct save_result *r)
{
	struct jcs *j = &f->json;

	jcs_key(j, "collisions");
	jcs_open(j, '[');
	for (size_t i = 0; i < r->collisions_n; i++) {
		const struct collision *c = &r->collisions[i];

		jcs_open(j, '{');
		fill_json_path(f, "path", c->node);
		jcs_key_str(j, "mine", answers_value(session_answers(f->session), c->node));
		jcs_key(j, "theirs");
		jcs_str_or_null(j, c->theirs);
		jcs_key(j, "by");
		jcs_str_or_null(j, c->theirs_by);
		jcs_key(j, "at");
		jcs_str_or_null(j, c->theirs_at);
		jcs_close(j, '}');
	}
	jcs_close(j, ']');
}

bool
fill_json_choices(struct fill *f, node_id node, struct err *err)
{
	struct choices choices = { 0 };
	struct jcs *j = &f->json;

	if (!session_choices(f->session, node, &choices, err))
		return false;
	fill_json_path(f, "path", node);
	jcs_key(j, "choices");
	jcs_open(j, '[');
	for (size_t i = 0; i < choices.n; i++) {
		jcs_open(j, '{');
		jcs_key_str(j, "name", choices.v[i].value);
		jcs_key_str(j, "label", choices.v[i].label);
		jcs_close(j, '}');
	}
	jcs_close(j, ']');
	choices_free(&choices);
	return true;
}

bool
fill_value(const char *rest, struct buf *out, struct err *err)
{
	json_t *v;

	if (rest[0] != '"') {
		buf_add_str(out, rest);
		return true;
	}
	v = json_loads(rest, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_string(v)) {
		json_decref(v);
		return err_set(err, _("a value that begins with a quotation mark is a JSON string, "
		    "and this one is not well formed"));
	}
	buf_add(out, json_string_value(v), json_string_length(v));
	json_decref(v);
	return true;
}
