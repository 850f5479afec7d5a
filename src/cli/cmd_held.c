/* ruhu held: what other sites sent of records outside of their area, and deciding it. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "store/held.h"
#include "store/store.h"
#include "sync/jcs.h"

enum { SHOWN = 8 };			/* changes of each in the list for people */

struct listing {
	struct store *store;
	bool json;
	size_t n;
	struct err *err;
	bool ok;
};

static bool
change_json(void *ctx, const struct held_change *c)
{
	struct jcs *j = ctx;

	jcs_open(j, '{');
	if (c->row[0] != '\0')
		jcs_key_str(j, "row", c->row);
	jcs_key_str(j, "question", c->field);
	jcs_key_str(j, "value", c->value);
	jcs_key_str(j, "by", c->author);
	jcs_close(j, '}');
	return true;
}

static bool
as_json(struct listing *l, const struct held *h)
{
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);
	bool ok;

	jcs_open(&j, '{');
	jcs_key_int(&j, "no", h->no);
	jcs_key_str(&j, "site", h->site);
	jcs_key_str(&j, "form", h->form);
	jcs_key_str(&j, "record", h->record);
	jcs_key_str(&j, "label", h->label);
	jcs_key_str(&j, "scope", h->scope);
	jcs_key_str(&j, "at", h->at);
	jcs_key_str(&j, "decision", h->decision);
	jcs_key_str(&j, "by", h->by);
	jcs_key_int(&j, "held", h->changes);
	jcs_key(&j, "changes");
	jcs_open(&j, '[');
	ok = store_held_changes(l->store, h->no, change_json, &j, l->err);
	jcs_close(&j, ']');
	jcs_close(&j, '}');
	if (ok)
		put_json(&line);
	buf_free(&line);
	return ok;
}

/* Answers of people; what the program writes beside them says little. */
static bool
change_text(void *ctx, const struct held_change *c)
{
	int *left = ctx;

	if (c->field[0] == '$' || c->value[0] == '\0')
		return true;
	if ((*left)-- == 0) {
		say("      ...\n");
		return false;
	}
	say("      ");
	say_text(c->field, 0);
	say(" = ");
	say_text(c->value, 0);
	say("\n");
	return true;
}

static bool
as_text(struct listing *l, const struct held *h)
{
	int left = SHOWN;

	say(_("%4lld  from %s: "), (long long)h->no, h->site);
	say_text(h->form, 0);
	say(" ");
	say_text(h->label[0] != '\0' ? h->label : h->record, 0);
	say(_(", in area %s, %lld changes"), h->scope, (long long)h->changes);
	if (strcmp(h->decision, "released") == 0)
		say(_("; released by %s"), h->by);
	else if (h->decision[0] != '\0')
		say(_("; refused by %s"), h->by);
	say("\n");
	return store_held_changes(l->store, h->no, change_text, &left, l->err);
}

static bool
each(void *ctx, const struct held *h)
{
	struct listing *l = ctx;

	l->n++;
	l->ok = l->json ? as_json(l, h) : as_text(l, h);
	return l->ok;
}

static int
run(struct cli *cli, const struct args *args)
{
	struct err err;
	struct listing l = { .json = args_option(args, "json") != NULL, .err = &err, .ok = true };
	int code = CMD_DONE;

	if (!cli_open(cli, OPEN_READ_ONLY, &l.store, &err))
		return fail(CMD_UNABLE, &err);
	if (!store_held(l.store, args_option(args, "all") != NULL, each, &l, &err) || !l.ok)
		code = fail(CMD_UNABLE, &err);
	else if (l.n == 0 && !l.json)
		say(_("Nothing is held back.\n"));
	store_close(l.store);
	return code;
}

/* ---- deciding ------------------------------------------------------------------- */

struct numbers { const char *site; int64_t v[1000]; size_t n; };

static bool
add_number(void *ctx, const struct held *h)
{
	struct numbers *all = ctx;

	if (strcmp(h->site, all->site) == 0)
		all->v[all->n++] = h->no;
	return all->n < sizeof all->v / sizeof all->v[0];
}

static bool
decide_each(struct store *store, const int64_t *v, size_t n,
    bool (*decide)(struct store *, int64_t, struct err *), size_t *done, struct err *err)
{
	for (size_t i = 0; i < n; i++, ++*done)
		if (!decide(store, v[i], err))
			return false;
	return true;
}

/* All that wait of one site, however many. */
static bool
decide_site(struct store *store, const char *site,
    bool (*decide)(struct store *, int64_t, struct err *), size_t *done, struct err *err)
{
	struct numbers all = { .site = site };

	do {
		all.n = 0;
		if (!store_held(store, false, add_number, &all, err) ||
		    !decide_each(store, all.v, all.n, decide, done, err))
			return false;
	} while (all.n > 0);
	return true;
}

static int
run_decide(struct cli *cli, const struct args *args,
    bool (*decide)(struct store *, int64_t, struct err *), const char *said)
{
	const char *site = args_option(args, "site");
	struct store *store;
	struct err err;
	size_t done = 0;
	bool ok = true;

	if ((site == NULL) == (args->n == 0)) {
		err_set(&err, "%s", _("give numbers of 'ruhu held', or --site and none"));
		return fail(CMD_USAGE, &err);
	}
	if (!cli_open(cli, 0, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (site != NULL)
		ok = decide_site(store, site, decide, &done, &err);
	for (int i = 0; ok && i < args->n; i++) {
		int64_t no = strtoll(args->v[i], NULL, 10);

		ok = decide_each(store, &no, 1, decide, &done, &err);
	}
	if (done > 0)
		say(said, done);
	store_close(store);
	return ok ? CMD_DONE : fail(CMD_FAULTS, &err);
}

static int
run_release(struct cli *cli, const struct args *args)
{
	return run_decide(cli, args, store_held_release, _("%zu records were released.\n"));
}

static int
run_refuse(struct cli *cli, const struct args *args)
{
	return run_decide(cli, args, store_held_refuse, _("%zu records were refused; what was sent of "
	    "them stays in the log.\n"));
}

static const struct option list_options[] = {
	{ "all", 0, NULL, N_("those too that were decided") },
	{ "json", 0, NULL, N_("print JSON, a line for each record") },
	{ 0 }
};
static const struct option site_options[] = {
	{ "site", 0, "SITE", N_("all that wait of this site") },
	{ 0 }
};

const struct cmd cmd_held = {
	"held", "", 0, 0, N_("what sites sent of records outside of their area"),
	N_("Where 'ruhu site scope' said which area a site covers, what it sends of records that never "
	"lay there is kept in the log and held back: nothing shows it or sends it on until a person "
	"releases it. A wrong code of a place is the usual reason, a stolen key the worst."),
	list_options, run
};
const struct cmd cmd_held_release = {
	"held release", "[NUMBER...]", 0, -1, N_("take what was held back"),
	N_("It counts as if it had come into the record at once, and goes to the site whose area the "
	"record lies in. What that site sends of the record later is taken."), site_options, run_release
};
const struct cmd cmd_held_refuse = {
	"held refuse", "[NUMBER...]", 0, -1, N_("do not take what was held back"),
	N_("It stays in the log, and 'ruhu held --all' lists it; it may be released later. What that "
	"site sends of the record later is held back too, and not asked about."), site_options, run_refuse
};
