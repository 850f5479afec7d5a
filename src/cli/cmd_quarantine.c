/* ruhu quarantine: files that were refused, and trying one again. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "cli/take.h"
#include "store/quarantine.h"
#include "store/store.h"
#include "sync/jcs.h"

struct listing {
	bool json;
	size_t n;
	long long wanted;		/* 0: all are told */
	char *hash;
};

static void
as_json(const struct quarantined *q)
{
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	jcs_open(&j, '{');
	jcs_key_int(&j, "no", q->no);
	jcs_key_str(&j, "name", q->name);
	jcs_key_str(&j, "site", q->site);
	jcs_key_str(&j, "reason", q->reason);
	jcs_key_str(&j, "at", q->at);
	jcs_key_str(&j, "by", q->by);
	jcs_key_int(&j, "tries", q->tries);
	jcs_key_str(&j, "merged", q->merged_at);
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
}

static bool
each(void *ctx, const struct quarantined *q)
{
	struct listing *l = ctx;

	if (l->wanted != 0) {
		if (q->no == l->wanted)
			l->hash = xstrdup(q->hash);
		return l->hash == NULL;
	}
	l->n++;
	if (l->json) {
		as_json(q);
		return true;
	}
	say("%4lld  %.16s  ", (long long)q->no, q->at);
	say_text(q->name, 0);
	say(q->site[0] != '\0' ? " (%s)" : "%s", q->site);
	if (q->tries > 1)
		say(_(", tried %lld times"), (long long)q->tries);
	say("\n      ");
	say_text(q->reason, 0);
	say("\n");
	return true;
}

static int
retry(struct store *store, const char *number, bool revoked, bool json, struct err *err)
{
	struct listing l = { .wanted = strtoll(number, NULL, 10) };
	struct buf path = { 0 };
	int code;

	if (!quarantine_each(store, true, each, &l, err))
		return fail(CMD_UNABLE, err);
	if (l.hash == NULL) {
		err_set(err, _("there is no file %s in quarantine"), number);
		return fail(CMD_FAULTS, err);
	}
	quarantine_path(store, l.hash, &path);
	code = import_one(store, buf_str(&path), revoked, json);
	free(l.hash);
	buf_free(&path);
	return code;
}

static int
run(struct cli *cli, const struct args *args)
{
	const char *again = args_option(args, "retry");
	struct listing l = { .json = args_option(args, "json") != NULL };
	struct store *store;
	struct err err;
	int code = CMD_DONE;

	if (!cli_open(cli, again != NULL ? 0 : OPEN_READ_ONLY, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (again != NULL)
		code = retry(store, again, args_option(args, "revoked") != NULL, l.json, &err);
	else if (!quarantine_each(store, args_option(args, "all") != NULL, each, &l, &err))
		code = fail(CMD_UNABLE, &err);
	else if (l.n == 0 && !l.json)
		say(_("No file waits in quarantine.\n"));
	store_close(store);
	return code;
}

static const struct option options[] = {
	{ "retry", 0, "NUMBER", N_("try to merge this one again") },
	{ "revoked", 0, NULL, N_("with --retry: although its key was revoked") },
	{ "all", 0, NULL, N_("those too that were merged since") },
	{ "json", 0, NULL, N_("print JSON, a line for each file") },
	{ 0 }
};

const struct cmd cmd_quarantine = {
	"quarantine", "", 0, 0, N_("files that were refused, and why"),
	N_("They lie as they came in DB.quarantine beside the database; the program removes none."),
	options, run
};
