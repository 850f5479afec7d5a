/* /data/@version, /data/a/@x: attributes of a form's instance. No answer changes
 * them, so what they hold is known when the expression is read. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "form/form.h"
#include "logic/xtree.h"

static const char *
kept(const struct attr *v, size_t n, const char *family, const char *prefix, const char *name)
{
	char key[300];

	snprintf(key, sizeof key, "%s::%s%s%s", family, prefix ? prefix : "", prefix ? ":" : "", name);
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i].name, key))
			return v[i].value;
	return NULL;
}

static const char *
attribute(const struct form *f, const struct question *q, const struct xstep *step)
{
	const char *found;

	if (q->type != Q_FORM)
		return kept(q->extra, q->extra_n, "instance", step->prefix, step->name);
	found = kept(f->settings, f->settings_n, "attribute", step->prefix, step->name);
	if (found || step->prefix)
		return found;
	return !strcmp(step->name, "id") ? f->id : !strcmp(step->name, "version") ? f->version : NULL;
}

void
xattr_fold(const struct expr_scope *scope, struct xnode *path)
{
	const struct xstep *last = path->steps_n > 1 ? &path->steps[path->steps_n - 1] : NULL;
	const struct question *q = NULL;
	const char *value;

	if (!scope->form || !path->absolute || !last || last->axis != AXIS_ATTRIBUTE ||
	    last->test != TEST_NAME || last->preds_n > 0)
		return;
	for (size_t i = 0; i + 1 < path->steps_n; i++) {
		const struct xstep *step = &path->steps[i];
		const struct question *c = q ? q->first : scope->form->questions[0];

		if (step->axis != AXIS_CHILD || step->test != TEST_NAME || step->preds_n > 0)
			return;
		while (c && strcmp(c->name, step->name) != 0)
			c = q ? c->next : NULL;
		q = c;
		if (!q)
			return;
	}
	/* One that something is bound to changes. */
	if (question_attribute(q, last->name))
		return;
	value = attribute(scope->form, q, last);
	if (!value)
		return;
	path->kind = X_STRING;
	path->text = value;
	path->len = strlen(value);
}
