#include "tui/key.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const struct {
	enum key_code code;
	const char *name;
} names[] = {
	{ K_ENTER, "Enter" }, { K_TAB, "Tab" }, { K_BACKTAB, "Shift-Tab" },
	{ K_BACKSPACE, "Backspace" }, { K_ESC, "Esc" }, { K_UP, "Up" }, { K_DOWN, "Down" },
	{ K_LEFT, "Left" }, { K_RIGHT, "Right" }, { K_HOME, "Home" }, { K_END, "End" },
	{ K_PGUP, "PgUp" }, { K_PGDN, "PgDn" }, { K_INSERT, "Ins" }, { K_DELETE, "Del" },
	{ K_F1, "F1" }, { K_F2, "F2" }, { K_F3, "F3" }, { K_F4, "F4" }, { K_F5, "F5" },
	{ K_F6, "F6" }, { K_F7, "F7" }, { K_F8, "F8" }, { K_F9, "F9" }, { K_F10, "F10" },
	{ K_F11, "F11" }, { K_F12, "F12" },
};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

bool
key_equal(const struct key *a, const struct key *b)
{
	return a->code == b->code && a->cp == b->cp;
}

bool
key_parse(const char *name, size_t len, struct key *out)
{
	struct key k = { 0 };
	size_t used;

	for (size_t i = 0; i < COUNT(names); i++)
		if (strlen(names[i].name) == len && memcmp(names[i].name, name, len) == 0) {
			k.code = names[i].code;
			*out = k;
			return true;
		}
	if (len == 5 && memcmp(name, "Space", 5) == 0) {
		k.code = K_TEXT;
		k.cp = ' ';
	} else if (len == 3 && name[0] == 'C' && name[1] == '-' && name[2] >= 'a' && name[2] <= 'z') {
		k.code = K_CTRL;
		k.cp = (unsigned char)name[2];
	} else if (len == 5 && memcmp(name, "Esc-", 4) == 0 && name[4] >= '0' && name[4] <= '9') {
		k.code = K_ESC_THEN;
		k.cp = (unsigned char)name[4];
	} else if (len > 0) {
		k.code = K_TEXT;
		k.cp = utf8_next(name, len, &used);
		if (used != len || k.cp < ' ')
			return false;
	} else {
		return false;
	}
	*out = k;
	return true;
}

void
key_show(const struct key *k, char out[KEY_NAME])
{
	char text[4];
	size_t n;

	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i].code == k->code) {
			snprintf(out, KEY_NAME, "%s", names[i].name);
			return;
		}
	switch (k->code) {
	case K_CTRL:
		snprintf(out, KEY_NAME, "Ctrl-%c", (int)(k->cp - 'a' + 'A'));
		return;
	case K_ESC_THEN:
		snprintf(out, KEY_NAME, "Esc %c", (int)k->cp);
		return;
	case K_TEXT:
		if (k->cp == ' ') {
			snprintf(out, KEY_NAME, "Space");
			return;
		}
		n = utf8_encode(k->cp, text);
		snprintf(out, KEY_NAME, "%.*s", (int)n, text);
		return;
	default:
		snprintf(out, KEY_NAME, "?");
	}
}
