/* seal.h: a sealed sync file (*.ruhu): an archive of two files, body.age.minisig
 * and body.age. Inside the encryption lies the compressed body (export.h). The
 * signature tells who wrote it, the encryption who can read it; a reader checks
 * the first before it touches the second. tar, minisign and age open it by hand:
 * docs/sync-file.md. */
#ifndef RUHU_SYNC_SEAL_H
#define RUHU_SYNC_SEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "sync/age.h"
#include "sync/minisign.h"

#define SEAL_SITE 64

/* What the signature says of the file, for everybody to see: no personal data.
 * "ruhu1 file=... from=T03 to=county key=... made=... lines=... raw=..." */
struct seal_comment {
	char file[23];			/* the file's id, as in its manifest */
	char from[SEAL_SITE], to[SEAL_SITE];
	char key[MINISIGN_ID_TEXT];	/* of the signing key */
	int64_t made_ms;		/* UTC */
	int64_t lines;
	uint64_t raw;			/* bytes of the body before compression */
};

struct buf;
void seal_comment_format(const struct seal_comment *, struct buf *out);
bool seal_comment_parse(const char *text, struct seal_comment *, struct err *);

struct seal_as {
	const struct minisign_secret *sign;
	const unsigned char (*recipients)[CRYPT_KEY];	/* the receiver, and the key in the safe */
	size_t recipients_n;
	struct seal_comment comment;	/* key is filled in */
};

/* Seals the file `body` as `out`, which is there whole or not at all (out_file.h).
 * What lies on the disk meanwhile is encrypted already. *bytes, if given, is
 * out's length. */
bool seal_file(const char *body, const char *out, const struct seal_as *, uint64_t *bytes,
    struct err *);

/* Whose key is it? False: nobody's that is known here. */
struct seal_pinned {
	void *ctx;
	bool (*find)(void *ctx, const unsigned char id[MINISIGN_ID], struct minisign_public *key,
	    char site[SEAL_SITE]);
};

struct unseal_as {
	struct seal_pinned pinned;
	const struct age_key *own;
	const char *site;		/* the file must be for it; NULL: for anybody */
	uint64_t max_bytes;		/* of the sealed file; 0 = 512 MiB */
};

/* Checks the sealed file. *body is then a file without a name in the folder of
 * `beside`, open at its beginning, that holds the body; it is gone when it is
 * closed, or with the program. False: err says what is wrong. *comment is set as
 * soon as the signature was found good (key[0] is 0 before), so that a refused
 * file can be put aside under its sender's name. */
bool unseal_file(const char *path, const char *beside, const struct unseal_as *,
    struct seal_comment *comment, int *body, struct err *);

#endif
