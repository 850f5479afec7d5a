/* ruhu clockfix: what a wrong clock of another site stamped. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "store/clockfix.h"
#include "store/peers.h"
#include "store/store.h"

enum { MINUTE = 60000, AHEAD_MS = 10 * MINUTE };

/* "90m", "2h", "3650d", with - before it for a clock that was behind. */
static bool
span(const char *text, int64_t *ms, struct err *err)
{
	static const struct { char unit; int64_t ms; } units[] = {
		{ 'm', MINUTE }, { 'h', 60 * MINUTE }, { 'd', 1440 * MINUTE }
	};
	char *end;
	int64_t n = strtoll(text, &end, 10);

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (n != 0 && n > -100000 && n < 100000 && end[0] == units[i].unit && end[1] == '\0') {
			*ms = n * units[i].ms;
			return true;
		}
	return err_set(err, _("'%s' is no span of time: give minutes as 90m, hours as 2h, days as 3650d"),
	    text);
}

struct search { const char *site; int64_t ahead_ms; };

static bool
is_it(void *ctx, const struct peer_info *p)
{
	struct search *s = ctx;

	if (strcmp(p->site, s->site) != 0)
		return true;
	s->ahead_ms = p->ahead_ms;
	return false;
}

/* What its last file told, where nobody says. */
static bool
how_far(struct store *store, const struct args *args, struct clockfix *fix, struct err *err)
{
	const char *ahead = args_option(args, "ahead");
	struct search s = { .site = fix->site };

	if (ahead != NULL)
		return span(ahead, &fix->ahead_ms, err);
	if (!store_peers(store, is_it, &s, err))
		return false;
	fix->ahead_ms = s.ahead_ms;
	return s.ahead_ms > AHEAD_MS || err_set(err, _("the last file of %s does not tell that its clock "
	    "is ahead; say how far with --ahead"), fix->site);
}

static int
run(struct cli *cli, const struct args *args)
{
	const char *since = args_option(args, "since");
	struct clockfix fix = { .site = args->v[0], .since_ms = clock_now(&cli->clock) + AHEAD_MS };
	struct store *store;
	struct err err;
	int64_t records;
	bool has_time;
	int code = CMD_DONE;

	if (since != NULL && !instant_parse(since, &fix.since_ms, &has_time)) {
		err_set(&err, _("'%s' is no moment: give it as 2026-11-23T08:00"), since);
		return fail(CMD_USAGE, &err);
	}
	if (!cli_open(cli, 0, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!how_far(store, args, &fix, &err) || !store_clockfix(store, &fix, &records, &err))
		code = fail(CMD_UNABLE, &err);
	else
		say(_("%lld records of %s are ordered by the right time now, and at every site that gets the "
		    "next files.\n"), (long long)records, fix.site);
	store_close(store);
	return code;
}

static const struct option options[] = {
	{ "ahead", 0, "SPAN", N_("how far its clock was ahead: 90m, 2h, 3650d; -2h behind; otherwise as "
	    "its last file told") },
	{ "since", 0, "TIME", N_("what it stamped from this moment of its wrong clock on; otherwise what "
	    "is stamped later than now") },
	{ 0 }
};

const struct cmd cmd_clockfix = {
	"clockfix", "SITE", 1, 1, N_("put right what a wrong clock of another site stamped"),
	N_("At a county. Of answers given apart the newest is shown until a person decides, and a clock "
	"that was ahead makes its site's the newest for as long. This says by how much, of every record "
	"that has such an answer, and goes to all sites with it. No stamp in the log is changed; the "
	"site's own stamps go back to the right time once it has heard. Put the clock itself right "
	"first."),
	options, run
};
