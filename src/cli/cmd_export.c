/* ruhu export: the changes that the other side does not have yet, as a file. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "store/changes.h"
#include "store/store.h"
#include "sync/export.h"
#include "sync/jcs.h"

#define DEFAULT_TO "county"

static bool
progress(void *ctx, int64_t done, int64_t of)
{
	bool *shown = ctx;

	complain("\r%3d%%  %lld / %lld", (int)(of > 0 ? done * 100 / of : 100), (long long)done,
	    (long long)of);
	*shown = true;
	return true;
}

/* FROM-TO-EPOCH-LAST.ndjson.zst: says nothing of a person. */
static void
default_name(const struct site_info *site, const char *to, struct buf *out)
{
	buf_addf(out, "%s-%s-%.8s-%lld.ndjson.zst", site->id, to, site->epoch,
	    (long long)site->last_seq);
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
export_now(struct store *store, const struct export_options *given, bool json, struct err *err)
{
	struct export_options o = *given;
	struct export_result r;
	bool shown = false, done;

	o.ctx = &shown;
	if (isatty(STDERR_FILENO))
		o.progress = progress;
	done = sync_export(store, &o, &r, err);
	if (shown)
		complain("\r\033[K");
	if (!done)
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

static int
run(struct cli *cli, const struct args *args)
{
	struct export_options o = { .path = args_option(args, "output"),
		.to = args_option(args, "to"), .program = "ruhu " RUHU_VERSION,
		.clock = &cli->clock, .all = args_option(args, "all") != NULL,
		.forms = args_option(args, "forms") != NULL };
	struct buf name = { 0 };
	struct site_info site;
	struct store *store;
	int64_t all, waiting;
	struct err err;
	int code;

	if (o.to == NULL)
		o.to = DEFAULT_TO;
	if (!site_name_fits(o.to, &err))
		return fail(CMD_USAGE, &err);
	if (!cli_open(cli, 0, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!store_site(store, &site, &err) || !sync_waiting(store, &all, &waiting, &err)) {
		code = fail(CMD_UNABLE, &err);
	} else if (!o.all && waiting == 0) {
		complain(_("Nothing waits to be sent; --all sends everything again.\n"));
		code = CMD_DONE;
	} else {
		default_name(&site, o.to, &name);
		if (o.path == NULL)
			o.path = buf_str(&name);
		code = export_now(store, &o, args_option(args, "json") != NULL, &err);
	}
	store_close(store);
	buf_free(&name);
	return code;
}

static const struct option options[] = {
	{ "output", 'o', "FILE", N_("the file; compressed when its name ends in .zst; - is standard output") },
	{ "to", 0, "SITE", N_("the receiving site's name; otherwise county") },
	{ "all", 0, NULL, N_("from the first change, not from the first unacknowledged one") },
	{ "forms", 0, NULL, N_("with the text of the forms") },
	{ "json", 0, NULL, N_("print what was written as JSON") },
	{ 0 }
};

const struct cmd cmd_export = {
	"export", "", 0, 0, N_("write the changes that the other side does not have yet"),
	N_("The file is the body of a sync file: lines of JSON, described in docs/sync-file.md. It "
	"is neither signed nor encrypted: it holds what people said about themselves, so keep it as "
	"carefully as the database. Sending the same changes twice does no harm."),
	options, run
};
