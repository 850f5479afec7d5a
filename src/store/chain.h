/* chain.h: the hash chain over the change log. The hash after change n is
 *
 *     c[n] = BLAKE2b-256(c[n-1] || json)      c[0] = 32 zero bytes
 *
 * where json is the change as canonical JSON (RFC 8785: keys in order, no space,
 * UTF-8, shortest escapes):
 *
 *     {"a":author,"e":epoch,"f":form,"h":"16 hex digits of the hlc","n":field,
 *      "p":[[epoch,seq,"first 8 hex digits of its chain hash"],...],"q":seq,
 *      "r":record id,"v":value hash or null,"vn":form version,"w":row id,
 *      "y":missing reason}
 *
 * with "" for an absent row or reason, and the value hash = BLAKE2b-256 of the
 * value under the record's 32-byte secret as key, in hex. So a value and its
 * record's secret can be erased and the chain still verifies, and the hash alone
 * tells nothing about the value. */
#ifndef RUHU_STORE_CHAIN_H
#define RUHU_STORE_CHAIN_H

#include "base/hash.h"
#include "store/changes.h"

struct buf;

/* The canonical JSON of a change; only flags, chain, tx and record_first of *c are
 * not read. */
void chain_json(const struct change *c, struct buf *out);
/* out may be the same memory as before. */
void chain_next(const unsigned char before[HASH_BYTES], const struct change *c,
    unsigned char out[HASH_BYTES]);

#endif
