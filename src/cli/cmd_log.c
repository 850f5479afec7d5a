/* ruhu log: who saved what, and when. */
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "logic/logic.h"
#include "store/db.h"
#include "store/store.h"
#include "sync/jcs.h"

enum { SEQ, HLC, FORM, RECORD, LABEL, ROW, FIELD, VALUE, REASON, AUTHOR, WHY, VERSION };
enum { STAMP_BITS = 16, DAY_MS = 86400000 };

static void
as_json(struct stmt *st)
{
	char at[INSTANT_TEXT];
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	instant_format_utc(stmt_int(st, HLC) >> STAMP_BITS, at);
	jcs_open(&j, '{');
	jcs_key_int(&j, "seq", stmt_int(st, SEQ));
	jcs_key_str(&j, "at", at);
	jcs_key_str(&j, "by", stmt_text(st, AUTHOR));
	jcs_key_str(&j, "form", stmt_text(st, FORM));
	jcs_key_str(&j, "record", stmt_text(st, RECORD));
	jcs_key_str(&j, "label", stmt_text(st, LABEL));
	if (!stmt_is_null(st, ROW))
		jcs_key_str(&j, "row", stmt_text(st, ROW));
	jcs_key_str(&j, "question", stmt_text(st, FIELD));
	jcs_key(&j, "value");
	jcs_str_or_null(&j, stmt_text_or_null(st, VALUE));
	if (!stmt_is_null(st, REASON))
		jcs_key_str(&j, "reason", stmt_text(st, REASON));
	jcs_key_str(&j, "version", stmt_text(st, VERSION));
	if (!stmt_is_null(st, WHY))
		jcs_key_str(&j, "why", stmt_text(st, WHY));
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
}

/* "2026-11-23 16:00:00  w07  household_survey 马秀兰: age = 36" */
static void
as_text(struct stmt *st)
{
	char at[INSTANT_TEXT];

	instant_format(stmt_int(st, HLC) >> STAMP_BITS, at);
	say("%.10s %.8s  ", at, at + 11);
	say_text(stmt_text(st, AUTHOR), 8);
	say("  ");
	say_text(stmt_text(st, FORM), 0);
	say(" ");
	say_text(stmt_text(st, LABEL)[0] != '\0' ? stmt_text(st, LABEL) : stmt_text(st, RECORD), 0);
	say(": ");
	say_text(stmt_text(st, FIELD), 0);
	/* The end of a row's id is enough to tell two rows apart. */
	if (strlen(stmt_text(st, ROW)) > 4)
		say("[%s]", stmt_text(st, ROW) + strlen(stmt_text(st, ROW)) - 4);
	say(" = ");
	say_text(stmt_text(st, VALUE), 0);
	if (!stmt_is_null(st, REASON))
		say(" (%s)", stmt_text(st, REASON));
	if (!stmt_is_null(st, WHY))
		say("  [%s]", stmt_text(st, WHY));
	say("\n");
}

struct span { int64_t since, until; };	/* ms UTC */

static bool
moment(const char *text, int64_t *out, struct err *err)
{
	bool has_time;

	return text == NULL || instant_parse(text, out, &has_time) || err_set(err,
	    _("'%s' is no moment; write it like 2026-11-23T08:00"), text);
}

static bool
read_span(const struct args *args, struct span *span, struct err *err)
{
	const char *day = args_option(args, "day");

	span->since = 0;
	span->until = (int64_t)1 << 46;
	if (!moment(args_option(args, "since"), &span->since, err) ||
	    !moment(args_option(args, "until"), &span->until, err) || !moment(day, &span->since, err))
		return false;
	if (day != NULL)
		span->until = span->since + DAY_MS;
	return true;
}

static int
print(struct store *store, const char *form, const char *record, const char *author,
    const struct span *span, bool json, struct err *err)
{
	struct stmt *st = db_query(store_db(store), err,
	    "SELECT c.seq, c.hlc, r.form, r.id, r.label, w.id, f.text, c.value, c.reason, a.text,"
	    " (SELECT group_concat(y.why, ' ') FROM ruhu_why y WHERE y.tx = c.tx"
	    "  AND y.change IN (0, c.no)), v.version"
	    " FROM ruhu_change c JOIN ruhu_record r ON r.no = c.record"
	    " LEFT JOIN ruhu_row w ON w.no = c.row JOIN ruhu_name f ON f.no = c.field"
	    " JOIN ruhu_name a ON a.no = c.author JOIN ruhu_form v ON v.no = c.form"
	    " WHERE (?1 IS NULL OR r.form = ?1) AND (?2 IS NULL OR r.id = ?2)"
	    " AND (?3 IS NULL OR a.text = ?3) AND c.hlc >= ?4 AND c.hlc < ?5 ORDER BY c.no",
	    WITH(b_text(form), b_text(record), b_text(author),
	    b_int((int64_t)((uint64_t)span->since << STAMP_BITS)),
	    b_int((int64_t)((uint64_t)span->until << STAMP_BITS))));

	while (st != NULL && stmt_row(st)) {
		if (json)
			as_json(st);
		else
			as_text(st);
	}
	return stmt_end(st, err) ? CMD_DONE : fail(CMD_UNABLE, err);
}

static int
find_and_print(struct store *store, const struct args *args, const struct span *span,
    struct err *err)
{
	const char *form = args->n > 0 ? args->v[0] : NULL;
	bool json = args_option(args, "json") != NULL;
	const struct logic *logic;
	struct buf record = { 0 };
	int code;

	if (form != NULL && !cli_form(store, form, &logic, err))
		return fail(CMD_FAULTS, err);
	if (args->n > 1) {
		if (!store_find(store, form, args->v[1], &record, err))
			return fail(CMD_UNABLE, err);
		if (record.len == 0) {
			err_set(err, _("no record of %s has the key '%s'"), form, args->v[1]);
			return fail(CMD_FAULTS, err);
		}
	}
	code = print(store, form, record.len > 0 ? buf_str(&record) : NULL,
	    args_option(args, "author"), span, json, err);
	buf_free(&record);
	return code;
}

static int
run(struct cli *cli, const struct args *args)
{
	struct store *store;
	struct span span;
	struct err err;
	int code;

	if (!read_span(args, &span, &err))
		return fail(CMD_USAGE, &err);
	if (!cli_open(cli, OPEN_READ_ONLY, &store, &err))
		return fail(CMD_UNABLE, &err);
	code = find_and_print(store, args, &span, &err);
	store_close(store);
	return code;
}

static const struct option options[] = {
	{ "author", 0, "NAME", N_("only what this person saved") },
	{ "since", 0, "TIME", N_("only what was saved from this day or moment on") },
	{ "until", 0, "TIME", N_("only what was saved before this day or moment") },
	{ "day", 0, "DAY", N_("only what was saved on this day") },
	{ "json", 0, NULL, N_("print JSON, a line for each change") },
	{ 0 }
};

const struct cmd cmd_log = {
	"log", "[FORM [KEY]]", 0, 2, N_("who saved what and when, oldest first"),
	N_("Of all records, of a form's, or of one. A question's name that begins with $ is the "
	"program's own: $state complete or incomplete, $del 1 deleted. In brackets, why: "
	"verify (keyed a second time), "
	"default (nobody touched it), last (as last time), fill (not on a "
	"screen)."), options, run
};
