/* ruhu import: other sites' changes into this database. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "cli/pace.h"
#include "cli/sealed.h"
#include "cli/take.h"
#include "store/quarantine.h"
#include "store/store.h"
#include "sync/import.h"
#include "sync/jcs.h"

static bool
progress(void *ctx, bool applying, int64_t done, int64_t of)
{
	pace_tell(ctx, applying ? _("merging ") : _("checking"), done, of);
	return true;
}

static void
as_json(const char *path, const struct import_result *r)
{
	const struct merge_result *m = &r->merged;
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	jcs_open(&j, '{');
	jcs_key_str(&j, "path", path);
	jcs_key_bool(&j, "ok", true);
	jcs_key_str(&j, "file", r->file);
	jcs_key_str(&j, "from", r->from);
	jcs_key_int(&j, "made", r->made_ms);
	jcs_key_int(&j, "changes", r->changes);
	jcs_key_bool(&j, "known", r->known);
	jcs_key_int(&j, "added", m->added);
	jcs_key_int(&j, "here_already", m->here_already);
	jcs_key_int(&j, "records_new", m->records_new);
	jcs_key_int(&j, "records_changed", m->records_changed);
	jcs_key_int(&j, "records_deleted", m->records_deleted);
	jcs_key_int(&j, "conflicts_new", m->conflicts_new);
	jcs_key_int(&j, "raw", m->raw);
	jcs_key_int(&j, "waiting", m->waiting);
	jcs_key_int(&j, "forks", m->forks);
	jcs_key_int(&j, "acknowledged", r->acknowledged);
	jcs_key_bool(&j, "set_back", r->set_back);
	jcs_key_bool(&j, "part", r->part);
	jcs_key_bool(&j, "gap", r->missing > 0);
	jcs_key_int(&j, "erased", m->erased);
	jcs_key_int(&j, "outside", m->outside);
	jcs_key_int(&j, "held", m->held);
	jcs_key_int(&j, "forms", (int64_t)r->forms);
	jcs_key_int(&j, "forms_refused", (int64_t)r->forms_refused);
	jcs_key_int(&j, "worklists", (int64_t)(r->worklists.taken + r->worklists.gone));
	jcs_key_int(&j, "worklists_refused", (int64_t)r->worklists.refused);
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
}

static void
as_text(const char *path, const struct import_result *r)
{
	const struct merge_result *m = &r->merged;

	say_text(path, 0);
	if (r->known) {
		say(_(": already merged, nothing to do\n"));
	} else {
		say(_(": from %s: %lld changes, %lld of them new\n"), r->from,
		    (long long)r->changes, (long long)m->added);
		say(_("  records: %lld new, %lld changed, %lld deleted\n"),
		    (long long)m->records_new, (long long)m->records_changed,
		    (long long)m->records_deleted);
	}
	if (m->conflicts_new > 0)
		say(_("  %lld answers differ and wait for a person: 'ruhu conflicts'\n"),
		    (long long)m->conflicts_new);
	if (m->raw > 0)
		say(_("  %lld values wait for a form or question that is not installed here\n"),
		    (long long)m->raw);
	if (m->waiting > 0)
		say(_("  %lld changes wait for an earlier file\n"), (long long)m->waiting);
	if (m->forks > 0)
		say(_("  %lld numbers were used twice by the sender: its database was set back; both "
		    "values are kept\n"), (long long)m->forks);
	if (m->outside > 0)
		say(_("  %lld records left the area of %s; what it still said of them is taken\n"),
		    (long long)m->outside, r->from);
	if (m->held > 0)
		say(_("  %lld records never lay in the area of %s: what it says of them is held back, 'ruhu "
		    "held' lists it\n"), (long long)m->held, r->from);
	if (r->missing > 0)
		say(_("  Changes of %s before these have not come; ask it for a file with all of them "
		    "(ruhu export --all)\n"), r->from);
	if (r->forms > 0)
		say(_("  %zu forms from %s were installed\n"), r->forms, r->from);
	if (r->forms_refused > 0)
		say(_("  %zu forms of it cannot be used here: %s\n"), r->forms_refused, r->forms_why);
	if (r->worklists.taken + r->worklists.gone > 0)
		say(_("  Worklists of %s: %zu files put in force, %zu taken out\n"), r->from,
		    r->worklists.taken, r->worklists.gone);
	if (r->worklists.refused > 0)
		say(_("  %zu files of worklists of it cannot be used here: %s\n"), r->worklists.refused,
		    r->worklists.why);
	if (m->erased > 0)
		say(_("  %lld records were erased by order\n"), (long long)m->erased);
	if (r->set_back)
		say(_("  The sender has more of this database than is here: it was set back. Ask %s for "
		    "two files, ruhu export --all and ruhu export --others.\n"), r->from);
}

/* A sealed file is opened first; what its signature says must be what the body
 * says. */
static bool
import_file(struct store *store, const char *path, bool revoked, struct import_options *o,
    struct import_result *r, struct seal_comment *comment, struct err *err)
{
	char name[32];
	int body;
	bool done;

	if (!sealed_is(path))
		return sync_import(store, path, o, r, err);
	if (!sealed_open(store, path, revoked, &body, comment, err))
		return false;
	snprintf(name, sizeof name, "/proc/self/fd/%d", body);
	o->seal = comment;
	o->called = path;
	done = sync_import(store, name, o, r, err);
	close(body);
	return done;
}

static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, R_OK) == 0;
}

static void
tell_unkept(struct err *why)
{
	err_wrap(why, _("a refused file could not be kept in quarantine"));
	fail(CMD_UNABLE, why);
}

static void
failed_as_json(const char *path, const struct err *why)
{
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	jcs_open(&j, '{');
	jcs_key_str(&j, "path", path);
	jcs_key_bool(&j, "ok", false);
	jcs_key_bool(&j, "unfinished", why->unable);
	jcs_key_str(&j, "error", why->text);
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
}

/* What was refused is kept for a person; of what this machine could not do nothing is
 * said against the file. The exit code. */
static int
not_merged(struct store *store, const char *path, const char *from, struct err *why)
{
	bool in = strcmp(path, "-") == 0, unable = why->unable || (!in && !is_file(path));
	struct err kept;

	fail(CMD_FAULTS, why);
	if (why->unable && (in || is_file(path)))
		complain(_("This import is not finished, and nothing was decided about the file. Run it "
		    "again: it goes on where it was.\n"));
	if (unable || in || quarantine_put(store, path, from, why->text, &kept))
		return unable ? CMD_UNABLE : CMD_FAULTS;
	tell_unkept(&kept);
	return CMD_UNABLE;
}

/* The exit code. */
int
import_one(struct store *store, const char *path, bool revoked, bool json)
{
	struct pace pace = pace_begin();
	struct import_options o = { .ctx = &pace };
	struct seal_comment comment = { .from = "" };
	struct import_result r;
	struct err err, ignored;
	bool done;

	if (isatty(STDERR_FILENO))
		o.progress = progress;
	done = import_file(store, path, revoked, &o, &r, &comment, &err);
	pace_end(&pace);
	if (!done && json)
		failed_as_json(path, &err);
	if (!done)
		return not_merged(store, path, comment.from, &err);
	quarantine_merged(store, path, &ignored);
	if (json)
		as_json(path, &r);
	else
		as_text(path, &r);
	return CMD_DONE;
}

static int
run(struct cli *cli, const struct args *args)
{
	bool json = args_option(args, "json") != NULL;
	bool revoked = args_option(args, "revoked") != NULL;
	struct store *store;
	struct err err;
	int code = CMD_DONE;

	if (!cli_open(cli, 0, &store, &err))
		return fail(CMD_UNABLE, &err);
	/* One bad file does not keep the others out. */
	for (int i = 0; i < args->n; i++) {
		int one = import_one(store, args->v[i], revoked, json);

		code = one > code ? one : code;
	}
	store_close(store);
	return code;
}

static const struct option options[] = {
	{ "revoked", 0, NULL, N_("take what a revoked key signed, after a person has looked into it") },
	{ "json", 0, NULL, N_("print a receipt for each file as JSON") },
	{ 0 }
};

const struct cmd cmd_import = {
	"import", "FILE...", 1, -1, N_("merge files that other sites exported"),
	N_("Each file is copied and checked as a whole before anything of it is applied; one that "
	"is cut short, changed or meant for another site is refused. Files may come late, twice "
	"and in any order. Where two people gave different answers without knowing of each other, "
	"both are kept and 'ruhu conflicts' lists them. An import that was stopped goes on when it "
	"is called again."), options, run
};
