#include "base/utf8.h"

#include <string.h>

#include "base/buf.h"
#include "base/pinyin.h"

struct range {
	uint32_t first, last;
};

#include "base/utf8_table.h"

#define REPLACEMENT 0xFFFD
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool
in_ranges(uint32_t cp, const struct range *v, size_t n)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (cp > v[mid].last)
			low = mid + 1;
		else if (cp < v[mid].first)
			high = mid;
		else
			return true;
	}
	return false;
}

uint32_t
utf8_next(const char *s, size_t len, size_t *used)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)s;
	size_t n;
	uint32_t cp;

	*used = len > 0;
	if (len == 0)
		return 0;
	if (u[0] < 0x80)
		return u[0];
	n = u[0] < 0xC2 ? 0 : u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : u[0] < 0xF5 ? 4 : 0;
	if (n == 0 || n > len)
		return REPLACEMENT;
	cp = u[0] & (0xFFu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((u[i] & 0xC0) != 0x80)
			return REPLACEMENT;
		cp = cp << 6 | (u[i] & 0x3F);
	}
	if (cp < least[n] || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		return REPLACEMENT;
	*used = n;
	return cp;
}

size_t
utf8_encode(uint32_t cp, char out[4])
{
	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		cp = REPLACEMENT;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

/* U+FFFD that stands in the text, or for a byte that is none of UTF-8's? */
static bool
is_broken(uint32_t cp, size_t used)
{
	return cp == REPLACEMENT && used == 1;
}

bool
utf8_valid(const char *s, size_t len)
{
	size_t used;

	for (size_t at = 0; at < len; at += used) {
		uint32_t cp = utf8_next(s + at, len - at, &used);

		if (cp == 0 || is_broken(cp, used))
			return false;
	}
	return true;
}

size_t
utf8_length(const char *s)
{
	size_t n = 0, len = strlen(s), used;

	for (size_t at = 0; at < len; at += used, n++)
		utf8_next(s + at, len - at, &used);
	return n;
}

static bool
is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp < 0xA0);
}

/* Does it stand in the column of the character before it? */
static bool
joins(uint32_t cp)
{
	return cp >= 0x300 && in_ranges(cp, width_none, COUNT(width_none));
}

size_t
utf8_cluster_next(const char *s, size_t len, size_t at)
{
	size_t used;

	if (at >= len)
		return len;
	if (is_control(utf8_next(s + at, len - at, &used)))
		return at + used;
	at += used;
	while (at < len && joins(utf8_next(s + at, len - at, &used)))
		at += used;
	return at;
}

/* Where the code point that ends before `at` begins. */
static size_t
step_back(const char *s, size_t at, uint32_t *cp)
{
	size_t used;

	for (size_t n = 2; n <= 4 && n <= at; n++) {
		*cp = utf8_next(s + at - n, n, &used);
		if (used == n)
			return at - n;
	}
	*cp = utf8_next(s + at - 1, 1, &used);
	return at - 1;
}

size_t
utf8_cluster_prev(const char *s, size_t at)
{
	uint32_t cp, before;

	if (at == 0)
		return 0;
	at = step_back(s, at, &cp);
	while (at > 0 && joins(cp)) {
		size_t base = step_back(s, at, &before);

		if (is_control(before))
			break;
		at = base;
		cp = before;
	}
	return at;
}

int
utf8_cp_width(uint32_t cp, enum ambiguous ambiguous)
{
	if (cp < 0xA1)
		return !is_control(cp);
	if (ambiguous == AMBIGUOUS_SPELT) {
		char letters[PINYIN_LETTERS];

		return joins(cp) ? 0 : (int)pinyin_letters(cp, letters);
	}
	if (cp >= 0x4E00 && cp <= 0x9FFF)
		return 2;
	if (joins(cp))
		return 0;
	if (cp >= 0x1100 && in_ranges(cp, width_wide, COUNT(width_wide)))
		return 2;
	if (ambiguous == AMBIGUOUS_WIDE &&
	    in_ranges(cp, width_ambiguous, COUNT(width_ambiguous)))
		return 2;
	return 1;
}

int
utf8_width_n(const char *s, size_t len, enum ambiguous ambiguous)
{
	size_t used;
	int width = 0;

	for (size_t at = 0; at < len; at += used) {
		if (s[at] >= ' ' && s[at] < 0x7F) {	/* most of what there is */
			used = 1;
			width++;
			continue;
		}
		width += utf8_cp_width(utf8_next(s + at, len - at, &used), ambiguous);
	}
	return width;
}

int
utf8_width(const char *s, enum ambiguous ambiguous)
{
	return utf8_width_n(s, strlen(s), ambiguous);
}

size_t
utf8_fit(const char *s, int cols, enum ambiguous ambiguous, int *got)
{
	size_t len = strlen(s), at = 0;
	int width = 0;

	while (at < len) {
		size_t next = utf8_cluster_next(s, len, at);
		int more = utf8_width_n(s + at, next - at, ambiguous);

		if (width + more > cols)
			break;
		width += more;
		at = next;
	}
	if (got != NULL)
		*got = width;
	return at;
}

static bool
one_of(uint32_t cp, const uint32_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == cp)
			return true;
	return false;
}

/* No line begins with these. */
static bool
closes(uint32_t cp)
{
	static const uint32_t marks[] = { '!', ')', ',', '.', ':', ';', '?', ']', '}', '%',
		0x2019, 0x201D, 0x2026, 0x3001, 0x3002, 0x3009, 0x300B, 0x300D, 0x300F, 0x3011,
		0x3015, 0x30FB, 0xFF01, 0xFF05, 0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F,
		0xFF3D, 0xFF5D };

	return one_of(cp, marks, COUNT(marks));
}

/* No line ends with these. */
static bool
opens(uint32_t cp)
{
	static const uint32_t marks[] = { '(', '[', '{', 0x2018, 0x201C, 0x3008, 0x300A, 0x300C,
		0x300E, 0x3010, 0x3014, 0xFF08, 0xFF3B, 0xFF5B };

	return one_of(cp, marks, COUNT(marks));
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* May a line end at the border between two clusters? */
static bool
may_break(const char *s, size_t len, size_t at)
{
	uint32_t before, after;
	size_t used;

	step_back(s, at, &before);
	after = utf8_next(s + at, len - at, &used);
	if (is_blank((char)after) && after < 0x80)
		return true;
	if (closes(after) || opens(before))
		return false;
	if (before == ' ' || before == '\t')
		return true;
	return utf8_cp_width(before, AMBIGUOUS_NARROW) == 2 ||
	    utf8_cp_width(after, AMBIGUOUS_NARROW) == 2;
}

size_t
utf8_wrap(const char *s, int cols, enum ambiguous ambiguous, size_t *next)
{
	size_t len = strcspn(s, "\n"), at, end, fits;

	fits = utf8_fit(s, cols, ambiguous, NULL);
	if (fits >= len) {
		*next = len + (s[len] == '\n');
		return len;
	}
	if (fits == 0)
		fits = utf8_cluster_next(s, len, 0);
	for (at = fits; at > 0 && !may_break(s, len, at);)
		at = utf8_cluster_prev(s, at);
	if (at == 0)
		at = fits;
	for (end = at; end > 0 && is_blank(s[end - 1]);)
		end--;
	while (at < len && is_blank(s[at]))
		at++;
	if (at == len && s[at] == '\n')
		at++;
	*next = at;
	return end;
}

void
utf8_fold(const char *s, struct buf *out)
{
	size_t len = strlen(s), used;

	for (size_t at = 0; at < len; at += used) {
		uint32_t cp = utf8_next(s + at, len - at, &used);

		if (cp >= 0xFF01 && cp <= 0xFF5E)
			buf_add_char(out, (char)(cp - 0xFF00 + 0x20));
		else if (cp == 0x3000)
			buf_add_char(out, ' ');
		else if (cp == 0x3002)
			buf_add_char(out, '.');
		else
			buf_add(out, s + at, used);
	}
}

/* What has no shape of its own, changes the order of others (Trojan Source),
 * or is no character: joiners, bidi marks, tags, separators, non-characters. */
static bool
is_hidden(uint32_t cp)
{
	static const struct range others[] = { { 0x00AD, 0x00AD }, { 0x034F, 0x034F },
		{ 0x115F, 0x1160 }, { 0x17B4, 0x17B5 }, { 0x180B, 0x180F }, { 0x2028, 0x2029 },
		{ 0x3164, 0x3164 }, { 0xFDD0, 0xFDEF }, { 0xFE00, 0xFE0F }, { 0xFFA0, 0xFFA0 },
		{ 0xFFF0, 0xFFFB }, { 0xE0000, 0xE0FFF } };
	static const struct range format[] = { { 0x0600, 0x0605 }, { 0x061C, 0x061C },
		{ 0x06DD, 0x06DD }, { 0x070F, 0x070F }, { 0x0890, 0x0891 }, { 0x08E2, 0x08E2 },
		{ 0x200B, 0x200F }, { 0x202A, 0x202E }, { 0x2060, 0x206F }, { 0xFEFF, 0xFEFF },
		{ 0x110BD, 0x110BD }, { 0x110CD, 0x110CD }, { 0x13430, 0x1345F },
		{ 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A } };

	if (cp < 0xAD || (cp > 0x3164 && cp < 0xFDD0))	/* Latin, Han: most of what there is */
		return false;
	return (cp & 0xFFFE) == 0xFFFE || in_ranges(cp, others, COUNT(others)) ||
	    in_ranges(cp, format, COUNT(format));
}

void
utf8_harmless(const char *s, struct buf *out)
{
	size_t len = strlen(s), used, kept = 0;		/* what is added up to */

	for (size_t at = 0; at < len; at += used) {
		uint32_t cp = utf8_next(s + at, len - at, &used);

		if (!is_control(cp) && !is_broken(cp, used) && !is_hidden(cp))
			continue;
		buf_add(out, s + kept, at - kept);
		kept = at + used;
		if (cp < 0x20 || cp == 0x7F) {
			buf_add_char(out, '^');
			buf_add_char(out, (char)(cp ^ 0x40));
		} else {
			buf_add_char(out, '?');
		}
	}
	buf_add(out, s + kept, len - kept);
}
