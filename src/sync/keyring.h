/* keyring.h: the keys that sealed files need, as files in one folder beside the
 * database (DB.keys, mode 0700), in the formats of the public programs:
 *
 *     sign.key sign.pub          this site's minisign keys
 *     age.key age.pub            this site's age keys
 *     peers/SITE.pub SITE.age    what was pinned for another site
 *     escrow.age                 a key in a safe that can open every file sent
 *     former/ revoked/           keys that were replaced or are trusted no more
 *
 * Nothing is trusted that a person did not pin after comparing the fingerprint. */
#ifndef RUHU_SYNC_KEYRING_H
#define RUHU_SYNC_KEYRING_H

#include <stdbool.h>

#include "base/err.h"
#include "sync/age.h"
#include "sync/minisign.h"
#include "sync/seal.h"

struct buf;

/* A site's two public keys: what it hands to the others. */
struct key_card {
	char site[SEAL_SITE];
	struct minisign_public sign;
	unsigned char crypt[CRYPT_KEY];
};

/* "SITE RW... age1...", one line, and back. */
void key_card_format(const struct key_card *, struct buf *out);
bool key_card_parse(const char *site, const char *sign, const char *crypt, struct key_card *,
    struct err *);
/* Eight groups of five digits, to be compared by voice. */
#define KEY_FINGERPRINT 48
void key_fingerprint(const struct key_card *, char out[KEY_FINGERPRINT]);

/* The folder of a database's keys. */
void keyring_folder(const char *database, struct buf *out);

/* Makes this site's keys where there are none; those that are there stay. */
bool keyring_make(const char *folder, const char *password, struct err *);
bool keyring_own(const char *folder, const char *site, struct key_card *, struct err *);
bool keyring_age(const char *folder, struct age_key *, struct err *);
bool keyring_sign(const char *folder, const char *password, struct minisign_secret *, struct err *);
/* Must a password be asked before keyring_sign? */
bool keyring_guarded(const char *folder);

/* Another site's keys. Pinning others than those that are pinned needs replace. */
bool keyring_pin(const char *folder, const struct key_card *, bool replace, struct err *);
bool keyring_unpin(const char *folder, const char *site, struct err *);
bool keyring_peer(const char *folder, const char *site, struct key_card *, struct err *);
bool keyring_each(const char *folder, bool (*each)(void *ctx, const struct key_card *), void *ctx,
    struct err *);
/* For seal_pinned.find; ctx is the folder's path. */
bool keyring_find(void *folder, const unsigned char id[MINISIGN_ID], struct minisign_public *key,
    char site[SEAL_SITE]);

/* ---- keys that change (keyring_change.c) ---- */

/* New keys for this site. The old age key stays, to read what is under way. *signed:
 * the new card, signed with the old key, as the text of a file for the other sites. */
bool keyring_rotate(const char *folder, const char *site, const char *old_password,
    const char *new_password, struct buf *signed_card, struct err *);
/* Pins a card that its site signed with the key that is pinned; files that the old key
 * signed are still taken. */
bool keyring_pin_signed(const char *folder, const char *text, struct key_card *, struct err *);
/* A key is lost or stolen: what it signed, now or later, waits for a person. */
bool keyring_revoke(const char *folder, const char *site, struct err *);
/* Is it one of those in the folder `kind`, "former" or "revoked"? */
bool keyring_find_in(const char *folder, const char *kind, const unsigned char id[MINISIGN_ID],
    struct minisign_public *key, char site[SEAL_SITE]);
/* This site's older age keys, newest first; false: no n-th. */
bool keyring_age_former(const char *folder, size_t n, struct age_key *);

/* The key in the safe; *there is false when there is none. */
bool keyring_escrow(const char *folder, unsigned char public[CRYPT_KEY], bool *there, struct err *);
bool keyring_set_escrow(const char *folder, const char *age_public, struct err *);

#endif
