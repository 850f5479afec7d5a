#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/num.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "logic/xlex.h"
#include "logic/xtree.h"

/* Nesting in the text, and depth of the tree that a long `a + b + c ...` makes:
 * evaluation recurses that deep. */
#define NESTING_MAX 120
#define DEPTH_MAX 1500

struct parser {
	struct lexer lx;
	struct arena *arena;
	struct err *err;
	bool lazy_faults;
	int nesting;
};

static struct xnode *parse_binary(struct parser *, int level);

bool
xerr(struct err *err, const char *text, size_t at, const char *fmt, ...)
{
	char sentence[sizeof err->text];
	va_list ap;
	int col = 1;

	for (size_t i = 0; i < at && text[i]; i++)
		col += (text[i] & 0xC0) != 0x80;
	if (at && (text[at] & 0xC0) == 0x80)
		col--;
	va_start(ap, fmt);
	vsnprintf(sentence, sizeof sentence, fmt, ap);
	va_end(ap);
	return err_at(err, NULL, 0, col, "%s", sentence);
}

static bool
next(struct parser *p)
{
	return lex_next(&p->lx, p->err);
}

static const struct token *
now(const struct parser *p)
{
	return &p->lx.now;
}

static void *
fail(struct parser *p, const char *sentence)
{
	xerr(p->err, p->lx.text, now(p)->at, "%s", sentence);
	return NULL;
}

static void *
unexpected(struct parser *p, const char *wanted)
{
	const struct token *t = now(p);

	if (t->word == W_END)
		xerr(p->err, p->lx.text, t->at, _("the expression ends where %s should follow"),
		    wanted);
	else
		xerr(p->err, p->lx.text, t->at, _("found '%.*s' where %s should be"),
		    (int)(p->lx.pos - t->at), p->lx.text + t->at, wanted);
	return NULL;
}

static struct xnode *
make(struct parser *p, enum xkind kind, size_t at)
{
	struct xnode *x = arena_alloc(p->arena, sizeof *x);

	x->kind = kind;
	x->at = at;
	x->depth = 1;
	return x;
}

static struct xnode *
deepen(struct parser *p, struct xnode *x, const struct xnode *below)
{
	if (below && below->depth >= x->depth)
		x->depth = below->depth + 1;
	if (x->depth <= DEPTH_MAX)
		return x;
	return fail(p, _("the expression is too long: split it over two questions"));
}

struct list {
	struct xnode **v;
	size_t n, cap;
};

static void
push(struct parser *p, struct list *l, struct xnode *x)
{
	if (l->n == l->cap) {
		struct xnode **v = arena_alloc(p->arena, (l->cap ? l->cap * 2 : 2) * sizeof *v);

		if (l->n)
			memcpy(v, l->v, l->n * sizeof *v);
		l->v = v;
		l->cap = l->cap ? l->cap * 2 : 2;
	}
	l->v[l->n++] = x;
}

static bool
name_is(const struct token *t, const char *name)
{
	return t->len == strlen(name) && !strncmp(t->s, name, t->len);
}

static bool
parse_predicates(struct parser *p, struct list *preds)
{
	while (now(p)->word == W_OPEN_BOX) {
		struct xnode *x;

		if (!next(p))
			return false;
		x = parse_binary(p, 0);
		if (!x)
			return false;
		if (now(p)->word != W_CLOSE_BOX)
			return unexpected(p, "]") != NULL;
		push(p, preds, x);
		if (!next(p))
			return false;
	}
	return true;
}

static bool
axis_named(struct parser *p, enum axis *axis)
{
	static const char *const names[] = { "child", "descendant", "parent", "ancestor",
		"following-sibling", "preceding-sibling", "following", "preceding", "attribute",
		"namespace", "self", "descendant-or-self", "ancestor-or-self" };
	struct near near;
	char wanted[64];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (name_is(now(p), names[i])) {
			*axis = (enum axis)i;
			return true;
		}
	}
	snprintf(wanted, sizeof wanted, "%.*s", (int)now(p)->len, now(p)->s);
	near_start(&near, wanted);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		near_try(&near, names[i]);
	if (near.best)
		return xerr(p->err, p->lx.text, now(p)->at,
		    _("no axis is called '%s' (did you mean '%s'?)"), wanted, near.best);
	return xerr(p->err, p->lx.text, now(p)->at, _("no axis is called '%s'"), wanted);
}

static bool
is_node_type(const struct token *t)
{
	return name_is(t, "node") || name_is(t, "text") || name_is(t, "comment") ||
	    name_is(t, "processing-instruction");
}

static bool
parens_follow(const struct parser *p)
{
	const char *s = p->lx.text + p->lx.pos;

	while (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\r')
		s++;
	return *s == '(';
}

static bool
parse_node_type(struct parser *p, struct xstep *step)
{
	const struct token *t = now(p);

	step->test = name_is(t, "node") ? TEST_NODE : name_is(t, "text") ? TEST_TEXT :
	    name_is(t, "comment") ? TEST_COMMENT : TEST_PI;
	if (!next(p) || !next(p))
		return false;
	if (step->test == TEST_PI && now(p)->word == W_STRING) {
		step->name = arena_strndup(p->arena, now(p)->s, now(p)->len);
		if (!next(p))
			return false;
	}
	if (now(p)->word != W_CLOSE)
		return unexpected(p, ")") != NULL;
	return next(p);
}

static bool
parse_name_test(struct parser *p, struct xstep *step)
{
	const struct token *t = now(p);
	const char *colon;

	if (t->word == W_STAR) {
		step->test = TEST_ANY;
		return next(p);
	}
	if (t->word != W_NAME)
		return unexpected(p, _("a name")) != NULL;
	if (is_node_type(t) && parens_follow(p))
		return parse_node_type(p, step);
	colon = memchr(t->s, ':', t->len);
	step->test = TEST_NAME;
	if (colon)
		step->prefix = arena_strndup(p->arena, t->s, (size_t)(colon - t->s));
	else
		colon = t->s - 1;
	step->name = arena_strndup(p->arena, colon + 1, t->len - (size_t)(colon + 1 - t->s));
	if (!strcmp(step->name, "*"))
		step->test = TEST_ANY;
	return next(p);
}

static bool
parse_step(struct parser *p, struct xstep *step)
{
	struct list preds = { 0 };
	enum word word = now(p)->word;

	step->at = now(p)->at;
	if (word == W_DOT || word == W_DOTS) {
		step->axis = word == W_DOT ? AXIS_SELF : AXIS_PARENT;
		step->test = TEST_NODE;
		if (!next(p))
			return false;
	} else {
		if (word == W_AXIS && !axis_named(p, &step->axis))
			return false;
		if (word == W_AT)
			step->axis = AXIS_ATTRIBUTE;
		if ((word == W_AXIS || word == W_AT) && !next(p))
			return false;
		if (!parse_name_test(p, step))
			return false;
	}
	if (!parse_predicates(p, &preds))
		return false;
	step->preds = preds.v;
	step->preds_n = preds.n;
	return true;
}

static bool
starts_step(const struct token *t)
{
	return t->word == W_NAME || t->word == W_STAR || t->word == W_AT || t->word == W_AXIS ||
	    t->word == W_DOT || t->word == W_DOTS;
}

static struct xstep *
add_step(struct parser *p, struct xnode *path)
{
	size_t n = path->steps_n;

	/* Room for 1, 2, 4, 8 ...: most paths have one step, and forms have many. */
	if ((n & (n - 1)) == 0) {
		struct xstep *v = arena_alloc(p->arena, (n ? n * 2 : 1) * sizeof *v);

		if (path->steps_n)
			memcpy(v, path->steps, path->steps_n * sizeof *v);
		path->steps = v;
	}
	return &path->steps[path->steps_n++];
}

static struct xnode *
parse_steps(struct parser *p, struct xnode *path)
{
	for (;;) {
		struct xstep *step = add_step(p, path);

		if (!parse_step(p, step))
			return NULL;
		for (size_t i = 0; i < step->preds_n; i++)
			if (!deepen(p, path, step->preds[i]))
				return NULL;
		if (now(p)->word != W_SLASH && now(p)->word != W_SLASHES)
			return path;
		if (now(p)->word == W_SLASHES) {
			step = add_step(p, path);
			step->axis = AXIS_DESCENDANT_OR_SELF;
			step->test = TEST_NODE;
			step->at = now(p)->at;
		}
		if (!next(p))
			return NULL;
	}
}

static struct xnode *
parse_location(struct parser *p)
{
	struct xnode *path = make(p, X_PATH, now(p)->at);
	enum word word = now(p)->word;

	if (word == W_SLASH || word == W_SLASHES) {
		path->absolute = true;
		if (!next(p))
			return NULL;
		if (word == W_SLASH && !starts_step(now(p)))
			return path;
		if (word == W_SLASHES) {
			struct xstep *step = add_step(p, path);

			step->axis = AXIS_DESCENDANT_OR_SELF;
			step->test = TEST_NODE;
			step->at = path->at;
		}
	}
	return parse_steps(p, path);
}

static void
nearest_function(const char *name, struct near *near)
{
	size_t n;
	const struct expr_function *fn = expr_functions(&n);

	near_start(near, name);
	for (size_t i = 0; i < n; i++)
		near_try(near, fn[i].name);
}

/* A fault in a call: at once, or when it is reached. */
static struct xnode *
call_fault(struct parser *p, struct xnode *call, const char *sentence)
{
	if (!p->lazy_faults) {
		xerr(p->err, p->lx.text, call->at, "%s", sentence);
		return NULL;
	}
	call->kind = X_FAULT;
	call->text = arena_strdup(p->arena, sentence);
	return call;
}

static struct xnode *
check_call(struct parser *p, struct xnode *call)
{
	size_t n;
	const struct expr_function *fn = expr_functions(&n), *f;
	char sentence[256];
	struct near near;

	for (call->fn = 0; call->fn < n && strcmp(fn[call->fn].name, call->text); call->fn++)
		;
	if (call->fn == n) {
		nearest_function(call->text, &near);
		if (near.best)
			snprintf(sentence, sizeof sentence,
			    _("no function is called '%.60s' (did you mean '%s'?)"), call->text,
			    near.best);
		else
			snprintf(sentence, sizeof sentence, _("no function is called '%.60s'"),
			    call->text);
		return call_fault(p, call, sentence);
	}
	f = &fn[call->fn];
	if ((int)call->args_n >= f->min && (f->max < 0 || (int)call->args_n <= f->max))
		return call;
	snprintf(sentence, sizeof sentence, _("%s is given %u arguments; it is written %s"),
	    f->name, call->args_n, f->usage);
	return call_fault(p, call, sentence);
}

static struct xnode *
parse_call(struct parser *p)
{
	struct xnode *call = make(p, X_CALL, now(p)->at), *arg;
	struct list args = { 0 };

	call->text = arena_strndup(p->arena, now(p)->s, now(p)->len);
	if (!next(p) || !next(p))
		return NULL;
	while (now(p)->word != W_CLOSE) {
		arg = parse_binary(p, 0);
		if (!arg || !deepen(p, call, arg))
			return NULL;
		push(p, &args, arg);
		if (now(p)->word == W_CLOSE)
			break;
		if (now(p)->word != W_COMMA)
			return unexpected(p, _("a comma or )"));
		if (!next(p))
			return NULL;
		if (now(p)->word == W_CLOSE)
			return unexpected(p, _("an argument"));
	}
	call->args = args.v;
	call->args_n = args.n;
	if (!next(p))
		return NULL;
	return check_call(p, call);
}

static struct xnode *
parse_ref(struct parser *p)
{
	static const char saved[] = "last-saved#";
	struct xnode *x = make(p, X_REF, now(p)->at);

	x->text = arena_strndup(p->arena, now(p)->s, now(p)->len);
	if (!strncmp(x->text, saved, sizeof saved - 1)) {
		x->kind = X_SAVED;
		x->text += sizeof saved - 1;
	}
	return next(p) ? x : NULL;
}

static struct xnode *
parse_primary(struct parser *p)
{
	const struct token *t = now(p);
	struct xnode *x;

	switch (t->word) {
	case W_STRING:
		x = make(p, X_STRING, t->at);
		x->text = arena_strndup(p->arena, t->s, t->len);
		x->len = t->len;
		return next(p) ? x : NULL;
	case W_NUMBER:
		x = make(p, X_NUMBER, t->at);
		x->number = num_parse(arena_strndup(p->arena, t->s, t->len));
		return next(p) ? x : NULL;
	case W_REF:
		return parse_ref(p);
	case W_OPEN:
		if (!next(p))
			return NULL;
		x = parse_binary(p, 0);
		if (!x)
			return NULL;
		if (now(p)->word != W_CLOSE)
			return unexpected(p, ")");
		return next(p) ? x : NULL;
	default:
		return parse_call(p);
	}
}

static bool
is_primary(const struct parser *p)
{
	const struct token *t = now(p);

	return t->word == W_STRING || t->word == W_NUMBER || t->word == W_REF ||
	    t->word == W_OPEN || (t->word == W_NAME && parens_follow(p) && !is_node_type(t));
}

/* A primary expression with what may follow it: [..] and /steps. */
static struct xnode *
parse_filter(struct parser *p)
{
	struct xnode *x = parse_primary(p), *path;
	struct list preds = { 0 };
	enum word word;

	if (!x || !parse_predicates(p, &preds))
		return NULL;
	if (preds.n) {
		struct xnode *filter = make(p, X_FILTER, x->at);

		filter->a = x;
		filter->args = preds.v;
		filter->args_n = preds.n;
		for (size_t i = 0; i < preds.n; i++)
			if (!deepen(p, filter, preds.v[i]))
				return NULL;
		x = deepen(p, filter, x);
	}
	word = now(p)->word;
	if (!x || (word != W_SLASH && word != W_SLASHES))
		return x;
	path = make(p, X_PATH, x->at);
	path->a = x;
	if (word == W_SLASHES) {
		struct xstep *step = add_step(p, path);

		step->axis = AXIS_DESCENDANT_OR_SELF;
		step->test = TEST_NODE;
		step->at = now(p)->at;
	}
	if (!deepen(p, path, x) || !next(p))
		return NULL;
	return parse_steps(p, path);
}

static struct xnode *
parse_operand(struct parser *p)
{
	if (is_primary(p))
		return parse_filter(p);
	if (now(p)->word == W_SLASH || now(p)->word == W_SLASHES || starts_step(now(p)))
		return parse_location(p);
	return unexpected(p, _("a value"));
}

/* Loosest first. The union binds tighter than the minus sign. */
static const struct {
	enum op first, last;
} levels[] = { { OP_OR, OP_OR }, { OP_AND, OP_AND }, { OP_EQ, OP_NE }, { OP_LT, OP_GE },
	{ OP_ADD, OP_SUB }, { OP_MUL, OP_MOD }, { OP_UNION, OP_UNION } };
#define LEVEL_UNION 6

static const enum xkind kind_of[] = { X_OR, X_AND, X_EQ, X_NE, X_LT, X_LE, X_GT, X_GE, X_ADD,
	X_SUB, X_MUL, X_DIV, X_MOD, X_UNION };

static struct xnode *
parse_minus(struct parser *p)
{
	struct xnode *x = make(p, X_NEG, now(p)->at);

	if (!next(p))
		return NULL;
	x->a = parse_binary(p, LEVEL_UNION);
	return x->a ? deepen(p, x, x->a) : NULL;
}

static struct xnode *
parse_chain(struct parser *p, int level)
{
	struct xnode *left, *x;
	const struct token *t = now(p);

	if (level > LEVEL_UNION)
		return parse_operand(p);
	if (level == LEVEL_UNION && t->word == W_OPERATOR && t->op == OP_SUB)
		return parse_minus(p);
	left = parse_binary(p, level + 1);
	while (left && t->word == W_OPERATOR && t->op >= levels[level].first &&
	    t->op <= levels[level].last) {
		x = make(p, kind_of[t->op], t->at);
		x->a = left;
		if (!next(p))
			return NULL;
		x->b = parse_binary(p, level + 1);
		if (!x->b || !deepen(p, x, x->a))
			return NULL;
		left = deepen(p, x, x->b);
	}
	return left;
}

static struct xnode *
parse_binary(struct parser *p, int level)
{
	struct xnode *x;

	if (p->nesting > NESTING_MAX * (LEVEL_UNION + 2))
		return fail(p, _("brackets are nested too deep: split it over two questions"));
	p->nesting++;
	x = parse_chain(p, level);
	p->nesting--;
	return x;
}

struct xnode *
xparse(const char *text, bool lazy_faults, struct arena *arena, struct err *err)
{
	struct parser p = { .lx = { .text = text }, .arena = arena, .err = err,
		.lazy_faults = lazy_faults };
	struct xnode *x;

	if (!next(&p))
		return NULL;
	if (now(&p)->word == W_END)
		return fail(&p, _("the expression is empty"));
	x = parse_binary(&p, 0);
	if (x && now(&p)->word != W_END)
		return unexpected(&p, _("an operator or the end"));
	return x;
}
