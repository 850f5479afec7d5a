/* key.h: one keystroke as the program sees it, whatever bytes the terminal
 * sent for it, and its name in key tables ("F2", "Esc 2", "C-u", "Enter").
 *
 * Esc is a key of its own: "Esc 2" is Esc followed by a digit, put together by
 * ui.c however long a person takes between the two. */
#ifndef RUHU_TUI_KEY_H
#define RUHU_TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_code {
	K_NONE,
	K_TEXT,			/* cp: a printable character */
	K_CTRL,			/* cp: the lower-case letter */
	K_ESC_THEN,		/* cp: the digit after Esc */
	K_ENTER, K_TAB, K_BACKTAB, K_BACKSPACE, K_ESC,
	K_UP, K_DOWN, K_LEFT, K_RIGHT, K_HOME, K_END, K_PGUP, K_PGDN, K_INSERT, K_DELETE,
	K_F1, K_F2, K_F3, K_F4, K_F5, K_F6, K_F7, K_F8, K_F9, K_F10, K_F11, K_F12,
	K_REPORT		/* no key: the terminal says its cursor is in column cp */
};

struct key {
	enum key_code code;
	uint32_t cp;
	bool joined;		/* came in one burst with the key before it */
	bool pasted;		/* inside a bracketed paste */
	bool torn;		/* the Esc given just before was the beginning of this one */
};

bool key_equal(const struct key *, const struct key *);	/* code and cp */

/* A name as written in a key table; a single printable character is itself,
 * the space is "Space". False: no such key. */
bool key_parse(const char *name, size_t len, struct key *out);

#define KEY_NAME 16
void key_show(const struct key *, char out[KEY_NAME]);

#endif
