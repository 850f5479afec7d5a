/* ruhu verify: keying records a second time; which ones, and how far that is. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "cli/screen.h"
#include "logic/logic.h"
#include "store/store.h"
#include "store/verify.h"
#include "sync/jcs.h"
#include "tui/tui.h"

struct listing {
	bool json;
	size_t n;
};

static const char *
state(const struct verify_line *l)
{
	if (l->by[0] == '\0')
		return "waiting";
	if (l->at[0] == '\0')
		return "begun";
	return l->changed ? "changed" : "verified";
}

static void
as_json(const struct verify_line *l)
{
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	jcs_open(&j, '{');
	jcs_key_str(&j, "record", l->record);
	jcs_key_str(&j, "label", l->label);
	jcs_key_str(&j, "keyer", l->keyer);
	jcs_key_str(&j, "state", state(l));
	jcs_key_str(&j, "by", l->by);
	jcs_key_str(&j, "at", l->at);
	jcs_key_int(&j, "compared", l->compared);
	jcs_key_int(&j, "keyer_wrong", l->keyer_wrong);
	jcs_key_int(&j, "verifier_wrong", l->verifier_wrong);
	jcs_key_int(&j, "open", l->open);
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
}

static bool
tell(void *ctx, const struct verify_line *l)
{
	struct listing *list = ctx;

	list->n++;
	if (list->json) {
		as_json(l);
		return true;
	}
	say_text(l->label[0] != '\0' ? l->label : l->record, 36);
	say("  ");
	say_text(l->keyer, 8);
	if (l->by[0] == '\0') {
		say("  %s\n", _("waits"));
		return true;
	}
	say("  ");
	if (l->at[0] == '\0')
		say(_("half-way: %s"), l->by);
	else
		say(_("%s %.10s: %lld compared, %lld wrong first, %lld second, %lld to settle"),
		    l->by, l->at, (long long)l->compared, (long long)l->keyer_wrong,
		    (long long)l->verifier_wrong, (long long)l->open);
	say("%s\n", l->changed ? _("  (changed since, waits again)") : "");
	return true;
}

static bool
number(const char *text, int64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoll(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && *out > 0;
}

/* --every and --start. */
static int
set_plan(struct store *store, const struct args *args, struct err *err)
{
	const char *every = args_option(args, "every"), *start = args_option(args, "start");
	int64_t n = 1, first = 1;

	if ((every != NULL && !number(every, &n)) ||
	    (start != NULL && strcmp(start, "random") != 0 && !number(start, &first))) {
		err_set(err, _("--every wants a number, --start a number or 'random'"));
		return fail(CMD_USAGE, err);
	}
	if (start != NULL && strcmp(start, "random") == 0)
		first = 0;
	if ((every == NULL && start == NULL) || store_verify_plan(store, args->v[0], n, first, err))
		return CMD_DONE;
	return fail(CMD_FAULTS, err);
}

static int
list(struct store *store, const struct args *args, struct err *err)
{
	struct listing l = {args_option(args, "json") != NULL, 0};

	if (!store_verify_list(store, args->v[0], tell, &l, err))
		return fail(CMD_UNABLE, err);
	if (l.n == 0 && !l.json)
		say(_("No record of this form is to be verified.\n"));
	return CMD_DONE;
}

static int
run(struct cli *cli, const struct args *args)
{
	bool to_list = args_option(args, "list") != NULL || args_option(args, "json") != NULL;
	struct tui_options o = {.start = TUI_VERIFY,
	    .form = args->v[0],
	    .key = args->n > 1 ? args->v[1] : NULL,
	    .independent = args_option(args, "independent") != NULL};
	const struct logic *logic;
	struct store *store;
	struct err err;
	int code;

	if (!cli_open(cli, 0, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!cli_form(store, args->v[0], &logic, &err))
		code = fail(CMD_FAULTS, &err);
	else
		code = set_plan(store, args, &err);
	if (code == CMD_DONE && to_list)
		code = list(store, args, &err);
	store_close(store);
	return code != CMD_DONE || to_list ? code : cli_screen(cli, &o);
}

static const struct option options[] = {
    {"every", 0, "N", N_("from now on every N-th record of this form, not all")},
    {"start", 0, "K|random", N_("the first of them; random: drawn once and kept")},
    {"independent", 0, NULL, N_("do not tell differences while keying; they wait to be settled")},
    {"list", 0, NULL, N_("print which records are verified and which wait")},
    {"json", 0, NULL, N_("the same in JSON, a line for each record")}, {0}};

const struct cmd cmd_verify = {"verify", "FORM [KEY]", 1, 2,
    N_("key records a second time and compare"),
    N_("The next record that waits and that somebody else keyed, or the one whose key or id is "
       "KEY. What was keyed first is not shown; a difference rings, and the same new answer twice "
       "replaces the old one."),
    options, run};
