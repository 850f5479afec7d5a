/* ruhu backup, restore, rebuild: whole copies, and tables made again. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "cli/sealed.h"
#include "store/schema.h"
#include "store/store.h"
#include "sync/age_file.h"

static bool
ends_in_age(const char *path)
{
	size_t n = strlen(path);

	return n > 4 && strcmp(path + n - 4, ".age") == 0;
}

static int
run_backup(struct cli *cli, const struct args *args)
{
	struct store *store;
	struct err err;
	int code = CMD_DONE;

	if (!cli_open(cli, 0, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (ends_in_age(args->v[0]) && access(args->v[0], F_OK) == 0) {
		err_set(&err, _("%s is there already; give another name for the backup"), args->v[0]);
		code = fail(CMD_UNABLE, &err);
	} else if (ends_in_age(args->v[0]) ? !sealed_backup(store, args->v[0], &err) :
	    !store_backup(store, args->v[0], &err)) {
		code = fail(CMD_UNABLE, &err);
	} else {
		say_text(args->v[0], 0);
		say(_(": a whole copy; 'ruhu -d PLACE restore' reads it back\n"));
	}
	store_close(store);
	return code;
}

/* A -wal left by another database would be applied to the restored one. */
static bool
place_free(const char *path, struct err *err)
{
	static const char *const endings[] = { "", "-wal", "-shm" };
	struct buf name = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < sizeof(endings) / sizeof(endings[0]); i++) {
		buf_reset(&name);
		buf_addf(&name, "%s%s", path, endings[i]);
		if (access(buf_str(&name), F_OK) == 0)
			ok = err_set(err, _("%s is there already; move it away first, "
			    "or name another place with -d"), buf_str(&name));
	}
	buf_free(&name);
	return ok;
}

/* Opens the copy, checks all of it, and copies it to the place of the database.
 * called: the name a person gave it. */
static int
restore(struct cli *cli, const char *file, const char *called, struct err *err)
{
	struct cli of_copy = *cli;
	struct store *store;
	struct buf faults = { 0 };
	size_t n;
	int code = CMD_DONE;

	of_copy.database = file;
	of_copy.database_from = DATABASE_OPTION;
	if (!cli_open(&of_copy, OPEN_READ_ONLY, &store, err))
		return fail(CMD_UNABLE, err);
	if (!store_check(store, &faults, &n, err)) {
		code = fail(CMD_UNABLE, err);
	} else if (n > 0) {
		say_lines(buf_str(&faults));
		err_set(err, _("%s is damaged; nothing was restored"), called);
		code = fail(CMD_FAULTS, err);
	} else if (!cli_folders(cli, err) || !store_backup(store, cli->database, err)) {
		code = fail(CMD_UNABLE, err);
	} else {
		say_text(cli->database, 0);
		say(_(": restored from %s\n"), called);
	}
	store_close(store);
	buf_free(&faults);
	return code;
}

/* What was made beside the place of the database to restore from, and what its upgrade
 * left there. */
static void
take_away(struct buf *name)
{
	static const char *const endings[] = { "", "-wal", "-shm", ".lock" };
	size_t n = name->len;

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		buf_cut(name, n);
		buf_add_str(name, endings[i]);
		unlink(buf_str(name));
	}
	for (int version = 1; version < SCHEMA_VERSION; version++) {
		buf_cut(name, n);
		buf_addf(name, ".v%d.bak", version);
		unlink(buf_str(name));
	}
}

/* One that an older program wrote is copied first: a backup stays as it is. */
static int
restore_plain(struct cli *cli, const char *file, struct err *err)
{
	struct buf copy = { 0 };
	bool made;
	int code;

	if (access(file, F_OK) != 0) {
		err_set(err, _("%s cannot be read: %s"), file, strerror(errno));
		return fail(CMD_UNABLE, err);
	}
	buf_addf(&copy, "%s.older", cli->database);
	if (!cli_folders(cli, err) || !store_copy_older(file, buf_str(&copy), &made, err))
		code = fail(CMD_UNABLE, err);
	else
		code = restore(cli, made ? buf_str(&copy) : file, file, err);
	take_away(&copy);
	buf_free(&copy);
	return code;
}

/* An encrypted one is opened beside the place of the database first. */
static int
restore_sealed(struct cli *cli, const char *file, const char *key, struct err *err)
{
	struct buf plain = { 0 };
	int code;

	buf_addf(&plain, "%s.restore", cli->database);
	if (!cli_folders(cli, err) ||
	    !sealed_restore(file, cli->database, key, buf_str(&plain), err))
		code = fail(CMD_UNABLE, err);
	else
		code = restore(cli, buf_str(&plain), file, err);
	take_away(&plain);
	buf_free(&plain);
	return code;
}

static int
run_restore(struct cli *cli, const struct args *args)
{
	struct err err;

	if (!place_free(cli->database, &err))
		return fail(CMD_UNABLE, &err);
	if (age_file_is(args->v[0]))
		return restore_sealed(cli, args->v[0], args_option(args, "key"), &err);
	return restore_plain(cli, args->v[0], &err);
}

static int
run_rebuild(struct cli *cli, const struct args *args)
{
	struct store *store;
	struct err err;
	int code = CMD_DONE;

	(void)args;
	if (!cli_open(cli, 0, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!store_rebuild(store, &err))
		code = fail(CMD_UNABLE, &err);
	else
		say(_("The tables were made again from the change log.\n"));
	store_close(store);
	return code;
}

const struct cmd cmd_backup = {
	"backup", "FILE", 1, 1, N_("write a whole copy of the database, while others work in it"),
	N_("A FILE that ends in .age is encrypted, for this site's key and the key in the safe ('ruhu "
	"site init', 'ruhu key escrow'), and may lie anywhere; any other is as readable as the "
	"database."), NULL, run_backup
};

static const struct option restore_options[] = {
	{ "key", 0, "FILE", N_("the key from the safe, for a backup that is encrypted; "
	    "otherwise the keys beside the database") },
	{ 0 }
};

const struct cmd cmd_restore = {
	"restore", "FILE", 1, 1, N_("check a backup and make it the database"),
	N_("The database's place must be free: a database that is there is never written over. "
	"Move it away first, together with its -wal and -shm files. The restored database counts "
	"its changes anew, so that what it sends is never mistaken for what the old one sent."),
	restore_options, run_restore
};

const struct cmd cmd_rebuild = {
	"rebuild", "", 0, 0, N_("make the answer tables again from the change log"), NULL, NULL,
	run_rebuild
};
