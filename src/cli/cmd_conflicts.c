/* ruhu conflicts: answers that two sites gave without knowing of each other. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "logic/logic.h"
#include "store/merge.h"
#include "store/store.h"
#include "sync/jcs.h"

static void
side_json(struct jcs *j, const struct conflict_side *s)
{
	jcs_open(j, '{');
	jcs_key_int(j, "no", s->change);
	jcs_key_str(j, "value", s->value);
	if (s->reason[0] != '\0')
		jcs_key_str(j, "reason", s->reason);
	jcs_key_str(j, "by", s->author);
	jcs_key_str(j, "site", s->site);
	jcs_key_str(j, "at", s->at);
	jcs_key_bool(j, "doubtful_clock", s->clock);
	jcs_key_bool(j, "shown", s->shown);
	jcs_close(j, '}');
}

static void
as_json(const struct conflict *c)
{
	struct buf line = {0};
	struct jcs j = jcs_into(&line);

	jcs_open(&j, '{');
	jcs_key_str(&j, "form", c->form);
	jcs_key_str(&j, "record", c->record);
	jcs_key_str(&j, "label", c->label);
	if (c->row[0] != '\0')
		jcs_key_str(&j, "row", c->row);
	jcs_key_str(&j, "question", c->field);
	jcs_key_str(&j, "before", c->ancestor);
	jcs_key(&j, "sides");
	jcs_open(&j, '[');
	for (size_t i = 0; i < c->sides_n; i++)
		side_json(&j, &c->sides[i]);
	jcs_close(&j, ']');
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
}

static void
as_text(const struct conflict *c)
{
	say_text(c->form, 0);
	say(" ");
	say_text(c->label[0] != '\0' ? c->label : c->record, 0);
	say(": ");
	if (strcmp(c->field, "$del") == 0)
		say(_("deleted in one place, edited in another"));
	else
		say_text(c->field, 0);
	if (c->ancestor[0] != '\0') {
		say(_(", before: "));
		say_text(c->ancestor, 0);
	}
	say("\n");
	for (size_t i = 0; i < c->sides_n; i++) {
		const struct conflict_side *s = &c->sides[i];

		say("  %c %6lld  ", s->shown ? '*' : ' ', (long long)s->change);
		say_text(s->value[0] != '\0'    ? s->value
			 : s->reason[0] != '\0' ? s->reason
						: _("(blank)"),
		    0);
		say("  (");
		say_text(s->author, 0);
		say(", ");
		say_text(s->site, 0);
		say(", %.16s%s)\n", s->at, s->clock ? _(", clock doubtful") : "");
	}
}

struct listing {
	bool json;
	size_t n;
	long long wanted; /* the change that --take or --of names */
	bool found;
	char *record, *row, *field, *value, *reason; /* of the conflict that has it */
};

static bool
tell(void *ctx, const struct conflict *c)
{
	struct listing *l = ctx;

	l->n++;
	if (l->json)
		as_json(c);
	else
		as_text(c);
	return true;
}

static bool
look(void *ctx, const struct conflict *c)
{
	struct listing *l = ctx;

	for (size_t i = 0; i < c->sides_n; i++)
		if (c->sides[i].change == l->wanted) {
			l->found = true;
			l->record = xstrdup(c->record);
			l->row = xstrdup(c->row);
			l->field = xstrdup(c->field);
			l->value = xstrdup(c->sides[i].value);
			l->reason = xstrdup(c->sides[i].reason);
			return false;
		}
	return true;
}

static int
list(struct store *store, const struct args *args, struct err *err)
{
	struct listing l = {.json = args_option(args, "json") != NULL};
	const char *form = args->n > 0 ? args->v[0] : NULL;
	const struct logic *logic;

	if (form != NULL && !cli_form(store, form, &logic, err))
		return fail(CMD_FAULTS, err);
	if (!store_conflicts(store, form, tell, &l, err))
		return fail(CMD_UNABLE, err);
	if (l.n == 0 && !l.json)
		say(_("Nothing waits to be settled.\n"));
	else if (!l.json)
		say(_(
		    "* is shown meanwhile. 'ruhu conflicts --take NUMBER' decides for a value.\n"));
	return CMD_DONE;
}

static int
settle(struct store *store, const char *number, const char *value, struct err *err)
{
	struct listing l = {0};
	char *end;
	int code = CMD_DONE;

	l.wanted = strtoll(number, &end, 10);
	if (end == number || *end != '\0') {
		err_set(err, _("'%s' is no change's number; 'ruhu conflicts' lists them"), number);
		return fail(CMD_USAGE, err);
	}
	if (!store_conflicts(store, NULL, look, &l, err)) {
		code = fail(CMD_UNABLE, err);
	} else if (!l.found) {
		err_set(err, _("change %s is in no conflict that waits"), number);
		code = fail(CMD_FAULTS, err);
	} else if (!store_settle(store, l.record, l.row, l.field, value != NULL ? value : l.value,
		       value != NULL ? "" : l.reason, err)) {
		code = fail(CMD_FAULTS, err);
	} else {
		say(_("Settled. The decision goes out with the next export.\n"));
	}
	free(l.record);
	free(l.row);
	free(l.field);
	free(l.value);
	free(l.reason);
	return code;
}

static int
run(struct cli *cli, const struct args *args)
{
	const char *take = args_option(args, "take"), *of = args_option(args, "of");
	const char *value = args_option(args, "value");
	struct store *store;
	struct err err;
	int code;

	if ((take != NULL && of != NULL) || (of == NULL) != (value == NULL)) {
		err_set(&err, _("give --take NUMBER, or --of NUMBER with --value TEXT"));
		return fail(CMD_USAGE, &err);
	}
	if (!cli_open(cli, take != NULL || of != NULL ? 0 : OPEN_READ_ONLY, &store, &err))
		return fail(CMD_UNABLE, &err);
	code = take != NULL || of != NULL ? settle(store, take != NULL ? take : of, value, &err)
					  : list(store, args, &err);
	store_close(store);
	return code;
}

static const struct option options[] = {
    {"take", 0, "NUMBER", N_("decide for this value, by its number in the list")},
    {"of", 0, "NUMBER", N_("decide the conflict that this value is in ...")},
    {"value", 0, "TEXT", N_("... for another value")},
    {"json", 0, NULL, N_("print JSON, a line for each conflict")}, {0}};

const struct cmd cmd_conflicts = {"conflicts", "[FORM]", 0, 1,
    N_("answers that differ between sites and wait for a person"),
    N_("Both values stay in the log, whatever is decided; the decision is a change like any "
       "other and goes to the other sites with the next export."),
    options, run};
