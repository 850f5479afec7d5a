/* ruhu export: the changes that the other side does not have yet, as a file. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "cli/ask.h"
#include "cli/pace.h"
#include "cli/sealed.h"
#include "store/changes.h"
#include "store/merge.h"
#include "store/scope.h"
#include "store/store.h"
#include "sync/export.h"
#include "sync/jcs.h"
#include "sync/keyring.h"

#define DEFAULT_TO "county"

static bool
progress(void *ctx, int64_t done, int64_t of)
{
	pace_tell(ctx, _("writing "), done, of);
	return true;
}

/* FROM-TO-EPOCH-LAST.ruhu (sealed) or .ndjson.zst: says nothing of a person. */
static void
default_name(const struct site_info *site, const struct export_options *o, bool sealed,
    struct buf *out)
{
	buf_addf(out, "%s-%s-%.8s-%lld%s.%s", site->id, o->to, site->epoch, (long long)site->last_seq,
	    o->others ? "-others" : "", sealed ? "ruhu" : "ndjson.zst");
}

/* A file called .ruhu is sealed; one without a name too, when the receiver's keys
 * are known here. */
static bool
to_be_sealed(struct store *store, const char *path, const char *to)
{
	struct buf folder = { 0 };
	struct key_card card;
	struct err none;
	size_t n = path != NULL ? strlen(path) : 0;
	bool known;

	if (path != NULL)
		return n > 5 && strcmp(path + n - 5, ".ruhu") == 0;
	keyring_folder(store_path(store), &folder);
	known = keyring_peer(buf_str(&folder), to, &card, &none);
	/* Who made keys expects a sealed file: it is refused for want of the other's. */
	known = known || keyring_own(buf_str(&folder), to, &card, &none);
	buf_free(&folder);
	return known;
}

/* What is not sealed tells its finder everything: asked twice, at a terminal; a
 * script says so twice. */
static bool
plain_meant(const struct args *args, struct err *err)
{
	if (args_option(args, "plain") == NULL || args_option(args, "yes") != NULL)
		return true;
	if (isatty(STDIN_FILENO) && ask_word(_("The file will be readable by whoever finds it. Type "
	    "plain to go on: "), "plain") && ask_word(_("It holds what people said about themselves. "
	    "Type yes: "), "yes"))
		return true;
	return err_set(err, _("nothing was written: a plain file wants two answers at the terminal, or "
	    "--plain --yes"));
}

static void
tell(const char *path, const struct export_result *r, bool json)
{
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	if (json) {
		jcs_open(&j, '{');
		jcs_key_str(&j, "path", path);
		jcs_key_str(&j, "file", r->file);
		jcs_key_int(&j, "first", r->first);
		jcs_key_int(&j, "last", r->last);
		jcs_key_bool(&j, "older", r->older);
		jcs_key_bool(&j, "part", r->part);
		jcs_key_int(&j, "changes", r->changes);
		jcs_key_int(&j, "tx", r->lines);
		jcs_key_int(&j, "raw_bytes", (int64_t)r->raw_bytes);
		jcs_key_int(&j, "bytes", (int64_t)r->bytes);
		jcs_key_str(&j, "b2", r->b2);
		jcs_close(&j, '}');
		put_json(&line);
	} else {
		say_text(path, 0);
		say(_(": %lld changes, %llu bytes\n"), (long long)r->changes,
		    (unsigned long long)r->bytes);
	}
	buf_free(&line);
}

static int
export_now(struct store *store, const struct export_options *given, bool sealed, bool json,
    struct err *err)
{
	struct pace pace = pace_begin();
	struct export_options o = *given;
	struct export_result r;
	bool done;

	o.ctx = &pace;
	if (isatty(STDERR_FILENO))
		o.progress = progress;
	done = sealed ? sealed_export(store, &o, o.path, &r, err) : sync_export(store, &o, &r, err);
	pace_end(&pace);
	if (!done)
		return fail(CMD_UNABLE, err);
	if (!store_sent(store, o.to, err))
		return fail(CMD_UNABLE, err);
	/* The body itself went to standard output when no file was named. */
	if (strcmp(o.path, "-") != 0)
		tell(o.path, &r, json);
	return CMD_DONE;
}

static bool
site_name_fits(const char *to, struct err *err)
{
	size_t n = strspn(to, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	if (n > 0 && n < 64 && to[n] == '\0')
		return true;
	return err_set(err, _("'%s' is no site's name: letters, digits and _ only"), to);
}

static bool
count_have(void *ctx, const char *epoch, const char *site, int64_t seq,
    const unsigned char *chain, int64_t to)
{
	(void)epoch;
	(void)site;
	(void)chain;
	(void)to;
	*(size_t *)ctx += seq > 0;
	return true;
}

static bool
count_part(void *ctx, const char *id, int64_t no, const unsigned char *chain)
{
	return count_have(ctx, id, "", no, chain, no);
}

/* Changes that wait, or other sites' changes to acknowledge. */
static bool
anything(struct store *store, bool *any, struct err *err)
{
	int64_t all, waiting = 0;
	size_t have = 0;
	bool ok = sync_waiting(store, &all, &waiting, err) &&
	    store_have(store, count_have, &have, err) && store_parts(store, count_part, &have, err);

	*any = waiting > 0 || have > 0;
	return ok;
}

/* A site with an area gets what lies in it. Where many sites send to, one without
 * would get what others said of their people: that is asked first. */
static bool
for_whom(struct store *store, struct export_options *o, struct buf *scope, struct err *err)
{
	bool said, hub = false;

	if (!store_site_scope(store, o->to, scope, &said, err) || !store_is_hub(store, &hub, err))
		return false;
	if (said && !o->others)
		o->scope = buf_str(scope);
	if (said || o->all || o->others || !hub)
		return true;
	return err_set(err, _("Which area does %s cover? Say it once with 'ruhu site scope %s PREFIX', "
	    "and it gets the records there; --all sends all changes made here"), o->to, o->to);
}

static int
run(struct cli *cli, const struct args *args)
{
	struct export_options o = { .path = args_option(args, "output"),
		.to = args_option(args, "to"), .program = "ruhu " RUHU_VERSION,
		.clock = &cli->clock, .all = args_option(args, "all") != NULL,
		.others = args_option(args, "others") != NULL,
		.forms = args_option(args, "forms") != NULL };
	struct buf name = { 0 }, scope = { 0 };
	struct site_info site;
	struct store *store;
	struct err err;
	bool any;
	int code;

	if (o.to == NULL)
		o.to = DEFAULT_TO;
	if (!site_name_fits(o.to, &err) || !plain_meant(args, &err))
		return fail(CMD_USAGE, &err);
	if (!cli_open(cli, 0, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!store_site(store, &site, &err) || !anything(store, &any, &err) ||
	    !for_whom(store, &o, &scope, &err)) {
		code = fail(CMD_UNABLE, &err);
	} else if (!o.all && !o.others && o.scope == NULL && !any) {
		complain(_("Nothing waits to be sent; --all sends everything again.\n"));
		code = CMD_DONE;
	} else {
		bool sealed = args_option(args, "plain") == NULL && to_be_sealed(store, o.path, o.to);

		default_name(&site, &o, sealed, &name);
		if (o.path == NULL)
			o.path = buf_str(&name);
		code = export_now(store, &o, sealed, args_option(args, "json") != NULL, &err);
	}
	store_close(store);
	buf_free(&name);
	buf_free(&scope);
	return code;
}

static const struct option options[] = {
	{ "output", 'o', "FILE", N_("the file; sealed when its name ends in .ruhu, compressed when in "
	    ".zst; - is standard output") },
	{ "to", 0, "SITE", N_("the receiving site's name; otherwise county") },
	{ "all", 0, NULL, N_("from the first change, not from the first unacknowledged one") },
	{ "others", 0, NULL, N_("what came from other sites too: gives a site that lost its database "
	    "its work back; a township gives its county what that lost, beside a file with --all") },
	{ "forms", 0, NULL, N_("with the text of the forms") },
	{ "plain", 0, NULL, N_("neither signed nor encrypted, to look at it; asks twice") },
	{ "yes", 'y', NULL, N_("with --plain: without asking") },
	{ "json", 0, NULL, N_("print what was written as JSON") },
	{ 0 }
};

const struct cmd cmd_export = {
	"export", "", 0, 0, N_("write the changes that the other side does not have yet"),
	N_("The file is signed with this site's key and encrypted for the receiver, whose keys were "
	"pinned with 'ruhu key pin'. Where this site made no keys, or with --plain, it is the body alone: "
	"lines of JSON, described in docs/sync-file.md, which hold what people said about themselves; "
	"keep it as carefully as the database. Sending the same changes twice does no harm. The file "
	"also says what has come from the receiver: that is how the other side learns what it need "
	"not send again, so export even when nothing waits."),
	options, run
};
