#include "base/mem.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BLOCK 16384

struct block {
	struct block *next;
	size_t used, size;
	alignas(max_align_t) unsigned char data[];
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

void *
arena_alloc(struct arena *arena, size_t size)
{
	const size_t step = alignof(max_align_t);
	struct block *b = arena->blocks;
	void *p;

	size = (size + step - 1) / step * step;
	if (b == NULL || b->size - b->used < size) {
		size_t room = size > ARENA_BLOCK ? size : ARENA_BLOCK;

		b = xmalloc(sizeof *b + room);
		b->used = 0;
		b->size = room;
		b->next = arena->blocks;
		arena->blocks = b;
	}
	p = b->data + b->used;
	b->used += size;
	arena->total += size;
	return memset(p, 0, size);
}

char *
arena_strndup(struct arena *arena, const char *s, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	if (len > 0)
		memcpy(copy, s, len);
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
