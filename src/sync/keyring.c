#include "sync/keyring.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/tr.h"
#include "sync/keyring_files.h"
#include "sync/out_file.h"

#define KEY_FILE_MAX 4096

/* ---- cards ------------------------------------------------------------------ */

static bool
site_fits(const char *site, struct err *err)
{
	size_t n = strspn(site,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	if (n > 0 && n < SEAL_SITE && site[n] == '\0')
		return true;
	return err_set(err, _("'%s' is no site's name: letters, digits and _ only"), site);
}

/* minisign's Base64 alone, without its comment. */
static void
add_sign_key(const struct minisign_public *key, struct buf *out)
{
	struct buf text = { 0 };
	const char *line;

	minisign_public_format(key, &text);
	line = strchr(buf_str(&text), '\n') + 1;
	buf_add(out, line, strcspn(line, "\n"));
	buf_free(&text);
}

void
key_card_format(const struct key_card *card, struct buf *out)
{
	buf_addf(out, "%s ", card->site);
	add_sign_key(&card->sign, out);
	buf_add_char(out, ' ');
	age_public_format(card->crypt, out);
}

bool
key_card_parse(const char *site, const char *sign, const char *crypt, struct key_card *card,
    struct err *err)
{
	if (!site_fits(site, err) || !minisign_public_parse(sign, &card->sign, err) ||
	    !age_public_parse(crypt, card->crypt, err))
		return false;
	snprintf(card->site, sizeof card->site, "%s", site);
	return true;
}

void
key_fingerprint(const struct key_card *card, char out[KEY_FINGERPRINT])
{
	const struct hash_part parts[] = { { "ruhu1 ", 6 }, { card->site, strlen(card->site) + 1 },
		{ card->sign.id, MINISIGN_ID }, { card->sign.key, CRYPT_KEY },
		{ card->crypt, CRYPT_KEY } };
	unsigned char hash[HASH_BYTES];

	hash_parts(parts, sizeof parts / sizeof parts[0], NULL, 0, hash);
	for (int i = 0; i < 8; i++)
		snprintf(out + 6 * i, KEY_FINGERPRINT - (size_t)(6 * i), "%05u%s",
		    (unsigned)hash[2 * i] << 8 | hash[2 * i + 1], i < 7 ? " " : "");
}

/* ---- files ------------------------------------------------------------------ */

void
keyring_folder(const char *database, struct buf *out)
{
	buf_addf(out, "%s.keys", database);
}

char *
key_path(const char *folder, const char *name, const char *ending)
{
	struct buf path = { 0 };

	buf_addf(&path, "%s/%s%s", folder, name, ending);
	return buf_take(&path);
}

/* *there is false, and nothing is said, when there is no such file. */
bool
key_read(const char *folder, const char *name, const char *ending, struct buf *out, bool *there,
    struct err *err)
{
	char *path = key_path(folder, name, ending);
	char text[KEY_FILE_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof text) : -1;
	bool ok = true;

	*there = fd >= 0 || errno != ENOENT;
	if (!*there)
		ok = false;
	else if (n < 0)
		ok = err_unable(err, _("%s cannot be read: %s"), path, strerror(errno));
	else if (n == (ssize_t)sizeof text || memchr(text, '\0', (size_t)n) != NULL)
		ok = err_set(err, _("%s is no key file"), path);
	else
		buf_add(out, text, (size_t)n);
	crypt_wipe(text, sizeof text);
	if (fd >= 0)
		close(fd);
	free(path);
	return ok;
}

bool
key_write(const char *folder, const char *name, const char *ending, const struct buf *text,
    struct err *err)
{
	char *path = key_path(folder, name, ending);
	struct out_file *out;
	bool ok = out_file_open(path, &out, err);

	if (ok) {
		ok = out_file_write(out, text->data, text->len, err);
		if (ok)
			ok = out_file_commit(out, NULL, err);
		else
			out_file_abort(out);
	}
	free(path);
	return ok;
}

bool
key_folders(const char *folder, struct err *err)
{
	char *peers = key_path(folder, "peers", "");
	bool ok = (mkdir(folder, 0700) == 0 || errno == EEXIST) &&
	    (mkdir(peers, 0700) == 0 || errno == EEXIST);

	if (!ok)
		err_set(err, _("the folder %s cannot be made: %s"), folder, strerror(errno));
	free(peers);
	return ok;
}

/* The first line that is no comment, alone. */
char *
key_line(struct buf *text)
{
	char *line = text->data;

	while (line != NULL && *line == '#')
		line = strchr(line, '\n') != NULL ? strchr(line, '\n') + 1 : line + strlen(line);
	if (line != NULL)
		line[strcspn(line, "\r\n")] = '\0';
	return line;
}

/* ---- own keys ------------------------------------------------------------------ */

static bool
exists(const char *folder, const char *name)
{
	char *path = key_path(folder, name, "");
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

static bool
make_sign(const char *folder, const char *password, struct err *err)
{
	struct minisign_secret secret;
	struct minisign_public public;
	struct buf text = { 0 };
	bool ok;

	minisign_new(&secret, &public);
	ok = minisign_secret_format(&secret, password, &text, err) &&
	    key_write(folder, "sign.key", "", &text, err);
	crypt_wipe(text.data != NULL ? text.data : (char[1]){ 0 }, text.len);
	buf_reset(&text);
	minisign_public_format(&public, &text);
	ok = ok && key_write(folder, "sign.pub", "", &text, err);
	crypt_wipe(&secret, sizeof secret);
	buf_free(&text);
	return ok;
}

static bool
make_age(const char *folder, struct err *err)
{
	struct age_key key;
	struct buf text = { 0 };
	bool ok;

	age_key_new(&key);
	age_secret_format(&key, &text);
	buf_add_char(&text, '\n');
	ok = key_write(folder, "age.key", "", &text, err);
	crypt_wipe(text.data, text.len);
	buf_reset(&text);
	age_public_format(key.public, &text);
	buf_add_char(&text, '\n');
	ok = ok && key_write(folder, "age.pub", "", &text, err);
	crypt_wipe(&key, sizeof key);
	buf_free(&text);
	return ok;
}

bool
keyring_make(const char *folder, const char *password, struct err *err)
{
	return key_folders(folder, err) &&
	    (exists(folder, "sign.key") || make_sign(folder, password, err)) &&
	    (exists(folder, "age.key") || make_age(folder, err));
}

static bool
no_keys(const char *folder, struct err *err)
{
	return err_set(err, _("this site has no keys in %s; 'ruhu site init NAME' makes them"), folder);
}

bool
keyring_own(const char *folder, const char *site, struct key_card *card, struct err *err)
{
	struct buf sign = { 0 };
	struct age_key age;
	bool there, ok;

	if (!keyring_age(folder, &age, err))
		return false;
	ok = key_read(folder, "sign.pub", "", &sign, &there, err);
	if (!ok && !there)
		no_keys(folder, err);
	ok = ok && minisign_public_parse(buf_str(&sign), &card->sign, err);
	memcpy(card->crypt, age.public, CRYPT_KEY);
	crypt_wipe(&age, sizeof age);
	snprintf(card->site, sizeof card->site, "%s", site);
	buf_free(&sign);
	return ok;
}

bool
keyring_age(const char *folder, struct age_key *key, struct err *err)
{
	struct buf text = { 0 };
	bool there, ok = key_read(folder, "age.key", "", &text, &there, err);

	if (!ok && !there)
		no_keys(folder, err);
	ok = ok && age_secret_parse(text.len > 0 ? key_line(&text) : "", key, err);
	if (text.data != NULL)
		crypt_wipe(text.data, text.len);
	buf_free(&text);
	return ok;
}

bool
keyring_sign(const char *folder, const char *password, struct minisign_secret *secret,
    struct err *err)
{
	struct buf text = { 0 };
	bool there, ok = key_read(folder, "sign.key", "", &text, &there, err);

	if (!ok && !there)
		no_keys(folder, err);
	ok = ok && minisign_secret_parse(buf_str(&text), password, secret, err);
	if (text.data != NULL)
		crypt_wipe(text.data, text.len);
	buf_free(&text);
	return ok;
}

bool
keyring_guarded(const char *folder)
{
	struct buf text = { 0 };
	struct err err;
	bool there, guarded;

	/* In Base64 the bytes "Ed" and "Sc" at the start of the second line are this. */
	guarded = key_read(folder, "sign.key", "", &text, &there, &err) &&
	    strstr(buf_str(&text), "\nRWRTY0Iy") != NULL;
	if (text.data != NULL)
		crypt_wipe(text.data, text.len);
	buf_free(&text);
	return guarded;
}

/* ---- others' keys ----------------------------------------------------------------- */

static bool
same_card(const struct key_card *a, const struct key_card *b)
{
	return memcmp(&a->sign, &b->sign, sizeof a->sign) == 0 &&
	    memcmp(a->crypt, b->crypt, CRYPT_KEY) == 0;
}

bool
keyring_peer(const char *folder, const char *site, struct key_card *card, struct err *err)
{
	char *peers = key_path(folder, "peers", "");
	struct buf sign = { 0 }, crypt = { 0 };
	bool there = true, ok;

	ok = site_fits(site, err) && key_read(peers, site, ".pub", &sign, &there, err) &&
	    key_read(peers, site, ".age", &crypt, &there, err) &&
	    key_card_parse(site, buf_str(&sign), crypt.len > 0 ? key_line(&crypt) : "", card, err);
	if (!ok && !there)
		err_set(err, _("no keys are pinned for %s; get its card ('ruhu key show' there), compare "
		    "the fingerprint by voice, then 'ruhu key pin'"), site);
	buf_free(&sign);
	buf_free(&crypt);
	free(peers);
	return ok;
}

bool
keyring_pin(const char *folder, const struct key_card *card, bool replace, struct err *err)
{
	char *peers = key_path(folder, "peers", "");
	struct key_card was;
	struct err ignored;
	struct buf sign = { 0 }, crypt = { 0 };
	bool ok = key_folders(folder, err);

	if (ok && keyring_find_in(folder, "revoked", card->sign.id, &(struct minisign_public){ 0 },
	    (char[SEAL_SITE]){ 0 }))
		ok = err_set(err, _("this key of %s was revoked; it needs a new one"), card->site);
	if (ok && keyring_peer(folder, card->site, &was, &ignored) && !same_card(&was, card) && !replace)
		ok = err_set(err, _("other keys are pinned for %s; if that site really has new ones, "
		    "compare them by voice and add --replace"), card->site);
	minisign_public_format(&card->sign, &sign);
	age_public_format(card->crypt, &crypt);
	buf_add_char(&crypt, '\n');
	ok = ok && key_write(peers, card->site, ".age", &crypt, err) &&
	    key_write(peers, card->site, ".pub", &sign, err);
	buf_free(&sign);
	buf_free(&crypt);
	free(peers);
	return ok;
}

bool
keyring_unpin(const char *folder, const char *site, struct err *err)
{
	char *peers = key_path(folder, "peers", ""), *sign, *crypt;
	struct key_card card;
	bool ok = keyring_peer(folder, site, &card, err);

	sign = key_path(peers, site, ".pub");
	crypt = key_path(peers, site, ".age");
	if (ok && (unlink(sign) < 0 || unlink(crypt) < 0))
		ok = err_set(err, _("%s cannot be removed: %s"), sign, strerror(errno));
	free(sign);
	free(crypt);
	free(peers);
	return ok;
}

static int
is_public(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 4 && n < SEAL_SITE + 4 && strcmp(entry->d_name + n - 4, ".pub") == 0;
}

bool
keyring_each(const char *folder, bool (*each)(void *ctx, const struct key_card *), void *ctx,
    struct err *err)
{
	char *peers = key_path(folder, "peers", "");
	struct dirent **names;
	int n = scandir(peers, &names, is_public, alphasort);
	bool ok = true;

	if (n < 0 && errno != ENOENT)
		ok = err_set(err, _("%s cannot be read: %s"), peers, strerror(errno));
	for (int i = 0; i < n; i++) {
		struct key_card card;

		names[i]->d_name[strlen(names[i]->d_name) - 4] = '\0';
		ok = ok && keyring_peer(folder, names[i]->d_name, &card, err) && each(ctx, &card);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	free(peers);
	return ok;
}

struct search {
	const unsigned char *id;
	struct key_card found;
	bool is;
};

static bool
compare(void *ctx, const struct key_card *card)
{
	struct search *s = ctx;

	if (memcmp(card->sign.id, s->id, MINISIGN_ID) != 0)
		return true;
	s->found = *card;
	s->is = true;
	return false;
}

bool
keyring_find(void *folder, const unsigned char id[MINISIGN_ID], struct minisign_public *key,
    char site[SEAL_SITE])
{
	struct search s = { .id = id };
	struct err err;

	keyring_each(folder, compare, &s, &err);
	if (!s.is)
		return keyring_find_in(folder, "former", id, key, site);
	*key = s.found.sign;
	memcpy(site, s.found.site, SEAL_SITE);
	return true;
}

bool
keyring_escrow(const char *folder, unsigned char public[CRYPT_KEY], bool *there, struct err *err)
{
	struct buf text = { 0 };
	bool ok = key_read(folder, "escrow.age", "", &text, there, err);

	if (!ok && !*there) {
		buf_free(&text);
		return true;
	}
	ok = ok && age_public_parse(text.len > 0 ? key_line(&text) : "", public, err);
	buf_free(&text);
	return ok;
}

bool
keyring_set_escrow(const char *folder, const char *age_public, struct err *err)
{
	unsigned char public[CRYPT_KEY];
	struct buf text = { 0 };
	bool ok;

	if (!age_public_parse(age_public, public, err) || !key_folders(folder, err))
		return false;
	buf_addf(&text, "%s\n", age_public);
	ok = key_write(folder, "escrow.age", "", &text, err);
	buf_free(&text);
	return ok;
}
