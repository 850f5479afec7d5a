#include "base/mem.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_LEAST = 1024, BLOCK_MOST = 16384 };

/* What structs are made of; max_align_t is twice as wide for the sake of a long double,
 * which nothing here has. */
union piece {
	void *p;
	int64_t i;
	double d;
};

/* Structs fill it from the front, texts, which need no alignment, from the end. */
struct block {
	struct block *next;
	size_t used, size;		/* what is free lies between them */
	alignas(union piece) unsigned char data[];
};

struct arena {
	struct block *blocks;
	size_t total;
};

static void *
given(void *p)
{
	if (p == NULL) {
		fputs("ruhu: out of memory\n", stderr);
		exit(3);
	}
	return p;
}

void *
xmalloc(size_t size)
{
	return given(malloc(size > 0 ? size : 1));
}

void *
xcalloc(size_t count, size_t size)
{
	return given(calloc(count > 0 ? count : 1, size > 0 ? size : 1));
}

void *
xrealloc(void *p, size_t size)
{
	return given(realloc(p, size > 0 ? size : 1));
}

void *
xrealloc_array(void *p, size_t count, size_t size)
{
	return given(reallocarray(p, count > 0 ? count : 1, size > 0 ? size : 1));
}

char *
xstrdup(const char *s)
{
	return given(strdup(s));
}

char *
xstrndup(const char *s, size_t len)
{
	char *copy = xmalloc(len + 1);

	if (len > 0)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

void *
xgrow(void *p, size_t *cap, size_t need, size_t size)
{
	size_t want;

	if (need <= *cap)
		return p;
	want = *cap > 0 ? *cap * 2 : 8;
	if (want < need)
		want = need;
	p = xrealloc_array(p, want, size);
	*cap = want;
	return p;
}

struct arena *
arena_new(void)
{
	return xcalloc(1, sizeof(struct arena));
}

void
arena_free(struct arena *arena)
{
	struct block *b, *next;

	if (arena == NULL)
		return;
	for (b = arena->blocks; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(arena);
}

/* A block that has `size` bytes free. A large piece has one to itself, below the block
 * that the small ones go on filling. */
static struct block *
room_for(struct arena *arena, size_t size)
{
	struct block *now = arena->blocks, **above = &arena->blocks, *b;
	size_t room = arena->total < BLOCK_LEAST ? BLOCK_LEAST
	    : arena->total < BLOCK_MOST ? arena->total : BLOCK_MOST;

	arena->total += size;
	if (now != NULL && now->size - now->used >= size)
		return now;
	if (now != NULL && size > BLOCK_MOST / 4) {
		room = size;
		above = &now->next;
	}
	b = xmalloc(sizeof *b + (room > size ? room : size));
	b->used = 0;
	b->size = room > size ? room : size;
	b->next = *above;
	*above = b;
	return b;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	const size_t step = alignof(union piece);
	struct block *b;
	void *p;

	size = (size + step - 1) / step * step;
	b = room_for(arena, size);
	p = b->data + b->used;
	b->used += size;
	return memset(p, 0, size);
}

char *
arena_strndup(struct arena *arena, const char *s, size_t len)
{
	struct block *b = room_for(arena, len + 1);
	char *copy;

	b->size -= len + 1;
	copy = (char *)b->data + b->size;
	if (len > 0)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *
arena_strdup(struct arena *arena, const char *s)
{
	return arena_strndup(arena, s, strlen(s));
}

size_t
arena_bytes(const struct arena *arena)
{
	return arena->total;
}
