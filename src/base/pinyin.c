#include "base/pinyin.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#include "base/pinyin_table.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* More of a text than this many characters is not looked at. */
#define LONGEST 64

static size_t
set_of(uint32_t cp)
{
	if (cp >= PINYIN_FIRST && cp <= PINYIN_LAST) {
		const char *pair = pinyin_main + 2 * (cp - PINYIN_FIRST);
		return (size_t)(strchr(pinyin_digits, pair[0]) - pinyin_digits) * 64 +
		    (size_t)(strchr(pinyin_digits, pair[1]) - pinyin_digits);
	}
	size_t low = 0, high = COUNT(pinyin_others);
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (pinyin_others[mid].cp < cp)
			low = mid + 1;
		else
			high = mid;
	}
	return low < COUNT(pinyin_others) && pinyin_others[low].cp == cp ? pinyin_others[low].set : 0;
}

const char *
pinyin_readings(uint32_t cp)
{
	return pinyin_sets[set_of(cp)];
}

/* One character of a text, and how it may be said. */
struct sound {
	uint32_t cp;		/* folded and lower-case */
	const char *surname;	/* its reading in the surname at the head, or NULL */
	size_t surname_len;
	const char *readings;
};

static uint32_t
folded(uint32_t cp)
{
	if (cp >= 0xFF01 && cp <= 0xFF5E)
		cp -= 0xFEE0;
	return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
}

static bool
passed_over(uint32_t cp)
{
	return cp == ' ' || cp == '\t' || cp == 0x3000 || cp == 0xB7 || cp == 0x2022 ||
	    cp == 0x30FB || cp == 0x2027 || cp == 0xFF65;
}

/* Characters of s that count, folded; returns how many. */
static size_t
spell(const char *s, uint32_t *out)
{
	size_t len = strlen(s), n = 0, used;
	for (; len > 0 && n < LONGEST; s += used, len -= used) {
		uint32_t cp = utf8_next(s, len, &used);
		if (!passed_over(cp))
			out[n++] = folded(cp);
	}
	return n;
}

/* The surname at the head of a text, the longest first as the table has them. */
static void
mark_surname(const char *text, struct sound *sounds, size_t n)
{
	for (size_t i = 0; i < COUNT(pinyin_surnames); i++) {
		const struct pinyin_surname *sn = &pinyin_surnames[i];
		if (strncmp(text, sn->han, strlen(sn->han)) != 0)
			continue;
		const char *word = sn->reading;
		for (size_t k = 0; k < n && *word != '\0'; k++) {
			sounds[k].surname = word;
			sounds[k].surname_len = strcspn(word, " ");
			word += sounds[k].surname_len;
			word += *word == ' ';
		}
		return;
	}
}

static size_t
sounds_of(const char *text, struct sound *out)
{
	uint32_t cps[LONGEST];
	size_t n = spell(text, cps);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct sound){ .cp = cps[i], .readings = pinyin_readings(cps[i]) };
	mark_surname(text + strspn(text, " "), out, n);
	return n;
}

/* One search. Failed places are remembered, so that characters of many readings
 * cost no more than their number. */
struct search {
	uint32_t typed[LONGEST];
	size_t typed_n;
	struct sound sounds[LONGEST];
	size_t sounds_n;
	uint64_t failed[LONGEST];	/* by character; bit = letters already used */
};

static bool fits(struct search *, size_t letter, size_t at);

/* Typed letters used up by the beginning of one syllable, as many as can be. */
static bool
by_syllable(struct search *s, size_t letter, size_t at, const char *syllable, size_t len)
{
	size_t most = 0;
	while (most < len && letter + most < s->typed_n &&
	    s->typed[letter + most] == (unsigned char)syllable[most])
		most++;
	for (; most > 0; most--)
		if (fits(s, letter + most, at + 1))
			return true;
	return false;
}

/* usual: only the reading of a surname, or the customary one. */
static bool
by_reading(struct search *s, size_t letter, size_t at, bool usual)
{
	const struct sound *sound = &s->sounds[at];
	if (sound->surname != NULL) {
		bool found = by_syllable(s, letter, at, sound->surname, sound->surname_len);
		if (found || usual)
			return found;
	}
	for (const char *r = sound->readings; *r != '\0';) {
		size_t len = strcspn(r, " ");
		if (by_syllable(s, letter, at, r, len))
			return true;
		if (usual)
			return false;
		r += len;
		r += *r == ' ';
	}
	return false;
}

/* Does what is typed from `letter` on fit the characters from `at` on? */
static bool
fits(struct search *s, size_t letter, size_t at)
{
	if (letter == s->typed_n)
		return true;
	if (at == s->sounds_n || s->failed[at] >> letter & 1)
		return false;
	if ((s->typed[letter] == s->sounds[at].cp && fits(s, letter + 1, at + 1)) ||
	    by_reading(s, letter, at, false))
		return true;
	s->failed[at] |= (uint64_t)1 << letter;
	return false;
}

enum pinyin_match
pinyin_find(const char *typed, const char *text)
{
	struct search s;
	s.typed_n = spell(typed, s.typed);
	if (s.typed_n == 0)
		return PINYIN_HEAD;
	s.sounds_n = sounds_of(text, s.sounds);
	if (s.sounds_n == 0)
		return PINYIN_NONE;
	memset(s.failed, 0, sizeof s.failed);
	if ((s.typed[0] == s.sounds[0].cp && fits(&s, 1, 1)) || by_reading(&s, 0, 0, true))
		return PINYIN_HEAD;
	if (by_reading(&s, 0, 0, false))
		return PINYIN_START;
	for (size_t i = 1; i < s.sounds_n; i++)
		if (fits(&s, 0, i))
			return PINYIN_INSIDE;
	return PINYIN_NONE;
}

/* The initials one character can give, the customary one first. */
static size_t
initials(const struct sound *s, char out[8])
{
	size_t n = 0;
	if (s->surname != NULL)
		out[n++] = s->surname[0];
	for (const char *r = s->readings; *r != '\0' && n < 7;) {
		if (memchr(out, *r, n) == NULL)
			out[n++] = *r;
		r += strcspn(r, " ");
		r += *r == ' ';
	}
	if (n == 0 && ((s->cp >= 'a' && s->cp <= 'z') || (s->cp >= '0' && s->cp <= '9')))
		out[n++] = (char)s->cp;
	return n;
}

#define MOST_KEYS 16

void
pinyin_keys(const char *text, struct buf *out)
{
	struct sound sounds[LONGEST];
	size_t n = sounds_of(text, sounds), keys_n = 1;
	char keys[MOST_KEYS][LONGEST + 1] = { "" }, letters[8];
	size_t len = 0;
	for (size_t i = 0; i < n; i++) {
		size_t letters_n = initials(&sounds[i], letters), old = keys_n;
		if (letters_n == 0)
			continue;
		for (size_t k = 0; k < old; k++)
			keys[k][len] = letters[0];
		for (size_t l = 1; l < letters_n; l++)
			for (size_t k = 0; k < old && keys_n < MOST_KEYS; k++) {
				memcpy(keys[keys_n], keys[k], len + 1);
				keys[keys_n++][len] = letters[l];
			}
		len++;
		for (size_t k = 0; k < keys_n; k++)
			keys[k][len] = '\0';
	}
	for (size_t k = 0; k < keys_n && len > 0; k++)
		buf_addf(out, "%s%s", k == 0 ? "" : " ", keys[k]);
}

/* ---- what was typed, as initials ---------------------------------------------------- */

static bool
begins_syllable(const uint32_t *typed, size_t len)
{
	char letters[8] = "";

	if (len >= sizeof letters)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (typed[i] < 'a' || typed[i] > 'z')
			return false;
		letters[i] = (char)typed[i];
	}
	for (size_t i = 1; i < COUNT(pinyin_sets); i++)
		for (const char *r = pinyin_sets[i]; *r != '\0'; r += *r == ' ') {
			if (strncmp(r, letters, len) == 0)
				return true;
			r += strcspn(r, " ");
		}
	return false;
}

struct starts {
	const uint32_t *typed;
	size_t n, keys_n;
	char keys[MOST_KEYS][LONGEST + 1];
};

/* key: initials of what was typed before `at`, len of them. */
static void
add_starts(struct starts *s, size_t at, char *key, size_t len)
{
	struct sound sound;
	char letters[8];
	size_t letters_n, more = 1;

	if (s->keys_n == MOST_KEYS)
		return;
	if (at == s->n) {
		key[len] = '\0';
		for (size_t k = 0; k < s->keys_n; k++)
			if (strcmp(s->keys[k], key) == 0)
				return;
		memcpy(s->keys[s->keys_n++], key, len + 1);
		return;
	}
	/* More letters of one syllable are one initial: the longest first. */
	while (at + more < s->n && begins_syllable(s->typed + at, more + 1))
		more++;
	for (; more > 1; more--) {
		key[len] = (char)s->typed[at];
		add_starts(s, at + more, key, len + 1);
	}
	sound = (struct sound){ .cp = s->typed[at], .readings = pinyin_readings(s->typed[at]) };
	letters_n = initials(&sound, letters);
	for (size_t i = 0; i < letters_n; i++) {
		key[len] = letters[i];
		add_starts(s, at + 1, key, len + 1);
	}
}

void
pinyin_starts(const char *typed, struct buf *out)
{
	uint32_t cps[LONGEST];
	char key[LONGEST + 1];
	struct starts s = { .typed = cps, .n = spell(typed, cps) };

	if (s.n > 0)
		add_starts(&s, 0, key, 0);
	for (size_t k = 0; k < s.keys_n; k++)
		buf_addf(out, "%s%s", k == 0 ? "" : " ", s.keys[k]);
}

/* ---- spelling ------------------------------------------------------------------ */

static const struct {
	uint32_t cp;
	const char *ascii;
} like[] = {
	{ 0xA0, " " }, { 0xB0, "o" }, { 0xB7, "." }, { 0xD7, "x" }, { 0x2013, "-" }, { 0x2014, "-" },
	{ 0x2018, "'" }, { 0x2019, "'" }, { 0x201C, "\"" }, { 0x201D, "\"" }, { 0x2022, "." },
	{ 0x2026, "..." }, { 0x2103, "C" }, { 0x3000, "  " }, { 0x3001, ", " }, { 0x3002, ". " },
	{ 0x3007, "0" }, { 0x3008, "<" }, { 0x3009, ">" }, { 0x300A, "<" }, { 0x300B, ">" },
	{ 0x300C, "'" }, { 0x300D, "'" }, { 0x3010, "[" }, { 0x3011, "]" }, { 0x3014, "[" },
	{ 0x3015, "]" }, { 0x30FB, "." }, { 0xFFE5, "Y" },
};

static size_t
spell_reading(const char *reading, size_t len, char out[PINYIN_LETTERS])
{
	memcpy(out, reading, len);
	out[len] = ' ';
	return len + 1;
}

size_t
pinyin_letters(uint32_t cp, char out[PINYIN_LETTERS])
{
	const char *readings = pinyin_readings(cp);
	size_t n = strcspn(readings, " ");

	if (cp < 0x80 || (cp >= 0xFF01 && cp <= 0xFF5E)) {
		out[0] = (char)(cp < 0x80 ? cp : cp - 0xFEE0);
		return 1;
	}
	for (size_t i = 0; i < COUNT(like); i++)
		if (like[i].cp == cp) {
			n = strlen(like[i].ascii);
			memcpy(out, like[i].ascii, n);
			return n;
		}
	if (n > 0 && n < PINYIN_LETTERS)
		return spell_reading(readings, n, out);
	out[0] = '?';
	return 1;
}

void
pinyin_spell(const char *text, struct buf *out)
{
	struct sound sounds[LONGEST];
	size_t len = strlen(text), known, used, at = 0;

	known = sounds_of(text, sounds);
	for (; len > 0; text += used, len -= used) {
		uint32_t cp = utf8_next(text, len, &used);
		char letters[PINYIN_LETTERS];
		size_t n;

		if (cp >= 0x80 && utf8_cp_width(cp, AMBIGUOUS_NARROW) == 0)
			continue;
		if (!passed_over(cp) && at < known && sounds[at].surname != NULL &&
		    sounds[at].surname_len < PINYIN_LETTERS)
			n = spell_reading(sounds[at].surname, sounds[at].surname_len, letters);
		else
			n = pinyin_letters(cp, letters);
		at += !passed_over(cp);
		buf_add(out, letters, n);
	}
}
