/* The body of an XForm: what each control says of its question, groups and
 * repeats, and the actions that set values. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/xform_parts.h"

static const struct { const char *name; enum control control; } controls[] = {
	{ "input", CONTROL_INPUT }, { "secret", CONTROL_INPUT }, { "select1", CONTROL_SELECT1 },
	{ "select", CONTROL_SELECT }, { "rank", CONTROL_RANK }, { "trigger", CONTROL_TRIGGER },
	{ "upload", CONTROL_UPLOAD }, { "range", CONTROL_RANGE },
};

static enum control
control_of(const struct xform *x, uint32_t node)
{
	for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++)
		if (xf_is(x, node, controls[i].name))
			return controls[i].control;
	return CONTROL_NONE;
}

/* ---- repeats ---------------------------------------------------------------------- */

static void
find_repeats(struct xform *x, uint32_t node, const char *context)
{
	for (uint32_t c = xf_child(x, node, NULL); c != XML_NONE; c = xf_next(x, c, NULL)) {
		struct buf path = { 0 };
		bool repeat = xf_is(x, c, "repeat");
		const char *ref = xf_attr(x, c, repeat ? "nodeset" : "ref");

		if (!repeat && !xf_is(x, c, "group"))
			continue;
		if (*ref != '\0')
			xf_resolve(context, ref, &path);
		else
			buf_add_str(&path, context);
		if (repeat)
			map_put(x->repeats, arena_strdup(x->b.arena, buf_str(&path)),
			    (void *)(uintptr_t)(c + 1));
		find_repeats(x, c, buf_str(&path));
		buf_free(&path);
	}
}

void
xf_find_repeats(struct xform *x, const char *root)
{
	if (x->body != XML_NONE)
		find_repeats(x, x->body, root);
}

/* ---- actions ------------------------------------------------------------------------- */

static bool
has_event(const char *events, const char *event)
{
	size_t n = strlen(event);

	for (const char *p = events; *(p += strspn(p, " \t\r\n")) != '\0'; ) {
		size_t len = strcspn(p, " \t\r\n");

		if (len == n && strncmp(p, event, n) == 0)
			return true;
		p += len;
	}
	return false;
}

/* xforms-ready and jr-insert are what these were called before, and forms still say so. */
static bool
at_start(const char *events)
{
	return has_event(events, "odk-instance-first-load") || has_event(events, "xforms-ready");
}

static bool
at_new_row(const char *events)
{
	return has_event(events, "odk-new-repeat") || has_event(events, "jr-insert");
}

/* The value: an expression in `value`, else the element's text as a literal. */
static void
set_source(struct xform *x, uint32_t node, struct source *out, bool *literal)
{
	*literal = !xf_has_attr(x, node, "value");
	if (!*literal) {
		xf_source(x, node, xf_attr(x, node, "value"), out);
	} else {
		out->text = xf_text(x, node);
		out->line = xf_line(x, node);
		out->col = 1;
	}
}

/* A literal as an expression: quoted, whichever quote it does not hold. */
static const char *
quoted(struct xform *x, const char *s)
{
	struct buf out = { 0 };
	char mark = strchr(s, '\'') == NULL ? '\'' : '"';
	const char *kept;

	buf_addf(&out, "%c%s%c", mark, s, mark);
	kept = arena_strdup(x->b.arena, buf_str(&out));
	buf_free(&out);
	return kept;
}

/* More than this is no calculation any more, and each action copies all before it. */
#define ACTIONS_TEXT 20000

/* Actions of several triggers on one question, as one calculation. */
static const char *
by_trigger(struct xform *x, const char *name, const char *value, const char *others)
{
	struct buf out = { 0 };
	const char *kept;

	buf_addf(&out, "if(changed(${%s}), %s, %s)", name, value, others);
	kept = arena_strdup(x->b.arena, buf_str(&out));
	buf_free(&out);
	return kept;
}

static void
set_on_change(struct xform *x, uint32_t node, struct xq *target, struct xq *trigger)
{
	struct question *q = target->q;
	struct source value = { 0 };
	struct buf names = { 0 };
	bool literal, again;

	buf_addf(&names, "${%s}", trigger->q->name);
	again = q->trigger.text != NULL && (strstr(q->trigger.text, buf_str(&names)) != NULL ||
	    strlen(q->trigger.text) + strlen(q->calculation.text) > ACTIONS_TEXT);
	buf_reset(&names);
	set_source(x, node, &value, &literal);
	if (literal || value.text == NULL)
		value.text = quoted(x, value.text != NULL ? value.text : "");
	value.line = xf_line(x, node);
	value.col = 1;
	if (q->calculation.text != NULL && (q->trigger.text == NULL || again)) {
		buf_free(&names);
		warn(&x->b, xf_line(x, node), 1,
		    _("setvalue: '%s' has another calculation already; this "
		      "one is not run"),
		    q->name);
		return;
	}
	if (q->calculation.text != NULL && strcmp(q->calculation.text, value.text) != 0)
		value.text = by_trigger(x, trigger->q->name, value.text, q->calculation.text);
	buf_addf(&names, "%s%s${%s}", q->trigger.text != NULL ? q->trigger.text : "",
	    q->trigger.text != NULL ? ", " : "", trigger->q->name);
	q->calculation = value;
	q->trigger.text = arena_strdup(x->b.arena, buf_str(&names));
	q->trigger.line = xf_line(x, node);
	q->trigger.col = 1;
	buf_free(&names);
}

struct xq *
xf_target(struct xform *x, uint32_t node, const char *context)
{
	void **slot;

	if (xf_has_attr(x, node, "ref"))
		return xf_find_or_attribute(x, context, xf_attr(x, node, "ref"));
	slot = map_get(x->binds, xf_attr(x, node, "bind"));
	return slot != NULL ? *slot : NULL;
}

/* Every event must be one that there is; others run at no time here. */
static bool
check_events(struct xform *x, uint32_t node, const char *events, bool model)
{
	static const char known[] = " odk-instance-first-load odk-instance-load odk-new-repeat "
	    "xforms-value-changed xforms-ready xforms-revalidate jr-insert ";
	struct buf word = { 0 };
	bool ok = true;

	for (const char *p = events; *(p += strspn(p, " \t\r\n")) != '\0'; ) {
		size_t len = strcspn(p, " \t\r\n");

		buf_reset(&word);
		buf_addf(&word, " %.*s ", (int)len, p);
		p += len;
		if (strstr(known, buf_str(&word)) != NULL)
			continue;
		fault(&x->b, xf_line(x, node), 1, _("setvalue: there is no event '%.*s'"), (int)len,
		    buf_str(&word) + 1);
		ok = false;
	}
	if (model && has_event(events, "odk-new-repeat")) {
		fault(&x->b, xf_line(x, node), 1, "%s", _("setvalue: odk-new-repeat goes into the "
		    "repeat in the body, not into the model"));
		ok = false;
	}
	buf_free(&word);
	return ok;
}

static enum default_when
when_of(const struct question *q, const char *events)
{
	bool first = at_start(events), new_row = at_new_row(events) && q->repeat != NULL;

	if (has_event(events, "odk-instance-load"))
		return DEFAULT_EACH_LOAD;
	return first && new_row ? DEFAULT_FIRST_AND_NEW : first ? DEFAULT_FIRST_ONLY :
	    DEFAULT_NEW_ONLY;
}

static bool
same_source(const struct source *a, const struct source *b)
{
	return a->text != NULL && b->text != NULL && strcmp(a->text, b->text) == 0;
}

/* An action at the start, or in a new row: the question's default. One action for
 * each of the two with the same value is one default for both. */
static void
set_at_start(struct xform *x, uint32_t node, struct xq *target, const char *events)
{
	struct question *q = target->q;
	struct source before = q->default_;
	enum default_when when = when_of(q, events);
	bool literal;

	q->default_ = (struct source){ 0 };
	set_source(x, node, &q->default_, &literal);
	q->default_kind = literal ? DEFAULT_LITERAL : DEFAULT_EXPRESSION;
	if (q->default_by_action && q->default_when != when && when != DEFAULT_EACH_LOAD &&
	    q->default_when != DEFAULT_EACH_LOAD) {
		if (same_source(&before, &q->default_))
			when = DEFAULT_FIRST_AND_NEW;
		else
			warn(&x->b, xf_line(x, node), 1, _("setvalue: '%s' has another default "
			    "already; this one is taken, and that one not"), q->name);
	}
	q->default_when = when;
	q->default_by_action = true;
}

void
xf_setvalue(struct xform *x, uint32_t node, const char *context, struct xq *trigger, bool model)
{
	const char *events = xf_attr(x, node, "event");
	struct xq *target;

	if (xf_entity_setvalue(x, node) || !check_events(x, node, events, model))
		return;
	target = xf_target(x, node, context);
	if (target == NULL || target->q->type == Q_GROUP || target->q->type == Q_REPEAT) {
		warn(&x->b, xf_line(x, node), 1, _("setvalue: there is no question '%s'"),
		    xf_attr(x, node, "ref"));
		return;
	}
	if (at_new_row(events) && target->q->repeat == NULL)
		warn(&x->b, xf_line(x, node), 1, _("setvalue: '%s' lies in no repeat; a new row "
		    "sets nothing there"), target->q->name);
	if (at_start(events) || (at_new_row(events) && target->q->repeat != NULL) ||
	    has_event(events, "odk-instance-load"))
		set_at_start(x, node, target, events);
	if (has_event(events, "xforms-revalidate"))
		warn(&x->b, xf_line(x, node), 1, "%s",
		    _("setvalue: xforms-revalidate is not served; use a calculate"));
	if (has_event(events, "xforms-value-changed") && trigger != NULL)
		set_on_change(x, node, target, trigger);
}

/* ---- controls -------------------------------------------------------------------------- */

static void
read_range(struct xform *x, uint32_t node, struct question *q)
{
	static const char *const names[] = { "start", "end", "step" };
	struct attr *p = arena_alloc(x->b.arena, 3 * sizeof *p);
	size_t n = 0;

	for (size_t i = 0; i < 3; i++)
		if (xf_has_attr(x, node, names[i])) {
			p[n].name = names[i];
			p[n++].value = arena_strdup(x->b.arena, xf_attr(x, node, names[i]));
		}
	q->parameters = p;
	q->parameters_n = n;
}

static void
label_of(struct xform *x, uint32_t element, const char *context, struct question *q,
    struct text *out)
{
	xf_label(x, element, context, out);
	xf_beside(x, element, context, q);
}

static void
read_words(struct xform *x, uint32_t node, const char *context, struct question *q)
{
	uint32_t label = xf_child(x, node, "label"), hint = xf_child(x, node, "hint");

	if (*xf_attr(x, node, "appearance") != '\0')
		q->appearance = arena_strdup(x->b.arena, xf_attr(x, node, "appearance"));
	if (label != XML_NONE && q->label.in == NULL)
		label_of(x, label, context, q, &q->label);
	if (hint != XML_NONE && q->hint.in == NULL)
		label_of(x, hint, context, q, &q->hint);
}

static void
read_control(struct xform *x, uint32_t node, const char *context, enum control control)
{
	struct xq *xq = xf_target(x, node, context);

	if (xq == NULL) {
		warn(&x->b, xf_line(x, node), 1, _("%s: there is no '%s' in the instance"),
		    x->xml.v[node].name, xf_attr(x, node, "ref"));
		return;
	}
	xq->control = control;
	xq->mediatype = xf_attr(x, node, "mediatype");
	read_words(x, node, xq->path, xq->q);
	if (control == CONTROL_SELECT1 || control == CONTROL_SELECT || control == CONTROL_RANK)
		xf_choices(x, node, xq);
	if (control == CONTROL_RANGE)
		read_range(x, node, xq->q);
	for (uint32_t c = xf_child(x, node, "setvalue"); c != XML_NONE;
	     c = xf_next(x, c, "setvalue"))
		xf_setvalue(x, c, xq->path, xq, false);
}

static void read_part(struct xform *, uint32_t node, const char *context);

/* jr:count; a path that is relative to the repeat becomes absolute, since a
 * count is asked beside the rows. */
static void
read_count(struct xform *x, uint32_t node, struct xq *xq)
{
	const char *count = xf_attr(x, node, "count");
	struct buf path = { 0 };

	count += strspn(count, " \t\r\n");
	if (*count == '.' && strcspn(count, "()[]*+<>=|") == strlen(count)) {
		xf_resolve(xq->path, count, &path);
		count = buf_str(&path);
	}
	xf_source(x, node, count, &xq->q->repeat_count);
	buf_free(&path);
}

/* jr:noAddRemove: as many rows as the instance has, whatever is done. */
static void
fixed_count(struct xform *x, uint32_t node, struct xq *xq)
{
	struct buf count = { 0 };
	size_t n = 0;

	for (const struct start_row *r = x->b.form->start; r != NULL; r = r->next)
		n += r->repeat == xq->q;
	if (n == 0)
		return;
	buf_addf(&count, "%zu", n);
	xf_source(x, node, buf_str(&count), &xq->q->repeat_count);
	buf_free(&count);
}

static void
read_group(struct xform *x, uint32_t node, const char *context)
{
	bool repeat = xf_is(x, node, "repeat");
	const char *ref = xf_attr(x, node, repeat ? "nodeset" : "ref");
	struct xq *xq = *ref != '\0' ? xf_find(x, context, ref) : NULL;

	if (*ref != '\0' && xq == NULL) {
		warn(&x->b, xf_line(x, node), 1, _("%s: there is no '%s' in the instance"),
		    x->xml.v[node].name, ref);
		return;
	}
	if (xq != NULL)
		read_words(x, node, context, xq->q);
	if (repeat && xq != NULL && xf_has_attr(x, node, "count"))
		read_count(x, node, xq);
	else if (repeat && xq != NULL && strncmp(xf_attr(x, node, "noAddRemove"), "true", 4) == 0)
		fixed_count(x, node, xq);
	read_part(x, node, xq != NULL ? xq->path : context);
}

static void
read_part(struct xform *x, uint32_t node, const char *context)
{
	for (uint32_t c = xf_child(x, node, NULL); c != XML_NONE; c = xf_next(x, c, NULL)) {
		enum control control = control_of(x, c);

		if (control != CONTROL_NONE)
			read_control(x, c, context, control);
		else if (xf_is(x, c, "group") || xf_is(x, c, "repeat"))
			read_group(x, c, context);
		else if (xf_is(x, c, "setvalue"))
			xf_setvalue(x, c, context, NULL, false);
	}
}

void
xf_body(struct xform *x)
{
	if (x->body != XML_NONE)
		read_part(x, x->body, x->v[0]->path);
}
