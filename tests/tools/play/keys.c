#include "play/keys.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

#include "base/err.h"

static const struct { const char *name, *capability; } named[] = {
	{ "up", "kcuu1" }, { "down", "kcud1" }, { "left", "kcub1" }, { "right", "kcuf1" },
	{ "home", "khome" }, { "end", "kend" }, { "pgup", "kpp" }, { "pgdn", "knp" },
	{ "insert", "kich1" }, { "delete", "kdch1" }, { "backspace", "kbs" }, { "shift-tab", "kcbt" },
	{ "f1", "kf1" }, { "f2", "kf2" }, { "f3", "kf3" }, { "f4", "kf4" }, { "f5", "kf5" },
	{ "f6", "kf6" }, { "f7", "kf7" }, { "f8", "kf8" }, { "f9", "kf9" }, { "f10", "kf10" },
	{ "f11", "kf11" }, { "f12", "kf12" },
};

static const struct { const char *name, *bytes; } plain[] = {
	{ "enter", "\r" }, { "tab", "\t" }, { "esc", "\033" }, { "space", " " },
};

/* The library reads an entry from disk and keeps it until another is wanted. */
static bool
load_entry(const char *term)
{
	static char loaded[64];
	int result;

	if (strcmp(loaded, term) == 0)
		return true;
	if (loaded[0] != '\0')
		del_curterm(cur_term);
	loaded[0] = '\0';
	if (setupterm(term, 1, &result) != OK)
		return false;
	snprintf(loaded, sizeof loaded, "%s", term);
	return true;
}

static const char *
capability(const char *term, const char *name, const char *cap, struct err *err)
{
	char *s;

	if (!load_entry(term)) {
		err_set(err, "no terminfo entry %s", term);
		return NULL;
	}
	s = tigetstr(cap);
	if (s == NULL || s == (char *)-1) {
		err_set(err, "a %s has no key %s", term, name);
		return NULL;
	}
	return s;
}

const char *
keys_bytes(const char *term, const char *name, struct err *err)
{
	static char bytes[8];

	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		if (strcmp(plain[i].name, name) == 0)
			return plain[i].bytes;
	for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
		if (strcmp(named[i].name, name) == 0)
			return capability(term, name, named[i].capability, err);
	if (strncmp(name, "ctrl-", 5) == 0 && name[5] != '\0' && name[6] == '\0')
		snprintf(bytes, sizeof bytes, "%c", name[5] & 0x1f);
	else if (strncmp(name, "esc-", 4) == 0 && name[4] != '\0' && name[5] == '\0')
		snprintf(bytes, sizeof bytes, "\033%c", name[4]);
	else if (name[0] > ' ' && name[0] < 0x7f && name[1] == '\0')
		snprintf(bytes, sizeof bytes, "%c", name[0]);
	else {
		err_set(err, "no key is called %s", name);
		return NULL;
	}
	return bytes;
}
