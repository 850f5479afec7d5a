/* ruhu stats: what people keyed, how fast and how right, by day. */
#include "base/buf.h"
#include "base/date.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "store/stats.h"
#include "store/store.h"
#include "sync/jcs.h"

struct listing {
	bool json;
	size_t n;
};

static void
as_json(const struct stats_line *l)
{
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	jcs_open(&j, '{');
	jcs_key_str(&j, "day", l->day);
	jcs_key_str(&j, "by", l->by);
	jcs_key_int(&j, "sittings", l->sittings);
	jcs_key_int(&j, "forms", l->forms);
	jcs_key_int(&j, "saved", l->f.saved);
	jcs_key_int(&j, "verified", l->f.verified);
	jcs_key_int(&j, "fields", l->f.fields);
	jcs_key_int(&j, "keys", l->f.keys);
	jcs_key_int(&j, "refused", l->f.refused);
	jcs_key_int(&j, "active_ms", l->f.active_ms);
	jcs_key_int(&j, "paused_ms", l->f.paused_ms);
	if (stats_keys_an_hour(&l->f) >= 0)
		jcs_key_int(&j, "keys_per_hour", stats_keys_an_hour(&l->f));
	jcs_key_int(&j, "compared", l->v.compared);
	jcs_key_int(&j, "wrong", l->v.wrong);
	jcs_key_int(&j, "compared_as_verifier", l->v.compared_again);
	jcs_key_int(&j, "wrong_as_verifier", l->v.wrong_again);
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
}

static void
number(double n, const char *format)
{
	if (n < 0)
		say("%9s", "-");
	else
		say(format, n);
}

static bool
tell(void *ctx, const struct stats_line *l)
{
	struct listing *list = ctx;

	if (list->n++ == 0 && !list->json)
		say("%s\n",
		    _("day         who        saved  verified    keys  keys/h  refused/1000  "
		      "wrong %  wrong % as verifier"));
	if (list->json) {
		as_json(l);
		return true;
	}
	say("%s  ", l->day);
	say_text(l->by, 10);
	say(" %5lld %9lld %7lld", (long long)l->f.saved, (long long)l->f.verified,
	    (long long)l->f.keys);
	number((double)stats_keys_an_hour(&l->f), "%8.0f");
	number(stats_refused_of_1000(&l->f), "%14.1f");
	number(stats_percent(l->v.wrong, l->v.compared), "%9.2f");
	number(stats_percent(l->v.wrong_again, l->v.compared_again), "%9.2f");
	say("\n");
	return true;
}

static int
run(struct cli *cli, const struct args *args)
{
	struct listing l = {args_option(args, "json") != NULL, 0};
	const char *since = args_option(args, "since");
	struct store *store;
	struct date day;
	struct err err;
	int code = CMD_DONE;

	if (since != NULL && !date_parse(since, &day, NULL)) {
		err_set(&err, _("'%s' is no day; write it like 2026-11-23"), since);
		return fail(CMD_USAGE, &err);
	}
	if (!cli_open(cli, OPEN_READ_ONLY, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!store_stats(store, args->n > 0 ? args->v[0] : NULL, since, tell, &l, &err))
		code = fail(CMD_UNABLE, &err);
	else if (l.n == 0 && !l.json)
		say(_("Nothing was keyed on a screen yet.\n"));
	store_close(store);
	return code;
}

static const struct option options[] = {{"since", 0, "DAY", N_("from this day on")},
    {"json", 0, NULL, N_("print JSON, a line for each person and day")}, {0}};

const struct cmd cmd_stats = {"stats", "[NAME]", 0, 1,
    N_("what people keyed, how fast and how right, by day"),
    N_("Keys an hour without the pauses; answers refused for 1,000 keys; per cent of answers that "
       "were wrong when they were keyed a second time, as the first and as the second person."),
    options, run};
