/* Paths from the root into the repeat one is inside of, as forms of old have them
 * for every reference: as one value, /data/member/age seen from a row of member is
 * that row's. What asks for a set, as sum() does, has all rows'. */
#include <string.h>

#include "base/mem.h"
#include "form/form.h"
#include "logic/xtree.h"

bool
xown_takes_all(const struct xnode *call, size_t i)
{
	static const char *const all[] = { "sum", "min", "max", "count", "count-non-empty", "join",
		"checklist", "weighted-checklist", "randomize", "area", "enclosed-area", "distance",
		"geofence", "intersects", "run-length", "previous" };

	if (x_is_call(call, "indexed-repeat"))
		return i == 0 || i % 2 == 1;
	for (size_t k = 0; k < sizeof all / sizeof *all; k++)
		if (x_is_call(call, all[k]))
			return true;
	return false;
}

static const struct question *
child_named(const struct question *q, const char *name)
{
	for (q = q->first; q; q = q->next)
		if (!strcmp(q->name, name))
			return q;
	return NULL;
}

static bool
is_inside(const struct question *q, const struct question *repeat)
{
	while (q && q != repeat)
		q = q->parent;
	return q != NULL;
}

static bool
is_plain(const struct xstep *step)
{
	return step->axis == AXIS_CHILD && step->test == TEST_NAME && step->preds_n == 0;
}

void
xown_row(struct expr *e, const struct expr_scope *scope, struct xnode *path)
{
	const struct question *q = NULL, *row = NULL;
	size_t taken = 0;
	struct xnode *own;

	if (!path->absolute || !scope->form || !scope->at)
		return;
	/* The last step is what is meant: of a repeat, all its rows. */
	for (size_t i = 0; i + 1 < path->steps_n && is_plain(&path->steps[i]); i++) {
		q = i ? child_named(q, path->steps[i].name) : scope->form->questions[0];
		if (!q || strcmp(q->name, path->steps[i].name) != 0)
			break;
		if (q->type != Q_REPEAT)
			continue;
		if (!is_inside(scope->at, q))
			break;
		row = q;
		taken = i + 1;
	}
	if (!row)
		return;
	own = arena_alloc(e->arena, sizeof *own);
	*own = (struct xnode){ .kind = X_ROW, .depth = 1, .at = path->at, .q = row };
	path->absolute = false;
	path->a = own;
	path->depth++;
	path->steps += taken;
	path->steps_n -= taken;
}
