/* A form written as an XForm, as pyxform writes an XLSForm: for ODK Collect,
 * Enketo and every server that takes these. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form_build.h"
#include "form/form_instance.h"
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
	xo_line(x, "<entity dataset=\"", e->list, "\" id=\"\"");
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
		xo_line(x, "\" version=\"", f->version, "");
	buf_add_char(x->out, '"');
	form_root_attributes(f, x->out);
	bound_attributes(x, f->questions[0]);
	buf_add_char(x->out, '>');
	nodes(x, root, NULL, f->start, false);
	meta_nodes(x);
	buf_addf(x->out, "</%s>\n</instance>\n", root->name);
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
		if (xo_given(f, t, i) != NULL)
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
		xo_line(x, " entities:saveto=\"", q->save_to, "\"");
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
	xo_itext(&x);
	primary(&x);
	xo_instances(&x);
	binds(&x);
	xo_defaults(&x, f->questions[0]);
	buf_add_str(out, "</model>\n</h:head>\n");
	xo_body(&x);
	buf_add_str(out, "</h:html>\n");
}
