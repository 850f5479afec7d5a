#include "base/tr.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A gettext .mo file: magic, revision, number of sentences, where the table of
 * the English ones lies (sorted, each a length and a place), where the other's. */
static const unsigned char zh_mo[] = {
#include "zh_mo.h"
};

#define MAGIC 0x950412deu

/* The one setting of the process, see tr.h. */
static const char *language = "en";

static uint32_t
word(size_t at)
{
	const unsigned char *u = zh_mo + at;

	/* The first byte of the magic tells the byte order of the file. */
	if (zh_mo[0] == (MAGIC & 0xff))
		return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
	return (uint32_t)u[3] | (uint32_t)u[2] << 8 | (uint32_t)u[1] << 16 | (uint32_t)u[0] << 24;
}

static const char *
sentence(size_t table, size_t i)
{
	return (const char *)zh_mo + word(table + 8 * i + 4);
}

const char *
tr(const char *english)
{
	size_t low = 0, high = word(8), from = word(12), to = word(16);

	if (language[0] != 'z' || english[0] == '\0')
		return english;	/* the sentence "" holds the file's own description */
	while (low < high) {
		size_t mid = (low + high) / 2;
		int c = strcmp(english, sentence(from, mid));

		if (c == 0)
			return sentence(to, mid);
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return english;
}

void
tr_use(const char *lang)
{
	language = lang != NULL && strcmp(lang, "zh") == 0 ? "zh" : "en";
}

const char *
tr_lang(void)
{
	return language;
}
