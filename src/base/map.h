/* map.h: a hash table from text to an index or pointer. Keys are borrowed: they
 * must outlive the map. Insertion order is not kept. Seeded per process, so
 * that hostile keys cannot be chosen to collide. */
#ifndef RUHU_BASE_MAP_H
#define RUHU_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

struct map;

struct map *map_new(void);				/* empty; map_free it */
void map_free(struct map *);				/* NULL is fine; not what its values point to */
size_t map_count(const struct map *);

/* The slot of key, or NULL. Lent until the next map_put. */
void **map_get(const struct map *, const char *key);

/* Sets key to value; returns false when the key was there (its value is then
 * replaced). */
bool map_put(struct map *, const char *key, void *value);

#endif
