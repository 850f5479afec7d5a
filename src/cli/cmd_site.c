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
#include "store/scope.h"
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

/* "5301 5302": what a record's scope begins with. */
static bool
join_prefixes(const struct args *args, struct buf *out, struct err *err)
{
	for (int i = 1; i < args->n; i++) {
		const char *p = args->v[i];

		if (p[0] == '\0' || strlen(p) > 60 || strcspn(p, " \t\n") != strlen(p))
			return err_set(err, _("'%s' is no area: give what its records' scope "
			    "begins with, or * for everything"), p);
		buf_addf(out, "%s%s", i > 1 ? " " : "", p);
	}
	return true;
}

static int
run_scope(struct cli *cli, const struct args *args)
{
	bool clear = args_option(args, "none") != NULL, said;
	struct buf scope = { 0 };
	struct store *store;
	struct err err;
	int code = CMD_DONE;

	if (!site_name_fits(args->v[0], &err) || !join_prefixes(args, &scope, &err)) {
		buf_free(&scope);
		return fail(CMD_USAGE, &err);
	}
	if (!cli_open(cli, 0, &store, &err)) {
		buf_free(&scope);
		return fail(CMD_UNABLE, &err);
	}
	if (((args->n > 1 || clear) &&
	    !store_set_site_scope(store, args->v[0], buf_str(&scope), &err)) ||
	    !store_site_scope(store, args->v[0], &scope, &said, &err))
		code = fail(CMD_UNABLE, &err);
	else if (said)
		say(_("%s gets the records whose scope begins with: %s\n"), args->v[0],
		    buf_str(&scope));
	else
		say(_("Nobody has said which area %s covers.\n"), args->v[0]);
	store_close(store);
	buf_free(&scope);
	return code;
}

static const struct option scope_options[] = {
	{ "none", 0, NULL, N_("take back what was said") },
	{ 0 }
};

const struct cmd cmd_site_scope = {
	"site scope", "SITE [PREFIX...]", 1, -1, N_("which area another site covers: what it is sent"),
	N_("At a county: 'ruhu export --to SITE' then gives that site the records that lie in its area "
	"now, as they stand, with the current forms; what left the area since is told, and nothing of "
	"other areas goes out. An area is what a form's scope begins with (settings.ruhu.scope), "
	"* is everything."), scope_options, run_scope
};

static int
run_county(struct cli *cli, const struct args *args)
{
	struct buf name = { 0 };
	struct store *store;
	struct err err;
	int code = CMD_DONE;

	if (args->n > 0 && !site_name_fits(args->v[0], &err))
		return fail(CMD_USAGE, &err);
	if (!cli_open(cli, 0, &store, &err))
		return fail(CMD_UNABLE, &err);
	if ((args->n > 0 && !store_set_county(store, args->v[0], &err)) ||
	    !store_county(store, &name, &err))
		code = fail(CMD_UNABLE, &err);
	else
		say(_("Forms and orders to erase are taken from %s alone.\n"), buf_str(&name));
	store_close(store);
	buf_free(&name);
	return code;
}

const struct cmd cmd_site_county = {
	"site county", "[SITE]", 0, 1, N_("the site whose forms and orders to erase are taken here"),
	N_("Called county until another name is given. Its forms come with what it sends for this "
	"site's area, and only in a sealed file."), NULL, run_county
};
