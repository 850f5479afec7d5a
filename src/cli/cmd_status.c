/* ruhu status: what is in the database and what waits to be sent. */
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "store/changes.h"
#include "store/db.h"
#include "store/merge.h"
#include "store/store.h"
#include "sync/export.h"
#include "sync/jcs.h"

static void
as_json(const struct store *store, const struct site_info *site, const struct store_counts *n,
    int64_t changes, const char *state)
{
	struct buf line = {0};
	struct jcs j = jcs_into(&line);
	char chain[2 * HASH_BYTES + 1];

	hex_format(site->last_chain, HASH_BYTES, chain);
	jcs_open(&j, '{');
	jcs_key_str(&j, "database", store_path(store));
	jcs_key_str(&j, "site", site->id);
	jcs_key_str(&j, "epoch", site->epoch);
	jcs_key_int(&j, "changes", changes);
	jcs_key_int(&j, "acknowledged", changes - n->unsynced);
	jcs_key_int(&j, "waiting", n->unsynced);
	jcs_key_int(&j, "seq", site->last_seq);
	jcs_key_str(&j, "chain", chain);
	if (state != NULL)
		jcs_key_str(&j, "state", state);
	jcs_key_int(&j, "records", n->records);
	jcs_key_int(&j, "drafts", n->drafts);
	jcs_key_int(&j, "incomplete", n->incomplete);
	jcs_key_int(&j, "flags", n->flags);
	jcs_key_int(&j, "conflicts", n->conflicts);
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
}

static void
as_text(const struct store *store, const struct site_info *site, const struct store_counts *n,
    int64_t changes, const char *state)
{
	say(_("database    "));
	say_text(store_path(store), 0);
	say("\n");
	say(_("site        %s\n"), site->id);
	say(_("records     %lld, of them incomplete %lld\n"), (long long)n->records,
	    (long long)n->incomplete);
	say(_("drafts      %lld\n"), (long long)n->drafts);
	say(_("flags       %lld\n"), (long long)n->flags);
	say(_("conflicts   %lld\n"), (long long)n->conflicts);
	say(_("changes     %lld; the other side has acknowledged %lld; %lld wait\n"),
	    (long long)changes, (long long)(changes - n->unsynced), (long long)n->unsynced);
	if (state != NULL)
		say(_("state       %s\n"), state);
}

/* Everybody's drafts; store_counts knows this worker's. */
static bool
all_drafts(struct store *store, struct store_counts *counts, struct err *err)
{
	return db_int(store_db(store), err, &counts->drafts, NULL,
	    "SELECT count(*) FROM ruhu_draft", WITHOUT);
}

/* Equal on two sites that have the same changes. */
static bool
state_hash(struct store *store, bool wanted, char hex[2 * HASH_BYTES + 1], struct err *err)
{
	unsigned char hash[HASH_BYTES];

	if (!wanted)
		return true;
	if (!store_state_hash(store, hash, err))
		return false;
	hex_format(hash, HASH_BYTES, hex);
	return true;
}

static int
run(struct cli *cli, const struct args *args)
{
	struct store_counts counts;
	bool wanted = args_option(args, "state") != NULL;
	char state[2 * HASH_BYTES + 1];
	struct site_info site;
	struct store *store;
	struct err err;
	int64_t changes = 0;
	int code = CMD_DONE;

	if (!cli_open(cli, OPEN_READ_ONLY, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!store_site(store, &site, &err) || !store_counts(store, NULL, &counts, &err) ||
	    !all_drafts(store, &counts, &err) ||
	    !sync_waiting(store, &changes, &counts.unsynced, &err) ||
	    !state_hash(store, wanted, state, &err))
		code = fail(CMD_UNABLE, &err);
	else if (args_option(args, "json") != NULL)
		as_json(store, &site, &counts, changes, wanted ? state : NULL);
	else
		as_text(store, &site, &counts, changes, wanted ? state : NULL);
	store_close(store);
	return code;
}

static const struct option options[] = {
    {"state", 0, NULL,
	N_("a hash of all answers too: equal on two sites that have the same changes")},
    {"json", 0, NULL, N_("print JSON")}, {0}};

const struct cmd cmd_status = {"status", "", 0, 0,
    N_("what is in the database, and what waits to be sent"), NULL, options, run};
