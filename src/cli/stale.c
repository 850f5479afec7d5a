#include "cli/stale.h"

#include <stdlib.h>

#include "base/mem.h"
#include "form/form.h"
#include "logic/logic.h"

/* Does what this expression gives depend on more than answers that are settled? */
static bool
floats(const struct expr *e, const bool *floating)
{
	const struct expr_reads *r = expr_reads(e);

	if (r->clock || r->instances_n > 0 || r->last_saved || r->random || r->language)
		return true;
	for (size_t i = 0; i < r->questions_n; i++)
		for (const struct question *q = r->questions[i]; q != NULL; q = q->parent)
			if (floating[q->index])
				return true;
	return false;
}

bool *
stale_settled(const struct logic *logic)
{
	const struct form *form = logic_form(logic);
	bool *floating = xcalloc(form->questions_n, sizeof *floating);
	bool *settled = xcalloc(form->questions_n, sizeof *settled);
	size_t n;
	const struct vertex *order = logic_order(logic, &n);

	/* In the order of computing: what is read has been looked at before. */
	for (size_t i = 0; i < n; i++) {
		const struct question *q = order[i].q;
		const struct expr *e = logic_expr(logic, q, order[i].aspect);

		if (order[i].aspect != ASPECT_RELEVANT && order[i].aspect != ASPECT_CALCULATION)
			continue;
		if (e == NULL || (order[i].aspect == ASPECT_CALCULATION && q->trigger.text != NULL))
			continue;
		floating[q->index] |= floats(e, floating);
		if (order[i].aspect == ASPECT_CALCULATION)
			settled[q->index] = !expr_reads(e)->self;
	}
	for (size_t i = 0; i < form->questions_n; i++)
		for (const struct question *q = form->questions[i]; q != NULL; q = q->parent)
			settled[i] &= !floating[q->index];
	free(floating);
	return settled;
}
