/* mem.h: memory that is there or the program ends. Losing memory is the one
 * fault below the screen that exits: every other error is a value (err.h).
 *
 * An arena hands out memory that is freed all at once; forms and parsed
 * expressions live in one. Pointers from an arena are lent for its life. */
#ifndef RUHU_BASE_MEM_H
#define RUHU_BASE_MEM_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);             /* zeroed */
void *xrealloc(void *p, size_t size);
void *xrealloc_array(void *p, size_t count, size_t size);   /* checks overflow */
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t len);            /* always ends in NUL */

/* Makes room for `need` elements of `size` bytes in the array p of capacity
 * *cap; returns the (moved) array. Doubles, so that pushing is cheap:
 *     v = xgrow(v, &cap, n + 1, sizeof *v); v[n++] = x; */
void *xgrow(void *p, size_t *cap, size_t need, size_t size);

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *);                      /* NULL is fine */
void *arena_alloc(struct arena *, size_t size);       /* zeroed, aligned for all but long double */
char *arena_strdup(struct arena *, const char *s);
char *arena_strndup(struct arena *, const char *s, size_t len);
size_t arena_bytes(const struct arena *);             /* handed out so far */

#endif
