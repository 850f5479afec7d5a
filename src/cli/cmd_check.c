/* ruhu check: the database against itself, every saved record against its form. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/fill.h"
#include "cli/open.h"
#include "cli/out.h"
#include "cli/stale.h"
#include "logic/logic.h"
#include "record/session.h"
#include "store/store.h"
#include "sync/jcs.h"

enum { PAGE = 200 };

struct entry {
	char *id, *form, *version, *label;
	enum record_state state;
};

/* How often one rule of a form was broken. */
struct rule {
	char *form, *question;
	const char *kind;
	size_t n;
};

struct check {
	struct store *store;
	bool json, warnings;
	struct entry page[PAGE]; /* records whose turn it is */
	size_t page_n;
	size_t records, bad, problems, waiting;
	struct rule *rules;
	size_t rules_n, rules_cap;
	/* The form that the last record had, and which calculations hold for ever. */
	const struct logic *logic;
	bool *settled;
};

static bool
remember(void *ctx, const struct record_info *r)
{
	struct check *c = ctx;

	if (r->state != RECORD_DRAFT && c->page_n < PAGE)
		c->page[c->page_n++] =
		    (struct entry){xstrdup(r->id), xstrdup(r->form), xstrdup(r->version),
			xstrdup(r->label != NULL ? r->label : ""), r->state};
	return true;
}

static void
count_rule(struct check *c, const char *form, const char *question, const char *kind)
{
	size_t i = 0;

	while (i < c->rules_n && (strcmp(c->rules[i].form, form) != 0 ||
	    strcmp(c->rules[i].question, question) != 0 || strcmp(c->rules[i].kind, kind) != 0))
		i++;
	if (i == c->rules_n) {
		c->rules = xgrow(c->rules, &c->rules_cap, c->rules_n + 1, sizeof *c->rules);
		c->rules[c->rules_n++] = (struct rule){xstrdup(form), xstrdup(question), kind, 0};
	}
	c->rules[i].n++;
}

static void
tell(struct check *c, const struct entry *e, struct session *s, node_id node, const char *kind,
    const char *text)
{
	struct buf path = { 0 }, line = { 0 };
	struct jcs j = jcs_into(&line);

	session_path(s, node, &path);
	count_rule(c, e->form, answers_question(session_answers(s), node)->name, kind);
	if (c->json) {
		jcs_open(&j, '{');
		jcs_key_str(&j, "form", e->form);
		jcs_key_str(&j, "record", e->id);
		jcs_key_str(&j, "label", e->label);
		jcs_key_str(&j, "state", e->state == RECORD_COMPLETE ? "complete" : "incomplete");
		jcs_key_str(&j, "path", buf_str(&path));
		jcs_key_str(&j, "kind", kind);
		jcs_key_str(&j, "text", text);
		jcs_close(&j, '}');
		put_json(&line);
	} else {
		say_text(e->form, 0);
		say(" ");
		say_text(e->label[0] != '\0' ? e->label : e->id, 0);
		say(": ");
		say_text(buf_str(&path), 0);
		say(": ");
		say_text(text, 0);
		say("\n");
	}
	buf_free(&path);
	buf_free(&line);
}

/* Stored calculations that the stored answers do not give. Only in records of the
 * form as it is now: another version may have computed otherwise. */
static void
check_calculations(struct check *c, const struct entry *e, struct session *s)
{
	const struct logic *logic = session_logic(s);
	struct buf text = { 0 };
	struct saved_answer a;
	node_id at = 0;

	if (strcmp(e->version, logic_form(logic)->version) != 0)
		return;
	if (logic != c->logic) {
		free(c->settled);
		c->settled = stale_settled(logic);
		c->logic = logic;
	}
	while (session_each(s, &at, &a)) {
		if (!c->settled[a.q->index] || a.mark == 0 || strcmp(a.value, a.base) == 0)
			continue;
		buf_reset(&text);
		buf_addf(&text, _("'%s' is stored, but the answers give '%s'; open the record and "
				  "save it"), a.base, a.value);
		tell(c, e, s, a.node, "calculation", buf_str(&text));
		c->problems++;
	}
	buf_free(&text);
}

static bool
remember_who(void *ctx, const struct confirm_info *info)
{
	if (info->kind != CONFIRM_SAME)
		buf_addf(ctx, _(" (confirmed by %s, %.10s)"), info->by, info->at);
	return true;
}

/* What stands though a rule does not hold, and who said so. */
static bool
tell_forced(struct check *c, const struct entry *e, struct session *s, struct err *err)
{
	const struct answers *a = session_answers(s);
	struct buf text = { 0 };
	bool ok = true;

	for (node_id n = ANSWERS_ROOT; ok && n != NODE_NONE; n = answers_walk(a, n)) {
		struct cell cell;
		const struct text *why;

		session_cell(s, n, &cell);
		if (cell.forced == 0)
			continue;
		why = cell.forced & CONFIRM_CONSTRAINT ? &cell.q->constraint_message
		    : cell.forced & CONFIRM_REQUIRED   ? &cell.q->required_message
						       : &cell.q->warning_message;
		buf_set_str(&text, session_text(s, n, why));
		if (text.len == 0)
			buf_add_str(&text, _("it stands though a rule does not hold"));
		ok = store_confirmed(c->store, s, n, remember_who, &text, err);
		if (ok)
			tell(c, e, s, n, "confirmed", buf_str(&text));
	}
	buf_free(&text);
	return ok;
}

static bool
check_record(struct check *c, const struct entry *e, struct err *err)
{
	const struct problem *list;
	struct session *s;
	node_id cursor;
	size_t n, before = c->problems;
	bool ok, there;

	if (!store_form_there(c->store, e->form, &there, err))
		return false;
	if (!there) {
		c->waiting++;
		return true;
	}
	if (!store_session_open(c->store, e->id, false, &s, &cursor, err))
		return err_wrap(err, "%s", e->id);
	session_language(s, form_language(answers_form(session_answers(s)), tr_lang()));
	n = session_problems(s, &list);
	for (size_t i = 0; i < n; i++)
		if (list[i].kind != PROBLEM_WARNING || c->warnings) {
			tell(c, e, s, list[i].node, problem_name(list[i].kind), list[i].text);
			c->problems += list[i].kind != PROBLEM_WARNING;
		}
	check_calculations(c, e, s);
	ok = !c->warnings || tell_forced(c, e, s, err);
	store_session_close(c->store, s);
	c->records++;
	c->bad += c->problems > before;
	return ok;
}

static bool
check_records(struct check *c, const char *form, struct err *err)
{
	size_t total = 0, at = 0;
	bool ok = true;

	do {
		struct record_query q = {.form = form, .offset = at, .limit = PAGE};

		c->page_n = 0;
		ok = store_records(c->store, &q, remember, c, &total, err);
		for (size_t i = 0; i < c->page_n; i++) {
			ok = ok && check_record(c, &c->page[i], err);
			free(c->page[i].id);
			free(c->page[i].form);
			free(c->page[i].version);
			free(c->page[i].label);
		}
		at += PAGE;
	} while (ok && at < total);
	return ok;
}

static int
most_first(const void *pa, const void *pb)
{
	const struct rule *a = pa, *b = pb;

	return (a->n < b->n) - (a->n > b->n);
}

/* Which rules they were, the most frequent first. */
static void
report_rules(struct check *c, struct jcs *j)
{
	if (c->rules_n > 1)
		qsort(c->rules, c->rules_n, sizeof *c->rules, most_first);
	if (j != NULL) {
		jcs_key(j, "rules");
		jcs_open(j, '[');
	}
	for (size_t i = 0; i < c->rules_n; i++) {
		const struct rule *r = &c->rules[i];

		if (j != NULL) {
			jcs_open(j, '{');
			jcs_key_str(j, "form", r->form);
			jcs_key_str(j, "question", r->question);
			jcs_key_str(j, "kind", r->kind);
			jcs_key_int(j, "count", (int64_t)r->n);
			jcs_close(j, '}');
		} else if (c->problems > 1) {
			say("%6zu  %s %s: %s\n", r->n, r->form, r->question, r->kind);
		}
	}
	if (j != NULL)
		jcs_close(j, ']');
}

static int
report(struct check *c, const struct buf *damage, size_t damaged)
{
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	if (c->json) {
		jcs_open(&j, '{');
		jcs_key_int(&j, "records", (int64_t)c->records);
		jcs_key_int(&j, "records_with_problems", (int64_t)c->bad);
		jcs_key_int(&j, "problems", (int64_t)c->problems);
		jcs_key_int(&j, "records_without_form", (int64_t)c->waiting);
		jcs_key_int(&j, "damage", (int64_t)damaged);
		if (damaged > 0)
			jcs_key_str(&j, "damage_text", buf_str(damage));
		report_rules(c, &j);
		jcs_close(&j, '}');
		put_json(&line);
	} else {
		say_lines(buf_str(damage));
		report_rules(c, NULL);
		say(_("%zu records checked, %zu with problems (%zu in all); "
		      "the database itself: %zu faults\n"),
		    c->records, c->bad, c->problems, damaged);
		if (c->waiting > 0)
			say(_("%zu records were not checked: their form is not installed here\n"),
			    c->waiting);
	}
	buf_free(&line);
	return damaged > 0 || c->problems > 0 ? CMD_FAULTS : CMD_DONE;
}

static int
run(struct cli *cli, const struct args *args)
{
	struct check c = {.json = args_option(args, "json") != NULL,
	    .warnings = args_option(args, "warnings") != NULL};
	const char *form = args->n > 0 ? args->v[0] : NULL;
	const struct logic *logic;
	struct buf damage = { 0 };
	size_t damaged = 0;
	struct err err;
	int code;

	if (!cli_open(cli, OPEN_READ_ONLY, &c.store, &err))
		return fail(CMD_UNABLE, &err);
	if (form != NULL && !cli_form(c.store, form, &logic, &err))
		code = fail(CMD_FAULTS, &err);
	else if (!store_check(c.store, &damage, &damaged, &err))
		code = fail(CMD_UNABLE, &err);
	else if (!check_records(&c, form, &err)) {
		/* What is wrong with the database is why. */
		if (damaged > 0)
			say_lines(buf_str(&damage));
		code = fail(CMD_UNABLE, &err);
	} else
		code = report(&c, &damage, damaged);
	store_close(c.store);
	for (size_t i = 0; i < c.rules_n; i++) {
		free(c.rules[i].form);
		free(c.rules[i].question);
	}
	free(c.rules);
	free(c.settled);
	buf_free(&damage);
	return code;
}

static const struct option options[] = {
    {"warnings", 0, NULL, N_("doubtful answers too, and those confirmed, not only wrong ones")},
    {"json", 0, NULL, N_("print JSON, a line for each problem and a last one with the counts")},
    {0}};

const struct cmd cmd_check = {"check", "[FORM]", 0, 1,
    N_("check every saved record against its form, and the database against itself"),
    N_("The exit status is 1 when a record has a problem or the database is damaged."), options,
    run};
