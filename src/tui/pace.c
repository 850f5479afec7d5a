#include "tui/pace.h"

#include "base/hash.h"

#define WRITE_MS (5 * 60 * 1000)

void
pace_key(struct pace *t, int64_t now_ms)
{
	int64_t since = t->key_ms != 0 ? now_ms - t->key_ms : 0;

	t->now.keys++;
	if (since > 0 && since < PACE_PAUSE_MS)
		t->now.active_ms += since;
	t->key_ms = now_ms;
	if (t->written_ms == 0)
		t->written_ms = now_ms;
}

void
pace_pause(struct pace *t, int64_t now_ms)
{
	t->pause_ms = now_ms;
	t->key_ms = 0;
}

void
pace_go_on(struct pace *t, int64_t now_ms)
{
	if (t->pause_ms != 0)
		t->now.paused_ms += now_ms - t->pause_ms;
	t->pause_ms = 0;
}

static void
add(struct figures *to, const struct figures *f)
{
	to->saved += f->saved;
	to->verified += f->verified;
	to->fields += f->fields;
	to->keys += f->keys;
	to->refused += f->refused;
	to->active_ms += f->active_ms;
	to->paused_ms += f->paused_ms;
}

void
pace_write(struct pace *t, struct store *store, const char *form, int64_t now_ms)
{
	struct err ignored;

	if (t->now.keys == 0 && t->now.saved == 0 && t->now.paused_ms == 0)
		return;
	if (t->id[0] == '\0')
		uuid_v4(t->id);
	t->written_ms = now_ms;
	/* Figures are not worth a message: the next writing takes them along. */
	if (!store_stats_add(store, t->id, form, &t->now, &ignored))
		return;
	add(&t->sitting, &t->now);
	t->now = (struct figures){ 0 };
}

void
pace_write_late(struct pace *t, struct store *store, const char *form, int64_t now_ms)
{
	if (now_ms - t->written_ms >= WRITE_MS)
		pace_write(t, store, form, now_ms);
}
