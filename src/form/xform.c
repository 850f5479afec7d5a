#include "form/xform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form_yaml.h"
#include "form/xform_parts.h"

#define START_ROWS 1000

/* ---- the instance ---------------------------------------------------------------- */

struct xq *
xf_add_question(struct xform *x, struct question *parent, enum qtype type, uint32_t node,
    const char *path)
{
	struct xq *xq = arena_alloc(x->b.arena, sizeof *xq);
	const char *name = x->xml.v[node].name;
	void **slot;

	xq->q = build_question(&x->b, parent, type, name, xf_line(x, node), 1);
	xq->path = arena_strdup(x->b.arena, path);
	xq->type = xq->preload = xq->preload_params = xq->mediatype = "";
	x->v = xgrow(x->v, &x->cap, x->n + 1, sizeof *x->v);
	x->v[x->n++] = xq;
	map_put(x->by_path, xq->path, xq);
	slot = map_get(x->names, xq->q->name);
	map_put(x->names, xq->q->name, (void *)(slot != NULL ? (intptr_t)*slot + 1 : 1));
	return xq;
}

static void read_children(struct xform *, uint32_t node, struct question *, const char *path);

/* A repeat without a template gives new rows its first row's shape, not what
 * that holds: its values are that row's alone. */
static bool
above_row_only(struct xform *x, const char *above)
{
	void **slot = map_get(x->by_path, above);

	return slot != NULL && ((struct xq *)*slot)->row_only;
}

static void
read_node(struct xform *x, uint32_t node, struct question *parent, const char *above)
{
	struct buf path = { 0 };
	void **before, **repeat;
	bool inner = xf_child(x, node, NULL) != XML_NONE;
	struct xq *xq;

	if (xf_entity(x, node, parent))
		return;
	buf_addf(&path, "%s/%s", above, x->xml.v[node].name);
	before = map_get(x->by_path, buf_str(&path));
	repeat = map_get(x->repeats, buf_str(&path));
	if (before != NULL) {
		/* A repeat's next row; the first gave its shape. */
		xq = *before;
		if (xq->q->type != Q_REPEAT)
			warn(&x->b, xf_line(x, node), 1,
			    _("'%s' is there twice and is no repeat; the "
			      "second is not read"),
			    buf_str(&path));
		buf_free(&path);
		return;
	}
	xq = xf_add_question(x, parent, repeat != NULL ? Q_REPEAT : inner ? Q_GROUP : Q_HIDDEN, node,
	    buf_str(&path));
	xq->shape = node;
	xq->row_only = repeat != NULL ? !xf_has_attr(x, node, "template") : above_row_only(x, above);
	if (repeat != NULL || inner) {
		read_children(x, node, xq->q, xq->path);
	} else if (*xf_text(x, node) != '\0' && !xq->row_only) {
		xq->q->default_.text = xf_text(x, node);
		xq->q->default_.line = xf_line(x, node);
		xq->q->default_.col = 1;
		xq->q->default_kind = DEFAULT_LITERAL;
	}
	buf_free(&path);
}

static void
read_children(struct xform *x, uint32_t node, struct question *q, const char *path)
{
	for (uint32_t c = xf_child(x, node, NULL); c != XML_NONE; c = xf_next(x, c, NULL))
		read_node(x, c, q, path);
}

/* ---- rows at the start -------------------------------------------------------- */

struct starting {		/* the rows, and the values, found in one row */
	struct start_row *first, **last;
	struct start_value *v;
	size_t n, cap;
	bool blank;		/* of a shape: what it holds is not a new row's */
};

static void find_starts(struct xform *, uint32_t node, const char *path, struct starting *);

static const struct start_row *
start_rows(struct xform *x, uint32_t node, const char *path, bool blank, struct start_row *row)
{
	struct starting in = { .blank = blank };

	in.last = &in.first;
	find_starts(x, node, path, &in);
	if (row != NULL && in.n > 0) {
		struct start_value *v = arena_alloc(x->b.arena, in.n * sizeof *v);

		qsort(in.v, in.n, sizeof *in.v, start_value_order);
		memcpy(v, in.v, in.n * sizeof *v);
		row->values = v;
		row->values_n = in.n;
	}
	free(in.v);
	return in.first;
}

static void
add_start_row(struct xform *x, uint32_t node, const struct xq *xq, struct starting *to)
{
	struct start_row *row;

	if (xf_has_attr(x, node, "template") || x->starts == START_ROWS)
		return;
	x->starts++;
	row = arena_alloc(x->b.arena, sizeof *row);
	*row = (struct start_row){ .repeat = xq->q };
	row->first = start_rows(x, node, xq->path, to->blank, row);
	*to->last = row;
	to->last = (struct start_row **)&row->next;
}

static void
find_starts(struct xform *x, uint32_t node, const char *path, struct starting *to)
{
	for (uint32_t c = xf_child(x, node, NULL); c != XML_NONE; c = xf_next(x, c, NULL)) {
		struct buf inner = { 0 };
		const struct xq *xq;
		void **slot;

		buf_addf(&inner, "%s/%s", path, x->xml.v[c].name);
		slot = map_get(x->by_path, buf_str(&inner));
		xq = slot != NULL ? *slot : NULL;
		if (xq != NULL && xq->q->type == Q_REPEAT) {
			add_start_row(x, c, xq, to);
		} else if (xq != NULL && xq->q->type == Q_GROUP) {
			find_starts(x, c, xq->path, to);
		} else if (xq != NULL) {
			to->v = xgrow(to->v, &to->cap, to->n + 1, sizeof *to->v);
			to->v[to->n++] =
			    (struct start_value){ xq->q, to->blank ? "" : xf_text(x, c) };
		}
		buf_free(&inner);
	}
}

/* Once all of the instance is known: types are not yet, so that a leaf is a leaf. */
static void
read_starts(struct xform *x, const char *path)
{
	x->b.form->start = start_rows(x, x->primary, path, false, NULL);
	for (size_t i = 0; i < x->n; i++)
		if (x->v[i]->q->type == Q_REPEAT)
			x->v[i]->q->start = start_rows(
			    x, x->v[i]->shape, x->v[i]->path, x->v[i]->row_only, NULL);
}

/* ---- binds ------------------------------------------------------------------------ */

static const char *
without_prefix(const char *s)
{
	const char *colon = strchr(s, ':');

	return colon != NULL ? colon + 1 : s;
}

static void
read_bind(struct xform *x, uint32_t node)
{
	const char *nodeset = xf_attr(x, node, "nodeset");
	struct xq *xq;
	struct question *q;

	if (xf_entity_bind(x, node, nodeset))
		return;
	xq = xf_find_or_attribute(x, "", *nodeset != '\0' ? nodeset : xf_attr(x, node, "ref"));
	if (xq == NULL) {
		warn(&x->b, xf_line(x, node), 1, _("bind: there is no '%s' in the instance"),
		    nodeset);
		return;
	}
	q = xq->q;
	if (*xf_attr(x, node, "id") != '\0')
		map_put(x->binds, arena_strdup(x->b.arena, xf_attr(x, node, "id")), xq);
	xq->type = without_prefix(xf_attr(x, node, "type"));
	xq->preload = xf_attr(x, node, "preload");
	xq->preload_params = xf_attr(x, node, "preloadParams");
	xf_source(x, node, xf_attr(x, node, "relevant"), &q->relevant);
	xf_source(x, node, xf_attr(x, node, "required"), &q->required);
	xf_source(x, node, xf_attr(x, node, "readonly"), &q->read_only);
	xf_source(x, node, xf_attr(x, node, "constraint"), &q->constraint);
	xf_source(x, node, xf_attr(x, node, "calculate"), &q->calculation);
	if (xf_has_attr(x, node, "constraintMsg"))
		xf_message(x, xf_attr(x, node, "constraintMsg"), xq->path, &q->constraint_message);
	if (xf_has_attr(x, node, "requiredMsg"))
		xf_message(x, xf_attr(x, node, "requiredMsg"), xq->path, &q->required_message);
	if (xf_has_attr(x, node, "saveto"))
		q->save_to = arena_strdup(x->b.arena, xf_attr(x, node, "saveto"));
}

/* ---- types -------------------------------------------------------------------------- */

/* A preload with a field of its own begins with that value; without one it is
 * a question of that type. */
static enum qtype
preload_type(const struct xq *xq)
{
	static const struct { const char *preload, *params; enum qtype type; } v[] = {
		{ "date", "today", Q_TODAY }, { "timestamp", "start", Q_START },
		{ "timestamp", "end", Q_END }, { "property", "username", Q_USERNAME },
		{ "property", "deviceid", Q_DEVICEID }, { "property", "email", Q_EMAIL },
		{ "property", "phonenumber", Q_PHONENUMBER },
	};

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		if (strcmp(v[i].preload, xq->preload) == 0 &&
		    strcmp(v[i].params, xq->preload_params) == 0)
			return v[i].type;
	return Q_TYPES;
}

static enum qtype
input_type(const struct xq *xq)
{
	static const struct { const char *type; enum qtype q; } v[] = {
		{ "int", Q_INTEGER }, { "integer", Q_INTEGER }, { "decimal", Q_DECIMAL },
		{ "date", Q_DATE }, { "time", Q_TIME }, { "dateTime", Q_DATETIME },
		{ "geopoint", Q_GEOPOINT }, { "geotrace", Q_GEOTRACE }, { "geoshape", Q_GEOSHAPE },
		{ "barcode", Q_BARCODE },
	};

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		if (strcmp(v[i].type, xq->type) == 0)
			return v[i].q;
	return Q_TEXT;
}

static enum qtype
control_type(const struct xq *xq)
{
	switch (xq->control) {
	case CONTROL_SELECT1:
		return Q_SELECT_ONE;
	case CONTROL_SELECT:
		return Q_SELECT_MULTIPLE;
	case CONTROL_RANK:
		return Q_RANK;
	case CONTROL_TRIGGER:
		return Q_ACKNOWLEDGE;
	case CONTROL_RANGE:
		return Q_RANGE;
	case CONTROL_UPLOAD:
		return strncmp(xq->mediatype, "image", 5) == 0 ? Q_IMAGE :
		    strncmp(xq->mediatype, "audio", 5) == 0 ? Q_AUDIO :
		    strncmp(xq->mediatype, "video", 5) == 0 ? Q_VIDEO : Q_FILE;
	default:
		return input_type(xq);
	}
}

/* XForms have no notes: pyxform makes them texts that nobody can write, and nothing
 * writes into. */
static bool
is_note(const struct xq *xq)
{
	const struct question *q = xq->q;

	return q->type == Q_TEXT && (*xq->type == '\0' || strcmp(xq->type, "string") == 0) &&
	    q->read_only.text != NULL && strcmp(q->read_only.text, "true()") == 0 &&
	    q->calculation.text == NULL && q->default_.text == NULL &&
	    q->trigger.text == NULL && q->required.text == NULL && q->appearance[0] == '\0';
}

static void
settle_type(struct xform *x, struct xq *xq)
{
	struct question *q = xq->q;
	enum qtype preload = preload_type(xq);

	if (q->type == Q_FORM || q->type == Q_GROUP || q->type == Q_REPEAT)
		return;
	if (strcmp(xq->preload, "uid") == 0 && q->calculation.text == NULL) {
		q->default_.text = NULL;
		q->calculation.text = "once(concat('uuid:', uuid()))";
		q->calculation.line = q->line;
		q->calculation.col = 1;
	}
	if (xq->control != CONTROL_NONE) {
		q->type = control_type(xq);
		if (preload != Q_TYPES && q->default_.text == NULL) {
			q->default_.text = preload == Q_TODAY ? "today()" : "now()";
			q->default_kind = DEFAULT_EXPRESSION;
			if (preload != Q_TODAY && preload != Q_START)
				q->default_.text = NULL;
		}
		if (is_note(xq))
			q->type = Q_NOTE;
	} else if (preload != Q_TYPES) {
		q->type = preload;
	} else {
		if (q->calculation.text != NULL && q->trigger.text == NULL)
			q->type = Q_CALCULATE;
		if (*xq->type != '\0' && strcmp(xq->type, "string") != 0)
			xf_extra(x, q, "bind::type", xq->type);
	}
}

/* ---- the whole ------------------------------------------------------------------------ */

static void
read_itext(struct xform *x)
{
	uint32_t itext = xf_child(x, x->model, "itext");
	struct buf key = { 0 };

	if (itext == XML_NONE)
		return;
	for (uint32_t t = xf_child(x, itext, "translation"); t != XML_NONE;
	    t = xf_next(x, t, "translation")) {
		size_t lang = build_language(&x->b, xf_attr(x, t, "lang"));

		/* default="false()" is not one. */
		if (x->b.default_language == NULL || (xf_has_attr(x, t, "default") &&
		    strncmp(xf_attr(x, t, "default"), "false", 5) != 0))
			x->b.default_language = x->b.languages[lang];
		for (uint32_t id = xf_child(x, t, "text"); id != XML_NONE;
		     id = xf_next(x, id, "text")) {
			buf_reset(&key);
			buf_addf(&key, "%zu %s", lang, xf_attr(x, id, "id"));
			map_put(x->itext, arena_strdup(x->b.arena, buf_str(&key)),
			    (void *)(uintptr_t)(id + 1));
		}
	}
	buf_free(&key);
}

/* h:html with head, model, primary instance and body; false: told. */
static bool
find_parts(struct xform *x)
{
	uint32_t html = xf_child(x, 0, NULL), head, instance;

	head = html != XML_NONE && xf_is(x, html, "html") ? xf_child(x, html, "head") : XML_NONE;
	x->model = head != XML_NONE ? xf_child(x, head, "model") : XML_NONE;
	instance = x->model != XML_NONE ? xf_child(x, x->model, "instance") : XML_NONE;
	x->primary = instance != XML_NONE ? xf_child(x, instance, NULL) : XML_NONE;
	if (x->primary == XML_NONE) {
		fault(&x->b, html != XML_NONE ? xf_line(x, html) : 1, 1, "%s",
		    _("this is XML but no "
		      "XForm: html, head, model and instance are needed"));
		return false;
	}
	x->body = xf_child(x, html, "body");
	return true;
}

static void
read_header(struct xform *x)
{
	struct form *f = x->b.form;
	uint32_t head = x->xml.v[x->model].parent, title = xf_child(x, head, "title");
	const struct xml_node *primary = &x->xml.v[x->primary];
	const char *id = xf_attr(x, x->primary, "id");

	f->id = build_identity(&x->b, "id", *id != '\0' ? id : primary->name, primary->line, 0);
	f->version = build_identity(&x->b, "version", xf_attr(x, x->primary, "version"),
	    primary->line, 0);
	build_text(&x->b, &f->title, build_plain_language(&x->b),
	    title != XML_NONE && *xf_text(x, title) != '\0' ? xf_text(x, title) : f->id);
}

/* instanceName is what a record is called. */
static void
take_instance_name(struct xform *x)
{
	for (size_t i = 0; i < x->n; i++) {
		struct question *q = x->v[i]->q;

		if (strcmp(q->name, "instanceName") == 0 && q->parent != NULL &&
		    strcmp(q->parent->name, "meta") == 0)
			x->b.form->instance_name = q->calculation;
	}
}

static void
check_submission(struct xform *x)
{
	uint32_t node = xf_child(x, x->model, "submission");
	const char *method = node != XML_NONE ? xf_attr(x, node, "method") : "";

	if (*method != '\0' && strcmp(method, "post") != 0 && strcmp(method, "form-data-post") != 0)
		fault(&x->b, xf_line(x, node), 1,
		    _("submission: there is no method '%s'; it is post"), method);
}

static void
read_form(struct xform *x)
{
	struct buf path = { 0 };
	struct xq *root;

	read_itext(x);
	read_header(x);
	buf_addf(&path, "/%s", x->xml.v[x->primary].name);
	xf_find_repeats(x, buf_str(&path));
	root = xf_add_question(x, NULL, Q_FORM, x->primary, buf_str(&path));
	read_children(x, x->primary, root->q, root->path);
	read_starts(x, root->path);
	buf_free(&path);
	for (uint32_t c = xf_child(x, x->model, "bind"); c != XML_NONE; c = xf_next(x, c, "bind"))
		read_bind(x, c);
	check_submission(x);
	xf_instances(x);
	xf_body(x);
	xf_outside(x);
	for (uint32_t c = xf_child(x, x->model, "setvalue"); c != XML_NONE;
	    c = xf_next(x, c, "setvalue"))
		xf_setvalue(x, c, "", NULL, true);
	for (size_t i = 0; i < x->n; i++)
		settle_type(x, x->v[i]);
	take_instance_name(x);
	xf_entity_end(x);
	xf_attributes(x);
	xf_texts(x);
	build_finish(&x->b, NULL);
}

static void
xform_free(struct xform *x)
{
	map_free(x->by_path);
	map_free(x->repeats);
	map_free(x->names);
	map_free(x->itext);
	map_free(x->binds);
	map_free(x->lists);
	map_free(x->columns);
	free(x->v);
	free(x->b.languages);
	free(x->b.texts);
	free(x->b.entities);
	free(x->b.questions);
	free(x->b.lists);
	xml_free(&x->xml);
}

struct form *
form_read_xform(const char *file, const char *text, size_t len, struct faults *faults)
{
	struct xform x = { .b = { .file = file, .faults = faults } };
	struct form *f = NULL;
	struct err err;

	if (!xml_parse(file, text, len, &x.xml, &err)) {
		faults_add_err(faults, FAULT_ERROR, &err);
		return NULL;
	}
	x.by_path = map_new();
	x.repeats = map_new();
	x.names = map_new();
	x.itext = map_new();
	x.binds = map_new();
	x.lists = map_new();
	x.columns = map_new();
	if (find_parts(&x)) {
		f = x.b.form = xcalloc(1, sizeof *f);
		f->arena = x.b.arena = arena_new();
		f->file = x.b.file = arena_strdup(f->arena, file);
		f->xform = true;
		read_form(&x);
	}
	xform_free(&x);
	faults_sort(faults);
	return f;
}
