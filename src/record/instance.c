#include "record/instance.h"

#include <string.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/nfc.h"
#include "base/tr.h"
#include "form/form_instance.h"
#include "form/value.h"
#include "form/xml.h"
#include "record/state.h"

/* ---- out ----------------------------------------------------------------------- */

static const char *
colon(const char *prefix)
{
	return prefix ? ":" : "";
}

static void
add_composed(struct buf *out, const char *value)
{
	struct buf text = { 0 };

	nfc_add(&text, value);
	buf_add_xml(out, buf_str(&text));
	buf_free(&text);
}

/* attributes: as written, or "". */
static void
add_element(struct buf *out, const char *prefix, const char *name, const char *attributes,
    const char *value)
{
	const char *p = prefix ? prefix : "", *c = colon(prefix);

	buf_addf(out, "<%s%s%s%s", p, c, name, attributes);
	if (!value[0]) {
		buf_add_str(out, "/>");
		return;
	}
	buf_add_char(out, '>');
	add_composed(out, value);
	buf_addf(out, "</%s%s%s>", p, c, name);
}

struct ids {
	const char *instance, *deprecated;
	bool written; /* in the form's own meta */
	bool saved;   /* answers as in the store */
};

static bool
is_meta(const struct question *q)
{
	return q->type == Q_GROUP && !q->parent->parent && strcmp(q->name, "meta") == 0;
}

/* The form's instanceID and deprecatedID; false: it is another question. */
static bool
add_id(const struct question *q, const char *value, struct ids *ids, struct buf *out)
{
	if (!is_meta(q->parent))
		return false;
	if (strcmp(q->name, "instanceID") == 0) {
		/* One of the form's own making, unless it is to be replaced. */
		if (!value[0] || ids->deprecated)
			value = ids->instance;
		add_element(out, q->prefix, q->name, "", value);
		ids->written = true;
		return true;
	}
	return strcmp(q->name, "deprecatedID") == 0;
}

/* prefix: that of the form's own meta. */
static void
add_meta(struct session *s, const char *prefix, const struct ids *ids, struct buf *out)
{
	if (!ids->written)
		add_element(out, prefix, "instanceID", "", ids->instance);
	if (ids->deprecated)
		add_element(out, prefix, "deprecatedID", "", ids->deprecated);
	if (logic_instance_name(s->logic) && !form_find(s->form, "instanceName", NULL))
		add_element(out, prefix, "instanceName", "", session_instance_name(s));
}

static const char *
text_of(struct session *s, node_id node, const struct ids *ids)
{
	const char *base = node_state(s, node)->base;

	return !ids->saved ? answers_value(s->answers, node) : base ? base : "";
}

static const char *
entity_text(struct session *s, node_id entity, const struct question *q, const struct ids *ids)
{
	return q ? text_of(s, answers_child(s->answers, entity, q), ids) : "";
}

static void
add_attribute(struct buf *out, const char *name, const char *value)
{
	buf_addf(out, " %s=\"", name);
	add_composed(out, value);
	buf_add_str(out, "\"");
}

static bool
is_true(const char *s)
{
	return strcmp(s, "1") == 0 || strcmp(s, "true") == 0;
}

static const struct entity *
entity_in(const struct form *f, const struct question *group)
{
	size_t i = 0;

	while (f->entities[i]->id->parent != group)
		i++;
	return f->entities[i];
}

/* What is done with it, in attributes. A server takes what was changed here, one
 * after the other, as a branch of its own: it is called by the entity's ID. */
static void
add_entity(struct session *s, node_id node, const struct ids *ids, struct buf *out)
{
	const struct entity *e = entity_in(s->form, answers_question(s->answers, node));
	const char *id = entity_text(s, node, e->id, ids);
	const char *label = entity_text(s, node, e->label, ids);

	buf_add_str(out, "<entity");
	add_attribute(out, "dataset", e->list);
	add_attribute(out, "id", id);
	if (e->create)
		add_attribute(out, "create",
		    is_true(entity_text(s, node, e->create, ids)) ? "1" : "");
	if (e->update) {
		bool done = is_true(entity_text(s, node, e->update, ids));

		add_attribute(out, "update", done ? "1" : "");
		add_attribute(out, "baseVersion", done ? entity_text(s, node, e->base, ids) : "");
		add_attribute(out, "trunkVersion", "");
		add_attribute(out, "branchId", done ? id : "");
	}
	buf_add_char(out, '>');
	if (e->label)
		add_element(out, NULL, "label", "", label);
	buf_add_str(out, "</entity>");
}

static bool
is_entity(const struct question *q)
{
	return q->of_entity && q->type == Q_GROUP && strcmp(q->name, "entity") == 0;
}

static bool
has_element(const struct question *q)
{
	return q->type != Q_XML_EXTERNAL && q->type != Q_CSV_EXTERNAL && q->type != Q_AUDIT;
}

/* Those that are questions; at: what they are attributes of. */
static void
add_attributes(struct session *s, node_id at, struct ids *ids, struct buf *out)
{
	const struct question *q = answers_question(s->answers, at),
			      *a = question_attribute(q, NULL);

	for (; a; a = question_next_attribute(a)) {
		buf_addf(out, " %s%s%s", a->prefix ? a->prefix : "", colon(a->prefix), a->attribute);
		buf_add_str(out, "=\"");
		buf_add_xml(out, text_of(s, answers_seen(s->answers, at, a), ids));
		buf_add_char(out, '"');
	}
}

static void
add_node(struct session *s, node_id node, struct ids *ids, struct buf *out)
{
	const struct question *q = answers_question(s->answers, node);
	const char *value = text_of(s, node, ids);
	const char *p = q->prefix ? q->prefix : "", *c = colon(q->prefix);
	node_id child = answers_first(s->answers, node);
	struct buf attributes = { 0 };
	size_t from;

	if (!answers_own_relevant(s->answers, node) || !has_element(q) || q->attribute)
		return;
	if (is_entity(q)) {
		add_entity(s, node, ids, out);
		return;
	}
	form_node_attributes(s->form, q, &attributes);
	add_attributes(s, node, ids, &attributes);
	if (q->type != Q_GROUP && q->type != Q_REPEAT) {
		if (!add_id(q, value, ids, out))
			add_element(out, q->prefix, q->name, buf_str(&attributes), value);
		buf_free(&attributes);
		return;
	}
	buf_addf(out, "<%s%s%s%s>", p, c, q->name, buf_str(&attributes));
	buf_free(&attributes);
	from = out->len;
	for (; child != NODE_NONE; child = answers_next(s->answers, child))
		add_node(s, child, ids, out);
	if (is_meta(q)) {
		add_meta(s, q->prefix, ids, out);
		ids->written = true;
	}
	if (out->len > from) {
		buf_addf(out, "</%s%s%s>", p, c, q->name);
	} else {
		buf_cut(out, from - 1);
		buf_add_str(out, "/>");
	}
}

void
instance_write(struct session *s, bool saved, const char *instance_id, const char *deprecated_id,
    struct buf *out)
{
	const char *root = s->form->questions[0]->path + 1;
	struct ids ids = {instance_id, deprecated_id, false, saved};

	buf_addf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s id=\"", root);
	buf_add_xml(out, s->form->id);
	if (s->form->version && s->form->version[0]) {
		buf_add_str(out, "\" version=\"");
		buf_add_xml(out, s->form->version);
	}
	buf_add_char(out, '"');
	form_root_attributes(s->form, out);
	add_attributes(s, ANSWERS_ROOT, &ids, out);
	buf_add_char(out, '>');
	for (node_id n = answers_first(s->answers, ANSWERS_ROOT); n != NODE_NONE;
	     n = answers_next(s->answers, n))
		add_node(s, n, &ids, out);
	if (!ids.written) {
		buf_add_str(out, "<meta>");
		add_meta(s, NULL, &ids, out);
		buf_add_str(out, "</meta>");
	}
	buf_addf(out, "</%s>\n", root);
}

/* ---- in ------------------------------------------------------------------------- */

struct reader {
	struct session *s;
	enum instance_as as;
	struct xml xml;
	const char *file;
	struct err *err;
	bool ok;
};

static void
element_text(const struct reader *r, uint32_t element, struct buf *out)
{
	for (uint32_t n = r->xml.v[element].first; n != XML_NONE; n = r->xml.v[n].next)
		if (r->xml.v[n].kind == XML_CHARS)
			buf_add_str(out, r->xml.v[n].value);
}

static const struct question *
child_called(const struct question *q, const char *name)
{
	for (q = q->first; q; q = q->next)
		if (!q->attribute && strcmp(q->name, name) == 0)
			return q;
	return NULL;
}

/* A template is the shape of rows, not a row. */
static bool
is_template(const struct reader *r, uint32_t element)
{
	for (uint32_t a = r->xml.v[element].attribute; a != XML_NONE; a = r->xml.v[a].next)
		if (strcmp(r->xml.v[a].name, "template") == 0)
			return true;
	return false;
}

static void
load_answer(struct reader *r, node_id node, const char *text)
{
	const struct question *q = answers_question(r->s->answers, node);

	struct err err;

	if (!value_storable(text, &err)) {
		if (r->ok && !question_computed(r->s, q))
			r->ok = err_at(r->err, r->file, 0, 0, "%s: %s", q->path, err.text);
		return;
	}
	if (r->as == INSTANCE_SAVED)
		session_load_answer(r->s, node, text, MISSING_NONE, 0);
	else
		session_load_draft(r->s, node, text, MISSING_NONE, true);
}

static void
trim(const char *text, struct buf *out)
{
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1]))
		len--;
	buf_reset(out);
	buf_add(out, text, len);
}

/* As a typed answer would be kept. What a person may type for short ("t", "1122") is
 * no date in a file; what is no answer of the type stays, and validity says so. */
static void
canonical(const struct reader *r, const struct question *q, const char *text, struct buf *out)
{
	enum kind kind = type_info(q->type)->kind;
	struct err ignored;
	struct date d;
	int64_t ms;
	bool has_time;

	if (kind == KIND_STRING && q->type != Q_ACKNOWLEDGE) {
		buf_reset(out);
		for (; *text; text++) /* &#13; ends a line, or stands before what does */
			if (*text != '\r')
				buf_add_char(out, *text);
			else if (text[1] != '\n')
				buf_add_char(out, '\n');
		return;
	}
	trim(text, out);
	switch (kind) {
	case KIND_DATE:
		if (!instant_parse(buf_str(out), &ms, &has_time))
			return;
		d = instant_date(ms);
		buf_reset(out);
		buf_addf(out, "%04d-%02d-%02d", d.year, d.month, d.day);
		return;
	case KIND_TIME:
	case KIND_DATETIME:
		return;
	default:
		/* Untouched where it fails. */
		value_parse(q, text, r->s->host.clock, out, &ignored);
	}
}

static void
read_answer(struct reader *r, uint32_t element, node_id node)
{
	struct buf text = { 0 }, value = { 0 };

	element_text(r, element, &text);
	canonical(r, answers_question(r->s->answers, node), buf_str(&text), &value);
	load_answer(r, node, buf_str(&value));
	buf_free(&text);
	buf_free(&value);
}

static void read_children(struct reader *r, uint32_t element, node_id node);

/* An entity's ID and what is done with it are attributes. */
static void
read_entity(struct reader *r, uint32_t element, node_id node)
{
	const struct question *entity = answers_question(r->s->answers, node);

	for (uint32_t a = r->xml.v[element].attribute; a != XML_NONE; a = r->xml.v[a].next) {
		const struct question *q = child_called(entity, r->xml.v[a].name);

		if (q)
			load_answer(r, answers_child(r->s->answers, node, q),
			    r->xml.v[a].value);
	}
}

static void
read_attributes(struct reader *r, uint32_t element, node_id node)
{
	const struct question *q = answers_question(r->s->answers, node);

	for (uint32_t a = r->xml.v[element].attribute; a != XML_NONE; a = r->xml.v[a].next) {
		const struct question *attribute = question_attribute(q, r->xml.v[a].name);

		if (attribute)
			load_answer(r, answers_seen(r->s->answers, node, attribute),
			    r->xml.v[a].value);
	}
}

static void
read_element(struct reader *r, uint32_t element, node_id parent)
{
	const struct question *q =
	    child_called(answers_question(r->s->answers, parent), r->xml.v[element].name);
	node_id node;
	char id[37];

	if (!q || is_template(r, element))
		return;
	if (q->type == Q_REPEAT) {
		uuid_v7(clock_now(r->s->host.clock), id);
		node = session_load_row(r->s, parent, q, id);
	} else {
		node = answers_child(r->s->answers, parent, q);
	}
	read_attributes(r, element, node);
	if (is_entity(q))
		read_entity(r, element, node);
	if (q->type == Q_REPEAT || q->type == Q_GROUP)
		read_children(r, element, node);
	else
		read_answer(r, element, node);
}

static bool
element_has(const struct reader *r, uint32_t element, const char *name)
{
	for (uint32_t n = r->xml.v[element].first; n != XML_NONE; n = r->xml.v[n].next)
		if (r->xml.v[n].kind == XML_ELEM && strcmp(r->xml.v[n].name, name) == 0)
			return true;
	return false;
}

/* What an instance leaves out altogether was not asked then: it begins as in a new
 * record. What it has empty was left blank. */
static void
left_out(struct reader *r, uint32_t element, node_id node)
{
	const struct answers *a = r->s->answers;

	for (const struct question *q = answers_question(a, node)->first; q; q = q->next) {
		node_id top;

		if (q->type == Q_REPEAT || q->attribute || element_has(r, element, q->name))
			continue;
		top = answers_child(a, node, q);
		for (node_id n = top; n != NODE_NONE; n = node_below(r->s, n, top)) {
			const struct question *of = answers_question(a, n);
			const char *literal = logic_default_literal(r->s->logic, of);

			if (literal && !of->default_by_action)
				session_load_answer(r->s, n, literal, MISSING_NONE, 0);
		}
	}
}

static void
read_children(struct reader *r, uint32_t element, node_id node)
{
	for (uint32_t n = r->xml.v[element].first; n != XML_NONE; n = r->xml.v[n].next)
		if (r->xml.v[n].kind == XML_ELEM)
			read_element(r, n, node);
	left_out(r, element, node);
}

static const char *
root_id(const struct reader *r, uint32_t root)
{
	for (uint32_t a = r->xml.v[root].attribute; a != XML_NONE; a = r->xml.v[a].next)
		if (strcmp(r->xml.v[a].name, "id") == 0)
			return r->xml.v[a].value;
	return "";
}

static void
read_root(struct reader *r, uint32_t root)
{
	read_attributes(r, root, ANSWERS_ROOT);
	read_children(r, root, ANSWERS_ROOT);
}

bool
instance_read(struct session *s, enum instance_as as, const char *file, const char *text,
    size_t len, struct err *err)
{
	struct reader r = {.s = s, .as = as, .file = file, .err = err, .ok = true};
	uint32_t root;

	if (!xml_parse(file, text, len, &r.xml, err))
		return false;
	root = r.xml.v[0].first;
	while (root != XML_NONE && r.xml.v[root].kind != XML_ELEM)
		root = r.xml.v[root].next;
	if (root == XML_NONE || strcmp(root_id(&r, root), s->form->id) != 0)
		r.ok =
		    err_at(err, file, 0, 0, _("this is a record of the form \"%s\", not of \"%s\""),
			root == XML_NONE ? "" : root_id(&r, root), s->form->id);
	else
		read_root(&r, root);
	xml_free(&r.xml);
	return r.ok;
}
