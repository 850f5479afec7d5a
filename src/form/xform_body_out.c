/* The body of an XForm written: controls, groups, repeats, choices, actions. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "form/form_build.h"
#include "form/xform_out.h"

static const struct written {
	enum qtype type;
	const char *bind, *control, *attributes;
} written[] = {
    {Q_TEXT, "string", "input", ""},
    {Q_INTEGER, "int", "input", ""},
    {Q_DECIMAL, "decimal", "input", ""},
    {Q_RANGE, "decimal", "range", ""},
    {Q_DATE, "date", "input", ""},
    {Q_TIME, "time", "input", ""},
    {Q_DATETIME, "dateTime", "input", ""},
    {Q_SELECT_ONE, "string", "select1", ""},
    {Q_SELECT_MULTIPLE, "string", "select", ""},
    {Q_RANK, "odk:rank", "odk:rank", ""},
    {Q_NOTE, "string", "input", ""},
    {Q_ACKNOWLEDGE, "string", "trigger", ""},
    {Q_BARCODE, "barcode", "input", ""},
    {Q_GEOPOINT, "geopoint", "input", ""},
    {Q_GEOTRACE, "geotrace", "input", ""},
    {Q_GEOSHAPE, "geoshape", "input", ""},
    {Q_IMAGE, "binary", "upload", " mediatype=\"image/*\""},
    {Q_AUDIO, "binary", "upload", " mediatype=\"audio/*\""},
    {Q_VIDEO, "binary", "upload", " mediatype=\"video/*\""},
    {Q_FILE, "binary", "upload", " mediatype=\"application/*\""},
    {Q_TODAY, "date", NULL, ""},
    {Q_START, "dateTime", NULL, ""},
    {Q_END, "dateTime", NULL, ""},
    {Q_START_GEOPOINT, "geopoint", NULL, ""},
    {Q_AUDIT, "binary", NULL, ""},
    {Q_BACKGROUND_AUDIO, "binary", NULL, ""},
};

static const struct written *
as_written(const struct question *q)
{
	for (size_t i = 0; i < sizeof written / sizeof written[0]; i++)
		if (written[i].type == q->type)
			return &written[i];
	return NULL;
}

static bool
has_point(const struct question *q)
{
	for (size_t i = 0; i < q->parameters_n; i++)
		if (strchr(q->parameters[i].value, '.') != NULL)
			return true;
	return false;
}

const char *
xo_type(const struct question *q)
{
	const struct written *w = as_written(q);

	if (q->type == Q_GROUP || q->type == Q_REPEAT)
		return "";
	for (size_t i = 0; i < q->extra_n; i++)
		if (strcmp(q->extra[i].name, "bind::type") == 0)
			return q->extra[i].value;
	if (q->type == Q_RANGE && !has_point(q))
		return "int";
	return w != NULL ? w->bind : "string";
}

/* ---- attributes ------------------------------------------------------------------- */

static void
attribute(struct xout *x, const char *name, const char *value)
{
	buf_add_xml_attribute(x->out, name, value);
}

static void
path_attribute(struct xout *x, const struct question *q, const char *name, const char *text)
{
	struct buf path = { 0 };

	xo_paths(x, q, text, &path);
	attribute(x, name, buf_str(&path));
	buf_free(&path);
}

static void
extras(struct xout *x, const struct question *q, const char *family)
{
	size_t n = strlen(family);

	for (size_t i = 0; i < q->extra_n; i++)
		if (strncmp(q->extra[i].name, family, n) == 0 &&
		    xo_name(q->extra[i].name + n))
			attribute(x, q->extra[i].name + n, q->extra[i].value);
}

static bool
text_given(const struct text *t, const struct form *f)
{
	for (size_t i = 0; t->in != NULL && i < f->languages_n; i++)
		if (t->in[i] != NULL && *t->in[i] != '\0')
			return true;
	return false;
}

static void
words(struct xout *x, const struct question *q)
{
	if (text_given(&q->label, x->form))
		buf_addf(x->out, "<label ref=\"jr:itext('%s:label')\"/>", q->path);
	if (text_given(&q->hint, x->form) || text_given(&q->guidance_hint, x->form))
		buf_addf(x->out, "<hint ref=\"jr:itext('%s:hint')\"/>", q->path);
}

/* ---- choices ------------------------------------------------------------------------ */

static void
open_randomize(struct xout *x, const struct question *q, struct buf *set)
{
	const char *on = question_parameter(q, "randomize");

	(void)x;
	if (on != NULL && strcmp(on, "true") == 0)
		buf_add_str(set, "randomize(");
}

static void
close_randomize(struct xout *x, const struct question *q, struct buf *set)
{
	const char *on = question_parameter(q, "randomize"), *seed = question_parameter(q, "seed");

	if (on == NULL || strcmp(on, "true") != 0)
		return;
	if (seed != NULL) {
		buf_add_str(set, ", ");
		xo_paths(x, q, seed, set);
	}
	buf_add_char(set, ')');
}

static void
filter(struct xout *x, const struct question *q, struct buf *set)
{
	struct buf bracketed = { 0 };

	if (q->choice_filter.text == NULL)
		return;
	buf_addf(&bracketed, "[%s]", q->choice_filter.text);
	xo_paths(x, q, buf_str(&bracketed), set);
	buf_free(&bracketed);
}

static void
itemset(struct xout *x, const struct buf *set, const char *value, const char *label)
{
	buf_add_str(x->out, "<itemset nodeset=\"");
	buf_add_xml(x->out, buf_str(set));
	buf_add_str(x->out, "\"><value ref=\"");
	buf_add_xml(x->out, value);
	buf_add_str(x->out, "\"/><label ref=\"");
	buf_add_xml(x->out, label);
	buf_add_str(x->out, "\"/></itemset>");
}

static void
row_choices(struct xout *x, const struct question *q)
{
	const struct question *from = form_find(x->form, q->from_repeat, NULL),
			      *shown = q->from_label != NULL
					   ? form_find(x->form, q->from_label, NULL)
					   : from;
	struct buf set = { 0 };
	size_t n;

	if (from == NULL || from->repeat == NULL || shown == NULL)
		return;
	n = strlen(from->repeat->path) + 1;
	open_randomize(x, q, &set);
	xo_path(q, from->repeat, &set);
	/* Of an XForm the filter is all there is; else rows without an answer are none. */
	if (!x->form->xform)
		buf_addf(&set, "[./%s != '']", from->path + n);
	filter(x, q, &set);
	close_randomize(x, q, &set);
	itemset(x, &set, from->path + n, shown->path + n);
	buf_free(&set);
}

static void
choices(struct xout *x, const struct question *q)
{
	const char *list = q->list != NULL ? q->list->name : q->dataset;
	struct buf set = { 0 };

	if (q->from_repeat != NULL) {
		row_choices(x, q);
		return;
	}
	if (list == NULL)
		return;
	open_randomize(x, q, &set);
	buf_add_str(&set, "instance('");
	xo_list(&set, list);
	buf_addf(&set, "')/%s/%s", q->list != NULL && q->list->root ? q->list->root : "root",
	    q->list != NULL && q->list->item ? q->list->item : "item");
	filter(x, q, &set);
	close_randomize(x, q, &set);
	if (q->list != NULL)
		itemset(x, &set, "name", "jr:itext(itextId)");
	else
		itemset(x, &set, q->value_column != NULL ? q->value_column : "name",
		    q->label_column != NULL ? q->label_column : "label");
	buf_free(&set);
}

/* ---- actions -------------------------------------------------------------------------- */

static void
set_value(struct xout *x, const struct question *q, const char *events, const char *text)
{
	buf_addf(x->out, "<setvalue event=\"%s\" ref=\"", events);
	xo_node(q, x->out);
	buf_add_char(x->out, '"');
	if (*text != '\0')
		path_attribute(x, q, "value", text);
	buf_add_str(x->out, "/>");
}

static bool
names_in(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = list; (p = strstr(p, "${")) != NULL; p++)
		if (strncmp(p + 2, name, n) == 0 && p[2 + n] == '}')
			return true;
	return false;
}

/* The end of an argument that begins at p: its comma or bracket. */
static const char *
argument_end(const char *p)
{
	int depth = 0;

	for (; *p != '\0'; p++) {
		if (*p == '\'' || *p == '"') {
			const char *end = strchr(p + 1, *p);

			if (end == NULL)
				return p + strlen(p);
			p = end;
		} else if (depth == 0 && (*p == ',' || *p == ')')) {
			return p;
		}
		depth += (*p == '(' || *p == '[' || *p == '{') -
		    (*p == ')' || *p == ']' || *p == '}');
	}
	return p;
}

/* Is all of it one call? */
static bool
is_one_call(const char *text)
{
	const char *p = strchr(text, '(');

	for (; p != NULL && (*p == '(' || *p == ','); p = argument_end(p + 1))
		;
	return p != NULL && *p == ')' && p[1 + strspn(p + 1, " \t\r\n")] == '\0';
}

/* if(changed(${a}), one, other) is an action of a and another of the other triggers. */
static void
action_of(const char *text, const char *trigger, struct buf *out)
{
	static const char head[] = "if(changed(${";
	size_t n = strlen(trigger);

	while (strncmp(text, head, strlen(head)) == 0) {
		const char *name = text + strlen(head);
		const char *close = strchr(name, '}'), *then, *end;

		if (close == NULL || strncmp(close, "}),", 3) != 0)
			break;
		then = close + 3 + strspn(close + 3, " ");
		end = argument_end(then);
		if (*end != ',')
			break;
		if ((size_t)(close - name) == n && memcmp(name, trigger, n) == 0) {
			buf_add(out, then, (size_t)(end - then));
			return;
		}
		text = end + 1 + strspn(end + 1, " ");
	}
	buf_add(out, text, (size_t)(argument_end(text) - text));
}

/* Whatever this question sets off. */
static void
triggered(struct xout *x, const struct question *q)
{
	struct buf action = { 0 };

	for (size_t i = 1; i < x->form->questions_n; i++) {
		const struct question *to = x->form->questions[i];

		if (to->trigger.text == NULL || !names_in(to->trigger.text, q->name) ||
		    form_find(x->form, q->name, NULL) != q)
			continue;
		buf_reset(&action);
		if (to->calculation.text == NULL)
			;
		else if (is_one_call(to->calculation.text))
			action_of(to->calculation.text, q->name, &action);
		else
			buf_add_str(&action, to->calculation.text);
		set_value(x, to, "xforms-value-changed", buf_str(&action));
	}
	buf_free(&action);
}

void
xo_defaults(struct xout *x, const struct question *repeat)
{
	const struct question *scope = repeat->type == Q_REPEAT ? repeat : NULL;

	for (const struct question *q = form_next(repeat, repeat); q != NULL;
	     q = form_next(q, repeat)) {
		static const char *const events[] = {
		    [DEFAULT_FIRST_AND_NEW] = "odk-instance-first-load",
		    [DEFAULT_FIRST_ONLY] = "odk-instance-first-load",
		    [DEFAULT_NEW_ONLY] = "odk-new-repeat",
		    [DEFAULT_EACH_LOAD] = "odk-instance-load",
		};
		const char *event = events[q->default_when];
		bool literal = q->default_kind == DEFAULT_LITERAL ||
			       (q->default_kind == DEFAULT_GUESS && q->default_.text != NULL &&
				   !xo_dynamic(q->default_.text));

		if (q->default_.text == NULL || q->repeat != scope ||
		    (literal && !q->default_by_action))
			continue;
		if (scope != NULL && q->default_when == DEFAULT_FIRST_AND_NEW)
			event = "odk-instance-first-load odk-new-repeat";
		if (!literal) {
			set_value(x, q, event, q->default_.text);
		} else {
			buf_addf(x->out, "<setvalue event=\"%s\" ref=\"", event);
			xo_node(q, x->out);
			buf_add_str(x->out, "\">");
			buf_add_xml(x->out, q->default_.text);
			buf_add_str(x->out, "</setvalue>");
		}
	}
}

/* ---- controls --------------------------------------------------------------------------- */

static void questions(struct xout *, const struct question *top);

static void
range_attributes(struct xout *x, const struct question *q)
{
	static const char *const usual[][2] = {{"start", "1"}, {"end", "10"}, {"step", "1"}};

	for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
		const char *given = question_parameter(q, usual[i][0]);

		attribute(x, usual[i][0], given != NULL ? given : usual[i][1]);
	}
}

static void
control(struct xout *x, const struct question *q)
{
	const struct written *w = as_written(q);
	const char *rows = question_parameter(q, "rows");

	if (w == NULL || w->control == NULL)
		return;
	buf_addf(x->out, "<%s ref=\"%s\"%s", w->control, q->path, w->attributes);
	if (*q->appearance != '\0')
		attribute(x, "appearance", q->appearance);
	if (rows != NULL)
		attribute(x, "rows", rows);
	if (q->type == Q_RANGE)
		range_attributes(x, q);
	extras(x, q, "body::");
	extras(x, q, "control::");
	buf_add_char(x->out, '>');
	words(x, q);
	if (q->type == Q_SELECT_ONE || q->type == Q_SELECT_MULTIPLE || q->type == Q_RANK)
		choices(x, q);
	triggered(x, q);
	buf_addf(x->out, "</%s>\n", w->control);
}

bool
xo_counted(const struct question *repeat)
{
	const char *count = repeat->repeat_count.text;

	size_t n;

	if (count == NULL)
		return false;
	count += strspn(count, " ");
	n = strcspn(count, " ()[]*+=");
	return (*count != '/' && strncmp(count, "${", 2) != 0) ||
	       count[n + strspn(count + n, " ")] != '\0';
}

static void
repeat(struct xout *x, const struct question *q)
{
	const char *count = q->repeat_count.text;

	buf_addf(x->out, "<group ref=\"%s\">", q->path);
	words(x, q);
	buf_addf(x->out, "<repeat nodeset=\"%s\"", q->path);
	if (xo_counted(q))
		buf_addf(x->out, " jr:count=\"%s_count\"", q->path);
	else if (count != NULL)
		path_attribute(x, q, "jr:count", count);
	if (*q->appearance != '\0')
		attribute(x, "appearance", q->appearance);
	extras(x, q, "body::");
	buf_add_str(x->out, ">\n");
	questions(x, q);
	xo_defaults(x, q);
	xo_entity_ids(x, q);
	buf_add_str(x->out, "</repeat></group>\n");
}

static void
group(struct xout *x, const struct question *q)
{
	buf_addf(x->out, "<group ref=\"%s\"", q->path);
	if (*q->appearance != '\0')
		attribute(x, "appearance", q->appearance);
	extras(x, q, "body::");
	buf_add_char(x->out, '>');
	words(x, q);
	questions(x, q);
	buf_add_str(x->out, "</group>\n");
}

static void
questions(struct xout *x, const struct question *top)
{
	for (const struct question *q = top->first; q != NULL; q = q->next) {
		if (q->type == Q_REPEAT)
			repeat(x, q);
		else if (q->type == Q_GROUP && !question_only_entity(q) &&
		    !(top->type == Q_FORM && !strcmp(q->name, "meta")))
			group(x, q);
		else if (q->type != Q_GROUP)
			control(x, q);
	}
}

void
xo_body(struct xout *x)
{
	buf_add_str(x->out, "<h:body>\n");
	questions(x, x->form->questions[0]);
	buf_add_str(x->out, "</h:body>\n");
}
