#include "store/search.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/pinyin.h"
#include "base/utf8.h"

enum { PHONE = 11 };		/* figures of a mobile telephone's number */

static bool
is_alnum(uint32_t cp)
{
	return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
}

/* Characters that a word can be made of: no punctuation, no space. Those above
 * ASCII stand alone, so that any part of a name is found. */
static bool
is_word(uint32_t cp)
{
	return is_alnum(cp) || (cp >= 0x80 && cp != 0x3000 && cp != 0xFFFD &&
	    !(cp >= 0x2000 && cp <= 0x206F) && !(cp >= 0x3001 && cp <= 0x303F) &&
	    !(cp >= 0xFF00 && cp <= 0xFF0F) && cp != 0xB7);
}

/* Half-width, one space between the parts; "" when there are none. */
static void
split(const char *text, struct buf *out)
{
	struct buf folded = { 0 };
	size_t len, used, at = 0;
	bool run = false;	/* in a run of letters and digits */

	utf8_fold(text, &folded);
	len = folded.len;
	while (at < len) {
		uint32_t cp = utf8_next(folded.data + at, len - at, &used);
		bool alnum = is_alnum(cp);

		if (is_word(cp)) {
			if (out->len > 0 && !(alnum && run))
				buf_add_char(out, ' ');
			buf_add(out, folded.data + at, used);
		}
		run = alnum;
		at += used;
	}
	buf_free(&folded);
}

/* The usual reading of each character, in one piece: "maxiulan". */
static void
add_sounds(const char *text, struct buf *out)
{
	size_t len = strlen(text), used, at = 0;
	bool any = false;

	for (; at < len; at += used) {
		const char *readings = pinyin_readings(utf8_next(text + at, len - at, &used));
		size_t n = strcspn(readings, " ");

		if (n > 0 && !any)
			buf_add_char(out, ' ');
		any = any || n > 0;
		buf_add(out, readings, n);
	}
}

/* 649999198503124217 is also found by 4217 and by 124217, a telephone by any five
 * figures of it. */
static void
add_tails(const char *parts, struct buf *out)
{
	while (*parts != '\0') {
		size_t n = strcspn(parts, " ");

		if (n >= 8 && (unsigned char)parts[0] < 0x80) {
			for (size_t tail = 4; tail < n && tail <= 10; tail += n == PHONE ? 1 : 2) {
				if (n != PHONE && tail > 6)
					break;
				buf_add_char(out, ' ');
				buf_add(out, parts + n - tail, tail);
			}
		}
		parts += n;
		parts += strspn(parts, " ");
	}
}

static bool
has_han(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0xE2)
			return true;
	return false;
}

void
search_words(const char *text, struct buf *out)
{
	struct buf parts = { 0 };

	split(text, &parts);
	if (parts.len > 0) {
		if (out->len > 0)
			buf_add_char(out, ' ');
		buf_add(out, parts.data, parts.len);
		add_tails(parts.data, out);
	}
	if (has_han(text)) {
		buf_add_char(out, ' ');
		pinyin_keys(text, out);
		add_sounds(text, out);
	}
	buf_free(&parts);
}

/* Figures with a blank after them are a building, not the beginning of a number. */
static bool
is_building(const char *word, const char *rest)
{
	return rest[strspn(rest, " \t")] != '\0' && strlen(word) <= 3 &&
	    word[strspn(word, "0123456789")] == '\0';
}

bool
search_query(const char *typed, struct buf *out)
{
	const char *p = typed;
	struct buf word = { 0 }, parts = { 0 };

	while (*p != '\0') {
		size_t n = strcspn(p, " \t");

		buf_reset(&word);
		buf_reset(&parts);
		buf_add(&word, p, n);
		split(buf_str(&word), &parts);
		if (parts.len > 0)	/* nothing in parts needs quoting */
			buf_addf(out, "%s\"%s\"%s", out->len > 0 ? " AND " : "", parts.data,
			    is_building(parts.data, p + n) ? "" : " *");
		p += n;
		p += strspn(p, " \t");
	}
	buf_free(&word);
	buf_free(&parts);
	return out->len > 0;
}

bool
search_mixed(const char *typed, struct buf *out)
{
	struct buf starts = { 0 };
	bool any = false;

	if (typed[strcspn(typed, "0123456789-\"")] == '\0')
		pinyin_starts(typed, &starts);
	for (const char *p = buf_str(&starts); *p != '\0'; p += *p == ' ') {
		size_t n = strcspn(p, " ");

		buf_addf(out, "%s\"%.*s\" *", any ? " OR " : "", (int)n, p);
		any = true;
		p += n;
	}
	buf_free(&starts);
	return any;
}
