#include "tui/keydec.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tui/charset.h"

#define ESC '\033'
#define SEQ_MAX 32		/* longer than any sequence a key sends */
#define ESC_MS 80		/* on a line that keeps the bytes of a key together */
#define ESC_SLOW_MS 400		/* on one that was seen to tear them apart */
#define REST_MS 1000

struct form_of {
	char seq[12];
	enum key_code code;
};

struct keydec {
	struct charset *charset;
	struct buf in;
	size_t at;
	bool joined;		/* a key of this burst was given already */
	bool paste;
	bool esc_given;		/* a lone Esc went out: '[' or 'O' may be its rest */
	bool torn;		/* ... and it was; the next key says so */
	int esc_ms;
	struct form_of *bound;
	size_t bound_n, bound_cap;
};

/* ESC O x, the "SS3" forms: VT100 and xterm cursor keys, VT100+ functions. */
static const struct {
	char final;
	enum key_code code;
} ss3[] = {
	{ 'A', K_UP }, { 'B', K_DOWN }, { 'C', K_RIGHT }, { 'D', K_LEFT }, { 'H', K_HOME },
	{ 'F', K_END }, { 'M', K_ENTER }, { 'P', K_F1 }, { 'Q', K_F2 }, { 'R', K_F3 },
	{ 'S', K_F4 }, { 'T', K_F5 }, { 'U', K_F6 }, { 'V', K_F7 }, { 'W', K_F8 }, { 'X', K_F9 },
	{ 'Y', K_F10 }, { 'Z', K_F11 }, { '[', K_F12 },
};

/* ESC [ x without a number: cursor keys, then SCO's functions. */
static const struct {
	char final;
	enum key_code code;
} csi[] = {
	{ 'A', K_UP }, { 'B', K_DOWN }, { 'C', K_RIGHT }, { 'D', K_LEFT }, { 'H', K_HOME },
	{ 'F', K_END }, { 'Z', K_BACKTAB }, { 'G', K_PGDN }, { 'I', K_PGUP }, { 'L', K_INSERT },
	{ 'M', K_F1 }, { 'N', K_F2 }, { 'O', K_F3 }, { 'P', K_F4 }, { 'Q', K_F5 }, { 'R', K_F6 },
	{ 'S', K_F7 }, { 'T', K_F8 }, { 'U', K_F9 }, { 'V', K_F10 }, { 'W', K_F11 }, { 'X', K_F12 },
};

/* ESC [ n ~ */
static const struct {
	int number;
	enum key_code code;
} tilde[] = {
	{ 1, K_HOME }, { 2, K_INSERT }, { 3, K_DELETE }, { 4, K_END }, { 5, K_PGUP },
	{ 6, K_PGDN }, { 7, K_HOME }, { 8, K_END }, { 11, K_F1 }, { 12, K_F2 }, { 13, K_F3 },
	{ 14, K_F4 }, { 15, K_F5 }, { 17, K_F6 }, { 18, K_F7 }, { 19, K_F8 }, { 20, K_F9 },
	{ 21, K_F10 }, { 23, K_F11 }, { 24, K_F12 },
};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

struct keydec *
keydec_new(struct charset *charset)
{
	struct keydec *d = xcalloc(1, sizeof *d);

	d->charset = charset;
	d->esc_ms = ESC_MS;
	return d;
}

void
keydec_speak(struct keydec *d, struct charset *charset)
{
	d->charset = charset;
}

void
keydec_free(struct keydec *d)
{
	if (d == NULL)
		return;
	buf_free(&d->in);
	free(d->bound);
	free(d);
}

void
keydec_bind(struct keydec *d, const char *seq, enum key_code code)
{
	struct form_of *f;

	/* A terminfo entry may claim a plain byte; text must stay text. */
	if (seq[0] != ESC || seq[1] == '\0' || strlen(seq) >= sizeof f->seq)
		return;
	d->bound = xgrow(d->bound, &d->bound_cap, d->bound_n + 1, sizeof *d->bound);
	f = &d->bound[d->bound_n++];
	memcpy(f->seq, seq, strlen(seq) + 1);
	f->code = code;
}

void
keydec_feed(struct keydec *d, const char *bytes, size_t len)
{
	if (d->at == d->in.len) {
		buf_reset(&d->in);
		d->at = 0;
		d->joined = false;
	}
	buf_add(&d->in, bytes, len);
}

bool
keydec_unfinished(const struct keydec *d)
{
	return d->at < d->in.len;
}

int
keydec_patience(const struct keydec *d)
{
	bool esc_alone = d->in.len - d->at == 1 && d->in.data[d->at] == ESC;

	return esc_alone ? d->esc_ms : REST_MS;
}

void
keydec_esc_ms(struct keydec *d, int ms)
{
	d->esc_ms = ms;
}

void
keydec_esc_over(struct keydec *d)
{
	d->esc_given = false;
}

void
keydec_drop(struct keydec *d)
{
	d->at = d->in.len;
	d->paste = d->esc_given = d->torn = false;
}

/* Application keypad: what the key types. 0: not one of its codes. */
static char
keypad(char final)
{
	if (final >= 'p' && final <= 'y')
		return (char)('0' + (final - 'p'));
	switch (final) {
	case 'j':
		return '*';
	case 'k':
		return '+';
	case 'l':
		return ',';
	case 'm':
		return '-';
	case 'n':
		return '.';
	case 'o':
		return '/';
	default:
		return 0;
	}
}

/* Results of reading a sequence: bytes used, or one of these. */
enum { NEED_MORE = 0, NOT_ONE = -1 };

static int
read_bound(const struct keydec *d, const char *s, size_t len, struct key *k)
{
	for (size_t i = 0; i < d->bound_n; i++) {
		size_t n = strlen(d->bound[i].seq);

		if (len >= n && memcmp(s, d->bound[i].seq, n) == 0) {
			k->code = d->bound[i].code;
			return (int)n;
		}
	}
	return NOT_ONE;
}

static int
read_ss3(const char *s, size_t len, struct key *k)
{
	size_t at = 2;
	char c;

	while (at < len && s[at] >= '0' && s[at] <= '9')	/* xterm puts modifiers here */
		at++;
	if (at >= len)
		return NEED_MORE;
	for (size_t i = 0; i < COUNT(ss3); i++)
		if (ss3[i].final == s[at]) {
			k->code = ss3[i].code;
			return (int)at + 1;
		}
	c = keypad(s[at]);
	if (c != 0) {
		k->code = K_TEXT;
		k->cp = (unsigned char)c;
	}
	return (int)at + 1;
}

/* ESC [ with numbers; *first is the first of them, 0 when none. */
static int
csi_length(const char *s, size_t len, int *first)
{
	size_t at = 2;

	*first = 0;
	while (at < len && s[at] >= '0' && s[at] <= '9' && *first < 1000)
		*first = *first * 10 + (s[at++] - '0');
	while (at < len && s[at] >= 0x20 && s[at] <= 0x3f)
		at++;
	if (at >= len)
		return len >= SEQ_MAX ? NOT_ONE : NEED_MORE;
	return (unsigned char)s[at] >= 0x40 && (unsigned char)s[at] <= 0x7e ? (int)at + 1 : NOT_ONE;
}

static int
read_csi(struct keydec *d, const char *s, size_t len, struct key *k)
{
	int first, n;

	if (len >= 3 && s[2] == '[') {		/* the Linux console's F1 to F5 */
		if (len < 4)
			return NEED_MORE;
		if (s[3] >= 'A' && s[3] <= 'E')
			k->code = (enum key_code)(K_F1 + (s[3] - 'A'));
		return 4;
	}
	n = csi_length(s, len, &first);
	if (n <= 0)
		return n;
	if (s[n - 1] == '~') {
		if (first == 200 || first == 201)
			d->paste = first == 200;
		for (size_t i = 0; i < COUNT(tilde); i++)
			if (tilde[i].number == first)
				k->code = tilde[i].code;
		return n;
	}
	/* A report of where the cursor is; "1;2R" is F3 with Shift, so nobody asks in
	 * the first row. */
	if (s[n - 1] == 'R' && first > 1 && memchr(s, ';', (size_t)n) != NULL) {
		k->code = K_REPORT;
		k->cp = (uint32_t)atoi((const char *)memchr(s, ';', (size_t)n) + 1);
		return n;
	}
	for (size_t i = 0; i < COUNT(csi); i++)
		if (csi[i].final == s[n - 1]) {
			k->code = csi[i].code;
			/* CSI 1;2P is xterm's F1 with Shift, not SCO's F4. */
			if (first != 0 && s[n - 1] >= 'P' && s[n - 1] <= 'S')
				k->code = (enum key_code)(K_F1 + (s[n - 1] - 'P'));
		}
	return n;
}

static int
read_escape(struct keydec *d, const char *s, size_t len, bool waited, struct key *k)
{
	int n = read_bound(d, s, len, k);

	if (n == NOT_ONE && len >= 2 && s[1] == 'O')
		n = read_ss3(s, len, k);
	else if (n == NOT_ONE && len >= 2 && s[1] == '[')
		n = read_csi(d, s, len, k);
	else if (n == NOT_ONE && len < 2)
		n = NEED_MORE;
	if (n > 0 || (n == NEED_MORE && !waited))
		return n;
	k->code = K_ESC;
	d->esc_given = n == NEED_MORE && len == 1;
	return 1;
}

/* The rest of a sequence whose Esc was given as a key: bytes used, NEED_MORE, or
 * NOT_ONE when a person typed this after Esc. Of the forms with 'O' only those
 * that cannot well begin a word. */
static int
read_rest(struct keydec *d, const char *s, size_t len, bool waited, struct key *k)
{
	char whole[SEQ_MAX + 1] = { ESC };
	size_t n = len < SEQ_MAX ? len : SEQ_MAX;
	bool was_paste = d->paste;
	int used;

	if (s[0] != '[' && (s[0] != 'O' || (n > 1 && strchr("ABCDFHMPQRS", s[1]) == NULL)))
		return NOT_ONE;
	memcpy(whole + 1, s, n);
	used = read_bound(d, whole, n + 1, k);
	if (used == NOT_ONE)
		used = s[0] == 'O' ? read_ss3(whole, n + 1, k) : read_csi(d, whole, n + 1, k);
	if (used == NEED_MORE)
		return waited ? NOT_ONE : NEED_MORE;
	if (used > 0 && k->code == K_NONE && d->paste == was_paste)
		return NOT_ONE;
	k->torn = true;
	if (used > 0 && d->esc_ms < ESC_SLOW_MS)
		d->esc_ms = ESC_SLOW_MS;
	return used > 0 ? used - 1 : NOT_ONE;
}

static int
read_text(struct keydec *d, const char *s, size_t len, bool waited, struct key *k)
{
	uint32_t cp = 0;
	int n = charset_get(d->charset, s, len, &cp);

	if (n == 0 && !waited)
		return NEED_MORE;
	k->code = K_TEXT;
	k->cp = n > 0 ? cp : 0xfffd;
	/* A cut character is one mark, not one for each of its bytes. */
	return n > 0 ? n : n == 0 ? (int)len : 1;
}

static void
control(unsigned char c, bool paste, struct key *k)
{
	switch (c) {
	case '\r':
	case '\n':
		k->code = K_ENTER;
		break;
	case '\t':
		k->code = K_TAB;
		break;
	case 0x7f:
	case '\b':
		k->code = K_BACKSPACE;
		break;
	default:
		if (c >= 1 && c <= 26) {
			k->code = K_CTRL;
			k->cp = (uint32_t)(c - 1 + 'a');
		}
	}
	/* A pasted line break is a blank: pasting never leaves the field. */
	if (paste) {
		bool blank = k->code == K_ENTER || k->code == K_TAB;

		k->code = blank ? K_TEXT : K_NONE;
		k->cp = blank ? ' ' : 0;
	}
}

/* Bytes of the key at s; a key that is none of ours has the code K_NONE. */
static int
read_key(struct keydec *d, const char *s, size_t len, bool waited, struct key *k)
{
	unsigned char c = (unsigned char)s[0];

	if (d->esc_given) {
		int n = read_rest(d, s, len, waited, k);

		if (n == NEED_MORE)
			return NEED_MORE;
		d->esc_given = false;
		if (n > 0)
			return n;
		*k = (struct key){ 0 };
	}
	if (c == ESC)
		return read_escape(d, s, len, waited, k);
	if (c >= ' ' && c != 0x7f)
		return read_text(d, s, len, waited, k);
	control(c, d->paste, k);
	return 1;
}

bool
keydec_next(struct keydec *d, bool waited, struct key *out)
{
	while (d->at < d->in.len) {
		struct key k = { 0 };
		int n = read_key(d, d->in.data + d->at, d->in.len - d->at, waited, &k);

		if (n == NEED_MORE)
			return false;
		d->at += (size_t)n;
		d->torn |= k.torn;
		if (k.code == K_NONE)
			continue;
		k.joined = d->joined;
		k.pasted = d->paste;
		k.torn = d->torn;
		d->torn = false;
		d->joined = true;
		*out = k;
		return true;
	}
	return false;
}
