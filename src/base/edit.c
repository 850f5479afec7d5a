#include "base/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

#define VALUE_MAX 16384

struct edit {
	struct buf text;
	size_t cursor, max;
};

struct edit *
edit_new(size_t max_bytes)
{
	struct edit *edit = xcalloc(1, sizeof *edit);

	edit->max = max_bytes > 0 ? max_bytes : VALUE_MAX;
	return edit;
}

void
edit_free(struct edit *edit)
{
	if (edit == NULL)
		return;
	buf_free(&edit->text);
	free(edit);
}

void
edit_set(struct edit *edit, const char *text)
{
	size_t len = strlen(text), keep = 0;

	if (len <= edit->max) {
		keep = len;
	} else {
		for (size_t next; (next = utf8_cluster_next(text, len, keep)) <= edit->max;)
			keep = next;
	}
	buf_set_str(&edit->text, text);
	buf_cut(&edit->text, keep);
	edit->cursor = keep;
}

const char *
edit_text(const struct edit *edit)
{
	return buf_str(&edit->text);
}

size_t
edit_cursor(const struct edit *edit)
{
	return edit->cursor;
}

bool
edit_insert(struct edit *edit, const char *utf8, size_t len)
{
	struct buf *b = &edit->text;

	if (len > edit->max - b->len || !utf8_valid(utf8, len))
		return false;
	buf_add(b, utf8, len);	/* only for the room; they belong at the cursor */
	memmove(b->data + edit->cursor + len, b->data + edit->cursor, b->len - len - edit->cursor);
	memcpy(b->data + edit->cursor, utf8, len);
	edit->cursor += len;
	return true;
}

static void
erase(struct edit *edit, size_t from, size_t to)
{
	struct buf *b = &edit->text;

	memmove(b->data + from, b->data + to, b->len - to);
	buf_cut(b, b->len - (to - from));
	edit->cursor = from;
}

bool
edit_erase_back(struct edit *edit)
{
	if (edit->cursor == 0)
		return false;
	erase(edit, utf8_cluster_prev(buf_str(&edit->text), edit->cursor), edit->cursor);
	return true;
}

bool
edit_erase_forward(struct edit *edit)
{
	const struct buf *b = &edit->text;

	if (edit->cursor == b->len)
		return false;
	erase(edit, edit->cursor, utf8_cluster_next(b->data, b->len, edit->cursor));
	return true;
}

static size_t
word_left(const char *s, size_t at)
{
	while (at > 0 && s[at - 1] == ' ')
		at--;
	while (at > 0 && s[at - 1] != ' ')
		at--;
	return at;
}

static size_t
word_right(const char *s, size_t len, size_t at)
{
	while (at < len && s[at] != ' ')
		at++;
	while (at < len && s[at] == ' ')
		at++;
	return at;
}

bool
edit_move(struct edit *edit, enum edit_move move)
{
	const char *s = buf_str(&edit->text);
	size_t was = edit->cursor, len = edit->text.len;

	switch (move) {
	case EDIT_LEFT: edit->cursor = utf8_cluster_prev(s, was); break;
	case EDIT_RIGHT: edit->cursor = utf8_cluster_next(s, len, was); break;
	case EDIT_HOME: edit->cursor = 0; break;
	case EDIT_END: edit->cursor = len; break;
	case EDIT_WORD_LEFT: edit->cursor = word_left(s, was); break;
	case EDIT_WORD_RIGHT: edit->cursor = word_right(s, len, was); break;
	}
	return edit->cursor != was;
}
