/* Functions of the form itself and of who fills it in. */
#include <string.h>

#include "base/tr.h"
#include "form/form.h"
#include "logic/answers.h"
#include "logic/xfn.h"

bool
fn_version(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	const struct form *f = r->env->answers ? answers_form(r->env->answers) : NULL;

	(void)call;
	(void)ctx;
	return val_copy(r, out, f && f->version ? f->version : "");
}

/* What JavaRosa's property manager knows, with or without its "uri:". Others are blank. */
bool
fn_property(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str name;
	const char *value = NULL;

	if (!arg_str(r, call, 0, ctx, &name))
		return false;
	if (!strncmp(name.s, "uri:", 4))
		name.s += 4;
	if (!strcmp(name.s, "username"))
		value = r->env->user;
	else if (!strcmp(name.s, "deviceid"))
		value = r->env->device;
	return val_copy(r, out, value ? value : "");
}

bool
fn_changed(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	const struct question *q = call->args[0]->q;

	(void)ctx;
	if (!q)
		return run_fail(r, call->args[0], "%s",
		    _("changed() needs a question that is a trigger: changed(${name})"));
	return val_bool(out, r->env->changed == q);
}

/* The others are there to be depended on. */
bool
fn_depend(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	return arg_val(r, call, 0, ctx, out);
}
