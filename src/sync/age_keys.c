/* age keys as text: Bech32 (BIP 173) with the prefixes of age. */
#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "sync/age.h"

#define SECRET_PREFIX "age-secret-key-"
#define PUBLIC_PREFIX "age"
#define CHECKSUM 6
#define GROUPS_MAX 60		/* 32 bytes are 52 groups of five bits */

static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static uint32_t
polymod_step(uint32_t sum, unsigned value)
{
	static const uint32_t generator[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
		0x2a1462b3 };
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (int i = 0; i < 5; i++)
		if (top >> i & 1)
			sum ^= generator[i];
	return sum;
}

static uint32_t
checksum_of(const char *prefix, const unsigned char *groups, size_t n)
{
	uint32_t sum = 1;

	for (const char *s = prefix; *s != '\0'; s++)
		sum = polymod_step(sum, (unsigned char)*s >> 5);
	sum = polymod_step(sum, 0);
	for (const char *s = prefix; *s != '\0'; s++)
		sum = polymod_step(sum, *s & 31);
	for (size_t i = 0; i < n; i++)
		sum = polymod_step(sum, groups[i]);
	return sum;
}

/* 32 bytes as groups of five bits, zeros at the end. */
static size_t
to_groups(const unsigned char key[CRYPT_KEY], unsigned char groups[GROUPS_MAX])
{
	unsigned held = 0, bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < CRYPT_KEY; i++) {
		held = (held << 8 | key[i]) & 0xfff;
		for (bits += 8; bits >= 5; bits -= 5)
			groups[n++] = held >> (bits - 5) & 31;
	}
	groups[n++] = held << (5 - bits) & 31;
	return n;
}

static bool
from_groups(const unsigned char *groups, size_t n, unsigned char key[CRYPT_KEY])
{
	unsigned held = 0, bits = 0;
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		held = (held << 5 | groups[i]) & 0xfff;
		bits += 5;
		if (bits >= 8) {
			if (at == CRYPT_KEY)
				return false;
			bits -= 8;
			key[at++] = (unsigned char)(held >> bits);
		}
	}
	return at == CRYPT_KEY && bits < 5 && (held & ((1u << bits) - 1)) == 0;
}

static void
encode(const char *prefix, const unsigned char key[CRYPT_KEY], bool upper, struct buf *out)
{
	unsigned char groups[GROUPS_MAX + CHECKSUM] = { 0 };
	size_t n = to_groups(key, groups), start = out->len;
	uint32_t sum = checksum_of(prefix, groups, n + CHECKSUM) ^ 1;

	for (int i = 0; i < CHECKSUM; i++)
		groups[n++] = sum >> (5 * (CHECKSUM - 1 - i)) & 31;
	buf_add_str(out, prefix);
	buf_add_char(out, '1');
	for (size_t i = 0; i < n; i++)
		buf_add_char(out, alphabet[groups[i]]);
	for (size_t i = start; upper && i < out->len; i++)
		if (out->data[i] >= 'a' && out->data[i] <= 'z')
			out->data[i] -= 32;
	crypt_wipe(groups, sizeof groups);
}

/* Letters all of one case, as Bech32 wants it. */
static bool
decode(const char *prefix, const char *text, bool upper, unsigned char key[CRYPT_KEY])
{
	unsigned char groups[GROUPS_MAX];
	size_t plen = strlen(prefix), n = 0;
	bool ok;

	for (const char *s = text; *s != '\0'; s++) {
		char c = *s;
		size_t at = (size_t)(s - text);
		const char *letter;

		if (upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z')
			return false;
		c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
		if (at <= plen) {
			if (c != (at < plen ? prefix[at] : '1'))
				return false;
			continue;
		}
		letter = strchr(alphabet, c);
		if (letter == NULL || n == GROUPS_MAX)
			return false;
		groups[n++] = (unsigned char)(letter - alphabet);
	}
	ok = n > CHECKSUM && checksum_of(prefix, groups, n) == 1 &&
	    from_groups(groups, n - CHECKSUM, key);
	crypt_wipe(groups, sizeof groups);
	return ok;
}

void
age_key_new(struct age_key *key)
{
	crypt_x25519_pair(key->secret, key->public);
}

void
age_secret_format(const struct age_key *key, struct buf *out)
{
	encode(SECRET_PREFIX, key->secret, true, out);
}

void
age_public_format(const unsigned char public[CRYPT_KEY], struct buf *out)
{
	encode(PUBLIC_PREFIX, public, false, out);
}

bool
age_secret_parse(const char *text, struct age_key *key, struct err *err)
{
	/* The text itself is not repeated: it may be nearly a secret. */
	if (!decode(SECRET_PREFIX, text, true, key->secret))
		return err_set(err, "%s", _("this is no secret age key: it begins with "
		    "AGE-SECRET-KEY-1 and has 74 characters; copy it again"));
	crypt_x25519_public(key->secret, key->public);
	return true;
}

bool
age_public_parse(const char *text, unsigned char public[CRYPT_KEY], struct err *err)
{
	if (decode(PUBLIC_PREFIX, text, false, public))
		return true;
	return err_set(err, _("'%.80s' is no age key: it begins with age1 and has 62 characters; "
	    "copy it again"), text);
}
