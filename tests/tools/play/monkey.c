#include "play/monkey.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"

#include "play/keys.h"
#include "play/play.h"

#define STARTS_MS 500		/* until a program that was started again has drawn */

/* Keys by name, and text that forms care about. */
static const char *const monkey_keys[] = { "enter", "enter", "enter", "tab", "shift-tab", "up", "down",
	"down", "left", "right", "pgup", "pgdn", "pgdn", "pgdn", "home", "end", "backspace", "delete", "insert", "f1",
	"f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "esc-2", "esc-0", "esc-7", "ctrl-u",
	"ctrl-g", "ctrl-o", "ctrl-l", "ctrl-w", "ctrl-b", "ctrl-k", "ctrl-t",
	"ctrl-y", "ctrl-r", "ctrl-v", "space" };
static const char *const monkey_texts[] = { "1", "2", "3", "0", "9", "x", "X", "n", "t", "y", "+", "-",
	"*", "/", ".", "?", "马", "秀兰", "，", "９", "20261122", "640221", "649999198503124217",
	"e\xcc\x81", "19900000001", "\xe2\x80\x8b", "3.5", "-1" };

static const char *
monkey_next(struct play *p, unsigned *seed, struct err *err)
{
	*seed = *seed * 1103515245u + 12345u;
	if ((*seed >> 16) % 5 < 3) {
		size_t n = sizeof monkey_keys / sizeof monkey_keys[0];
		const char *name = monkey_keys[(*seed >> 16) / 5 % n];

		return keys_bytes(p->options.term, name, err);
	}
	return monkey_texts[(*seed >> 16) / 5 % (sizeof monkey_texts / sizeof monkey_texts[0])];
}

/* The first row of two pictures that differs. */
static bool
compare(struct play *p, const char *before, const char *after)
{
	for (int row = 1; *before != '\0' || *after != '\0'; row++) {
		size_t was = strcspn(before, "\n"), is = strcspn(after, "\n");

		if (was != is || memcmp(before, after, was) != 0)
			return err_set(p->err, "row %d is \"%.*s\" and, drawn again, \"%.*s\"", row,
			    (int)was, before, (int)is, after);
		before += was + (before[was] != '\0');
		after += is + (after[is] != '\0');
	}
	return true;
}

bool
monkey_redraw(struct play *p, char *rest)
{
	struct buf before = { 0 }, after = { 0 };
	bool ok;

	if (play_emu(p) == NULL || *rest != '\0')
		return *rest == '\0' ? false : err_set(p->err, "`redraw` stands alone");
	emu_picture(p->emu, &before);
	ok = play_send(p, "\f", 1);
	emu_picture(p->emu, &after);
	ok = ok && compare(p, buf_str(&before), buf_str(&after));
	buf_free(&before);
	buf_free(&after);
	return ok;
}

/* The program neither fails nor hangs, and shows what it means to. One that was left in
 * order is started again. */
bool
monkey_play(struct play *p, char *rest)
{
	unsigned seed;
	int count, status;
	struct err no_key;
	char nothing[] = "";
	bool ok = true;

	if (play_emu(p) == NULL)
		return false;
	if (sscanf(rest, "%u %d", &seed, &count) != 2)
		return err_set(p->err, "monkey SEED COUNT");
	for (int i = 0; ok && i < count; i++) {
		const char *keys = monkey_next(p, &seed, &no_key);
		struct buf bytes = { 0 };

		if (keys != NULL && emu_encode(p->emu, keys, &bytes, &no_key))
			ok = play_send(p, buf_str(&bytes), bytes.len);
		buf_free(&bytes);
		if (ok && emu_ended(p->emu, &status)) {
			p->exit_seen = true;
			ok = status == 0 ? play_run(p, p->command) && emu_pump(p->emu, STARTS_MS, p->err) :
			    err_set(p->err, "the program ended with %d", status);
		}
		ok = ok && (i % 4 != 0 || monkey_redraw(p, nothing));
		if (!ok)
			err_wrap(p->err, "key %d of the monkey", i + 1);
	}
	return ok;
}
