/* ruhu fill: the session that the screen works on, driven by lines of text. One
 * line of JSON answers each line of input and is written at once; what it says
 * is done is on the disk. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "cli/cmd.h"
#include "cli/fill.h"
#include "cli/open.h"
#include "cli/out.h"
#include "logic/logic.h"
#include "record/instance.h"
#include "record/session.h"
#include "store/store.h"
#include "store/why.h"

enum { LINE_MAX_BYTES = 1 << 16, SUBMISSION_MAX_BYTES = 16 << 20 };

struct verb {
	const char *name;
	int words;			/* arguments it needs; the last one is the rest of the line */
	bool needs_session;
	bool (*run)(struct fill *, char **args, struct err *);
};

static bool
find(struct fill *f, const char *path, node_id *node, struct err *err)
{
	if (!session_find(f->session, path, f->near, node, err))
		return false;
	f->near = *node;
	return true;
}

/* Journalled, then answered. */
static bool
answered(struct fill *f, node_id node, const struct changed *changed, struct err *err)
{
	if (!store_draft_answer(f->store, f->session, node, node, err))
		return false;
	fill_json_set(f, node, changed);
	return true;
}

/* The list a session lends may not outlive the journalling. */
static struct changed
kept(const struct changed *c)
{
	struct changed copy = *c;

	if (c->n > 0) {
		node_id *v = xrealloc_array(NULL, c->n, sizeof *v);

		memcpy(v, c->v, c->n * sizeof *v);
		copy.v = v;
	} else {
		copy.v = NULL;
	}
	return copy;
}

static bool
do_set(struct fill *f, char **args, struct err *err)
{
	struct changed changed, copy;
	struct buf value = { 0 };
	node_id node;
	bool ok = fill_value(args[1], &value, err) && find(f, args[0], &node, err) &&
	    session_set(f->session, node, buf_str(&value), &changed, err);

	if (ok) {
		copy = kept(&changed);
		ok = answered(f, node, &copy, err);
		free((void *)copy.v);
	}
	buf_free(&value);
	return ok;
}

static bool
do_missing(struct fill *f, char **args, struct err *err)
{
	enum missing why = missing_by_name(args[1]);
	struct changed changed, copy;
	node_id node;
	bool ok;

	if (why == MISSING_NONE && strcmp(args[1], "none") != 0)
		return err_set(err, _("'%s' is no reason; there are: refused, unknown, "
		    "not_applicable, unreadable, none"), args[1]);
	if (!find(f, args[0], &node, err) ||
	    !session_set_missing(f->session, node, why, &changed, err))
		return false;
	copy = kept(&changed);
	ok = answered(f, node, &copy, err);
	free((void *)copy.v);
	return ok;
}

static bool
do_accept(struct fill *f, char **args, struct err *err)
{
	struct cell c;
	node_id node;

	if (!find(f, args[0], &node, err))
		return false;
	session_cell(f->session, node, &c);
	if (c.problem != PROBLEM_WARNING)
		return err_set(err, _("there is no warning on this question to accept"));
	session_accept(f->session, node);
	if (!store_confirm(f->store, f->session, node, err))
		return false;
	fill_json_path(f, "path", node);
	return true;
}

static bool
do_flag(struct fill *f, char **args, struct err *err)
{
	struct buf note = { 0 };
	node_id node;
	bool ok = fill_value(args[1], &note, err) && find(f, args[0], &node, err) &&
	    store_flag(f->store, f->session, node, buf_str(&note), err);

	if (ok)
		fill_json_path(f, "path", node);
	buf_free(&note);
	return ok;
}

static bool
do_get(struct fill *f, char **args, struct err *err)
{
	const struct question *repeat;
	struct err ignored;
	node_id node, parent;

	if (session_find_repeat(f->session, args[0], &parent, &repeat, &ignored)) {
		fill_json_rows(f, parent, repeat);
		return true;
	}
	if (!find(f, args[0], &node, err))
		return false;
	fill_json_cell(f, node);
	return true;
}

static bool
do_choices(struct fill *f, char **args, struct err *err)
{
	node_id node;

	return find(f, args[0], &node, err) && fill_json_choices(f, node, err);
}

static bool
do_add(struct fill *f, char **args, struct err *err)
{
	const struct question *repeat;
	struct changed changed;
	node_id parent, row;

	if (!session_find_repeat(f->session, args[0], &parent, &repeat, err) ||
	    !session_add_row(f->session, parent, repeat, 0, &row, &changed, err) ||
	    !store_draft_rows(f->store, f->session, row, err))
		return false;
	f->near = row;
	fill_json_path(f, "path", row);
	jcs_key_str(&f->json, "row", answers_row_id(session_answers(f->session), row));
	return true;
}

static bool
do_remove(struct fill *f, char **args, struct err *err)
{
	const struct answers *a = session_answers(f->session);
	struct changed changed;
	node_id row, parent;

	if (!find(f, args[0], &row, err))
		return false;
	if (answers_question(a, row)->type != Q_REPEAT)
		return err_set(err, _("'%s' is no row; write it like member[2]"), args[0]);
	parent = answers_parent(a, row);
	f->near = NODE_NONE;
	if (!session_remove_row(f->session, row, &changed, err) ||
	    !store_draft_rows(f->store, f->session, parent, err))
		return false;
	return true;
}

static bool
do_move(struct fill *f, char **args, struct err *err)
{
	const struct answers *a = session_answers(f->session);
	struct changed changed;
	node_id row;
	char *end;
	unsigned long to = strtoul(args[1], &end, 10);

	if (!find(f, args[0], &row, err))
		return false;
	if (answers_question(a, row)->type != Q_REPEAT)
		return err_set(err, _("'%s' is no row; write it like member[2]"), args[0]);
	if (args[1][0] < '1' || args[1][0] > '9' || *end != '\0')
		return err_set(err, _("'%s' is no place; write a number from 1"), args[1]);
	if (!session_move_row(f->session, row, to, &changed, err) ||
	    !store_draft_rows(f->store, f->session, row, err))
		return false;
	fill_json_path(f, "path", row);
	return true;
}

static bool
do_language(struct fill *f, char **args, struct err *err)
{
	const struct form *form = answers_form(session_answers(f->session));

	(void)err;
	session_language(f->session, form_language(form, args[0]));
	jcs_key_str(&f->json, "language", form->languages[session_lang(f->session)]);
	return true;
}

/* As `table --xml` would write it if it were saved now. */
static bool
do_xml(struct fill *f, char **args, struct err *err)
{
	struct buf xml = { 0 }, id = { 0 };

	(void)args;
	(void)err;
	buf_addf(&id, "uuid:%s", session_record(f->session));
	instance_write(f->session, false, buf_str(&id), NULL, &xml);
	jcs_key_str(&f->json, "xml", buf_str(&xml));
	buf_free(&xml);
	buf_free(&id);
	return true;
}

static bool
do_show(struct fill *f, char **args, struct err *err)
{
	const struct form *form = answers_form(session_answers(f->session));

	(void)args;
	(void)err;
	jcs_key_str(&f->json, "form", form->id);
	jcs_key_str(&f->json, "version", form->version);
	jcs_key_str(&f->json, "record", session_record(f->session));
	jcs_key_bool(&f->json, "saved",
	    !session_dirty(f->session) && !session_is_new(f->session));
	jcs_key_str(&f->json, "label", session_instance_name(f->session));
	fill_json_answers(f);
	return true;
}

static bool
do_problems(struct fill *f, char **args, struct err *err)
{
	(void)args;
	(void)err;
	jcs_key_int(&f->json, "errors", (int64_t)session_errors(f->session));
	fill_json_problems(f, false);
	return true;
}

/* save [incomplete] [mine|theirs] */
static bool
save_words(const char *rest, enum record_state *state, int *choice, struct err *err)
{
	char word[16];

	*state = RECORD_COMPLETE;
	*choice = COLLISION_ASK;
	for (rest += strspn(rest, " "); *rest != '\0'; rest += strspn(rest, " ")) {
		size_t n = strcspn(rest, " ");

		snprintf(word, sizeof word, "%.*s", n < sizeof word ? (int)n : 0, rest);
		if (strcmp(word, "incomplete") == 0)
			*state = RECORD_INCOMPLETE;
		else if (strcmp(word, "mine") == 0)
			*choice = COLLISION_MINE;
		else if (strcmp(word, "theirs") == 0)
			*choice = COLLISION_THEIRS;
		else
			return err_set(err, _("'save %.*s' is not understood; there are: save, "
			    "save incomplete, save mine, save theirs"), (int)n, rest);
		rest += n;
	}
	return true;
}

static bool
save_now(struct fill *f, enum record_state state, int choice, struct save_result *r,
    struct err *err)
{
	if (!store_save_because(f->store, f->session, state, WHY_FILL, r, err))
		return false;
	if (r->saved || choice == COLLISION_ASK)
		return true;
	for (size_t i = 0; i < r->collisions_n; i++)
		r->collisions[i].choice = choice;
	return store_save_because(f->store, f->session, state, WHY_FILL, r, err);
}

static bool
do_save(struct fill *f, char **args, struct err *err)
{
	const node_id *list;
	struct save_result r = { 0 };
	enum record_state state;
	int choice;
	size_t n;
	bool ok;

	if (!save_words(args[0], &state, &choice, err))
		return false;
	if (state == RECORD_COMPLETE && session_errors(f->session) > 0) {
		fill_json_problems(f, true);
		return err_set(err, _("the record has problems; put them right, or "
		    "'save incomplete'"));
	}
	n = session_dropped(f->session, &list);
	fill_json_dropped(f, list, n);
	ok = save_now(f, state, choice, &r, err);
	if (ok && !r.saved) {
		fill_json_collisions(f, &r);
		ok = err_set(err, _("another person saved some of these answers meanwhile; "
		    "'save mine' or 'save theirs'"));
	} else if (ok) {
		jcs_key_str(&f->json, "record", session_record(f->session));
		jcs_key_str(&f->json, "state",
		    state == RECORD_COMPLETE ? "complete" : "incomplete");
		jcs_key_str(&f->json, "label", session_instance_name(f->session));
		jcs_key_int(&f->json, "changes", r.changes);
	}
	save_result_free(&r);
	return ok;
}

/* What was keyed stays as a draft. */
static void
leave(struct fill *f)
{
	if (f->session != NULL)
		store_session_close(f->store, f->session);
	f->session = NULL;
	f->near = NODE_NONE;
}

static void
opened(struct fill *f, struct session *s)
{
	const struct form *form = answers_form(session_answers(s));

	leave(f);
	f->session = s;
	f->near = NODE_NONE;
	session_language(s, form_language(form, tr_lang()));
	jcs_key_str(&f->json, "form", form->id);
	jcs_key_str(&f->json, "record", session_record(s));
}

static bool
do_new(struct fill *f, char **args, struct err *err)
{
	const struct logic *logic;
	struct session *s;

	if (!cli_form(f->store, args[0], &logic, err) ||
	    !store_session_new(f->store, args[0], &s, err))
		return false;
	opened(f, s);
	return true;
}

static bool
do_open(struct fill *f, char **args, struct err *err)
{
	const struct logic *logic;
	struct session *s;
	struct buf id = { 0 };
	node_id cursor = NODE_NONE;
	bool ok = cli_form(f->store, args[0], &logic, err) &&
	    store_find(f->store, args[0], args[1], &id, err);

	if (ok && id.len == 0)
		ok = err_set(err, _("no record of %s has the key '%s'"), args[0], args[1]);
	ok = ok && store_session_open(f->store, buf_str(&id), true, &s, &cursor, err);
	if (ok) {
		opened(f, s);
		if (cursor != NODE_NONE)
			fill_json_path(f, "cursor", cursor);
	}
	buf_free(&id);
	return ok;
}

/* A submission that Collect, Central or `table --xml` wrote, as a new record. */
static bool
do_load(struct fill *f, char **args, struct err *err)
{
	const struct logic *logic;
	struct session *s;
	struct buf xml = { 0 };
	bool ok = cli_form(f->store, args[0], &logic, err) &&
	    file_read(args[1], SUBMISSION_MAX_BYTES, &xml, err) &&
	    store_session_read(f->store, args[0], args[1], xml.data, xml.len, &s, err);

	if (ok)
		opened(f, s);
	buf_free(&xml);
	return ok;
}

static bool
do_close(struct fill *f, char **args, struct err *err)
{
	(void)args;
	(void)err;
	leave(f);
	return true;
}

static bool
do_clock(struct fill *f, char **args, struct err *err)
{
	struct changed changed;
	bool has_time;
	int64_t ms;

	if (!instant_parse(args[0], &ms, &has_time))
		return err_set(err, _("'%s' is no moment; write it like 2026-11-23T08:00"), args[0]);
	f->cli->clock = (struct clock){ true, ms };
	if (f->session != NULL)
		session_refresh(f->session, &changed);
	return true;
}

/* The store knows one author for its life, so another one opens it again. */
static bool
do_as(struct fill *f, char **args, struct err *err)
{
	const char *before = f->cli->as;
	struct store *store;

	if (!worker_fits(args[0], err))
		return false;
	f->cli->as = args[0];
	if (!cli_open(f->cli, 0, &store, err)) {
		f->cli->as = before;
		return false;
	}
	leave(f);
	store_close(f->store);
	f->store = store;
	free(f->user);
	f->user = xstrdup(args[0]);
	f->cli->as = f->user;
	return true;
}

static const struct verb verbs[] = {
	{ "set", 2, true, do_set },
	{ "missing", 2, true, do_missing },
	{ "accept", 1, true, do_accept },
	{ "flag", 2, true, do_flag },
	{ "get", 1, true, do_get },
	{ "choices", 1, true, do_choices },
	{ "add", 1, true, do_add },
	{ "remove", 1, true, do_remove },
	{ "move", 2, true, do_move },
	{ "show", 0, true, do_show },
	{ "xml", 0, true, do_xml },
	{ "language", 1, true, do_language },
	{ "problems", 0, true, do_problems },
	{ "save", 0, true, do_save },
	{ "new", 1, false, do_new },
	{ "open", 2, false, do_open },
	{ "load", 2, false, do_load },
	{ "close", 0, true, do_close },
	{ "clock", 1, false, do_clock },
	{ "as", 1, false, do_as },
};
enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static const struct verb *
verb_find(const char *name, struct err *err)
{
	struct near near;

	near_start(&near, name);
	for (size_t i = 0; i < VERBS; i++) {
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
		near_try(&near, verbs[i].name);
	}
	if (near.best != NULL)
		err_set(err, _("there is no '%s' here (did you mean '%s'?)"), name, near.best);
	else
		err_set(err, _("there is no '%s' here; 'ruhu help fill' lists what there is"), name);
	return NULL;
}

/* Takes a word off the front of *rest; "" when there is none. */
static char *
word(char **rest)
{
	char *w = *rest, *end = w + strcspn(w, " ");

	if (*end != '\0') {
		*end = '\0';
		*rest = end + 1;
	} else {
		*rest = end;
	}
	return w;
}

static bool
obey(struct fill *f, char *line, struct err *err)
{
	char *args[2] = { line, line }, *name, *rest = line;
	const struct verb *v;

	rest += strspn(rest, " ");
	if (*rest == '\0' || *rest == '#')
		return true;
	name = word(&rest);
	if ((v = verb_find(name, err)) == NULL)
		return false;
	/* Only the rest of the line may hold spaces, or be blank. */
	args[0] = v->words == 2 ? word(&rest) : rest;
	args[1] = rest;
	if (v->words > 0 && args[0][0] == '\0')
		return err_set(err, _("'%s' wants to know of what"), name);
	if (v->needs_session && f->session == NULL)
		return err_set(err, _("no record is open; 'new FORM' or 'open FORM KEY' first"));
	return v->run(f, args, err);
}

/* One line in, one line of JSON out. */
static bool
answer(struct fill *f, char *line, size_t len)
{
	struct err err = { 0 };
	struct buf said = { 0 };
	char text[1024];
	bool ok;

	f->json = jcs_into(&said);
	buf_reset(&f->line);
	f->json = jcs_into(&f->line);
	f->json.comma = true;
	if (len > LINE_MAX_BYTES)
		ok = err_set(&err, _("the line is longer than %d bytes"), LINE_MAX_BYTES);
	else if (!utf8_valid(line, len))
		ok = err_set(&err, _("the line is not valid UTF-8 text"));
	else
		ok = obey(f, line, &err);
	buf_add_str(&said, ok ? "{\"ok\":true" : "{\"ok\":false");
	if (!ok) {
		struct jcs j = { &said, true };

		err_format(&err, text, sizeof text);
		jcs_key_str(&j, "error", text);
	}
	buf_add_str(&said, buf_str(&f->line));
	buf_add_char(&said, '}');
	put_json(&said);
	buf_free(&said);
	return ok;
}

static int
run_lines(struct fill *f)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int code = CMD_DONE;

	while ((n = getline(&line, &cap, stdin)) > 0) {
		while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
			line[--n] = '\0';
		if (!answer(f, line, (size_t)n))
			code = CMD_FAULTS;
		if (!out_flush())
			break;
	}
	free(line);
	return code;
}

static int
run(struct cli *cli, const struct args *args)
{
	struct fill f = { .cli = cli, .near = NODE_NONE };
	struct err err;
	int code = CMD_DONE;
	char *of[2] = { args->n > 0 ? args->v[0] : NULL, args->n > 1 ? args->v[1] : NULL };

	if (!cli_open(cli, 0, &f.store, &err))
		return fail(CMD_UNABLE, &err);
	f.json = jcs_into(&f.line);
	if (args->n == 1 && !do_new(&f, of, &err))
		code = fail(CMD_FAULTS, &err);
	else if (args->n == 2 && !do_open(&f, of, &err))
		code = fail(CMD_FAULTS, &err);
	else
		code = run_lines(&f);
	leave(&f);
	store_close(f.store);
	buf_free(&f.line);
	free(f.user);
	return code;
}

const struct cmd cmd_fill = {
	"fill", "[FORM [KEY]]", 0, 2,
	N_("key a record by commands on standard input"),
	N_("Opens a new record of FORM, or the record (or draft) whose key or id is KEY. Each line "
	"of input is answered by one line of JSON; {\"ok\":true} means that it is done and on the "
	"disk.\n"
	"\n"
	"set PATH VALUE, missing PATH REASON, accept PATH, flag PATH NOTE, get PATH, choices PATH, "
	"add REPEAT, remove ROW, move ROW PLACE, show, xml, language NAME, problems, save, "
	"save incomplete, save mine, save theirs, "
	"new FORM, open FORM KEY, load FORM FILE.xml, close, clock TIME, as NAME.\n"
	"\n"
	"A path is a question's name, member[2]/wage or /data/member[2]/wage; after 'add member' "
	"a bare name is looked for in that row; 'get member' says how many rows there are. "
	"VALUE is the rest of the line, or a JSON string. "
	"Blank lines and lines that begin with # are answered and do nothing."),
	NULL, run
};
