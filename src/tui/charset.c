#include "tui/charset.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum family { UTF8, GB, SINGLE, PLAIN };	/* GB: GB2312, GBK, GB18030; PLAIN: ASCII */

struct charset {
	enum family family;
	bool four;			/* GB18030's four-byte characters */
	iconv_t to, from;		/* unused for UTF-8 */
	uint32_t last;			/* one character remembered: runs repeat it */
	size_t last_len;
	char last_bytes[CHARSET_BYTES];
};

static const char *
locale_name(void)
{
	static const char *const vars[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(vars) / sizeof(vars[0]); i++) {
		const char *v = getenv(vars[i]);

		if (v != NULL && v[0] != '\0')
			return v;
	}
	return "";
}

static const char *
own_setting(void)
{
	const char *v = getenv("RUHU_ENCODING");

	return v != NULL && v[0] != '\0' ? v : NULL;
}

const char *
charset_of_locale(void)
{
	const char *name = locale_name(), *dot = strchr(name, '.'), *own = own_setting();

	if (own != NULL)
		return own;
	if (dot != NULL && dot[1] != '\0')
		return dot + 1;
	/* Debian's plain zh_CN is GB2312, what such a terminal is set to. */
	if (strcmp(name, "zh_CN") == 0)
		return "GB2312";
	return "UTF-8";
}

bool
charset_locale_says(void)
{
	const char *name = locale_name();

	if (own_setting() != NULL)
		return true;
	return name[0] != '\0' && strcmp(name, "C") != 0 && strcmp(name, "POSIX") != 0;
}

/* "GB18030@stroke", "utf8" and the like: what iconv wants to hear. */
static void
plain_name(const char *name, char *out, size_t size)
{
	size_t n = strcspn(name, "@");

	if (n >= size)
		n = size - 1;
	memcpy(out, name, n);
	out[n] = '\0';
	if (strcasecmp(out, "GB2312") == 0 || strcasecmp(out, "EUC-CN") == 0 ||
	    strcasecmp(out, "CP936") == 0)
		memcpy(out, "GBK", 4);
}

struct charset *
charset_new(const char *name)
{
	struct charset *cs;
	char plain[40];

	if (strncasecmp(name, "UTF-8", 5) == 0 || strncasecmp(name, "UTF8", 4) == 0) {
		cs = xcalloc(1, sizeof *cs);
		cs->family = UTF8;
		return cs;
	}
	plain_name(name, plain, sizeof plain);
	cs = xcalloc(1, sizeof *cs);
	cs->to = iconv_open(plain, "UTF-32LE");
	cs->from = iconv_open("UTF-32LE", plain);
	if (cs->to == (iconv_t)-1 || cs->from == (iconv_t)-1) {
		if (cs->to != (iconv_t)-1)
			iconv_close(cs->to);
		if (cs->from != (iconv_t)-1)
			iconv_close(cs->from);
		free(cs);
		return NULL;
	}
	cs->family = strncasecmp(plain, "GB", 2) == 0 ? GB :
	    strcasecmp(plain, "ASCII") == 0 ? PLAIN : SINGLE;
	cs->four = strcasecmp(plain, "GB18030") == 0;
	return cs;
}

void
charset_free(struct charset *cs)
{
	if (cs == NULL)
		return;
	if (cs->family != UTF8) {
		iconv_close(cs->to);
		iconv_close(cs->from);
	}
	free(cs);
}

enum ambiguous
charset_ambiguous(const struct charset *cs)
{
	if (cs->family == PLAIN)
		return AMBIGUOUS_SPELT;
	return cs->family == GB ? AMBIGUOUS_WIDE : AMBIGUOUS_NARROW;
}

static size_t
convert(struct charset *cs, uint32_t cp, char out[CHARSET_BYTES])
{
	unsigned char in[4] = { cp & 0xff, cp >> 8 & 0xff, cp >> 16 & 0xff, cp >> 24 };
	char *from = (char *)in, *to = out;
	size_t left = sizeof in, room = CHARSET_BYTES;
	size_t rc;

	iconv(cs->to, NULL, NULL, NULL, NULL);
	rc = iconv(cs->to, &from, &left, &to, &room);
	return rc == (size_t)-1 || rc > 0 || left > 0 ? 0 : CHARSET_BYTES - room;
}

size_t
charset_put(struct charset *cs, uint32_t cp, char out[CHARSET_BYTES])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cs->family == UTF8)
		return utf8_encode(cp, out);
	if (cp != cs->last) {
		cs->last = cp;
		cs->last_len = convert(cs, cp, cs->last_bytes);
	}
	memcpy(out, cs->last_bytes, cs->last_len);
	return cs->last_len;
}

size_t
charset_show(struct charset *cs, uint32_t cp, int width, char out[CHARSET_BYTES])
{
	size_t n = charset_put(cs, cp, out);

	if (n == 0 && width == 2)
		n = charset_put(cs, 0x3013, out);	/* in every GB set */
	if (n > 0)
		return n;
	out[0] = out[1] = '?';
	return width == 2 ? 2 : 1;
}

static int
utf8_get(const unsigned char *s, size_t len, uint32_t *cp)
{
	size_t want = s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
	size_t used;

	if (want == 0)
		return -1;
	for (size_t i = 1; i < want; i++) {
		if (i >= len)
			return 0;
		if ((s[i] & 0xc0) != 0x80)
			return -1;
	}
	*cp = utf8_next((const char *)s, want, &used);
	return used == want ? (int)want : -1;
}

/* How long the character at s is in a GB encoding; 0: not to be told yet. */
static int
gb_length(const struct charset *cs, const unsigned char *s, size_t len)
{
	if (s[0] == 0x80 || s[0] == 0xff)
		return -1;
	if (len < 2)
		return 0;
	if (cs->four && s[1] >= '0' && s[1] <= '9')
		return len < 4 ? 0 : 4;
	return s[1] >= 0x40 && s[1] != 0x7f ? 2 : -1;
}

int
charset_get(struct charset *cs, const char *s, size_t len, uint32_t *cp)
{
	const unsigned char *u = (const unsigned char *)s;
	unsigned char out[8];
	char *from = (char *)(uintptr_t)s, *to = (char *)out;
	size_t left, room = sizeof out;
	int n;

	if (len == 0)
		return 0;
	if (u[0] < 0x80) {
		*cp = u[0];
		return 1;
	}
	if (cs->family == UTF8)
		return utf8_get(u, len, cp);
	n = cs->family == GB ? gb_length(cs, u, len) : 1;
	if (n <= 0)
		return n;
	left = (size_t)n;
	iconv(cs->from, NULL, NULL, NULL, NULL);
	if (iconv(cs->from, &from, &left, &to, &room) == (size_t)-1 || room > sizeof out - 4)
		return -1;
	*cp = (uint32_t)out[0] | (uint32_t)out[1] << 8 | (uint32_t)out[2] << 16 | (uint32_t)out[3] << 24;
	return n;
}
