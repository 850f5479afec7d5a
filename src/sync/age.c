#include "sync/age.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/tr.h"

#define CHUNK 65536		/* of the plain text, sealed one by one */
#define FILE_KEY 16
#define BODY (FILE_KEY + CRYPT_TAG)
#define PAYLOAD_NONCE 16
#define COLUMNS 64		/* of Base64 in a stanza's body */
#define HEADER_MAX 65536
#define VERSION_LINE "age-encryption.org/v1\n"
#define X25519_INFO "age-encryption.org/v1/X25519"
#define MAC_TEXT 43		/* Base64 of 32 bytes */

/* The key that wraps the file key for one recipient. */
static void
wrap_key(const unsigned char shared[CRYPT_KEY], const unsigned char share[CRYPT_KEY],
    const unsigned char recipient[CRYPT_KEY], unsigned char out[CRYPT_KEY])
{
	unsigned char salt[2 * CRYPT_KEY];

	memcpy(salt, share, CRYPT_KEY);
	memcpy(salt + CRYPT_KEY, recipient, CRYPT_KEY);
	crypt_hkdf(shared, CRYPT_KEY, salt, sizeof salt, X25519_INFO, out);
}

/* Over everything up to and with the three hyphens. */
static void
header_mac(const unsigned char file_key[FILE_KEY], const void *header, size_t len,
    unsigned char mac[CRYPT_KEY])
{
	unsigned char key[CRYPT_KEY];

	crypt_hkdf(file_key, FILE_KEY, NULL, 0, "header", key);
	crypt_hmac(key, sizeof key, header, len, mac);
	crypt_wipe(key, sizeof key);
}

/* The number of the chunk, and whether it is the last one. */
static void
chunk_nonce(uint64_t number, bool last, unsigned char nonce[CRYPT_NONCE])
{
	memset(nonce, 0, CRYPT_NONCE);
	for (int i = 0; i < 8; i++)
		nonce[10 - i] = (unsigned char)(number >> (8 * i));
	nonce[11] = last;
}

/* ---- writing ------------------------------------------------------------ */

struct age_writer {
	struct sink sink;
	unsigned char key[CRYPT_KEY];
	uint64_t number;
	size_t held;
	unsigned char plain[CHUNK], sealed[CHUNK + CRYPT_TAG];
};

static bool
add_stanza(const unsigned char file_key[FILE_KEY], const unsigned char recipient[CRYPT_KEY],
    struct buf *header, struct err *err)
{
	static const unsigned char nonce[CRYPT_NONCE];	/* each wrapping key is used once */
	unsigned char secret[CRYPT_KEY], share[CRYPT_KEY], shared[CRYPT_KEY], key[CRYPT_KEY];
	unsigned char body[BODY];
	bool ok;

	crypt_x25519_pair(secret, share);
	ok = crypt_x25519(secret, recipient, shared);
	if (ok) {
		wrap_key(shared, share, recipient, key);
		crypt_seal(key, nonce, file_key, FILE_KEY, body);
		buf_add_str(header, "-> X25519 ");
		crypt_base64(share, sizeof share, false, header);
		buf_add_char(header, '\n');
		crypt_base64(body, sizeof body, false, header);
		buf_add_char(header, '\n');
	} else {
		err_set(err, "%s", _("one of the receivers' keys is no key anybody can have; "
		    "ask for it again"));
	}
	crypt_wipe(secret, sizeof secret);
	crypt_wipe(shared, sizeof shared);
	crypt_wipe(key, sizeof key);
	return ok;
}

static bool
write_header(struct age_writer *w, const unsigned char (*recipients)[CRYPT_KEY], size_t n,
    struct err *err)
{
	unsigned char file_key[FILE_KEY], mac[CRYPT_KEY], nonce[PAYLOAD_NONCE];
	struct buf header = { 0 };
	bool ok = true;

	random_bytes(file_key, sizeof file_key);
	random_bytes(nonce, sizeof nonce);
	buf_add_str(&header, VERSION_LINE);
	for (size_t i = 0; ok && i < n; i++)
		ok = add_stanza(file_key, recipients[i], &header, err);
	buf_add_str(&header, "---");
	header_mac(file_key, header.data, header.len, mac);
	buf_add_char(&header, ' ');
	crypt_base64(mac, sizeof mac, false, &header);
	buf_add_char(&header, '\n');
	buf_add(&header, nonce, sizeof nonce);
	crypt_hkdf(file_key, sizeof file_key, nonce, sizeof nonce, "payload", w->key);
	crypt_wipe(file_key, sizeof file_key);
	ok = ok && w->sink.write(w->sink.ctx, header.data, header.len, err);
	buf_free(&header);
	return ok;
}

struct age_writer *
age_write_start(const unsigned char (*recipients)[CRYPT_KEY], size_t n, const struct sink *sink,
    struct err *err)
{
	struct age_writer *w = xcalloc(1, sizeof *w);

	w->sink = *sink;
	if (n == 0)
		err_set(err, "%s", _("nobody could open the file: name a receiver"));
	else if (write_header(w, recipients, n, err))
		return w;
	age_writer_free(w);
	return NULL;
}

static bool
flush(struct age_writer *w, bool last, struct err *err)
{
	unsigned char nonce[CRYPT_NONCE];
	size_t len = w->held;

	chunk_nonce(w->number++, last, nonce);
	crypt_seal(w->key, nonce, w->plain, len, w->sealed);
	w->held = 0;
	return w->sink.write(w->sink.ctx, w->sealed, len + CRYPT_TAG, err);
}

bool
age_write(struct age_writer *w, const void *bytes, size_t len, struct err *err)
{
	const unsigned char *from = bytes;

	while (len > 0) {
		size_t n = CHUNK - w->held < len ? CHUNK - w->held : len;

		/* A full one waits: it may be the last. */
		if (w->held == CHUNK) {
			if (!flush(w, false, err))
				return false;
			continue;
		}
		memcpy(w->plain + w->held, from, n);
		w->held += n;
		from += n;
		len -= n;
	}
	return true;
}

bool
age_write_end(struct age_writer *w, struct err *err)
{
	return flush(w, true, err);
}

void
age_writer_free(struct age_writer *w)
{
	if (w == NULL)
		return;
	crypt_wipe(w, sizeof *w);
	free(w);
}

/* ---- reading ------------------------------------------------------------ */

struct age_reader {
	struct sink sink;
	struct age_key own;
	enum { IN_HEADER, IN_NONCE, IN_PAYLOAD, FAILED } state;
	struct buf header;
	size_t scanned;		/* header lines before this are no "---" line */
	unsigned char file_key[FILE_KEY], key[CRYPT_KEY], nonce[PAYLOAD_NONCE];
	uint64_t number;
	size_t held;
	unsigned char sealed[CHUNK + CRYPT_TAG], plain[CHUNK];
};

static bool
no_age(struct err *err)
{
	return err_set(err, "%s", _("this is not an age file, or its head is damaged; copy it again"));
}

struct age_reader *
age_read_start(const struct age_key *key, const struct sink *sink)
{
	struct age_reader *r = xcalloc(1, sizeof *r);

	r->own = *key;
	r->sink = *sink;
	return r;
}

void
age_reader_free(struct age_reader *r)
{
	if (r == NULL)
		return;
	buf_free(&r->header);
	crypt_wipe(r, sizeof *r);
	free(r);
}

/* One stanza's lines, inside the header. */
struct stanza {
	const char *type, *args;	/* after the type and its blank; NULL: none */
	size_t type_len, args_len;
	unsigned char body[512];
	size_t body_len;
};

/* The line at *s, without its end; *s goes behind it. */
static size_t
take_line(const char **s, const char *end, const char **line)
{
	const char *stop = memchr(*s, '\n', (size_t)(end - *s));
	size_t len;

	*line = *s;
	if (stop == NULL)
		stop = end;
	len = (size_t)(stop - *s);
	*s = stop < end ? stop + 1 : end;
	return len;
}

/* Words of printable ASCII with one blank between. */
static bool
good_args(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool blank = s[i] == ' ';

		if (!blank && (s[i] < 0x21 || s[i] > 0x7e))
			return false;
		if (blank && (i == 0 || i + 1 == len || s[i - 1] == ' '))
			return false;
	}
	return len > 0;
}

static bool
take_body(const char **s, const char *end, struct stanza *stanza)
{
	const char *line;
	size_t len, got;

	stanza->body_len = 0;
	do {
		if (*s == end)
			return false;
		len = take_line(s, end, &line);
		if (len > COLUMNS || !crypt_unbase64(line, len, false,
		    stanza->body + stanza->body_len, sizeof stanza->body - stanza->body_len, &got))
			return false;
		stanza->body_len += got;
	} while (len == COLUMNS);
	return true;
}

static bool
take_stanza(const char **s, const char *end, struct stanza *stanza)
{
	const char *line, *blank;
	size_t len = take_line(s, end, &line);

	if (len < 4 || memcmp(line, "-> ", 3) != 0 || !good_args(line + 3, len - 3))
		return false;
	stanza->type = line + 3;
	stanza->type_len = len - 3;
	stanza->args = NULL;
	stanza->args_len = 0;
	blank = memchr(stanza->type, ' ', stanza->type_len);
	if (blank != NULL) {
		stanza->args = blank + 1;
		stanza->args_len = (size_t)(line + len - stanza->args);
		stanza->type_len = (size_t)(blank - stanza->type);
	}
	return take_body(s, end, stanza);
}

static bool
is_type(const struct stanza *stanza, const char *type)
{
	return stanza->type_len == strlen(type) &&
	    memcmp(stanza->type, type, stanza->type_len) == 0;
}

enum unwrapped { NOT_OURS, OURS, BROKEN };

static enum unwrapped
unwrap(struct age_reader *r, const struct stanza *stanza)
{
	static const unsigned char nonce[CRYPT_NONCE];
	unsigned char share[CRYPT_KEY], shared[CRYPT_KEY], key[CRYPT_KEY];
	size_t len;
	bool ok;

	if (!crypt_unbase64(stanza->args, stanza->args_len, false, share, sizeof share, &len) ||
	    len != sizeof share || stanza->body_len != BODY ||
	    !crypt_x25519(r->own.secret, share, shared))
		return BROKEN;
	wrap_key(shared, share, r->own.public, key);
	ok = crypt_open(key, nonce, stanza->body, BODY, r->file_key);
	crypt_wipe(shared, sizeof shared);
	crypt_wipe(key, sizeof key);
	return ok ? OURS : NOT_OURS;
}

/* The stanzas from s to the "---" line at end: the file key, from the first one
 * that is for our key. */
static bool
read_stanzas(struct age_reader *r, const char *s, const char *end, struct err *err)
{
	bool ours = false;

	while (s < end) {
		struct stanza stanza;
		enum unwrapped got = NOT_OURS;

		if (!take_stanza(&s, end, &stanza))
			return no_age(err);
		if (is_type(&stanza, "scrypt"))
			return err_set(err, "%s", _("the file is locked with a password, not for "
			    "this site's key"));
		if (!ours && is_type(&stanza, "X25519"))
			got = stanza.args != NULL ? unwrap(r, &stanza) : BROKEN;
		if (got == BROKEN)
			return no_age(err);
		ours = ours || got == OURS;
	}
	return ours || err_set(err, "%s", _("the file is not for this site: it was sealed for other "
	    "keys; ask the sender which key they have of you"));
}

/* The whole header is there, `last` is where its "---" line begins. */
static bool
read_header(struct age_reader *r, size_t last, struct err *err)
{
	const char *text = r->header.data, *end = text + last;
	unsigned char mac[CRYPT_KEY], own[CRYPT_KEY];
	size_t len, version = strlen(VERSION_LINE);

	if (r->header.len < version || memcmp(text, VERSION_LINE, version) != 0)
		return no_age(err);
	if (r->header.len - last != 4 + MAC_TEXT + 1 || text[last + 3] != ' ' ||
	    !crypt_unbase64(end + 4, MAC_TEXT, false, mac, sizeof mac, &len) || len != sizeof mac)
		return no_age(err);
	if (!read_stanzas(r, text + version, end, err))
		return false;
	header_mac(r->file_key, text, last + 3, own);
	return crypt_equal(mac, own, sizeof mac) || no_age(err);
}

/* Takes bytes to the end of the header; *used is how many. */
static bool
feed_header(struct age_reader *r, const char *bytes, size_t len, size_t *used, struct err *err)
{
	for (*used = 0; *used < len;) {
		const char *stop = memchr(bytes + *used, '\n', len - *used);
		size_t n = stop != NULL ? (size_t)(stop - bytes) + 1 - *used : len - *used;
		size_t line = r->scanned;

		if (r->header.len + n > HEADER_MAX)
			return no_age(err);
		buf_add(&r->header, bytes + *used, n);
		*used += n;
		if (stop == NULL)
			break;
		r->scanned = r->header.len;
		if (strncmp(r->header.data + line, "---", 3) == 0) {
			r->state = IN_NONCE;
			return read_header(r, line, err);
		}
	}
	return true;
}

static bool
open_chunk(struct age_reader *r, bool last, struct err *err)
{
	unsigned char nonce[CRYPT_NONCE];
	size_t len = r->held;

	chunk_nonce(r->number, last, nonce);
	/* Only a file of nothing has a last chunk of nothing. */
	if (len < CRYPT_TAG || (len == CRYPT_TAG && r->number > 0) ||
	    !crypt_open(r->key, nonce, r->sealed, len, r->plain))
		return err_set(err, last ? _("the file is incomplete or damaged; copy it again") :
		    _("the file is damaged; copy it again"));
	r->number++;
	r->held = 0;
	return len == CRYPT_TAG || r->sink.write(r->sink.ctx, r->plain, len - CRYPT_TAG, err);
}

static bool
feed_payload(struct age_reader *r, const unsigned char *bytes, size_t len, struct err *err)
{
	while (len > 0) {
		size_t room = sizeof r->sealed - r->held, n = len < room ? len : room;

		if (room == 0) {
			if (!open_chunk(r, false, err))
				return false;
			continue;
		}
		memcpy(r->sealed + r->held, bytes, n);
		r->held += n;
		bytes += n;
		len -= n;
	}
	return true;
}

static bool
feed(struct age_reader *r, const unsigned char *bytes, size_t len, struct err *err)
{
	size_t used;

	if (r->state == IN_HEADER) {
		if (!feed_header(r, (const char *)bytes, len, &used, err))
			return false;
		bytes += used;
		len -= used;
	}
	while (r->state == IN_NONCE && len > 0) {
		r->nonce[r->held++] = *bytes++;
		len--;
		if (r->held == PAYLOAD_NONCE) {
			crypt_hkdf(r->file_key, FILE_KEY, r->nonce, PAYLOAD_NONCE, "payload", r->key);
			r->held = 0;
			r->state = IN_PAYLOAD;
		}
	}
	return r->state != IN_PAYLOAD || feed_payload(r, bytes, len, err);
}

bool
age_read(struct age_reader *r, const void *bytes, size_t len, struct err *err)
{
	if (r->state == FAILED)
		return no_age(err);
	if (feed(r, bytes, len, err))
		return true;
	r->state = FAILED;
	return false;
}

bool
age_read_end(struct age_reader *r, struct err *err)
{
	if (r->state != IN_PAYLOAD)
		return no_age(err);
	return open_chunk(r, true, err);
}
