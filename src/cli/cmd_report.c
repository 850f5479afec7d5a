/* ruhu report: the figures that are handed up, for people, as a table or as JSON. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "cli/sheet.h"
#include "report/report.h"
#include "store/store.h"
#include "sync/jcs.h"

enum { REPORT_BYTES = 1 << 20, LABEL_COLUMNS = 44 };

struct printed {
	const struct report *report;
	const struct report_level *by;
	struct report_answer answer;
	char day[11];
	const char *within;
};

static const char *
met_word(const struct report_line *l, double value)
{
	int met = report_met(l, value);

	return met < 0 ? "" : met ? _("reached") : _("not reached");
}

/* "2026-11-29, 60 records, 2 of them incomplete" */
static void
subtitle(const struct printed *p, struct buf *out)
{
	buf_addf(out, _("%s; %lld records, %lld of them incomplete"), p->day,
	    (long long)p->answer.records, (long long)p->answer.incomplete);
	if (p->within[0] != '\0')
		buf_addf(out, _("; only codes %s..."), p->within);
}

/* ---- for people ---------------------------------------------------------------------- */

static void
say_line(const struct report_line *l, double value)
{
	char number[NUM_TEXT];

	if (l->heading.n > 0) {
		say("\n%s\n", words_in(&l->heading, tr_lang()));
		return;
	}
	say("  %-5s ", l->name.text);
	say_text(words_in(&l->label, tr_lang()), LABEL_COLUMNS);
	report_value(value, number);
	say(" %11s %s", number[0] != '\0' ? number : "-", words_in(&l->unit, tr_lang()));
	if (l->op != TARGET_NONE)
		say("  [%s%s%s]", l->target_text, isnan(value) ? "" : " ", met_word(l, value));
	say("\n");
}

static void
say_area(const struct printed *p, const char *code, const char *label, const double *values)
{
	if (label != NULL)
		say("\n== %s %s ==\n", code, label);
	for (size_t i = 0; i < p->report->lines_n; i++)
		say_line(&p->report->lines[i], values[i]);
}

static void
print_text(const struct printed *p)
{
	struct buf under = { 0 };

	subtitle(p, &under);
	say("%s\n%s\n", words_in(&p->report->label, tr_lang()), buf_str(&under));
	buf_free(&under);
	say_area(p, "", NULL, p->answer.whole);
	for (size_t i = 0; i < p->answer.areas_n; i++)
		say_area(p, p->answer.areas[i].code, p->answer.areas[i].label,
		    p->answer.areas[i].values);
}

/* ---- as a table ---------------------------------------------------------------------- */

static bool
put_texts(struct sheet *s, const char *const *v, size_t n, enum sheet_cell kind, struct err *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++)
		ok = sheet_put(s, v[i], kind, err);
	return ok;
}

static bool
put_headings(const struct printed *p, struct sheet *s, struct err *err)
{
	const char *const first[] = {_("no."), _("figure"), _("unit"), _("target"), _("note"),
	    _("all together"), _("target reached")};
	struct buf under = { 0 };
	bool ok;

	subtitle(p, &under);
	ok = sheet_put(s, words_in(&p->report->label, tr_lang()), SHEET_HEADING, err) &&
	    sheet_next(s, err) && sheet_put(s, buf_str(&under), SHEET_TEXT, err) &&
	    sheet_next(s, err) && put_texts(s, first, 7, SHEET_HEADING, err);
	for (size_t i = 0; ok && i < p->answer.areas_n; i++)
		ok = sheet_put(s, p->answer.areas[i].label, SHEET_HEADING, err);
	buf_free(&under);
	return ok && sheet_next(s, err);
}

static bool
put_values(const struct printed *p, struct sheet *s, size_t line, struct err *err)
{
	const struct report_line *l = &p->report->lines[line];
	char number[NUM_TEXT];
	bool ok = sheet_put(s, report_value(p->answer.whole[line], number), SHEET_NUMBER, err) &&
	    sheet_put(s, met_word(l, p->answer.whole[line]), SHEET_TEXT, err);

	for (size_t i = 0; ok && i < p->answer.areas_n; i++)
		ok = sheet_put(s, report_value(p->answer.areas[i].values[line], number),
		    SHEET_NUMBER, err);
	return ok;
}

static bool
put_report(const struct printed *p, struct sheet *s, struct err *err)
{
	bool ok = put_headings(p, s, err);

	for (size_t i = 0; ok && i < p->report->lines_n; i++) {
		const struct report_line *l = &p->report->lines[i];
		const char *const first[] = {l->name.text, words_in(&l->label, tr_lang()),
		    words_in(&l->unit, tr_lang()), l->target_text, words_in(&l->note, tr_lang())};

		if (l->heading.n > 0)
			ok = sheet_put(s, words_in(&l->heading, tr_lang()), SHEET_HEADING, err);
		else
			ok = put_texts(s, first, 5, SHEET_TEXT, err) && put_values(p, s, i, err);
		ok = ok && sheet_next(s, err);
	}
	return ok;
}

static bool
write_sheet(const struct printed *p, const char *path, struct err *err)
{
	struct sheet_options o = {.path = path, .name = "ruhu", .headings = 3, .wide = 2};
	struct sheet *s;

	if (!sheet_open(&o, &s, err))
		return false;
	if (!put_report(p, s, err)) {
		sheet_drop(s);
		return false;
	}
	return sheet_close(s, err);
}

/* ---- as JSON ------------------------------------------------------------------------- */

/* Of the whole there is no "area"; "" is where records have no code. */
static void
put_values_json(const struct printed *p, const char *area, const double *values)
{
	for (size_t i = 0; i < p->report->lines_n; i++) {
		const struct report_line *l = &p->report->lines[i];
		struct buf line = { 0 };
		struct jcs j = jcs_into(&line);
		char number[NUM_TEXT];
		int met = report_met(l, values[i]);

		if (l->heading.n > 0)
			continue;
		jcs_open(&j, '{');
		if (area != NULL)
			jcs_key_str(&j, "area", area);
		jcs_key_str(&j, "label", words_in(&l->label, tr_lang()));
		if (met >= 0)
			jcs_key_bool(&j, "met", met == 1);
		jcs_key_str(&j, "name", l->name.text);
		jcs_key_str(&j, "unit", words_in(&l->unit, tr_lang()));
		if (!isnan(values[i]))
			jcs_key_str(&j, "value", report_value(values[i], number));
		jcs_close(&j, '}');
		put_json(&line);
		buf_free(&line);
	}
}

static void
print_json(const struct printed *p)
{
	put_values_json(p, NULL, p->answer.whole);
	for (size_t i = 0; i < p->answer.areas_n; i++)
		put_values_json(p, p->answer.areas[i].code, p->answer.areas[i].values);
}

/* ---- the command --------------------------------------------------------------------- */

static bool
find_level(const struct report *r, const char *name, const struct report_level **by, struct err *err)
{
	struct buf known = { 0 };

	*by = NULL;
	for (size_t i = 0; name != NULL && i < r->levels_n; i++) {
		if (strcmp(r->levels[i].name.text, name) == 0)
			*by = &r->levels[i];
		buf_addf(&known, "%s%s", i > 0 ? ", " : "", r->levels[i].name.text);
	}
	if (name != NULL && *by == NULL)
		err_set(err, _("this report has no areas called '%s'; it has: %s"), name,
		    buf_str(&known));
	buf_free(&known);
	return name == NULL || *by != NULL;
}

static bool
print(const struct printed *p, const struct args *args, struct err *err)
{
	const char *path = args_option(args, "output");

	if (path != NULL || args_option(args, "csv") != NULL)
		return write_sheet(p, path, err);
	if (args_option(args, "json") != NULL)
		print_json(p);
	else
		print_text(p);
	return true;
}

static int
ask(struct cli *cli, struct printed *p, const struct args *args, struct faults *faults,
    struct err *err)
{
	struct report_question q = {.within = p->within, .clock = &cli->clock,
	    .check = args_option(args, "check") != NULL};
	struct store *store;
	int code = CMD_DONE;

	if (!find_level(p->report, args_option(args, "by"), &q.by, err))
		return CMD_FAULTS;
	if (!cli_open(cli, OPEN_READ_ONLY, &store, err))
		return CMD_UNABLE;
	if (!report_ask(store, p->report, &q, &p->answer, faults, err))
		code = faults->errors > 0 ? CMD_FAULTS : CMD_UNABLE;
	store_close(store);
	return code;
}

static int
answer(struct cli *cli, const struct report *r, const struct args *args, struct faults *faults)
{
	struct printed p = {.report = r,
	    .within = args_option(args, "within") != NULL ? args_option(args, "within") : ""};
	struct err err = { 0 };
	int code;

	today_format(&cli->clock, p.day);
	code = ask(cli, &p, args, faults, &err);
	say_faults(faults);
	if (code != CMD_DONE)
		return fail(code, &err);
	if (args_option(args, "check") != NULL)
		say(_("%s: good\n"), r->file);
	else if (!print(&p, args, &err))
		code = fail(CMD_UNABLE, &err);
	report_answer_free(&p.answer);
	return code;
}

/* A bare name is that of a report which came with the program: beside it as it is
 * installed, or as it is built. */
static void
find_file(const char *name, struct buf *path)
{
	static const char *const folders[] = {"../share/ruhu/forms/reports", "../forms/reports"};
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self);

	while (n > 0 && self[n - 1] != '/')
		n--;
	for (size_t i = 0; n > 0 && strpbrk(name, "/.") == NULL && i < 2; i++) {
		buf_reset(path);
		buf_addf(path, "%.*s%s/%s.yaml", (int)n, self, folders[i], name);
		if (access(buf_str(path), R_OK) == 0)
			return;
	}
	buf_set_str(path, name);
}

/* The day that figures are for: a day of the month or quarter that is over. */
static bool
set_day(struct cli *cli, const char *day, struct err *err)
{
	struct date date;
	const char *end;

	if (day == NULL)
		return true;
	if (!date_parse(day, &date, &end) || *end != '\0')
		return err_set(err, _("'%s' is no date; one is 2026-09-30"), day);
	cli->clock = (struct clock){true, date_midnight(date)};
	return true;
}

static int
run(struct cli *cli, const struct args *args)
{
	struct faults faults = { 0 };
	struct report *r = NULL;
	struct buf path = { 0 }, text = { 0 };
	struct err err;
	int code;

	if (!set_day(cli, args_option(args, "on"), &err))
		return fail(CMD_USAGE, &err);
	find_file(args->v[0], &path);
	if (!file_read(buf_str(&path), REPORT_BYTES, &text, &err)) {
		buf_free(&path);
		buf_free(&text);
		return fail(CMD_UNABLE, &err);
	}
	r = report_read(buf_str(&path), buf_str(&text), text.len, &faults);
	if (r != NULL) {
		code = answer(cli, r, args, &faults);
	} else {
		faults_sort(&faults);
		say_faults(&faults);
		code = CMD_FAULTS;
	}
	report_free(r);
	faults_free(&faults);
	buf_free(&path);
	buf_free(&text);
	return code;
}

static const struct option options[] = {
    {"by", 0, "AREA", N_("beside the whole also each area: county, township, village")},
    {"within", 0, "CODE", N_("only what lies in the area of this code: 640181001")},
    {"on", 0, "DATE", N_("figures of the month, quarter and year of this day, not of today")},
    {"csv", 0, NULL, N_("comma-separated values")},
    {"json", 0, NULL, N_("print JSON, a line each")},
    {"check", 0, NULL, N_("only find the faults of the file")},
    {"output", 'o', "FILE",
	N_("into a file: a workbook when its name ends in .xlsx, compressed when in .zst")}, {0}};

const struct cmd cmd_report = {"report", "FILE", 1, 1, N_("the figures that are handed up"),
    N_("FILE says which counts and figures; a bare name is that of a report which came with the "
       "program: 'returns' has those of the three forms. Saved records count, incomplete ones too, drafts and deleted ones never. No answer "
       "of one person is in it."),
    options, run};
