/* pinyin.h: finding a Chinese name or label by the letters of its sounds, by
 * its characters, or by both mixed: 马小明 by "mxm", "maxm", "ma xm", "马xm".
 *
 * Readings are toneless, u with diaeresis is v; zh, ch and sh begin with z, c and
 * s. A character with several readings matches each of them; at the head of a
 * text its reading as a surname too (单 by "s" and "d"). Middle dots and spaces
 * are passed over, full-width letters are letters, case does not matter. Data:
 * Unihan (see pinyin_table.h) and surnames.tsv. */
#ifndef RUHU_BASE_PINYIN_H
#define RUHU_BASE_PINYIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* Better matches are greater. */
enum pinyin_match {
	PINYIN_NONE,
	PINYIN_INSIDE,		/* from a later character on */
	PINYIN_START,		/* from the first character on */
	PINYIN_HEAD		/* and the first one read as a surname is read, or as usual */
};

/* Does `typed` (UTF-8) find `text` (UTF-8)? Nothing typed finds everything. */
enum pinyin_match pinyin_find(const char *typed, const char *text);

/* The readings of a character, one space between, the customary one first; "" for
 * none. Static. */
const char *pinyin_readings(uint32_t cp);

/* Text in ASCII for a terminal that shows nothing else: Han by their customary
 * reading and a blank, a surname at the head as surnames are read; punctuation and
 * full-width characters as their like in ASCII; "?" for anything else. Appended. */
void pinyin_spell(const char *text, struct buf *out);

/* One character of it; returns how many letters, 1 at least. */
#define PINYIN_LETTERS 12
size_t pinyin_letters(uint32_t cp, char out[PINYIN_LETTERS]);

/* The strings of initials that text can be found by from its start, one space
 * between, the customary one first, at most 16: "szm" and "dzm" for 单志明.
 * Letters and digits stand for themselves. Appended to out. */
void pinyin_keys(const char *text, struct buf *out);

/* The beginnings of such strings that a text found by `typed` from its start can
 * have, at most 16: "maxm" and "mxm" for maxm. An index is asked for them first,
 * pinyin_find decides. Appended. */
void pinyin_starts(const char *typed, struct buf *out);

#endif
