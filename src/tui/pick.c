#include "tui/pick.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/edit.h"
#include "base/mem.h"
#include "base/pinyin.h"
#include "base/tr.h"

/* Choices shown at once, and lines of the page that stay in sight above them. */
enum { ROWS_MAX = 15, KEPT_ROWS = 3, FILTER_COLS = 16 };

/* How well a choice fits what was typed, best first; FITS_NOT is last. */
enum fits { FITS_CODE, FITS_HEAD, FITS_START, FITS_INSIDE, FITS_NOT };

static enum fits
fits(const char *value, const char *label, const char *typed)
{
	size_t len = strlen(typed);

	if (strncasecmp(value, typed, len) == 0)
		return FITS_CODE;
	switch (pinyin_find(typed, label)) {
	case PINYIN_HEAD:
		return FITS_HEAD;
	case PINYIN_START:
		return FITS_START;
	case PINYIN_INSIDE:
		return FITS_INSIDE;
	case PINYIN_NONE:
		break;
	}
	/* The end of a long number is what people know of it. */
	return strcasestr(label, typed) != NULL || (len >= 2 && strcasestr(value, typed) != NULL)
	    ? FITS_INSIDE : FITS_NOT;
}

static void
narrow(struct pick *p)
{
	const char *typed = edit_text(p->filter);
	size_t n[FITS_NOT + 1] = { 0 }, from[FITS_NOT + 1] = { 0 };

	for (size_t i = 0; i < p->choices->n; i++) {
		p->rank[i] = (unsigned char)fits(p->choices->v[i].value, p->choices->v[i].label, typed);
		n[p->rank[i]]++;
	}
	for (size_t r = 1; r <= FITS_NOT; r++)
		from[r] = from[r - 1] + n[r - 1];
	p->n = from[FITS_NOT];
	for (size_t i = 0; i < p->choices->n; i++)
		if (p->rank[i] != FITS_NOT)
			p->shown[from[p->rank[i]]++] = i;
	p->at = p->first = 0;
}

/* Which of the codes in value this is, from 1; 0: none. */
static size_t
place_in_value(const char *value, const char *code)
{
	size_t len = strlen(code), place = 1;

	for (const char *p = value; *p != '\0'; p += *p == ' ', place++) {
		size_t n = strcspn(p, " ");

		if (n == len && memcmp(p, code, n) == 0)
			return place;
		p += n;
	}
	return 0;
}

void
pick_open(struct pick *p, const struct choices *choices, bool several, const char *value,
    const char *start)
{
	pick_close(p);
	p->open = true;
	p->several = several;
	p->choices = choices;
	p->filter = edit_new(256);
	edit_set(p->filter, start);
	p->ticked = xcalloc(choices->n + 1, sizeof *p->ticked);
	p->shown = xcalloc(choices->n + 1, sizeof *p->shown);
	p->rank = xcalloc(choices->n + 1, sizeof *p->rank);
	narrow(p);
	for (size_t i = choices->n; i-- > 0;) {
		p->ticked[i] = place_in_value(value, choices->v[i].value);
		if (p->ticked[i] > p->ticks)
			p->ticks = p->ticked[i];
		if (p->ticked[i] > 0 && start[0] == '\0')
			p->at = i;
	}
}

void
pick_close(struct pick *p)
{
	edit_free(p->filter);
	free(p->ticked);
	free(p->shown);
	free(p->rank);
	*p = (struct pick){ 0 };
}

bool
pick_type(struct pick *p, uint32_t cp)
{
	char c[4], folded[8];
	struct buf out = { 0 };
	size_t n = utf8_encode(cp, c), codes = 0;
	const char *typed;
	bool whole = false;

	memcpy(folded, c, n);
	folded[n] = '\0';
	utf8_fold(folded, &out);
	edit_insert(p->filter, buf_str(&out), out.len);
	buf_free(&out);
	narrow(p);
	typed = edit_text(p->filter);
	for (size_t i = 0; i < p->n; i++) {
		const char *value = p->choices->v[p->shown[i]].value;

		if (strncasecmp(value, typed, strlen(typed)) == 0) {
			codes++;
			whole |= strlen(value) == strlen(typed);
		}
	}
	return whole && codes == 1;
}

void
pick_erase(struct pick *p)
{
	edit_erase_back(p->filter);
	narrow(p);
}

void
pick_clear(struct pick *p)
{
	edit_set(p->filter, "");
	narrow(p);
}

void
pick_move(struct pick *p, long by)
{
	long to = (long)p->at + by;

	if (p->n > 0)
		p->at = to < 0 ? 0 : to >= (long)p->n ? p->n - 1 : (size_t)to;
}

bool
pick_act(struct pick *p, enum action a, long rows)
{
	switch (a) {
	case ACT_DOWN:
	case ACT_UP:
		pick_move(p, a == ACT_DOWN ? 1 : -1);
		return true;
	case ACT_PGDN:
	case ACT_PGUP:
		pick_move(p, a == ACT_PGDN ? rows : -rows);
		return true;
	case ACT_HOME:
	case ACT_END:
		pick_move(p, a == ACT_HOME ? -(long)p->n : (long)p->n);
		return true;
	case ACT_ERASE:
		if (edit_text(p->filter)[0] == '\0')
			return false;
		pick_erase(p);
		return true;
	case ACT_CLEAR:
		pick_clear(p);
		return true;
	default:
		return false;
	}
}

void
pick_tick(struct pick *p)
{
	size_t *tick;

	if (p->n == 0)
		return;
	tick = &p->ticked[p->shown[p->at]];
	if (*tick == 0) {
		*tick = ++p->ticks;
	} else {
		for (size_t i = 0; i < p->choices->n; i++)
			p->ticked[i] -= p->ticked[i] > *tick;
		*tick = 0;
		p->ticks--;
	}
	/* What was typed found this one; the next is looked for afresh. */
	if (edit_text(p->filter)[0] != '\0')
		pick_clear(p);
	else
		pick_move(p, 1);
}

bool
pick_value(const struct pick *p, struct buf *out)
{
	bool any = false;

	for (size_t order = 1; p->several && order <= p->ticks; order++)
		for (size_t i = 0; i < p->choices->n; i++)
			if (p->ticked[i] == order) {
				if (any)
					buf_add_char(out, ' ');
				buf_add_str(out, p->choices->v[i].value);
				any = true;
			}
	if (any)
		return true;
	if (p->n == 0)
		return false;
	buf_add_str(out, p->choices->v[p->shown[p->at]].value);
	return true;
}

int
pick_height(const struct pick *p, int rows)
{
	int most = rows - KEPT_ROWS < ROWS_MAX + 1 ? rows - KEPT_ROWS : ROWS_MAX + 1;
	/* The height stays as it opened: what narrows the list must not move the page. */
	int want = p->choices->n < (size_t)ROWS_MAX ? (int)p->choices->n + 1 : ROWS_MAX + 1;

	if (want > most)
		want = most;
	return want < 4 ? 4 : want;
}

void
pick_draw(struct pick *p, struct screen *s, int top, int height, const char *title)
{
	size_t lines = (size_t)height - 1;
	struct buf text = { 0 };
	int col, room;

	for (int row = top; row < top + height; row++)
		screen_fill(s, row, 0, s->cols, ATTR_PLAIN, row == top ? '-' : ' ');
	/* The counts stand, however long the title is. */
	buf_addf(&text, " (%zu/%zu) ", p->n, p->choices->n);
	room = s->cols - FILTER_COLS - 3 - screen_width(s, buf_str(&text));
	col = screen_put(s, top, 2, room, ATTR_PLAIN, title);
	screen_put(s, top, 1, 1, ATTR_PLAIN, " ");
	col = screen_put(s, top, col, s->cols, ATTR_PLAIN, buf_str(&text));
	screen_fill(s, top, col, FILTER_COLS, ATTR_PLAIN, '_');
	col = screen_put(s, top, col, FILTER_COLS, ATTR_PLAIN, edit_text(p->filter));
	screen_cursor(s, top, col);
	if (p->at < p->first)
		p->first = p->at;
	if (p->at >= p->first + lines)
		p->first = p->at - lines + 1;
	if (p->n == 0)
		screen_put(s, top + 1, 3, s->cols, ATTR_PLAIN,
		    _("Nothing fits: Backspace, or Esc."));
	for (size_t i = 0; i < lines && p->first + i < p->n; i++) {
		size_t c = p->shown[p->first + i];
		int row = top + 1 + (int)i;

		buf_reset(&text);
		if (p->ordered && p->ticked[c] > 0)
			buf_addf(&text, "[%zu] ", p->ticked[c]);
		else if (p->several)
			buf_add_str(&text, p->ticked[c] > 0 ? "[x] " : "[ ] ");
		buf_addf(&text, "%s  %s", p->choices->v[c].value, p->choices->v[c].label);
		if (p->first + i == p->at)
			screen_put(s, row, 1, 1, ATTR_PLAIN, ">");
		screen_put(s, row, 3, s->cols - 4, ATTR_PLAIN, buf_str(&text));
	}
	buf_free(&text);
}
