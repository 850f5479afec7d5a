/* Ties the names of a parsed expression to the form: every path is walked once
 * over the form's questions, as it will be over the answers. What it finds is
 * what the expression reads; a name that finds nothing is a fault here, not a
 * blank for ever. */
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/xtree.h"

/* What a step can be at: questions of the form, its document node, or nodes of
 * which nothing is known (an instance, an XML file, a row of a choice list). */
struct set {
	const struct question **v;
	size_t n, cap;
	bool document, unknown;
	bool item;		/* the row that a choice_filter is asked of */
};

struct read {
	const struct question *q;
	bool earlier;
};

struct resolver {
	struct expr *e;
	const struct expr_scope *scope;
	struct err *err;
	struct arena *scratch;	/* for sets and reads on the way */
	struct read *reads;
	size_t reads_n, reads_cap;
	const char **instances;
	size_t instances_n, instances_cap;
	struct set self;	/* the question the expression belongs to */
	bool earlier;		/* inside previous() */
	bool as_set;		/* what is walked next is asked for all its nodes */
};

static bool walk(struct resolver *, struct xnode *, const struct set *ctx, struct set *out);

static void *
room(struct arena *arena, void *v, size_t n, size_t *cap, size_t size)
{
	void *grown;

	if (n < *cap)
		return v;
	*cap = *cap ? *cap * 2 : 4;
	grown = arena_alloc(arena, *cap * size);
	if (n)
		memcpy(grown, v, n * size);
	return grown;
}

static void
set_add(struct resolver *r, struct set *s, const struct question *q)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i] == q)
			return;
	s->v = room(r->scratch, s->v, s->n, &s->cap, sizeof *s->v);
	s->v[s->n++] = q;
}

static void
reads_add(struct resolver *r, const struct question *q)
{
	for (size_t i = 0; i < r->reads_n; i++) {
		if (r->reads[i].q == q) {
			r->reads[i].earlier = r->reads[i].earlier && r->earlier;
			return;
		}
	}
	r->reads = room(r->scratch, r->reads, r->reads_n, &r->reads_cap, sizeof *r->reads);
	r->reads[r->reads_n++] = (struct read){ q, r->earlier };
}

/* The value of a group is made of all that is in it; that of a repeat is asked
 * for by nobody, only how many rows it has. */
static void
reads_add_whole(struct resolver *r, const struct question *q)
{
	reads_add(r, q);
	for (const struct question *c = q->first; c && q->type == Q_GROUP; c = c->next)
		reads_add_whole(r, c);
}

static void
instances_add(struct resolver *r, const char *id)
{
	for (size_t i = 0; i < r->instances_n; i++)
		if (!strcmp(r->instances[i], id))
			return;
	r->instances = room(r->e->arena, r->instances, r->instances_n, &r->instances_cap,
	    sizeof *r->instances);
	r->instances[r->instances_n++] = id;
}

static bool
fault(struct resolver *r, size_t at, const char *fmt, const char *name, const char *near)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	return near ? xerr(r->err, r->e->text, at, fmt, name, near) :
	    xerr(r->err, r->e->text, at, fmt, name);
#pragma GCC diagnostic pop
}

/* "no question is called 'agee' (did you mean 'age'?)" */
static bool
no_question(struct resolver *r, size_t at, const char *name)
{
	const struct form *f = r->scope->form;
	struct near near;

	near_start(&near, name);
	for (size_t i = 1; i < f->questions_n; i++)
		near_try(&near, f->questions[i]->name);
	if (near.best)
		return fault(r, at, _("no question is called '%s' (did you mean '%s'?)"), name,
		    near.best);
	return fault(r, at, _("no question is called '%s'"), name, NULL);
}

static const struct question *
named(struct resolver *r, size_t at, const char *name)
{
	bool many = false;
	const struct question *q;

	if (!r->scope->form) {
		fault(r, at, _("${%s} names a question, but there is no form here"), name, NULL);
		return NULL;
	}
	q = form_find(r->scope->form, name, &many);
	if (q)
		return q;
	if (many)
		fault(r, at,
		    _("two questions are called '%s': write the path of the one that is meant"),
		    name, NULL);
	else
		no_question(r, at, name);
	return NULL;
}

/* ---- steps -------------------------------------------------------------- */

static bool
name_matches(const struct xstep *step, const struct question *q)
{
	if (q->attribute && step->axis != AXIS_SELF)
		return false;
	if (step->test == TEST_NAME)
		return !strcmp(step->name, q->name);
	return step->test == TEST_ANY || step->test == TEST_NODE;
}

static void
take(struct resolver *r, const struct xstep *step, const struct question *q, struct set *out)
{
	if (name_matches(step, q))
		set_add(r, out, q);
}

static void
take_below(struct resolver *r, const struct xstep *step, const struct question *q,
    struct set *out)
{
	for (const struct question *c = q->first; c; c = c->next) {
		take(r, step, c, out);
		take_below(r, step, c, out);
	}
}

static const struct question *
element_above(const struct question *q)
{
	return q->attribute ? q->attribute_of : q->parent;
}

/* Attributes that are questions; others are read where they stand. */
static void
step_to_attributes(struct resolver *r, const struct xstep *step, const struct set *from,
    struct set *out)
{
	bool all = step->test != TEST_NAME;

	for (size_t i = 0; i < from->n; i++) {
		const struct question *a =
		    question_attribute(from->v[i], all ? NULL : step->name);

		for (; a; a = all ? question_next_attribute(a) : NULL) {
			set_add(r, out, a);
			reads_add(r, a);
		}
	}
}

/* One axis from one question. Siblings and what follows or precedes are taken
 * in both directions: rows of a repeat follow each other. */
static void
step_from(struct resolver *r, const struct xstep *step, const struct question *q,
    struct set *out)
{
	const struct question *root = r->scope->form->questions[0];

	switch (step->axis) {
	case AXIS_CHILD:
		for (const struct question *c = q->first; c; c = c->next)
			take(r, step, c, out);
		break;
	case AXIS_SELF:
		take(r, step, q, out);
		break;
	case AXIS_DESCENDANT_OR_SELF:
		take(r, step, q, out);
		take_below(r, step, q, out);
		break;
	case AXIS_DESCENDANT:
		take_below(r, step, q, out);
		break;
	case AXIS_PARENT:
		if (element_above(q))
			take(r, step, element_above(q), out);
		else
			out->document = true;
		break;
	case AXIS_ANCESTOR_OR_SELF:
		take(r, step, q, out);
		/* fallthrough */
	case AXIS_ANCESTOR:
		for (q = element_above(q); q; q = element_above(q))
			take(r, step, q, out);
		out->document |= step->test == TEST_NODE;
		break;
	case AXIS_FOLLOWING_SIBLING:
	case AXIS_PRECEDING_SIBLING:
		for (const struct question *c = q->parent ? q->parent->first : NULL; c; c = c->next)
			take(r, step, c, out);
		break;
	case AXIS_FOLLOWING:
	case AXIS_PRECEDING:
		take_below(r, step, root, out);
		break;
	default:
		break;
	}
}

static bool
nothing_there(struct resolver *r, const struct xstep *step, const struct set *from)
{
	struct near near;
	const struct question *q = from->n == 1 ? from->v[0] : NULL;

	if (from->document && !from->n)
		return xerr(r->err, r->e->text, step->at,
		    _("paths of this form begin with /%s, not with /%s"),
		    r->scope->form->questions[0]->name, step->name);
	if (q && !q->first)
		return xerr(r->err, r->e->text, step->at,
		    _("'%s' has nothing below it, so '%s' finds nothing (${%s} is the question of "
		      "that name)"), q->name, step->name, step->name);
	near_start(&near, step->name);
	for (const struct question *c = q ? q->first : NULL; c; c = c->next)
		near_try(&near, c->name);
	if (near.best)
		return xerr(r->err, r->e->text, step->at,
		    _("no question in '%s' is called '%s' (did you mean '%s'?)"), q->name,
		    step->name, near.best);
	return q ? xerr(r->err, r->e->text, step->at, _("no question in '%s' is called '%s'"),
	    q->name, step->name) : no_question(r, step->at, step->name);
}

/* Names that are no slip: XForms keeps its own nodes in <meta>, which is no
 * question, and many a form writes null where '' is meant. */
static bool
may_be_nothing(const struct xstep *step, const struct set *from)
{
	return (!strcmp(step->name, "meta") && from->n == 1 && !from->v[0]->parent) ||
	    !strcmp(step->name, "null");
}

static bool
step_over(struct resolver *r, struct xstep *step, const struct set *from, struct set *out)
{
	bool below = step->axis == AXIS_CHILD || step->axis == AXIS_DESCENDANT;

	*out = (struct set){ .unknown = from->unknown };
	if (step->test == TEST_TEXT || step->axis == AXIS_ATTRIBUTE ||
	    step->axis == AXIS_NAMESPACE || step->test == TEST_COMMENT || step->test == TEST_PI) {
		for (size_t i = 0; i < from->n; i++)
			reads_add(r, from->v[i]);
		if (step->axis == AXIS_ATTRIBUTE)
			step_to_attributes(r, step, from, out);
		out->unknown |= out->n == 0;
		return true;
	}
	if (from->unknown || !r->scope->form)
		return true;
	if (from->document) {
		const struct question *root = r->scope->form->questions[0];

		if (step->axis == AXIS_SELF || step->axis == AXIS_DESCENDANT_OR_SELF)
			out->document = step->test == TEST_NODE;
		if (step->axis == AXIS_CHILD)
			take(r, step, root, out);
		if (step->axis == AXIS_DESCENDANT || step->axis == AXIS_DESCENDANT_OR_SELF) {
			take(r, step, root, out);
			take_below(r, step, root, out);
		}
	}
	for (size_t i = 0; i < from->n; i++)
		step_from(r, step, from->v[i], out);
	if (!out->n && !out->document && step->test == TEST_NAME && below &&
	    (from->n || from->document)) {
		if (!may_be_nothing(step, from) && !r->scope->form->xform)
			return nothing_there(r, step, from);
		out->unknown = true;
	}
	if (out->n == 1 && !out->document && step->axis == AXIS_CHILD)
		step->q = out->v[0];
	return true;
}

static bool
resolve_namespace(struct resolver *r, struct xstep *step)
{
	const struct expr_scope *s = r->scope;

	if (!step->prefix) {
		step->ns = step->axis == AXIS_ATTRIBUTE ? (s->default_ns ? "" : NULL) :
		    s->default_ns;
		return true;
	}
	for (size_t i = 0; i + 1 < s->prefixes_n; i += 2) {
		if (!strcmp(s->prefixes[i], step->prefix)) {
			step->ns = s->prefixes[i + 1];
			return true;
		}
	}
	if (!strcmp(step->prefix, "xml"))
		step->ns = "http://www.w3.org/XML/1998/namespace";
	else if (!s->form)
		return xerr(r->err, r->e->text, step->at,
		    _("the prefix '%s' stands for no namespace"), step->prefix);
	return true;
}

static bool
walk_predicates(struct resolver *r, struct xnode **preds, size_t n, const struct set *ctx)
{
	struct set ignored;

	for (size_t i = 0; i < n; i++)
		if (!walk(r, preds[i], ctx, &ignored))
			return false;
	return true;
}

static bool
goes_down(const struct xstep *step)
{
	return step->axis != AXIS_PARENT && step->axis != AXIS_SELF &&
	    step->axis != AXIS_ANCESTOR && step->axis != AXIS_ANCESTOR_OR_SELF;
}

static bool
walk_steps(struct resolver *r, struct xnode *path, struct set from, struct set *out)
{
	*out = from;
	for (size_t i = 0; i < path->steps_n; i++) {
		struct xstep *step = &path->steps[i];

		/* A path down through a repeat changes when rows come and go. */
		for (size_t k = 0; k < out->n && i && goes_down(step - 1); k++)
			if (out->v[k]->type == Q_REPEAT)
				reads_add(r, out->v[k]);
		from = *out;
		if (!resolve_namespace(r, step) || !step_over(r, step, &from, out) ||
		    !walk_predicates(r, step->preds, step->preds_n, out))
			return false;
		if (step->preds_n)
			xlookup_find(step->preds[0], &step->key, &step->value);
	}
	return true;
}

/* ---- columns of a choice_filter ------------------------------------------ */

static bool
to_column(struct resolver *r, struct xnode *x)
{
	const struct choice_list *list = r->scope->list_of->list;
	const char *name = x->steps[0].name;
	struct near near;

	x->kind = X_COLUMN;
	x->text = name;
	x->len = strlen(name);
	if (!list || !strcmp(name, "name") || !strcmp(name, "label"))
		return true;
	near_start(&near, name);
	for (size_t i = 0; i < list->columns_n; i++) {
		if (!strcmp(list->columns[i], name))
			return true;
		near_try(&near, list->columns[i]);
	}
	if (near.best)
		return xerr(r->err, r->e->text, x->at,
		    _("the list '%s' has no column '%s' (did you mean '%s'?)"), list->name, name,
		    near.best);
	return xerr(r->err, r->e->text, x->at, _("the list '%s' has no column '%s'"), list->name,
	    name);
}

/* ---- calls --------------------------------------------------------------- */

/* Lists and tables that a form knows by itself. */
static bool
form_has_instance(const struct form *f, const char *id)
{
	if (form_list(f, id))
		return true;
	for (size_t i = 0; i < f->questions_n; i++)
		if (f->questions[i]->dataset && !strcmp(f->questions[i]->dataset, id))
			return true;
	return false;
}

static bool
walk_instance(struct resolver *r, struct xnode *x)
{
	const struct expr_scope *s = r->scope;

	if (!x->args_n)
		return true;
	/* The label of a list is that of the language. */
	r->e->reads.language = true;
	if (x->args[0]->kind != X_STRING)
		return s->form == NULL || xerr(r->err, r->e->text, x->args[0]->at,
		    _("%s() needs the name of a list between quotes"), x->text);
	instances_add(r, x->args[0]->text);
	if (s->form && s->instance_known && !form_has_instance(s->form, x->args[0]->text) &&
	    !s->instance_known(s->ctx, x->args[0]->text))
		return xerr(r->err, r->e->text, x->args[0]->at, _("no list is called '%s'"),
		    x->args[0]->text);
	return true;
}

static void
name_read(struct resolver *r, const char *name)
{
	const struct question *q = name ? form_find(r->scope->form, name, NULL) : NULL;

	if (q)
		reads_add(r, q);
}

/* The answers that a text names: ${name}. */
static void
names_read(struct resolver *r, const char *s)
{
	for (s = s ? strstr(s, "${") : NULL; s; s = strstr(s + 2, "${"))
		name_read(r, arena_strndup(r->e->arena, s + 2, strcspn(s + 2, "}")));
}

/* What decides which choice a code is, and what its label says. */
static void
labels_read(struct resolver *r, const struct question *q)
{
	size_t langs = r->scope->form->languages_n;

	names_read(r, q->choice_filter.text);
	name_read(r, q->from_repeat);
	name_read(r, q->from_label);
	for (size_t i = 0; q->list && i < q->list->n * langs; i++)
		if (q->list->v[i / langs].label.in)
			names_read(r, q->list->v[i / langs].label.in[i % langs]);
}

/* jr:choice-name(value, '${q}'): the path is a text; what counts is its name. */
static bool
walk_choice_name(struct resolver *r, struct xnode *x)
{
	struct xnode *path = x->args[1];
	const char *name, *end;

	if (!r->scope->form)
		return true;
	if (path->kind != X_STRING)
		return xerr(r->err, r->e->text, path->at,
		    _("the question goes between quotes here: jr:choice-name(${q}, '${q}')"));
	name = path->text;
	while (*name == ' ' || *name == '$' || *name == '{')
		name++;
	for (end = name + strlen(name); end > name && (end[-1] == ' ' || end[-1] == '}'); end--)
		;
	for (const char *s = name; s < end; s++)
		if (*s == '/' || *s == '{')
			name = s + 1;
	x->q = named(r, path->at, arena_strndup(r->e->arena, name, (size_t)(end - name)));
	if (x->q)
		labels_read(r, x->q);
	if (!x->q || x->q->list || x->q->dataset || x->q->from_repeat)
		return x->q != NULL;
	return xerr(r->err, r->e->text, path->at, _("'%s' has no choices"), x->q->name);
}

static void
note_call(struct resolver *r, const struct xnode *x)
{
	struct expr_reads *reads = &r->e->reads;

	if (x_is_call(x, "today") || x_is_call(x, "now"))
		reads->clock = true;
	else if (x_is_call(x, "random") || x_is_call(x, "uuid") ||
	    (x_is_call(x, "randomize") && x->args_n == 1))
		reads->random = true;
	else if (x_is_call(x, "position") || x_is_call(x, "previous") || x_is_call(x, "run-length"))
		reads->position = true;
	else if (x_is_call(x, "once"))
		reads->self = true;
	else if (x_is_call(x, "jr:choice-name") || x_is_call(x, "jr:itext"))
		reads->language = true;
}

static bool
walk_call(struct resolver *r, struct xnode *x, const struct set *ctx, struct set *out)
{
	bool earlier = r->earlier;
	struct set set, of = { .unknown = true };

	note_call(r, x);
	if (x_is_call(x, "current")) {
		*out = r->self;
		return true;
	}
	if ((x_is_call(x, "instance") || x_is_call(x, "pulldata")) && !walk_instance(r, x))
		return false;
	if (x_is_call(x, "jr:choice-name") && !walk_choice_name(r, x))
		return false;
	r->earlier = earlier || x_is_call(x, "previous");
	for (size_t i = 0; i < x->args_n; i++) {
		/* The test of run-length() is asked of each row. */
		bool test = i == 1 && x_is_call(x, "run-length");

		r->as_set = xown_takes_all(x, i);
		if (!walk(r, x->args[i], test ? &of : ctx, &set))
			return false;
		if (i == 0)
			of = set;
	}
	r->earlier = earlier;
	if (x_is_call(x, "randomize"))
		*out = of;
	return true;
}

/* ---- the tree ------------------------------------------------------------ */

static bool
walk_ref(struct resolver *r, struct xnode *x, struct set *out)
{
	x->q = named(r, x->at, x->text);
	if (!x->q)
		return false;
	if (x->kind == X_SAVED) {
		r->e->reads.last_saved = true;
		return true;
	}
	reads_add_whole(r, x->q);
	*out = (struct set){ 0 };
	set_add(r, out, x->q);
	return true;
}

static bool
is_self(const struct xnode *x, const struct resolver *r, const struct set *ctx,
    const struct set *found)
{
	if (found->n != 1 || r->self.n != 1 || found->v[0] != r->self.v[0])
		return false;
	for (size_t i = 0; i < x->steps_n; i++)
		if (x->steps[i].axis != AXIS_SELF)
			return false;
	return x->a ? x_is_call(x->a, "current") : ctx == &r->self;
}

/* instance('__last-saved')/data/x: how an XForm writes ${last-saved#x}. */
static bool
is_last_saved(const struct xnode *x, const struct resolver *r)
{
	return r->scope->form && x->a && x_is_call(x->a, "instance") &&
	    x->a->args[0]->kind == X_STRING && !strcmp(x->a->args[0]->text, "__last-saved") &&
	    x->steps_n > 1 && x->steps[x->steps_n - 1].test == TEST_NAME;
}

static bool
walk_path(struct resolver *r, struct xnode *x, const struct set *ctx, struct set *out)
{
	struct set from = *ctx;
	bool as_set = r->as_set;

	r->as_set = false;
	xattr_fold(r->scope, x);
	if (x->kind == X_STRING) {
		*out = (struct set){ .unknown = true };
		return true;
	}
	if (is_last_saved(x, r)) {
		x->kind = X_SAVED;
		x->text = x->steps[x->steps_n - 1].name;
		return walk_ref(r, x, out);
	}
	if (ctx->item && r->scope->list_of && x_is_bare_name(x))
		return to_column(r, x);
	from.item = false;
	if (!as_set)
		xown_row(r->e, r->scope, x);
	if (x->absolute)
		from = (struct set){ .document = true, .unknown = !r->scope->form };
	if (x->a && !walk(r, x->a, ctx, &from))
		return false;
	if (!walk_steps(r, x, from, out))
		return false;
	if (is_self(x, r, ctx, out)) {
		r->e->reads.self = true;
		return true;
	}
	/* `..` is where one stands, as in position(..), not what is read there. */
	for (size_t i = 0; i < out->n; i++)
		if (!out->v[i]->first || !x->steps_n || goes_down(&x->steps[x->steps_n - 1]))
			reads_add_whole(r, out->v[i]);
	if (out->n == 1 && !out->unknown && !out->document)
		x->q = out->v[0];
	return true;
}

static bool
walk(struct resolver *r, struct xnode *x, const struct set *ctx, struct set *out)
{
	struct set other;
	bool as_set = r->as_set;

	*out = (struct set){ .unknown = true };
	r->as_set = as_set && (x->kind == X_PATH || x->kind == X_FILTER || x->kind == X_UNION);
	switch (x->kind) {
	case X_STRING:
	case X_NUMBER:
	case X_COLUMN:
	case X_FAULT:
		return true;
	case X_REF:
	case X_SAVED:
		return walk_ref(r, x, out);
	case X_ROW:
		out->unknown = false;
		set_add(r, out, x->q);
		return true;
	case X_CALL:
		return walk_call(r, x, ctx, out);
	case X_PATH:
		return walk_path(r, x, ctx, out);
	case X_FILTER:
		if (!walk(r, x->a, ctx, out))
			return false;
		x->q = x->a->q;
		return walk_predicates(r, x->args, x->args_n, out);
	case X_UNION:
		if (!walk(r, x->a, ctx, out))
			return false;
		r->as_set = as_set;
		if (!walk(r, x->b, ctx, &other))
			return false;
		for (size_t i = 0; i < other.n; i++)
			set_add(r, out, other.v[i]);
		out->unknown |= other.unknown;
		return true;
	default:
		return walk(r, x->a, ctx, &other) && (!x->b || walk(r, x->b, ctx, &other));
	}
}

/* ---- the whole ------------------------------------------------------------ */

static void
fold_constant(struct expr *e)
{
	const struct xnode *x = e->top;
	bool negate = false;

	if (x_is_call(x, "not")) {
		negate = true;
		x = x->args[0];
	}
	if (!x_is_call(x, "true") && !x_is_call(x, "false"))
		return;
	e->constant = true;
	e->constant_value = x_is_call(x, "true") != negate;
}

static void
keep_reads(struct resolver *r)
{
	struct arena *arena = r->e->arena;
	const struct question **all = arena_alloc(arena, (r->reads_n + 1) * sizeof *all);
	const struct question **earlier = arena_alloc(arena, (r->reads_n + 1) * sizeof *earlier);
	struct expr_reads *reads = &r->e->reads;

	for (size_t i = 0; i < r->reads_n; i++) {
		all[reads->questions_n++] = r->reads[i].q;
		if (r->reads[i].earlier)
			earlier[reads->earlier_n++] = r->reads[i].q;
	}
	reads->questions = all;
	reads->earlier = earlier;
	reads->instances = r->instances;
	reads->instances_n = r->instances_n;
}

static bool
resolve(struct resolver *r)
{
	const struct expr_scope *scope = r->scope;
	struct expr *e = r->e;
	struct set top, out;

	if (scope->form)
		set_add(r, &r->self, scope->at ? scope->at : scope->form->questions[0]);
	else
		r->self.unknown = true;
	top = (struct set){ .unknown = true, .item = true };
	if (scope->list_of && scope->list_of->from_repeat) {
		const struct question *q = named(r, 0, scope->list_of->from_repeat);

		if (!q)
			return false;
		top = (struct set){ 0 };
		set_add(r, &top, q->repeat ? q->repeat : q);
	}
	if (!walk(r, e->top, scope->list_of ? &top : &r->self, &out))
		return false;
	if (scope->list_of && top.item)
		xlookup_find(e->top, &e->key, &e->value);
	fold_constant(e);
	keep_reads(r);
	return true;
}

bool
xresolve(struct expr *e, const struct expr_scope *scope, struct err *err)
{
	struct resolver r = { .e = e, .scope = scope, .err = err, .scratch = arena_new() };
	bool ok = resolve(&r);

	arena_free(r.scratch);
	return ok;
}
