/* pace.h: what is keyed in this sitting, counted in memory: a key costs an
 * addition. Written now and then (store/stats.h), never waited for. */
#ifndef RUHU_TUI_PACE_H
#define RUHU_TUI_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/stats.h"

struct store;

struct pace {
	struct figures now;		/* not written yet */
	struct figures sitting;		/* written */
	int64_t key_ms, written_ms;	/* last key, last writing; monotonic, 0: none */
	int64_t pause_ms;		/* a pause began; 0: none */
	char id[37];			/* of the sitting */
};

/* Keys further apart than this are a pause that nobody announced. */
#define PACE_PAUSE_MS 60000

/* A key was pressed. now_ms, here and below, is monotonic. */
void pace_key(struct pace *, int64_t now_ms);
void pace_pause(struct pace *, int64_t now_ms);	/* until pace_go_on */
void pace_go_on(struct pace *, int64_t now_ms);
/* Writes what was counted, of this form; what cannot be written waits. */
void pace_write(struct pace *, struct store *, const char *form, int64_t now_ms);
/* The same, when the last writing is some minutes ago. */
void pace_write_late(struct pace *, struct store *, const char *form, int64_t now_ms);

#endif
