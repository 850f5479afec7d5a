/* minisign.h: signatures of files, as the public program minisign writes and
 * checks them: Ed25519 over a file's BLAKE2b-512 ("ED", pre-hashed), with a
 * trusted comment that is signed too. Keys and signatures are its text files. */
#ifndef RUHU_SYNC_MINISIGN_H
#define RUHU_SYNC_MINISIGN_H

#include <stdbool.h>

#include "base/crypt.h"
#include "base/err.h"

struct buf;

#define MINISIGN_ID 8
#define MINISIGN_ID_TEXT 17	/* 16 hex digits, as minisign shows it, and the NUL */

struct minisign_public {
	unsigned char id[MINISIGN_ID], key[CRYPT_KEY];
};

struct minisign_secret {
	unsigned char id[MINISIGN_ID], key[CRYPT_SIGN_SECRET];
};

void minisign_new(struct minisign_secret *, struct minisign_public *);
void minisign_id_text(const unsigned char id[MINISIGN_ID], char out[MINISIGN_ID_TEXT]);

/* A public key: the file of two lines, or the second line alone ("RW..."). */
void minisign_public_format(const struct minisign_public *, struct buf *out);
bool minisign_public_parse(const char *text, struct minisign_public *, struct err *);

/* A secret key's file, guarded by a password; "" leaves it open. Writing can
 * fail for lack of memory: scrypt takes 32 MiB. */
bool minisign_secret_format(const struct minisign_secret *, const char *password, struct buf *out,
    struct err *);
bool minisign_secret_parse(const char *text, const char *password, struct minisign_secret *,
    struct err *);

/* Comments are one line each. */
void minisign_sign(const struct minisign_secret *, const unsigned char hash[CRYPT_HASH],
    const char *untrusted, const char *trusted, struct buf *out);

/* A signature file taken apart; nothing is verified yet. */
struct minisign_sig {
	unsigned char id[MINISIGN_ID], signature[CRYPT_SIGNATURE], global[CRYPT_SIGNATURE];
	char trusted[1024];
};
bool minisign_sig_parse(const char *text, struct minisign_sig *, struct err *);

/* Both signatures: of the hash and of the trusted comment. */
bool minisign_verify(const struct minisign_sig *, const struct minisign_public *,
    const unsigned char hash[CRYPT_HASH], struct err *);

#endif
