/* ruhu flags: the questions that are to be put right, across all records. */
#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "logic/logic.h"
#include "store/store.h"
#include "sync/jcs.h"

struct listing {
	bool json;
	size_t n;
};

static void
as_json(const struct flag_info *f)
{
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	jcs_open(&j, '{');
	jcs_key_int(&j, "no", f->no);
	jcs_key_str(&j, "form", f->form);
	jcs_key_str(&j, "record", f->record);
	jcs_key_str(&j, "label", f->label);
	jcs_key_str(&j, "path", f->path);
	jcs_key_str(&j, "note", f->note);
	jcs_key_str(&j, "raised_at", f->raised_at);
	jcs_key_str(&j, "raised_by", f->raised_by);
	if (f->closed_at[0] != '\0') {
		jcs_key_str(&j, "closed_at", f->closed_at);
		jcs_key_str(&j, "closed_by", f->closed_by);
	}
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
}

static bool
tell(void *ctx, const struct flag_info *f)
{
	struct listing *l = ctx;

	l->n++;
	if (l->json) {
		as_json(f);
		return true;
	}
	say("%4lld  ", (long long)f->no);
	say_text(f->form, 0);
	say(" ");
	say_text(f->label[0] != '\0' ? f->label : f->record, 0);
	say(": ");
	say_text(f->path, 0);
	say(": ");
	say_text(f->note, 0);
	say("  (");
	say_text(f->raised_by, 0);
	say(" %.10s)", f->raised_at);
	if (f->closed_at[0] != '\0')
		say(_(" closed by %s %.10s"), f->closed_by, f->closed_at);
	say("\n");
	return true;
}

struct wanted {
	int64_t no;
	bool found;
};

static bool
is_it(void *ctx, const struct flag_info *f)
{
	struct wanted *w = ctx;

	w->found |= f->no == w->no;
	return !w->found;
}

static int
close_one(struct store *store, const char *number, struct err *err)
{
	char *end;
	long long no = strtoll(number, &end, 10);
	struct wanted w = {no, false};

	if (end == number || *end != '\0') {
		err_set(err, _("'%s' is no flag's number; 'ruhu flags' lists them"), number);
		return fail(CMD_USAGE, err);
	}
	if (!store_flags(store, NULL, NULL, false, is_it, &w, err))
		return fail(CMD_UNABLE, err);
	if (!w.found) {
		err_set(err, _("no open flag has the number %lld; 'ruhu flags' lists them"), no);
		return fail(CMD_FAULTS, err);
	}
	if (!store_flag_close(store, no, err))
		return fail(CMD_UNABLE, err);
	say(_("Flag %lld is closed.\n"), no);
	return CMD_DONE;
}

static int
list(struct store *store, const struct args *args, struct err *err)
{
	struct listing l = {args_option(args, "json") != NULL, 0};
	const char *form = args->n > 0 ? args->v[0] : NULL;
	const struct logic *logic;

	if (form != NULL && !cli_form(store, form, &logic, err))
		return fail(CMD_FAULTS, err);
	if (!store_flags(store, form, NULL, args_option(args, "all") != NULL, tell, &l, err))
		return fail(CMD_UNABLE, err);
	if (l.n == 0 && !l.json)
		say(_("No question is flagged.\n"));
	return CMD_DONE;
}

static int
run(struct cli *cli, const struct args *args)
{
	const char *number = args_option(args, "close");
	struct store *store;
	struct err err;
	int code;

	if (!cli_open(cli, number != NULL ? 0 : OPEN_READ_ONLY, &store, &err))
		return fail(CMD_UNABLE, &err);
	code = number != NULL ? close_one(store, number, &err) : list(store, args, &err);
	store_close(store);
	return code;
}

static const struct option options[] = {{"all", 0, NULL, N_("closed ones too")},
    {"close", 0, "NUMBER", N_("close this one: it was put right")},
    {"json", 0, NULL, N_("print JSON, a line for each flag")}, {0}};

const struct cmd cmd_flags = {"flags", "[FORM]", 0, 1,
    N_("the questions that are to be put right later"), NULL, options, run};
