/* ruhu batch: stacks of paper with their control totals. */
#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "form/form.h"
#include "logic/logic.h"
#include "store/batch.h"
#include "store/store.h"
#include "sync/jcs.h"

struct listing {
	bool json;
	size_t n;
};

static void
as_json(const struct batch_info *b)
{
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	jcs_open(&j, '{');
	jcs_key_int(&j, "no", b->no);
	jcs_key_str(&j, "form", b->form);
	jcs_key_str(&j, "name", b->name);
	jcs_key_int(&j, "expected", b->expected);
	jcs_key_int(&j, "forms", b->forms);
	if (b->question[0] != '\0') {
		jcs_key_str(&j, "question", b->question);
		jcs_key_str(&j, "total", b->total);
		jcs_key_str(&j, "sum", b->sum);
	}
	jcs_key_bool(&j, "equal", b->equal);
	jcs_key_str(&j, "opened_at", b->opened_at);
	jcs_key_str(&j, "opened_by", b->opened_by);
	if (b->closed_at[0] != '\0') {
		jcs_key_str(&j, "closed_at", b->closed_at);
		jcs_key_str(&j, "closed_by", b->closed_by);
		jcs_key_str(&j, "note", b->note);
	}
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
}

static bool
tell(void *ctx, const struct batch_info *b)
{
	struct listing *l = ctx;

	l->n++;
	if (l->json) {
		as_json(b);
		return true;
	}
	say("%4lld  ", (long long)b->no);
	say_text(b->form, 0);
	say("  ");
	say_text(b->name, 0);
	say("  %lld/%lld", (long long)b->forms, (long long)b->expected);
	if (b->question[0] != '\0') {
		say("  ");
		say_text(b->question, 0);
		say(" %s/%s", b->sum, b->total);
	}
	say("  ");
	say_text(b->opened_by, 0);
	say(" %.10s", b->opened_at);
	if (b->closed_at[0] != '\0') {
		say(_("  closed %.10s"), b->closed_at);
		say("%s", b->note[0] != '\0' ? ": " : "");
		say_text(b->note, 0);
	} else {
		say("%s", b->equal ? _("  comes out") : _("  open"));
	}
	say("\n");
	return true;
}

static bool
tell_record(void *ctx, const struct batch_record *r)
{
	(void)ctx;
	say("      ");
	say_text(r->label[0] != '\0' ? r->label : r->id, 30);
	say("  %s\n", r->value);
	return true;
}

static bool
number(const char *text, int64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoll(text, &end, 10);
	return errno == 0 && end != text && *end == '\0';
}

static int
run_list(struct cli *cli, const struct args *args)
{
	struct listing l = {args_option(args, "json") != NULL, 0};
	const char *form = args->n > 0 ? args->v[0] : NULL, *records = args_option(args, "records");
	const struct logic *logic;
	struct store *store;
	struct err err;
	int64_t no = 0;
	int code = CMD_DONE;

	if (records != NULL && !number(records, &no)) {
		err_set(&err, _("'%s' is no batch's number; 'ruhu batch' lists them"), records);
		return fail(CMD_USAGE, &err);
	}
	if (!cli_open(cli, OPEN_READ_ONLY, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (form != NULL && !cli_form(store, form, &logic, &err))
		code = fail(CMD_FAULTS, &err);
	else if (records != NULL && !store_batch_records(store, no, tell_record, NULL, &err))
		code = fail(CMD_FAULTS, &err);
	else if (records == NULL && !store_batches(store, form, NULL,
					args_option(args, "open") != NULL, tell, &l, &err))
		code = fail(CMD_UNABLE, &err);
	else if (records == NULL && l.n == 0 && !l.json)
		say(_("There is no batch.\n"));
	store_close(store);
	return code;
}

/* The question that is added up: asked for, else what the form says, when a total
 * is given. */
static int
begin(struct store *store, const struct args *args, int64_t expected, struct err *err)
{
	const char *total = args_option(args, "total"), *name = args_option(args, "name");
	const char *question = args_option(args, "question");
	const struct logic *logic;
	int64_t no;

	if (!cli_form(store, args->v[0], &logic, err))
		return fail(CMD_FAULTS, err);
	if (question == NULL && total != NULL && logic_form(logic)->batch_total != NULL)
		question = logic_form(logic)->batch_total->name;
	if ((question == NULL) != (total == NULL)) {
		err_set(err, "%s",
		    total == NULL
			? _("what it comes to is missing: --total NUMBER")
			: _("the form names no question to add up; say it with --question NAME"));
		return fail(CMD_USAGE, err);
	}
	if (!store_batch_begin(
		store, args->v[0], name != NULL ? name : "", expected, question, total, &no, err))
		return fail(CMD_FAULTS, err);
	say(_("Batch %lld is open: what you save of this form from now on belongs to it.\n"),
	    (long long)no);
	return CMD_DONE;
}

static int
run_begin(struct cli *cli, const struct args *args)
{
	struct store *store;
	struct err err;
	int64_t expected;
	int code;

	if (!number(args->v[1], &expected)) {
		err_set(&err, _("'%s' is no number of forms"), args->v[1]);
		return fail(CMD_USAGE, &err);
	}
	if (!cli_open(cli, 0, &store, &err))
		return fail(CMD_UNABLE, &err);
	code = begin(store, args, expected, &err);
	store_close(store);
	return code;
}

static int
run_close(struct cli *cli, const struct args *args)
{
	struct store *store;
	struct err err;
	int64_t no;
	int code = CMD_DONE;

	if (!number(args->v[0], &no)) {
		err_set(&err, _("'%s' is no batch's number; 'ruhu batch' lists them"), args->v[0]);
		return fail(CMD_USAGE, &err);
	}
	if (!cli_open(cli, 0, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!store_batch_close(store, no, args_option(args, "note"), &err))
		code = fail(CMD_FAULTS, &err);
	else
		say(_("Batch %lld is closed.\n"), (long long)no);
	store_close(store);
	return code;
}

static const struct option list_options[] = {{"open", 0, NULL, N_("only those that are open")},
    {"records", 0, "NUMBER", N_("the records of this batch and what each adds")},
    {"json", 0, NULL, N_("print JSON, a line for each batch")}, {0}};

static const struct option begin_options[] = {{"name", 0, "TEXT", N_("what stands on its cover")},
    {"total", 0, "NUMBER", N_("what the question comes to over all its forms")},
    {"question", 0, "NAME", N_("the question that is added up; else the form's batch_total")}, {0}};

static const struct option close_options[] = {
    {"note", 0, "TEXT", N_("why it is closed though it does not come out")}, {0}};

const struct cmd cmd_batch = {"batch", "[FORM]", 0, 1,
    N_("stacks of paper: how many forms and sums are keyed of how many"), NULL, list_options,
    run_list};

const struct cmd cmd_batch_begin = {"batch begin", "FORM FORMS", 2, 2,
    N_("open a batch of so many forms"),
    N_("What this person saves anew of the form belongs to it until it is closed, today or on "
       "another day. One batch of a form and person is open at a time."),
    begin_options, run_begin};

const struct cmd cmd_batch_close = {"batch close", "NUMBER", 1, 1,
    N_("close a batch that comes out, or with a note"), NULL, close_options, run_close};
