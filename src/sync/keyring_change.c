/* keyring_change.c: keys that are replaced, and keys that are trusted no more. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "sync/keyring_files.h"

/* ---- folders of old keys ---------------------------------------------------------- */

static bool
sub_folder(const char *folder, const char *kind, struct err *err)
{
	char *path = key_path(folder, kind, "");
	bool ok = mkdir(path, 0700) == 0 || errno == EEXIST;

	if (!ok)
		err_set(err, _("the folder %s cannot be made: %s"), path, strerror(errno));
	free(path);
	return ok;
}

/* Keeps a public signing key as KIND/SITE-ID.pub. */
static bool
keep_public(const char *folder, const char *kind, const struct key_card *card, struct err *err)
{
	char *in = key_path(folder, kind, ""), id[MINISIGN_ID_TEXT], name[SEAL_SITE + 32];
	struct buf text = { 0 };
	bool ok = sub_folder(folder, kind, err);

	minisign_id_text(card->sign.id, id);
	snprintf(name, sizeof name, "%s-%s", card->site, id);
	minisign_public_format(&card->sign, &text);
	ok = ok && key_write(in, name, ".pub", &text, err);
	buf_free(&text);
	free(in);
	return ok;
}

static int
is_kept(const struct dirent *entry)
{
	const char *dash = strrchr(entry->d_name, '-');

	return dash != NULL && strlen(dash) == MINISIGN_ID_TEXT + 4 && dash - entry->d_name < SEAL_SITE;
}

bool
keyring_find_in(const char *folder, const char *kind, const unsigned char id[MINISIGN_ID],
    struct minisign_public *key, char site[SEAL_SITE])
{
	char *in = key_path(folder, kind, ""), wanted[MINISIGN_ID_TEXT];
	struct dirent **names;
	int n = scandir(in, &names, is_kept, alphasort);
	bool found = false, there;
	struct err ignored;

	minisign_id_text(id, wanted);
	for (int i = 0; i < n; i++) {
		char *dash = strrchr(names[i]->d_name, '-');
		struct buf text = { 0 };

		if (!found && memcmp(dash + 1, wanted, MINISIGN_ID_TEXT - 1) == 0 &&
		    key_read(in, names[i]->d_name, "", &text, &there, &ignored) &&
		    minisign_public_parse(buf_str(&text), key, &ignored)) {
			found = true;
			*dash = '\0';
			snprintf(site, SEAL_SITE, "%.63s", names[i]->d_name);
		}
		buf_free(&text);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	free(in);
	return found;
}

/* ---- this site's new keys ------------------------------------------------------------- */

static bool
move_key(const char *folder, const char *name, const char *to, struct err *err)
{
	char *from_path = key_path(folder, name, ""), *to_path = key_path(folder, to, "");
	bool ok = rename(from_path, to_path) == 0;

	if (!ok)
		err_set(err, _("%s cannot be made: %s"), to_path, strerror(errno));
	free(from_path);
	free(to_path);
	return ok;
}

static size_t
former_n(const char *folder)
{
	for (size_t n = 0;; n++) {
		char name[40], *path;
		bool there;

		snprintf(name, sizeof name, "former/age-%zu.key", n + 1);
		path = key_path(folder, name, "");
		there = access(path, F_OK) == 0;
		free(path);
		if (!there)
			return n;
	}
}

bool
keyring_age_former(const char *folder, size_t n, struct age_key *key)
{
	size_t have = former_n(folder);
	struct buf text = { 0 };
	struct err ignored;
	char name[40];
	bool there, ok;

	if (n >= have)
		return false;
	snprintf(name, sizeof name, "former/age-%zu.key", have - n);
	ok = key_read(folder, name, "", &text, &there, &ignored) &&
	    age_secret_parse(text.len > 0 ? key_line(&text) : "", key, &ignored);
	if (text.data != NULL)
		crypt_wipe(text.data, text.len);
	buf_free(&text);
	return ok;
}

static void
hash_card(const struct buf *card, unsigned char hash[CRYPT_HASH])
{
	struct crypt_hash *h = crypt_hash_new();

	crypt_hash_add(h, card->data, card->len);
	crypt_hash_end(h, hash);
}

/* The old keys make room: the age key to read with, the signing key is gone. A full
 * disk must not leave a site without keys: then the old ones are in force again. */
static bool
make_anew(const char *folder, const char *password, struct err *err)
{
	char age[40];
	const char *const keys[][2] = { { "age.key", age }, { "sign.pub", "former/sign.pub" },
		{ "sign.key", "former/sign.key" } };
	size_t n = sizeof keys / sizeof keys[0], moved = 0;
	struct err ignored;
	bool ok;

	snprintf(age, sizeof age, "former/age-%zu.key", former_n(folder) + 1);
	ok = sub_folder(folder, "former", err);
	while (ok && moved < n)
		if ((ok = move_key(folder, keys[moved][0], keys[moved][1], err)))
			moved++;
	ok = ok && keyring_make(folder, password, err);
	while (!ok && moved > 0) {
		moved--;
		move_key(folder, keys[moved][1], keys[moved][0], &ignored);
	}
	return ok;
}

bool
keyring_rotate(const char *folder, const char *site, const char *old_password,
    const char *new_password, struct buf *signed_card, struct err *err)
{
	struct minisign_secret old;
	unsigned char hash[CRYPT_HASH];
	struct key_card card;
	char *gone;
	bool ok = keyring_sign(folder, old_password, &old, err) && make_anew(folder, new_password, err) &&
	    keyring_own(folder, site, &card, err);

	if (ok) {
		key_card_format(&card, signed_card);
		hash_card(signed_card, hash);
		buf_add_char(signed_card, '\n');
		minisign_sign(&old, hash, "the new card of this site, by its old key",
		    "ruhu1 card", signed_card);
		gone = key_path(folder, "former/sign.key", "");
		unlink(gone);
		free(gone);
		gone = key_path(folder, "former/sign.pub", "");
		unlink(gone);
		free(gone);
	}
	crypt_wipe(&old, sizeof old);
	return ok;
}

/* ---- others' new keys ------------------------------------------------------------------- */

bool
keyring_pin_signed(const char *folder, const char *text, struct key_card *card, struct err *err)
{
	struct buf line = { 0 };
	char site[SEAL_SITE] = "", sign[200] = "", crypt[200] = "";
	unsigned char hash[CRYPT_HASH];
	struct minisign_sig sig;
	struct key_card was;
	bool ok;

	buf_add(&line, text, strcspn(text, "\r\n"));
	text += line.len;
	text += strspn(text, "\r\n");
	hash_card(&line, hash);
	ok = sscanf(buf_str(&line), "%63s %199s %199s", site, sign, crypt) == 3 ||
	    err_set(err, _("it is no signed card; 'ruhu key rotate' writes one"));
	ok = ok && key_card_parse(site, sign, crypt, card, err) &&
	    keyring_peer(folder, site, &was, err) && minisign_sig_parse(text, &sig, err) &&
	    minisign_verify(&sig, &was.sign, hash, err);
	if (ok && strcmp(sig.trusted, "ruhu1 card") != 0)
		ok = err_set(err, _("it is no signed card; 'ruhu key rotate' writes one"));
	buf_free(&line);
	return ok && keep_public(folder, "former", &was, err) &&
	    keyring_pin(folder, card, true, err);
}

/* What a site signed with before its present key is trusted no more either. */
static bool
revoke_former(const char *folder, const char *site, struct err *err)
{
	char *in = key_path(folder, "former", "");
	struct dirent **names;
	int n = scandir(in, &names, is_kept, alphasort);
	size_t len = strlen(site);
	bool ok = true;

	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		if (ok && (size_t)(strrchr(name, '-') - name) == len &&
		    memcmp(name, site, len) == 0) {
			char from[SEAL_SITE + 64], to[SEAL_SITE + 64];

			snprintf(from, sizeof from, "former/%.100s", name);
			snprintf(to, sizeof to, "revoked/%.100s", name);
			ok = move_key(folder, from, to, err);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	free(in);
	return ok;
}

bool
keyring_revoke(const char *folder, const char *site, struct err *err)
{
	struct key_card card;

	return keyring_peer(folder, site, &card, err) &&
	    keep_public(folder, "revoked", &card, err) && revoke_former(folder, site, err) &&
	    keyring_unpin(folder, site, err);
}
