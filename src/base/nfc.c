#include "base/nfc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uninorm.h>

#include "base/buf.h"
#include "base/late.h"
#include "base/utf8.h"

/* Of libunistring, taken in when the first such text comes (base/late.h). */
#define CALLS(X) X(uninorm_nfc) X(u8_normalize)
LATE_LIBRARY(UNISTRING_LIBRARY, CALLS)

/* Blocks in which every character is composed as it is and joins no other. */
static bool
stays(uint32_t c)
{
	return c < 0x300 || (c >= 0x2010 && c < 0x20D0) || (c >= 0x3001 && c < 0x302A) ||
	    (c >= 0x3400 && c < 0xA000) || (c >= 0xFF00 && c < 0xFFF0) ||
	    (c >= 0x20000 && c < 0x2F800);
}

static bool
all_stays(const char *text, size_t len)
{
	size_t used;

	for (size_t i = 0; i < len; i += used)
		if ((unsigned char)text[i] < 0x80)
			used = 1;
		else if (!stays(utf8_next(text + i, len - i, &used)))
			return false;
	return true;
}

void
nfc_add(struct buf *out, const char *text)
{
	size_t len = strlen(text), n = 0;
	struct err ignored;
	uint8_t *composed;

	if (all_stays(text, len) || !utf8_valid(text, len) || !lib_ready(&ignored)) {
		buf_add(out, text, len);
		return;
	}
	composed = lib.u8_normalize(lib.uninorm_nfc, (const uint8_t *)text, len, NULL, &n);
	if (composed == NULL)
		buf_add(out, text, len);
	else
		buf_add(out, (const char *)composed, n);
	free(composed);
}
