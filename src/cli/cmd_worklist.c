/* ruhu worklist check, add, list, show, remove. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "cli/screen.h"
#include "store/store.h"
#include "store/worklist.h"
#include "sync/jcs.h"
#include "tui/tui.h"

enum { WORKLIST_BYTES = 1 << 20 };

static int
check_file(struct store *store, const char *path, struct err *err)
{
	struct faults faults = { 0 };
	struct buf text = { 0 };
	int code = CMD_DONE;

	if (!file_read(path, WORKLIST_BYTES, &text, err) ||
	    !store_worklists_check(store, path, buf_str(&text), text.len, &faults, err))
		code = fail(CMD_UNABLE, err);
	say_faults(&faults);
	if (code == CMD_DONE && faults.errors > 0)
		code = CMD_FAULTS;
	else if (code == CMD_DONE)
		say(_("%s: good\n"), path);
	faults_free(&faults);
	buf_free(&text);
	return code;
}

static int
add_file(struct store *store, const char *path, struct err *err)
{
	struct faults faults = { 0 };
	struct buf text = { 0 };
	int code = CMD_DONE;
	size_t n = 0;

	if (!file_read(path, WORKLIST_BYTES, &text, err)) {
		code = fail(CMD_UNABLE, err);
	} else if (!store_worklists_add(store, path, buf_str(&text), text.len, &n, &faults, err)) {
		say_faults(&faults);
		code = fail(faults.errors > 0 || err->line > 0 ? CMD_FAULTS : CMD_UNABLE, err);
	} else {
		say(_("%s: %zu worklists installed\n"), path, n);
	}
	faults_free(&faults);
	buf_free(&text);
	return code;
}

static int
each_file(struct cli *cli, const struct args *args, unsigned flags,
    int (*act)(struct store *, const char *, struct err *))
{
	struct store *store;
	struct err err = { 0 };
	int code = CMD_DONE;

	if (!cli_open(cli, flags, &store, &err))
		return fail(CMD_UNABLE, &err);
	for (int i = 0; i < args->n; i++) {
		int one = act(store, args->v[i], &err);

		code = one > code ? one : code;
	}
	store_close(store);
	return code;
}

static int
run_check(struct cli *cli, const struct args *args)
{
	return each_file(cli, args, OPEN_READ_ONLY, check_file);
}

static int
run_add(struct cli *cli, const struct args *args)
{
	return each_file(cli, args, 0, add_file);
}

static int
remove_file(struct store *store, const char *name, struct err *err)
{
	if (!store_worklists_remove(store, name, err))
		return fail(CMD_FAULTS, err);
	say(_("%s: removed; records and answers are untouched\n"), name);
	return CMD_DONE;
}

static int
run_remove(struct cli *cli, const struct args *args)
{
	return each_file(cli, args, 0, remove_file);
}

/* ---- list --------------------------------------------------------------------------- */

static bool
tally(struct work *work, size_t i, struct work_tally *t, struct err *err)
{
	*t = (struct work_tally){ 0 };
	while (!t->whole)
		if (!work_tally(work, i, t, err))
			return false;
	return true;
}

static void
list_json(struct work *work, size_t i, const struct work_tally *t)
{
	const struct worklist *w = work_list(work, i);
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	jcs_open(&j, '{');
	jcs_key_str(&j, "name", w->name.text);
	jcs_key_str(&j, "form", w->form.text);
	jcs_key_str(&j, "label", words_in(&w->label, tr_lang()));
	if (work_fault(work, i) != NULL) {
		jcs_key_str(&j, "fault", work_fault(work, i));
	} else {
		jcs_key_int(&j, "all", t->all);
		jcs_key_int(&j, "left", t->left);
		jcs_key_int(&j, "urgent", t->urgent);
	}
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
}

static void
list_line(struct work *work, size_t i, const struct work_tally *t)
{
	const struct worklist *w = work_list(work, i);

	say_text(w->name.text, 20);
	say("  ");
	if (work_fault(work, i) != NULL)
		say("                         ");
	else
		say("%7lld  %6lld  %6lld  ", (long long)t->left, (long long)t->urgent,
		    (long long)t->all);
	say_text(words_in(&w->label, tr_lang()), 0);
	if (work_fault(work, i) != NULL) {
		say(": ");
		say_text(work_fault(work, i), 0);
	}
	say("\n");
}

static int
list_all(struct work *work, bool json, struct err *err)
{
	int code = CMD_DONE;

	if (work_count(work) == 0 && !json)
		say(_("No worklist is installed; 'ruhu worklist add FILE' does it.\n"));
	else if (!json)
		say(_("worklist                 left  urgent     all\n"));
	for (size_t i = 0; i < work_count(work); i++) {
		struct work_tally t = { 0 };

		if (work_fault(work, i) != NULL)
			code = CMD_FAULTS;
		else if (!tally(work, i, &t, err))
			return fail(CMD_UNABLE, err);
		(json ? list_json : list_line)(work, i, &t);
	}
	return code;
}

static int
run_list(struct cli *cli, const struct args *args)
{
	struct store *store;
	struct work *work;
	struct err err;
	int code;

	if (!cli_open(cli, OPEN_READ_ONLY, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!work_open(store, &work, &err)) {
		code = fail(CMD_UNABLE, &err);
	} else {
		code = list_all(work, args_option(args, "json") != NULL, &err);
		work_free(work);
	}
	store_close(store);
	return code;
}

/* ---- show --------------------------------------------------------------------------- */

static void
show_json(const struct work_line *line)
{
	struct buf text = { 0 };
	struct jcs j = jcs_into(&text);

	jcs_open(&j, '{');
	jcs_key_str(&j, "record", line->record_id);
	if (line->row_id[0] != '\0')
		jcs_key_str(&j, "row", line->row_id);
	jcs_key_str(&j, "label", line->label);
	jcs_key_bool(&j, "urgent", line->urgent);
	jcs_key(&j, "columns");
	jcs_open(&j, '[');
	for (size_t c = 0; c < line->columns_n; c++)
		jcs_str(&j, line->columns[c]);
	jcs_close(&j, ']');
	jcs_close(&j, '}');
	put_json(&text);
	buf_free(&text);
}

static void
show_line(const struct work_line *line)
{
	say("%c ", line->urgent ? '!' : ' ');
	if (line->columns_n == 0)
		say_text(line->label, 0);
	for (size_t c = 0; c < line->columns_n; c++) {
		if (c > 0)
			say("\t");
		say_text(line->columns[c], 0);
	}
	say("\n");
}

static int
show_items(struct work *work, size_t i, bool json, struct err *err)
{
	struct work_item *items;
	size_t n;
	int code = CMD_DONE;

	if (!work_items(work, i, NULL, &items, &n, err))
		return fail(CMD_UNABLE, err);
	for (size_t k = 0; k < n && code == CMD_DONE; k++) {
		struct work_line line;

		if (!work_line(work, i, &items[k], &line, err)) {
			code = fail(CMD_UNABLE, err);
		} else {
			if (line.record_id[0] != '\0')
				(json ? show_json : show_line)(&line);
			work_line_free(&line);
		}
	}
	free(items);
	return code;
}

static int
run_show(struct cli *cli, const struct args *args)
{
	struct store *store;
	struct work *work;
	struct err err;
	int code;
	size_t i;

	if (!cli_open(cli, OPEN_READ_ONLY, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!work_open(store, &work, &err)) {
		code = fail(CMD_UNABLE, &err);
	} else {
		i = work_find(work, args->v[0]);
		if (i == SIZE_MAX) {
			err_set(&err, _("no worklist is called '%s'; 'ruhu worklist list' lists them"),
			    args->v[0]);
			code = fail(CMD_FAULTS, &err);
		} else {
			code = show_items(work, i, args_option(args, "json") != NULL, &err);
		}
		work_free(work);
	}
	store_close(store);
	return code;
}

static int
run_open(struct cli *cli, const struct args *args)
{
	struct tui_options o = { .start = TUI_WORKLIST, .worklist = args->v[0] };

	return cli_screen(cli, &o);
}

static const struct option json_lines[] = {
	{ "json", 0, NULL, N_("print JSON, a line each") },
	{ 0 }
};

const struct cmd cmd_worklist_check = {
	"worklist check", "FILE...", 1, -1, N_("find the faults of files of worklists"),
	N_("Says file, line and column of every fault, with the forms that the database has. "
	"Nothing is installed."),
	NULL, run_check
};

const struct cmd cmd_worklist_add = {
	"worklist add", "FILE...", 1, -1, N_("install worklists; a file of that name is replaced"),
	N_("The forms they are about must be installed before. The first screen then shows how "
	"much is left of each."),
	NULL, run_add
};

const struct cmd cmd_worklist_list = {
	"worklist list", "", 0, 0, N_("the worklists, and how much is left of each"), NULL,
	json_lines, run_list
};

const struct cmd cmd_worklist_show = {
	"worklist show", "NAME", 1, 1, N_("what is to be done in one worklist, in its order"), NULL,
	json_lines, run_show
};

const struct cmd cmd_worklist_open = {
	"worklist open", "NAME", 1, 1, N_("work through one worklist, on the screen"),
	N_("As its number on the first screen does; leaving it ends the program."),
	NULL, run_open
};

const struct cmd cmd_worklist_remove = {
	"worklist remove", "FILE...", 1, -1, N_("take files of worklists out of the database"),
	N_("FILE is its name as installed, without folders. Records and answers are untouched."),
	NULL, run_remove
};
