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

enum { DAYS = 30 };

static void
try_json(struct store *store, struct jcs *j, const struct conflict *c, const struct conflict_side *s)
{
	struct buf text = { 0 };
	struct err ignored;
	size_t n, now;

	if (strcmp(c->field, "$del") == 0 || !store_settle_try(store, c->record, c->row, c->field,
	    s->value, s->reason, &text, &n, &now, &ignored)) {
		buf_free(&text);
		return;
	}
	jcs_key(j, "problems");
	jcs_open(j, '[');
	for (char *p = text.data, *end; p != NULL && *p != '\0'; p = end + 1) {
		end = strchr(p, '\n');
		jcs_str_n(j, p, (size_t)(end - p));
	}
	jcs_close(j, ']');
	buf_free(&text);
}

static void
side_json(struct store *store, struct jcs *j, const struct conflict *c,
    const struct conflict_side *s)
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
	jcs_key(j, "beside");
	jcs_open(j, '{');
	for (size_t i = 0; i < s->beside_n; i++)
		jcs_key_str(j, s->beside[i].field, s->beside[i].value);
	jcs_close(j, '}');
	if (store != NULL)
		try_json(store, j, c, s);
	jcs_close(j, '}');
}

/* store NULL: without what each side would do to the checks. */
static void
what_json(struct store *store, struct jcs *j, const struct conflict *c)
{
	jcs_key_str(j, "form", c->form);
	jcs_key_str(j, "record", c->record);
	jcs_key_str(j, "label", c->label);
	if (c->row[0] != '\0')
		jcs_key_str(j, "row", c->row);
	jcs_key_str(j, "question", c->field);
	jcs_key_str(j, "before", c->ancestor);
	jcs_key(j, "sides");
	jcs_open(j, '[');
	for (size_t i = 0; i < c->sides_n; i++)
		side_json(store, j, c, &c->sides[i]);
	jcs_close(j, ']');
}

static void
as_json(struct store *store, const struct conflict *c)
{
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	jcs_open(&j, '{');
	what_json(store, &j, c);
	jcs_key_str(&j, "policy", c->policy);
	if (c->made != NULL)
		jcs_key_str(&j, "shown", c->made);
	jcs_key_bool(&j, "again", c->again);
	jcs_key_str(&j, "note", c->note);
	jcs_key_str(&j, "note_by", c->note_by);
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
}

/* What a person decided, and whether it went against what this one had given. */
static bool
decided_json(void *ctx, const struct decision *d)
{
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	*(size_t *)ctx += 1;
	jcs_open(&j, '{');
	jcs_key_int(&j, "no", d->change);
	what_json(NULL, &j, &d->of);
	jcs_key_str(&j, "value", d->value);
	if (d->reason[0] != '\0')
		jcs_key_str(&j, "reason", d->reason);
	jcs_key_str(&j, "by", d->by);
	jcs_key_str(&j, "site", d->site);
	jcs_key_str(&j, "at", d->at);
	jcs_key_bool(&j, "against_mine", d->against);
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
	return true;
}

static bool
decided_text(void *ctx, const struct decision *d)
{
	*(size_t *)ctx += 1;
	say("%c %6lld  ", d->against ? '!' : ' ', (long long)d->change);
	say_text(d->of.label[0] != '\0' ? d->of.label : d->of.record, 0);
	say(" ");
	say_text(d->of.field, 0);
	say(" = ");
	say_text(d->value[0] != '\0' ? d->value : d->reason[0] != '\0' ? d->reason : _("(blank)"), 0);
	say("  (");
	say_text(d->by, 0);
	say(", ");
	say_text(d->site, 0);
	say(", %.16s)", d->at);
	for (size_t i = 0; i < d->of.sides_n; i++) {
		say(i == 0 ? _("; said: ") : ", ");
		say_text(d->of.sides[i].author, 0);
		say(" ");
		say_text(d->of.sides[i].value, 0);
	}
	say("\n");
	return true;
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
		for (size_t k = 0; k < s->beside_n; k++) {
			say(k == 0 ? _("            with it: ") : ", ");
			say_text(s->beside[k].field, 0);
			say(" = ");
			say_text(s->beside[k].value, 0);
		}
		if (s->beside_n > 0)
			say("\n");
	}
	if (c->made != NULL) {
		say("  *         ");
		say_text(c->made, 0);
		say("  (%s)\n", c->policy);
	}
	if (c->note[0] != '\0') {
		say(_("    put off: "));
		say_text(c->note, 0);
		say(" (");
		say_text(c->note_by, 0);
		say(")\n");
	}
}

struct listing {
	bool json;
	struct store *checks;	/* NULL: without */
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
		as_json(l->checks, c);
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
decided(struct store *store, bool json, struct err *err)
{
	size_t n = 0;

	if (!store_decisions(store, DAYS, json ? decided_json : decided_text, &n, err))
		return fail(CMD_UNABLE, err);
	if (n == 0 && !json)
		say(_("Nothing was decided in the last %d days.\n"), DAYS);
	else if (!json)
		say(_("! went against what you had given. 'ruhu conflicts --undo NUMBER' asks again.\n"));
	return CMD_DONE;
}

static int
list(struct store *store, const struct args *args, struct err *err)
{
	struct listing l = {.json = args_option(args, "json") != NULL,
		.checks = args_option(args, "checks") != NULL ? store : NULL};
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

static bool
change_number(const char *text, long long *out, struct err *err)
{
	char *end;

	*out = strtoll(text, &end, 10);
	return (end != text && *end == '\0') || err_set(err,
	    _("'%s' is no change's number; 'ruhu conflicts' lists them"), text);
}

static int
undo(struct store *store, const char *number, struct err *err)
{
	long long change;

	if (!change_number(number, &change, err))
		return fail(CMD_USAGE, err);
	if (!store_reopen(store, change, _("decide again"), err))
		return fail(CMD_FAULTS, err);
	say(_("It is asked again; until then the answer stays as decided.\n"));
	return CMD_DONE;
}

/* note NULL: decides. */
static int
settle(struct store *store, const char *number, const char *value, const char *note,
    struct err *err)
{
	struct listing l = { 0 };
	int code = CMD_DONE;

	if (!change_number(number, &l.wanted, err))
		return fail(CMD_USAGE, err);
	if (!store_conflicts(store, NULL, look, &l, err)) {
		code = fail(CMD_UNABLE, err);
	} else if (!l.found) {
		err_set(err, _("change %s is in no conflict that waits"), number);
		code = fail(CMD_FAULTS, err);
	} else if (note != NULL) {
		if (!store_park(store, l.record, l.row, l.field, note, err))
			code = fail(CMD_UNABLE, err);
		else
			say(note[0] != '\0' ? _("Put off; it stays in the list.\n") :
			    _("It is no longer put off.\n"));
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
	const char *value = args_option(args, "value"), *note = args_option(args, "note");
	const char *park = args_option(args, "park"), *back = args_option(args, "undo");
	struct store *store;
	struct err err;
	int code;

	if ((take != NULL) + (of != NULL) + (park != NULL) + (back != NULL) > 1 ||
	    (of == NULL) != (value == NULL) || (park == NULL) != (note == NULL)) {
		err_set(&err, _("give --take NUMBER, --of NUMBER with --value TEXT, --park NUMBER with "
		    "--note TEXT, or --undo NUMBER"));
		return fail(CMD_USAGE, &err);
	}
	if (!cli_open(cli, take != NULL || of != NULL || park != NULL || back != NULL ? 0 :
	    OPEN_READ_ONLY, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (back != NULL)
		code = undo(store, back, &err);
	else if (take != NULL || of != NULL || park != NULL)
		code = settle(store, take != NULL ? take : of != NULL ? of : park, value, note, &err);
	else if (args_option(args, "decided") != NULL)
		code = decided(store, args_option(args, "json") != NULL, &err);
	else
		code = list(store, args, &err);
	store_close(store);
	return code;
}

static const struct option options[] = {
    {"take", 0, "NUMBER", N_("decide for this value, by its number in the list")},
    {"of", 0, "NUMBER", N_("decide the conflict that this value is in ...")},
    {"value", 0, "TEXT", N_("... for another value")},
    {"park", 0, "NUMBER", N_("put the conflict that this value is in off ...")},
    {"note", 0, "TEXT", N_("... with a note; an empty one takes it back")},
    {"decided", 0, NULL, N_("what was decided in the last 30 days, newest first")},
    {"undo", 0, "NUMBER", N_("take this decision back: it is asked again")},
    {"checks", 0, NULL, N_("with --json: what each value would do to the form's checks")},
    {"json", 0, NULL, N_("print JSON, a line for each conflict")}, {0}};

const struct cmd cmd_conflicts = {"conflicts", "[FORM]", 0, 1,
    N_("answers that differ between sites and wait for a person"),
    N_("Both values stay in the log, whatever is decided; the decision is a change like any "
       "other and goes to the other sites with the next export."),
    options, run};
