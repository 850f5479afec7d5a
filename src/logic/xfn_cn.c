/* Functions of identity numbers; the rules are base/cnid.h's. */
#include "base/cnid.h"
#include "base/date.h"
#include "logic/xfn.h"

static long
today(const struct run *r)
{
	return (long)date_to_days(instant_date(clock_now(r->env->clock)));
}

bool
fn_cn_id_ok(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str s;

	return arg_str(r, call, 0, ctx, &s) &&
	    val_bool(out, cnid_check(s.s, today(r)) == CNID_OK);
}

bool
fn_cn_disab_ok(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct str s;

	return arg_str(r, call, 0, ctx, &s) &&
	    val_bool(out, cnid_disability_check(s.s, today(r)) == CNID_OK);
}

bool
fn_cn_id_sex(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str s;
	char sex[2] = { 0 };

	if (!arg_str(r, call, 0, ctx, &s))
		return false;
	sex[0] = cnid_sex(s.s);
	return val_copy(r, out, sex);
}

bool
fn_cn_id_birth(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct str s;
	char birth[11];

	if (!arg_str(r, call, 0, ctx, &s))
		return false;
	return val_copy(r, out, cnid_birth(s.s, birth) ? birth : "");
}
