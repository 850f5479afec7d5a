/* What an index can answer in a predicate or choice_filter. */
#include <string.h>

#include "logic/xtree.h"

bool
x_is_bare_name(const struct xnode *x)
{
	return x->kind == X_PATH && !x->absolute && !x->a && x->steps_n == 1 &&
	    x->steps[0].axis == AXIS_CHILD && x->steps[0].test == TEST_NAME &&
	    !x->steps[0].preds_n && !x->steps[0].prefix;
}

bool
x_is_call(const struct xnode *x, const char *name)
{
	return x->kind == X_CALL && !strcmp(x->text, name);
}

/* Functions that give each node its own answer, or another one each time. */
static bool
moves(const struct xnode *call)
{
	static const char *const fixed_bare[] = { "true", "false", "today", "now", "pi",
		"current" };
	static const char *const moving[] = { "random", "randomize", "uuid", "once", "lang" };

	for (size_t i = 0; i < sizeof moving / sizeof *moving; i++)
		if (x_is_call(call, moving[i]))
			return true;
	for (size_t i = 0; i < sizeof fixed_bare / sizeof *fixed_bare; i++)
		if (x_is_call(call, fixed_bare[i]))
			return false;
	return call->args_n == 0;
}

/* Has the same value whatever node the predicate is asked of. */
static bool
is_fixed(const struct xnode *x)
{
	switch (x->kind) {
	case X_STRING:
	case X_NUMBER:
	case X_REF:
	case X_ROW:
	case X_SAVED:
		return true;
	case X_COLUMN:
	case X_FAULT:
		return false;
	case X_CALL:
		for (size_t i = 0; i < x->args_n; i++)
			if (!is_fixed(x->args[i]))
				return false;
		return !moves(x);
	case X_PATH:
		return x->absolute || (x->a && is_fixed(x->a));
	case X_FILTER:
		return is_fixed(x->a);
	default:
		return is_fixed(x->a) && (!x->b || is_fixed(x->b));
	}
}

/* Asks for its place among the others: then none may be left out beforehand. */
static bool
counts_place(const struct xnode *x)
{
	if ((x_is_call(x, "position") && !x->args_n) || x_is_call(x, "last"))
		return true;
	for (size_t i = 0; i < x->args_n; i++)
		if (counts_place(x->args[i]))
			return true;
	return (x->a && counts_place(x->a)) || (x->b && counts_place(x->b));
}

static bool
find_equality(const struct xnode *x, const char **key, const struct xnode **value)
{
	const struct xnode *sides[2] = { x->a, x->b };

	if (x->kind == X_AND)
		return find_equality(x->a, key, value) || find_equality(x->b, key, value);
	if (x->kind != X_EQ)
		return false;
	for (int i = 0; i < 2; i++) {
		const struct xnode *name = sides[i];

		if ((name->kind == X_COLUMN || x_is_bare_name(name)) && is_fixed(sides[1 - i])) {
			*key = name->kind == X_COLUMN ? name->text : name->steps[0].name;
			*value = sides[1 - i];
			return true;
		}
	}
	return false;
}

void
xlookup_find(const struct xnode *predicate, const char **key, const struct xnode **value)
{
	if (counts_place(predicate) || !find_equality(predicate, key, value))
		*key = NULL;
}
