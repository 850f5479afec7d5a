/* age.h: encryption to public keys: files of age v1 (c2sp.org/age), its X25519
 * recipients only, which Debian's `age` reads and writes. Says nothing of who
 * wrote a file: that is the signature's part (minisign.h).
 *
 * Both ways are streams. What the reader gives on is authentic, but not whole
 * before age_read_end said so. */
#ifndef RUHU_SYNC_AGE_H
#define RUHU_SYNC_AGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/crypt.h"
#include "base/err.h"
#include "sync/sink.h"

struct buf;

struct age_key {
	unsigned char secret[CRYPT_KEY], public[CRYPT_KEY];
};

void age_key_new(struct age_key *);
/* "AGE-SECRET-KEY-1..." and "age1...", as age-keygen writes them (Bech32). */
void age_secret_format(const struct age_key *, struct buf *out);
void age_public_format(const unsigned char public[CRYPT_KEY], struct buf *out);
bool age_secret_parse(const char *, struct age_key *, struct err *);
bool age_public_parse(const char *, unsigned char public[CRYPT_KEY], struct err *);

struct age_writer;

/* Each of the n recipients alone can read it. sink is copied. NULL: err. */
struct age_writer *age_write_start(const unsigned char (*recipients)[CRYPT_KEY], size_t n,
    const struct sink *, struct err *);
bool age_write(struct age_writer *, const void *bytes, size_t len, struct err *);
bool age_write_end(struct age_writer *, struct err *);
void age_writer_free(struct age_writer *);		/* NULL is fine */

struct age_reader;

/* key is copied, sink too. */
struct age_reader *age_read_start(const struct age_key *, const struct sink *);
/* False: not an age file, not for this key, or damaged: err says which. */
bool age_read(struct age_reader *, const void *bytes, size_t len, struct err *);
bool age_read_end(struct age_reader *, struct err *);	/* false: cut short */
void age_reader_free(struct age_reader *);		/* NULL is fine */

#endif
