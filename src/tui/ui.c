#include "tui/ui.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/edit.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "tui/coach.h"
#include "tui/layout.h"
#include "tui/views.h"

void
ui_init(struct ui *ui, struct store *store, const struct clock *clock)
{
	*ui = (struct ui){ .store = store, .clock = clock };
	ui->keymap = keymap_new();
}

static void
close_ask(struct ui *ui)
{
	edit_free(ui->ask.edit);
	ui->ask.edit = NULL;
	ui->ask.open = false;
}

static void
bury(struct ui *ui)
{
	while (ui->popped != NULL) {
		struct view *v = ui->popped;

		ui->popped = v->below;
		v->ops->close(v);
	}
}

void
ui_free(struct ui *ui)
{
	ui_end(ui);
	bury(ui);
	close_ask(ui);
	buf_free(&ui->ask.question);
	buf_free(&ui->message);
	keymap_free(ui->keymap);
}

void
ui_push(struct ui *ui, struct view *v)
{
	v->ui = ui;
	v->below = ui->top;
	ui->top = v;
}

void
ui_pop(struct ui *ui, struct view *v)
{
	struct view *gone;

	do {
		gone = ui->top;
		ui->top = gone->below;
		gone->below = ui->popped;
		ui->popped = gone;
	} while (gone != v && ui->top != NULL);
	if (ui->top != NULL && ui->top->ops->shown != NULL)
		ui->top->ops->shown(ui->top);
}

void
ui_end(struct ui *ui)
{
	while (ui->top != NULL)
		ui_pop(ui, ui->top);
}

bool
ui_running(const struct ui *ui)
{
	return ui->top != NULL;
}

bool
ui_idle(struct ui *ui)
{
	struct view *v = ui->top;

	if (v != NULL && v->ops->idle != NULL && v->ops->idle(v))
		return true;
	if (v != ui->rested) {
		store_rest(ui->store);
		ui->rested = v;
	}
	return false;
}

void
ui_hangup(struct ui *ui)
{
	for (struct view *v = ui->top; v != NULL; v = v->below)
		if (v->ops->hangup != NULL)
			v->ops->hangup(v);
}

/* ---- saying and asking --------------------------------------------------------- */

static void
say(struct ui *ui, enum message kind, const char *fmt, va_list ap)
{
	ui->kind = kind;
	buf_reset(&ui->message);
	buf_vaddf(&ui->message, fmt, ap);
}

void
ui_say(struct ui *ui, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(ui, MESSAGE_INFO, fmt, ap);
	va_end(ap);
}

void
ui_error(struct ui *ui, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(ui, MESSAGE_ERROR, fmt, ap);
	va_end(ap);
	ui->ring = ui->flush = true;
}

void
ui_fail(struct ui *ui, const struct err *err)
{
	char text[1024];

	err_format(err, text, sizeof text);
	ui_error(ui, "%s", text);
}

static void
ask(struct ui *ui, struct view *v, int id, const char *fmt, va_list ap)
{
	close_ask(ui);
	ui->ask.open = true;
	ui->ask.text = ui->ask.typed_on = false;
	ui->ask.id = id;
	ui->ask.view = v;
	ui->ask.keys[0] = '\0';
	buf_reset(&ui->ask.question);
	buf_vaddf(&ui->ask.question, fmt, ap);
}

void
ui_ask(struct ui *ui, struct view *v, int id, const char *keys, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ask(ui, v, id, fmt, ap);
	va_end(ap);
	strncpy(ui->ask.keys, keys, sizeof ui->ask.keys - 1);
	ui->ask.keys[sizeof ui->ask.keys - 1] = '\0';
}

void
ui_ask_typed_on(struct ui *ui)
{
	ui->ask.typed_on = ui->ask.open && !ui->spoken;
}

void
ui_ask_text(struct ui *ui, struct view *v, int id, const char *start, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ask(ui, v, id, fmt, ap);
	va_end(ap);
	ui->ask.text = true;
	ui->ask.edit = edit_new(1024);
	edit_set(ui->ask.edit, start);
}

static void
answer(struct ui *ui, int choice)
{
	struct view *v = ui->ask.view;
	struct edit *edit = ui->ask.edit;
	int id = ui->ask.id;

	ui->ask.edit = NULL;
	ui->ask.open = false;
	v->ops->answered(v, id, choice, edit != NULL && choice != 0 ? edit_text(edit) : NULL);
	edit_free(edit);
}

static void
ask_text_key(struct ui *ui, enum action a, const struct key *k)
{
	struct edit *e = ui->ask.edit;
	char c[4];

	switch (a) {
	case ACT_ACCEPT:
	case ACT_DOWN:
		answer(ui, '\r');
		return;
	case ACT_LEFT:
		edit_move(e, EDIT_LEFT);
		return;
	case ACT_RIGHT:
		edit_move(e, EDIT_RIGHT);
		return;
	case ACT_HOME:
		edit_move(e, EDIT_HOME);
		return;
	case ACT_END:
		edit_move(e, EDIT_END);
		return;
	case ACT_ERASE:
		edit_erase_back(e);
		return;
	case ACT_DELETE:
		edit_erase_forward(e);
		return;
	case ACT_CLEAR:
		edit_set(e, "");
		return;
	case ACT_NONE:
		if (k->code == K_TEXT)
			edit_insert(e, c, utf8_encode(k->cp, c));
		return;
	default:
		ui->ring = true;
	}
}

static void
ask_key(struct ui *ui, const struct key *k)
{
	enum action a = keymap_find(ui->keymap, ASKING, k);
	uint32_t cp = k->code == K_ENTER ? '\r' : k->code == K_TEXT ? k->cp : 0;

	if (a == ACT_CANCEL || a == ACT_LEAVE) {
		answer(ui, 0);
		return;
	}
	if (ui->ask.text) {
		ask_text_key(ui, a, k);
		return;
	}
	if (cp >= 0xff01 && cp <= 0xff5e)		/* the input method is on */
		cp -= 0xff01 - '!';
	if (cp != 0 && cp < 0x80 && strchr(ui->ask.keys, (int)cp) != NULL) {
		answer(ui, (int)cp);
	} else if (ui->ask.typed_on && k->code == K_TEXT && k->cp > ' ') {
		answer(ui, '\r');
		bury(ui);
		if (ui->top != NULL)
			ui_act(ui, keymap_find(ui->keymap, ui->top->ops->modes(ui->top), k), k);
		ui->typing = false;
	} else {
		ui->ring = true;
	}
}

/* ---- a key ----------------------------------------------------------------------- */

/* Where Esc acts at once, a second one struck with it is no new one: the digits that
 * follow are an answer. */
#define ESC_TWICE_MS 200

/* Esc and then a digit is a function key, whatever time passes between: a phone's
 * keyboard has to be switched to digits first. True: the key is used up. */
static bool
escape(struct ui *ui, const struct key *k, struct key *out)
{
	bool again = ui->now_ms - ui->esc_ms < ESC_TWICE_MS;

	*out = *k;
	ui->esc &= !k->torn;
	if (!ui->esc) {
		if (k->code != K_ESC)
			return false;
		ui->esc_ms = 0;
		if (again)
			return true;
		if (ui->ask.open || (ui->top->ops->modes(ui->top) & ESC_NOW) != 0) {
			ui->esc_ms = ui->now_ms;
			return false;
		}
		ui->esc = true;
		return true;
	}
	ui->esc = false;
	if (k->code == K_TEXT && !k->pasted && k->cp >= '0' && k->cp <= '9')
		out->code = K_ESC_THEN;
	return false;
}

void
ui_act(struct ui *ui, enum action a, const struct key *k)
{
	struct view *v = ui->top;

	if (v->ops->act(v, a, k))
		return;
	switch (a) {
	case ACT_HELP:
		view_help_open(ui);
		return;
	case ACT_LANGUAGE:
		tr_use(strcmp(tr_lang(), "zh") == 0 ? "en" : "zh");
		if (v->ops->shown != NULL)
			v->ops->shown(v);
		return;
	case ACT_CANCEL:
	case ACT_LEAVE:
		ui_pop(ui, v);
		return;
	default:
		ui->ring = true;
	}
}

/* After a torn line or another's message on the terminal: what is there is drawn again,
 * with the message or question that stands there, and nothing of it changes. */
static bool
redraws(struct ui *ui, const struct key *k)
{
	if (keymap_find(ui->keymap, ASKING, k) != ACT_REDRAW)
		return false;
	ui->redraw = true;
	ui->typing = ui->drawn = false;
	return true;
}

/* What is pasted is text, whatever a key of that character does. */
static enum action
action_of(const struct ui *ui, const struct key *k)
{
	return k->code == K_TEXT && k->pasted ? ACT_NONE
	    : keymap_find(ui->keymap, ui->top->ops->modes(ui->top), k);
}

void
ui_step(struct ui *ui, const struct key *key, int64_t now_ms)
{
	struct key k;
	enum action a = ACT_NONE;
	bool was_esc = ui->esc && !key->torn;
	/* Keys of one burst are drawn once: all of them must have been typing. */
	bool only_typing = ui->drawn || ui->typing;
	const struct view *top = ui->top;

	if (redraws(ui, key))
		return;
	ui->now_ms = now_ms;
	ui->typing = ui->drawn = false;
	ui->kind_before = ui->kind;
	ui->kind = MESSAGE_NONE;
	if (ui->too_small) {		/* nobody sees what the key would do */
		ui->ring = true;
		return;
	}
	if (ui->top != NULL && (ui->top->ops->modes(ui->top) & KEYING) != 0)
		pace_key(&ui->pace, now_ms);
	if (ui->top == NULL || escape(ui, key, &k))
		return;
	if (ui->coach != NULL && coach_takes(ui->coach, ui, &k)) {
		/* it said what comes next */
	} else if (ui->ask.open) {
		ask_key(ui, &k);
	} else {
		a = action_of(ui, &k);

		/* Esc and something else: the Esc counts by itself, then the key. */
		if (was_esc && k.code != K_ESC_THEN && k.code != K_ESC) {
			struct key esc = { .code = K_ESC };

			ui_act(ui, ACT_CANCEL, &esc);
			bury(ui);
			if (ui->top == NULL)
				return;
			a = action_of(ui, &k);
		}
		if (a == ACT_REDRAW)
			ui->redraw = true;
		else if (a == ACT_LANGUAGE && ui->ambiguous == AMBIGUOUS_SPELT)
			ui_error(ui, _("This terminal shows no Chinese characters."));
		else
			ui_act(ui, a, &k);
	}
	/* A list of actions that did one is still to be drawn over. */
	ui->typing &= only_typing && ui->top == top;
	if (ui->coach != NULL)
		coach_look(ui->coach, ui, a);
	bury(ui);
}

/* ---- drawing --------------------------------------------------------------------- */

int
ui_body_rows(const struct screen *s)
{
	return s->rows - 2;
}

void
ui_rule(struct screen *s, int row)
{
	screen_fill(s, row, 0, s->cols, ATTR_PLAIN, '-');
}

void
ui_title(struct screen *s, const char *left, const char *middle, const char *right)
{
	int w = screen_width(s, right), col = s->cols - w, end;

	end = screen_put(s, 0, 1, col - 2, ATTR_BOLD, left);
	screen_put(s, 0, end + 2, col - end - 4, ATTR_PLAIN, middle);
	screen_put(s, 0, col, w, ATTR_PLAIN, right);
}

void
ui_clock_text(const struct ui *ui, char out[6])
{
	char text[INSTANT_TEXT];

	instant_format(clock_now(ui->clock), text);
	memcpy(out, text + 11, 5);
	out[5] = '\0';
}

void
ui_resized(struct ui *ui)
{
	ui->plain = false;
}

void
ui_count(struct ui *ui)
{
	struct err err;

	if (!store_counts(ui->store, NULL, &ui->counts, &err))
		ui->counts = (struct store_counts){ 0 };
}

/* "F10Leave"; its width. */
static int
bar_item(struct ui *ui, struct screen *s, enum action a, struct buf *out)
{
	buf_reset(out);
	keymap_keys(ui->keymap, a, true, out);
	buf_add_str(out, _(action_info(a)->bar));
	return screen_width(s, buf_str(out));
}

/* As many keys as there is room for, the way out of here among them. */
static void
draw_bar(struct ui *ui, struct screen *s)
{
	struct buf right = { 0 }, item = { 0 };
	/* A question on the message line says itself which keys answer it. */
	unsigned modes = ui->ask.open ? 0 : ui->top->ops->modes(ui->top);
	int row = s->rows - 1, col = 1, end, room;

	buf_addf(&right, "%s", store_user(ui->store));
	if (ui->counts.unsynced > 0)
		buf_addf(&right, _("  unsynced %lld"), (long long)ui->counts.unsynced);
	end = s->cols - screen_width(s, buf_str(&right));
	room = s->cols -
	    ((action_info(ACT_LEAVE)->where & modes) != 0 ? bar_item(ui, s, ACT_LEAVE, &item) : 0);
	for (enum action a = ACT_NONE + 1; a < ACTIONS; a++) {
		const struct action_info *info = action_info(a);

		if (info->bar[0] == '\0' || (info->where & modes) == 0 ||
		    (a == ACT_LANGUAGE && s->ambiguous == AMBIGUOUS_SPELT))
			continue;
		if (col + bar_item(ui, s, a, &item) > (a == ACT_LEAVE ? s->cols : room))
			continue;
		col = screen_put(s, row, col, s->cols, ATTR_PLAIN, buf_str(&item)) + 1;
	}
	if (end > col + 1)
		screen_put(s, row, end, s->cols, ATTR_PLAIN, buf_str(&right));
	buf_free(&right);
	buf_free(&item);
}

#define MESSAGE_LINES 5		/* on a narrow screen */

/* A text on the lines above row `end`, as many as it needs. */
static void
draw_text(struct screen *s, int end, const char *text, unsigned attr)
{
	const char *starts[MESSAGE_LINES];
	size_t lens[MESSAGE_LINES], next = 0;
	int n = 0;

	for (; *text != '\0' && n < MESSAGE_LINES; text += next, n++) {
		starts[n] = text;
		lens[n] = utf8_wrap(text, s->cols - 2, s->ambiguous, &next);
	}
	for (int i = 0; i < n; i++) {
		char *line = xstrndup(starts[i], lens[i]);
		int row = end - n + i;

		if (row < s->rows - 2)
			screen_fill(s, row, 0, s->cols, ATTR_PLAIN, ' ');
		screen_put(s, row, 1, s->cols - 2, attr, line);
		free(line);
	}
}

static void
draw_message(struct screen *s, const char *text, unsigned attr)
{
	draw_text(s, s->rows - 1, text, attr);
}

/* What is asked for and, behind it or on a line of its own, what is typed. */
static void
draw_ask_text(struct ui *ui, struct screen *s)
{
	const char *asked = buf_str(&ui->ask.question);
	int row = s->rows - 2, col = 1;

	if (screen_width(s, asked) <= s->cols / 2)
		col = screen_put(s, row, 1, s->cols, ATTR_BOLD, asked) + 1;
	else
		draw_text(s, row, asked, ATTR_BOLD);
	screen_fill(s, row, col, s->cols - col, ATTR_PLAIN, ' ');
	if (screen_typed(s, row, col, s->cols - col - 1, ATTR_PLAIN, edit_text(ui->ask.edit),
	    edit_cursor(ui->ask.edit)))
		screen_put(s, row, col - 1, 1, ATTR_PLAIN, "<");
}

static void
draw_ask(struct ui *ui, struct screen *s)
{
	if (ui->ask.text) {
		draw_ask_text(ui, s);
		return;
	}
	draw_message(s, buf_str(&ui->ask.question), ATTR_BOLD);
	screen_cursor(s, s->rows - 2, s->cols - 1);
}

static void
draw_too_small(struct ui *ui, struct screen *s)
{
	const char *text = _("This window is too small. At 40 columns and 12 lines the screen comes "
	                     "back; nothing is lost.");
	size_t next;

	(void)ui;
	for (int row = 0; row < s->rows && *text != '\0'; row++) {
		size_t len = utf8_wrap(text, s->cols, s->ambiguous, &next);
		struct buf line = { 0 };

		buf_add(&line, text, len);
		screen_put(s, row, 0, s->cols, ATTR_PLAIN, buf_str(&line));
		buf_free(&line);
		text += next;
	}
}

static void
draw(struct ui *ui, struct screen *s)
{
	const char *hint = NULL;

	if (ui->coach == NULL && ui->typing && ui->plain && ui->kind == MESSAGE_NONE &&
	    ui->rows == s->rows && ui->cols == s->cols && ui->top->ops->draw_typing != NULL) {
		ui->top->ops->draw_typing(ui->top, s);
		return;
	}
	ui->rows = s->rows;
	ui->cols = s->cols;
	ui->ambiguous = s->ambiguous;
	ui->plain = !ui->ask.open && !ui->esc && ui->kind == MESSAGE_NONE;
	screen_clear(s);
	if (ui->top == NULL)
		return;
	ui->too_small = s->rows < LAYOUT_MIN_ROWS || s->cols < LAYOUT_MIN_COLS;
	if (ui->too_small) {
		draw_too_small(ui, s);
		return;
	}
	ui->top->ops->draw(ui->top, s);
	draw_bar(ui, s);
	if (ui->ask.open) {
		draw_ask(ui, s);
	} else if (ui->esc) {
		draw_message(s, _("Esc: now a digit for a function key (2 is F2, 0 is F10), or Esc again."),
		    ATTR_PLAIN);
	} else if (ui->kind != MESSAGE_NONE) {
		draw_message(s, buf_str(&ui->message),
		    ui->kind == MESSAGE_ERROR ? ATTR_REVERSE : ATTR_PLAIN);
	} else {
		if (ui->top->ops->hint != NULL)
			hint = ui->top->ops->hint(ui->top);
		if (hint != NULL && hint[0] != '\0')
			draw_message(s, hint, ATTR_PLAIN);
	}
}

/* The coach above, everything else below on a screen that is so much lower. */
static void
draw_coached(struct ui *ui, struct screen *s)
{
	struct screen *rest;
	int top;

	screen_clear(s);
	top = coach_draw(ui->coach, s);
	rest = screen_new(s->rows > top ? s->rows - top : 1, s->cols, s->ambiguous);
	draw(ui, rest);
	for (int row = 0; row < rest->rows && top + row < s->rows; row++)
		memcpy(screen_at(s, top + row, 0), screen_at(rest, row, 0),
		    (size_t)s->cols * sizeof(struct glyph));
	screen_cursor(s, top + rest->cursor_row, rest->cursor_col);
	screen_free(rest);
}

void
ui_draw(struct ui *ui, struct screen *s)
{
	ui->drawn = true;
	if (ui->coach != NULL && ui->top != NULL)
		draw_coached(ui, s);
	else
		draw(ui, s);
}
