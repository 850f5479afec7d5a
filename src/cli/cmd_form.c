/* ruhu form check, add, list. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "form/form.h"
#include "form/form_read.h"
#include "form/form_rows.h"
#include "logic/logic.h"
#include "store/store.h"
#include "sync/jcs.h"

enum { FORM_BYTES = 16 << 20 };

static const struct option json_only[] = {
	{ "json", 0, NULL, N_("print JSON") },
	{ 0 }
};

/* The folder a form lies in: where its choice lists are. Yours to free. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return xstrdup(".");
	return xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static void
json_faults(struct jcs *j, const struct faults *faults)
{
	jcs_key(j, "faults");
	jcs_open(j, '[');
	for (size_t i = 0; i < faults->n; i++) {
		const struct err *e = &faults->v[i].err;

		jcs_open(j, '{');
		jcs_key_str(j, "severity",
		    faults->v[i].severity == FAULT_ERROR ? "error" : "warning");
		jcs_key_str(j, "file", e->file);
		jcs_key_int(j, "line", e->line);
		jcs_key_int(j, "column", e->col);
		jcs_key_str(j, "text", e->text);
		jcs_close(j, '}');
	}
	jcs_close(j, ']');
}

/* Reads and compiles; the form is gone again. False: faults or err tell. */
static bool
check_file(const char *path, struct faults *faults, size_t *questions, struct err *err)
{
	char *folder = folder_of(path);
	const struct form_files files = { folder, form_files_folder };
	struct buf text = { 0 };
	struct form *form = NULL;
	struct logic *logic = NULL;
	bool read = file_read(path, FORM_BYTES, &text, err);

	if (read)
		form = form_read_lenient(path, buf_str(&text), text.len, &files, faults);
	if (form != NULL) {
		for (size_t i = *questions = 0; i < form->questions_n; i++)
			*questions += i > 0 && !form->questions[i]->of_entity;
		logic = logic_compile(form, faults);
	}
	form_places(form, faults);
	logic_free(logic);
	form_free(form);
	buf_free(&text);
	free(folder);
	return read;
}

static int
run_check(struct cli *cli, const struct args *args)
{
	int code = CMD_DONE;

	(void)cli;
	for (int i = 0; i < args->n; i++) {
		struct faults faults = { 0 };
		struct buf line = { 0 };
		struct jcs j = jcs_into(&line);
		struct err err;
		size_t questions = 0;

		if (!check_file(args->v[i], &faults, &questions, &err)) {
			code = fail(CMD_UNABLE, &err);
		} else if (args_option(args, "json") != NULL) {
			jcs_open(&j, '{');
			jcs_key_str(&j, "file", args->v[i]);
			jcs_key_bool(&j, "ok", faults.errors == 0);
			json_faults(&j, &faults);
			jcs_close(&j, '}');
			put_json(&line);
		} else {
			say_faults(&faults);
			if (faults.errors == 0)
				say(_("%s: good, %zu questions\n"), args->v[i], questions);
		}
		if (faults.errors > 0 && code == CMD_DONE)
			code = CMD_FAULTS;
		faults_free(&faults);
		buf_free(&line);
	}
	return code;
}

static bool
add_file(struct store *store, const char *path, struct faults *faults, struct err *err)
{
	char *folder = folder_of(path);
	const struct form_files files = { folder, form_files_folder };
	struct buf text = { 0 }, report = { 0 };
	bool ok = file_read(path, FORM_BYTES, &text, err) &&
	    store_form_add(store, path, buf_str(&text), text.len, &files, &report, faults, err);

	faults_sort(faults);
	say_faults(faults);
	if (ok) {
		if (report.len > 0)
			say_lines(buf_str(&report));
		else
			say(_("%s: installed\n"), path);
	}
	buf_free(&text);
	buf_free(&report);
	free(folder);
	return ok;
}

static int
run_add(struct cli *cli, const struct args *args)
{
	struct store *store;
	struct err err = { 0 };
	int code = CMD_DONE;

	/* A form that is no form must not leave an empty database behind. */
	for (int i = 0; i < args->n; i++) {
		struct faults faults = { 0 };
		size_t questions;
		bool read = check_file(args->v[i], &faults, &questions, &err);

		if (!read) {
			faults_free(&faults);
			return fail(CMD_UNABLE, &err);
		}
		if (faults.errors > 0) {
			say_faults(&faults);
			code = CMD_FAULTS;
		}
		faults_free(&faults);
	}
	if (code != CMD_DONE) {
		complain(_("ruhu: nothing was installed\n"));
		return code;
	}
	if (!cli_open(cli, OPEN_CREATE, &store, &err))
		return fail(CMD_UNABLE, &err);
	for (int i = 0; i < args->n && code == CMD_DONE; i++) {
		struct faults faults = { 0 };

		if (!add_file(store, args->v[i], &faults, &err)) {
			code = faults.errors > 0 ? CMD_FAULTS : CMD_UNABLE;
			if (err.text[0] != '\0')
				fail(code, &err);
		}
		faults_free(&faults);
	}
	store_close(store);
	return code;
}

/* A new file; one that is there is never written over. */
static bool
write_new(const char *path, const struct buf *data, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	size_t done = 0;
	ssize_t n = 0;

	if (fd < 0 && errno == EEXIST)
		return err_set(err, _("%s is there already; give another name"), path);
	if (fd < 0)
		return err_set(err, _("%s cannot be written: %s"), path, strerror(errno));
	while (done < data->len && (n = write(fd, data->data + done, data->len - done)) >= 0)
		done += (size_t)n;
	if (n >= 0 && close(fd) == 0)
		return true;
	err_set(err, _("%s cannot be written: %s"), path, strerror(errno));
	if (n < 0)
		close(fd);
	unlink(path);
	return false;
}

static int
run_convert(struct cli *cli, const struct args *args)
{
	const char *from = args->v[0], *to = args->v[1];
	char *folder = folder_of(from);
	const struct form_files files = { folder, form_files_folder };
	struct buf text = { 0 }, out = { 0 };
	struct faults faults = { 0 };
	struct err err = { 0 };
	int code = CMD_DONE;

	(void)cli;
	if (!file_read(from, FORM_BYTES, &text, &err)) {
		code = fail(CMD_UNABLE, &err);
	} else if (!form_convert(from, buf_str(&text), text.len, &files, to, &out, &faults, &err)) {
		say_faults(&faults);
		code = fail(faults.errors > 0 ? CMD_FAULTS : CMD_UNABLE, &err);
	} else {
		say_faults(&faults);
		if (!write_new(to, &out, &err))
			code = fail(CMD_UNABLE, &err);
		else
			say(_("%s: written\n"), to);
	}
	faults_free(&faults);
	buf_free(&text);
	buf_free(&out);
	free(folder);
	return code;
}

struct listing {
	struct jcs *json;		/* NULL: text */
	size_t n;
};

static bool
list_form(void *ctx, const struct form_info *info)
{
	struct listing *l = ctx;
	struct jcs *j = l->json;

	if (j != NULL) {
		jcs_open(j, '{');
		jcs_key_str(j, "form_id", info->id);
		jcs_key_str(j, "version", info->version);
		jcs_key_str(j, "title", info->title);
		jcs_key_bool(j, "current", info->current);
		jcs_key_int(j, "records", info->records);
		jcs_key_int(j, "drafts", info->drafts);
		jcs_key_str(j, "installed_at", info->installed_at);
		jcs_key_str(j, "installed_by", info->installed_by);
		jcs_key_str(j, "hash", info->hash);
		jcs_close(j, '}');
	} else {
		if (l->n == 0)
			say(_("form                  version       records  drafts  title\n"));
		say("%c ", info->current ? '*' : ' ');
		say_text(info->id, 20);
		say("  ");
		say_text(info->version, 12);
		say("  %7lld  %6lld  ", (long long)info->records, (long long)info->drafts);
		say_text(info->title, 0);
		say("\n");
	}
	l->n++;
	return true;
}

static int
run_list(struct cli *cli, const struct args *args)
{
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);
	bool json = args_option(args, "json") != NULL;
	struct listing l = { json ? &j : NULL, 0 };
	struct store *store;
	struct err err;
	int code = CMD_DONE;

	if (!cli_open(cli, OPEN_READ_ONLY, &store, &err))
		return fail(CMD_UNABLE, &err);
	jcs_open(&j, '[');
	if (!store_forms(store, list_form, &l, &err))
		code = fail(CMD_UNABLE, &err);
	jcs_close(&j, ']');
	if (code == CMD_DONE && json)
		put_json(&line);
	else if (code == CMD_DONE && l.n == 0)
		say(_("No form is installed yet; 'ruhu form add FORM.yaml' does it.\n"));
	else if (code == CMD_DONE)
		say(_("* marks the version that new records get.\n"));
	buf_free(&line);
	store_close(store);
	return code;
}

const struct cmd cmd_form_check = {
	"form check", "FILE...", 1, -1, N_("find the faults of form files, with their places"),
	N_("Says file, line and column of every fault, what was found and what would do. Nothing "
	"is installed. Warnings do not count as faults for the exit status."),
	json_only, run_check
};

const struct cmd cmd_form_add = {
	"form add", "FILE...", 1, -1, N_("install forms; makes the database when there is none"),
	N_("When one of the files has a fault, none is installed. A new version of a form that is "
	"there already is told apart from the old one: what it adds, renames, narrows and removes "
	"is listed, and no stored answer is lost."),
	NULL, run_add
};

const struct cmd cmd_form_convert = {
	"form convert", "IN OUT", 2, 2, N_("write a form as .yaml, .xlsx or .xml"),
	N_("IN is YAML, an XForm or an XLSForm spreadsheet; the ending of OUT says what it becomes. "
	"A form in .xml is an XForm, for ODK Collect and Central. What it has no place for is told. "
	"A file that is there is never written over."),
	NULL, run_convert
};

const struct cmd cmd_form_list = {
	"form list", "", 0, 0, N_("the forms installed, every version"), NULL, json_only, run_list
};
