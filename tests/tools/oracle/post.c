/* Files between sites: written, sealed, carried badly, taken; copies and what becomes
 * of them. */
#include "oracle.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "form/form.h"
#include "store/changes.h"
#include "store/db.h"
#include "store/merge.h"
#include "store/scope.h"
#include "store/store.h"
#include "sync/export.h"
#include "sync/import.h"
#include "sync/keyring.h"
#include "sync/seal.h"
#include "sync/zst.h"

/* ---- once for all worlds ------------------------------------------------------------ */

static void
key_folder(const char *folder, int no, char out[PATH])
{
	snprintf(out, PATH, "%s/S%d", folder, no);
}

bool
keys_make(const char *folder, struct err *err)
{
	struct key_card card[SITES];
	char path[PATH], name[16];

	for (int i = 0; i < SITES; i++) {
		key_folder(folder, i, path);
		snprintf(name, sizeof name, "S%d", i);
		if (!keyring_make(path, "", err) || !keyring_own(path, name, &card[i], err))
			return false;
	}
	for (int i = 0; i < SITES; i++)
		for (int k = 0; k < SITES; k++) {
			key_folder(folder, i, path);
			if (i != k && !keyring_pin(path, &card[k], false, err))
				return false;
		}
	return true;
}

static void
copy_file(const char *from, const char *to)
{
	char piece[1 << 12];
	FILE *in = fopen(from, "rb"), *out = in != NULL ? fopen(to, "wb") : NULL;
	size_t n = 0;

	if (out != NULL)
		n = fread(piece, 1, sizeof piece, in);
	if (out != NULL)
		fwrite(piece, 1, n, out);
	if (in != NULL)
		fclose(in);
	if (out != NULL)
		fclose(out);
}

void
keys_copy(const char *folder, int site, const char *to)
{
	static const char *const own[] = { "sign.key", "sign.pub", "age.key", "age.pub" };
	char from[PATH], a[PATH + 64], b[PATH + 64];

	key_folder(folder, site, from);
	mkdir(to, 0700);
	snprintf(b, sizeof b, "%s/peers", to);
	mkdir(b, 0700);
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
		snprintf(a, sizeof a, "%s/%s", from, own[i]);
		snprintf(b, sizeof b, "%s/%s", to, own[i]);
		copy_file(a, b);
	}
	for (int i = 0; i < 2 * SITES; i++) {
		const char *ending = i % 2 == 0 ? "pub" : "age";

		snprintf(a, sizeof a, "%s/peers/S%d.%s", from, i / 2, ending);
		snprintf(b, sizeof b, "%s/peers/S%d.%s", to, i / 2, ending);
		if (i / 2 != site)
			copy_file(a, b);
	}
}

/* An empty database with the form, that has no life yet: each copy begins its own. */
bool
template_make(const char *path, const char *form, struct err *err)
{
	const struct store_options o = { .path = path, .user = "w", .create = true };
	struct faults faults = { 0 };
	struct buf report = { 0 };
	struct store *s;
	struct db *db;
	bool ok = store_open(&o, &s, err) &&
	    store_form_add(s, "small.yaml", form, strlen(form), NULL, &report, &faults, err);

	if (!ok && faults.n > 0)
		*err = faults.v[0].err;
	if (!ok)
		return false;
	store_close(s);
	buf_free(&report);
	ok = db_open(path, DB_PLAIN, &db, err) &&
	    db_script(db, err, "UPDATE ruhu_site SET epoch = NULL; DELETE FROM ruhu_epoch;"
	    " PRAGMA wal_checkpoint(TRUNCATE)");
	db_close(db);
	return ok;
}

void
step_set_up(struct actor *a, void *unused)
{
	struct world *w = a->w;

	(void)unused;
	actor_open(a);
	if (w->kind != MESH) {
		actor_must(a, store_site_name(a->s, a->site->name, "", &a->err), "name");
		actor_must(a, store_set_county(a->s, w->site[0].name, &a->err), "county");
	}
	for (int i = 1; a->no == 0 && w->kind == COUNTY && i < w->sites_n; i++)
		actor_must(a, store_set_site_scope(a->s, w->site[i].name, w->site[i].area, &a->err),
		    "area");
	actor_close(a);
}

/* ---- out ----------------------------------------------------------------------------- */

static void
seal(struct actor *a, const char *body, const char *out, const char *to,
    const struct export_result *r, char key[24])
{
	unsigned char keys[1][CRYPT_KEY];
	struct minisign_secret secret;
	struct key_card card, own;
	struct seal_as as = { .sign = &secret, .recipients = (const unsigned char (*)[CRYPT_KEY])keys,
		.recipients_n = 1, .comment = { .made_ms = clock_now(&a->site->clock), .lines = r->lines,
		.raw = r->raw_bytes } };
	const char *folder = a->site->keys;

	snprintf(as.comment.file, sizeof as.comment.file, "%s", r->file);
	snprintf(as.comment.from, sizeof as.comment.from, "%s", a->site->name);
	snprintf(as.comment.to, sizeof as.comment.to, "%s", to);
	actor_must(a, keyring_peer(folder, to, &card, &a->err) &&
	    keyring_own(folder, a->site->name, &own, &a->err) &&
	    keyring_sign(folder, "", &secret, &a->err), "keys");
	minisign_id_text(own.sign.id, key);
	memcpy(keys[0], card.crypt, CRYPT_KEY);
	actor_must(a, seal_file(body, out, &as, NULL, &a->err), "seal");
}

void
step_send(struct actor *a, void *arg)
{
	const struct sending *x = arg;
	struct world *w = a->w;
	struct buf scope = { 0 };
	char body[PATH + 16];
	struct export_result r;
	struct export_options o = { .path = x->path, .to = w->kind == MESH ? "county" :
		w->site[x->to].name, .program = "oracle", .clock = &a->site->clock, .all = x->all,
		.others = x->others };
	bool said = false;

	actor_open(a);
	actor_must(a, store_site_scope(a->s, o.to, &scope, &said, &a->err), "area");
	if (said && !x->others)
		o.scope = buf_str(&scope);
	snprintf(body, sizeof body, "%s.body.zst", a->site->db);
	if (x->sealed)
		o.path = body;
	actor_must(a, sync_export(a->s, &o, &r, &a->err), "export");
	/* Its key was revoked, and its new card has not come: nothing goes to it. */
	if (x->sealed && (keyring_peer(a->site->keys, o.to, &(struct key_card){ 0 }, &a->err) ||
	    !w->card_due[x->to][a->no]))
		seal(a, body, x->path, o.to, &r, x->key);
	unlink(body);
	actor_must(a, store_sent(a->s, o.to, &a->err), "sent");
	actor_close(a);
}

/* ---- in -------------------------------------------------------------------------------- */

/* Keys that may have signed, as the program has it: pinned, replaced, and, where a person
 * looked, revoked. */
struct trust { const char *folder; bool revoked_too; };

static bool
find_key(void *ctx, const unsigned char id[MINISIGN_ID], struct minisign_public *key,
    char site[SEAL_SITE])
{
	struct trust *t = ctx;
	char folder[PATH];

	snprintf(folder, sizeof folder, "%s", t->folder);
	return keyring_find(folder, id, key, site) ||
	    (t->revoked_too && keyring_find_in(folder, "revoked", id, key, site));
}

/* With today's key, else with those it replaced. */
static bool
unseal(struct actor *a, const char *path, bool revoked_too, struct seal_comment *comment, int *body)
{
	struct trust trust = { a->site->keys, revoked_too };
	struct unseal_as as = { .site = a->site->name, .pinned = { &trust, find_key } };
	struct age_key own;
	bool ok;

	as.own = &own;
	ok = keyring_age(a->site->keys, &own, &a->err) &&
	    unseal_file(path, a->site->db, &as, comment, body, &a->err);
	for (size_t i = 0; !ok && keyring_age_former(a->site->keys, i, &own); i++)
		ok = unseal_file(path, a->site->db, &as, comment, body, &a->err);
	return ok;
}

static bool
take(struct actor *a, const char *path, bool sealed, bool revoked_too)
{
	struct import_options o = { .batch = chance_in(&a->chance, 50) ? 500 :
		1 + chance_of(&a->chance, 9) };
	struct import_result r = { .known = false };
	struct seal_comment comment;
	char name[32];
	int body;
	bool ok;

	if (!sealed) {
		ok = sync_import(a->s, path, &o, &r, &a->err);
	} else {
		if (!unseal(a, path, revoked_too, &comment, &body))
			return false;
		snprintf(name, sizeof name, "/proc/self/fd/%d", body);
		o.seal = &comment;
		ok = sync_import(a->s, name, &o, &r, &a->err);
		close(body);
	}
	if (ok && r.forms_refused > 0)
		actor_wrong(a, "a form of %s is refused: %s", path, r.forms_why);
	if (ok && r.set_back)
		a->w->sh->set_back[a->no] = true;
	return ok;
}

static void
copy_bytes(struct actor *a, const char *path, struct buf *out)
{
	char piece[1 << 14];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		actor_wrong(a, "%s is not there", path);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
}

static bool
gather(void *ctx, const void *bytes, size_t len, struct err *err)
{
	(void)err;
	buf_add(ctx, bytes, len);
	return true;
}

/* What a file that is only compressed, or not even that, says; false: it cannot be read. */
static bool
expand(const struct buf *bytes, struct buf *text)
{
	struct zst_sink sink = { text, gather };
	struct err err = { 0 };
	struct unzst *u;
	bool ok;

	if (bytes->len < 4 || memcmp(bytes->data, "\x28\xB5\x2F\xFD", 4) != 0) {
		buf_add(text, bytes->data, bytes->len);
		return true;
	}
	u = unzst_new(&sink);
	ok = unzst_write(u, bytes->data, bytes->len, &err) && unzst_end(u, &err);
	unzst_free(u);
	return ok;
}

/* One bit that means something: in a frame of zstd some do not (RFC 8878: a window wider
 * than needed, bits that fill a byte), and then nothing was spoilt. Of what is sealed none
 * is in its head, where a comment is nobody's: sync/seal.sh goes through that byte by
 * byte. */
static size_t
spoil(struct actor *a, struct buf *bytes, bool sealed)
{
	size_t from = sealed ? 1024 : 0, at;
	struct buf before = { 0 }, after = { 0 };
	bool same;

	if (!sealed)
		expand(bytes, &before);
	do {
		at = from + chance_of(&a->chance, (unsigned)(bytes->len - from));
		bytes->data[at] ^= (char)(1u << chance_of(&a->chance, 8));
		after.len = 0;
		same = !sealed && expand(bytes, &after) && after.len == before.len &&
		    memcmp(after.data, before.data, before.len) == 0;
	} while (same);
	buf_free(&before);
	buf_free(&after);
	return at;
}

/* Cut short, or with a byte that is another: must be refused with nothing applied. */
static void
take_damaged(struct actor *a, const struct file *file, int damage)
{
	unsigned char before[HASH_BYTES], after[HASH_BYTES];
	struct buf bytes = { 0 };
	char path[PATH + 8];
	size_t at;
	FILE *f;

	copy_bytes(a, file->path, &bytes);
	if (damage == 1)
		bytes.len = at = chance_of(&a->chance, (unsigned)bytes.len);
	else
		at = spoil(a, &bytes, file->sealed);
	snprintf(path, sizeof path, "%s.bad", a->site->db);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(bytes.data, 1, bytes.len, f) != bytes.len || fclose(f) != 0)
		actor_wrong(a, "%s cannot be written", path);
	actor_must(a, store_state_hash(a->s, before, &a->err), "hash");
	if (take(a, path, file->sealed, false))
		actor_wrong(a, "%s was taken though %s byte %zu", file->path,
		    damage == 1 ? "it is cut at" : "it has another", at);
	actor_must(a, store_state_hash(a->s, after, &a->err), "hash");
	if (memcmp(before, after, HASH_BYTES) != 0)
		actor_wrong(a, "%s was refused and changed something", file->path);
	unlink(path);
	buf_free(&bytes);
}

static bool
is_revoked(struct actor *a, const struct file *f)
{
	char path[PATH + 64];

	snprintf(path, sizeof path, "%s/revoked/S%d-%s.pub", a->site->keys, f->from, f->key);
	return f->sealed && access(path, F_OK) == 0;
}

/* By a key that is trusted no more: refused with nothing applied, until a person takes it. */
static bool
take_revoked(struct actor *a, const struct file *f)
{
	unsigned char before[HASH_BYTES], after[HASH_BYTES];

	actor_must(a, store_state_hash(a->s, before, &a->err), "hash");
	if (take(a, f->path, true, false))
		actor_wrong(a, "%s was taken though its key is revoked", f->path);
	actor_must(a, store_state_hash(a->s, after, &a->err), "hash");
	if (memcmp(before, after, HASH_BYTES) != 0)
		actor_wrong(a, "%s was refused and changed something", f->path);
	a->w->sh->refused++;
	return chance_in(&a->chance, 50) && take(a, f->path, true, true);
}

void
step_take(struct actor *a, void *arg)
{
	const struct post *p = arg;

	actor_open(a);
	for (size_t i = 0; i < p->n; i++) {
		if (p->damage != 0)
			take_damaged(a, p->v[i], p->damage);
		else if (is_revoked(a, p->v[i]))
			take_revoked(a, p->v[i]);
		else if (!take(a, p->v[i]->path, p->v[i]->sealed, false) && p->must)
			actor_must(a, false, p->v[i]->path);
		else if (disk_struck())
			break;
	}
	actor_close(a);
}

/* ---- keys that change ---------------------------------------------------------------- */

static void
write_text(struct actor *a, const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL || fwrite(text->data, 1, text->len, f) != text->len || fclose(f) != 0)
		actor_wrong(a, "%s cannot be written", path);
}

void
step_rotate(struct actor *a, void *unused)
{
	struct buf card = { 0 };

	(void)unused;
	actor_must(a, keyring_rotate(a->site->keys, a->site->name, "", "", &card, &a->err), "rotate");
	write_text(a, a->site->cards, &card);
	a->w->sh->rotated++;
	buf_free(&card);
}

/* By its signature; where that is by a key that is not pinned (revoked, a card between was
 * lost), a person compares the fingerprint and pins it. */
void
step_renew(struct actor *a, void *arg)
{
	const struct keys_of *k = arg;
	const struct site *from = &a->w->site[k->site];
	struct key_card card;
	struct buf text = { 0 };

	copy_bytes(a, from->cards, &text);
	if (!keyring_pin_signed(a->site->keys, buf_str(&text), &card, &a->err)) {
		if (!k->person)
			actor_must(a, false, "renew");
		actor_must(a, keyring_own(from->keys, from->name, &card, &a->err) &&
		    keyring_pin(a->site->keys, &card, true, &a->err), "pin");
	}
	buf_free(&text);
}

void
step_revoke(struct actor *a, void *arg)
{
	const struct keys_of *k = arg;

	actor_must(a, keyring_revoke(a->site->keys, a->w->site[k->site].name, &a->err), "revoke");
	a->w->sh->revoked++;
}

/* ---- copies ------------------------------------------------------------------------------ */

void
step_backup(struct actor *a, void *path)
{
	actor_open(a);
	actor_must(a, store_backup(a->s, path, &a->err), "backup");
	actor_close(a);
}

/* As `ruhu restore` does. */
void
step_restore(struct actor *a, void *arg)
{
	const char *const *path = arg;
	const struct store_options o = { .path = path[0], .user = "clerk", .clock = &a->site->clock,
		.read_only = true };
	struct store *copy;
	struct buf faults = { 0 };
	size_t n = 0;

	actor_must(a, store_open(&o, &copy, &a->err), "open the copy");
	actor_must(a, store_check(copy, &faults, &n, &a->err), "check the copy");
	if (n > 0)
		actor_wrong(a, "a copy is damaged: %s", buf_str(&faults));
	actor_must(a, store_backup(copy, path[1], &a->err), "restore");
	store_close(copy);
	buf_free(&faults);
}
