#include "logic/xfn.h"

#include <math.h>
#include <string.h>

#include "base/tr.h"
#include "logic/xdate.h"

static const struct expr_function functions[] = {
#define FN(name, min, max, usage, help, ours, code) { name, min, max, usage, help, ours },
#include "logic/xfn.def"
#undef FN
};

static xfn *const codes[] = {
#define FN(name, min, max, usage, help, ours, code) code,
#include "logic/xfn.def"
#undef FN
};

const struct expr_function *
expr_functions(size_t *n)
{
	*n = sizeof functions / sizeof *functions;
	return functions;
}

xfn *
xfn_code(size_t fn)
{
	return codes[fn];
}

bool
xfn_each(struct run *r, const struct xnode *call, size_t first, const struct ctx *ctx,
    bool (*each)(void *, struct str), void *to)
{
	struct xval v;

	for (size_t i = first; i < call->args_n; i++) {
		if (!arg_val(r, call, i, ctx, &v))
			return false;
		if (v.type != V_NODES) {
			if (!each(to, val_to_str(r, &v)))
				return true;
			continue;
		}
		for (size_t k = 0; k < v.len; k++) {
			if (!run_step(r, call))
				return false;
			if (!each(to, node_str(r, val_nodes(&v)[k])))
				return true;
		}
	}
	return true;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct str
xfn_word(struct str list, size_t *at)
{
	size_t from;

	while (*at < list.len && is_space(list.s[*at]))
		(*at)++;
	for (from = *at; *at < list.len && !is_space(list.s[*at]); (*at)++)
		;
	return (struct str){ list.s + from, *at - from };
}

bool
str_is(struct str a, struct str b)
{
	return a.len == b.len && !memcmp(a.s, b.s, a.len);
}

bool
xfn_date(struct run *r, const struct xnode *call, size_t i, const struct ctx *ctx, double *days)
{
	struct xval v;

	if (!arg_val(r, call, i, ctx, &v))
		return false;
	if (v.type == V_NUMBER || v.type == V_DATE)
		*days = v.number;
	else if (v.type == V_BOOLEAN)
		*days = NAN;
	else
		*days = str_to_number(val_to_str(r, &v));
	return true;
}
