/* ruhu key: the public keys of this site and of those it exchanges files with. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "cli/sealed.h"
#include "store/changes.h"
#include "store/store.h"
#include "sync/jcs.h"
#include "sync/keyring.h"
#include "sync/out_file.h"

struct keys {
	struct store *store;
	struct buf folder;
	struct site_info site;
};

static bool
keys_open(struct cli *cli, unsigned flags, struct keys *k, struct err *err)
{
	memset(k, 0, sizeof *k);
	if (!cli_open(cli, flags, &k->store, err))
		return false;
	keyring_folder(store_path(k->store), &k->folder);
	return store_site(k->store, &k->site, err);
}

static int
keys_close(struct keys *k, int code)
{
	store_close(k->store);
	buf_free(&k->folder);
	return code;
}

static void
tell(const struct key_card *card, bool own, bool json)
{
	char fingerprint[KEY_FINGERPRINT];
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	key_fingerprint(card, fingerprint);
	key_card_format(card, &line);
	if (!json) {
		say("%s\n  %s\n", buf_str(&line), fingerprint);
	} else {
		char *text = buf_take(&line);

		j = jcs_into(&line);
		jcs_open(&j, '{');
		jcs_key_str(&j, "site", card->site);
		jcs_key_str(&j, "card", text);
		jcs_key_str(&j, "fingerprint", fingerprint);
		jcs_key_bool(&j, "own", own);
		jcs_close(&j, '}');
		put_json(&line);
		free(text);
	}
	buf_free(&line);
}

static int
run_show(struct cli *cli, const struct args *args)
{
	struct key_card card;
	struct keys k;
	struct err err;

	if (!keys_open(cli, OPEN_READ_ONLY, &k, &err) ||
	    !keyring_own(buf_str(&k.folder), k.site.id, &card, &err))
		return keys_close(&k, fail(CMD_UNABLE, &err));
	tell(&card, true, args_option(args, "json") != NULL);
	return keys_close(&k, CMD_DONE);
}

static bool
tell_peer(void *json, const struct key_card *card)
{
	tell(card, false, *(bool *)json);
	return true;
}

static int
run_list(struct cli *cli, const struct args *args)
{
	bool json = args_option(args, "json") != NULL;
	struct keys k;
	struct err err;

	if (!keys_open(cli, OPEN_READ_ONLY, &k, &err) ||
	    !keyring_each(buf_str(&k.folder), tell_peer, &json, &err))
		return keys_close(&k, fail(CMD_UNABLE, &err));
	return keys_close(&k, CMD_DONE);
}

static int
run_pin(struct cli *cli, const struct args *args)
{
	struct key_card card;
	char fingerprint[KEY_FINGERPRINT];
	struct keys k;
	struct err err;

	if (!key_card_parse(args->v[0], args->v[1], args->v[2], &card, &err))
		return fail(CMD_FAULTS, &err);
	if (!keys_open(cli, 0, &k, &err) ||
	    !keyring_pin(buf_str(&k.folder), &card, args_option(args, "replace") != NULL, &err))
		return keys_close(&k, fail(CMD_UNABLE, &err));
	key_fingerprint(&card, fingerprint);
	say(_("The keys of %s are pinned. Compare by voice:  %s\n"), card.site, fingerprint);
	return keys_close(&k, CMD_DONE);
}

static int
run_unpin(struct cli *cli, const struct args *args)
{
	struct keys k;
	struct err err;

	if (!keys_open(cli, 0, &k, &err) || !keyring_unpin(buf_str(&k.folder), args->v[0], &err))
		return keys_close(&k, fail(CMD_UNABLE, &err));
	say(_("Files from %s are not taken any more.\n"), args->v[0]);
	return keys_close(&k, CMD_DONE);
}

static int
run_escrow(struct cli *cli, const struct args *args)
{
	struct keys k;
	struct err err;

	if (!keys_open(cli, 0, &k, &err) ||
	    !keyring_set_escrow(buf_str(&k.folder), args->v[0], &err))
		return keys_close(&k, fail(CMD_UNABLE, &err));
	say(_("From now on the key in the safe opens every file that is sent.\n"));
	return keys_close(&k, CMD_DONE);
}

static bool
put_card(struct out_file *out, const struct buf *card, struct err *err)
{
	if (out_file_write(out, card->data, card->len, err))
		return out_file_commit(out, NULL, err);
	out_file_abort(out);
	return false;
}

static bool
rotate(struct keys *k, const char *file, bool guarded, struct err *err)
{
	char old[256] = "", password[256] = "";
	struct buf card = { 0 };
	struct out_file *out;
	bool ok = true;

	if (keyring_guarded(buf_str(&k->folder)))
		ok = ask_password(_("Password of the signing key: "), false, old, sizeof old, err);
	if (ok && guarded)
		ok = ask_password(_("A password for the new signing key: "), true, password,
		    sizeof password, err);
	/* The old key signs once: the card must have its place before. */
	ok = ok && out_file_open(file, &out, err);
	if (ok && !keyring_rotate(buf_str(&k->folder), k->site.id, old, password, &card, err)) {
		out_file_abort(out);
		ok = false;
	} else if (ok && !put_card(out, &card, err)) {
		complain(_("The new keys are in use, but %s could not be written. Keep what "
		    "follows in a file: it is the new card.\n"), file);
		say_lines(buf_str(&card));
		ok = false;
	}
	crypt_wipe(old, sizeof old);
	crypt_wipe(password, sizeof password);
	buf_free(&card);
	return ok;
}

static int
run_rotate(struct cli *cli, const struct args *args)
{
	struct keys k;
	struct err err;

	if (!keys_open(cli, 0, &k, &err) ||
	    !rotate(&k, args->v[0], args_option(args, "password") != NULL, &err))
		return keys_close(&k, fail(CMD_UNABLE, &err));
	say(_("New keys are in use. %s holds the new card, signed with the old key: at the other sites "
	    "'ruhu key renew %s' takes it.\n"), args->v[0], args->v[0]);
	return keys_close(&k, CMD_DONE);
}

static int
run_renew(struct cli *cli, const struct args *args)
{
	char fingerprint[KEY_FINGERPRINT];
	struct buf text = { 0 };
	struct key_card card;
	struct keys k;
	struct err err;
	int code = CMD_DONE;

	if (!keys_open(cli, 0, &k, &err) || !file_read(args->v[0], 4096, &text, &err)) {
		code = fail(CMD_UNABLE, &err);
	} else if (!keyring_pin_signed(buf_str(&k.folder), buf_str(&text), &card, &err)) {
		code = fail(CMD_FAULTS, &err);
	} else {
		key_fingerprint(&card, fingerprint);
		say(_("The new keys of %s are pinned; the old ones signed them:  %s\n"), card.site,
		    fingerprint);
	}
	buf_free(&text);
	return keys_close(&k, code);
}

static int
run_revoke(struct cli *cli, const struct args *args)
{
	struct keys k;
	struct err err;

	if (!keys_open(cli, 0, &k, &err) || !keyring_revoke(buf_str(&k.folder), args->v[0], &err))
		return keys_close(&k, fail(CMD_UNABLE, &err));
	say(_("The key of %s is revoked: what it signed waits in quarantine for a person. Pin the new "
	    "card of that site when it has one.\n"), args->v[0]);
	return keys_close(&k, CMD_DONE);
}

static const struct option json_option[] = {
	{ "json", 0, NULL, N_("print JSON, a line for each site") },
	{ 0 }
};
static const struct option pin_options[] = {
	{ "replace", 0, NULL, N_("although other keys are pinned for this site") },
	{ 0 }
};

const struct cmd cmd_key_show = {
	"key show", "", 0, 0, N_("this site's card (name and public keys) and its fingerprint"), NULL,
	json_option, run_show
};
const struct cmd cmd_key_pin = {
	"key pin", "SITE SIGNKEY AGEKEY", 3, 3,
	N_("trust another site's card, after comparing the fingerprint"),
	N_("The three words are the line that 'ruhu key show' prints at the other site. Read the "
	"fingerprint to each other over the telephone: it must be the same on both sides."),
	pin_options, run_pin
};
const struct cmd cmd_key_list = {
	"key list", "", 0, 0, N_("the cards that are pinned"), NULL, json_option, run_list
};
const struct cmd cmd_key_unpin = {
	"key unpin", "SITE", 1, 1,
	N_("trust a site's keys no more: a stolen computer, a lost stick"), NULL,
	NULL, run_unpin
};
const struct cmd cmd_key_escrow = {
	"key escrow", "AGEKEY", 1, 1, N_("a key in a safe that can open every file this site sends"), NULL,
	NULL, run_escrow
};

static const struct option rotate_options[] = {
	{ "password", 0, NULL, N_("guard the new signing key with a password, asked at each export") },
	{ 0 }
};

const struct cmd cmd_key_rotate = {
	"key rotate", "FILE", 1, 1, N_("new keys for this site, signed with the old one"),
	N_("FILE gets the new card, for the other sites. Files that were made for the old key are "
	"still read."), rotate_options, run_rotate
};
const struct cmd cmd_key_renew = {
	"key renew", "FILE", 1, 1, N_("take another site's new card, which its old key signed"), NULL,
	NULL, run_renew
};
const struct cmd cmd_key_revoke = {
	"key revoke", "SITE", 1, 1,
	N_("a site's key is lost or stolen: what it signed waits for a person"),
	N_("The key is never trusted again; the site needs new ones and a new card."), NULL, run_revoke
};
