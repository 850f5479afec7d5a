/* ruhu site init: this database's name among the others, and its keys. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "cli/sealed.h"
#include "store/changes.h"
#include "store/store.h"
#include "sync/keyring.h"

static bool
site_name_fits(const char *id, struct err *err)
{
	size_t n = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	if (n > 0 && n < SEAL_SITE && id[n] == '\0' && strcmp(id, "LOCAL") != 0)
		return true;
	return err_set(err, _("'%s' is no site's name: letters, digits and _ only"), id);
}

/* The name stays as it is when it is the same: init can be called again to make
 * keys for a database that has a name already. */
static bool
name_site(struct store *store, const char *id, const char *name, struct err *err)
{
	struct site_info site;

	if (!store_site(store, &site, err))
		return false;
	if (strcmp(site.id, id) == 0 && name == NULL)
		return true;
	if (strcmp(site.id, id) != 0 && strcmp(site.id, "LOCAL") != 0)
		return err_set(err, _("this site is called %s already, and other sites know it by "
		    "that name"), site.id);
	return store_site_name(store, id, name, err);
}

static bool
make_keys(const char *folder, bool guarded, struct err *err)
{
	char password[256] = "";
	bool ok = true;

	if (guarded)
		ok = ask_password(_("A password for the signing key: "), true, password,
		    sizeof password, err);
	ok = ok && keyring_make(folder, password, err);
	crypt_wipe(password, sizeof password);
	return ok;
}

static int
run(struct cli *cli, const struct args *args)
{
	struct buf folder = { 0 }, line = { 0 };
	char fingerprint[KEY_FINGERPRINT];
	struct key_card card;
	struct store *store;
	struct err err;
	int code = CMD_DONE;

	if (!site_name_fits(args->v[0], &err))
		return fail(CMD_USAGE, &err);
	if (!cli_open(cli, 0, &store, &err))
		return fail(CMD_UNABLE, &err);
	keyring_folder(store_path(store), &folder);
	if (!name_site(store, args->v[0], args->n > 1 ? args->v[1] : NULL, &err) ||
	    !make_keys(buf_str(&folder), args_option(args, "password") != NULL, &err) ||
	    !keyring_own(buf_str(&folder), args->v[0], &card, &err)) {
		code = fail(CMD_UNABLE, &err);
	} else {
		key_card_format(&card, &line);
		key_fingerprint(&card, fingerprint);
		say(_("The card of this site, for the sites that it exchanges files with:\n"));
		say("%s\n", buf_str(&line));
		say(_("Its fingerprint, to be compared by voice:  %s\n"), fingerprint);
		say(_("The keys are in %s; put a copy of them away in a safe.\n"), buf_str(&folder));
	}
	store_close(store);
	buf_free(&folder);
	buf_free(&line);
	return code;
}

static const struct option options[] = {
	{ "password", 0, NULL, N_("guard the signing key with a password, asked at each export") },
	{ 0 }
};

const struct cmd cmd_site_init = {
	"site init", "SITE [NAME]", 1, 2, N_("name this database among the others, and make its keys"),
	N_("SITE is a short word such as T03, NAME what people call the place. Sync files are then "
	"signed with this site's key and encrypted for the receiver alone. Keys that are there "
	"already stay."), options, run
};
