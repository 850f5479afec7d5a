/* ruhu erase, purge: what a person said is removed for good. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tr.h"
#include "cli/ask.h"
#include "cli/clear_copy.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "logic/logic.h"
#include "store/erase.h"
#include "store/store.h"

/* The record of a form by its key or id; deleted ones by their id. */
static bool
find(struct store *store, const char *form, const char *key, struct buf *record, struct err *err)
{
	const struct logic *logic;

	if (!cli_form(store, form, &logic, err) || !store_find(store, form, key, record, err))
		return false;
	return record->len > 0 || err_set(err, _("no record of %s has the key '%s'"), form, key);
}

static int
run_erase(struct cli *cli, const struct args *args)
{
	const char *order = args_option(args, "order"), *reason = args_option(args, "reason");
	struct buf record = { 0 };
	struct erase_counts n;
	struct store *store;
	struct err err;
	int code = CMD_DONE;

	if (order == NULL || reason == NULL || order[0] == '\0' || reason[0] == '\0') {
		err_set(&err, _("say by which order and why: --order NUMBER --reason TEXT"));
		return fail(CMD_USAGE, &err);
	}
	if (!cli_open(cli, 0, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!find(store, args->v[0], args->v[1], &record, &err)) {
		code = fail(CMD_FAULTS, &err);
	} else if (!store_erase_counts(store, buf_str(&record), &n, &err)) {
		code = fail(CMD_UNABLE, &err);
	} else {
		say(_("To be erased of %s: %lld values, %lld drafts, the notes of %lld flags. Who changed "
		    "what and when stays. It cannot be undone, and goes to every site.\n"),
		    buf_str(&record), (long long)n.values, (long long)n.drafts, (long long)n.flags);
		if (args_option(args, "yes") == NULL && !ask_word(_("Type erase to go on: "), "erase"))
			say(_("Nothing was erased.\n"));
		else if (!store_erase(store, buf_str(&record), order, reason, &err))
			code = fail(CMD_UNABLE, &err);
		else
			say(_("Erased. 'ruhu purge' takes it out of the file; older backups still "
			    "hold it.\n"));
	}
	store_close(store);
	buf_free(&record);
	return code;
}

static int
run_purge(struct cli *cli, const struct args *args)
{
	int64_t records = 0, values = 0;
	struct store *store;
	struct err err;
	int code = CMD_DONE;

	if (!cli_open(cli, 0, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!store_erased(store, &records, &values, &err)) {
		code = fail(CMD_UNABLE, &err);
	} else {
		say(_("%lld records were erased, %lld values. The file is written anew without what is "
		    "left of them in free pages, the search index and the journal; no answer that "
		    "stands is touched.\n"), (long long)records, (long long)values);
		if (args_option(args, "yes") == NULL && !ask_word(_("Type purge to go on: "), "purge"))
			say(_("Nothing was done.\n"));
		else if (clear_copy_sweep(store), !store_purge(store, &err))
			code = fail(CMD_UNABLE, &err);
		else
			say(_("Done. Backups and upgrade copies (%s.v*.bak) made before still hold them.\n"),
			    store_path(store));
	}
	store_close(store);
	return code;
}

static const struct option erase_options[] = {
	{ "order", 0, "NUMBER", N_("the order's number, which stays in the log") },
	{ "reason", 0, "TEXT", N_("why, which stays in the log too") },
	{ "yes", 'y', NULL, N_("do it without asking") },
	{ 0 }
};
static const struct option purge_options[] = {
	{ "yes", 'y', NULL, N_("do it without asking") },
	{ 0 }
};

const struct cmd cmd_erase = {
	"erase", "FORM KEY", 2, 2, N_("remove what a record says for good, by order"),
	N_("A right of the person whose record it is, or a wrong person keyed. The log keeps who "
	"changed which question when, and of each value a hash that tells nothing, so that its chain "
	"still verifies. At a county it goes to every site with the next files, and a file that comes "
	"later with the values is taken without them. A township cannot erase."),
	erase_options, run_erase
};

const struct cmd cmd_purge = {
	"purge", "", 0, 0, N_("write the file anew without what was erased"),
	N_("Nothing else is ever removed from a database."), purge_options, run_purge
};
