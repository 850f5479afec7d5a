/* ruhu status: what is in the database and what waits to be sent. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/hash.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "store/changes.h"
#include "store/db.h"
#include "store/held.h"
#include "store/merge.h"
#include "store/peers.h"
#include "store/scope.h"
#include "store/store.h"
#include "sync/export.h"
#include "sync/jcs.h"

enum { CLOCK_AHEAD_MS = 10 * 60 * 1000 };

static bool
peer_json(void *ctx, const struct peer_info *p)
{
	struct jcs *j = ctx;

	jcs_open(j, '{');
	jcs_key_str(j, "site", p->site);
	jcs_key(j, "scope");
	jcs_str_or_null(j, p->scope);
	jcs_key_str(j, "heard", p->heard_at);
	jcs_key_str(j, "sent", p->sent_at);
	jcs_key_int(j, "has", p->acked);
	jcs_key_int(j, "of", p->all);
	jcs_key_int(j, "waiting", p->waiting);
	jcs_key_str(j, "oldest", p->oldest);
	jcs_key_int(j, "from_it", p->have);
	jcs_key_int(j, "gaps", p->gaps);
	jcs_key_int(j, "ahead_ms", p->ahead_ms);
	jcs_close(j, '}');
	return true;
}

/* "3 days ago", "2 h ago", "5 min ago", "never". */
static void
ago(const struct clock *clock, const char *at, char out[64])
{
	int64_t ms = 0, minutes;
	bool has_time;

	if (at[0] == '\0' || !instant_parse(at, &ms, &has_time)) {
		snprintf(out, 64, "%s", _("never"));
		return;
	}
	minutes = (clock_now(clock) - ms) / 60000;
	if (minutes >= 48 * 60)
		snprintf(out, 64, _("%lld days ago"), (long long)(minutes / 1440));
	else if (minutes >= 120)
		snprintf(out, 64, _("%lld h ago"), (long long)(minutes / 60));
	else
		snprintf(out, 64, _("%lld min ago"), (long long)(minutes > 0 ? minutes : 0));
}

/* "T03         has 4512 of 4820 (3 days ago); 308 wait, the oldest 2 days ago". */
static bool
peer_text(void *ctx, const struct peer_info *p)
{
	const struct clock *clock = ctx;
	char heard[64], sent[64], oldest[64];

	ago(clock, p->heard_at, heard);
	ago(clock, p->sent_at, sent);
	ago(clock, p->oldest, oldest);
	say_text(p->site, 12);
	if (p->scope != NULL)
		say(_("area %s; records that wait: %lld"), p->scope, (long long)p->waiting);
	else
		say(_("has %lld of %lld; %lld wait"), (long long)p->acked, (long long)p->all,
		    (long long)p->waiting);
	if (p->waiting > 0)
		say(_(", the oldest %s"), oldest);
	say(_("; last file to it %s\n"), sent);
	say(_("            from it %lld changes, last file %s"), (long long)p->have, heard);
	if (p->gaps > 0)
		say(_("; something is missing: ask for ruhu export --all"));
	if (p->ahead_ms > CLOCK_AHEAD_MS)
		say(_("; its clock is %lld minutes ahead"), (long long)(p->ahead_ms / 60000));
	say("\n");
	return true;
}

static void
as_json(struct store *store, const struct site_info *site, const struct store_counts *n,
    int64_t changes, int64_t moved, const char *state)
{
	struct err ignored;
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);
	int64_t held = 0;
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
	jcs_key_int(&j, "moved_out", moved);
	store_held_n(store, &held, &ignored);
	jcs_key_int(&j, "held", held);
	jcs_key(&j, "peers");
	jcs_open(&j, '[');
	store_peers(store, peer_json, &j, &ignored);
	jcs_close(&j, ']');
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
}

static void
as_text(struct cli *cli, struct store *store, const struct site_info *site,
    const struct store_counts *n, int64_t changes, int64_t moved, const char *state)
{
	struct err ignored;
	int64_t held = 0;

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
	if (moved > 0)
		say(_("moved       %lld records left this area; what is still said of them here goes out\n"),
		    (long long)moved);
	if (store_held_n(store, &held, &ignored) && held > 0)
		say(_("held        %lld records of other areas wait for a person: 'ruhu held'\n"),
		    (long long)held);
	store_peers(store, peer_text, &cli->clock, &ignored);
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
	int64_t changes = 0, moved = 0;
	int code = CMD_DONE;

	if (!cli_open(cli, OPEN_READ_ONLY, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!store_site(store, &site, &err) || !store_counts(store, NULL, &counts, &err) ||
	    !all_drafts(store, &counts, &err) ||
	    !sync_waiting(store, &changes, &counts.unsynced, &err) ||
	    !store_moved_out(store, &moved, &err) ||
	    !state_hash(store, wanted, state, &err))
		code = fail(CMD_UNABLE, &err);
	else if (args_option(args, "json") != NULL)
		as_json(store, &site, &counts, changes, moved, wanted ? state : NULL);
	else
		as_text(cli, store, &site, &counts, changes, moved, wanted ? state : NULL);
	store_close(store);
	return code;
}

static const struct option options[] = {
    {"state", 0, NULL,
	N_("a hash of all answers too: equal on two sites that have the same changes")},
    {"json", 0, NULL, N_("print JSON")}, {0}};

const struct cmd cmd_status = {"status", "", 0, 0,
    N_("what is in the database, and what waits to be sent"), NULL, options, run};
