/* A form written as an XForm, as pyxform writes an XLSForm: for ODK Collect,
 * Enketo and every server that takes these. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form_build.h"
#include "form/form_instance.h"
#include "form/form_outside.h"
#include "form/form_rows.h"
#include "form/xform_out.h"

static const char opening[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\""
    " xmlns:ev=\"http://www.w3.org/2001/xml-events\""
    " xmlns:jr=\"http://openrosa.org/javarosa\""
    " xmlns:odk=\"http://www.opendatakit.org/xforms\""
    " xmlns:orx=\"http://openrosa.org/xforms\""
    " xmlns:entities=\"http://www.opendatakit.org/xforms/entities\">\n<h:head>\n<h:title>";

static void
lost(struct xout *x, const struct question *q, const char *what)
{
	faults_add(x->faults, FAULT_WARNING, x->form->file, q->line, q->col,
	    _("'%s': %s has no place in an XForm and is left out"), q->name, what);
}

static void
line(struct xout *x, const char *before, const char *text, const char *after)
{
	buf_add_str(x->out, before);
	buf_add_xml(x->out, text);
	buf_add_str(x->out, after);
}

/* ---- texts in their languages -------------------------------------------------------- */

/* In the default language whatever there is: the others fall back on it. */
static const char *
given(const struct form *f, const struct text *t, size_t lang)
{
	const char *s = t->in != NULL ? t->in[lang] : NULL;

	if ((s == NULL || *s == '\0') && lang == f->default_language)
		s = text_in(f, t, lang);
	return s != NULL && *s != '\0' ? s : NULL;
}

static void
value(struct xout *x, const struct question *q, const char *form, const char *text)
{
	if (text == NULL)
		return;
	buf_add_str(x->out, "<value");
	if (form != NULL)
		buf_addf(x->out, " form=\"%s\"", form);
	buf_add_char(x->out, '>');
	xo_rich(x, q, text, x->out);
	buf_add_str(x->out, "</value>");
}

static void
text_entry(struct xout *x, const struct question *q, const char *what, const char *text)
{
	if (text == NULL)
		return;
	buf_addf(x->out, "<text id=\"%s:%s\">", q->path, what);
	value(x, q, NULL, text);
	buf_add_str(x->out, "</text>\n");
}

/* media::image, media::image::French: a file for the label in this language. */
static void
media(struct xout *x, const struct question *q, size_t lang)
{
	for (size_t i = 0; i < q->extra_n; i++) {
		const char *kind = q->extra[i].name, *tail;
		struct buf uri = { 0 };
		bool big;

		if (strncmp(kind, "media::", 7) == 0)
			kind += 7;
		tail = strstr(kind, "::");
		if (tail != NULL && strcmp(tail + 2, x->form->languages[lang]) != 0)
			continue;
		big = strncmp(kind, "big", 3) == 0;
		if (!big && strncmp(kind, "image", 5) != 0 && strncmp(kind, "audio", 5) != 0 &&
		    strncmp(kind, "video", 5) != 0)
			continue;
		buf_addf(&uri, "jr://%s/%s",
		    big || *kind == 'i' ? "images"
		    : *kind == 'a'      ? "audio"
					: "video",
		    q->extra[i].value);
		buf_addf(x->out, "<value form=\"%s\">",
		    big            ? "big-image"
		    : *kind == 'i' ? "image"
		    : *kind == 'a' ? "audio"
				   : "video");
		buf_add_xml(x->out, buf_str(&uri));
		buf_add_str(x->out, "</value>");
		buf_free(&uri);
	}
}

static void
texts(struct xout *x, const struct question *q, size_t lang)
{
	const char *label = given(x->form, &q->label, lang), *hint = given(x->form, &q->hint, lang),
		   *guidance = given(x->form, &q->guidance_hint, lang);

	if (label != NULL) {
		buf_addf(x->out, "<text id=\"%s:label\">", q->path);
		value(x, q, NULL, label);
		media(x, q, lang);
		buf_add_str(x->out, "</text>\n");
	}
	if (hint != NULL || guidance != NULL) {
		buf_addf(x->out, "<text id=\"%s:hint\">", q->path);
		value(x, q, NULL, hint);
		value(x, q, "guidance", guidance);
		buf_add_str(x->out, "</text>\n");
	}
	text_entry(x, q, "jr:constraintMsg", given(x->form, &q->constraint_message, lang));
	text_entry(x, q, "jr:requiredMsg", given(x->form, &q->required_message, lang));
}

/* Choices are shown beside a question: ${} in their labels is seen from there. */
static const struct question *
asker(const struct form *f, const struct choice_list *list)
{
	for (size_t i = 1; i < f->questions_n; i++)
		if (f->questions[i]->list == list)
			return f->questions[i];
	return f->questions[0];
}

static void
choice_texts(struct xout *x, const struct choice_list *list, size_t lang)
{
	const struct question *q = asker(x->form, list);

	for (size_t i = 0; i < list->n; i++) {
		const char *label = given(x->form, &list->v[i].label, lang);

		if (label == NULL)
			continue;
		buf_add_str(x->out, "<text id=\"");
		xo_list(x->out, list->name);
		buf_addf(x->out, "-%zu\">", i);
		value(x, q, NULL, label);
		buf_add_str(x->out, "</text>\n");
	}
}

/* A text that only expressions ask for. */
static void
named_text(struct xout *x, const struct named_text *t, size_t lang)
{
	const char *text = given(x->form, &t->text, lang);

	if (text == NULL || text_by_path(x->form, t->id) != NULL)
		return;
	line(x, "<text id=\"", t->id, "\">");
	value(x, x->form->questions[0], NULL, text);
	buf_add_str(x->out, "</text>\n");
}

static void
itext(struct xout *x)
{
	const struct form *f = x->form;

	buf_add_str(x->out, "<itext>\n");
	for (size_t lang = 0; lang < f->languages_n; lang++) {
		line(x, "<translation lang=\"", f->languages[lang], "\"");
		buf_addf(x->out, "%s>\n", lang == f->default_language ? " default=\"true()\"" : "");
		for (size_t i = 1; i < f->questions_n; i++)
			texts(x, f->questions[i], lang);
		for (size_t i = 0; i < f->lists_n; i++)
			choice_texts(x, f->lists[i], lang);
		for (size_t i = 0; i < f->texts_n; i++)
			named_text(x, &f->texts[i], lang);
		buf_add_str(x->out, "</translation>\n");
	}
	buf_add_str(x->out, "</itext>\n");
}

/* ---- the primary instance ---------------------------------------------------------------- */

static const char *
literal(const struct question *q)
{
	const char *s = q->default_.text;
	bool is = q->default_kind == DEFAULT_LITERAL ||
		  (q->default_kind == DEFAULT_GUESS && s != NULL && !xo_dynamic(s));

	return s != NULL && is && !q->default_by_action ? s : "";
}

static bool
is_meta(const struct question *q)
{
	return q->parent->type == Q_FORM && strcmp(q->name, "meta") == 0;
}

static const char *
start_text(const struct start_row *row, const struct question *q)
{
	for (size_t i = 0; row != NULL && i < row->values_n; i++)
		if (row->values[i].q == q)
			return row->values[i].text;
	return literal(q);
}

static void nodes(struct xout *, const struct question *top, const struct start_row *row,
    const struct start_row *rows, bool template);

/* Those that something is bound to or sets, with what they begin with. */
static void
bound_attributes(struct xout *x, const struct question *q)
{
	for (q = question_attribute(q, NULL); q != NULL; q = question_next_attribute(q)) {
		buf_addf(x->out, " %s%s%s=\"", q->prefix != NULL ? q->prefix : "",
		    q->prefix != NULL ? ":" : "", q->attribute);
		buf_add_xml(x->out, literal(q));
		buf_add_char(x->out, '"');
	}
}

static void
open_node(struct xout *x, const struct question *q, const char *more)
{
	buf_addf(x->out, "<%s%s", q->name, more);
	form_node_attributes(x->form, q, x->out);
	bound_attributes(x, q);
	buf_add_char(x->out, '>');
}

static void entity_node(struct xout *, const struct question *at);

static void
start_nodes(struct xout *x, const struct question *q, const struct start_row *rows)
{
	for (; rows != NULL; rows = rows->next) {
		if (rows->repeat != q)
			continue;
		open_node(x, q, "");
		nodes(x, q, rows, rows->first, false);
		buf_addf(x->out, "</%s>\n", q->name);
	}
}

/* What stands in `top`: its leaves, its template rows, the rows that are there. */
static void
nodes(struct xout *x, const struct question *top, const struct start_row *row,
    const struct start_row *rows, bool template)
{
	for (const struct question *q = top->first; q != NULL; q = q->next) {
		if (q->type == Q_XML_EXTERNAL || q->type == Q_CSV_EXTERNAL || is_meta(q) ||
		    q->type == Q_AUDIT || q->attribute != NULL)
			continue;
		if (q->type == Q_REPEAT) {
			if (xo_counted(q))
				buf_addf(x->out, "<%s_count/>", q->name);
			open_node(x, q, " jr:template=\"\"");
			nodes(x, q, NULL, q->start, true);
			buf_addf(x->out, "</%s>\n", q->name);
			start_nodes(x, q, rows);
		} else if (q->type == Q_GROUP && q->of_entity && !strcmp(q->name, "entity")) {
			entity_node(x, q->parent->parent);
		} else if (q->type == Q_GROUP) {
			open_node(x, q, "");
			nodes(x, q, row, rows, template);
			buf_addf(x->out, "</%s>\n", q->name);
		} else {
			open_node(x, q, "");
			buf_add_xml(x->out, start_text(row, q));
			buf_addf(x->out, "</%s>", q->name);
		}
	}
}

static bool
has_audit(const struct form *f)
{
	for (size_t i = 1; i < f->questions_n; i++)
		if (f->questions[i]->type == Q_AUDIT)
			return true;
	return false;
}

/* What an XForm keeps of itself in `meta`; NULL: read from rows, there is none. */
static const struct question *
meta_of(const struct form *f)
{
	for (const struct question *q = f->questions[0]->first; q != NULL; q = q->next)
		if (q->type == Q_GROUP && is_meta(q))
			return q;
	return NULL;
}

/* Is the instance's ID the program's own doing? */
static bool
own_id(const struct form *f)
{
	const struct question *q = meta_of(f) != NULL ? meta_of(f)->first : NULL;

	while (q != NULL && strcmp(q->name, "instanceID") != 0)
		q = q->next;
	return q == NULL || q->calculation.text == NULL ||
	       strncmp(q->calculation.text, "once(concat('uuid:'", 19) == 0;
}

static bool
written_anyway(const struct question *q)
{
	return strcmp(q->name, "instanceID") == 0 || strcmp(q->name, "instanceName") == 0 ||
	       strcmp(q->name, "audit") == 0 || q->of_entity;
}

/* ---- the entity ------------------------------------------------------------------------ */

static const struct entity *
entity_of(const struct form *f, const struct question *at)
{
	for (size_t i = 0; i < f->entities_n; i++)
		if (f->entities[i]->at == at)
			return f->entities[i];
	return NULL;
}

static void
entity_node(struct xout *x, const struct question *at)
{
	const struct entity *e = entity_of(x->form, at);

	if (e == NULL)
		return;
	line(x, "<entity dataset=\"", e->list, "\" id=\"\"");
	if (e->creates)
		buf_addf(x->out, " create=\"%s\"", e->create_if.text == NULL ? "1" : "");
	if (e->updates)
		buf_addf(x->out, " update=\"%s\" baseVersion=\"\" trunkVersion=\"\" branchId=\"\"",
		    e->update_if.text == NULL ? "1" : "");
	buf_addf(x->out, ">%s</entity>", e->label_.text != NULL ? "<label/>" : "");
}

static void
meta_nodes(struct xout *x)
{
	const struct question *meta = meta_of(x->form);

	buf_addf(x->out, "<meta><instanceID/>%s%s",
	    x->form->instance_name.text != NULL ? "<instanceName/>" : "",
	    has_audit(x->form) ? "<audit/>" : "");
	for (const struct question *q = meta != NULL ? meta->first : NULL; q != NULL; q = q->next)
		if (!written_anyway(q))
			buf_addf(x->out, "<%s/>", q->name);
	entity_node(x, x->form->questions[0]);
	buf_add_str(x->out, "</meta>");
}

static void
primary(struct xout *x)
{
	const struct form *f = x->form;
	const struct question *root = f->questions[0];

	buf_addf(x->out, "<instance>\n<%s id=\"", root->name);
	buf_add_xml(x->out, f->id);
	if (f->version != NULL && *f->version != '\0')
		line(x, "\" version=\"", f->version, "");
	buf_add_char(x->out, '"');
	form_root_attributes(f, x->out);
	bound_attributes(x, f->questions[0]);
	buf_add_char(x->out, '>');
	nodes(x, root, NULL, f->start, false);
	meta_nodes(x);
	buf_addf(x->out, "</%s>\n</instance>\n", root->name);
}

/* ---- other instances ----------------------------------------------------------------------- */

static void
list_instance(struct xout *x, const struct choice_list *list)
{
	const char *root = list->root ? list->root : "root";
	const char *item = list->item ? list->item : "item";

	buf_add_str(x->out, "<instance id=\"");
	xo_list(x->out, list->name);
	buf_addf(x->out, "\"><%s>\n", root);
	for (size_t i = 0; i < list->n; i++) {
		const struct choice *c = &list->v[i];

		buf_addf(x->out, "<%s><itextId>", item);
		xo_list(x->out, list->name);
		buf_addf(x->out, "-%zu</itextId>", i);
		line(x, "<name>", c->name, "</name>");
		for (size_t k = 0; k < list->columns_n; k++) {
			const char *column = list->columns[k];

			if (c->cells[k] == NULL || strcmp(column, "itextId") == 0 ||
			    strcmp(column, "name") == 0 || !xo_name(column))
				continue;
			buf_addf(x->out, "<%s>", column);
			buf_add_xml(x->out, c->cells[k]);
			buf_addf(x->out, "</%s>", column);
		}
		buf_addf(x->out, "</%s>\n", item);
	}
	buf_addf(x->out, "</%s></instance>\n", root);
}

static void
outside(struct xout *x, struct map *seen, const char *id, const char *file)
{
	const char *dot = file != NULL ? strrchr(file, '.') : NULL;
	bool csv = dot == NULL || strcmp(dot, ".csv") == 0 || strcmp(dot, ".tsv") == 0;

	if (form_list(x->form, id) != NULL || !map_put(seen, id, NULL))
		return;
	line(x, "<instance id=\"", id, "\" src=\"jr://file");
	line(x, csv ? "-csv/" : "/", file != NULL ? file : id, "");
	buf_addf(x->out, "%s\"/>\n", dot == NULL ? ".csv" : "");
}

/* The first argument of every instance() and pulldata() in an expression. */
static void
instances_of(struct xout *x, struct map *seen, struct arena *names, const char *text)
{
	static const char *const calls[] = {"instance(", "pulldata("};
	const char *id, *at;
	size_t len;

	for (size_t i = 0; i < 2; i++)
		for (at = text; (id = outside_named(&at, calls[i], &len)) != NULL;)
			if (strncmp(id, "__last-saved", 12) != 0)
				outside(x, seen, arena_strndup(names, id, len), NULL);
}

static void
instances(struct xout *x)
{
	const struct form *f = x->form;
	struct map *seen = map_new();
	struct arena *names = arena_new();
	bool last_saved = false;

	for (size_t i = 0; i < f->lists_n; i++)
		list_instance(x, f->lists[i]);
	for (size_t i = 1; i < f->questions_n; i++)
		if (f->questions[i]->dataset != NULL)
			outside(x, seen, f->questions[i]->dataset, f->questions[i]->file);
	for (size_t i = 0; i < f->outside_n; i++)
		outside(x, seen, f->outside[i].id, f->outside[i].file);
	for (size_t i = 1; i < f->questions_n; i++) {
		const struct source *s;

		for (size_t k = 0; (s = question_source(f->questions[i], k)) != NULL; k++) {
			if (s->text == NULL)
				continue;
			instances_of(x, seen, names, s->text);
			last_saved = last_saved || strstr(s->text, "last-saved") != NULL;
		}
	}
	if (last_saved)
		buf_add_str(
		    x->out, "<instance id=\"__last-saved\" src=\"jr://instance/last-saved\"/>\n");
	map_free(seen);
	arena_free(names);
}

/* ---- binds ------------------------------------------------------------------------------------
 */

static void
expression(struct xout *x, const struct question *q, const char *name, const char *text)
{
	struct buf path = { 0 };

	if (text == NULL || *text == '\0')
		return;
	xo_paths(x, q, text, &path);
	buf_add_xml_attribute(x->out, name, buf_str(&path));
	buf_free(&path);
}

/* XLSForm says yes and no where an XForm has an expression. */
static const char *
truth(const char *s)
{
	if (s != NULL && (strcasecmp(s, "yes") == 0 || strcasecmp(s, "true") == 0))
		return "true()";
	return s != NULL && (strcasecmp(s, "no") == 0 || strcasecmp(s, "false") == 0) ? "false()"
										      : s;
}

static bool
any(const struct form *f, const struct text *t)
{
	for (size_t i = 0; i < f->languages_n; i++)
		if (given(f, t, i) != NULL)
			return true;
	return false;
}

static void
preload(struct xout *x, const struct question *q)
{
	static const struct {
		enum qtype type;
		const char *kind, *params;
	} v[] = {
	    {Q_TODAY, "date", "today"},
	    {Q_START, "timestamp", "start"},
	    {Q_END, "timestamp", "end"},
	    {Q_USERNAME, "property", "username"},
	    {Q_DEVICEID, "property", "deviceid"},
	    {Q_EMAIL, "property", "email"},
	    {Q_PHONENUMBER, "property", "phonenumber"},
	};

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		if (v[i].type == q->type)
			buf_addf(x->out, " jr:preload=\"%s\" jr:preloadParams=\"%s\"", v[i].kind,
			    v[i].params);
}

static void
bind(struct xout *x, const struct question *q)
{
	const char *type = xo_type(q);
	const char *read_only = truth(q->read_only.text);

	buf_add_str(x->out, "<bind nodeset=\"");
	xo_node(q, x->out);
	buf_add_char(x->out, '"');
	if (*type != '\0')
		buf_addf(x->out, " type=\"%s\"", type);
	expression(x, q, "relevant", truth(q->relevant.text));
	expression(x, q, "required", truth(q->required.text));
	expression(x, q, "readonly", q->type == Q_NOTE && read_only == NULL ? "true()" : read_only);
	expression(x, q, "constraint", q->constraint.text);
	if (q->trigger.text == NULL)
		expression(x, q, "calculate", q->calculation.text);
	if (any(x->form, &q->constraint_message))
		buf_addf(x->out, " jr:constraintMsg=\"jr:itext('%s:jr:constraintMsg')\"", q->path);
	if (any(x->form, &q->required_message))
		buf_addf(x->out, " jr:requiredMsg=\"jr:itext('%s:jr:requiredMsg')\"", q->path);
	preload(x, q);
	if (q->save_to != NULL && *q->save_to != '\0')
		line(x, " entities:saveto=\"", q->save_to, "\"");
	for (size_t i = 0; i < q->extra_n; i++)
		if (strncmp(q->extra[i].name, "bind::", 6) == 0 && xo_name(q->extra[i].name + 6) &&
		    strcmp(q->extra[i].name, "bind::type") != 0)
			buf_add_xml_attribute(x->out, q->extra[i].name + 6, q->extra[i].value);
	buf_add_str(x->out, "/>\n");
	if (q->type == Q_REPEAT && xo_counted(q)) {
		buf_addf(x->out, "<bind nodeset=\"%s_count\" type=\"string\" readonly=\"true()\"",
		    q->path);
		expression(x, q, "calculate", q->repeat_count.text);
		buf_add_str(x->out, "/>\n");
	}
}

/* What of the entity is computed, by attribute or child. */
static void
entity_bind(struct xout *x, const struct entity *e, const char *node, const char *calculate)
{
	if (calculate == NULL)
		return;
	buf_addf(x->out, "<bind nodeset=\"%s/meta/entity/%s\" type=\"string\" readonly=\"true()\"",
	    e->at->path, node);
	expression(x, e->id, "calculate", calculate);
	buf_add_str(x->out, "/>\n");
}

static void
entity_binds(struct xout *x, const struct entity *e)
{
	static const char *const versions[] = { "baseVersion", "trunkVersion", "branchId" };
	static const char *const columns[] = { "version", "trunkVersion", "branchId" };
	const char *root = e->at->path;
	bool row = e->at->type == Q_REPEAT || e->at->repeat != NULL;

	entity_bind(x, e, "@id", e->entity_id.text);
	if (e->entity_id.text == NULL)
		buf_addf(x->out, "<bind nodeset=\"%s/meta/entity/@id\" type=\"string\""
		    " readonly=\"true()\"/>\n", root);
	if (e->creates && !row)
		buf_addf(x->out, "<setvalue event=\"odk-instance-first-load\""
		    " ref=\"%s/meta/entity/@id\" value=\"uuid()\"/>\n", root);
	entity_bind(x, e, "@create", e->create_if.text);
	entity_bind(x, e, "@update", e->update_if.text);
	for (size_t i = 0; e->updates && i < 3; i++) {
		struct buf at = { 0 }, text = { 0 };

		buf_addf(&at, "@%s", versions[i]);
		buf_addf(&text, "instance('%s')/root/item[name=%s]/__%s", e->list,
		    e->entity_id.text, columns[i]);
		entity_bind(x, e, buf_str(&at), buf_str(&text));
		buf_free(&at);
		buf_free(&text);
	}
	entity_bind(x, e, "label", e->label_.text);
}

/* A new row's entity has an ID of its own. */
void
xo_entity_ids(struct xout *x, const struct question *repeat)
{
	for (size_t i = 0; i < x->form->entities_n; i++) {
		const struct entity *e = x->form->entities[i];

		if (e->creates && (e->at == repeat || (e->at->type == Q_GROUP &&
		    e->at->repeat == repeat)))
			buf_addf(x->out, "<setvalue event=\"odk-instance-first-load odk-new-repeat\""
			    " ref=\"%s/meta/entity/@id\" value=\"uuid()\"/>\n", e->at->path);
	}
}

static void
told(struct xout *x, const struct question *q)
{
	if (q->warning.text != NULL)
		lost(x, q, _("a warning"));
	if (q->missing != 0)
		lost(x, q, _("a reason for a missing answer"));
	if (q->enforce != ENFORCE_HARD || q->enforce_required != ENFORCE_HARD)
		lost(x, q, _("a rule that asks or is noted"));
}

static void
binds(struct xout *x)
{
	const struct form *f = x->form;
	const char *root = f->questions[0]->path;

	for (size_t i = 1; i < f->questions_n; i++) {
		const struct question *q = f->questions[i];

		if (q->type == Q_XML_EXTERNAL || q->type == Q_CSV_EXTERNAL || is_meta(q) ||
		    q->type == Q_AUDIT || q->of_entity ||
		    (q->parent == meta_of(f) && written_anyway(q) &&
			(strcmp(q->name, "instanceID") != 0 || own_id(f))))
			continue;
		bind(x, q);
		told(x, q);
	}
	for (size_t i = 0; i < f->entities_n; i++)
		entity_binds(x, f->entities[i]);
	if (own_id(f))
		buf_addf(x->out,
		    "<bind nodeset=\"%s/meta/instanceID\" type=\"string\" "
		    "readonly=\"true()\" jr:preload=\"uid\"/>\n",
		    root);
	if (f->instance_name.text != NULL) {
		buf_addf(x->out, "<bind nodeset=\"%s/meta/instanceName\" type=\"string\"", root);
		expression(x, f->questions[0], "calculate", f->instance_name.text);
		buf_add_str(x->out, "/>\n");
	}
	if (has_audit(f))
		buf_addf(x->out, "<bind nodeset=\"%s/meta/audit\" type=\"binary\"/>\n", root);
}

void
xform_write(const struct form *f, struct faults *faults, struct buf *out)
{
	struct xout x = {.form = f, .faults = faults, .out = out};

	buf_add_str(out, opening);
	buf_add_xml(out, text_in(f, &f->title, f->default_language));
	buf_addf(out, "</h:title>\n<model odk:xforms-version=\"1.0.0\"%s>\n",
	    f->entities_n == 0 ? "" : f->entities_n == 1 && f->entities[0]->at->type == Q_FORM
	    ? " entities:entities-version=\"2024.1.0\""
	    : " entities:entities-version=\"2025.1.0\"");
	itext(&x);
	primary(&x);
	instances(&x);
	binds(&x);
	xo_defaults(&x, f->questions[0]);
	buf_add_str(out, "</model>\n</h:head>\n");
	xo_body(&x);
	buf_add_str(out, "</h:html>\n");
}
